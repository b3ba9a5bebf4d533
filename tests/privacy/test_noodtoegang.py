"""Break the glass: each step counts, everybody is told, nothing is written, and it ends."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select

from gezinscoach.aanmelding import actions as aanmelding
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.aanmelding.tables import Voorstel
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import RoleGrant
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Noodreden, Uitsluitsoort
from gezinscoach.dossier.tables import Noodtoegang
from gezinscoach.kernel.access import Actor, Rol, mark_of
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.notities import actions as notities
from gezinscoach.notities.rules import Contact, Niveau
from gezinscoach.privacy import actions, queries
from gezinscoach.privacy import rules as privacy_rules
from gezinscoach.privacy.actions import noodtoegang
from gezinscoach.privacy.tables import Nazicht, Noodbericht

REDEN = "De mama belde: de papa staat aan de deur."
HELPERS = (Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR)


@pytest.fixture
def coach(city):
    return city.coach("Vaste Coach")


@pytest.fixture
def gezin(city, coach):
    row = city.gezin("Gezin Noodgeval", coach, adres="Veldstraat 3", telefoon="0470 12 34 56")
    notities.write(
        city.db,
        coach.actor,
        row,
        datum=city.today,
        contact=Contact.GESPREK,
        tekst="Een geheime notitie",
        niveau=Niveau.COACH,
        minuten=None,
        met_wie=None,
        domein=None,
        now=city.now,
        today=city.today,
    )
    city.db.commit()
    return row


def helper(city, rol):
    return city.coach("Andere Coach").account if rol is Rol.GEZINSCOACH else city.account(rol, "Helper")


@contextmanager
def later(client, account, moment):
    """At another moment, freshly signed in."""
    with freeze_time(moment):
        yield client.sign_in(account.id)


def asked(given, **changed):
    return {"code": given, "categorie": Noodreden.ACUUT_GEVAAR.value, "reden": REDEN} | changed


def at(gezin):
    return f"/noodtoegang/dossier/{gezin.id}"


@pytest.mark.parametrize("rol", HELPERS)
def test_a_helper_reads_the_dossier_for_four_hours_and_not_a_second_more(client, city, gezin, now, rol):
    mine = helper(city, rol)
    client.sign_in(mine.id)
    page = client.post("/noodtoegang", asked(f" {gezin.code.lower()} "))
    assert page.location == at(gezin)
    page = client.follow(page)
    for shown in ("Gezin Noodgeval", "Veldstraat 3", "Een geheime notitie", "nog 4 uur"):
        assert shown in page.words or shown in page.text
    with later(client, mine, now + timedelta(hours=3, minutes=59)):
        assert "nog 1 minuut" in client.get(at(gezin)).text
    with later(client, mine, now + timedelta(hours=4, seconds=1)):
        assert client.get(at(gezin)).status == 404
        assert "Noodtoegang." not in client.get("/").text


@pytest.mark.parametrize("rol", sorted(set(Rol) - set(HELPERS)))
def test_no_other_role_can_ask(client, city, gezin, rol):
    client.sign_in(city.account(rol).id)
    assert client.get("/noodtoegang").status == 404
    assert client.post("/noodtoegang", asked(gezin.code)).status == 404


@pytest.mark.parametrize(
    "changed",
    [{"reden": "te kort"}, {"reden": "  x                       "}, {"categorie": ""}, {"code": ""}],
)
def test_each_answer_is_needed(client, city, db, gezin, changed):
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    assert client.post("/noodtoegang", asked(gezin.code, **changed)).status == 422
    assert client.get(at(gezin)).status == 404
    assert db.scalar(select(func.count(Noodtoegang.id))) == 0


def test_it_asks_for_a_fresh_proof_of_who_somebody_is(app):
    for endpoint in ("noodtoegang", "confirm_emergency"):
        assert mark_of(app.view_functions[f"privacy.{endpoint}"]).fresh


def elsewhere(city, now):
    actor = accounts.add_werking(city.db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    row = dossier.open_gezin(city.db, actor, naam="Ver", now=now)
    coach = city.coach("Verre Coach")
    city.db.flush()
    dossier.start_coach(city.db, actor, row, coach.row.id, van=city.today, now=now)
    city.db.commit()
    return row


def test_a_wrong_code_and_one_that_is_not_for_you_get_the_same_answer(client, city, coach, gezin, now):
    closed = city.gezin("Gezin Gesloten", coach)
    dossier.close(city.db, coach.actor, closed, op=city.today, reden="klaar", now=now)
    waits = city.gezin("Gezin Wacht")
    city.db.commit()
    codes = ["GC-2026-XXXXX", elsewhere(city, now).code, closed.code, waits.code]
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    answers = set()
    for code in codes:
        page = client.post("/noodtoegang", asked(code))
        answers.add((page.status, page.told.replace(code, "")))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 422


def test_wrong_codes_are_limited_to_ten_a_day_and_each_is_in_the_trace(client, city, db, gezin, now):
    mine = city.account(Rol.AANMELDPUNT)
    client.sign_in(mine.id)
    for _ in range(10):
        assert "geen dossier in nood" in client.post("/noodtoegang", asked("GC-2026-XXXXX")).text
    assert "te veel foute codes" in client.post("/noodtoegang", asked(gezin.code)).text
    misses = select(func.count(AuditEvent.id)).where(AuditEvent.action == queries.MISS)
    assert db.scalar(misses) == 10
    with later(client, mine, now + timedelta(days=1)):
        assert client.post("/noodtoegang", asked(gezin.code)).status == 302


def test_coach_and_stand_in_and_functionaris_are_told_at_once(client, city, db, coach, gezin, now):
    stand_in = city.coach("Vervanger")
    dossier.add_stand_in(
        db, city.actor, gezin, stand_in.row.id, van=city.today, tot=city.today + timedelta(days=3), now=now
    )
    db.commit()
    client.sign_in(city.account(Rol.COORDINATOR, "Cora Dinator").id)
    client.post("/noodtoegang", asked(gezin.code))
    for one in (coach, stand_in):
        client.sign_in(one.account.id)
        assert "Iemand las het dossier van Gezin Noodgeval in nood" in client.get("/").words
        page = client.get(f"/dossier/{gezin.id}/wie-keek")
        assert "Cora Dinator" in page.words
        assert REDEN in page.words
        client.post(f"/dossier/{gezin.id}/wie-keek/gezien")
        assert "in nood" not in client.get("/").words
        assert "Cora Dinator" in client.get(f"/dossier/{gezin.id}/wie-keek").words
    client.sign_in(city.account(Rol.FUNCTIONARIS).id)
    assert "1 vondst na te kijken" in client.get("/").words
    finding = db.scalars(select(Nazicht)).one()
    page = client.get(f"/nazicht/{finding.id}")
    assert REDEN in page.words
    assert gezin.code in page.words
    assert "Noodgeval" not in page.words


@pytest.mark.parametrize("what", ["_tell", "Nazicht", "Noodbericht"])
def test_what_cannot_be_told_is_not_opened(client, city, db, gezin, monkeypatch, what):
    def broken(*_, **__):
        raise OSError("no place left")

    monkeypatch.setattr(noodtoegang, what, broken)
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    assert client.post("/noodtoegang", asked(gezin.code)).status == 500
    assert client.get(at(gezin)).status == 404
    assert db.scalar(select(func.count(Noodtoegang.id))) == 0


NOT_OF_A_FAMILY = {
    *("account_id", "grant_id", "approval_id", "token", "issuer_id", "organisatie_id", "session_id"),
    *("passkey_id", "bijeenkomst_id", "signaal_id", "step", "gezinscoach_id", "nazicht_id", "nood_id"),
    *("verzoek_id", "rij_id", "inlezing_id", "upload_id"),
}


def test_every_name_in_an_address_that_takes_a_form_says_whether_it_leads_to_a_family(app):
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and not rule.arguments & queries.OF_A_FAMILY.keys():
            assert rule.arguments <= NOT_OF_A_FAMILY, rule


def posts_about(app, **ids):
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and rule.arguments & ids.keys():
            values = dict.fromkeys(rule.arguments, next(iter(ids.values()))) | ids
            values |= {"kwartaal": "2026-K3"} if "kwartaal" in rule.arguments else {}
            with app.test_request_context():
                yield rule.build({name: values[name] for name in rule.arguments})[1]


@pytest.mark.parametrize("rol", HELPERS)
def test_every_post_in_the_dossier_is_refused(app, client, city, coach, gezin, rol):
    client.sign_in(helper(city, rol).id)
    client.post("/noodtoegang", asked(gezin.code))
    paths = list(posts_about(app, gezin_id=gezin.id))
    assert len(paths) > 20
    assert {"/dossier", "/gezin"} <= {f"/{path.split('/')[1]}" for path in paths}
    for path in paths:
        assert client.post(path).status in (403, 404), path
    for path in (f"/dossier/{gezin.id}", f"/dossier/{gezin.id}/notities", f"/dossier/{gezin.id}/schuiladres"):
        assert client.get(path).status == 404, path


def test_nothing_is_written_by_way_of_an_aanmelding_of_that_family_either(app, client, city, db, gezin, now):
    desk = city.account(Rol.AANMELDPUNT)
    first = aanmelding.register(
        db,
        city.actor_of(desk.id, Rol.AANMELDPUNT),
        now=now,
        datum=city.today,
        aanmelder="Bram",
        naam="Gezin Noodgeval",
        toestemming=Toestemming.JA,
    )
    first.gezin_id = gezin.id
    offer = Voorstel(
        id=uuid4(),
        aanmelding_id=first.id,
        gezin_id=gezin.id,
        gezinscoach_id=city.coach("Gevraagd").row.id,
        made_at=now,
    )
    db.add(offer)
    db.commit()
    client.sign_in(desk.id)
    paths = [*posts_about(app, aanmelding_id=first.id), *posts_about(app, voorstel_id=offer.id)]
    assert len(paths) > 5
    assert 403 not in {client.post(path).status for path in paths}
    client.post("/noodtoegang", asked(gezin.code))
    assert {client.post(path).status for path in paths} == {403, 404}, "404 where only a gezinscoach comes"


def test_who_becomes_the_coach_meanwhile_may_write(client, city, db, gezin, now):
    other = city.coach("Nieuwe Coach")
    client.sign_in(other.account.id)
    client.post("/noodtoegang", asked(gezin.code))
    dossier.add_stand_in(
        db, city.actor, gezin, other.row.id, van=city.today, tot=city.today + timedelta(days=3), now=now
    )
    db.commit()
    assert client.post(f"/dossier/{gezin.id}/notities").status == 422


@pytest.mark.parametrize("rol", HELPERS)
def test_the_holder_stops_and_nobody_else_can(client, city, db, gezin, rol):
    mine = helper(city, rol)
    client.sign_in(mine.id)
    client.post("/noodtoegang", asked(gezin.code))
    row = db.scalars(select(Noodtoegang)).one()
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    assert client.get(at(gezin)).status == 404
    assert client.post(f"/noodtoegang/{row.id}/klaar").status == 404
    client.sign_in(mine.id)
    assert client.get(at(gezin)).status == 200
    client.post(f"/noodtoegang/{row.id}/klaar")
    assert client.get(at(gezin)).status == 404


def test_the_own_coach_needs_no_emergency(client, coach, gezin):
    client.sign_in(coach.account.id)
    assert "al gezinscoach van dit gezin" in client.post("/noodtoegang", asked(gezin.code)).text


def granted(city, db, coach, account, count, now):
    actor = Actor(city.actor.werking_id, account.id, grants=frozenset({(Rol.AANMELDPUNT, None)}))
    for number in range(count):
        row = city.gezin(f"Gezin {number}", coach)
        actions.ask_emergency(
            db, actor, code=row.code, categorie=Noodreden.ANDER, reden=REDEN, now=now - timedelta(days=2)
        )
    db.commit()


def test_the_fourth_in_thirty_days_waits_for_a_second_person(client, city, db, gezin, now):
    many = city.coach("Veel Gezinnen", max_gezinnen=9)
    mine = city.account(Rol.AANMELDPUNT, "Vraagt Vaak")
    granted(city, db, many, mine, 3, now)
    client.sign_in(mine.id)
    page = client.follow(client.post("/noodtoegang", asked(gezin.code)))
    assert "wacht op een tweede persoon" in page.words
    assert client.get(at(gezin)).status == 404
    row = db.scalars(select(Noodtoegang).where(Noodtoegang.since.is_(None))).one()
    assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 404
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert "1 vraag om noodtoegang wacht op jou" in client.get("/").words
    assert REDEN in client.get("/noodtoegang/bevestigen").words
    assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 302
    assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 404
    client.sign_in(mine.id)
    assert client.get(at(gezin)).status == 200
    assert db.scalar(select(func.count()).select_from(Noodbericht)) == 4
    with later(client, mine, now + timedelta(days=27)):
        client.post("/noodtoegang", asked(city.gezin("Gezin Later", many).code))
        assert client.get(at(gezin)).status == 404


def test_nobody_is_the_second_person_of_the_own_request(client, city, db, gezin, now):
    mine = city.account(Rol.COORDINATOR)
    granted(city, db, city.coach("Veel", max_gezinnen=9), mine, 3, now)
    client.sign_in(mine.id)
    client.post("/noodtoegang", asked(gezin.code))
    row = db.scalars(select(Noodtoegang).where(Noodtoegang.since.is_(None))).one()
    assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 404
    own = Actor(city.actor.werking_id, mine.id)
    with pytest.raises(privacy_rules.OwnRequest):
        actions.confirm_emergency(db, own, row, now=now)


def test_a_refused_or_old_request_is_never_opened(client, city, db, gezin, now):
    mine = city.account(Rol.AANMELDPUNT)
    granted(city, db, city.coach("Veel", max_gezinnen=9), mine, 3, now)
    client.sign_in(mine.id)
    client.post("/noodtoegang", asked(gezin.code))
    row = db.scalars(select(Noodtoegang).where(Noodtoegang.since.is_(None))).one()
    second = city.account(Rol.FUNCTIONARIS)
    with later(client, second, now + timedelta(hours=4, seconds=1)):
        assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 404
    client.sign_in(second.id).get("/")
    assert client.post(f"/noodtoegang/{row.id}/weigeren").status == 302
    assert client.post(f"/noodtoegang/{row.id}/bevestigen").status == 404
    client.sign_in(mine.id)
    assert client.get(at(gezin)).status == 404


@pytest.mark.parametrize("what", ["role", "shut out"])
def test_whoever_loses_the_role_or_is_denied_loses_the_access_too(client, city, db, coach, gezin, now, what):
    mine = city.account(Rol.AANMELDPUNT)
    client.sign_in(mine.id)
    client.post("/noodtoegang", asked(gezin.code))
    assert client.get(at(gezin)).status == 200
    if what == "role":
        grant = db.scalars(select(RoleGrant).where(RoleGrant.account_id == mine.id)).one()
        accounts.end_role(db, city.actor, grant, now=now)
    else:
        wie = dossier.Wie(account_id=mine.id)
        soort = Uitsluitsoort.GEBLOKKEERD
        dossier.shut_out(db, coach.actor, gezin, wie, soort=soort, reden=None, now=now)
    db.commit()
    client.sign_in(mine.id)
    assert client.get(at(gezin)).status == 404
    assert client.post("/noodtoegang", asked(gezin.code)).status in (404, 422)
    assert client.get(at(gezin)).status == 404


def test_an_emergency_that_nobody_reviewed_in_ten_working_days_is_on_vandaag_of_the_coordinator(
    client, city, gezin, now
):
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    client.post("/noodtoegang", asked(gezin.code))
    cora = city.account(Rol.COORDINATOR)
    with later(client, cora, now + timedelta(days=14)):
        assert "niet nagekeken" not in client.get("/").words
    with later(client, cora, now + timedelta(days=15)):
        assert "1 noodtoegang is niet nagekeken" in client.get("/").words


def test_every_page_that_is_read_in_an_emergency_is_in_the_trace(client, city, db, gezin):
    account = city.account(Rol.AANMELDPUNT)
    client.sign_in(account.id)
    client.post("/noodtoegang", asked(gezin.code))
    client.get(at(gezin))
    row = db.scalars(select(Noodtoegang)).one()
    event = db.scalars(select(AuditEvent).where(AuditEvent.action == "noodtoegang.read")).one()
    assert (event.account_id, event.scope_id, event.thing_id) == (account.id, gezin.id, row.id)
    assert event.groups == "F0 F1 F2 F3 F6 F8"
