"""A form can be filled in with the keyboard alone, and what was typed outlives the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from gezinscoach.accounts.tables import LoginSession
from gezinscoach.demo import people
from gezinscoach.kernel.access import Rol
from tests.journeys.person import Person
from tests.journeys.site import Site

pytestmark = pytest.mark.journey

STOPS = """() => {
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')
  const names = new Set()
  return [...all].filter(one => one.checkVisibility({visibilityProperty: true}) && !(one.type === 'radio'
      && (names.has(one.name) || !names.add(one.name))))
    .map(one => one.type === 'radio' ? one.name : one.outerHTML)
}"""
"""What the Tab key has to reach, in this order: a set of radio buttons is one stop."""
HERE = """() => {
  const one = document.activeElement, style = getComputedStyle(one)
  if (one === document.body) return null
  const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== 'none'
  return [one.type === 'radio' ? one.name : one.outerHTML, shown]
}"""


@pytest.fixture
def notities(as_role: Callable[[Rol], Person]) -> Person:
    """A coach at the notes of one of her families."""
    person = as_role(Rol.GEZINSCOACH)
    return person.follows("Lindekens").follows("Notities")


def tabs(person: Person) -> list[str]:
    """Press Tab from the top of the page to its end; the focus shows at every stop."""
    stops = []
    for _ in range(200):
        person.page.keyboard.press("Tab")
        here = person.page.evaluate(HERE)
        if here is None:
            return stops
        assert here[1], f"no visible focus on {here[0]}"
        stops.append(here[0])
    raise AssertionError("the focus never leaves the page")


def test_with_the_keyboard_alone_a_note_is_written(notities: Person, window: dict[str, int]) -> None:
    keys = notities.page.keyboard
    expected = notities.page.evaluate(STOPS)
    assert tabs(notities) == expected
    notities.page.get_by_label("Wat wil je onthouden?").focus()
    keys.type(f"Alleen met toetsen geschreven, {window['width']} breed.")
    keys.press("Tab")
    keys.type("telefoon")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")  # unfolds the rest
    keys.press("Tab")
    keys.type("mama")
    for _ in range(3):
        keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Tab")
    with notities.page.expect_navigation():
        keys.press("Enter")
    notities.examines()
    note = notities.card(f"Alleen met toetsen geschreven, {window['width']} breed.")
    notities.sees("Telefoon", "mama", "deelbaar", inside=note)


def test_a_note_outlives_the_session_in_which_it_was_written(
    notities: Person, demo: Site, window: dict[str, int]
) -> None:
    text = f"Dit mag niet verloren gaan, op {window['width']} punten.\nMet een tweede regel & een <teken>."
    notities.fills({"Wat wil je onthouden?": text, "Soort contact": "huisbezoek"})
    with demo.open() as db:
        db.execute(delete(LoginSession))
    notities.presses("Notitie bewaren", status=401).sees("Wat je typte, is niet verloren")
    login = people.LOGINS[Rol.GEZINSCOACH]
    notities.fills({"E-mailadres": login.email, "Wachtwoord": "een verkeerd wachtwoord"})
    notities.presses("Inloggen", status=422)
    notities.fills({"E-mailadres": login.email, "Wachtwoord": people.PASSWORD}).presses("Inloggen")
    notities.sees("Je was even uitgelogd").presses("Notitie bewaren")
    assert notities.heading == "Notities"
    first, _, second = text.partition("\n")
    expect(notities.page.get_by_text(first)).to_have_count(1)
    notities.sees(first, second)
