"""A refused row that a later workbook brings again in another version, not in order either."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.werkmap import actions
from gezinscoach.werkmap.rules.compare import alike
from gezinscoach.werkmap.tables import Rijstand

from . import grids
from .deeds import box, followers, mend
from .grids import AS_OF, COACH, MEZ, NET, ORG, TRAJ, WACHT, werkmap

GEWEIGERD, TERZIJDE, VOORSTEL = Rijstand.GEWEIGERD, Rijstand.TERZIJDE, Rijstand.VOORSTEL
FIRST = {(COACH, 4, "E-mail"): "omar"}
SECOND = {(COACH, 4, "E-mail"): "omar at zon"}


def standen(db, blad):
    """How the rows of a sheet stand, by their first problem's value."""
    db.expire_all()
    return {rij.probleem["value"]: rij.stand for rij in box(db, blad=blad)}


@pytest.mark.parametrize(
    ("sheet", "column", "first", "second"),
    [
        (ORG, "E-mail bondgenoot", "bert", "bert at zon"),
        (COACH, "E-mail", "omar", "omar at zon"),
        (COACH, "Naam", "", "-"),
        (TRAJ, "Start traject", "lente", "31/2/2025"),
        (TRAJ, "Dossiernr", "", "?"),
        (WACHT, "Datum aanmelding", "gisteren", "eergisteren"),
        (MEZ, "Kwartaal", "2026-K5", "2026-K6"),
        (MEZ, "Dossiernr", "D-98", "D-99"),
        (NET, "12/1", "misschien", "soms"),
    ],
)
def test_the_newer_version_stands_and_the_older_lies_aside(db, bring, sheet, column, first, second):
    bring(werkmap({(sheet, 4, column): first}))
    [older] = box(db, blad=sheet)
    bring(werkmap({(sheet, 4, column): second}))
    assert sorted(rij.stand for rij in box(db, blad=sheet)) == [GEWEIGERD, TERZIJDE]
    [newer] = box(db, blad=sheet, stand=GEWEIGERD)
    assert (older.stand, older.probleem["newer"]) == (TERZIJDE, str(newer.id))
    traced = select(AuditEvent.thing_id).where(AuditEvent.action == "werkmap.replace")
    assert older.id in db.scalars(traced).all()


def test_a_row_that_moved_is_known_by_its_key_and_its_cells(db, bring):
    bring(werkmap(FIRST))
    moved = werkmap(more={COACH: [[*grids.GEZINSCOACHES[1][:2], "omar at zon", *grids.GEZINSCOACHES[1][3:]]]})
    page = moved[1]
    moved[1] = type(page)(page.name, (*page.rows[:3], ("Bo Aerts", *page.rows[2][1:]), page.rows[4]))
    bring(moved)
    assert standen(db, COACH)["omar"] is TERZIJDE
    assert standen(db, COACH)["omar at zon"] is GEWEIGERD


def test_the_row_of_somebody_else_at_the_same_place_or_under_the_same_number_stays(db, bring):
    bring(werkmap(more={TRAJ: followers("Niemand Hier", ["A-1"])}))
    other = [
        "A-1",
        "Zaman",
        "Rana Zaman",
        "",
        "Ali 1/1/2020",
        "Dorp 9, 3000 Leuven",
        "0470 98 76 54",
        "Farsi",
        "ja",
    ]
    rest = ["Ook Niemand", "1/5/2026", "2/5/2026", "alles", "", ""]
    bring(werkmap(more={TRAJ: [[*grids.TRAJECTEN[0][:1], *other[1:], *rest], [*other, *rest]]}))
    assert standen(db, TRAJ)["Niemand Hier"] is GEWEIGERD


def test_both_rows_under_one_number_stay_while_the_workbook_still_has_them(db, bring):
    two = followers("Niemand Hier", ["A-1", "A-1"])
    two[1][6] = "0470 11 22 33"
    bring(werkmap(more={TRAJ: two}))
    two[0][7] = "Dari"
    bring(werkmap(more={TRAJ: two}))
    assert sorted(rij.stand for rij in box(db, blad=TRAJ)) == [GEWEIGERD, GEWEIGERD, TERZIJDE]


def test_the_older_version_asks_again_when_a_workbook_brings_it_back(db, bring):
    for changes, older in ((FIRST, None), (SECOND, "omar"), (FIRST, "omar at zon"), (SECOND, "omar")):
        bring(werkmap(changes))
        found = standen(db, COACH)
        assert [value for value, stand in found.items() if stand is TERZIJDE] == ([older] if older else [])
        assert list(found.values()).count(GEWEIGERD) == 1


