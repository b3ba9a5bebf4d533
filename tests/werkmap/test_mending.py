"""Refused rows of the inbox: corrected, followed, set aside, or left behind by the workbook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gezinscoach.dossier import queries as dossier
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.tables import Rijstand
from tests.counting import statements

from . import grids
from .deeds import box, followers, gezin, mend
from .grids import COACH, MEZ, NET, TRAJ, werkmap


def test_a_mended_coach_takes_the_rows_along_that_hung_on_it(db, actor, now, bring):
    wrong = werkmap({(COACH, 3, "E-mail"): "nele at buurt"})
    first = bring(wrong)
    assert {(row.blad, row.rij) for row in box(db)} == {(COACH, 3), (TRAJ, 3), (MEZ, 3), (NET, 3)}
    assert "hangt af van rij 3" in str(first[TRAJ].refused[0].reason)
    [coach] = box(db, blad=COACH)
    with pytest.raises(actions.StillWrong) as still:
        mend(db, actor, now, coach, **{"E-mail": "nele.buurt"})
    assert still.value.refused.column == "E-mail"
    assert mend(db, actor, now, coach, **{"E-mail": "nele@buurt.example"}) == 3
    assert {row.stand for row in box(db)} == {Rijstand.VERWERKT}
    row = gezin(db, actor, "D-1")
    assert [periode.coach for periode in dossier.periodes(db, row.id)] == ["Nele Maes"]
    assert len(grondrechten.history(db, row.id)) == 1
    again = bring(wrong)
    assert [(sheet.imported, len(sheet.refused)) for sheet in again.values()] == [(0, 0)] * 6
    assert again[COACH].unchanged == 2
    assert len(box(db)) == 4


def test_rows_that_hang_on_a_mended_one_look_back_once_however_many_they_are(db, actor, now, bring):
    coaches = [
        [name, "Huis van de Buurt", "x", *grids.GEZINSCOACHES[0][3:]] for name in ("Bo Aerts", "Cas Bols")
    ]
    rows = followers("Bo Aerts", ["A-1", "A-2"]) + followers("Cas Bols", [f"C-{n}" for n in range(6)])
    bring(werkmap(more={COACH: coaches, TRAJ: rows}))
    asked = []
    for rij, many in zip(box(db, blad=COACH), (2, 6), strict=True):
        with statements() as sent:
            assert mend(db, actor, now, rij, **{"E-mail": f"iemand{many}@buurt.example"}) == many
        asked.append(len([one for one in sent if "FROM herkomst" in one or "FROM postvakrij" in one]))
    assert asked[0] == asked[1]


def test_of_two_followers_with_the_same_number_one_goes_in_and_the_other_keeps_waiting(db, actor, now, bring):
    coaches = [["Bo Aerts", "Huis van de Buurt", "x", *grids.GEZINSCOACHES[0][3:]]]
    two = followers("Bo Aerts", ["A-1", "A-1"])
    two[1][6] = "0470 11 22 33"
    bring(werkmap(more={COACH: coaches, TRAJ: two}))
    assert len(box(db, blad=TRAJ)) == 2
    [rij] = box(db, blad=COACH)
    assert mend(db, actor, now, rij, **{"E-mail": "bo@buurt.example"}) == 1
    assert sorted(row.stand for row in box(db, blad=TRAJ)) == [Rijstand.GEWEIGERD, Rijstand.VERWERKT]


def test_a_mended_row_that_was_in_already_is_a_proposal_of_the_columns_that_differ(db, actor, now, bring):
    bring(werkmap())
    bring(werkmap({(COACH, 4, "E-mail"): "omar"}))
    [rij] = box(db, blad=COACH)
    assert mend(db, actor, now, rij, **{"E-mail": "omar.nieuw@zon.example"}) == 0
    assert (rij.stand, rij.probleem["column"]) == (Rijstand.VOORSTEL, "E-mail")
    assert rij.inhoud["raw"]["E-mail"] == "omar.nieuw@zon.example"


def test_a_row_that_is_mended_in_the_workbook_itself_leaves_the_inbox(db, actor, bring):
    bring(werkmap({(COACH, 3, "E-mail"): "nele at buurt"}))
    report = bring(werkmap())
    assert [sheet.imported for sheet in report.values()] == [0, 1, 1, 0, 1, 1]
    assert {row.stand for row in box(db)} == {Rijstand.VERWERKT}


def test_another_familys_row_under_a_used_number_stays_in_the_inbox(db, actor, bring):
    clash = {(TRAJ, 4, "Dossiernr"): "D-1"}
    bring(werkmap(clash))
    bring(werkmap(clash))
    assert [(row.blad, row.rij, row.stand) for row in box(db, blad=TRAJ)] == [(TRAJ, 4, Rijstand.GEWEIGERD)]


def test_a_row_that_somebody_set_aside_stays_aside(db, city, now, bring):
    wrong = werkmap({(COACH, 4, "E-mail"): "omar"})
    bring(wrong)
    somebody = replace(city.actor, account_id=city.account(None).id)
    importer = city.actor
    [rij] = box(db, blad=COACH)
    actions.set_aside(db, somebody, rij, now=now)
    db.commit()
    bring(wrong)
    assert [row.stand for row in box(db, blad=COACH)] == [Rijstand.TERZIJDE]
    actions.put_back(db, importer, rij, now=now)
    assert rij.stand is Rijstand.GEWEIGERD
