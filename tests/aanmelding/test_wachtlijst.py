"""The wachtlijst, proposals and what each may see of them, as people meet them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from freezegun import freeze_time
from sqlalchemy import select

from gezinscoach.aanmelding import actions, queries
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from tests.counting import statements

from .conftest import CALL, FAMILY


def test_the_wachtlijst_stands_urgent_first_then_by_days_waiting(desk, intake):
    intake.register(naam="Kort", dringend=False, datum=date(2026, 10, 10))
    intake.register(naam="Lang", dringend=False, datum=date(2026, 1, 5))
    intake.register(naam="Haast", dringend=True, datum=date(2026, 10, 14))
    page = desk.get("/wachtlijst")
    assert re.findall(r"Haast|Lang|Kort", page.words) == ["Haast", "Lang", "Kort"]
    assert "283 dagen" in page.words


def test_the_wachtlijst_is_filtered_by_state(desk, intake, noor):
    intake.propose(intake.register(naam="Gevraagd"), noor)
    intake.register(naam="Vrij")
    intake.register(agreed=False)
    assert "Vrij" not in desk.get("/wachtlijst?toestand=voorgesteld").words
    assert "Noor Testers" in desk.get("/wachtlijst?toestand=voorgesteld").words
    assert "Via Bram Peeters" in desk.get("/wachtlijst?toestand=terugbellen").words
    assert "Vrij" in desk.get("/wachtlijst?toestand=onzin").words
    assert "niemand" in desk.get("/wachtlijst?toestand=gekoppeld").words


def test_a_coordinator_sees_codes_and_languages_but_no_name_and_no_page_behind(client, city, intake, noor):
    blad = intake.register()
    intake.propose(intake.register(naam="Tweede"), noor)
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.get("/wachtlijst")
    assert blad.gezin.code in page.words
    assert "Arabisch" in page.words
    for hidden in ("El Amrani", "Tweede", "Wilsele", "Nour", "Bram"):
        assert hidden not in page.told
    assert client.get(f"/aanmelding/{blad.aanmelding.id}").status == 404


def test_the_desk_sees_proposals_in_order_with_reasons_and_who_cannot(desk, intake, city, noor):
    city.coach("Turkse Taal", talen=("Turks",))
    city.coach("Ver Weg", talen=("Arabisch",), wijken=("Heverlee",))
    page = desk.get(f"/aanmelding/{intake.register().aanmelding.id}/gezinscoach")
    assert page.words.index("Noor Testers") < page.words.index("Ver Weg") < page.words.index("Turkse Taal")
    assert "Spreekt Arabisch, net als het gezin." in page.words
    assert "Werkt elders: Heverlee." in page.words
    assert "Spreekt geen Arabisch, en er is geen tolk afgesproken." in page.words
    assert "liefst een vrouw" in page.words
    assert "score" not in page.words.casefold()


def test_a_language_typed_in_lower_case_is_said_as_it_is_spelled(desk, intake, noor):
    aanmelding = intake.register(taal="turks en servo-kroatisch").aanmelding
    page = desk.get(f"/aanmelding/{aanmelding.id}/gezinscoach")
    assert "Spreekt geen Turks en Servo-Kroatisch, en er is geen tolk afgesproken." in page.words
    aanmelding = intake.register(taal="arabisch").aanmelding
    assert "Spreekt Arabisch, net" in desk.get(f"/aanmelding/{aanmelding.id}/gezinscoach").words


def test_from_proposal_to_dossier(client, intake, noor, now):
    blad = intake.register(telefoon_gezin="0471 11 11 11", adres="Vaartkom 2")
    path = f"/aanmelding/{blad.aanmelding.id}"
    client.sign_in(intake.account.id)
    client.get(f"{path}/gezinscoach")
    page = client.follow(client.post(f"{path}/gezinscoach/{noor.row.id}"))
    assert "Het gezin is voorgesteld aan Noor Testers." in page.words
    client.sign_in(noor.account.id)
    page = client.get("/voorstellen")
    assert "Spreekt Arabisch, net als het gezin." in page.words
    for shown in ("3012 Wilsele", "Arabisch", "dringend", "liefst een vrouw", "Werk, Nederlands leren"):
        assert shown in page.words
    for hidden in ("El Amrani", "Nour", "Bram", "0470", "0471", "Vaartkom", "na vier uur", blad.gezin.code):
        assert hidden not in page.told
    (accept,) = [action for action in page.actions() if action.endswith("/aanvaarden")]
    assert client.post(accept).location.endswith(f"/dossier/{blad.gezin.id}")
    assert client.post(accept).status == 404
    assert "geen voorstel" in client.get("/voorstellen").words
    page = client.get(f"/dossier/{blad.gezin.id}")
    for shown in (
        "Zo kwam dit gezin bij ons",
        "0471 11 11 11",
        "Vaartkom 2",
        "Bram Peeters",
        "0470 12 34 56",
    ):
        assert shown in page.words
    for shown in ("Kind en Buurt", "1 oktober 2026", "liefst een vrouw", "na vier uur", "Nederlands leren"):
        assert shown in page.words


def test_a_coach_declines_with_a_reason_that_the_desk_reads(client, intake, noor):
    blad = intake.register()
    voorstel = intake.propose(blad, noor)
    client.sign_in(noor.account.id)
    path = f"/voorstel/{voorstel.id}/weigeren"
    assert client.post(path, {"reden": ""}).status == 422
    assert client.post(path, {"reden": "Ik ken hen van school."}).status == 302
    client.sign_in(intake.account.id)
    page = client.get(f"/aanmelding/{blad.aanmelding.id}")
    assert "Ik ken hen van school." in page.words
    assert "gevraagd op 15 oktober 2026, nee op 15 oktober 2026" in page.words
    page = client.get(f"/aanmelding/{blad.aanmelding.id}/gezinscoach")
    assert "Kon dit gezin niet opnemen" in page.words
    assert client.post(f"/aanmelding/{blad.aanmelding.id}/gezinscoach/{noor.row.id}").status == 409


def test_a_coach_of_another_proposal_and_the_desk_find_nothing(client, city, intake, noor):
    voorstel = intake.propose(intake.register(), noor)
    for account in (city.coach("Ander").account, intake.account, city.account(Rol.COORDINATOR)):
        client.sign_in(account.id)
        assert client.get(f"/voorstel/{voorstel.id}/weigeren").status == 404
        assert client.post(f"/voorstel/{voorstel.id}/aanvaarden").status == 404
        assert client.post(f"/voorstel/{voorstel.id}/weigeren", {"reden": "x"}).status == 404


def test_a_coach_never_sees_the_wachtlijst_or_an_aanmelding(client, intake, noor):
    blad = intake.register()
    intake.propose(blad, noor)
    client.sign_in(noor.account.id)
    for path in ("/wachtlijst", "/aanmelding/nieuw", *inside(blad.aanmelding.id)):
        assert client.get(path).status == 404


def inside(aanmelding_id) -> tuple[str, ...]:
    path = f"/aanmelding/{aanmelding_id}"
    return path, f"{path}/gegevens", f"{path}/gezinscoach", f"{path}/stap/intrekken"


def test_another_werking_gets_not_found(client, intake, noor, db, now):
    blad = intake.register()
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    account, _ = accounts.add_account(db, elsewhere, email="x@elders.example", naam="Xavier", now=now)
    accounts.give_role(db, elsewhere, account, Rol.AANMELDPUNT, now=now - timedelta(days=1))
    db.commit()
    client.sign_in(account.id)
    for path in inside(blad.aanmelding.id):
        assert client.get(path).status == 404
    assert client.post(f"/aanmelding/{blad.aanmelding.id}/gezinscoach/{noor.row.id}").status == 404
    assert "El Amrani" not in client.get("/wachtlijst").text


def test_a_coach_of_another_werking_cannot_be_proposed(desk, intake, db, now):
    assert desk.post(f"/aanmelding/{intake.register().aanmelding.id}/gezinscoach/{uuid4()}").status == 404


def test_after_the_hand_over_the_desk_knows_only_code_state_coach_and_date(desk, intake, noor, db, now):
    blad = intake.register()
    actions.accept(db, noor.actor, intake.propose(blad, noor), today=now.date(), now=now)
    db.commit()
    blad.gezin.gemeente = "3000 Nieuwstad"
    db.commit()
    path = f"/aanmelding/{blad.aanmelding.id}"
    assert desk.get(f"{path}/gegevens").status == 403
    page, listed = desk.get(path), desk.get("/wachtlijst?toestand=gekoppeld")
    assert page.h1 == "Gekoppeld aan Noor Testers"
    for shown in (page, listed):
        for known in (blad.gezin.code, "Noor Testers", "1 okt 2026", "gekoppeld"):
            assert known in shown.words
        for hidden in ("El Amrani", "Nieuwstad", "Wilsele", "Arabisch", "Bram", "Werk", "dringend"):
            assert hidden not in shown.told


def test_only_the_steps_of_the_table_are_offered_and_answered(desk, intake, noor):
    blad = intake.register()
    path = f"/aanmelding/{blad.aanmelding.id}"
    offered = {link.rsplit("/", 1)[1] for link in desk.get(path).links() if "/stap/" in link}
    assert offered == {"intrekken", "doorverwijzen"}
    assert desk.get(f"{path}/stap/terugnemen").status == 409
    assert desk.get(f"{path}/stap/onzin").status == 404
    assert desk.post(f"{path}/stap/intrekken", {"reden": ""}).status == 422
    page = desk.follow(desk.post(f"{path}/stap/intrekken", {"reden": "Het gezin verhuist."}))
    assert "Het gezin verhuist." in page.words
    assert {link.rsplit("/", 1)[1] for link in page.links() if "/stap/" in link} == {"heropenen"}
    assert desk.get(f"{path}/gezinscoach").status == 409


def test_a_second_click_on_propose_says_that_it_stands_already(desk, intake, noor, city):
    blad = intake.register()
    intake.propose(blad, noor)
    other = city.coach("Tweede", talen=("Arabisch",))
    answer = desk.post(f"/aanmelding/{blad.aanmelding.id}/gezinscoach/{other.row.id}")
    assert answer.status == 409
    assert "staat ondertussen anders" in answer.words


def test_whoever_looks_is_written_down(desk, intake, db):
    blad = intake.register()
    desk.get("/wachtlijst")
    desk.get(f"/aanmelding/{blad.aanmelding.id}")
    seen = db.execute(select(AuditEvent.action, AuditEvent.scope_id)).all()
    assert ("wachtlijst.read", None) in seen
    assert ("aanmelding.read", blad.gezin.id) in seen


@pytest.fixture
def crowded(intake, city, noor):
    """Makes more of everything."""

    def make(count: int) -> None:
        for number in range(count):
            coach = city.coach(f"Coach {number} {count}", talen=("Arabisch",), max_gezinnen=20)
            city.gezin(f"Lopend {number}", coach=coach)
            intake.register(naam=f"Gezin {number} {count}")
            intake.propose(intake.register(naam=f"Voor {number} {count}"), noor)

    noor.row.max_gezinnen = 100
    return make


@pytest.mark.parametrize("place", ["wachtlijst", "coordinator", "keuze", "blad", "dubbel", "voorstellen"])
def test_the_number_of_statements_does_not_grow_with_the_rows(client, city, intake, noor, crowded, place):
    blad = intake.register()
    path = {
        "wachtlijst": "/wachtlijst",
        "coordinator": "/wachtlijst",
        "keuze": f"/aanmelding/{blad.aanmelding.id}/gezinscoach",
        "blad": f"/aanmelding/{blad.aanmelding.id}",
        "dubbel": f"/aanmelding/{blad.aanmelding.id}?nakijken=1",
        "voorstellen": "/voorstellen",
    }[place]
    who = {"voorstellen": noor.account, "coordinator": city.account(Rol.COORDINATOR)}
    client.sign_in(who.get(place, intake.account).id)
    counts = []
    for more in (2, 10):
        crowded(more)
        assert client.get(path).status == 200
        with statements() as sent:
            client.get(path)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_list_is_read_in_pages(desk, intake, db, now, monkeypatch):
    monkeypatch.setattr("gezinscoach.aanmelding.queries.lijst.PAGE", 2)
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(3):
        intake.register(naam=f"Gezin {number}", datum=date(2026, 10, 1 + number))
    first, second = desk.get("/wachtlijst"), desk.get("/wachtlijst?blad=2")
    assert "Gezin 2" not in first.words
    assert "Gezin 2" in second.words
    assert "/wachtlijst?blad=2" in first.links()
    assert desk.get("/wachtlijst?blad=-3").status == 200


def test_a_family_of_the_workbook_is_registered_by_the_same_function(intake, desk, db, now):
    row = actions.register(
        db,
        intake.actor,
        now=now,
        datum=date(2025, 12, 28),
        aanmelder="Bram Claes",
        toestemming=Toestemming.JA,
        bron="werkmap",
        **FAMILY,
    )
    db.commit()
    page = desk.get(f"/aanmelding/{row.id}")
    assert "Overgenomen uit de werkmap." in page.words
    assert db.scalar(select(Gezin.id)) == row.gezin_id


def test_nobody_proposes_a_family_to_the_own_self(client, intake, city, noor, db, actor, now):
    accounts.give_role(db, actor, noor.account, Rol.AANMELDPUNT, now=now)
    blad = intake.register()
    path = f"/aanmelding/{blad.aanmelding.id}/gezinscoach"
    client.sign_in(noor.account.id)
    page = client.get(path)
    assert "Dit ben jij. Laat een collega dit gezin voorstellen." in page.words
    assert f"{path}/{noor.row.id}" not in page.actions()
    refused = client.post(f"{path}/{noor.row.id}")
    assert refused.status == 409
    assert "Je kan jezelf niet aan een gezin koppelen. Vraag het aan een collega." in refused.words
    client.sign_in(intake.account.id)
    assert f"{path}/{noor.row.id}" in client.get(path).actions()
    assert client.post(f"{path}/{noor.row.id}").status == 302


def looks_at(db, gezin_id):
    return db.scalars(select(AuditEvent.action).where(AuditEvent.scope_id == gezin_id)).all()


def test_correcting_who_called_leaves_a_look(desk, intake, db):
    blad = intake.register(agreed=False)
    assert "0470 12 34 56" in desk.get(f"/aanmelding/{blad.aanmelding.id}/gegevens?aanmelder=1").text
    look = select(AuditEvent.groups).where(AuditEvent.action == "aanmelding.read")
    assert db.scalars(look.where(AuditEvent.scope_id == blad.gezin.id)).all() == ["F1 F2 F8"]


def test_a_family_that_was_found_as_a_likely_double_keeps_the_trace_of_it(desk, intake, city, db):
    known, other = city.gezin("El-Amrani"), city.gezin("Janssens")
    desk.get(f"/aanmelding/{intake.register(ouder='').aanmelding.id}?nakijken=1")
    assert "gezin.compare" in looks_at(db, known.id)
    assert "gezin.compare" not in looks_at(db, other.id)


def test_names_are_not_tried_out_without_end_and_who_tries_leaves_a_trace(
    desk, intake, city, db, monkeypatch, now
):
    monkeypatch.setattr("gezinscoach.aanmelding.rules.MOST_COMPARISONS", 2)
    known, blad = city.gezin("El-Amrani"), intake.register(ouder="")
    asked = f"/aanmelding/{blad.aanmelding.id}?nakijken=1"
    for _ in range(2):
        assert known.code in desk.get(asked).words
    assert "gezin.compare_enough" not in looks_at(db, blad.gezin.id)
    page = desk.get(asked)
    assert looks_at(db, blad.gezin.id).count("gezin.compare_enough") == 1
    assert "gezin.compare_enough" not in looks_at(db, known.id)
    assert page.status == 200
    assert known.code not in page.words
    assert "Morgen kan het opnieuw. De aanmelding zelf gaat gewoon door." in page.words
    assert "geen ander gezin" not in page.words
    registered = desk.follow(desk.post("/aanmelding/nieuw", CALL | {"naam": "El Amrani"}))
    assert registered.h1 == "El Amrani"
    assert known.code not in registered.words
    desk.sign_in(city.account(Rol.AANMELDPUNT, "Een Collega").id)
    assert known.code in desk.get(asked).words
    with freeze_time(now + timedelta(days=1)):
        desk.sign_in(intake.account.id)
        assert known.code in desk.get(asked).words
