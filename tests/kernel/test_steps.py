"""Tables of steps."""

from __future__ import annotations

from enum import StrEnum

import pytest

from gezinscoach.kernel.steps import Steps


class Deur(StrEnum):
    OPEN = "open"
    DICHT = "dicht"


DEUR = Steps({(Deur.OPEN, "close"): Deur.DICHT, (Deur.DICHT, "open"): Deur.OPEN}, LookupError)


def test_a_step_of_the_table_leads_where_it_says() -> None:
    assert DEUR.after(Deur.OPEN, "close") is Deur.DICHT


def test_another_step_is_refused_by_the_own_exception() -> None:
    with pytest.raises(LookupError, match="close from dicht"):
        DEUR.after(Deur.DICHT, "close")


def test_only_the_steps_from_where_it_stands_are_offered() -> None:
    assert DEUR.available(Deur.DICHT) == ("open",)
