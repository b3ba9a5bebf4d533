"""The review of the trace: planted misuse is found, ordinary work seldom, and each finding gets a verdict."""

from __future__ import annotations

import ast
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Noodtoegang
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.vault.store import KEYS
from gezinscoach.privacy import actions, nazicht, queries, rules
from gezinscoach.privacy.nazicht import Feit, same_surname
from gezinscoach.privacy.rules import Oordeel, Soort
from gezinscoach.privacy.tables import Nazicht, Nazichtspoor
from tests.counting import statements
from tests.privacy.trace import Maker

RECALL = 0.9
FALSE_ALARMS_PER_THOUSAND = 1


def test_planted_misuse_in_a_hundred_thousand_events_is_found_in_seconds(record_property):
    maker = Maker(7, coaches=120, desk=8, reads=14)
    maker.ordinary()
    maker.plant(12)
    trace = maker.made()
    assert len(trace.feiten) > 100_000
    begun = time.process_time()
    found = nazicht.find(trace.feiten, trace.since, trace.until, people=trace.people, families=trace.families)
    took = time.process_time() - begun
    hits = {(one.soort, one.account) for one in found} & trace.planted
    culprits = {who for _, who in trace.planted}
    false = Counter(
        one.soort for one in found if one.account not in culprits and one.soort is not Soort.STEEKPROEF
    )
    kinds = Counter(kind for kind, _ in hits)
    record_property(
        "nazicht",
        f"{len(trace.feiten)} gebeurtenissen in {took:.1f} s; {len(hits)} van {len(trace.planted)} gevonden; "
        f"vals alarm {false.total()}: { {kind.value: count for kind, count in false.items()} }; "
        f"steekproef {sum(one.soort is Soort.STEEKPROEF for one in found)}",
    )
    for kind in {kind for kind, _ in trace.planted}:
        assert kinds[kind] >= RECALL * 12, kind
    assert false.total() * 1000 <= FALSE_ALARMS_PER_THOUSAND * len(trace.feiten)
    assert took < 30


def test_ordinary_work_alone_raises_hardly_anything():
    maker = Maker(3, coaches=20, desk=3, reads=10)
    maker.ordinary()
    trace = maker.made()
    found = nazicht.find(trace.feiten, trace.since, trace.until, people={}, families={})
    assert [one for one in found if one.soort is not Soort.STEEKPROEF] == []


AT = datetime(2026, 10, 14, 9, tzinfo=UTC)
WHO, GEZIN = uuid4(), uuid4()


def feit(action="dossier.read", at=AT, groups="F1", scope=GEZIN, who=WHO, thing=None, whom=None):
    return Feit(UUID(int=(uuid4().int >> 32 << 32) | 1), at, who, action, groups, scope, thing, whom)


def kinds(*feiten, since=AT - timedelta(days=1), until=AT + timedelta(days=3), people=None, families=None):
    some = sorted(feiten, key=lambda one: one.at)
    found = nazicht.find(some, since, until, people=people or {}, families=families or {})
    return {one.soort for one in found}


def deed(days=0):
    return feit("notitie.write", AT - timedelta(days=days), groups="")


@pytest.mark.parametrize(("days", "found"), [(0, set()), (30, set()), (31, {Soort.ZONDER_WERK})])
def test_a_reader_without_a_deed_of_his_own_in_thirty_days(days, found):
    assert kinds(feit(), deed(days)) == found


def looks():
    """The name of every look in the code."""
    for path in Path(nazicht.__file__).parents[2].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.look":
                yield from (one.value for one in node.args if isinstance(one, ast.Constant))


REFUSED = ["door.denied.privacy.schuiladres", "noodtoegang.seen", "row.forged"]


@pytest.mark.parametrize("action", [*REFUSED, *sorted(set(looks()))])
def test_to_be_refused_or_to_look_is_no_work_of_ones_own(action):
    assert Soort.ZONDER_WERK in kinds(feit(), feit(action, groups=""))


def test_the_deed_of_somebody_else_does_not_count_but_a_new_link_does():
    assert kinds(feit(), feit("notitie.write", groups="", who=uuid4())) == {Soort.ZONDER_WERK}
    for action in ("coachperiode.start", "coachperiode.stand_in", "consult.ask"):
        for whom, found in ((WHO, set()), (uuid4(), {Soort.ZONDER_WERK})):
            given = feit(action, AT - timedelta(days=2), "", who=uuid4(), whom=whom)
            assert kinds(feit(), given) == found


