"""What the import fills in, compares and shows leaves a trace on the family, coach or organisation."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from gezinscoach.accounts.tables import Gezinscoach, Organisatie
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Rijstand, Upload
from tests.counting import statements

from . import grids
from .deeds import box, gezin
from .grids import COACH, MEZ, ORG, TRAJ, WACHT, werkmap
from .test_commands import run
from .test_pages import importer, path_of, send, workbook

__all__ = ["importer", "run"]

AGAIN = "Zoë Claes | OCMW | 016 00 00 09 | Aksoy | Fatma | 2018 | 2 | Turks | ja | 3000 Leuven | | | ja | |"
OTHERS = {
    (WACHT, 3, "Datum aanmelding"): "9/6/2026",
    (WACHT, 3, "Aangemeld door"): "Zoë Claes",
    (WACHT, 4, "Datum aanmelding"): "9/6/2026",
    (WACHT, 4, "Aangemeld door"): "Zoë Claes",
}


def again(*days):
    """Referrals of the family of D-1, under these days."""
    return {WACHT: grids.table("\n".join(f"{day} | {AGAIN}" for day in days))}


def events(db, action):
    """The (thing, scope) of every event of an action."""
    db.expire_all()
    wanted = select(AuditEvent.thing_id, AuditEvent.scope_id).where(AuditEvent.action == action)
    return {tuple(row) for row in db.execute(wanted)}


def test_what_is_filled_in_where_something_stood_already_is_traced_there_and_only_there(db, actor, bring):
    bring(werkmap())
    filled = {
        *db.scalars(select(Organisatie).where(Organisatie.naam == "Kinderwerking Zon")),
        next(iter(db.scalars(select(Gezinscoach).where(Gezinscoach.max_gezinnen == 3)))),
        gezin(db, actor, "D-1"),
    }
    for row in filled:
        vault.open_scopes(db, [row.id], groups=vault.EVERY)
        name = {Organisatie: "soort", Gezinscoach: "wijken", Gezin: "taal"}[type(row)]
        setattr(row, name, [] if name == "wijken" else "")
    db.execute(delete(Herkomst))
    db.commit()
    bring(werkmap({(MEZ, 3, "Kwartaal"): "2026-K2", (MEZ, 4, "Kwartaal"): "2026-K1"}))
    assert events(db, "werkmap.take_over") == {(row.id, row.id) for row in filled}
    assert [bool(row.soort) for row in filled if isinstance(row, Organisatie)] == [True]


def test_preview_and_import_leave_a_look_on_every_family_that_they_give_away(
    client, importer, db, actor, bring, tmp_path
):
    bring(werkmap())
    waiting = set(db.scalars(select(Gezin.id))) - {gezin(db, actor, code).id for code in ("D-1", "D-2")}
    aksoy = gezin(db, actor, "D-1").id
    sent = send(client, workbook(tmp_path, OTHERS, again("10/6/2026", "11/6/2026")))
    assert events(db, "gezin.compare") == set()
    assert "Mogelijk hetzelfde gezin als D-1" in client.follow(sent).words
    upload = db.scalars(select(Upload.id)).one()
    assert events(db, "gezin.compare") == {(upload, one) for one in (*waiting, aksoy)}
    client.post(path_of(sent), {"peildag": "2026-06-30"})
    inlezing = db.scalars(select(Inlezing.id).where(Inlezing.made_by == importer.id)).one()
    assert {(inlezing, one) for one in (*waiting, aksoy)} < events(db, "gezin.compare")


def test_a_dossier_that_joins_or_clashes_with_one_by_its_number_leaves_a_look_on_it(
    client, importer, db, actor, bring, tmp_path
):
    bring(werkmap())
    db.execute(delete(Herkomst).where(Herkomst.blad == TRAJ))
    db.commit()
    other = {(TRAJ, 4, "Gezinsnaam"): "Peeters", (TRAJ, 4, "Ouder 1"): "Lut Claes", (TRAJ, 4, "Ouder 2"): ""}
    preview = client.follow(send(client, workbook(tmp_path, other)))
    assert "al van een ander gezin" in preview.words
    looked = {scope for _, scope in events(db, "gezin.compare")}
    assert {gezin(db, actor, code).id for code in ("D-1", "D-2")} <= looked


def test_the_looks_of_a_preview_take_one_statement_for_two_families_and_for_twelve(
    client, importer, bring, tmp_path
):
    def families(many):
        start = grids.TRAJECTEN[0]
        rows = [[f"A-{n}", f"Gezin{n * 'o'}", f"Ouder{n * 'a'}", *start[3:]] for n in many]
        return {TRAJ: rows}

    def counted(number):
        bring(werkmap(more=families(range(12))))
        rows = [
            f"1/6/2026 | Zoë | X | | Gezin{n * 'o'} | Ouder{n * 'a'} | 2018 | | | | | | | ja | |"
            for n in range(number)
        ]
        sent = send(client, workbook(tmp_path, None, {WACHT: grids.table("\n".join(rows))}))
        with statements() as sent_now:
            assert client.follow(sent).words.count("hetzelfde gezin als A-") >= number
        return len(sent_now)

    assert counted(2) == counted(12)


def test_mending_a_row_leaves_a_look_on_the_family_that_it_resembles(client, importer, db, actor, bring):
    bring(werkmap())
    bring(werkmap(more=again("gisteren")))
    [rij] = box(db, blad=WACHT)
    page = client.get(f"/werkmap/postvak/{rij.id}")
    before = events(db, "gezin.compare")
    fields = {
        node.attrib["name"]: node.attrib.get("value", "").replace("gisteren", "10/6/2026")
        for node in page.tree.iter("input")
        if node.attrib.get("name", "").startswith("kolom-")
    }
    assert client.post(f"/werkmap/postvak/{rij.id}", fields).status == 302
    assert events(db, "gezin.compare") - before == {(rij.id, gezin(db, actor, "D-1").id)}


def test_a_dry_run_on_the_command_line_leaves_a_look_as_well(run, db, actor, bring, tmp_path):
    bring(werkmap())
    path = grids.write(tmp_path / "w.xlsx", werkmap(more=again("10/6/2026")))
    for words in (["--dry-run"], []):
        before = len(events(db, "gezin.compare"))
        assert "Mogelijk hetzelfde gezin als D-1" in run(path, "--as-of", "2026-06-30", *words).output
        assert len(events(db, "gezin.compare")) == before + 1


@pytest.mark.parametrize(
    ("sheet", "column", "value", "ours", "of_family"),
    [
        (TRAJ, "Adres", "Dorp 3, 3000 Leuven", "D-1", True),
        (TRAJ, "Telefoon", "0470 99 99 99", "D-1", True),
        (COACH, "Max. gezinnen", "7", None, False),
        (ORG, "Bondgenoot", "Rita Maes", None, False),
    ],
)
def test_a_proposal_does_not_say_whether_a_family_has_that_address_already(
    client, importer, db, actor, bring, sheet, column, value, ours, of_family
):
    bring(werkmap())
    bring(werkmap({(sheet, 3, column): value}))
    [rij] = box(db, stand=Rijstand.VOORSTEL)
    target = actions_target(db, actor, rij)
    said = []
    for now_there in (value, "iets anders"):
        held = {"Adres": "adres", "Telefoon": "telefoon", "Bondgenoot": "bondgenoot"}.get(column)
        if held:
            setattr(target, held, now_there)
        else:
            target.max_gezinnen = 7 if now_there == value else 5
        db.commit()
        said.append(client.get(f"/werkmap/postvak/{rij.id}").words)
    assert (said[0] == said[1]) is of_family
    assert ("blijft zoals het in de toepassing staat" in said[0]) is of_family
    scope = gezin(db, actor, ours).id if ours else None
    assert events(db, "werkmap.row") == {(rij.id, scope)}


def actions_target(db, actor, rij):
    doel_id = db.scalars(select(Herkomst.doel_id).where(Herkomst.sleutel_index == rij.sleutel_index)).one()
    vault.open_scopes(db, [doel_id], groups=vault.EVERY)
    return db.get({TRAJ: Gezin, COACH: Gezinscoach, ORG: Organisatie}[rij.blad], doel_id)


def test_the_page_of_a_changed_referral_has_the_family_in_its_look(client, importer, db, bring):
    bring(werkmap())
    bring(werkmap({(WACHT, 3, "Taal"): "Pasjtoe", (MEZ, 3, "Werk"): "1"}))
    for rij in box(db, stand=Rijstand.VOORSTEL):
        client.get(f"/werkmap/postvak/{rij.id}")
        [scope] = [scope for thing, scope in events(db, "werkmap.row") if thing == rij.id]
        assert scope in set(db.scalars(select(Gezin.id)))


def test_a_form_sent_without_fields_shows_the_row_and_leaves_a_look(client, importer, db, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele"}))
    rij = next(one for one in box(db, blad=COACH))
    client.get("/werkmap/postvak")
    page = client.post(f"/werkmap/postvak/{rij.id}")
    assert page.status == 422
    assert "Huis van de Buurt" in page.text or "kolom-0" in page.text
    assert events(db, "werkmap.row") == {(rij.id, None)}
