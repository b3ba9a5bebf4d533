"""Whether two families on paper may be one: the same names, spelled otherwise, and more that agrees."""

from collections.abc import Sequence

from gezinscoach.kernel.names import fold, likely_same, words
from gezinscoach.kernel.said import Said, said

from .shapes import BekendGezin


def same_parent(gezinsnaam: str, ouder: str, other_naam: str, other: str) -> bool:
    """Whether two parents, each with or without the family name behind the first name, may be one person."""
    if not fold(ouder) or not fold(other):
        return False
    first, second = _first_names(gezinsnaam, ouder), _first_names(other_naam, other)
    if likely_same(gezinsnaam, other_naam) and likely_same(first, second):
        return True
    # a family may carry the name of either parent
    named, other_named = f"{first} {gezinsnaam}", f"{second} {other_naam}"
    pairs = ((named, other), (ouder, other_named))
    return any(len(words(one)) == len(words(two)) and likely_same(one, two) for one, two in pairs)


def years_agree(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether the oldest child may be the same: an unknown birth year contradicts nothing."""
    return not one or not other or min(one) == min(other)


def perhaps(gezin: BekendGezin) -> Said:
    """That a row may be of a family that is in already."""
    if gezin.dossiernr:
        return said("Mogelijk hetzelfde gezin als %(dossier)s.", dossier=gezin.dossiernr)
    return said("Mogelijk hetzelfde gezin als een aanmelding in de toepassing.")


def _first_names(gezinsnaam: str, ouder: str) -> str:
    """A parent's name without the family name, when that stands in front or behind."""
    family, parts = fold(gezinsnaam), words(ouder)
    for cut in range(1, len(parts)):
        if likely_same(family, "".join(parts[cut:])):
            return " ".join(parts[:cut])
        if likely_same(family, "".join(parts[:cut])):
            return " ".join(parts[cut:])
    return " ".join(parts)
