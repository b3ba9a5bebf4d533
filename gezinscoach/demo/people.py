"""Who lives and works in the demo city, read from city.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from gezinscoach.kernel.access import Rol


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody who can sign in to the demo city."""

    rol: Rol
    email: str
    naam: str
    organisatie: str | None = None


@dataclass(frozen=True, slots=True)
class DemoCoach:
    """A coach, started so many days ago."""

    naam: str
    email: str
    organisatie: str
    volunteer: bool
    started: int
    places: int
    talen: list[str]
    wijken: list[str]


@dataclass(frozen=True, slots=True)
class DemoGezin:
    """A family with a coach, started so many days ago; `story` names the state that it shows.

    `kinderen` are names with ages in years; `quarters` metingen were made, up to `behind` quarters ago.
    """

    naam: str
    story: str
    coach: str
    started: int
    ouders: list[str]
    kinderen: list[tuple[str, int]]
    adres: str
    taal: str
    tolk: bool = False
    waarschuwing: str | None = None
    bereik: tuple[str, ...] = ("rechten", "afstemmen", "informatie", "impact")
    partner: str | None = None
    quarters: int = 4
    behind: int = 0


@dataclass(frozen=True, slots=True)
class DemoAanmelding:
    """A family that was referred so many days ago; without a name it gave no permission yet."""

    story: str
    ago: int
    aanmelder: str
    organisatie: str
    telefoon: str
    naam: str = ""
    ouder: str = ""
    kinderen: int | None = None
    oudste_age: int | None = None
    telefoon_gezin: str = ""
    adres: str = ""
    taal: str = ""
    tolk: bool | None = None
    gemeente: str = ""
    vragen: tuple[str, ...] = ()
    dringend: bool = False
    voorkeur: str = ""
    opmerking: str = ""


_CITY = tomllib.loads((files(__package__) / "city.toml").read_text(encoding="utf-8"))

STAD: str = _CITY["stad"]
POSTCODES: tuple[str, ...] = tuple(_CITY["postcodes"])
PASSWORD: str = _CITY["wachtwoord"]
ORGANISATIES: dict[str, str] = _CITY["organisaties"]
LOGINS = {Rol(login["rol"]): DemoLogin(**login) for login in _CITY["login"]}
COACHES = [DemoCoach(**coach) for coach in _CITY["coach"]]
GEZINNEN = [DemoGezin(**gezin) for gezin in _CITY["gezin"]]
AANMELDINGEN = [DemoAanmelding(**aanmelding) for aanmelding in _CITY["aanmelding"]]
NOOR = COACHES[0].naam