NOOD = uuid4()


def nood(verb, hours=0, who=WHO, **more):
    at = AT + timedelta(hours=5 + hours)
    return feit(f"noodtoegang.{verb}", at, "F0 F1" if verb == "read" else "", who=who, thing=NOOD, **more)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ([], True),
        ([nood("open")], False),
        ([nood("open", -4)], False),
        ([nood("open", -4.1)], True),
        ([nood("open", 0.1)], True),
        ([nood("open", who=uuid4())], True),
        ([nood("open", scope=uuid4())], True),
        ([nood("ask")], True),
        ([nood("ask", -7), nood("confirm", -3, who=uuid4())], False),
        ([nood("ask", -7), nood("confirm", -4.1, who=uuid4())], True),
        ([nood("ask", -7, who=uuid4()), nood("confirm", -3, who=uuid4())], True),
        ([nood("confirm", -3)], True),
        ([nood("ask", -3), nood("refuse", -2, who=uuid4())], True),
    ],
)
def test_reading_in_an_emergency_that_nobody_took_is_found(before, found):
    assert kinds(*before, nood("read")) == ({Soort.ZONDER_SPOOR} if found else set())


@pytest.mark.parametrize(
    ("action", "groups"), [("coachperiode.read", "F0"), ("aanmelding.match", "F1"), ("nazicht.read", "")]
)
def test_the_course_of_things_is_no_content(action, groups):
    assert kinds(feit(action, groups=groups)) == set()


@pytest.mark.parametrize("groups", ["F0 F1", "F6", "F1"])
def test_anything_more_than_the_course_of_things_is_content(groups):
    assert kinds(feit(groups=groups)) == {Soort.ZONDER_WERK}


@pytest.mark.parametrize(
    ("hour", "found"), [(19, set()), (20, {Soort.NACHT}), (3, {Soort.NACHT}), (4, set())]
)
def test_the_night_is_from_ten_to_six_in_brussels(hour, found):
    at = AT.replace(hour=hour)  # summer: two hours behind Brussels
    assert kinds(feit(at=at), deed()) == found


def test_the_command_line_has_no_night():
    at = AT.replace(hour=1)
    given = feit("coachperiode.start", at, "", who=nazicht.COMMAND_LINE, whom=WHO)
    assert kinds(given, feit(at=AT)) == set()


def test_the_night_follows_winter_time():
    at = datetime(2026, 12, 2, 20, 30, tzinfo=UTC)
    some = (feit(at=at), feit("notitie.write", at - timedelta(hours=9), ""))
    assert kinds(*some, since=at - timedelta(days=1), until=at + timedelta(days=1)) == set()


@pytest.mark.parametrize(("count", "found"), [(4, set()), (5, {Soort.GEWEIGERD})])
def test_five_denials_within_an_hour(count, found):
    some = [feit("door.denied", AT + timedelta(minutes=15 * one), "", None) for one in range(count)]
    assert kinds(*some) == found


def test_five_denials_over_a_longer_time_are_nothing():
    assert (
        kinds(*(feit("door.denied", AT + timedelta(minutes=16 * one), "", None) for one in range(5))) == set()
    )


@pytest.mark.parametrize(("count", "found"), [(7, set()), (8, {Soort.REEKS})])
def test_eight_families_in_a_quarter_of_an_hour_after_a_list(count, found):
    scopes = [uuid4() for _ in range(count)]
    some = [feit("wachtlijst.read", AT, "F0", None)]
    some += [feit(at=AT + timedelta(minutes=one + 1), scope=scope) for one, scope in enumerate(scopes)]
    some += [feit("notitie.write", AT + timedelta(minutes=20), "", scope) for scope in scopes]
    assert kinds(*some) == found
    assert kinds(*some[1:]) == set()


