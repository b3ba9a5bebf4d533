"""Rights as data: who, standing how to a family, may do what with which fields of it, in which state.

One table; the conditions on rows (`policy`) and the checks of pages follow from it, nothing else decides.
What it does not name is not allowed. No state adds a right, and who is shut out (`policy.not_denied`) has
none, whatever stands here. tests/architecture/rechtenmatrix.csv says the same from the outside, by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.fields import Groep


class Relatie(StrEnum):
    """How somebody stands to a family: a tie to this one, or a role that looks at all of a werking.

    NOOD is who reads it in an emergency: for a few hours, and nothing but reading. The family itself gets a
    line of its own here when it comes.
    """

    COACH = "vaste gezinscoach"
    VERVANGER = "vervanger"
    VOORGESTELD = "voorgestelde gezinscoach"
    GERAADPLEEGD = "geraadpleegde deskundige"
    NOOD = "noodtoegang"
    COLLEGA = "andere gezinscoach"
    AANMELDPUNT = "aanmeldpunt"
    COORDINATOR = "coördinator"
    BONDGENOOT = "bondgenoot"
    ORGANISATIE = "organisatieverantwoordelijke"
    BEHEERDER = "beheerder"
    FUNCTIONARIS = "functionaris"
    IMPORTEUR = "importeur"


class Deed(StrEnum):
    """What can be done with a group of fields."""

    LIST = "L"
    READ = "R"
    WRITE = "W"
    CLOSE = "C"
    APPOINT = "A"
    """Propose, appoint and let go coaches and stand-ins."""
    ANSWER = "J"
    """Say yes or no to a proposal."""
    ALLOW = "M"
    """Write down what the family allows."""
    WITHDRAW = "I"
    """Take back what the family allowed."""
    SHARE = "D"
    """Ask an expert, who then sees it."""
    SHUT_OUT = "U"
    """Keep somebody away from the family."""
    LET_IN = "T"
    """End that."""
    HELP = "H"
    """Ask to read it in an emergency."""
    CONFIRM = "B"
    """Say yes or no, as a second person, to who asks that."""
    TRACE = "S"
    """See who looked in it."""
    COMPARE = "K"
    """Learn that a family is likely known already."""


SHOWS = frozenset({Deed.LIST, Deed.READ})
"""The deeds that open the cells of their group."""

NOTES = frozenset({Deed.CLOSE, Deed.APPOINT, Deed.ANSWER, Deed.SHARE, Deed.SHUT_OUT, Deed.LET_IN})
"""The deeds that leave a reason among the notes, whether or not who does them reads those."""

WRITES = frozenset({Deed.WRITE, Deed.ALLOW, Deed.WITHDRAW, Deed.HELP})
"""The deeds that seal cells of their group."""


class Staat(StrEnum):
    """Where a family stands: before it has a gezinscoach, with or between coaches, after the end."""

    AANMELDING = "aanmelding"
    LOPEND = "lopend"
    AFGESLOTEN = "afgesloten"


class Recht(NamedTuple):
    """One cell of the table."""

    relatie: Relatie
    groep: Groep
    deed: Deed
    staat: Staat


_TABLE: dict[tuple[Relatie, Staat], str] = {
    (Relatie.COACH, Staat.LOPEND): "F0:LRWCUTS F1:RW F2:RW F2s:RW F3:RW F4:RW F5:RW F6:RWMID F7:RW F8:RW",
    (Relatie.VERVANGER, Staat.LOPEND): "F0:LRW F1:R F2:R F3:RW F4:R F6:RWID F7:RW F8:R",
    (Relatie.VOORGESTELD, Staat.AANMELDING): "F0:LRJ F3:R F8:R",
    (Relatie.GERAADPLEEGD, Staat.LOPEND): "F0:L F3:R F6:R",
    (Relatie.NOOD, Staat.LOPEND): "F0:LR F1:R F2:R F3:R F6:R F8:R",
    (Relatie.COLLEGA, Staat.LOPEND): "F0:H",
    (Relatie.AANMELDPUNT, Staat.AANMELDING): "F0:LRWAU F1:RWK F2:RW F2s:W F3:RW F4:W F7:W F8:RW",
    (Relatie.AANMELDPUNT, Staat.LOPEND): "F0:LRAH F1:K",
    (Relatie.AANMELDPUNT, Staat.AFGESLOTEN): "F0:LR F1:K",
    (Relatie.COORDINATOR, Staat.AANMELDING): "F0:LR F8:R",
    (Relatie.COORDINATOR, Staat.LOPEND): "F0:LRHB F9:R",
    (Relatie.COORDINATOR, Staat.AFGESLOTEN): "F0:LR F9:R",
    (Relatie.BONDGENOOT, Staat.LOPEND): "F9:R",
    (Relatie.ORGANISATIE, Staat.LOPEND): "F0:L F9:R",
    (Relatie.ORGANISATIE, Staat.AFGESLOTEN): "F0:L F9:R",
    (Relatie.FUNCTIONARIS, Staat.AANMELDING): "F0:LR F1:K",
    (Relatie.FUNCTIONARIS, Staat.LOPEND): "F0:LRB F1:K",
    (Relatie.FUNCTIONARIS, Staat.AFGESLOTEN): "F0:LR F1:K",
    (Relatie.IMPORTEUR, Staat.AANMELDING): "F1:K",
    (Relatie.IMPORTEUR, Staat.LOPEND): "F1:K",
    (Relatie.IMPORTEUR, Staat.AFGESLOTEN): "F1:K",
}

RIGHTS: frozenset[Recht] = frozenset(
    Recht(relatie, Groep(groep), Deed(letter), staat)
    for (relatie, staat), cells in _TABLE.items()
    for groep, letters in (cell.split(":") for cell in cells.split())
    for letter in letters
)

BY_ROLE: dict[Rol, Relatie] = {
    Rol.GEZINSCOACH: Relatie.COLLEGA,
    Rol.AANMELDPUNT: Relatie.AANMELDPUNT,
    Rol.COORDINATOR: Relatie.COORDINATOR,
    Rol.BONDGENOOT: Relatie.BONDGENOOT,
    Rol.ORGANISATIEVERANTWOORDELIJKE: Relatie.ORGANISATIE,
    Rol.BEHEERDER: Relatie.BEHEERDER,
    Rol.FUNCTIONARIS: Relatie.FUNCTIONARIS,
    Rol.IMPORTEUR: Relatie.IMPORTEUR,
}
"""How a role alone stands to every family of its werking; a deskundige takes a tie to one,
and a gezinscoach as well for all but an emergency."""


def allowed(relaties: Collection[Relatie], deed: Deed, groep: Groep, staat: Staat = Staat.LOPEND) -> bool:
    """Whether any of these relations with a family in this state gives this right."""
    return any(Recht(relatie, groep, deed, staat) in RIGHTS for relatie in relaties)


def states(relaties: Collection[Relatie], deed: Deed, groep: Groep) -> frozenset[Staat]:
    """The states of families in which any of these relations gives this right."""
    return frozenset(staat for staat in Staat if allowed(relaties, deed, groep, staat))


def counts(relaties: Collection[Relatie]) -> bool:
    """Whether any of these relations gives the figures of families, running and closed."""
    return all(
        allowed(relaties, Deed.READ, Groep.CIJFERS, staat) for staat in (Staat.LOPEND, Staat.AFGESLOTEN)
    )


def by_role(roles: Collection[Rol]) -> frozenset[Relatie]:
    """How roles alone stand to every family of their werking."""
    return frozenset(BY_ROLE[rol] for rol in roles if rol in BY_ROLE)


def readable(relaties: Collection[Relatie], staat: Staat = Staat.LOPEND) -> frozenset[str]:
    """The field groups whose cells any of these relations opens, of a family in this state."""
    return frozenset(
        one.groep.value
        for one in RIGHTS
        if one.relatie in relaties and one.staat is staat and one.deed in SHOWS
    )


def writable(relaties: Collection[Relatie], staat: Staat = Staat.LOPEND) -> frozenset[str]:
    """The field groups in which any of these relations seals cells, of a family in this state."""
    deeds = [one for one in RIGHTS if one.relatie in relaties and one.staat is staat]
    noted = {Groep.NOTITIES.value for one in deeds if one.deed in NOTES}
    return frozenset(one.groep.value for one in deeds if one.deed in WRITES) | noted


CODES = frozenset({Groep.PROCES.value})
"""What a list of dossiers without a name in it opens."""

COMPARED = frozenset({Groep.PROCES.value, Groep.NAMEN.value})
"""What a comparison of names opens, for its one function: the names, and the code beside a likely pair."""

TAKEN_OVER = frozenset(
    groep.value
    for groep in (Groep.PROCES, Groep.NAMEN, Groep.CONTACT, Groep.NOTITIES, Groep.PLAN, Groep.KENMERKEN)
)
"""What a workbook holds: who brings one in compares families, and fills in what they have not yet."""


def comparable(relaties: Collection[Relatie], staat: Staat) -> tuple[frozenset[str], frozenset[str]]:
    """The field groups that a comparison reads, and those that it fills in, of a family in this state."""
    held = {one for one in relaties if Recht(one, Groep.NAMEN, Deed.COMPARE, staat) in RIGHTS}
    if Relatie.IMPORTEUR in held:
        return TAKEN_OVER, TAKEN_OVER
    return COMPARED if held else frozenset(), frozenset()
