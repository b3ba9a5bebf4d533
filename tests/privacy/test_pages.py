"""The logboek: who did what, and never what stood there."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Rol
from gezinscoach.privacy import present
from tests.counting import statements

CODE = Path(__file__).parents[2] / "gezinscoach"


@pytest.fixture
def functionaris(city, client):
    account = city.account(Rol.FUNCTIONARIS, "Flor Gegevens")
    client.sign_in(account.id)
    return account


def rows(page):
    return [" ".join("".join(row.itertext()).split()) for row in page.tree.findall(".//tbody/tr")]


def test_the_logboek_says_who_did_what_to_which_dossier_without_its_name(client, functionaris, city, db, now):
    coach = city.coach("Ann Kijkt")
    gezin = city.gezin("Geheime Familie", coach)
    audit.record(db, coach.actor, "notitie.add", now=now, scope_id=gezin.id)
    audit.look(db, coach.actor, "dossier.read", now=now, scope_id=gezin.id, groups=("F1", "F3"))
    audit.keep(db, db.info.pop("looks"))
    db.commit()
    page = client.get("/logboek")
    words = "\n".join(rows(page))
    assert "Ann Kijkt" in words
    assert "dossier bekeken" in words
    assert "namen en geboortejaren, notities" in words
    assert gezin.code in words
    assert gezin.id.hex[:8] not in words
    assert "Geheime Familie" not in page.told
    assert str(gezin.id) not in page.text


def test_the_logboek_is_cut_by_person_period_and_dossier(client, functionaris, city, db, now):
    ann, bob = city.coach("Ann Eerste"), city.coach("Bob Tweede")
    one, other = uuid4(), uuid4()
    audit.record(db, ann.actor, "doel.add", now=now, scope_id=one)
    audit.record(db, bob.actor, "actie.add", now=now - timedelta(days=10), scope_id=other)
    db.commit()
    assert all("Ann" in row for row in rows(client.get(f"/logboek?persoon={ann.account.id}")))
    assert [row for row in rows(client.get(f"/logboek?dossier={other.hex[:8]}")) if "Bob" not in row] == []
    assert len(rows(client.get(f"/logboek?dossier={str(one)[:13]}"))) == 1
    old = rows(client.get("/logboek?van=5/10/2026&tot=5/10/2026"))
    assert len(old) == 1
    assert "actie toegevoegd" in old[0]
    page = client.get("/logboek?persoon=Ann")
    assert page.status == 422, "a name does not belong in an address"


def test_a_dossiercode_is_found_and_goes_on_as_its_mark(client, functionaris, city, db, now):
    coach = city.coach("Ann")
    gezin, other = city.gezin("Gezin A", coach), city.gezin("Gezin B", coach)
    for one, deed in ((gezin, "doel.add"), (other, "actie.add")):
        audit.record(db, coach.actor, deed, now=now, scope_id=one.id)
    db.commit()
    asked = client.post("/logboek", {"dossier": f" {gezin.code.lower()} ", "van": "1/10/2026"})
    assert asked.location.endswith(f"?van=1/10/2026&dossier={gezin.id.hex[:8]}")
    assert gezin.code not in asked.location
    page = client.follow(asked)
    found = rows(page)
    assert page.tree.find(".//input[@name='dossier']").get("value") == gezin.code
    assert any("doel toegevoegd" in row for row in found)
    assert not any("actie toegevoegd" in row for row in found)
    assert client.post("/logboek", {"dossier": gezin.id.hex[:8]}).location.endswith(gezin.id.hex[:8])
    lost = client.post("/logboek", {"dossier": "GC-0000-XXXXX"})
    assert lost.status == 422
    assert "Er is geen dossier met deze code" in lost.words
    assert "GC-0000-XXXXX" in lost.text, "nothing typed is lost"


def test_a_dossiercode_of_another_werking_is_not_found(client, functionaris, db, now):
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    gezin = dossier.open_gezin(db, elsewhere, naam="Gezin Ginder", now=now)
    db.commit()
    assert client.post("/logboek", {"dossier": gezin.code}).status == 422


def test_a_day_ends_at_midnight_in_leuven_not_in_london(client, functionaris, city, db, now):
    ann = city.coach("Ann")
    audit.record(db, ann.actor, "doel.add", now=now.replace(day=1, hour=22, minute=30))  # 00:30 on the 2nd
    db.commit()
    assert "doel" not in "".join(rows(client.get("/logboek?tot=1/10/2026")))
    assert "doel" in "".join(rows(client.get("/logboek?van=2/10/2026&tot=2/10/2026")))


def test_what_is_no_date_and_no_mark_is_said_at_the_field(client, functionaris):
    page = client.get("/logboek?van=gisteren&dossier=abc%27--")
    assert page.status == 422
    assert "geen datum" in page.words
    assert "geen kenmerk" in page.words
    assert client.get("/logboek?persoon=%00&dossier=%00").status == 422


def test_a_last_day_before_the_first_is_said_at_the_field_and_lists_nothing(client, functionaris):
    client.get("/logboek")
    for page in (
        client.get("/logboek?van=2/10/2026&tot=1/10/2026"),
        client.post("/logboek", {"van": "2/10/2026", "tot": "1/10/2026"}),
    ):
        assert page.status == 422
        assert "“Tot en met” ligt voor “Van”. Kijk de twee dagen na." in page.words
        assert "Gebeurtenissen" not in page.words
        assert "Niets gevonden" not in page.words
        assert rows(page) == []
    assert client.get("/logboek?van=2/10/2026&tot=2/10/2026").status == 200


def test_the_filter_on_a_person_says_who_did_it(client, functionaris):
    page = client.get("/logboek")
    [label] = [one for one in page.tree.iter("label") if one.attrib["for"] == "persoon"]
    assert "".join(label.itertext()).strip() == "Wie deed het"


def test_the_logboek_turns_its_pages_by_a_hundred(client, functionaris, city, db, now):
    ann = city.coach("Ann")
    for minute in range(101):
        audit.record(db, ann.actor, "doel.add", now=now - timedelta(days=2, minutes=minute))
    db.commit()
    first = client.get(f"/logboek?tot=13/10/2026&persoon={ann.account.id}")
    assert len(rows(first)) == 100
    following = next(link for link in first.links() if "pagina=2" in link)
    assert f"persoon={ann.account.id}" in following
    assert len(rows(client.get(following))) == 1


def test_looking_at_the_logboek_is_in_the_logboek(client, functionaris):
    client.get("/logboek")
    assert "logboek bekeken" in client.get("/logboek").words


def test_another_werking_has_a_logboek_of_its_own(client, functionaris, db, now):
    accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    audit.record(
        db,
        accounts.add_werking(db, naam="Ginder", gemeente="G", postcodes=("1000",), now=now),
        "doel.add",
        now=now,
    )
    db.commit()
    assert "doel toegevoegd" not in client.get("/logboek").words


@pytest.mark.parametrize("rol", [rol for rol in Rol if rol is not Rol.FUNCTIONARIS])
def test_nobody_else_opens_the_logboek(client, city, rol):
    client.sign_in(city.account(rol).id)
    assert client.get("/logboek").status == 404


def test_the_logboek_asks_as_many_questions_for_many_people(client, functionaris, city, db, now):
    def asked():
        with statements() as sent:
            client.get("/logboek")
        return len(sent)

    audit.record(db, city.coach("Ann").actor, "doel.add", now=now)
    db.commit()
    few = asked()
    for number in range(10):
        coach = city.coach(f"Coach {number}")
        audit.record(db, coach.actor, "doel.add", now=now)
    db.commit()
    assert asked() == few


def test_a_role_is_named_in_dutch(app):
    with app.test_request_context():
        assert present.what("role.give.coordinator") == "rol gegeven: coördinator"
        assert present.what("session.begin") == "ingelogd"
        assert present.what("coachperiode.list") == "lijst van dossiers bekeken"
        assert present.what("desk.vandaag") == "pagina Vandaag bekeken"
        assert present.what("werkmap.set_aside") == "rij van de werkmap terzijde gelegd"
        assert present.what("toelage.set_rule") == "regel van de toelage bewaard"
        assert present.what("gezinscoach.read") == "gezinscoach bekeken"
        assert present.what("gezin.compare_enough") == "te vaak nagekeken of een gezin gekend is"


def test_every_deed_that_the_code_traces_has_dutch_words():
    text = "".join(path.read_text() for path in CODE.rglob("*.py"))
    traced = set(re.findall(r"audit\.(?:record|look)\(\s*[\w.()]+,\s*[\w.()]+,\s*f?\"([^\"]+)\"", text))
    assert len(traced) > 20
    words = [action.split(".") for action in traced - set(present.WHOLE)]
    assert {thing for thing, *_ in words if thing not in present.THINGS} == set()
    assert {deed[0] for _, *deed in words if "{" not in deed[0] and deed[0] not in present.DEEDS} == set()


def about(page):
    found = []
    for row in page.tree.findall(".//tbody/tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
        found.append((cells[2], cells[3]))
    return found


def test_the_logboek_says_about_whom_of_the_staff_and_never_about_which_family(
    client, functionaris, city, db, now
):
    organisatie = city.organisatie("Huis Over")
    coach = city.coach("Ann Coacht", organisatie)
    account = city.account(None, "Roos Krijgt")
    accounts.give_role(db, city.actor, account, Rol.COORDINATOR, now=now)
    accounts.deactivate(db, city.actor, account, now=now)
    gezin = city.gezin("Geheime Familie", coach)
    audit.record(db, coach.actor, "gezin.change", now=now, thing_id=gezin.id, scope_id=gezin.id)
    audit.record(db, coach.actor, "doel.add", now=now, thing_id=account.id)
    db.commit()
    page = client.get("/logboek")
    assert {
        ("rol gegeven: coördinator", "Roos Krijgt"),
        ("account toegevoegd", "Roos Krijgt"),
        ("account uitgenodigd", "Roos Krijgt"),
        ("account afgesloten", "Roos Krijgt"),
        ("gezinscoach toegevoegd", "Ann Coacht"),
        ("organisatie toegevoegd", "Huis Over"),
        ("gezin gewijzigd", ""),
        ("doel toegevoegd", ""),
    } <= set(about(page))
    assert "Geheime Familie" not in page.told


def test_names_of_another_werking_stay_there(client, functionaris, city, db, now):
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    there = accounts.add_organisatie(db, elsewhere, naam="Huis Ginder", now=now)
    audit.record(db, city.actor, "organisatie.change", now=now, thing_id=there.id)
    db.commit()
    assert ("organisatie gewijzigd", "") in about(client.get("/logboek"))


def test_guessing_a_password_is_in_the_logboek_without_what_was_typed(client, city):
    account = city.account(Rol.COORDINATOR, "Cor Geraden")
    for _ in range(5):
        client.post("/inloggen", {"email": account.email, "wachtwoord": "geraden woorden"})
    client.sign_in(city.account(Rol.FUNCTIONARIS, "Flor Gegevens").id)
    page = client.get("/logboek")
    (guessed,) = [row for row in rows(page) if "inloggen vertraagd" in row]
    assert "iemand die niet ingelogd was" in guessed
    assert "Cor Geraden" in guessed
    assert account.email not in page.text
    assert "geraden woorden" not in page.text


def test_the_logboek_says_when_it_was_anchored_and_whether_it_is_whole(client, functionaris, db, actor, now):
    assert "Laatste ankernog geen" in client.get("/logboek").words
    audit.record(db, actor, audit.LOOKED_OVER, now=now - timedelta(hours=2))
    db.commit()
    page = client.get("/logboek")
    assert re.search(r"Laatste nazicht15.okt\.?.2026.09:00: heel", page.words)
    assert "niet heel" not in page.words
    audit.record(db, actor, audit.LOOKED_OVER_BROKEN, now=now - timedelta(hours=1))
    db.commit()
    assert "Het logboek is niet heel" in client.get("/logboek").words