def test_a_look_up_wants_an_aanmelding_of_the_same_person_within_a_day():
    asked = feit("gezin.compare")
    assert kinds(asked) == {Soort.OPZOEKING}
    assert kinds(asked, feit("aanmelding.register", AT - timedelta(minutes=1), "")) == set()
    assert kinds(asked, feit("aanmelding.register", AT, "", who=uuid4())) == {Soort.OPZOEKING}
    assert kinds(asked, until=AT + timedelta(hours=2)) == set()


def test_the_families_that_were_compared_with_are_no_look_up_of_their_own():
    assert kinds(feit("gezin.compare", thing=uuid4())) == set()


def test_more_than_three_times_the_own_usual_days():
    usual = [feit(at=AT - timedelta(days=day, minutes=one)) for day in range(1, 8) for one in range(6)]
    many = [feit(at=AT + timedelta(minutes=one)) for one in range(19)]
    assert kinds(*usual, *many, deed(1)) == {Soort.VEEL}
    assert kinds(*usual, *many[:18], deed(1)) == set()


@pytest.mark.parametrize(
    ("person", "family", "tied"),
    [
        ("Noor De Smet", "Gezin De Smet", True),
        ("Noor de smet", "DE SMET", True),
        ("Noor De Smet", "Peeters-De Smet", True),
        ("Noor De Smet", "Familie Peeters en De Smet", True),
        ("Noor De Smet", "Gezin Smets", False),
        ("Noor", "Gezin Noor", False),
        ("", "", False),
    ],
)
def test_the_same_surname(person, family, tied):
    assert same_surname(person, family) is tied


@pytest.mark.parametrize(
    ("last", "days"),
    [(date(2026, 10, 16), 0), (date(2026, 10, 18), 0), (date(2026, 10, 19), 1), (date(2026, 10, 26), 6)],
)
def test_working_days_leave_the_weekend_out(last, days):
    assert rules.working_days(date(2026, 10, 16), last) == days


# In the application


def test_who_is_given_a_family_to_read_is_no_finding_and_a_bystander_is(city, db, now):
    coach, other, expert = city.coach("Een"), city.coach("Ander"), city.account(Rol.DESKUNDIGE)
    gezin = city.gezin("Gezin Zonder Werk", coach)
    stand_in = city.coach("Vervanger")
    last = city.today + timedelta(days=3)
    dossier.add_stand_in(db, city.actor, gezin, stand_in.row.id, van=city.today, tot=last, now=now)
    city.mandaat(gezin, coach)
    dossier.consult(db, coach.actor, gezin, expert.id, vraag="?", now=now)
    db.commit()
    readers = [one.actor for one in (coach, stand_in, other)]
    readers.append(city.actor_of(expert.id, Rol.DESKUNDIGE))
    for one in readers:
        audit.look(db, one, "dossier.read", now=now + timedelta(hours=1), scope_id=gezin.id, groups=("F6",))
    audit.keep(db, db.info.pop("looks"))
    db.commit()
    actions.search(db, city.actor, now=now + timedelta(hours=2))
    found = db.scalars(select(Nazicht.account_id).where(Nazicht.soort == Soort.ZONDER_WERK))
    assert list(found) == [other.account.id]


def test_an_emergency_that_was_put_in_the_database_itself_is_reviewed(client, city, db, now):
    gezin, other = city.gezin("Gezin Peeters", city.coach("Vaste Coach")), city.coach("Ander")
    taken = city.gezin("Gezin Janssens", city.coach("Tweede Coach"))
    why = {"categorie": Noodreden.ANDER, "reden": "niemand bereikbaar"}
    actions.ask_emergency(db, other.actor, code=taken.code, now=now, **why)
    last = {"asked_at": now, "since": now, "until": now + timedelta(hours=4)}
    db.add(Noodtoegang(gezin_id=gezin.id, account_id=other.account.id, categorie=Noodreden.ANDER, **last))
    db.commit()
    client.sign_in(other.account.id)
    for one in (gezin, taken):
        assert client.get(f"/noodtoegang/dossier/{one.id}").status == 200
    actions.search(db, city.actor, now=now + timedelta(minutes=1))
    db.commit()
    row = db.scalars(select(Nazicht).where(Nazicht.soort == Soort.ZONDER_SPOOR)).one()
    assert (row.account_id, row.scope_id) == (other.account.id, gezin.id)
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    assert "in de databank zelf gezet" in client.get(f"/nazicht/{row.id}").words


