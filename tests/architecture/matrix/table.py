"""The matrix of rights: a world with somebody in every relation, and what the application lets them do.

The oracle is `rechtenmatrix.csv`, written and read by people: a row is what one can do, a column is who does
it. "x" is allowed; "403" is "not you" (who may know of the family, not do this); "409" is "not now"; empty
is "not there". A state of a family that has no row for an address is empty for everybody.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from gezinscoach.kernel.access import Rol

TABLE = Path(__file__).parents[1] / "rechtenmatrix.csv"
SHUT_OUT, ELSEWHERE, NOBODY = "wie uitgesloten is", "andere werking", "zonder rol"
DOSSIERS, AANMELDINGEN = ("lopend", "zonder mandaat", "afgerond"), ("wachtend", "voorgesteld", "gekoppeld")
COLUMN = {
    Rol.AANMELDPUNT: "aanmeldpunt",
    Rol.COORDINATOR: "coördinator",
    Rol.BONDGENOOT: "bondgenoot",
    Rol.ORGANISATIEVERANTWOORDELIJKE: "organisatieverantwoordelijke",
    Rol.BEHEERDER: "beheerder",
    Rol.FUNCTIONARIS: "functionaris",
    Rol.IMPORTEUR: "importeur",
    Rol.GEZINSCOACH: "andere gezinscoach",
    Rol.DESKUNDIGE: "andere deskundige",
}
"""The column of a role alone, without a tie to a family."""
ROLES = {column: rol for rol, column in COLUMN.items()} | {
    "vaste gezinscoach": Rol.GEZINSCOACH,
    "vervanger": Rol.GEZINSCOACH,
    "voorgestelde gezinscoach": Rol.GEZINSCOACH,
    "noodtoegang": Rol.GEZINSCOACH,
    "noodtoegang voorbij": Rol.GEZINSCOACH,
    "geraadpleegde deskundige": Rol.DESKUNDIGE,
}
"""The role behind each column."""
DENIED = {"": 404, "403": 403}


@dataclass(frozen=True)
class Row:
    """One thing that one can do, in one state."""

    wat: str
    methode: str
    adres: str
    toestand: str
    cells: dict[str, str]

    @property
    def shows(self) -> str:
        """What the page must show to count as allowed: "gezin", "code", ...; empty when opening is enough."""
        return self.methode.partition(" ")[2]

    @property
    def key(self) -> str:
        return f"{self.methode} {self.adres} ({self.toestand})"


def table() -> list[Row]:
    """The oracle."""
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    named = ("wat", "methode", "adres", "toestand")
    return [
        Row(
            *(row[name] for name in named),
            cells={name: cell.strip() for name, cell in row.items() if name not in named},
        )
        for row in rows
    ]


def address(rule: str) -> str:
    """The rule of an address as the table writes it."""
    named = {"grant_id": "toekenning", "step": "zet", "slug": "stap"}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: f"<{named.get(m[1], m[1].removesuffix('_id'))}>", rule)
