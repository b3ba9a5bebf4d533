"""From aanmelding to dossier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gezinscoach.aanmelding import actions, policy, queries, rules
from gezinscoach.aanmelding.rules import Antwoord, Toestand, Toestemming
from gezinscoach.aanmelding.tables import Aanmelding, Aanmeldstap, Voorstel
from gezinscoach.dossier.rules import Coachrol, Fase
from gezinscoach.dossier.tables import Coachperiode, Gezinslid
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.vault import KeyDenied, granted

from .conftest import FAMILY


def test_an_aanmelding_makes_a_family_with_its_parent_and_waits(intake):
    blad = intake.register()
    assert blad.aanmelding.toestand is Toestand.WACHTEND
    assert (blad.gezin.naam, blad.gezin.taal, blad.gezin.gemeente) == (
        "El Amrani",
        "Arabisch",
        "3012 Wilsele",
    )
    assert [lid.naam for lid in blad.ouders] == ["Nour El Amrani"]
    assert blad.aanmelding.vragen == ["werk", "nederlands"]
    assert (blad.aanmelding.kinderen, blad.aanmelding.oudste, blad.aanmelding.dringend) == (4, 2019, True)


def test_without_permission_not_one_cell_about_the_family_is_written(intake, db):
    blad = intake.register(agreed=False)
    assert blad.aanmelding.toestand is Toestand.TERUGBELLEN
    assert db.scalar(select(func.count(Gezinslid.id))) == 0
    for name, kept in (("gezin", {"code_cell"}), ("aanmelding", {"aanmelder_cell", "telefoon_cell"})):
        row = db.execute(text(f"select * from {name}")).mappings().one()
        assert {key for key, value in row.items() if key.endswith("_cell") and value is not None} == kept
    assert not blad.aanmelding.dringend
    assert db.execute(text("select reden_cell from aanmeldstap")).scalar_one() is None


def test_a_family_that_agreed_needs_a_name(intake):
    with pytest.raises(rules.NameNeeded):
        intake.register(naam="")


def test_an_import_keeps_its_source_as_the_first_reason(intake, db):
    blad = intake.register(datum=date(2025, 12, 28), bron="werkmap")
    assert [step.reden for step in queries.steps(db, blad.aanmelding)] == ["werkmap"]


def test_once_the_family_agrees_the_rest_is_kept(intake, db, now):
    blad = intake.register(agreed=False)
    actions.agree(db, intake.actor, blad, now=now, **FAMILY)
    db.commit()
    blad = intake.blad(blad.aanmelding.id)
    assert (blad.aanmelding.toestand, blad.aanmelding.toestemming) == (Toestand.WACHTEND, Toestemming.JA)
    assert (blad.gezin.naam, blad.aanmelding.organisatie) == ("El Amrani", "Kind en Buurt")
    assert [lid.naam for lid in blad.ouders] == ["Nour El Amrani"]


def test_correcting_replaces_the_parent_and_adds_none(intake, db, now):
    blad = intake.register()
    actions.correct(db, intake.actor, blad, now=now, **(FAMILY | {"ouder": "Noura El Amrani"}))
    db.commit()
    assert [lid.naam for lid in intake.blad(blad.aanmelding.id).ouders] == ["Noura El Amrani"]


def test_nothing_is_corrected_before_the_family_agreed_or_after_it_left(intake, db, now):
    with pytest.raises(rules.PermissionNeeded):
        actions.correct(db, intake.actor, intake.register(agreed=False), now=now, **FAMILY)
    blad = intake.register()
    actions.take_step(db, intake.actor, blad, "withdraw", reden="wil niet meer", now=now)
    with pytest.raises(rules.NoSuchStep):
        actions.correct(db, intake.actor, blad, now=now, **FAMILY)


@pytest.mark.parametrize("agreed", [True, False])
def test_who_called_is_corrected_also_before_the_family_agreed(intake, db, now, agreed):
    blad = intake.register(agreed=agreed)
    day = date(2026, 9, 30)
    said = {"datum": day, "aanmelder": "Bart Peeters", "telefoon": "0470 99 99 99"}
    actions.correct_aanmelder(db, intake.actor, blad, now=now, **said)
    db.commit()
    row = intake.blad(blad.aanmelding.id).aanmelding
    assert (row.datum, row.aanmelder, row.telefoon) == (day, "Bart Peeters", "0470 99 99 99")
    assert "aanmelding.correct_aanmelder" in db.scalars(select(AuditEvent.action)).all()
    actions.take_step(db, intake.actor, blad, "withdraw", reden="x", now=now)
    with pytest.raises(rules.NoSuchStep):
        actions.correct_aanmelder(db, intake.actor, blad, now=now, **said)


def test_telephone_and_address_of_the_family_are_kept_and_corrected(intake, db, now):
    blad = intake.register(telefoon_gezin="0471 11 11 11", adres="Vaartkom 2")
    assert (blad.gezin.telefoon, blad.gezin.adres) == ("0471 11 11 11", "Vaartkom 2")
    assert blad.aanmelding.telefoon == "0470 12 34 56"
    actions.correct(db, intake.actor, blad, now=now, **(FAMILY | {"adres": "Vaartkom 3"}))
    assert (blad.gezin.telefoon, blad.gezin.adres) == (None, "Vaartkom 3")


def test_a_rijksregisternummer_is_never_stored(intake):
    blad = intake.register(opmerking="RR 85.07.30-033.28")
    assert "85.07" not in blad.aanmelding.opmerking


def test_every_step_is_an_added_row_with_who_and_why(intake, db, now):
    blad = intake.register()
    for step, reden in (("withdraw", "geen tijd"), ("reopen", "toch wel"), ("refer", "naar het CAW")):
        now += timedelta(hours=1)
        actions.take_step(db, intake.actor, blad, step, reden=reden, now=now)
    db.commit()
    assert [(step.toestand.value, step.door, step.reden) for step in queries.steps(db, blad.aanmelding)] == [
        ("doorverwezen", "Ine Take", "naar het CAW"),
        ("wachtend", "Ine Take", "toch wel"),
        ("ingetrokken", "Ine Take", "geen tijd"),
        ("wachtend", "Ine Take", ""),
    ]


@pytest.mark.parametrize("step", ["accept", "decline", "agree", "propose", "take back", "onzin"])
def test_the_desk_takes_no_other_step_than_the_table_gives_it(intake, db, now, step):
    with pytest.raises(rules.NoSuchStep):
        actions.take_step(db, intake.actor, intake.register(), step, reden="x", now=now)


def test_a_withdrawn_family_that_never_agreed_is_not_put_on_the_list(intake, db, now):
    blad = intake.register(agreed=False)
    actions.take_step(db, intake.actor, blad, "withdraw", reden="x", now=now)
    with pytest.raises(rules.NoSuchStep):
        actions.take_step(db, intake.actor, blad, "reopen", reden="x", now=now)
    actions.take_step(db, intake.actor, blad, "ask again", reden="x", now=now)
    assert blad.aanmelding.toestand is Toestand.TERUGBELLEN


def test_a_proposal_keeps_its_reasons_and_takes_a_place(intake, city, db, now):
    coach = city.coach("Een Plaats", max_gezinnen=1, talen=("Arabisch",))
    first = intake.register()
    voorstel = intake.propose(first, coach)
    assert {one["code"] for one in voorstel.redenen} >= {"language", "places", "first"}
    with pytest.raises(rules.NotProposable):
        actions.propose(db, intake.actor, intake.register(), coach.row.id, today=now.date(), now=now)


def test_a_family_is_proposed_to_one_coach_at_a_time(intake, noor, city, db, now):
    blad = intake.register()
    intake.propose(blad, noor)
    other = city.coach("Tweede", talen=("Arabisch",))
    with pytest.raises(rules.NoSuchStep):
        actions.propose(db, intake.actor, blad, other.row.id, today=now.date(), now=now)


def test_the_database_itself_refuses_a_second_open_proposal(intake, noor, db, now):
    blad = intake.register()
    intake.propose(blad, noor)
    db.add(
        Voorstel(
            aanmelding_id=blad.aanmelding.id,
            gezin_id=blad.gezin.id,
            gezinscoach_id=noor.row.id,
            antwoord=Antwoord.OPEN,
            made_at=now,
        )
    )
    with pytest.raises(IntegrityError):
        db.flush()


def test_a_coach_of_another_werking_cannot_be_proposed(intake, db, now):
    from uuid import uuid4

    with pytest.raises(rules.NotProposable):
        actions.propose(db, intake.actor, intake.register(), uuid4(), today=now.date(), now=now)


def test_saying_yes_makes_the_family_a_dossier_with_one_coach(intake, noor, db, now):
    blad = intake.register()
    voorstel = intake.propose(blad, noor)
    actions.accept(db, noor.actor, voorstel, today=now.date(), now=now)
    db.commit()
    periode = db.scalars(select(Coachperiode).where(Coachperiode.gezin_id == blad.gezin.id)).one()
    assert (periode.gezinscoach_id, periode.rol, periode.van) == (noor.row.id, Coachrol.VAST, now.date())
    assert blad.aanmelding.toestand is Toestand.GEKOPPELD
    assert queries.open_proposals(db, noor.actor, intake.now.date()) == []


def test_saying_no_puts_the_family_back_and_is_remembered(intake, noor, db, now):
    blad = intake.register()
    actions.decline(db, noor.actor, intake.propose(blad, noor), reden="ken hen van school", now=now)
    db.commit()
    assert blad.aanmelding.toestand is Toestand.WACHTEND
    found = queries.matches(db, intake.actor, blad, today=now.date())
    assert [one.hard[0].code.value for one in found.uitgesloten] == ["declined"]
    assert [one.reden for one in queries.proposals(db, blad.aanmelding)] == ["ken hen van school"]
    elsewhere = queries.matches(db, intake.actor, intake.register(), today=now.date())
    assert len(elsewhere.voorstellen) == 1, "only for this family"


def test_a_proposal_taken_back_cannot_be_accepted_any_more(intake, noor, db, now):
    blad = intake.register()
    voorstel = intake.propose(blad, noor)
    actions.take_step(db, intake.actor, blad, "take back", reden="iemand anders", now=now)
    assert voorstel.antwoord is Antwoord.INGETROKKEN
    with pytest.raises(rules.NoSuchStep):
        actions.accept(db, noor.actor, voorstel, today=now.date(), now=now)


def test_an_old_proposal_is_not_accepted_in_place_of_the_open_one(intake, noor, city, db, now):
    blad = intake.register()
    old = intake.propose(blad, noor)
    actions.take_step(db, intake.actor, blad, "take back", reden="x", now=now)
    intake.propose(blad, city.coach("Tweede", talen=("Arabisch",)))
    with pytest.raises(rules.Answered):
        actions.accept(db, noor.actor, old, today=now.date(), now=now)


def test_every_act_leaves_a_trace_without_values(intake, noor, db, now):
    blad = intake.register()
    voorstel = intake.propose(blad, noor)
    actions.accept(db, noor.actor, voorstel, today=now.date(), now=now)
    db.commit()
    traced = db.scalars(select(AuditEvent.action).where(AuditEvent.scope_id == blad.gezin.id)).all()
    assert set(traced) == {
        "gezin.open",
        "aanmelding.register",
        "voorstel.make",
        "voorstel.accept",
        "coachperiode.start",
    }


def test_likely_doubles_are_pairs_only_logged_and_the_keys_are_handed_back(intake, city, noor, db, now):
    from gezinscoach.dossier.actions import NieuwLid
    from gezinscoach.dossier.rules import Lidsoort

    same = city.gezin("Al Amrani", coach=noor, leden=[NieuwLid(Lidsoort.OUDER, "Nour El Amrani")])
    same.naam = "El-Amrani"
    city.gezin("El Amrani", leden=[NieuwLid(Lidsoort.OUDER, "Youssef El Amrani")])
    code = same.code
    db.commit()
    blad = intake.register()
    own = blad.gezin.id
    db.info["granted"] = {own: granted(db)[own]}
    for lid in blad.ouders:
        db.info["granted"].pop(lid.id, None)
    found = queries.likely_doubles(db, intake.actor, blad, now=now)
    assert [(one.code, one.fase) for one in found] == [(code, Fase.LOPEND)]
    assert set(granted(db)) == {own}
    with pytest.raises(KeyDenied):
        _ = same.naam
    looks = [(look["action"], look["scope_id"], look["thing_id"]) for look in db.info.pop("looks")]
    assert looks == [("gezin.compare", own, None), ("gezin.compare", same.id, own)]


def test_only_the_aanmeldpunt_may_compare_families(intake, noor, db, now):
    intake.register()
    assert queries.likely_doubles(db, noor.actor, intake.register(), now=now) == []


def test_the_desk_reads_a_family_until_a_coach_said_yes(intake, noor, db, now):
    blad = intake.register()
    voorstel = intake.propose(blad, noor)
    assert queries.blad(db, policy.content(intake.actor), blad.aanmelding.id) is not None
    assert queries.regel(db, intake.actor, blad.aanmelding.id) is None
    actions.accept(db, noor.actor, voorstel, today=now.date(), now=now)
    db.commit()
    assert queries.blad(db, policy.content(intake.actor), blad.aanmelding.id) is None
    assert queries.regel(db, intake.actor, blad.aanmelding.id) == queries.WachtRegel(
        id=blad.aanmelding.id,
        datum=date(2026, 10, 1),
        toestand=Toestand.GEKOPPELD,
        dringend=False,
        coach="Noor Testers",
        code=blad.gezin.code,
    )
    assert queries.regel(db, noor.actor, blad.aanmelding.id) is None


def test_a_coach_sees_only_the_own_open_proposals_and_no_name(intake, noor, city, db):
    stranger = city.coach("Ander", talen=("Arabisch",))
    intake.propose(intake.register(), noor)
    mine = queries.open_proposals(db, noor.actor, intake.now.date())
    assert [(one.gemeente, one.taal, one.kinderen, one.dringend) for one in mine] == [
        ("3012 Wilsele", "Arabisch", 4, True)
    ]
    assert not {"naam", "ouder", "adres", "telefoon", "opmerking"} & set(mine[0].__dataclass_fields__)
    assert queries.open_proposals(db, stranger.actor, intake.now.date()) == []
    assert queries.open_proposals(db, intake.actor, intake.now.date()) == []


def test_the_summary_counts_who_waits_and_what_is_late(intake, noor, db, actor, now):
    intake.register(datum=date(2026, 9, 15), dringend=False)
    intake.register(agreed=False, datum=date(2026, 10, 10))
    intake.propose(intake.register(), noor)
    gone = intake.register(datum=date(2020, 1, 1))
    actions.take_step(db, intake.actor, gone, "refer", reden="x", now=now)
    db.commit()
    today = now.date()
    found = queries.desk_summary(db, intake.actor, today)
    assert (found.waiting, found.urgent, found.to_call_back, found.longest) == (3, 1, 1, 30)
    assert found.unanswered == 0
    assert queries.desk_summary(db, intake.actor, today + timedelta(days=8)).unanswered == 1
    assert queries.desk_summary(db, noor.actor, today).waiting == 0
    elsewhere = Actor(werking_id=noor.row.id, grants=frozenset({(Rol.AANMELDPUNT, None)}))
    assert queries.desk_summary(db, elsewhere, today).longest is None


def test_steps_and_aanmeldingen_stay_in_step(intake, noor, db, now):
    voorstel = intake.propose(intake.register(), noor)
    actions.decline(db, noor.actor, voorstel, reden="x", now=now + timedelta(minutes=1))
    db.commit()
    last = select(Aanmeldstap.toestand).order_by(Aanmeldstap.at.desc()).limit(1)
    assert db.scalar(last) == db.scalar(select(Aanmelding.toestand))