@pytest.fixture
def misuse(city, db, now):
    """A colleague with the surname of a family reads it at night, without a deed there."""
    gezin = city.gezin("Gezin Kwaadaert", city.coach("Vaste Coach"))
    account = city.account(Rol.AANMELDPUNT, "Bram Kwaadaert")
    at = now - timedelta(days=1, hours=12)
    reader = city.actor_of(account.id, Rol.AANMELDPUNT)
    for one in range(3):
        moment = at + timedelta(minutes=one)
        audit.look(db, reader, "aanmelding.read", now=moment, scope_id=gezin.id, groups=("F1", "F2"))
    audit.keep(db, db.info.pop("looks"))
    db.commit()
    return gezin, account


def test_opening_the_screen_searches_once_a_day(client, city, db, misuse, now):
    officer = city.account(Rol.FUNCTIONARIS)
    client.sign_in(officer.id)
    page = client.get("/nazicht")
    for said in ("Zelfde familienaam", "In de nacht", "zonder eigen werk", "Bram Kwaadaert"):
        assert said in page.words
    assert "Gezin Kwaadaert" not in page.text
    count = db.scalar(select(func.count(Nazicht.id)))
    searches = select(func.count(AuditEvent.id)).where(AuditEvent.action == queries.SEARCH)
    assert (count >= 3, db.scalar(searches)) == (True, 1)
    client.get("/nazicht")
    assert db.scalar(searches) == 1
    actions.search(db, city.actor, now=now + timedelta(days=1))
    assert db.scalar(select(func.count(Nazicht.id))) == count


def test_a_finding_points_to_the_very_events_and_tells_no_content(client, city, db, misuse, now):
    gezin, _account = misuse
    actions.search(db, city.actor, now=now)
    db.commit()
    row = db.scalars(select(Nazicht).where(Nazicht.soort == Soort.BAND)).one()
    events = select(Nazichtspoor.event_id).where(Nazichtspoor.nazicht_id == row.id)
    scopes = set(db.scalars(select(AuditEvent.scope_id).where(AuditEvent.id.in_(events))))
    assert (row.aantal, scopes) == (3, {gezin.id})
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    page = client.get(f"/nazicht/{row.id}")
    assert gezin.code in page.words
    assert gezin.id.hex[:8] not in page.words
    assert "Gezin Kwaadaert" not in page.text
    looked = select(AuditEvent.scope_id).where(AuditEvent.action == "nazicht.read", AuditEvent.groups == "F0")
    assert gezin.id in db.scalars(looked).all()
    for path in ("/nazicht", "/logboek"):
        page = client.get(path)
        assert gezin.code in page.words
        assert gezin.id.hex[:8] not in page.words
        assert "Gezin Kwaadaert" not in page.text


def test_a_dossier_whose_key_is_lost_is_called_the_same_everywhere(app, client, city, db, misuse, now):
    gezin, _account = misuse
    actions.search(db, city.actor, now=now)
    db.commit()
    with app.extensions["vault"].store.writing() as connection:
        connection.execute(delete(KEYS).where(KEYS.c.scope_id == gezin.id))
    row = db.scalars(select(Nazicht).where(Nazicht.soort == Soort.BAND)).one()
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    for path in (f"/nazicht/{row.id}", "/nazicht", "/logboek"):
        page = client.get(path)
        assert page.status == 200
        assert f"kenmerk {gezin.id.hex[:8]}" in page.words


def test_a_verdict_is_kept_with_its_comment_and_a_question_is_judged_again(client, city, db, misuse, now):
    actions.search(db, city.actor, now=now)
    db.commit()
    row = db.scalars(select(Nazicht).where(Nazicht.soort == Soort.BAND)).one()
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    at = f"/nazicht/{row.id}"
    assert client.post(at, {"oordeel": ""}).status == 422
    assert client.post(at, {"oordeel": Oordeel.MISBRUIK.value}).status == 422
    asked = {"oordeel": Oordeel.VRAAG_GESTELD.value, "opmerking": "Gebeld met de collega"}
    assert client.post(at, asked).status == 302
    assert "Gebeld met de collega" in client.get(at).text
    assert client.post(at, {"oordeel": Oordeel.IN_ORDE.value, "opmerking": "Was nicht"}).status == 302
    assert client.post(at, {"oordeel": Oordeel.MISBRUIK.value, "opmerking": "Toch"}).status == 409
    db.expire_all()
    assert db.get(Nazicht, row.id).oordeel is Oordeel.IN_ORDE


