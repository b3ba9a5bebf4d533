"""What a session opens is what the table of rights gives: each relation in each state, generated from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding import policy as aanmelding_policy
from gezinscoach.aanmelding import queries as aanmeldingen
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts.tables import RoleGrant
from gezinscoach.dossier import actions, policy, queries, rights
from gezinscoach.dossier.queries import families
from gezinscoach.dossier.rights import BY_ROLE, RIGHTS, Deed, Relatie, Staat
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Uitsluiting
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.vault import KeyDenied
from gezinscoach.privacy import actions as privacy
from tests.counting import statements

DAY = timedelta(days=1)
ROLE = {relatie: rol for rol, relatie in BY_ROLE.items()}
LEAVES_A_REASON = "CAJDUT"
CELLS = [(relatie, staat) for relatie in Relatie for staat in Staat]


class World:
    """One family in each state, and somebody in each relation to each of them."""

    def __init__(self, city, db, now):
        self.city, self.db, self.now = city, db, now
        self.coach, self.stand_in, self.asked = (city.coach(naam) for naam in ("Een", "Twee", "Drie"))
        self.house = city.organisatie()
        self.expert = city.account(Rol.DESKUNDIGE)
        self.gezinnen = {
            Staat.AANMELDING: self.waiting(),
            Staat.LOPEND: self.running(),
            Staat.AFGESLOTEN: self.running(),
        }
        actions.close(db, city.actor, self.gezinnen[Staat.AFGESLOTEN], op=city.today, reden="klaar", now=now)
        db.commit()

    def waiting(self):
        desk = self.city.actor_of(self.city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
        self.row = aanmelding.register(
            self.db, desk, now=self.now, datum=self.city.today, aanmelder="Bram",
            toestemming=Toestemming.JA, naam="Wacht",
        )  # fmt: skip
        self.db.commit()
        self.blad = aanmeldingen.blad(self.db, aanmelding_policy.content(desk), self.row.id)
        aanmelding.propose(self.db, desk, self.blad, self.asked.row.id, today=self.city.today, now=self.now)
        return self.blad.gezin

    def running(self):
        gezin = self.city.gezin("Loopt", self.coach)
        actions.add_stand_in(
            self.db, self.city.actor, gezin, self.stand_in.row.id,
            van=self.city.today, tot=self.city.today + 9 * DAY, now=self.now,
        )  # fmt: skip
        self.db.flush()
        actions.consult(self.db, self.coach.actor, gezin, self.expert.id, vraag="Wat nu?", now=self.now)
        self.db.commit()
        return gezin

    def actor(self, relatie, gezin):
        """Somebody who stands so to a family, as far as can be."""
        ties = {
            Relatie.COACH: self.coach,
            Relatie.VERVANGER: self.stand_in,
            Relatie.VOORGESTELD: self.asked,
        }
        if relatie in ties:
            return replace(ties[relatie].actor, grants=frozenset())
        if relatie is Relatie.GERAADPLEEGD:
            return self.city.actor_of(self.expert.id, Rol.DESKUNDIGE)
        if relatie is Relatie.NOOD:
            helper = self.city.coach("Helper")
            if gezin is self.gezinnen[Staat.LOPEND]:
                why = {"code": gezin.code, "categorie": Noodreden.ANDER, "reden": "niemand bereikbaar"}
                privacy.ask_emergency(self.db, helper.actor, now=self.now, **why)
            return helper.actor
        rol = ROLE[relatie]
        account = self.city.account(rol, organisatie=self.house)
        return replace(
            self.city.actor_of(account.id, rol), grants=frozenset({(rol, self.house.id)}), coach_id=None
        )


@pytest.fixture
def world(city, db, now):
    return World(city, db, now)


@pytest.fixture
def guarded(app, db, now):
    """From here on the session is as that of a request of an actor, with nothing open."""

    def guard(actor, when=now):
        db.commit()
        db.info.update(granted={}, alone=set())
        vault.guarded(
            db,
            lambda held, scopes, compares: app.extensions["opening"](
                held, scopes, actor, when, compares=compares
            ),
        )

    yield guard
    db.info.pop("guard", None)


def opens(db, gezin, **how):
    """The groups of a family that a session reads, and those that it writes, when it asks for all."""
    try:
        vault.open_scopes(db, [gezin.id], groups=vault.EVERY, **how)
    except KeyDenied:
        return set(), set()
    found = set(), set()
    for groep in Groep:
        for place, version in enumerate((1, None)):
            try:
                vault.key_of(db, gezin.id, version, groep.value)
            except KeyDenied:
                continue
            found[place].add(groep)
    return found


def written(relatie, staat, letters):
    return {
        one.groep for one in RIGHTS if (one.relatie, one.staat) == (relatie, staat) and one.deed in letters
    }


@pytest.mark.parametrize(("relatie", "staat"), CELLS)
def test_a_session_opens_exactly_the_groups_of_its_row_in_the_table(world, db, guarded, relatie, staat):
    gezin = world.gezinnen[staat]
    actor = world.actor(relatie, gezin)
    guarded(actor)
    reads, writes = opens(db, gezin)
    seals = written(relatie, staat, "WMIH")
    if any(written(relatie, staat, letter) for letter in LEAVES_A_REASON):
        seals |= {Groep.NOTITIES}
    also = {Groep.PROCES} if relatie is Relatie.NOOD and staat is Staat.LOPEND else set()  # as any colleague
    assert reads == written(relatie, staat, "LR")
    assert writes == seals | also


@pytest.mark.parametrize("relatie", Relatie)
def test_a_comparison_opens_names_for_who_compares_and_for_nobody_else(world, db, guarded, relatie):
    actors = {staat: world.actor(relatie, gezin) for staat, gezin in world.gezinnen.items()}
    for staat, gezin in world.gezinnen.items():
        guarded(actors[staat])
        reads, _writes = opens(db, gezin, compares=True)
        if relatie is Relatie.IMPORTEUR:
            assert not reads & {Groep.VERBLIJF, Groep.VERTROUWEN, Groep.GERECHT_EN_GEZONDHEID}
        else:
            compares = written(relatie, staat, "K")
            assert reads == ({Groep.PROCES, Groep.NAMEN} if compares else set())


@pytest.mark.parametrize("relatie", [one for one in Relatie if one is not Relatie.BONDGENOOT])
def test_who_is_kept_away_opens_nothing_in_whatever_relation(world, db, guarded, now, relatie):
    gezin = world.gezinnen[Staat.LOPEND]
    actor = world.actor(relatie, gezin)
    db.add(
        Uitsluiting(
            gezin_id=gezin.id, account_id=actor.account_id, soort=Uitsluitsoort.BELANGENCONFLICT, since=now
        )
    )
    guarded(actor)
    assert opens(db, gezin) == (set(), set())


@pytest.mark.parametrize(("left", "opened"), [(-DAY, True), (DAY, False)])
def test_who_left_an_organisation_stays_kept_away_when_that_was_after_it_was_kept_away(
    world, db, guarded, now, left, opened
):
    gezin, house = world.gezinnen[Staat.LOPEND], world.city.organisatie("Vroeger Huis")
    db.add(
        Uitsluiting(
            gezin_id=gezin.id, organisatie_id=house.id, soort=Uitsluitsoort.BELANGENCONFLICT, since=now
        )
    )
    for relatie in (Relatie.COACH, Relatie.GERAADPLEEGD, Relatie.COORDINATOR):
        actor = world.actor(relatie, gezin)
        db.add(
            RoleGrant(
                account_id=actor.account_id, rol=Rol.BONDGENOOT, organisatie_id=house.id,
                since=now - 9 * DAY, until=now + left,
            )
        )  # fmt: skip
        guarded(actor, now + 2 * DAY)
        assert bool(opens(db, gezin)[0]) is opened, relatie


def test_a_tie_opens_nothing_before_its_first_and_after_its_last_moment(world, db, guarded, now):
    gezin = world.gezinnen[Staat.LOPEND]
    for relatie, last in ((Relatie.VERVANGER, 9 * DAY), (Relatie.GERAADPLEEGD, 13 * DAY)):
        actor = world.actor(relatie, gezin)
        for when, there in (
            (now - DAY, False),
            (now, True),
            (now + last, True),
            (now + last + 2 * DAY, False),
        ):
            guarded(actor, when)
            assert bool(opens(db, gezin)[0]) is there, (relatie, when)


def test_nobody_of_another_werking_and_nobody_signed_in_opens_anything(world, db, guarded):
    gezin = world.gezinnen[Staat.LOPEND]
    for actor in (None, replace(world.coach.actor, werking_id=uuid4())):
        guarded(actor)
        assert opens(db, gezin) == (set(), set())


def test_one_family_that_is_not_for_the_actor_closes_the_whole_list(world, db, guarded):
    own, other = (world.gezinnen[staat] for staat in (Staat.LOPEND, Staat.AANMELDING))
    guarded(world.coach.actor)
    with pytest.raises(KeyDenied):
        vault.open_scopes(db, [own.id, other.id], groups=vault.EVERY)
    assert opens(db, own)[0]


def test_the_guard_asks_once_for_any_number_of_families_and_never_again(world, db, city, guarded):
    more = [city.gezin(f"Nog {place}", world.coach) for place in range(12)]
    guarded(world.coach.actor)
    with statements() as sent:
        vault.open_scopes(db, [one.id for one in more], groups=frozenset({"F0"}))
        first = [one for one in sent if one.startswith("SELECT gezin.id")]
        asked = len(sent)
        vault.open_scopes(db, [one.id for one in more], groups=frozenset({"F0"}))
    assert len(first) == 1
    assert len(sent) == asked


def test_each_question_asks_for_no_more_than_the_table_gives(world, db, city, now):
    """Without a guard: the queries themselves name the groups."""
    gezin, waiting = world.gezinnen[Staat.LOPEND], world.gezinnen[Staat.AANMELDING]

    def opened(row):
        held = db.info.pop("granted")[row.id].reads
        db.info["alone"] = set()
        return held

    def clear():
        db.commit()
        db.info.update(granted={}, alone=set())

    for relatie in (Relatie.COACH, Relatie.VERVANGER):
        clear()
        assert queries.entered(db, world.actor(relatie, gezin), city.today, gezin.id)
        assert opened(gezin) == rights.readable((relatie,))
        clear()
        assert queries.all_coached(db, world.actor(relatie, gezin), city.today)
        assert opened(gezin) <= rights.readable((relatie,))
    clear()
    assert queries.consulted(db, world.actor(Relatie.GERAADPLEEGD, gezin), now)
    assert opened(gezin) == rights.readable((Relatie.GERAADPLEEGD,))
    clear()
    assert aanmeldingen.open_proposals(db, world.asked.actor, city.today)
    assert opened(waiting) == rights.readable((Relatie.VOORGESTELD,), Staat.AANMELDING)
    clear()
    desk = world.actor(Relatie.AANMELDPUNT, waiting)
    assert aanmeldingen.blad(db, aanmelding_policy.content(desk), world.row.id)
    assert opened(waiting) == rights.readable((Relatie.AANMELDPUNT,), Staat.AANMELDING)
    clear()
    assert queries.placements(db, policy.placed(desk, Deed.LIST), city.today)
    assert opened(gezin) <= rights.readable((Relatie.AANMELDPUNT,))


def test_a_list_that_lost_its_filter_answers_404_and_stands_in_the_trace_as_a_denial(
    client, db, city, monkeypatch
):
    coach = city.coach("Eigen")
    city.gezin("Eigengezin", coach)
    city.gezin("Vreemdgezin", city.coach("Ander"))
    client.sign_in(coach.account.id)
    assert "Eigengezin" in client.get("/").text
    monkeypatch.setattr(families, "_ALL_COACHED", families._ALL_COACHED._generate())
    families._ALL_COACHED._where_criteria = ()
    before = db.scalars(select(AuditEvent.action)).all()
    page = client.get("/")
    assert page.status == 404
    assert "Eigengezin" not in page.text
    assert "Vreemdgezin" not in page.text
    db.expire_all()
    made = Counter(db.scalars(select(AuditEvent.action))) - Counter(before)
    assert made == {"door.denied.desk": 1}
