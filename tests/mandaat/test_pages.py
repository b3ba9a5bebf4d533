"""The mandaat as its coach meets it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.actions import NieuwLid
from gezinscoach.dossier.rules import Lidsoort
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.mandaat import actions
from gezinscoach.mandaat.actions import NieuwePartner
from gezinscoach.mandaat.rules import ALLES, Bereik, Vorm
from gezinscoach.mandaat.tables import Mandaat, Mandaatbereik
from tests.counting import statements

TYPED = {
    "gegeven_op": "12/10/2026",
    "gever": ["An Peeters"],
    "vorm": "gesprek",
    "bereik": ["rechten", "informatie"],
    "partners-0-naam": "School De Boom",
    "partners-0-domeinen": ["onderwijs"],
    "partners-5-naam": "OCMW",
    "tot": "",
    "herbekijken_op": "12/10/2027",
    "toelichting": "Liever niet bellen.",
}


@pytest.fixture
def coach(city):
    return city.coach()


@pytest.fixture
def gezin(city, coach):
    return city.gezin("Gezin Peeters", coach, leden=[NieuwLid(Lidsoort.OUDER, "An Peeters")])


@pytest.fixture
def path(gezin, client, coach):
    client.sign_in(coach.account.id)
    return f"/dossier/{gezin.id}/mandaat"


def test_without_a_mandaat_the_page_says_that_nothing_may_be_shared(client, path):
    page = client.get(path)
    assert "Geen mandaat" in page.words
    assert "Er mag niets gedeeld worden" in page.words
    assert path + "/intrekken" not in page.links()


def test_the_form_has_nothing_ticked_beforehand_and_reviews_in_a_year(client, path):
    page = client.get(path + "/nieuw")
    ticked = [
        node
        for node in page.tree.iter("input")
        if node.attrib.get("type") == "checkbox" and "checked" in node.attrib
    ]
    assert ticked == []
    assert page.tree.find(".//input[@name='herbekijken_op']").attrib["value"] == "15/10/2027"


def test_what_a_family_allows_is_noted_and_shown(client, path):
    client.get(path + "/nieuw")
    page = client.follow(client.post(path + "/nieuw", TYPED))
    for words in (
        "School De Boom",
        "Onderwijs",
        "OCMW",
        "alle levensdomeinen",
        "Liever niet bellen.",
        "An Peeters",
    ):
        assert words in page.words
    assert "Het mandaat is genoteerd. Het geldt vanaf 12 oktober 2026." in page.text
    assert "Het gezin vroeg: Liever niet bellen." in page.words
    assert "Het gezin vroeg: Liever niet bellen." in client.get(path.removesuffix("/mandaat")).words
    assert "Geen mandaat" not in page.words
    assert {link for link in page.links() if "/bereik/" in link} == {
        f"{path}/bereik/rechten/intrekken",
        f"{path}/bereik/informatie/intrekken",
    }


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"bereik": []}, "Kruis minstens één ding aan"),
        ({"gever": []}, "Zeg wie het mandaat gaf"),
        ({"gegeven_op": "16/10/2026"}, "Deze dag moet nog komen"),
        ({"gegeven_op": ""}, "Dit veld is nodig"),
        ({"tot": "1/10/2026"}, "ligt voor de dag"),
        ({"partners-0-naam": ""}, "Schrijf ook de naam van de partner"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(client, path, db, more, said):
    client.get(path + "/nieuw")
    page = client.post(path + "/nieuw", TYPED | more)
    assert page.status == 422
    assert said in page.words
    assert "Liever niet bellen." in page.text
    assert "OCMW" in page.text
    assert db.scalar(select(func.count(Mandaat.id))) == 0


def test_whoever_gave_it_can_be_typed_when_no_parent_is_known(client, city, coach):
    gezin = city.gezin("Gezin Zonder", coach)
    client.sign_in(coach.account.id)
    path = f"/dossier/{gezin.id}/mandaat"
    client.get(path + "/nieuw")
    wrong = client.post(path + "/nieuw", TYPED | {"gever": [], "gever_anders": ""})
    assert wrong.status == 422
    assert "Zeg wie het mandaat gaf" in wrong.words
    fine = client.post(path + "/nieuw", TYPED | {"gever": [], "gever_anders": "grootmoeder"})
    assert "grootmoeder" in client.follow(fine).words


@pytest.fixture
def given(db, actor, gezin, now):
    row = actions.give(
        db,
        actor,
        gezin,
        gegeven_op=now.date(),
        bereik=ALLES,
        vorm=Vorm.GESPREK,
        gever="An",
        partners=[NieuwePartner("School"), NieuwePartner("OCMW")],
        now=now,
    )
    db.commit()
    return row


def test_each_scope_each_partner_and_the_whole_can_be_withdrawn_in_one_step(client, path, given):
    page = client.get(path)
    client.post(f"{path}/bereik/rechten/intrekken")
    page = client.get(path)
    assert f"{path}/bereik/rechten/intrekken" not in page.links()
    partner = next(link for link in page.links() if "/partner/" in link)
    client.post(partner)
    page = client.get(path)
    assert partner not in page.links()
    assert "Ingetrokken Rechten uitzoeken" in page.words.split("Geschiedenis")[1], "it stays to be read"
    page = client.follow(client.post(f"{path}/intrekken"))
    assert "Geen mandaat" in page.words
    assert "Mandaat gegeven" in page.words


def test_a_tap_on_withdraw_only_asks(client, path, given, db):
    page = client.get(path)
    assert [action for action in page.actions() if "/mandaat" in action] == [], "no deed at one tap"
    partner = next(link for link in page.links() if "/partner/" in link)
    for link, heading in (
        (f"{path}/bereik/informatie/intrekken", "Intrekken: Informatie delen"),
        (partner, "Intrekken: "),
        (f"{path}/intrekken", "Intrekken: het hele mandaat"),
    ):
        asked = client.get(link)
        assert asked.h1.startswith(heading)
        assert "Niet intrekken" in asked.words
        assert path in asked.links()
    assert client.get(partner).h1 in {"Intrekken: School", "Intrekken: OCMW"}
    assert db.scalar(select(func.count(Mandaatbereik.id)).where(Mandaatbereik.withdrawn_at.is_not(None))) == 0


def test_a_stand_in_withdraws_but_gives_no_new_mandaat(client, path, given, city, gezin, db, actor, now):
    other = city.coach("Ver Vanger")
    dossier.add_stand_in(db, actor, gezin, other.row.id, van=now.date(), tot=now.date(), now=now)
    db.commit()
    client.sign_in(other.account.id)
    page = client.get(path)
    assert f"{path}/nieuw" not in page.links()
    for send in (client.get, client.post):
        told = send(f"{path}/nieuw", data=TYPED)
        assert told.status == 403
        assert "Vraag het aan de vaste gezinscoach." in told.text
    assert db.scalar(select(func.count(Mandaat.id))) == 1
    assert "Geen mandaat" in client.follow(client.post(f"{path}/intrekken")).words


def test_withdrawing_what_was_withdrawn_changes_nothing_and_says_so(client, path, given):
    client.get(path)
    client.post(f"{path}/bereik/rechten/intrekken")
    again = client.post(f"{path}/bereik/rechten/intrekken")
    assert again.status == 409
    assert "al ingetrokken" in again.words


def test_a_partner_of_another_family_is_not_found(client, path, given, city, coach, db):
    other = city.gezin("Gezin Ander", coach)
    page = client.get(path)
    partner = next(link for link in page.links() if "/partner/" in link)
    assert client.get(partner.replace(path, f"/dossier/{other.id}/mandaat")).status == 404
    assert client.post(partner.replace(path, f"/dossier/{other.id}/mandaat")).status == 404
    assert client.post(f"{path}/bereik/alles/intrekken").status == 404


def test_who_is_not_the_coach_finds_no_mandaat(client, path, given, city, db):
    for account in (
        city.coach("Een Ander").account,
        city.account(Rol.AANMELDPUNT),
        city.account(Rol.COORDINATOR),
    ):
        client.sign_in(account.id)
        assert client.get(path).status == 404
        assert client.get(f"{path}/intrekken").status == 404
        assert client.post(f"{path}/intrekken").status == 404
    assert db.scalar(select(func.count(Mandaatbereik.id)).where(Mandaatbereik.withdrawn_at.is_not(None))) == 0


def test_looking_writes_nothing_but_that_somebody_looked(client, path, given, db):
    with statements() as sent:
        client.get(path)
        client.get(path + "/nieuw")
    writes = [statement for statement in sent if not statement.startswith(("SELECT", "PRAGMA"))]
    assert {statement.split("(")[0].strip() for statement in writes} == {"INSERT INTO audit_event"}
    assert db.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.action == "dossier.read")) == 2


def test_the_page_asks_as_much_for_one_mandaat_as_for_many(client, path, given, db, actor, gezin, now):
    client.get(path)
    with statements() as few:
        client.get(path)
    for _ in range(9):
        actions.give(
            db,
            actor,
            gezin,
            gegeven_op=now.date(),
            bereik=frozenset(Bereik),
            vorm=Vorm.PAPIER,
            gever="An",
            partners=[NieuwePartner("CAW")],
            now=now,
        )
    db.commit()
    with statements() as many:
        client.get(path)
    assert len(many) == len(few)
