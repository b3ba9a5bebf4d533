"""Whatever happens in whatever order: shutting out and ending only take away, and a list is its rows."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from gezinscoach.dossier import actions, policy, queries, rights, rules
from gezinscoach.dossier.actions import Wie
from gezinscoach.dossier.rights import Deed, Relatie, Staat
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Noodtoegang
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.fields import Groep
from gezinscoach.privacy import actions as privacy
from gezinscoach.privacy import queries as privacy_queries
from gezinscoach.privacy import rules as privacy_rules
from gezinscoach.privacy.tables import Nazicht


def test_a_closed_dossier_gives_nobody_more_than_a_running_one():
    for right in rights.RIGHTS:
        if right.staat is Staat.AFGESLOTEN:
            assert right._replace(staat=Staat.LOPEND) in rights.RIGHTS


def test_nobody_but_the_coach_reads_what_is_shielded_or_told_in_confidence():
    shielded = {Groep.VERBLIJF, Groep.VERTROUWEN}
    readers = {one.relatie for one in rights.RIGHTS if one.groep in shielded and one.deed is Deed.READ}
    assert readers == {Relatie.COACH}


def test_a_bondgenoot_has_no_right_to_any_content():
    assert {one.groep for one in rights.RIGHTS if one.relatie is Relatie.BONDGENOOT} == {Groep.CIJFERS}
    assert not any(one.relatie is Relatie.BEHEERDER for one in rights.RIGHTS)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("stand in", "end", "shut out", "shut out house", "let in", "ask", "help", "close")),
        st.integers(0, 2),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
)
ROLES = (Rol.GEZINSCOACH, Rol.DESKUNDIGE, Rol.COORDINATOR, Rol.FUNCTIONARIS)
TAKES_AWAY = {"end", "shut out", "shut out house", "close"}


class Play:
    """Two families, three people who come and go, and what each of them finds."""

    def __init__(self, city):
        self.db, self.city, self.now = city.db, city, city.now
        self.coach = city.coach("Vaste Coach")
        self.others = [city.coach(f"Mens {i}", city.organisatie(f"Huis {i}")) for i in range(3)]
        self.families = [city.gezin(f"Gezin {i}", self.coach) for i in range(2)]
        self.actors = [
            Actor(
                werking_id=city.actor.werking_id,
                account_id=one.account.id,
                coach_id=one.row.id,
                grants=frozenset((rol, None) for rol in ROLES),
                organisatie_ids=frozenset({one.row.organisatie_id}),
            )
            for one in self.others
        ]
        self.stand_ins, self.away = {}, {}

    def found(self, actor):
        """What somebody finds, as (how, family); asked as a list and as rows, which must agree."""
        db, today, now = self.db, self.now.date(), self.now
        ids = {gezin.id for gezin in self.families}
        lists = {
            "coached": {row.id for row in queries.all_coached(db, actor, today)},
            "placed": {row.id for row in queries.placements(db, policy.placed(actor), today)} & ids,
            "consulted": {row.gezin_id for row in queries.consulted(db, actor, now)},
            "emergency": {row.gezin_id for row in privacy_queries.running(db, actor, now)},
        }

        def one_row(condition, gezin_id):
            return queries.gezin(db, condition, gezin_id, groups=vault.EVERY)

        rows = {
            "coached": {one for one in ids if queries.coached(db, actor, today, one)},
            "placed": {one for one in ids if one_row(policy.placed(actor, Deed.READ), one)},
            "consulted": {one for one in ids if one_row(policy.consulted(actor, now), one)},
            "emergency": {one for one in ids if one_row(policy.emergency(actor, now), one)},
        }
        assert lists == rows
        emergencies, reviews = db.scalars(select(Noodtoegang)).all(), db.scalars(select(Nazicht)).all()
        asked = {row.id for row in privacy_queries.to_confirm(db, actor, now)}
        found = {row.id for row in privacy_queries.findings(db, actor, None, None, 1)[0]}
        confirms = [row for row in emergencies if privacy_queries.request(db, actor, row.id, now)]
        judges = [row for row in reviews if privacy_queries.finding(db, actor, row.id)]
        assert asked == {row.id for row in confirms}
        assert found == {row.id for row in judges}
        rows |= {
            "to confirm": {row.gezin_id for row in confirms},
            "findings": {row.scope_id for row in judges},
        }
        return {(how, one) for how, held in rows.items() for one in held}

    def step(self, what, who, where):
        db, city, now, today = self.db, self.city, self.now, self.now.date()
        gezin, other = self.families[where], self.others[who]
        if what == "stand in":
            self.stand_ins[who, where] = actions.add_stand_in(
                db, city.actor, gezin, other.row.id, van=today, tot=today + timedelta(days=9), now=now
            )
        elif what == "end" and (row := self.stand_ins.get((who, where))):
            actions.end_stand_in(db, city.actor, gezin, row, today=today - timedelta(days=1), now=now)
        elif what.startswith("shut out"):
            house = what.endswith("house")
            wie = Wie(organisatie_id=other.row.organisatie_id) if house else Wie(account_id=other.account.id)
            self.away[who, where] = actions.shut_out(
                db, self.coach.actor, gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now
            )
        elif what == "let in" and (row := self.away.get((who, where))):
            actions.let_in(db, self.coach.actor, row, reden="toch", now=now)
        elif what == "ask":
            actions.consult(db, self.coach.actor, gezin, other.account.id, vraag="?", now=now)
        elif what == "help":
            actor = self.actors[who]
            why = {"categorie": Noodreden.ANDER, "reden": "Er is gevaar, en niemand neemt op."}
            privacy.ask_emergency(db, actor, code=gezin.code, now=now, **why)
            waits = Noodtoegang(gezin_id=gezin.id, account_id=self.coach.account.id, asked_at=now)
            waits.id, waits.categorie = uuid4(), Noodreden.ANDER
            db.add(waits)
        elif what == "close":
            actions.close(db, self.coach.actor, gezin, op=today, reden="klaar", now=now)
        db.flush()


@pytest.fixture
def play(city):
    return Play(city)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_shutting_out_and_ending_ever_adds_a_right(db, play, steps):
    nested = db.begin_nested()
    play.stand_ins, play.away = {}, {}
    try:
        for what, who, where in steps:
            before = [play.found(actor) for actor in play.actors]
            try:
                play.step(what, who, where)
            except (rules.Refusal, privacy_rules.Refusal):
                continue
            for was, actor in zip(before, play.actors, strict=True):
                now_found = play.found(actor)
                if what in TAKES_AWAY:
                    assert now_found <= was, what
                shut = {pair for pair, row in play.away.items() if row.until is None}
                gone = {play.families[where].id for who, where in shut if play.actors[who] is actor}
                assert not {one for _how, one in now_found} & gone
    finally:
        nested.rollback()
        db.expire_all()
