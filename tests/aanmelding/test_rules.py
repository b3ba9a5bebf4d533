"""Steps of an aanmelding, what is kept of a question, and soft warnings."""

from __future__ import annotations

from datetime import date

import pytest

from gezinscoach.aanmelding import rules
from gezinscoach.aanmelding.rules import Toestand, Toestemming
from gezinscoach.aanmelding.rules.intake import Twijfel, doubts, same_family, vraag_codes
from gezinscoach.dossier.rules import CODELIST

TODAY = date(2026, 10, 15)


def test_the_table_knows_just_these_steps():
    assert {(before.value, step, after.value) for (before, step), after in rules.STEPS.items()} == {
        ("terugbellen", "agree", "wachtend"),
        ("terugbellen", "withdraw", "ingetrokken"),
        ("wachtend", "propose", "voorgesteld"),
        ("wachtend", "withdraw", "ingetrokken"),
        ("wachtend", "refer", "doorverwezen"),
        ("voorgesteld", "accept", "gekoppeld"),
        ("voorgesteld", "decline", "wachtend"),
        ("voorgesteld", "take back", "wachtend"),
        ("ingetrokken", "reopen", "wachtend"),
        ("ingetrokken", "ask again", "terugbellen"),
        ("doorverwezen", "reopen", "wachtend"),
    }


@pytest.mark.parametrize("toestand", Toestand)
def test_every_step_outside_the_table_is_refused(toestand):
    steps = {step for _, step in rules.STEPS}
    for step in steps - set(rules.steps_from(toestand)):
        with pytest.raises(rules.NoSuchStep):
            rules.after(toestand, step)


def test_the_desk_never_answers_for_a_coach():
    for toestand in Toestand:
        for toestemming in Toestemming:
            assert not {"accept", "decline"} & set(rules.desk_steps(toestand, toestemming))


def test_a_withdrawn_family_that_never_agreed_comes_back_only_to_be_called():
    assert rules.desk_steps(Toestand.INGETROKKEN, Toestemming.NIET_GEVRAAGD) == ("ask again",)
    assert rules.desk_steps(Toestand.INGETROKKEN, Toestemming.JA) == ("reopen",)


def test_days_waiting_are_whole_days_and_never_negative():
    assert rules.days_waiting(date(2026, 10, 1), TODAY) == 14
    assert rules.days_waiting(date(2026, 10, 16), TODAY) == 0


def test_words_of_people_become_codes_and_unknown_words_stay():
    said = ["Vrije tijd", "taal", "papieren/verblijf", "huisvesting", "taal", "paardrijden", " "]
    assert vraag_codes(said) == ["vrijetijd", "nederlands", "juridisch", "huisvesting", "paardrijden"]
    assert set(vraag_codes(entry.naam for entry in CODELIST)) == {entry.code for entry in CODELIST}


@pytest.mark.parametrize(
    ("gemeente", "oudste", "expected"),
    [
        ("3012 Wilsele", 2013, ()),
        ("3020 Herent", 2020, (Twijfel.BUITEN,)),
        ("Herent", None, (Twijfel.ZONDER_POSTCODE,)),
        ("Leuven", None, ()),
        ("", 2012, (Twijfel.OUDER,)),
        ("", None, ()),
        ("3020", 2008, (Twijfel.BUITEN, Twijfel.OUDER)),
    ],
)
def test_soft_warnings_name_what_deserves_a_look(gemeente, oudste, expected):
    found = doubts(
        gemeente=gemeente,
        oudste=oudste,
        postcodes=("3000", "3012"),
        stad="Leuven",
        leeftijdsgrens=13,
        today=TODAY,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Şahin", ["Zeynep"]), ("Sahin", ["Zeynep Şahin"]), True),
        (("D'Hondt", ["Wout"]), ("Dhondt", ["Wout"]), True),
        (("Peeters", ["Femke"]), ("Peeters", ["Tom"]), False),
        (("Peeters", []), ("Peeters", ["Tom"]), True),
        (("Claes", ["Tom"]), ("Diallo", ["Tom"]), False),
        (("Elbaraka", ["Samira El-Baraka"]), ("El Baraka", ["Samira El Baraka"]), True),
        (("Elbaraka", ["Samira El-Baraka"]), ("El Baraka", ["Samira"]), True),
        (("El Baraka", ["Samira El Baraka"]), ("El Baraka", ["Hind El Baraka"]), False),
    ],
)
def test_families_are_compared_by_name_and_parent_together(one, other, same):
    assert same_family(*one, *other) is same
    assert same_family(*other, *one) is same
