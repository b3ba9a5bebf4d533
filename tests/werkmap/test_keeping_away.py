"""Who is kept away from a family finds nothing of it in the import either: no row, no sentence, no number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from gezinscoach.aanmelding.tables import Aanmelding
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import Uitsluitsoort
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten.tables import Meting
from gezinscoach.kernel.access import Rol
from gezinscoach.werkmap import actions, policy, queries
from gezinscoach.werkmap.tables import Herkomst, Postvakrij, Rijstand

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
