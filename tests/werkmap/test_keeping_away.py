"""Who is kept away from a family finds nothing of it in the import either: no row, no sentence, no number."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier import queries as dossier_queries
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.said import said
from gezinscoach.kernel.vault.store import KEYS
from gezinscoach.werkmap import actions, policy, queries
from gezinscoach.werkmap.tables import Herkomst, Inlezing, Postvakrij, Rijstand
from tests.counting import statements

from . import grids
from .grids import AS_OF, werkmap

_ORG, _COACH, TRAJ, WACHT, MEZ, _NET = (layout.name for layout in grids.SHEETS)
CHANGES = {
    TRAJ: (TRAJ, 3, "Telefoon", "0470 99 99 99"),
    WACHT: (WACHT, 3, "Opmerking", "Belt liever niet"),
    MEZ: (MEZ, 3, "Wonen", 5),
}


def family_of(db, rij):
    """The family that a row of the inbox is about."""
    doel = db.scalars(
        select(Herkomst.doel_id).filter_by(blad=rij.blad, sleutel_index=rij.sleutel_index)
    ).one()
    through = {TRAJ: Gezin.id, WACHT: Aanmelding.gezin_id, MEZ: Meting.gezin_id}[rij.blad]
    return db.get_one(Gezin, db.scalar(select(through).where(through.class_.id == doel)))


@pytest.fixture(params=CHANGES)
def changed(request):
    blad, row, column, value = CHANGES[request.param]
    return werkmap({(blad, row, column): value}), str(value)


@pytest.fixture
def importer(client, city):
    account = city.account(Rol.IMPORTEUR, "Ina Lezer")
    client.sign_in(account.id)
    return account


@pytest.fixture
def rij(city, db, changed, now):
    actions.bring_in(db, city.actor, werkmap(), as_of=AS_OF, bestand="a.xlsx", now=now)
    actions.bring_in(db, city.actor, changed[0], as_of=AS_OF, bestand="b.xlsx", now=now)
    db.commit()
    return db.scalars(select(Postvakrij).filter_by(stand=Rijstand.VOORSTEL)).one()


@pytest.fixture
def away(city, db, importer, rij, now):
    """The importer is kept away from the family of the row that waits."""
    wie = dossier.Wie(account_id=importer.id)
    gezin = family_of(db, rij)
    dossier.shut_out(db, city.actor, gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now)
    db.commit()
    return gezin


def test_before_it_the_importer_sees_the_row(client, importer, rij, changed):
    assert changed[1] in client.get(f"/werkmap/postvak/{rij.id}").words
    assert f"/werkmap/postvak/{rij.id}" in client.get("/werkmap/postvak?stand=voorstel").text


def test_no_address_of_the_inbox_knows_the_row(client, away, rij):
    at = f"/werkmap/postvak/{rij.id}"
    batch = f"/werkmap/inlezing/{rij.inlezing_id}/overnemen?blad={rij.blad}"
    for path in (at, batch):
        assert client.get(path).status == 404
    for path in (at, f"{at}/overnemen", f"{at}/terzijde", f"{at}/terug", batch):
        assert client.post(path).status == 404
    page = client.get("/werkmap/postvak?stand=voorstel")
    assert at not in page.text
    assert "(1)" not in page.words


def test_a_workbook_that_brings_it_again_is_read_without_a_word_about_it(city, db, away, importer, rij, now):
    mine = city.actor_of(importer.id, Rol.IMPORTEUR)
    blad, row, column, _value = CHANGES[rij.blad]
    again = werkmap({(blad, row, column): "0470 11 11 11" if blad == TRAJ else 4})
    judgement = actions.judge(db, mine, again, as_of=AS_OF)
    assert all(one.row != row for sheet in judgement.report().sheets for one in sheet.warnings)
    seen = actions.judge(db, city.actor, again, as_of=AS_OF).report()
    assert any(one.row == row for sheet in seen.sheets for one in sheet.warnings)


def test_its_rows_are_compared_all_the_same_and_come_to_the_inbox_once(
    db, city, away, importer, changed, now
):
    mine = city.actor_of(importer.id, Rol.IMPORTEUR)
    before = db.scalars(select(Postvakrij.id)).all()
    actions.bring_in(db, mine, changed[0], as_of=AS_OF, bestand="c.xlsx", now=now + timedelta(days=1))
    assert db.scalars(select(Postvakrij.id)).all() == before


def test_taking_over_all_leaves_it_waiting(client, city, db, importer, changed, now):
    actions.bring_in(db, city.actor, werkmap(), as_of=AS_OF, bestand="a.xlsx", now=now)
    both = {(TRAJ, 3, "Telefoon"): "0470 99 99 99", (TRAJ, 4, "Telefoon"): "0470 88 88 88"}
    run, _ = actions.bring_in(db, city.actor, werkmap(both), as_of=AS_OF, bestand="b.xlsx", now=now)
    first, second = db.scalars(select(Postvakrij).filter_by(blad=TRAJ).order_by(Postvakrij.rij))
    wie = dossier.Wie(account_id=importer.id)
    gezin = family_of(db, first)
    dossier.shut_out(db, city.actor, gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now)
    db.commit()
    at = f"/werkmap/inlezing/{run.id}/overnemen?blad={TRAJ}"
    assert "1 voorstel" in client.get(at).words
    assert client.post(at).status == 302
    db.expire_all()
    assert (first.stand, second.stand) == (Rijstand.VOORSTEL, Rijstand.VERWERKT)


def test_the_command_line_is_kept_away_from_nothing(db, city, away, rij):
    assert policy.became_of_hidden(city.actor) is None
    assert queries.regel(db, city.actor, rij.id) is not None


REFUSED = {
    # What stands in it, and whether it may be of the family D-1 (Aksoy, Fatma Aksoy): then it is not shown.
    "its code": (TRAJ, {"Dossiernr": "d 1", "Gezinsnaam": "Onbekenden", "Ouder 1": "Xandra"}, True),
    "its name, spelled otherwise": (TRAJ, {"Dossiernr": "D-9", "Gezinsnaam": "Gezin Aksoi"}, True),
    "its parent": (TRAJ, {"Dossiernr": "D-9", "Gezinsnaam": "Demir", "Ouder 1": "Fatma"}, True),
    "another family": (TRAJ, {"Dossiernr": "D-9", "Gezinsnaam": "Gezin Demir", "Ouder 1": "Ilse"}, False),
    "nothing that tells": (TRAJ, {"Start traject": "morgen"}, True),
    "a referral of it": (WACHT, {"Gezin": "Aksoy", "Ouder": ""}, True),
    "a referral of another": (WACHT, {"Gezin": "Peeters", "Ouder": "Jan"}, False),
    "a referral without a name": (WACHT, {"Aangemeld door": "Ine Raes"}, True),
    "a meting of it": (MEZ, {"Dossiernr": "D-1", "Gezin": "4"}, True),
    "a meting of a code that nobody knows": (MEZ, {"Dossiernr": "D-l", "Gezin": "4"}, True),
    "a meting of another": (MEZ, {"Dossiernr": "d-2", "Gezin": "4"}, False),
    "a coach": (_COACH, {"Naam": "Fatma Aksoy"}, False),
}


def box(db, run, blad, raw, rij):
    """A row that was refused and became nothing."""
    row = Postvakrij(
        id=uuid4(), werking_id=run.werking_id, inlezing_id=run.id, blad=blad, rij=rij,
        stand=Rijstand.GEWEIGERD, inhoud_index=queries.content_index(db, blad, raw),
        sleutel_index=queries.key_index(db, blad, ("onbekend", str(rij))),
    )  # fmt: skip
    db.add(row)
    row.inhoud = {"raw": raw}
    reason = said("Deze cel is leeg, maar moet ingevuld zijn.").as_json()
    row.probleem = {"column": next(iter(raw)), "value": "", "reason": reason, "also": [], "depends_on": None}
    return row


@pytest.fixture(params=REFUSED)
def refused(request, city, db, now):
    """A row that was refused and became nothing, and whether it may be of the family D-1."""
    blad, raw, hidden = REFUSED[request.param]
    run, _ = actions.bring_in(db, city.actor, werkmap(), as_of=AS_OF, bestand="a.xlsx", now=now)
    row = box(db, run, blad, raw, 9)
    audit.record(db, city.actor, "werkmap.import", now=now, thing_id=run.id)
    db.commit()
    return row, hidden


def code_family(db, city, code):
    return dossier_queries.by_code(
        db, Gezin.werking_id == city.actor.werking_id, code, groups=frozenset({"F0"})
    )


def test_a_refused_row_that_may_be_of_a_hidden_family_is_not_shown(client, city, db, importer, refused, now):
    row, hidden = refused
    at, wanted = f"/werkmap/postvak/{row.id}", 404 if hidden else 200
    assert client.get(at).status == 200
    listed = client.get("/werkmap/postvak")
    assert at in listed.text
    assert "te verbeteren (1)" in listed.words
    wie = dossier.Wie(account_id=importer.id)
    gezin = code_family(db, city, "D-1")
    dossier.shut_out(db, city.actor, gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now)
    db.commit()
    assert client.get(at).status == wanted
    listed = client.get("/werkmap/postvak")
    assert (at in listed.text) is not hidden
    assert ("te verbeteren (0)" in listed.words) is hidden
    for path in (at, f"{at}/terzijde"):
        assert (client.post(path).status == 404) is hidden
    assert queries.regel(db, city.actor, row.id) is not None, "the command line is kept away from nothing"


@pytest.mark.parametrize("refused", ["another family"], indirect=True)
def test_a_hidden_family_whose_key_is_lost_may_be_any(app, client, city, db, importer, refused, now):
    wie = dossier.Wie(account_id=importer.id)
    gezin = code_family(db, city, "D-1")
    dossier.shut_out(db, city.actor, gezin, wie, soort=Uitsluitsoort.GEBLOKKEERD, reden=None, now=now)
    db.commit()
    with app.extensions["vault"].store.writing() as connection:
        connection.execute(delete(KEYS).where(KEYS.c.scope_id == gezin.id))
    assert client.get(f"/werkmap/postvak/{refused[0].id}").status == 404


def test_the_inbox_of_who_is_kept_away_asks_as_much_for_two_rows_as_for_twelve(client, city, db, away):
    def asked():
        client.get("/werkmap/postvak")
        with statements() as found:
            client.get("/werkmap/postvak")
        return len(found)

    run = db.scalars(select(Inlezing)).first()
    before = None
    for number in (2, 12):
        for place in range(number):
            raw = {"Dossiernr": f"D-{number}{place}", "Gezinsnaam": "Demir"}
            box(db, run, TRAJ, raw, place)
        audit.record(db, city.actor, "werkmap.import", now=city.now, thing_id=run.id)
        db.commit()
        before = before or asked()
    assert asked() == before