def test_an_older_version_that_somebody_put_back_stays_whatever_is_read_again(db, actor, now, bring):
    bring(werkmap(FIRST))
    bring(werkmap(SECOND))
    [older] = box(db, blad=COACH, stand=TERZIJDE)
    actions.put_back(db, actor, older, now=now)
    db.commit()
    bring(werkmap(SECOND))
    assert standen(db, COACH) == {"omar": GEWEIGERD, "omar at zon": GEWEIGERD}


def test_what_somebody_decided_or_edited_by_hand_in_the_inbox_is_left_alone(db, actor, now, bring):
    bring(werkmap())
    bring(werkmap(FIRST))
    [rij] = box(db, blad=COACH)
    mend(db, actor, now, rij, **{"E-mail": "omar.idrissi@zon.example"})
    assert (rij.stand, rij.inhoud["raw"]["E-mail"]) == (VOORSTEL, "omar.idrissi@zon.example")
    bring(werkmap(SECOND))
    assert (rij.stand, rij.inhoud["raw"]["E-mail"]) == (VOORSTEL, "omar.idrissi@zon.example")
    assert sorted(one.stand for one in box(db, blad=COACH)) == [GEWEIGERD, VOORSTEL]
    actions.accept(db, actor, rij, as_of=AS_OF, now=now)
    bring(werkmap({(COACH, 4, "E-mail"): "nog iets"}))
    assert rij.stand is Rijstand.VERWERKT


def test_the_row_that_lies_aside_leads_to_its_newer_version(client, city, db, bring):
    client.sign_in(city.account(Rol.IMPORTEUR).id)
    bring(werkmap(FIRST))
    bring(werkmap(SECOND))
    [older] = box(db, blad=COACH, stand=TERZIJDE)
    [newer] = box(db, blad=COACH, stand=GEWEIGERD)
    page = client.get(f"/werkmap/postvak/{older.id}")
    assert "een nieuwere versie van deze rij" in page.words
    assert f"/werkmap/postvak/{newer.id}" in page.links()
    client.post(f"/werkmap/postvak/{older.id}/terug")
    assert "omar" in client.get(f"/werkmap/postvak/{older.id}").text


def test_rows_are_alike_when_two_thirds_of_the_shorter_one_agree() -> None:
    one = {"a": "1", "b": "2", "c": "3"}
    assert alike(one, {**one, "c": "4", "d": "5"})
    assert not alike(one, {"a": "1", "b": "x", "c": "y"})
    assert not alike({}, one)


ACCEPTED = {(WACHT, 3, "Datum aanmelding"): "gisteren"}
REFUSING = {(WACHT, 3, "Toestemming gezin"): "nee"}


def held(rij):
    return str(rij.inhoud) + str(rij.probleem)


def traced(db, deed):
    return set(db.scalars(select(AuditEvent.thing_id).where(AuditEvent.action == deed)))


def moved(changes):
    """The workbook with another referral above that of the family Karimi."""
    sheets = werkmap(changes)
    page = sheets[3]
    first = ("1/6/2026", "Bo Aerts", "Huis", "016 11 11 11", "Zaman", "Rana", "2020", "1", "Farsi", "nee")
    rows = (*page.rows[:2], (*first, "3000 Leuven", "", "", "ja", "", ""), *page.rows[2:])
    sheets[3] = type(page)(page.name, rows)
    return sheets


@pytest.mark.parametrize("later", [werkmap({**ACCEPTED, **REFUSING}), werkmap(REFUSING)])
def test_a_family_that_withdraws_its_permission_leaves_no_more_than_its_referral(db, bring, later):
    bring(werkmap(ACCEPTED))
    [older] = box(db, blad=WACHT)
    assert "Karimi" in held(older)
    bring(later)
    db.expire_all()
    [newer] = box(db, blad=WACHT, stand=GEWEIGERD)
    assert (older.stand, older.probleem["newer"]) == (TERZIJDE, str(newer.id))
    assert set(older.inhoud["raw"]) == {"Datum aanmelding", "Aangemeld door", "Tel. aanmelder"}
    assert not {"Karimi", "Leila", "Dari", "3012"} & set(held(older).replace("'", " ").split())
    assert older.id in traced(db, "werkmap.reduce")


def test_a_withdrawn_row_that_moved_is_known_by_its_referral(db, bring):
    bring(werkmap({(WACHT, 3, "Geboortejaar oudste kind"): "lang geleden"}))
    [older] = box(db, blad=WACHT)
    bring(moved({(WACHT, 3, "Geboortejaar oudste kind"): "lang geleden", **REFUSING}))
    db.expire_all()
    assert older.stand is TERZIJDE
    assert "Karimi" not in held(older)
    assert "lang geleden" not in held(older)


