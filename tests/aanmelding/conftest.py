"""The aanmeldpunt of the test city and its aanmeldingen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gezinscoach.aanmelding import actions, policy, queries
from gezinscoach.aanmelding.queries import Blad
from gezinscoach.aanmelding.rules import Toestemming
from gezinscoach.kernel.access import Actor, Rol

FAMILY: dict[str, Any] = {
    "naam": "El Amrani",
    "ouder": "Nour El Amrani",
    "kinderen": 4,
    "oudste": 2019,
    "taal": "Arabisch",
    "tolk": None,
    "gemeente": "3012 Wilsele",
    "vragen": ("werk", "taal"),
    "dringend": True,
    "voorkeur": "liefst een vrouw",
    "opmerking": "belt liever na vier uur",
    "organisatie": "Kind en Buurt",
}

CALL: dict[str, Any] = {
    "datum": "15/10/2026",
    "aanmelder": "Bram Peeters",
    "organisatie": "Kind en Buurt",
    "telefoon": "0470 12 34 56",
    "telefoon_gezin": "0471 11 11 11",
    "adres": "Vaartkom 2",
    "toestemming": "ja",
    "naam": "Haddad",
    "ouder": "Ahmad",
    "kinderen": "3",
    "oudste": "2014",
    "taal": "Arabisch",
    "tolk": "",
    "gemeente": "3001 Heverlee",
    "vragen": ["onderwijs", "werk"],
    "dringend": "y",
    "voorkeur": "",
    "opmerking": "",
}
"""What the desk types while somebody calls."""


class Intake:
    """The aanmeldpunt at work."""

    def __init__(self, city: Any) -> None:
        self.city, self.db, self.now = city, city.db, city.now
        self.account = city.account(Rol.AANMELDPUNT, "Ine Take")
        self.actor: Actor = city.actor_of(self.account.id, Rol.AANMELDPUNT)

    def register(self, *, agreed: bool = True, datum: date = date(2026, 10, 1), **more: Any) -> Blad:
        """An aanmelding, committed."""
        row = actions.register(
            self.db,
            self.actor,
            now=self.now,
            datum=datum,
            aanmelder="Bram Peeters",
            telefoon="0470 12 34 56",
            toestemming=Toestemming.JA if agreed else Toestemming.NIET_GEVRAAGD,
            **(FAMILY | more),
        )
        self.db.commit()
        return self.blad(row.id)

    def blad(self, aanmelding_id: Any) -> Blad:
        found = queries.blad(self.db, policy.content(self.actor), aanmelding_id)
        assert found is not None
        return found

    def propose(self, blad: Blad, coach: Any) -> Any:
        """A proposal, committed."""
        row = actions.propose(self.db, self.actor, blad, coach.row.id, today=self.now.date(), now=self.now)
        self.db.commit()
        return row


@pytest.fixture
def intake(city):
    return Intake(city)


@pytest.fixture
def noor(city):
    """A coach who can take the family of the tests."""
    return city.coach(
        "Noor Testers", talen=("Nederlands", "Arabisch"), wijken=("Wilsele",), startvorming=True
    )


@pytest.fixture
def desk(client, intake):
    return client.sign_in(intake.account.id)
