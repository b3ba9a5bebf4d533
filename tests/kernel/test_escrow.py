"""Envelopes: any two give the keys, one tells nothing, a typing error is found on its line."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach.kernel.vault.escrow import EnvelopesDiffer, EnvelopeUnreadable, join, split

KEYS = {7: bytes(range(32))}
KEYRINGS = st.dictionaries(
    st.integers(1, 2**32 - 1), st.binary(min_size=32, max_size=32), min_size=1, max_size=4
)


@given(KEYRINGS)
def test_any_two_envelopes_give_the_keys(keys):
    for one, other in permutations(split(keys), 2):
        assert join(one, other) == keys


def test_one_envelope_is_of_no_use_twice_and_none_fits_another_set():
    first, second = split(KEYS), split(KEYS)
    with pytest.raises(EnvelopesDiffer):
        join(first[0], first[0])
    with pytest.raises(EnvelopesDiffer):
        join(first[0], second[1])


def test_one_envelope_is_noise():
    # Every bit of the halves is set in about half of many envelopes for one and the same key.
    texts = [split({1: bytes(32)})[0] for _ in range(200)]
    firsts = [text.splitlines()[1].split()[1] for text in texts]
    assert len(set(firsts)) == 200


@pytest.mark.parametrize("officer", [0, 1, 2])
def test_a_typing_error_is_found_on_its_line(officer):
    envelopes = split(KEYS)
    lines = envelopes[officer].splitlines()
    for number, line in enumerate(lines):
        place = line.rindex(" ") - 2
        wrong = "B" if line[place] != "B" else "C"
        typed = [*lines[:number], line[:place] + wrong + line[place + 1 :], *lines[number + 1 :]]
        with pytest.raises(EnvelopeUnreadable) as caught:
            join("\n".join(typed), envelopes[officer - 1])
        assert caught.value.line == number + 1


def test_it_may_be_typed_small_without_spaces_with_words_around_and_noughts_for_os():
    one, other = split(KEYS)[:2]
    typed = "gezinscoach: envelop 1\n\n" + "\n".join(
        f"{number}. {''.join(line.split()[1:]).lower().replace('o', '0').replace('i', '1')}"
        for number, line in enumerate(one.splitlines(), 1)
    )
    assert join(typed, other) == KEYS


def test_half_an_envelope_is_none():
    one, other = split(KEYS)[:2]
    for half in ("", "zomaar tekst", "\n".join(one.splitlines()[:-1])):
        with pytest.raises((EnvelopeUnreadable, EnvelopesDiffer)):
            join(half, other)


@given(st.text())
def test_whatever_is_typed_it_is_refused_politely(text):
    with pytest.raises((EnvelopeUnreadable, EnvelopesDiffer)):
        join(text, split(KEYS)[0])
