"""Vandaag for every role, the dossier at a glance, and the expert who is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from gezinscoach.aanmelding.rules import Antwoord, Toestand, Toestemming
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts.tables import Invitation
from gezinscoach.desk import present, queries
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.dossier.tables import Consult
from gezinscoach.grondrechten import actions as grondrechten
from gezinscoach.grondrechten.rules import Antwoord as Soort
from gezinscoach.grondrechten.rules import Score
from gezinscoach.kernel.access import Rol
from gezinscoach.mandaat import actions as mandaat
from gezinscoach.mandaat.rules import ALLES, Bereik, Vorm
from gezinscoach.notities import actions as notities
from gezinscoach.notities.rules import Contact
from gezinscoach.plan import actions as plan
from tests.counting import statements

DAY = date(2026, 10, 15)


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def family(db, city, coach, now):
    """Makes a family with a bit of everything."""

    def make(naam="Gezin Peeters", with_mandaat=True, **more):
        gezin = city.gezin(
            naam, coach, adres="Vaartkom 2", leden=[NieuwLid(Lidsoort.KIND, "Mila Peeters", "2019")], **more
        )
        if with_mandaat:
            mandaat.give(
                db, coach.actor, gezin, gegeven_op=DAY, bereik=ALLES, vorm=Vorm.GESPREK, gever="An", now=now
            )
        doel = plan.add_doel(db, coach.actor, gezin, domein="wonen", titel="Een droge woning", now=now)
        plan.add_actie(db, coach.actor, doel, tekst="Huisbaas bellen", tegen=DAY - timedelta(days=1), now=now)
        plan.add_actie(db, coach.actor, doel, tekst="Premie vragen", tegen=DAY + timedelta(days=3), now=now)
        notities.write(
            db,
            coach.actor,
            gezin,
            datum=DAY,
            contact=Contact.HUISBEZOEK,
            tekst="Koffie gedronken.",
            now=now,
            today=DAY,
        )
        db.commit()
        return gezin

    return make


@pytest.fixture
def gezin(family):
    return family()


def measure(db, coach, gezin, quarter, now):
    grondrechten.measure(
        db,
        coach.actor,
        gezin,
        quarter=quarter,
        datum=DAY,
        scores={"wonen": Score(Soort.SCORE, 2)},
        priorities=("wonen",),
        now=now,
        today=DAY,
    )
    db.commit()


def test_a_coach_sees_each_family_with_what_is_due(client, db, coach, family, now):
    gezin = family(waarschuwing="adres niet doorgeven")
    client.sign_in(coach.account.id)
    page = client.get("/")
    for words in (
        "Gezin Peeters",
        gezin.code,
        "adres niet doorgeven",
        "Mandaat in orde",
        "De meting van dit kwartaal is nog te doen",
        "De meting van vorig kwartaal ontbreekt",
        "1 actie is te laat",
        "1 actie in de komende 7 dagen",
    ):
        assert words in page.words
    assert f"/dossier/{gezin.id}" in page.links()
    for quarter in ((2026, 3), (2026, 4)):
        measure(db, coach, gezin, quarter, now)
    assert "De meting van" not in client.get("/").words


def test_a_family_without_a_mandaat_and_one_to_review_say_so(client, db, coach, family, now):
    family("Gezin Zonder", with_mandaat=False)
    review = family("Gezin Herziet", with_mandaat=False)
    mandaat.give(
        db,
        coach.actor,
        review,
        gegeven_op=date(2025, 10, 1),
        bereik=ALLES,
        vorm=Vorm.GESPREK,
        gever="An",
        herbekijken_op=date(2026, 10, 1),
        now=now,
    )
    db.commit()
    client.sign_in(coach.account.id)
    words = client.get("/").words
    assert "Geen mandaat" in words
    assert "Mandaat herbekijken" in words


def test_a_stand_in_sees_until_when_and_a_former_coach_sees_nothing(
    client, db, actor, city, coach, gezin, now
):
    other = city.coach("Ver Vanger")
    dossier.add_stand_in(db, actor, gezin, other.row.id, van=DAY, tot=DAY + timedelta(days=7), now=now)
    dossier.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    db.commit()
    client.sign_in(other.account.id)
    assert "je vervangt tot en met 22 oktober" in client.get("/").words
    client.sign_in(coach.account.id)
    assert "Peeters" not in client.get("/").text


def test_open_proposals_are_counted_with_a_link(client, db, actor, city, coach, now):
    waiting = city.gezin("Gezin Wacht")
    aanmelding = Aanmelding(
        werking_id=actor.werking_id,
        gezin_id=waiting.id,
        datum=DAY,
        toestand=Toestand.VOORGESTELD,
        toestemming=Toestemming.JA,
        made_at=now,
    )
    db.add(aanmelding)
    db.flush()
    db.add(
        Voorstel(
            aanmelding_id=aanmelding.id,
            gezin_id=waiting.id,
            gezinscoach_id=coach.row.id,
            antwoord=Antwoord.OPEN,
            made_at=now,
        )
    )
    db.commit()
    client.sign_in(coach.account.id)
    page = client.get("/")
    assert "1 gezin wacht op je antwoord" in page.words
    assert "/voorstellen" in page.links()
    stranger, nobody = replace(coach.actor, werking_id=uuid4()), replace(coach.actor, coach_id=None)
    assert [queries.count_proposals(db, one, DAY) for one in (coach.actor, stranger, nobody)] == [1, 0, 0]
    client.sign_in(city.coach("Een Ander").account.id)
    assert "wacht op je antwoord" not in client.get("/").words


@pytest.mark.parametrize("rol", [Rol.AANMELDPUNT, Rol.COORDINATOR])
def test_a_running_dossier_without_a_coach_alarms_aanmeldpunt_and_coordinator(
    client, db, actor, city, gezin, now, rol
):
    client.sign_in(city.account(rol).id)
    assert "nav-count" not in client.get("/").text
    dossier.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    db.commit()
    page = client.get("/")
    assert "1 gezin heeft geen gezinscoach" in page.words
    assert "nav-count" in page.text
    assert "Peeters" not in page.told
    assert "/gezin" in page.links()


def test_the_alarms_cost_one_question_and_only_those_who_can_help(client, db, actor, city, coach, gezin, now):
    def counting(sent):
        return sum("count(*)" in statement and "coachperiode" in statement for statement in sent)

    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    client.get("/gezin")
    with statements() as sent:
        client.get("/gezin")
    assert counting(sent) == 1
    client.sign_in(coach.account.id)
    with statements() as sent:
        client.get("/")
    assert counting(sent) == 0


@pytest.mark.parametrize(("days", "told"), [(None, False), (-1, False), (0, True), (20, True)])
def test_a_coach_sees_the_own_last_day_until_it_is_over(client, city, db, coach, days, told):
    coach.row.gestopt_op = None if days is None else DAY + timedelta(days=days)
    db.commit()
    page = client.sign_in(coach.account.id).get("/")
    assert ("Je laatste dag als gezinscoach is" in page.words) is told
    if days == 20:
        assert "4 november 2026. Daarna open je geen dossiers meer." in page.words
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert "Je laatste dag" not in client.get("/").words


def marked(page):
    """The place in the first menu that says where somebody is, and how."""
    menu = page.tree.find(".//nav")
    return [(a.get("href"), a.get("aria-current")) for a in menu.iter("a") if a.get("aria-current")]


@pytest.mark.parametrize(
    ("rol", "path", "place", "how"),
    [
        (Rol.COORDINATOR, "/netwerk", "/netwerk", "page"),
        (Rol.COORDINATOR, "/gezinscoaches", "/netwerk", "true"),
        (Rol.COORDINATOR, "/gezinscoach/{coach}", "/netwerk", "true"),
        (Rol.COORDINATOR, "/signalen/nieuw", "/signalen", "true"),
        (Rol.BEHEERDER, "/gezinscoaches", "/accounts", "true"),
        (Rol.BEHEERDER, "/accounts/nieuw", "/accounts", "true"),
        (Rol.BEHEERDER, "/organisaties", "/accounts", "true"),
        (Rol.BEHEERDER, "/instellingen", "/instellingen", "page"),
        (Rol.IMPORTEUR, "/werkmap/postvak", "/werkmap", "true"),
        (Rol.AANMELDPUNT, "/aanmelding/nieuw", "/wachtlijst", "true"),
        (Rol.GEZINSCOACH, "/dossier/{gezin}", "/", "true"),
        (Rol.GEZINSCOACH, "/dossier/{gezin}/plan", "/", "true"),
        (Rol.GEZINSCOACH, "/dossier/{gezin}/gegevens", "/", "true"),
    ],
)
def test_the_menu_says_on_every_page_where_somebody_is(client, city, coach, gezin, rol, path, place, how):
    account = coach.account if rol is Rol.GEZINSCOACH else city.account(rol)
    page = client.sign_in(account.id).get(path.format(coach=coach.row.id, gezin=gezin.id))
    assert page.status == 200
    assert marked(page) == [(place, how)]


def test_whoever_is_of_the_desk_and_a_coach_too_is_at_the_place_of_the_role_of_the_page(
    client, city, db, coach, actor, now
):
    accounts.give_role(db, actor, coach.account, Rol.AANMELDPUNT, now=now)
    db.commit()
    assert marked(client.sign_in(coach.account.id).get("/aanmelding/nieuw")) == [("/wachtlijst", "true")]


def test_a_page_that_is_not_there_for_somebody_stands_nowhere(client, coach):
    client.sign_in(coach.account.id)
    for path in ("/gezinscoaches", "/bestaat-niet"):
        page = client.get(path)
        assert page.status == 404
        assert page.tree.find(".//*[@aria-current]") is None


def test_an_alarm_of_another_werking_is_not_counted(db, city, actor, coach, gezin, now):
    dossier.end_coach(db, actor, gezin, tot=DAY, reden="ziek", now=now)
    desk = city.actor_of(city.account(Rol.AANMELDPUNT).id, Rol.AANMELDPUNT)
    assert present.alarms(db, desk, city.today) == 1
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    assert (
        present.alarms(db, type(desk)(elsewhere.werking_id, desk.account_id, None, desk.grants), city.today)
        == 0
    )


def test_a_broken_database_still_gets_a_page_that_says_so(client, city, monkeypatch):
    client.sign_in(city.account(Rol.AANMELDPUNT).id)
    client.get("/")

    def broken(*_):
        raise OperationalError("select", {}, OSError("the disk is gone"))

    monkeypatch.setattr(dossier_queries, "count_without_coach", broken)
    page = client.get("/gezin")
    assert page.status == 500
    assert "Er ging iets mis bij ons" in page.h1


def test_a_bondgenoot_sees_the_load_of_the_own_coaches_and_no_family(
    client, db, actor, city, coach, gezin, now
):
    other = city.organisatie("Een Andere")
    city.coach("Ver Weg", other)
    stand_in = city.coach("Ver Vanger")
    dossier.add_stand_in(db, actor, gezin, stand_in.row.id, van=DAY, tot=DAY + timedelta(days=7), now=now)
    db.commit()
    client.sign_in(city.account(Rol.BONDGENOOT).id)
    page = client.get("/")
    assert "Noor Testers" in page.words
    assert "1 van 3" in page.words
    assert "ja, tot en met 22 okt" in page.words
    for secret in ("Ver Weg", "Peeters", gezin.code):
        assert secret not in page.told


def test_a_beheerder_sees_how_many_accounts_wait(client, db, city, now):
    account = city.account(Rol.BEHEERDER)
    client.sign_in(account.id)
    assert "1 persoon kwam nog niet binnen" in client.get("/").words
    for invitation in db.scalars(select(Invitation)):
        invitation.until = now - timedelta(days=1)
    db.commit()
    assert "1 uitnodiging werkt niet meer" in client.get("/").words


@pytest.mark.parametrize("rol", list(Rol))
def test_every_role_has_a_part_on_vandaag(client, city, rol):
    client.sign_in(city.account(rol).id)
    page = client.get("/")
    assert page.status == 200
    assert len(list(page.tree.iter("section"))) >= 1


def test_who_has_two_roles_sees_two_parts_and_who_has_none_is_told(client, db, actor, city, now):
    account = city.account(Rol.AANMELDPUNT)
    accounts.give_role(db, actor, account, Rol.COORDINATOR, now=now)
    db.commit()
    client.sign_in(account.id)
    page = client.get("/")
    assert "Aanmeldpunt" in page.words
    assert "Coördinatie" in page.words
    client.sign_in(city.account(None).id)
    assert "nog geen rol" in client.get("/").words


def asked(client, path):
    client.get(path)
    with statements() as sent:
        assert client.get(path).status == 200
    return len(sent)


def test_vandaag_asks_as_much_for_two_families_as_for_twelve(client, coach, family):
    client.sign_in(coach.account.id)
    for number in range(2):
        family(f"Gezin {number}")
    few = asked(client, "/")
    for number in range(10):
        family(f"Gezin {number}")
    assert asked(client, "/") == few


def test_the_overview_shows_the_family_and_what_is_last(client, db, coach, family, now):
    gezin = family(waarschuwing="adres niet doorgeven", telefoon="0470 12 34 56", taal="Arabisch", tolk=True)
    measure(db, coach, gezin, (2026, 4), now)
    client.sign_in(coach.account.id)
    page = client.get(f"/dossier/{gezin.id}")
    for words in (
        "Gezin Peeters",
        "Vaartkom 2",
        "adres niet doorgeven",
        "0470 12 34 56",
        "Arabisch",
        "Mila Peeters",
        "Huisbaas bellen",
        "te laat",
        "Koffie gedronken.",
        "eerste stap",
        "Eerst: Wonen",
        "Noor Testers",
        "Rechten uitzoeken",
    ):
        assert words in page.words, words


def test_without_a_mandaat_the_overview_says_plainly_that_nothing_may_be_shared(client, coach, family):
    gezin = family(with_mandaat=False)
    client.sign_in(coach.account.id)
    assert "Geen mandaat: er mag niets gedeeld worden." in client.get(f"/dossier/{gezin.id}").words


def test_the_overview_asks_as_much_for_much_as_for_little(client, db, coach, gezin, now):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}"
    measure(db, coach, gezin, (2026, 4), now)
    few = asked(client, path)
    doel = plan.add_doel(db, coach.actor, gezin, domein="werk", titel="Werk vinden", now=now)
    for number in range(10):
        plan.add_actie(db, coach.actor, doel, tekst=f"Stap {number}", now=now)
        dossier.add_lid(db, gezin, NieuwLid(Lidsoort.KIND, f"Kind {number}"), number)
        notities.write(
            db, coach.actor, gezin, datum=DAY, contact=Contact.GESPREK, tekst="Nog een.", now=now, today=DAY
        )
    db.commit()
    assert asked(client, path) == few


@pytest.fixture
def expert(city):
    return city.account(Rol.DESKUNDIGE, "Dirk Kundig")


def ask(client, coach, gezin, expert):
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/consult"
    client.get(path)
    return client.post(path, {"deskundige": str(expert.id), "vraag": "Welke premie past hier?"})


def test_an_expert_sees_question_goals_and_scores_for_fourteen_days_and_nothing_else(
    client, db, coach, gezin, expert, now
):
    measure(db, coach, gezin, (2026, 4), now)
    assert "veertien dagen" in client.follow(ask(client, coach, gezin, expert)).words
    path = f"/consult/{db.scalar(select(Consult.id))}"
    client.sign_in(expert.id)
    assert path in client.get("/").links()
    page = client.get(path)
    for words in ("Welke premie past hier?", "Een droge woning", "Wonen", gezin.code):
        assert words in page.words
    for secret in ("Peeters", "Mila", "Vaartkom", "Koffie"):
        assert secret not in page.told, secret
    assert "Gevraagd door Noor Testers, Buurthuis De Test op 15 okt 2026." in page.words
    assert "tot 29 oktober 2026, 10:00" in page.words
    assert client.get(f"/dossier/{gezin.id}").status == 404
    with freeze_time(now + timedelta(days=14, seconds=-1)):
        assert client.sign_in(expert.id).get(path).status == 200
    with freeze_time(now + timedelta(days=14)):
        assert client.sign_in(expert.id).get(path).status == 404
        assert path not in client.get("/").links()


def test_another_expert_finds_nothing(client, city, db, coach, gezin, expert):
    ask(client, coach, gezin, expert)
    client.sign_in(city.account(Rol.DESKUNDIGE).id)
    assert client.get(f"/consult/{db.scalar(select(Consult.id))}").status == 404


def test_a_coach_ends_a_consult_at_once_and_only_in_its_own_dossier(client, db, coach, family, gezin, expert):
    page = client.follow(ask(client, coach, gezin, expert))
    end = next(action for action in page.actions() if action.endswith("/einde"))
    other = family("Gezin Ander")
    assert client.post(end.replace(str(gezin.id), str(other.id))).status == 404
    path = f"/consult/{db.scalar(select(Consult.id))}"
    client.sign_in(expert.id)
    assert client.get(path).status == 200
    client.sign_in(coach.account.id)
    client.get("/")
    assert "afgesloten" in client.follow(client.post(end)).words
    client.sign_in(expert.id)
    assert client.get(path).status == 404


def test_without_a_mandaat_for_information_an_expert_cannot_be_asked(client, db, coach, family, expert):
    gezin = family(with_mandaat=False)
    refused = ask(client, coach, gezin, expert)
    assert refused.status == 409
    assert "gaf hiervoor geen mandaat" in refused.words
    assert "Dit kan nog niet" in client.get(f"/dossier/{gezin.id}/consult").words
    assert db.scalar(select(Consult.id)) is None


def test_when_the_family_withdraws_the_expert_sees_nothing_from_that_second(
    client, db, coach, gezin, expert, now
):
    ask(client, coach, gezin, expert)
    path = f"/consult/{db.scalar(select(Consult.id))}"
    client.sign_in(expert.id)
    assert client.get(path).status == 200
    mandaat.withdraw(db, coach.actor, gezin, now=now, bereik=Bereik.INFORMATIE)
    db.commit()
    assert client.get(path).status == 404
    assert "Niemand vraagt je nu om raad" in client.get("/").words


def test_only_an_expert_of_the_list_can_be_asked(client, city, db, coach, gezin):
    assert ask(client, coach, gezin, city.account(Rol.COORDINATOR)).status == 422
    assert db.scalar(select(Consult.id)) is None


def test_looking_writes_nothing_but_that_somebody_looked(client, db, coach, gezin, expert):
    ask(client, coach, gezin, expert)
    consult = f"/consult/{db.scalar(select(Consult.id))}"
    for account, paths in ((coach.account, ["/", f"/dossier/{gezin.id}"]), (expert, ["/", consult])):
        client.sign_in(account.id)
        for path in paths:
            with statements() as sent:
                client.get(path)
            writes = {s.split("(")[0].strip() for s in sent if not s.startswith(("SELECT", "PRAGMA"))}
            assert writes == {"INSERT INTO audit_event"}, path
