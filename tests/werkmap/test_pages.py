"""The import as the importer meets it in the browser."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time
from sqlalchemy import func, select

from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.werkmap import actions
from gezinscoach.werkmap import workbook as reader
from gezinscoach.werkmap.tables import Inlezing, Postvakrij, Rijstand, Upload
from tests.browser import BASE
from tests.counting import statements

from . import grids
from .grids import AS_OF, werkmap

DATA = Path(__file__).parents[1] / "data"
DAY = "30/6/2026"
ORG, COACH, TRAJ, WACHT, MEZ, NET = (layout.name for layout in grids.SHEETS)


@pytest.fixture
def importer(client, city):
    account = city.account(Rol.IMPORTEUR, "Ina Lezer")
    client.sign_in(account.id)
    return account


@pytest.fixture
def bring(db, city, now):
    def bring_in(sheets):
        actions.bring_in(db, city.actor, sheets, as_of=AS_OF, bestand="werkmap.xlsx", now=now)
        db.commit()

    return bring_in


def workbook(tmp_path, changes=None, more=None):
    return grids.write(tmp_path / "werkmap.xlsx", werkmap(changes, more)).read_bytes()


def send(client, data, name="werkmap.xlsx", day=DAY):
    client.get("/werkmap")
    return client.post("/werkmap", {"bestand": (io.BytesIO(data), name), "peildag": day})


def path_of(page):
    return page.location.removeprefix(BASE).split("?")[0]


def number(db, table):
    return db.scalar(select(func.count()).select_from(table))


def box(db, **more):
    db.expire_all()
    return list(db.scalars(select(Postvakrij).filter_by(**more).order_by(Postvakrij.blad, Postvakrij.rij)))


def test_upload_preview_and_confirm_bring_the_workbook_in(client, importer, db, tmp_path):
    sent = send(client, workbook(tmp_path, {(MEZ, 3, "Werk"): 7}))
    assert sent.status == 302
    preview = client.follow(sent)
    assert preview.h1 == "Nakijken voor het inlezen"
    assert "Een score is een geheel getal van 1 tot 5" in preview.words
    assert "11 nieuwe rijen gaan erin. Nieuw in het postvak: 1. Er gaat niets verloren" in preview.words
    assert (number(db, Gezin), number(db, Upload)) == (0, 1)
    done = client.post(path_of(sent), {"peildag": "2026-06-30"})
    result = client.follow(done)
    assert "11 nieuwe rijen" in result.text
    assert (number(db, Gezin), number(db, Upload), len(box(db))) == (4, 0, 1)
    assert client.get(path_of(sent)).status == 404


def test_a_preview_can_be_thrown_away(client, importer, db, tmp_path):
    sent = send(client, workbook(tmp_path))
    assert client.post(path_of(sent) + "/weg").status == 302
    assert (number(db, Gezin), number(db, Upload), number(db, Inlezing)) == (0, 0, 0)


def test_an_upload_is_sealed_and_of_its_uploader_alone_for_an_hour(client, importer, city, db, now, tmp_path):
    data = workbook(tmp_path)
    sent = send(client, data)
    row = db.scalars(select(Upload)).one()
    assert data not in row.inhoud_cell
    assert b"Aksoy" not in row.inhoud_cell
    client.sign_in(city.account(Rol.IMPORTEUR, "Iemand Anders").id)
    assert client.get(path_of(sent)).status == 404
    client.sign_in(importer.id)
    with freeze_time(now + timedelta(minutes=25)):
        assert client.get(path_of(sent)).status == 200
    with freeze_time(now + timedelta(minutes=50)):
        client.get("/werkmap")
    with freeze_time(now + timedelta(minutes=61)):
        assert client.get(path_of(sent)).status == 404
        send(client, data)
    assert number(db, Upload) == 1


def test_what_waited_for_an_hour_is_deleted_as_soon_as_anybody_opens_the_page(
    client, importer, city, db, now, tmp_path
):
    send(client, workbook(tmp_path))
    other = city.account(Rol.IMPORTEUR, "Iemand Anders")
    with freeze_time(now + timedelta(minutes=59)):
        client.sign_in(other.id).get("/werkmap")
        assert number(db, Upload) == 1
    with freeze_time(now + timedelta(minutes=60)):
        page = client.get("/werkmap")
        assert (page.status, number(db, Upload)) == (200, 0)
        client.get("/werkmap")
    gone = db.scalars(select(AuditEvent.account_id).where(AuditEvent.action == "werkmap.forget")).all()
    assert gone == [other.id]


def test_a_refused_upload_deletes_what_waited_for_an_hour_as_well(client, importer, city, db, now, tmp_path):
    send(client, workbook(tmp_path))
    other = city.account(Rol.IMPORTEUR, "Iemand Anders")
    with freeze_time(now + timedelta(hours=1)):
        client.sign_in(other.id).get("/")
        assert number(db, Upload) == 1
        assert client.post("/werkmap", {"peildag": DAY}).status == 422
    assert number(db, Upload) == 0


def test_all_proposals_of_a_sheet_are_taken_over_after_a_page_that_says_how_many(client, importer, bring, db):
    bring(werkmap())
    bring(werkmap({(TRAJ, 3, "Taal"): "Koerdisch", (TRAJ, 4, "Taal"): "Frans", (MEZ, 3, "Werk"): "1"}))
    inbox = client.get("/werkmap/postvak?stand=voorstel")
    [to_all] = [link for link in inbox.links() if link.startswith("/werkmap/inlezing/")]
    assert "Alles overnemen: Lopende trajecten" in inbox.words
    assert "Alles overnemen" not in client.get("/werkmap/postvak?stand=geweigerd").words
    assert "Alles overnemen" not in client.get("/werkmap/postvak?stand=voorstel&blad=Mezuri").words
    page = client.get(to_all)
    assert "2 voorstellen overnemen" in page.words
    assert number(db, Postvakrij) == len(box(db, stand=Rijstand.VOORSTEL)) == 3
    done = client.post(to_all)
    assert "2 voorstellen zijn verwerkt" in client.follow(done).text
    assert [row.blad for row in box(db, stand=Rijstand.VOORSTEL)] == [MEZ]
    assert client.post(to_all).status == 404
    assert client.get(to_all.split("?")[0]).status == 404


def test_what_needs_a_hand_is_said_before_all_is_taken_over(client, importer, bring):
    bring(werkmap())
    bring(werkmap({(TRAJ, 3, "Ouder 2"): "Ali Aksoy", (TRAJ, 4, "Ouder 2"): "Jan Pauwels"}))
    inbox = client.get("/werkmap/postvak?stand=voorstel")
    [to_all] = [link for link in inbox.links() if link.startswith("/werkmap/inlezing/")]
    page = client.get(to_all)
    assert "2 voorstellen blijven in het postvak wachten" in page.words
    assert to_all not in page.actions()


@pytest.mark.parametrize("rol", [rol for rol in Rol if rol is not Rol.IMPORTEUR])
def test_nobody_else_knows_that_it_exists(client, city, bring, db, rol):
    bring(werkmap({(COACH, 3, "E-mail"): "nele"}))
    client.sign_in(city.account(rol).id)
    rij = box(db)[0].id
    batch = f"/werkmap/inlezing/{box(db)[0].inlezing_id}/overnemen?blad={COACH}"
    for path in ("/werkmap", "/werkmap/postvak", f"/werkmap/postvak/{rij}", batch):
        assert client.get(path).status == 404
    assert "/werkmap" not in client.get("/").links()


def test_the_inbox_of_another_werking_is_not_there(client, importer, city, bring, db, now):
    from gezinscoach.accounts import actions as accounts

    elsewhere = accounts.add_werking(db, naam="Elders", gemeente="Elders", postcodes=("1000",), now=now)
    actions.bring_in(db, elsewhere, werkmap({(ORG, 3, "Organisatie"): ""}), as_of=AS_OF, bestand="x", now=now)
    db.commit()
    rij = box(db)[0].id
    assert client.get(f"/werkmap/postvak/{rij}").status == 404
    assert client.post(f"/werkmap/postvak/{rij}/terzijde").status == 404


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    return packed.getvalue()


def macros(tmp_path):
    packed = io.BytesIO(workbook(tmp_path))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return packed.getvalue()


BAD = [
    (lambda tmp_path: b"geen werkmap", "Dit bestand is geen werkmap"),
    (lambda tmp_path: b"", "Dit bestand is geen werkmap"),
    (lambda tmp_path: b"\xd0\xcf\x11\xe0oud", "oud Excel-bestand"),
    (lambda tmp_path: bomb(), "veel te groot"),
    (macros, "macro"),
    (
        lambda tmp_path: grids.write(tmp_path / "x.xlsx", werkmap()[:5]).read_bytes(),
        "Het blad “Lerend netwerk” ontbreekt",
    ),
]


@pytest.mark.parametrize(("make", "said"), BAD)
def test_a_bad_file_gets_a_clear_message_on_the_form(client, importer, db, tmp_path, make, said):
    page = send(client, make(tmp_path))
    assert page.status == 422
    assert page.h1 == "Werkmap inlezen"
    assert said in page.words
    assert (number(db, Upload), number(db, Gezin)) == (0, 0)


def test_a_file_above_the_limit_is_refused(client, importer, monkeypatch, tmp_path):
    monkeypatch.setattr(reader, "MAX_BYTES", 1000)
    assert "te groot (meer dan 25 MB)" in send(client, workbook(tmp_path)).words


def test_a_workbook_in_another_language_lists_all_that_is_missing(client, importer, tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "fr.xlsx") as book:
        book.add_worksheet("Organisations").write_row(0, 0, ["Nom", "Type"])
    page = send(client, (tmp_path / "fr.xlsx").read_bytes())
    assert page.status == 422
    assert page.words.count("ontbreekt") >= 6


def test_no_file_and_no_day_are_said_beside_the_field(client, importer):
    client.get("/werkmap")
    page = client.post("/werkmap", {"peildag": "gisteren"})
    assert page.status == 422
    assert "Kies eerst een bestand" in page.words
    assert "Dit is geen datum" in page.words
    assert "Kies ook het bestand opnieuw" not in page.words


def test_a_wrong_day_says_that_the_file_has_to_be_chosen_again(client, importer, tmp_path):
    page = send(client, workbook(tmp_path), day="31/2/2026")
    assert page.status == 422
    assert "Dit is geen datum" in page.words
    assert "Kies ook het bestand opnieuw." in page.words


def test_an_upload_of_200_mb_is_refused_kindly_without_reading_it(client, importer):
    client.get("/werkmap")

    class Endless(io.RawIOBase):
        def readinto(self, buffer):
            raise AssertionError("the body was read")

    answer = client.client.post(
        "/werkmap",
        base_url=BASE,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024), "wsgi.input": Endless()},
    )
    assert answer.status_code == 413
    assert "te groot" in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_a_wrong_row_is_mended_on_its_page_and_its_dependants_follow(client, importer, bring, db):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    [rij] = box(db, blad=COACH)
    page = client.get(f"/werkmap/postvak/{rij.id}")
    assert "Dit is geen geldig e-mailadres" in page.words
    fields = {
        node.attrib["name"]: node.attrib.get("value", "")
        for node in page.tree.iter("input")
        if node.attrib.get("name", "").startswith("kolom-")
    }
    assert "nele at buurt" in fields.values()
    email = next(name for name, value in fields.items() if value == "nele at buurt")
    still = client.post(f"/werkmap/postvak/{rij.id}", {**fields, email: "nele at"})
    assert still.status == 422
    assert "nele at" in still.text
    done = client.post(f"/werkmap/postvak/{rij.id}", {**fields, email: "nele@buurt.example"})
    assert done.status == 302
    assert "3 rijen die ervan afhingen" in client.follow(done).text
    assert {row.stand for row in box(db)} == {Rijstand.VERWERKT}
    assert client.post(f"/werkmap/postvak/{rij.id}", {**fields, email: "nele@buurt.example"}).status == 409
    assert "Wat er toen niet klopte Dit is geen geldig e-mailadres" in (
        client.get(f"/werkmap/postvak/{rij.id}").words
    )
    assert "Waarom toen" in client.get("/werkmap/postvak?stand=verwerkt").words


def test_a_referral_gets_its_permission_later(client, importer, bring, db):
    bring(werkmap({(WACHT, 3, "Toestemming gezin"): "nog vragen"}))
    [rij] = box(db)
    page = client.get(f"/werkmap/postvak/{rij.id}")
    assert "Bel de aanmelder terug." in page.words
    assert "Zegt het gezin nee? Leg deze rij dan terzijde." in page.words
    names = {label.text.strip(): label.attrib["for"] for label in page.tree.iter("label") if label.text}
    values = {
        node.attrib["name"]: node.attrib.get("value", "")
        for node in page.tree.iter("input")
        if node.attrib.get("name", "").startswith("kolom-")
    }
    typed = {names["Gezin"]: "Karimi", names["Ouder"]: "Leila", names["Toestemming gezin"]: "ja"}
    assert client.post(f"/werkmap/postvak/{rij.id}", {**values, **typed}).status == 302
    assert [row.stand for row in box(db)] == [Rijstand.VERWERKT]


def test_a_proposal_shows_what_would_change_and_is_taken_over(client, importer, bring, db, actor):
    bring(werkmap())
    row = dossier.by_code(db, Gezin.werking_id == actor.werking_id, "D-1", groups=vault.EVERY)
    row.taal = "Turks en Koerdisch"
    db.commit()
    bring(werkmap({(TRAJ, 3, "Telefoon"): "0470 99 99 99", (TRAJ, 3, "Taal"): "Koerdisch"}))
    [rij] = box(db)
    page = client.get(f"/werkmap/postvak/{rij.id}")
    assert "blijft zoals het in de toepassing staat" in page.words
    done = client.post(f"/werkmap/postvak/{rij.id}/overnemen")
    decided = client.follow(done).words
    assert "Waarom de rij in het postvak lag" in decided
    assert "niet klopte" not in decided
    db.expire_all()
    assert (row.telefoon, row.taal) == ("0470 99 99 99", "Turks en Koerdisch")


def test_a_row_can_be_set_aside_and_put_back(client, importer, bring, db):
    bring(werkmap({(COACH, 4, "E-mail"): "omar"}))
    [rij] = box(db, blad=COACH)
    [*_, again, aside] = client.get(f"/werkmap/postvak/{rij.id}").tree.findall(".//main//button")
    assert (again.text, aside.text) == ("Opnieuw proberen", "Terzijde leggen, zonder wijzigingen")
    assert client.post(aside.attrib["formaction"], {"kolom-0": "Getypt"}).status == 302
    page = client.get(f"/werkmap/postvak/{rij.id}")
    assert "niet klopte" not in page.words
    assert "Getypt" not in page.text
    assert f"/werkmap/postvak/{rij.id}/terug" in page.actions()
    assert rij.blad in client.get("/werkmap/postvak?stand=terzijde").words
    client.post(f"/werkmap/postvak/{rij.id}/terug")
    assert [row.stand for row in box(db, blad=COACH)] == [Rijstand.GEWEIGERD]


def test_the_list_filters_by_sheet_and_survives_nonsense(client, importer, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele"}))
    assert "rij 3" in client.get("/werkmap/postvak?blad=Mezuri").words
    assert "Hier ligt niets" in client.get("/werkmap/postvak?blad=Organisaties").words
    assert client.get("/werkmap/postvak?blad=x&stand=y&bladzijde=-4").status == 200
    assert client.get("/werkmap/postvak?bladzijde=nul").status == 200


def test_the_list_of_proposals_names_the_changed_columns_alone_and_no_values(client, importer, bring, db):
    doubtful = {(TRAJ, 3, "Mandaat voor"): ""}
    bring(werkmap(doubtful))
    bring(werkmap({**doubtful, (TRAJ, 3, "Taal"): "Farsi"}))
    [rij] = box(db, stand=Rijstand.VOORSTEL)
    page = client.get("/werkmap/postvak?stand=voorstel")
    [listed] = [[*row.itertext()] for row in page.tree.iterfind(".//tbody/tr")]
    listed = [text.strip() for text in listed if text.strip()]
    assert listed == [f"{TRAJ}, rij 3", "Taal", "Deze rij is anders dan bij een vorige inlezing."]
    assert "Farsi" not in page.words
    assert rij.probleem["column"] == "Taal"


def test_the_same_workbook_again_counts_no_row_of_the_inbox_as_new(client, importer, bring, db, tmp_path):
    bring(werkmap())
    two = {(COACH, 4, "E-mail"): "omar", (ORG, 4, "E-mail bondgenoot"): "bert", (TRAJ, 3, "Taal"): "Frans"}
    bring(werkmap(two))
    [coach] = box(db, blad=COACH)
    client.get("/werkmap")
    client.post(f"/werkmap/postvak/{coach.id}/terzijde")
    sent = send(client, workbook(tmp_path, two | {(MEZ, 3, "Werk"): 7}))
    said = "Nieuw in het postvak: 1. Daar lagen er al: 2. Terzijde blijven: 1."
    assert f"0 nieuwe rijen gaan erin. {said}" in client.follow(sent).words
    before = len(box(db))
    done = client.post(path_of(sent), {"peildag": "2026-06-30"})
    assert said in client.follow(done).text
    assert len(box(db)) == before + 1
    assert len(box(db, stand=Rijstand.TERZIJDE)) == 1


def test_looking_at_a_row_is_noted(client, importer, bring, db):
    bring(werkmap({(COACH, 3, "E-mail"): "nele"}))
    rij = box(db)[0]
    client.get(f"/werkmap/postvak/{rij.id}")
    looked = select(AuditEvent.account_id).where(
        AuditEvent.action == "werkmap.row", AuditEvent.thing_id == rij.id
    )
    assert db.scalars(looked).all() == [importer.id]


def test_the_list_asks_the_same_number_of_questions_for_two_rows_and_for_twelve(client, importer, bring, db):
    def wrong(many):
        rows = [
            [f"Coach {n}", "Huis van de Buurt", "x", "", "", "", "", "", "", "1/3/2024", ""] for n in many
        ]
        return werkmap(more={COACH: rows})

    bring(wrong(range(2)))
    with statements() as few:
        client.get("/werkmap/postvak")
    bring(wrong(range(12)))
    with statements() as many:
        assert client.get("/werkmap/postvak").words.count("Gezinscoaches, rij") == 12
    assert len(few) == len(many)


def test_the_real_workbook_goes_in_through_the_browser(client, importer, db, actor):
    sent = send(client, (DATA / "werkmap.xlsx").read_bytes(), day="15/10/2026")
    client.follow(sent)
    done = client.post(path_of(sent), {"peildag": "2026-10-15"})
    assert "357 nieuwe rijen" in client.follow(done).text
    assert len(box(db)) == 11
    for rij in box(db):
        assert client.get(f"/werkmap/postvak/{rij.id}").status == 200
    vault.open_scopes(db, [actor.werking_id], groups=vault.EVERY)
    assert db.scalars(select(Inlezing)).one().bestand == "werkmap.xlsx"


def test_a_proposal_whose_row_is_no_longer_sound_says_so_and_is_not_taken_over(
    client, importer, bring, db, city
):
    bring(werkmap())
    bring(werkmap({(TRAJ, 3, "Gezinscoach"): "Omar Idrissi"}))
    [rij] = box(db)
    omar = next(row for row in db.scalars(select(Gezinscoach)) if named(db, row) == "Omar Idrissi")
    omar.gestopt_op = omar.gestart_op
    db.commit()
    page = client.get(f"/werkmap/postvak/{rij.id}")
    assert "Deze gezinscoach was al gestopt" in page.words
    assert client.post(f"/werkmap/postvak/{rij.id}/overnemen").status == 409


def named(db, row):
    vault.open_scopes(db, [row.id], groups=vault.EVERY)
    return row.naam
