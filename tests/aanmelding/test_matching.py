"""Hard rules and reasons for and against a gezinscoach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.aanmelding.rules.matching import (
    AGAINST,
    HARD,
    Code,
    Kandidaat,
    Nood,
    languages,
    match,
    named_languages,
)

TODAY = date(2026, 10, 15)
NOOD = Nood("Arabisch", None, "3012 Wilsele", "")
NOOR = Kandidaat(
    id=UUID(int=1),
    naam="Noor",
    organisatie="Buurthuis",
    talen=("Nederlands", "Arabisch"),
    wijken=("Wilsele",),
    gestart_op=date(2025, 1, 1),
    max_gezinnen=3,
    gezinnen=1,
    laatste_start=TODAY - timedelta(days=120),
)


def other(number: int, **more: object) -> Kandidaat:
    return replace(NOOR, id=UUID(int=number), naam=f"Coach {number}", **more)


def codes(found: tuple) -> set[Code]:
    return {reden.code for reden in found}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"gestart_op": TODAY + timedelta(days=1)}, Code.NOT_STARTED),
        ({"gestopt_op": TODAY}, Code.STOPPED),
        ({"gezinnen": 3}, Code.FULL),
        ({"gezinnen": 2, "open_voorstellen": 1}, Code.FULL),
        ({"max_gezinnen": 0}, Code.FULL),
        ({"talen": ("Nederlands", "Turks")}, Code.NO_LANGUAGE),
        ({"weigerde_op": date(2026, 10, 1)}, Code.DECLINED),
        ({"own": True}, Code.OWN),
    ],
)
def test_each_hard_rule_alone_keeps_a_coach_from_being_proposed(change, code):
    found = match(NOOD, [replace(NOOR, **change)], TODAY)
    assert found.voorstellen == ()
    assert codes(found.uitgesloten[0].hard) == {code}


def test_whoever_starts_today_or_has_one_place_left_can_be_proposed():
    assert match(NOOD, [replace(NOOR, gestart_op=TODAY, gezinnen=2)], TODAY).voorstellen


def test_an_interpreter_opens_the_way_but_is_a_reason_against():
    turks = replace(NOOR, talen=("Turks",))
    found = match(replace(NOOD, tolk=True), [turks], TODAY).voorstellen[0]
    assert Code.INTERPRETER in codes(found.tegen)
    assert match(replace(NOOD, tolk=False), [turks], TODAY).uitgesloten


def test_a_family_of_unknown_language_excludes_nobody():
    found = match(replace(NOOD, taal=""), [replace(NOOR, talen=())], TODAY).voorstellen[0]
    assert Code.LANGUAGE_UNKNOWN in codes(found.tegen)


@pytest.mark.parametrize("tolk", [None, False, True])
def test_a_coach_whose_languages_are_not_filled_in_is_not_said_to_lack_one(tolk):
    nood = replace(NOOD, tolk=tolk, voorkeur="spreekt best Turks")
    found = match(nood, [replace(NOOR, talen=()), other(2, talen=("Turks",))], TODAY).voorstellen
    assert [one.kandidaat.id.int for one in found] == [2, 1]
    assert codes(found[1].tegen) == {Code.LANGUAGES_MISSING}


def test_reasons_for_carry_the_data_of_their_sentence():
    found = match(NOOD, [NOOR], TODAY).voorstellen[0]
    assert {reden.code: reden.data for reden in found.voor} == {
        Code.LANGUAGE: {"taal": "Arabisch"},
        Code.WIJK: {"wijk": "Wilsele"},
        Code.PLACES: {"vrij": 2, "max": 3},
        Code.TRAINED: {},
        Code.TURN: {"datum": "2026-06-17"},
    }
    assert found.tegen == ()


def test_reasons_against_are_told_and_block_nothing():
    weak = replace(
        NOOR,
        wijken=("Heverlee",),
        startvorming=False,
        laatste_start=TODAY - timedelta(days=3),
        gestopt_op=TODAY + timedelta(days=9),
        has_account=False,
    )
    assert codes(match(NOOD, [weak], TODAY).voorstellen[0].tegen) == {
        Code.OTHER_WIJK,
        Code.NOT_TRAINED,
        Code.JUST_STARTED,
        Code.LEAVING,
        Code.NO_ACCOUNT,
    }


def test_the_order_is_language_then_neighbourhood_then_training_then_turn():
    tolk = replace(NOOD, tolk=True)
    everyone = [
        other(1, talen=("Turks",)),
        other(2, wijken=("Heverlee",)),
        other(3, startvorming=False),
        other(4, laatste_start=TODAY - timedelta(days=10)),
        other(5, laatste_start=None),
        other(6),
    ]
    found = match(tolk, everyone, TODAY).voorstellen
    assert [one.kandidaat.id.int for one in found] == [5, 6, 4, 3, 2, 1]


def test_a_language_named_in_the_preference_goes_first_and_counts_as_shared():
    nood = Nood("Pasjtoe", False, "3012 Wilsele", "spreekt best Arabisch")
    found = match(nood, [other(1, talen=("Pasjtoe",)), other(2, talen=("Arabisch",))], TODAY).voorstellen
    assert [one.kandidaat.id.int for one in found] == [2, 1]
    assert Code.PREFERRED in codes(found[0].voor)
    assert Code.NOT_PREFERRED in codes(found[1].tegen)


@pytest.mark.parametrize("said", ["liefst vrouw", "geen coach van eigen school", "geen Arabisch", ""])
def test_a_preference_without_a_wished_language_weighs_nothing(said):
    assert named_languages(said, ["Arabisch", "Turks"]) == ()


def test_more_languages_in_one_cell_are_all_seen():
    assert languages("Arabisch en wat Frans/Engels") == ("Arabisch", "Frans", "Engels")
    assert languages("") == ()


people = st.builds(
    Kandidaat,
    id=st.uuids(),
    naam=st.sampled_from(["Ann", "Bo", "Cem"]),
    organisatie=st.just("O"),
    talen=st.lists(st.sampled_from(["Arabisch", "Turks", "Nederlands"]), max_size=2).map(tuple),
    wijken=st.lists(st.sampled_from(["Wilsele", "Leuven"]), max_size=2).map(tuple),
    gestart_op=st.dates(date(2026, 10, 1), date(2026, 10, 31)),
    max_gezinnen=st.integers(0, 3),
    gezinnen=st.integers(0, 3),
    open_voorstellen=st.integers(0, 1),
    laatste_start=st.none() | st.dates(date(2025, 1, 1), TODAY),
    startvorming=st.booleans(),
)


@given(st.lists(people, max_size=8, unique_by=lambda one: one.id), st.none() | st.booleans(), st.randoms())
def test_nobody_is_lost_and_the_order_of_asking_changes_nothing(everyone, tolk, chance):
    nood = replace(NOOD, tolk=tolk)
    found = match(nood, everyone, TODAY)
    shuffled = list(everyone)
    chance.shuffle(shuffled)
    assert match(nood, shuffled, TODAY) == found
    both = (*found.voorstellen, *found.uitgesloten)
    assert {one.kandidaat.id for one in both} == {one.id for one in everyone}
    assert len(both) == len(everyone)
    for one in both:
        assert codes(one.hard) <= HARD
        assert codes(one.tegen) <= AGAINST
        assert not codes(one.voor) & (HARD | AGAINST)
