"""Names in the spellings of different people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.kernel.names import closest, fold, likely_same, organisation_key, similarity

NAMES = st.text("abcdeéghijlmnoöprsştuvyz AEIMPS'-", min_size=0, max_size=24)

SAME = [
    ("Mohamed", "Mohammed"),
    ("Mohamed", "Muhammad"),
    ("El Amrani", "Elamrani"),
    ("El Amrani", "Al-Amrani"),
    ("Yılmaz", "Yilmaz"),
    ("YILMAZ", "yılmaz"),
    ("Şahin", "Sahin"),
    ("İbrahim", "Ibrahim"),
    ("D'Hondt", "Dhondt"),
    ("D’Hondt", "d Hondt"),
    ("Van den Broeck", "Vandenbroeck"),
    ("Van den Broeck", "Van Den Broek"),
    ("Shevchenko", "Sjevtsjenko"),
    ("Öztürk", "Oeztuerk"),
    ("Khadija", "Khadidja"),
    ("Hosseini", "Husseini"),
    ("Cœur", "Coeur"),
    ("Jean-Pierre Traoré", "Jeanpierre Traore"),
    ("Koen Claes", "Claes, Koen"),
    ("Bondarenko", "Bondarenka"),
]
DIFFERENT = [
    ("Peeters", "Pieters"),
    ("Koen Peeters", "Koen Pieters"),
    ("Janssens", "Jansen"),
    ("Jan Janssens", "Piet Jansen"),
    ("Jan Janssens", "Piet Janssens"),
    ("Koen Claes", "Koen"),
    ("Demir", "Yılmaz"),
    ("Elif Şahin", "Elif Öztürk"),
    ("Vermeulen", "Vermeiren"),
    ("", "Claes"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_spelling_is_likely_the_same_name(one: str, other: str) -> None:
    assert likely_same(one, other)
    assert similarity(one, other) > 0.85


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_name_is_not(one: str, other: str) -> None:
    assert not likely_same(one, other)
    assert not likely_same(other, one)


@given(NAMES)
def test_folding_twice_changes_nothing_and_case_never_matters(name: str) -> None:
    assert fold(fold(name)) == fold(name) == fold(name.upper()) == fold(f"  {name} ")


@given(NAMES, NAMES)
def test_comparing_goes_both_ways(one: str, other: str) -> None:
    assert likely_same(one, other) == likely_same(other, one)
    assert similarity(one, other) == pytest.approx(similarity(other, one))
    assert 0 <= similarity(one, other) <= 1


@given(NAMES.filter(fold))
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert likely_same(name, name.upper())
    assert similarity(name, name) == 1


@given(st.text())
def test_any_text_folds_to_plain_letters_and_digits(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text).isalnum() or not fold(text)


def test_an_organisation_is_known_without_its_legal_form() -> None:
    assert (
        organisation_key("vzw Onder Dak")
        == organisation_key("Onder Dak V.Z.W.")
        == organisation_key("onder-dak")
    )
    assert organisation_key("VZW") == "vzw"


def test_the_closest_name_is_a_hint_only_when_it_is_close() -> None:
    assert closest("Emre Şahzz", ["Elif Şahin", "Emre Şahin", "Wout Peeters"]) == "Emre Şahin"
    assert closest("Onbekende Persoon", ["Emre Şahin"]) is None
    assert closest("Emre Şahin", []) is None