def test_nobody_judges_what_is_about_himself(client, city, db, misuse, now):
    _gezin, account = misuse
    actions.search(db, city.actor, now=now)
    db.commit()
    both = Actor(city.actor.werking_id, account.id, grants=frozenset({(Rol.FUNCTIONARIS, None)}))
    row = db.scalars(select(Nazicht).where(Nazicht.soort == Soort.BAND)).one()
    assert queries.finding(db, both, row.id) is None
    with pytest.raises(rules.Reviewed):
        actions.judge(db, both, row, oordeel=Oordeel.IN_ORDE, opmerking="", now=now)


def test_vandaag_of_the_functionaris_says_how_much_waits_and_how_long(client, city, db, misuse, now):
    actions.search(db, city.actor, now=now - timedelta(days=9))
    actions.search(db, city.actor, now=now - timedelta(hours=1))
    db.execute(Nazicht.__table__.update().values(found_at=now - timedelta(days=9)))
    db.commit()
    count = db.scalar(select(func.count(Nazicht.id)))
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    words = client.get("/").words
    assert f"{count} vondsten na te kijken" in words
    assert f"{count} zijn ouder dan 5 werkdagen" in words
    assert "9 dagen of langer" in words


def test_who_is_kept_away_hears_of_no_finding_and_the_coordinator_of_those_that_nobody_may_judge(
    client, city, db, misuse, now
):
    gezin, _reader = misuse
    actions.search(db, city.actor, now=now)
    count = db.scalar(select(func.count(Nazicht.id)))
    about_him = db.scalar(select(func.count(Nazicht.id)).where(Nazicht.scope_id == gezin.id))
    assert 0 < about_him < count
    house = city.organisatie("Huis")
    officer, cora = city.account(Rol.FUNCTIONARIS, "Enige"), city.account(Rol.COORDINATOR)
    accounts.give_role(
        db, city.actor, officer, Rol.BONDGENOOT, organisatie_id=house.id, now=now - timedelta(days=1)
    )
    wie = dossier.Wie(organisatie_id=house.id)
    db.commit()
    client.sign_in(cora.id)
    assert "niemand beoordelen" not in client.get("/").words
    dossier.shut_out(db, city.actor, gezin, wie, soort=Uitsluitsoort.BELANGENCONFLICT, reden=None, now=now)
    db.commit()
    assert f"{about_him} vondsten kan niemand beoordelen" in client.get("/").words
    client.sign_in(officer.id)
    assert f"{count - about_him} vondst" in client.get("/").words
    page = client.get("/nazicht")
    assert f"Nog te doen{count - about_him}" in page.words
    assert gezin.code not in page.text
    assert gezin.id.hex[:8] not in page.text
    second = city.account(Rol.FUNCTIONARIS, "Tweede")
    db.commit()
    client.sign_in(cora.id)
    assert "niemand beoordelen" not in client.get("/").words
    accounts.deactivate(db, city.actor, second, now=now)
    db.commit()
    assert f"{about_him} vondsten kan niemand beoordelen" in client.get("/").words


@pytest.mark.parametrize("rol", sorted(set(Rol) - {Rol.FUNCTIONARIS}))
def test_the_review_is_for_the_functionaris_alone(client, city, rol):
    client.sign_in(city.account(rol).id)
    assert client.get("/nazicht").status == 404


def test_the_list_takes_the_same_questions_for_two_findings_and_for_twelve(client, city, db, now):
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    client.get("/nazicht")

    def asked(count):
        for _ in range(count):
            somebody = city.account(Rol.AANMELDPUNT)
            given = {"id": uuid4(), "werking_id": city.actor.werking_id, "soort": Soort.EXPORT}
            index = uuid4().bytes
            db.add(Nazicht(**given, vondst_index=index, account_id=somebody.id, aantal=1, found_at=now))
        db.commit()
        with statements() as said:
            client.get("/nazicht")
        return len(said)

    assert asked(2) == asked(10)
