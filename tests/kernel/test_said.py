"""Sentences that are worded later."""

import json

import pytest

from gezinscoach.kernel.said import Said, said

NEAR = said("Rij %(rij)s: bedoel je “%(naam)s”?", rij=3, naam="Zon")


def test_a_sentence_reads_in_dutch_with_its_values() -> None:
    assert str(NEAR) == "Rij 3: bedoel je “Zon”?"
    assert str(said("Tussen 0 %% en 100 %%.")) == "Tussen 0 % en 100 %."


def test_a_translation_may_put_the_values_elsewhere() -> None:
    assert NEAR.fill("Did you mean “%(naam)s” (row %(rij)s)?") == "Did you mean “Zon” (row 3)?"


@pytest.mark.parametrize("typed", ["100%", "%(rij)s", "%d %s", "%%", "{naam}"])
def test_what_somebody_typed_is_shown_as_typed(typed: str) -> None:
    assert str(said("Dit was “%(waarde)s”.", waarde=typed)) == f"Dit was “{typed}”."


def test_a_sentence_is_kept_as_json_and_comes_back_the_same() -> None:
    kept = json.loads(json.dumps(NEAR.as_json()))
    assert Said.from_json(kept) == NEAR
    assert Said.from_json(kept) != said(NEAR.text, rij=4, naam="Zon")
