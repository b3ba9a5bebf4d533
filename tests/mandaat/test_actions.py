"""Giving, withdrawing and asking a mandaat, on a real database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.mandaat import actions, queries, rules
from gezinscoach.mandaat.actions import NieuwePartner
from gezinscoach.mandaat.rules import ALLES, Bereik, Vorm

GIVEN = date(2026, 3, 2)


@pytest.fixture
def gezin(city):
    return city.gezin("Gezin Peeters")


@pytest.fixture
def give(db, actor, gezin, now):
    def _give(**more):
        given = {"gegeven_op": GIVEN, "bereik": ALLES, "vorm": Vorm.GESPREK, "gever": "An", "now": now}
        return actions.give(db, actor, gezin, **(given | more))

    return _give


def may(db, gezin, day, **more):
    asked = {"bereik": Bereik.INFORMATIE, "partner": "School", "domein": "onderwijs"} | more
    try:
        actions.require_may_share(db, gezin.id, today=day, **asked)
    except rules.NotCovered:
        return False
    return True


def test_without_a_mandaat_nothing_may_be_shared(db, gezin, city):
    assert not may(db, gezin, city.today)
    assert not may(db, gezin, city.today, partner=None, domein=None)


def test_what_the_family_gave_can_be_shared_with_whom_it_named_and_nobody_else(db, gezin, give, city):
    give(partners=[NieuwePartner("School", frozenset({"onderwijs"})), NieuwePartner("OCMW")])
    assert may(db, gezin, city.today)
    assert may(db, gezin, city.today, domein="huiswerk"), "a content area counts as its grondrecht"
    assert not may(db, gezin, city.today, domein="wonen")
    assert may(db, gezin, city.today, partner="OCMW", domein="wonen")
    assert not may(db, gezin, city.today, partner="CAW")
    assert not may(db, gezin, GIVEN - timedelta(days=1))


def test_a_mandaat_without_partners_opens_nothing_to_a_partner(db, gezin, give, city):
    give()
    assert not may(db, gezin, city.today)
    assert may(db, gezin, city.today, partner=None, domein=None)


def test_withdrawing_a_scope_works_at_once_in_every_mandaat_and_leaves_the_others(
    db, actor, gezin, give, now, city
):
    give(partners=[NieuwePartner("School")])
    give(gegeven_op=date(2026, 9, 1), bereik={Bereik.INFORMATIE})
    actions.withdraw(db, actor, gezin, now=now, bereik=Bereik.INFORMATIE)
    assert not may(db, gezin, city.today)
    assert may(db, gezin, city.today, bereik=Bereik.AFSTEMMEN)
    assert len(queries.history(db, gezin.id)) == 2, "what was withdrawn stays to be read"
    with pytest.raises(rules.NothingToWithdraw):
        actions.withdraw(db, actor, gezin, now=now, bereik=Bereik.INFORMATIE)


def test_withdrawing_a_partner_takes_the_name_out_of_every_mandaat(db, actor, gezin, give, now, city):
    give(partners=[NieuwePartner("School"), NieuwePartner("OCMW")])
    give(partners=[NieuwePartner("school", frozenset({"onderwijs"}))])
    lines = [line for row in queries.history(db, gezin.id) for line in row.partners]
    line = next(line for line in lines if line.lijn.partner == "School")
    actions.withdraw(db, actor, gezin, now=now, partner_id=line.id)
    assert not may(db, gezin, city.today)
    assert may(db, gezin, city.today, partner="OCMW")


def test_withdrawing_everything_is_one_step(db, actor, gezin, give, now, city):
    give(bereik=frozenset(Bereik), partners=[NieuwePartner("School")])
    actions.withdraw(db, actor, gezin, now=now)
    assert queries.stands(db, Gezin.id == gezin.id, city.today) == {}
    assert not any(
        may(db, gezin, city.today, bereik=bereik, partner=partner)
        for bereik in Bereik
        for partner in ("School", None)
    )
    assert (
        db.scalar(
            select(func.count(AuditEvent.id)).where(
                AuditEvent.scope_id == gezin.id, AuditEvent.action.startswith("mandaat.withdraw")
            )
        )
        == 6
    )


def test_after_withdrawing_a_family_can_say_yes_again(db, actor, gezin, give, now, city):
    give(partners=[NieuwePartner("School")])
    actions.withdraw(db, actor, gezin, now=now)
    give(gegeven_op=city.today, partners=[NieuwePartner("School")])
    assert may(db, gezin, city.today)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"bereik": ()}, rules.NothingAsked),
        ({"gegeven_op": date(2026, 10, 16)}, rules.InTheFuture),
        ({"tot": date(2026, 3, 1)}, rules.EndBeforeStart),
    ],
    ids=["nothing asked", "a day to come", "ends before it begins"],
)
def test_a_mandaat_that_cannot_be_is_refused(give, more, refusal):
    with pytest.raises(refusal):
        give(**more)


def test_the_periods_for_the_toelage_end_with_the_mandaat_or_with_the_last_withdrawal(
    db, actor, gezin, give, now, city
):
    give(tot=date(2026, 6, 30))
    assert queries.periods(db, Gezin.id == gezin.id)[gezin.id] == [(GIVEN, date(2026, 6, 30))]
    give(gegeven_op=date(2026, 7, 1))
    actions.withdraw(db, actor, gezin, now=now - timedelta(days=10), bereik=Bereik.RECHTEN)
    assert queries.periods(db, Gezin.id == gezin.id)[gezin.id][1] == (date(2026, 7, 1), None)
    actions.withdraw(db, actor, gezin, now=now)
    assert queries.periods(db, Gezin.id == gezin.id)[gezin.id] == [
        (GIVEN, date(2026, 6, 30)),
        (date(2026, 7, 1), city.today),
    ]


def test_reads_of_many_families_keep_to_their_condition(db, actor, gezin, give, now, city):
    give(herbekijken_op=date(2027, 3, 2), partners=[NieuwePartner("School")])
    other = city.gezin("Gezin Anders")
    stands = queries.stands(db, Gezin.werking_id == actor.werking_id, city.today)
    assert set(stands) == {gezin.id}
    assert stands[gezin.id].herbekijken_op == date(2027, 3, 2)
    assert queries.yesses(db, Gezin.id == other.id) == {}
    assert [line.partner for line in queries.partners(db, Gezin.id == gezin.id)[gezin.id]] == ["School"]


def test_who_gave_it_and_to_whom_is_sealed(db, gezin, give):
    row = give(gever="An Peeters", toelichting="niet bellen", partners=[NieuwePartner("School")])
    db.flush()
    for cell in (row.gever_cell, row.toelichting_cell):
        assert b"Peeters" not in cell
        assert b"bellen" not in cell
    vault.granted(db).clear()
    with pytest.raises(vault.KeyDenied):
        queries.history(db, gezin.id)


def test_no_mandaat_is_left_out_of_a_sum(db, gezin, give, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2, raising=False)
    for month in (1, 2, 3):
        give(gegeven_op=date(2026, month, 1))
    found = queries.periods(db, Gezin.id == gezin.id)[gezin.id]
    assert [first.month for first, _ in found] == [1, 2, 3]