def test_a_permission_that_was_refused_before_too_still_reduces_what_came_between(db, bring):
    year = {(WACHT, 3, "Geboortejaar oudste kind"): "lang geleden"}
    bring(werkmap(REFUSING))
    bring(moved(year))
    assert len(box(db, blad=WACHT, stand=GEWEIGERD)) == 2
    bring(werkmap(REFUSING))
    db.expire_all()
    assert [rij.stand for rij in box(db, blad=WACHT) if "Karimi" in held(rij)] == []


def test_a_proposal_of_a_family_that_withdraws_is_reduced_and_comes_back_with_its_permission(db, bring):
    language = {(WACHT, 3, "Taal"): "Pasjtoe"}
    bring(werkmap())
    bring(werkmap(language))
    [rij] = box(db, blad=WACHT)
    bring(werkmap({**language, **REFUSING}))
    db.expire_all()
    assert (rij.stand, "Karimi" in held(rij)) == (TERZIJDE, False)
    bring(werkmap(language))
    db.expire_all()
    assert (rij.stand, rij.inhoud["raw"]["Taal"], rij.probleem["column"]) == (VOORSTEL, "Pasjtoe", "Taal")


def test_a_reduced_row_that_is_brought_with_permission_again_is_whole_again(db, bring):
    bring(werkmap(ACCEPTED))
    bring(werkmap({**ACCEPTED, **REFUSING}))
    bring(werkmap(ACCEPTED))
    db.expire_all()
    [rij] = box(db, blad=WACHT, stand=GEWEIGERD)
    assert "Karimi" in held(rij)


def test_another_family_of_the_same_referrer_keeps_its_row(db, bring):
    one = [
        "3/6/2026",
        "Ine Raes",
        "CLB",
        "016 00 00 03",
        "Zaman",
        "Rana",
        "oud",
        "1",
        "",
        "",
        "",
        "",
        "",
        "ja",
    ]
    two = [*one[:4], "Peeters", "Lut", "ouder", *one[7:]]
    bring(werkmap(more={WACHT: [one, two]}))
    bring(werkmap(REFUSING))
    db.expire_all()
    assert sorted(rij.stand for rij in box(db, blad=WACHT)) == [GEWEIGERD] * 3


@pytest.mark.parametrize(
    ("first", "wrong", "right"),
    [
        (None, {(COACH, 4, "E-mail"): "omar"}, {}),
        (None, {(COACH, 4, "E-mail"): "omar"}, {(COACH, 4, "Talen"): "Frans"}),
        (
            {(COACH, 4, "Naam"): "Iemand Anders", (COACH, 4, "E-mail"): "i@zon.example"},
            {(COACH, 4, "Naam"): ""},
            {},
        ),
    ],
)
def test_a_refused_row_that_a_later_workbook_makes_sound_lies_aside(
    client, city, db, bring, first, wrong, right
):
    client.sign_in(city.account(Rol.IMPORTEUR).id)
    sound = {(TRAJ, 4, "Gezinscoach"): "Nele Maes"}
    bring(werkmap({**sound, **(first or {})}))
    bring(werkmap({**sound, **wrong}))
    [older] = [rij for rij in box(db, blad=COACH) if rij.stand is GEWEIGERD]
    bring(werkmap({**sound, **right}))
    db.expire_all()
    assert older.stand is TERZIJDE
    proposals = box(db, blad=COACH, stand=VOORSTEL)
    assert older.probleem["newer"] == (str(proposals[0].id) if proposals else "")
    assert older.id in traced(db, "werkmap.replace")
    page = client.get(f"/werkmap/postvak/{older.id}")
    assert "een nieuwere versie van deze rij" in page.words
    assert ("Die is ingelezen" in page.words) is not bool(proposals)
    bring(werkmap({**sound, **wrong}))
    db.expire_all()
    assert older.stand is GEWEIGERD


def test_a_refused_row_that_somebody_put_back_stays_although_the_row_is_sound(db, actor, now, bring):
    bring(werkmap())
    bring(werkmap(FIRST))
    bring(werkmap())
    [rij] = box(db, blad=COACH, stand=TERZIJDE)
    actions.put_back(db, actor, rij, now=now)
    db.commit()
    bring(werkmap())
    db.expire_all()
    assert rij.stand is GEWEIGERD


def test_a_row_of_somebody_else_at_the_place_of_a_sound_one_stays(db, bring):
    rows = followers("Niemand Hier", ["A-1"])
    bring(werkmap(more={TRAJ: rows}))
    other = [
        "B-7",
        "Zaman",
        "Rana Zaman",
        "",
        "Ali 1/1/2020",
        "Dorp 9, 3000 Leuven",
        "0470 98 76 54",
        "Farsi",
    ]
    bring(werkmap(more={TRAJ: [[*other, "nee", "Nele Maes", "1/5/2026", "2/5/2026", "alles", "", ""]]}))
    assert standen(db, TRAJ) == {"Niemand Hier": GEWEIGERD}
