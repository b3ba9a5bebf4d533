"""What there is to say of a row of an import: why it cannot go in, what to know, what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gezinscoach.kernel.names import fold, organisation_key
from gezinscoach.kernel.said import Said, said
from gezinscoach.werkmap import queries
from gezinscoach.werkmap.queries import Stock
from gezinscoach.werkmap.rules import (
    AanwezigheidRij,
    GezinscoachRij,
    MezuriRij,
    OrganisatieRij,
    Problem,
    Raw,
    Rij,
    TrajectRij,
)
from gezinscoach.werkmap.rules.compare import cells, changes

_LONGEST = (
    ("Organisatie", "naam", 200),
    ("Type", "type", 60),
    ("Ondernemingsnummer", "ondernemingsnummer", 20),
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A row that can go in, with the blind indexes of its key and of what it says."""

    rij: Rij
    key: bytes
    content: bytes


Reworded = tuple[Marked, queries.Origin]
"""A row that is written otherwise than when it was taken in, and how it was remembered."""


def impossible(rij: Rij, stock: Stock, *, new: bool) -> tuple[int, str, str, Said] | None:
    """Why a sound row can't go into this installation: (row, column, value, reason)."""
    if isinstance(rij, OrganisatieRij):
        for column, field, longest in _LONGEST:
            value: str = getattr(rij, field)
            if len(value) > longest:
                reason = said("Dit is te lang: maak er hoogstens %(max)s tekens van.", max=longest)
                return rij.row, column, value, reason
    if isinstance(rij, MezuriRij) and new:
        gezin_id = stock.gezinnen.get(rij.key[0])
        if gezin_id and (gezin_id, rij.jaar, rij.kwartaal) in stock.metingen:
            return rij.row, "Kwartaal", rij.key[1], _MEASURED
    if isinstance(rij, GezinscoachRij) and new and rij.key[0] not in stock.coaches:
        address = rij.email.casefold()
        if other := next((one for one in stock.known.coaches if one.email.casefold() == address), None):
            return rij.row, "E-mail", rij.email, _known_address(other.naam)
    return None


def hangs_on(rij: Rij, out: Mapping[tuple[str, str], int]) -> tuple[str, tuple[str, int]] | None:
    """The column in which a row refers to one of those that can't go in here, given as the row number by
    (sheet, folded name); and that row, by sheet and number."""
    if isinstance(rij, GezinscoachRij):
        column, sheet, key = "Organisatie", "Organisaties", organisation_key(rij.organisatie)
    elif isinstance(rij, TrajectRij | AanwezigheidRij):
        column, sheet, key = "Gezinscoach", "Gezinscoaches", fold(rij.gezinscoach)
    elif isinstance(rij, MezuriRij):
        column, sheet, key = "Dossiernr", "Lopende trajecten", rij.key[0]
    else:
        return None
    return (column, (sheet, out[sheet, key])) if (sheet, key) in out else None


def remarks(rij: Rij, stock: Stock) -> Iterator[Problem]:
    """What somebody should know about a new row: it joins something that exists, or lacks what is needed."""
    if isinstance(rij, OrganisatieRij) and rij.key[0] in stock.organisaties:
        yield Problem(rij.row, "Organisatie", rij.naam, _JOINS)
    if isinstance(rij, GezinscoachRij):
        if rij.key[0] in stock.coaches:
            yield Problem(rij.row, "Naam", rij.naam, _JOINS)
        if rij.max_gezinnen is None:
            yield Problem(rij.row, "Max. gezinnen", "", _NO_MAXIMUM)
        if not rij.statuut:
            yield Problem(rij.row, "Statuut", "", _NO_STATUS)
    if isinstance(rij, TrajectRij) and rij.key[0] in stock.gezinnen:
        about = str(stock.gezinnen[rij.key[0]])
        yield Problem(rij.row, "Dossiernr", rij.dossiernr, _JOINS, about)


_MEASURED = said(
    "Voor dit kwartaal staat er in de toepassing al een meting, en die blijft. Leg deze rij terzijde, "
    "of laat de coach de meting aanpassen."
)


def _known_address(naam: str) -> Said:
    return said(
        "Dit e-mailadres is in de toepassing al van “%(naam)s”. Is het dezelfde persoon? Zet hier dan die "
        "naam, of pas eerst de naam in de toepassing aan. Is het iemand anders? Zet hier een eigen adres.",
        naam=naam,
    )


_NO_MAXIMUM = said(
    "Zonder maximum krijgt deze coach geen gezin voorgesteld. Vul het maximum in bij de coach."
)
_NO_STATUS = said(
    "Er is geen statuut: deze coach telt als vrijwilliger. Pas dat bij de coach aan als het niet klopt."
)
_JOINS = said("Dit staat al in de toepassing. Wat daar staat, blijft: alleen lege velden worden aangevuld.")


def differences(sheet: str, changed: Sequence[Reworded], kept: Mapping[UUID, Raw]) -> Iterator[Problem]:
    """The cells of rows that read otherwise than when they were taken in."""
    for one, origin in changed:
        for change in changes(cells(sheet, kept[origin.id]), cells(sheet, one.rij.raw)):
            reason, about = _differs(change.before), str(origin.doel_id)
            yield Problem(one.rij.row, change.column, change.after, reason, about)


def _differs(before: str) -> Said:
    if before:
        return said(
            "Dit was “%(waarde)s”. De wijziging komt als voorstel in het postvak: daar beslis jij.",
            waarde=before,
        )
    return said("Dit was leeg. De wijziging komt als voorstel in het postvak: daar beslis jij.")
