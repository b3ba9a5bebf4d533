"""The toelage from the database, in the browser, as a file and on the command line."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from freezegun import freeze_time
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from gezinscoach.accounts import actions as accounts
from gezinscoach.dossier import actions as dossier
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.netwerk import actions as netwerk
from gezinscoach.netwerk.rules import Aanwezig
from gezinscoach.toelage import actions, queries, rules
from gezinscoach.toelage.commands import toelage
from gezinscoach.toelage.rules import Kind, Regeling
from tests.counting import statements
from tests.toelage.city import give_mandaat, load_workbook, measure
from tests.toelage.test_werkmap_year import TRUTH, the_outcome

START = date(2026, 1, 10)


def a_full_year(city, coach, naam, now):
    """A family that counts, and whose three quarters were all scored."""
    gezin = city.gezin(naam, coach, van=START)
    give_mandaat(city.db, city.actor, gezin, START, now)
    for quarter in (1, 2, 3):
        measure(city.db, city.actor, gezin, (2026, quarter), date(2026, quarter * 3, 20), now)
    city.db.commit()
    return gezin


@pytest.fixture
def year(city, db, now):
    """Two organisations: in one a coach and a family count, in the other nobody does (yet)."""
    good = city.coach("Ann Telt", city.organisatie("=Huis Een"))
    other = city.coach("Bob Nog Niet", city.organisatie("Huis Twee"))
    meeting = netwerk.hold(db, city.actor, datum=date(2026, 3, 3), now=now)
    netwerk.mark(
        db, city.actor, meeting, {good.row.id: Aanwezig.AANWEZIG, other.row.id: Aanwezig.AFWEZIG}, now=now
    )
    counting = a_full_year(city, good, "Familie Goed", now)
    waiting = city.gezin("Familie Wacht", other, van=START)
    return {"good": good, "other": other, "counting": counting, "waiting": waiting}


def on_the_command_line(db, actor, *args):
    @contextmanager
    def installation():
        yield db, actor

    return CliRunner().invoke(toelage, ["compute", *args], obj=installation)


def test_the_year_of_the_workbook_in_the_database_is_that_of_the_rules_alone(db, actor, now):
    load_workbook(db, actor, now)
    found = queries.uitkomst(db, actor, 2026, date.fromisoformat(TRUTH["reference_date"]))
    # Both know a line by another key: everything else is the same.
    assert [replace(line, key="") for line in found.lines] == [
        replace(line, key="") for line in the_outcome().lines
    ]
    assert found.organisations == the_outcome().organisations
    assert found.total_cents == TRUTH["toelage_2026"]["total_cents"]


def test_the_year_of_the_workbook_asks_few_questions(db, actor, now, year):
    def asked():
        with statements() as sent:
            queries.uitkomst(db, actor, 2026, now.date())
        return len(sent)

    few = asked()
    load_workbook(db, actor, now)
    assert asked() == few <= 12


def test_a_stand_in_and_a_handover_give_a_family_once_to_its_latest_coach(db, city, now, year):
    gezin = year["counting"]
    dossier.end_coach(db, city.actor, gezin, tot=date(2026, 9, 1), reden=None, now=now)
    dossier.start_coach(db, city.actor, gezin, year["other"].row.id, van=date(2026, 9, 2), now=now)
    dossier.add_stand_in(
        db,
        city.actor,
        gezin,
        year["good"].row.id,
        van=date(2026, 9, 10),
        tot=date(2026, 9, 20),
        now=now,
    )
    lines = [
        line
        for line in queries.uitkomst(db, city.actor, 2026, now.date()).lines
        if line.kind is Kind.GEZIN and line.code == gezin.code
    ]
    assert [(line.organisation, line.counts) for line in lines] == [("Huis Twee", True)]


def test_the_coordinator_sees_every_organisation_with_codes_and_reasons_and_no_family_name(
    client, city, year
):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.get("/toelage?jaar=2026&op=15/10/2026")
    assert page.h1 == "Toelage 2026"
    for words in ("=Huis Een", "Huis Twee", "Ann Telt", year["counting"].code, year["waiting"].code):
        assert words in page.words
    assert "geen geldig mandaat in dit jaar" in page.words
    assert "1.000,00" in page.words
    assert "Familie" not in page.told


def test_a_responsible_person_sees_only_the_own_organisation_also_in_the_files(client, city, year):
    own = city.organisatie("Huis Twee")
    client.sign_in(city.account(Rol.ORGANISATIEVERANTWOORDELIJKE, organisatie=own).id)
    for path in ("/toelage", "/toelage/json", "/toelage/xlsx"):
        page = client.get(path)
        assert page.status == 200
        text = page.text
        if path.endswith("xlsx"):
            book = CalamineWorkbook.from_filelike(BytesIO(page.data))
            text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        elif path.endswith("json"):
            text = page.data.decode()
        assert "Bob Nog Niet" in text
        assert year["waiting"].code in text
        for stranger in ("Huis Een", "Ann Telt", year["counting"].code):
            assert stranger not in text
    assert client.get("/toelage/regel").status == 404


def test_a_responsible_person_cannot_walk_day_by_day_to_the_day_on_which_a_family_took_something_back(
    client, city, year
):
    house = city.organisatie("Huis Twee")
    client.sign_in(city.account(Rol.ORGANISATIEVERANTWOORDELIJKE, organisatie=house).id)
    for path in ("/toelage", "/toelage/json", "/toelage/xlsx"):
        for day, status in (("30/06", 200), ("15/10", 200), ("14/10", 422), ("29/06", 422)):
            assert client.get(f"{path}?jaar=2026&op={day}/2026").status == status, day
    assert "de laatste dag van een kwartaal" in client.get("/toelage?jaar=2026&op=14/10/2026").words
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert client.get("/toelage?jaar=2026&op=14/10/2026").status == 200


def test_a_responsible_person_opens_no_key_of_another_organisation(db, city, year, now):
    own = city.organisatie("Huis Twee")
    viewer = Actor(
        werking_id=city.actor.werking_id,
        account_id=city.account(Rol.ORGANISATIEVERANTWOORDELIJKE, organisatie=own).id,
        grants=frozenset({(Rol.ORGANISATIEVERANTWOORDELIJKE, own.id)}),
    )
    db.info["granted"].clear()
    queries.uitkomst(db, viewer, 2026, now.date())
    assert year["waiting"].id in db.info["granted"]
    assert year["counting"].id not in db.info["granted"]
    assert year["good"].row.id not in db.info["granted"]


@pytest.mark.parametrize(
    "rol", [rol for rol in Rol if rol not in (Rol.COORDINATOR, Rol.ORGANISATIEVERANTWOORDELIJKE)]
)
def test_nobody_else_opens_the_toelage(client, city, rol):
    client.sign_in((city.coach("Ann").account if rol is Rol.GEZINSCOACH else city.account(rol)).id)
    for path in ("/toelage", "/toelage/json", "/toelage/xlsx", "/toelage/regel"):
        assert client.get(path).status == 404


def test_another_werking_is_in_no_sum(db, actor, city, year, now):
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    load_workbook(db, elsewhere, now)
    assert len(queries.uitkomst(db, actor, 2026, now.date()).organisations) == 2


def test_somebody_takes_twenty_files_a_day_and_the_next_is_refused_and_on_record(client, city, db, now):
    one, other = (city.account(Rol.COORDINATOR, naam) for naam in ("Cora", "Cem"))
    client.sign_in(one.id)
    for number in range(rules.MOST_EXPORTS):
        assert client.get(f"/toelage/{('xlsx', 'json')[number % 2]}").status == 200
    for path in ("/toelage/xlsx", "/toelage/json"):
        page = client.get(path)
        assert page.status == 409
        assert "vandaag al 20 keer" in page.words
    refused = select(AuditEvent.account_id).where(AuditEvent.action == "toelage.export_enough")
    assert db.scalars(refused).all() == [one.id] * 2
    assert client.get("/toelage").status == 200
    with freeze_time(now + timedelta(days=1)):
        client.sign_in(one.id)
        assert client.get("/toelage/xlsx").status == 200
    client.sign_in(other.id)
    assert client.get("/toelage/xlsx").status == 200


def test_the_workbook_opens_adds_up_and_has_no_formulas(client, city, year):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    answer = client.get("/toelage/xlsx?jaar=2026&op=2026-10-15")
    assert 'filename="toelage-2026-op-2026-10-15.xlsx"' in answer.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    totals = book.get_sheet_by_name("Organisaties").to_python()
    assert totals[3] == ["=Huis Een", 1, 1, 1000]
    assert totals[-1] == ["Totaal", 1, 1, 1000]
    lines = book.get_sheet_by_name("Lijnen").to_python()
    assert len(lines) == 5
    assert {line[3] for line in lines[1:]} == {"ja", "nee"}
    import zipfile

    parts = zipfile.ZipFile(BytesIO(answer.data))
    assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)


def test_a_wrong_year_or_day_is_said_at_the_field_and_today_is_shown(client, city, year):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.get("/toelage?jaar=99999&op=31/02/2026")
    assert page.status == 422
    assert "van 2000 tot 2100" in page.words
    assert "Toelage 2026" in page.h1
    assert client.get("/toelage?jaar=abc").status == 422
    assert client.get("/toelage/json?jaar=abc").status == 422
    assert "Nog geen lijnen" in client.get("/toelage?jaar=2020&op=1/1/2020").words


def test_a_meeting_without_a_list_is_pointed_out(client, city, year, db, now):
    netwerk.hold(db, city.actor, datum=date(2026, 10, 1), now=now)
    netwerk.hold(db, city.actor, datum=date(2026, 12, 1), now=now)
    db.commit()
    client.sign_in(city.account(Rol.COORDINATOR).id)
    words = client.get("/toelage").words
    assert "1 okt 2026" in words or "1 okt. 2026" in words
    assert "dec" not in words.split("geldt")[0]


RULE = {
    "naam": "Regel 2026",
    "geldig_van": "1/1/2026",
    "bedrag_gezin": "600,50",
    "bedrag_coach": "400",
    "min_dagen": "30",
    "min_metingen": "1",
    "aanwezig": "50%",
    "metingen": "3/4",
}


def test_a_new_rule_is_first_shown_then_kept_and_the_old_one_stays(client, city, year, db, actor):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    assert "standaardregeling geldt" in client.get("/toelage/regel").words
    preview = client.post("/toelage/regel", {**RULE, "voorbeeld": "1"})
    assert "1.000,50" in preview.words
    assert "1.000,00" in preview.words
    assert queries.regelingen(db, actor) == []
    assert (
        "De regel is bewaard" in client.follow(client.post("/toelage/regel", {**RULE, "bewaren": "1"})).words
    )
    assert "1.000,50" in client.get("/toelage?jaar=2026").words
    later = {**RULE, "geldig_van": "1/1/2027", "bedrag_gezin": "1", "bewaren": "1"}
    client.post("/toelage/regel", later)
    assert "1.000,50" in client.get("/toelage?jaar=2026").words
    assert client.post("/toelage/regel", later).status == 422
    assert len(queries.regelingen(db, actor)) == 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("aanwezig", "veel"),
        ("aanwezig", "3/2"),
        ("aanwezig", "1/0"),
        ("metingen", "1e9999999"),
        ("bedrag_gezin", "NaN"),
        ("bedrag_gezin", "-1"),
        ("bedrag_coach", "vijf"),
        ("min_dagen", ""),
        ("min_metingen", "5"),
        ("geldig_van", "31/2/2026"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_given_back(client, city, field, typed):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    page = client.post("/toelage/regel", {**RULE, field: typed, "bewaren": "1"})
    assert page.status == 422
    assert "Regel 2026" in page.text


def test_two_rules_cannot_hold_from_the_same_day(db, actor, now):
    actions.set_rule(db, actor, Regeling("Een", date(2026, 1, 1)), now=now)
    with pytest.raises(actions.DayTaken):
        actions.set_rule(db, actor, Regeling("Twee", date(2026, 1, 1)), now=now)


def test_the_command_line_prints_the_open_format_with_codes_only(db, actor, year, now):
    answer = on_the_command_line(db, actor, "--year", "2026", "--as-of", "2026-10-15", "--json")
    assert answer.exit_code == 0, answer.output
    claim = json.loads(answer.stdout)
    assert list(claim) == ["year", "as_of", "regulation", "total_cents", "organisations", "lines"]
    assert set(claim["organisations"][0]) == {"organisation", "families", "coaches", "amount_cents"}
    assert set(claim["lines"][0]) == {"kind", "code", "organisation", "counts", "amount_cents", "reason"}
    assert claim["total_cents"] == 100_000
    assert "Familie" not in answer.stdout


def test_who_is_not_noted_is_named_with_the_day_and_how_many(client, city, db, now):
    ann, _bob, _cis = city.coach("Ann"), city.coach("Bob"), city.coach("Cis")
    meeting = netwerk.hold(db, city.actor, datum=date(2026, 9, 11), now=now)
    netwerk.mark(db, city.actor, meeting, {ann.row.id: Aanwezig.AANWEZIG}, now=now)
    db.commit()
    client.sign_in(city.account(Rol.COORDINATOR).id)
    words = client.get("/toelage").words
    assert (
        "Nog niet van iedereen genoteerd: 11 sep 2026 (2). Wie niet genoteerd is, telt als afwezig." in words
    )
    assert "Nog niet van iedereen" not in client.get("/toelage?jaar=2026&op=10/09/2026").words


def test_a_year_that_ended_has_no_not_yet(client, city, db, year):
    coordinator = city.account(Rol.COORDINATOR)
    client.sign_in(coordinator.id)
    page = client.get("/toelage")
    assert "Gezinnen die (nog) niet meetellen" in page.words
    assert "Excel-bestand" in page.words
    with freeze_time("2027-01-05"):
        client.sign_in(coordinator.id)
        ended = client.get("/toelage?jaar=2026&op=05/01/2027").words
    assert "Gezinnen die niet meetellen" in ended
    assert "Telt niet mee: " in ended
    assert "(nog)" not in ended


def test_the_command_line_prints_a_table_and_writes_a_workbook(db, actor, year, now, tmp_path):
    table = on_the_command_line(db, actor, "--year", "2026")
    assert table.exit_code == 0, table.output
    assert "Telt (nog) niet mee (2)" in table.stdout
    file = tmp_path / "toelage.xlsx"
    assert on_the_command_line(db, actor, "--year", "2026", "--xlsx", str(file)).exit_code == 0
    assert CalamineWorkbook.from_path(str(file)).sheet_names == ["Organisaties", "Lijnen", "Regel"]
    lost = on_the_command_line(db, actor, "--year", "2026", "--xlsx", str(tmp_path / "er" / "niet.xlsx"))
    assert lost.exit_code == 1
    assert "kan niet geschreven worden" in lost.output


def test_a_year_in_which_nothing_ran_prints_nothing_to_pay(db, actor):
    answer = on_the_command_line(db, actor, "--year", "2020", "--as-of", "2020-06-01")
    assert answer.exit_code == 0, answer.output
    assert "0,00" in answer.stdout


def test_the_page_asks_as_many_questions_for_two_families_as_for_twelve(client, city, year, now):
    def asked():
        with statements() as sent:
            assert client.get("/toelage").status == 200
        return len(sent)

    client.sign_in(city.account(Rol.COORDINATOR).id)
    few = asked()
    for number in range(10):
        a_full_year(city, city.coach(f"Coach {number}"), f"Gezin {number}", now + timedelta(0))
    assert asked() == few


def test_a_file_that_leaves_is_on_record_as_such(client, city, db, year):
    client.sign_in(city.account(Rol.COORDINATOR).id)
    for path in ("/toelage", "/toelage/xlsx", "/toelage/json"):
        assert client.get(path).status == 200
    seen = db.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("toelage."))).all()
    assert sorted(seen) == ["toelage.export", "toelage.export", "toelage.read"]


def test_an_organisation_does_not_learn_how_many_coaches_of_the_city_are_not_noted(client, city, db, now):
    ann, _bob = city.coach("Ann"), city.coach("Bob", city.organisatie("Huis Twee"))
    meeting = netwerk.hold(db, city.actor, datum=date(2026, 9, 11), now=now)
    netwerk.mark(db, city.actor, meeting, {ann.row.id: Aanwezig.AANWEZIG}, now=now)
    db.commit()
    client.sign_in(city.account(Rol.ORGANISATIEVERANTWOORDELIJKE, organisatie=city.organisatie()).id)
    page = client.get("/toelage")
    assert page.status == 200
    assert "Nog niet van iedereen" not in page.words
