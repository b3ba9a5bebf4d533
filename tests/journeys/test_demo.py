"""Whoever looks around in the demo city enters it by a role, without an address or a password."""

from __future__ import annotations

import pytest
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.journeys.person import Person
from tests.journeys.site import Site

pytestmark = pytest.mark.journey


def test_a_visitor_enters_the_demo_city_by_a_role_and_leaves_it_for_another(
    demo: Site, new_context: CreateContextCallback
) -> None:
    person = Person(new_context(), demo.url).goes("/inloggen")
    person.sees("Kijk rond als", "beheert accounts en organisaties", "E-mailadres")
    person.presses("Kijk als gezinscoach").sees("Lindekens")
    person.presses("Uitloggen", inside=person.header()).presses("Kijk als coördinator")
    assert "Cijfers" in person.walks()
