"""Correcting a gezinscoach: what is typed stays, what is changed leaves a trace, families are counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, true

from gezinscoach.accounts import actions as accounts
from gezinscoach.accounts import queries as account_queries
from gezinscoach.accounts.rules import Statuut
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.desk.present.frame import alarms
from gezinscoach.dossier import queries as dossier
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.netwerk import queries
from gezinscoach.werkmap import actions as werkmap_actions
from gezinscoach.werkmap.actions import Outcome
from gezinscoach.werkmap.tables import Postvakrij
from tests.counting import statements
from tests.werkmap.grids import AS_OF, SHEETS, werkmap

COACHES = next(layout.name for layout in SHEETS if layout.name == "Gezinscoaches")


@pytest.fixture
def coordinator(city, client):
    account = city.account(Rol.COORDINATOR, "Cora Dinator")
    client.sign_in(account.id)
    return account


def typed(row, **more):
    """The form as it stands for a gezinscoach, with some fields typed otherwise."""
    stands = {
        "organisatie_id": str(row.organisatie_id),
        "statuut": row.statuut.value,
        "vte": "" if row.vte is None else str(row.vte),
        "max_gezinnen": str(row.max_gezinnen),
        "talen": ", ".join(row.talen),
        "wijken": ", ".join(row.wijken),
        "gestart_op": row.gestart_op.strftime("%d/%m/%Y"),
        "gestopt_op": row.gestopt_op.strftime("%d/%m/%Y") if row.gestopt_op else "",
    }
    return stands | more


def changes(db):
    return db.scalars(select(AuditEvent).where(AuditEvent.action == "gezinscoach.change")).all()


def again(db, row):
    db.expire_all()
    vault.open_scopes(db, [row.id], groups=vault.EVERY)
    return db.get(Gezinscoach, row.id)


def test_everything_of_a_gezinscoach_is_corrected_in_one_form_with_one_trace(client, coordinator, city, db):
    row, other = city.coach("Ann").row, city.organisatie("Andere vzw")
    path = f"/gezinscoach/{row.id}"
    assert client.get(path).h1 == "Ann"
    sent = typed(
        row,
        organisatie_id=str(other.id),
        statuut="vrijwilliger",
        vte="50",
        max_gezinnen="5",
        talen="Nederlands, Arabisch; nederlands",
        wijken="Kessel-Lo",
        gestart_op="1/2/2025",
        gestopt_op="31/12/2026",
    )
    assert "zijn bewaard" in client.follow(client.post(path, sent)).words
    row = again(db, row)
    assert (row.organisatie_id, row.statuut, row.vte, row.max_gezinnen) == (
        other.id,
        Statuut.VRIJWILLIGER,
        50,
        5,
    )
    assert (row.talen, row.wijken) == (["Nederlands", "Arabisch"], ["Kessel-Lo"])
    assert (row.gestart_op, row.gestopt_op) == (date(2025, 2, 1), date(2026, 12, 31))
    [event] = changes(db)
    assert (event.thing_id, event.account_id) == (row.id, coordinator.id)


def test_saving_what_stands_there_leaves_no_trace_and_touches_nothing(client, coordinator, city, db):
    row = city.coach("Ann", talen=("Nederlands", "Frans")).row
    cells = (row.talen_cell, row.wijken_cell)
    page = client.follow(client.post(f"/gezinscoach/{row.id}", typed(row)))
    assert "niets veranderd" in page.words
    assert changes(db) == []
    row = again(db, row)
    assert (row.talen_cell, row.wijken_cell) == cells


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("gestopt_op", "31/12/2024", "ligt voor de eerste dag"),
        ("gestopt_op", "31/02/2026", "geen datum"),
        ("gestart_op", " ", "Dit veld is nodig"),
        ("max_gezinnen", "veel", "heel getal van 0 tot 40"),
        ("max_gezinnen", "400", "heel getal van 0 tot 40"),
        ("max_gezinnen", " ", "Dit veld is nodig"),
        ("vte", "0", "heel getal van 1 tot 100"),
        ("wijken", "Kessel-Lo" + "o" * 292, "maak er hoogstens 300 tekens van"),
        ("statuut", "baas", ""),
        ("organisatie_id", "11111111-1111-4111-8111-111111111111", ""),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(
    client, coordinator, city, db, field, value, said
):
    row = city.coach("Ann").row
    page = client.post(f"/gezinscoach/{row.id}", typed(row, talen="Pasjtoe") | {field: value})
    assert page.status == 422
    assert said in page.words
    assert page.tree.find(f".//*[@name='{field}'][@aria-invalid='true']") is not None
    assert "Pasjtoe" in page.text
    if field not in ("statuut", "organisatie_id"):
        assert page.tree.find(f".//input[@name='{field}']").get("value").strip() == value.strip()
    assert changes(db) == []


@pytest.mark.parametrize(("days", "alarm"), [(-1, 2), (0, 0), (30, 0)])
def test_leaving_is_allowed_tells_how_many_families_hang_and_alarms_after_the_last_day(
    client, coordinator, city, db, days, alarm
):
    coach = city.coach("Ann")
    for number in range(2):
        city.gezin(f"Gezin {number}", coach)
    gestopt_op = (city.today + timedelta(days=days)).strftime("%d/%m/%Y")
    path = f"/gezinscoach/{coach.row.id}"
    sure = (city.today + timedelta(days=days)).isoformat() if days <= 0 else ""
    page = client.follow(client.post(path, typed(coach.row, gestopt_op=gestopt_op, zeker=sure)))
    said = "2 gezinnen hebben nu geen" if alarm else "2 gezinnen een nieuwe gezinscoach nodig"
    assert said.replace("2 gezinnen een", "hebben 2 gezinnen een") in page.words
    assert alarms(db, city.actor_of(coordinator.id, Rol.COORDINATOR), city.today) == alarm
    assert ("2 gezinnen zonder coach" in client.get("/gezinscoaches").words) is bool(alarm)


@pytest.mark.parametrize("families", [1, 2])
def test_a_last_day_that_has_come_asks_twice_while_families_hang_and_anew_for_another_day(
    client, coordinator, city, db, families
):
    coach = city.coach("Ann")
    for number in range(families):
        city.gezin(f"Gezin {number}", coach)
    path = f"/gezinscoach/{coach.row.id}"

    def send(day, zeker="", **more):
        page = client.post(path, typed(coach.row, gestopt_op=day, zeker=zeker, **more))
        if page.status == 302:
            return page, ""
        return page, page.tree.find(".//input[@name='zeker']").get("value")

    page, sure = send("15/10/2026", vte="40")
    assert page.status == 422
    said = "nog 1 gezin. Dat heeft" if families == 1 else "nog 2 gezinnen. Die hebben"
    assert f"Ann begeleidt {said} na deze dag geen gezinscoach" in page.words
    assert page.tree.find(".//input[@name='gestopt_op'][@aria-invalid='true']").get("value") == "15/10/2026"
    assert page.tree.find(".//input[@name='vte']").get("value") == "40"
    assert again(db, coach.row).gestopt_op is None
    page, sure = send("1/10/2026", sure)
    assert page.status == 422
    assert "Kies dan nog eens Bewaren" in page.words
    assert send("01/10/2026", sure)[0].status == 302
    assert again(db, coach.row).gestopt_op == date(2026, 10, 1)
    assert send("01/10/2026", vte="60")[0].status == 302, "a day that stands already is not asked again"
    assert send("1/12/2026")[0].status == 302, "a day to come says what will happen, and asks nothing"
    assert "Na 1 december 2026" in client.get(path).words
    page, _ = send("15/10/2026")
    assert page.status == 422
    assert "Na 1 december 2026" not in page.words, "one question at a time"


def test_a_last_day_that_has_come_asks_nothing_when_no_family_hangs(client, coordinator, city, db):
    row = city.coach("Ann").row
    assert client.post(f"/gezinscoach/{row.id}", typed(row, gestopt_op="1/10/2026")).status == 302


def test_a_last_day_before_the_first_is_refused_and_not_asked_about(client, coordinator, city):
    coach = city.coach("Ann")
    city.gezin("Gezin", coach)
    page = client.post(f"/gezinscoach/{coach.row.id}", typed(coach.row, gestopt_op="31/12/2024"))
    assert page.status == 422
    assert "ligt voor de eerste dag" in page.words
    assert "Klopt het?" not in page.words


def test_the_list_leads_back_to_where_the_reader_came_from(client, coordinator, city):
    def links():
        page = client.get("/gezinscoaches")
        return [link.get("href") for link in page.tree.find(".//main").iter("a")]

    assert "/netwerk" in links()
    client.sign_in(city.account(Rol.BEHEERDER).id)
    assert "/netwerk" not in links()
    assert "/accounts" in links()


def test_languages_and_places_may_be_as_long_as_is_said(client, coordinator, city, db):
    row, wijken = city.coach("Ann").row, ["W" * 149, "V" * 149]
    sent = typed(row, wijken=",".join(wijken))
    assert client.post(f"/gezinscoach/{row.id}", sent).status == 302
    assert again(db, row).wijken == wijken


def test_reading_the_gezinscoaches_leaves_a_look(client, coordinator, city, db):
    row = city.coach("Ann").row
    path = f"/gezinscoach/{row.id}"
    for page in (client.get("/gezinscoaches"), client.get(path), client.post(path, typed(row, vte="0"))):
        assert page.status in (200, 422)
    seen = select(AuditEvent.action, AuditEvent.thing_id).where(AuditEvent.account_id == coordinator.id)
    looks = db.execute(seen.where(AuditEvent.action.like("gezinscoach.%"))).all()
    assert sorted(looks, key=str) == [
        ("gezinscoach.list", None),
        ("gezinscoach.read", row.id),
        ("gezinscoach.read", row.id),
    ]


def test_a_closed_family_and_an_ended_period_hang_on_nobody(client, coordinator, city, db):
    coach = city.coach("Ann")
    city.gezin("Afgerond", coach).afgesloten_op = city.today
    db.commit()
    path = f"/gezinscoach/{coach.row.id}"
    assert "Begeleidt nu 0 gezinnen" in client.get(path).words
    assert client.post(path, typed(coach.row, gestopt_op="1/9/2026")).status == 302
    words = client.get(path).words
    assert "Begeleidt nu" not in words
    assert "geen gezinscoach" not in words
    assert "gestopt op 1 sep" in client.get("/gezinscoaches").words


@pytest.mark.parametrize("rol", [Rol.COORDINATOR, Rol.BEHEERDER])
def test_coaches_of_another_werking_are_not_there(client, city, db, now, rol):
    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    organisatie = accounts.add_organisatie(db, elsewhere, naam="Verre vzw", now=now)
    stranger = accounts.add_gezinscoach(
        db,
        elsewhere,
        naam="Xenia Elders",
        email=None,
        organisatie_id=organisatie.id,
        statuut=Statuut.VRIJWILLIGER,
        gestart_op=city.today,
        max_gezinnen=2,
        now=now,
    )
    own = city.coach("Ann").row
    db.commit()
    client.sign_in(city.account(rol).id)
    assert "Xenia" not in client.get("/gezinscoaches").text
    assert "Verre vzw" not in client.get(f"/gezinscoach/{own.id}").text
    sent = typed(own, organisatie_id=str(organisatie.id))
    assert client.post(f"/gezinscoach/{own.id}", sent).status == 422
    assert client.get(f"/gezinscoach/{stranger.id}").status == 404
    assert client.post(f"/gezinscoach/{stranger.id}", typed(own)).status == 404


def test_a_maximum_corrected_here_is_kept_when_a_workbook_says_another(
    client, coordinator, city, db, actor, now
):
    def bring(sheets):
        werkmap_actions.bring_in(db, actor, sheets, as_of=AS_OF, bestand="werkmap.xlsx", now=now)
        db.commit()

    bring(werkmap())
    row = db.scalars(select(Gezinscoach).where(Gezinscoach.max_gezinnen == 4)).one()
    vault.open_scopes(db, [row.id], groups=vault.EVERY)
    assert client.post(f"/gezinscoach/{row.id}", typed(row, max_gezinnen="6")).status == 302
    bring(werkmap({(COACHES, 3, "Max. gezinnen"): 2}))
    assert again(db, row).max_gezinnen == 6
    proposal = db.scalars(select(Postvakrij)).one()
    lines = werkmap_actions.accept(db, actor, proposal, as_of=AS_OF, now=now)
    assert [outcome for _, outcome in lines] == [Outcome.EDITED]
    db.commit()
    assert again(db, row).max_gezinnen == 6


def test_a_list_that_is_cut_keeps_the_first_who_started_and_opens_nothing_that_it_does_not_show(
    db, city, now, monkeypatch
):
    house = frozenset({city.organisatie().id})
    lists = (
        ("gezinscoach.netwerk.queries.coaching", lambda: queries.gezinscoaches(db, true())),
        ("gezinscoach.accounts.queries.coaching", lambda: account_queries.coaches(db, city.actor)),
        (
            "gezinscoach.dossier.queries.coaching",
            lambda: dossier.loads(db, city.actor, house, now.date()),
        ),
    )
    for year, naam in enumerate(("Fons", "Els", "Dirk", "Cas", "Bea", "Ann")):
        started = date(2025 - year, 1, 1)
        city.coach(naam, gestart_op=started, talen=("Nederlands", "Frans"), wijken=("Kessel-Lo",))
    first = queries.gezinscoaches(db, true())[0]
    assert (first.naam, first.talen, first.wijken) == ("Ann", ("Nederlands", "Frans"), ("Kessel-Lo",))
    for module, ask in lists:
        vault.granted(db).clear()
        monkeypatch.setattr(f"{module}.MOST", 3)
        with statements() as sent:
            assert [row.naam for row in ask()] == ["Ann", "Bea", "Cas"], module
        assert len(vault.granted(db)) == 3
        assert not [one for one in sent if "email_cell" in one or "data_key.parent_id IN" in one], module


def test_the_list_asks_as_many_questions_for_two_coaches_as_for_twelve(client, coordinator, city):
    def asked(coach):
        with statements() as sent:
            assert client.get("/gezinscoaches").status == 200
            assert client.get(f"/gezinscoach/{coach.row.id}").status == 200
        return len(sent)

    def grow(number):
        for one in range(number):
            coach = city.coach(f"Coach {one}", city.organisatie(f"Huis {number} {one}"))
            city.gezin(f"Gezin {number} {one}", coach)
        return coach

    few = asked(grow(2))
    assert asked(grow(10)) == few
