"""What goes into the reading of a werkmap and what comes out of it: frozen plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from gezinscoach.accounts.rules import LEUVEN
from gezinscoach.kernel.said import Said, said

Json = str | int | float | bool | None
Raw = Mapping[str, Json]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as the file holds it: `rows[0]` is spreadsheet row 1; `formulas`: (row, column), from 1."""

    name: str
    rows: tuple[tuple[object, ...], ...]
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark on one cell: the column as the file's header names it, the reason not worded yet.

    `about` is the `ref` of the known family that it gives away; "" for none.
    """

    row: int
    column: str
    value: str
    reason: Said
    about: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that can't go in: its first problem, the others, and what may be kept of it.

    `depends_on` is the (sheet, row) that has to be mended first.
    """

    row: int
    column: str
    value: str
    reason: Said
    raw: Raw
    key: Key
    depends_on: tuple[str, int] | None = None
    also: tuple[Problem, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rij:
    """A row that can go in; `key` is its natural key, `raw` its cells by header, `warnings` soft remarks."""

    row: int
    key: Key
    raw: Raw
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisatieRij(Rij):
    """A sound row of the sheet Organisaties."""

    naam: str
    type: str
    ondernemingsnummer: str
    iban: str
    bondgenoot: str
    email_bondgenoot: str
    engagementsverklaring_op: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GezinscoachRij(Rij):
    """`organisatie` is the name by which the organisation is known; `vte` in percent."""

    naam: str
    organisatie: str
    email: str
    statuut: str  # "professioneel", "vrijwilliger" or ""
    vte: Decimal | None
    max_gezinnen: int | None
    talen: tuple[str, ...]
    wijken: tuple[str, ...]
    startvorming: bool | None
    startvorming_op: date | None
    gestart_op: date
    gestopt_op: date | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A child; without a full birth date perhaps a birth year alone."""

    naam: str
    geboortedatum: date | None
    geboortejaar: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrajectRij(Rij):
    """A running or ended dossier; without `mandaat_op` there is no mandaat, whatever `mandaat_voor` says."""

    dossiernr: str
    gezinsnaam: str
    ouders: tuple[str, ...]
    kinderen: tuple[Kind, ...]
    adres: str
    adres_waarschuwing: str
    telefoon: str
    taal: str
    tolk: bool | None
    gezinscoach: str
    start: date
    mandaat_op: date | None
    mandaat_voor: frozenset[str]  # of "rechten", "afstemmen", "informatie"
    einde: date | None
    reden_einde: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WachtlijstRij(Rij):
    """A sound row of the sheet Wachtlijst, of a family that agreed to be registered."""

    datum: date
    aangemeld_door: str
    organisatie_aanmelder: str
    tel_aanmelder: str
    gezin: str
    ouder: str
    geboortejaar_oudste: int | None
    aantal_kinderen: int | None
    taal: str
    tolk: bool | None
    postcode: str
    gemeente: str
    vragen: tuple[str, ...]
    dringend: bool | None
    voorkeur_coach: str
    opmerking: str
    referral: Key  # key that a row of the same referral had while permission was missing


@dataclass(frozen=True, slots=True, kw_only=True)
class MezuriRij(Rij):
    """A quarterly measurement; a score is 1 to 5, "nb" (not discussed) or "nvt" (not applicable)."""

    dossiernr: str
    jaar: int
    kwartaal: int
    datum: date
    scores: Mapping[str, int | str]
    prioriteiten: tuple[str, ...]
    opmerking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AanwezigheidRij(Rij):
    """One coach's year; per meeting held (or excused ahead): "aanwezig", "verontschuldigd" or "afwezig"."""

    gezinscoach: str
    aanwezigheden: Mapping[date, str]
    bijeenkomsten: tuple[date, ...]  # every meeting of the sheet, also those still to come


R_co = TypeVar("R_co", bound=Rij, covariant=True)


@dataclass(frozen=True, slots=True)
class SheetReading(Generic[R_co]):
    """What became of one sheet; `rows` = accepted + refused + repeated; `warnings` of all of them."""

    name: str
    header_row: int
    rows: int
    accepted: tuple[R_co, ...]
    refused: tuple[Refused, ...]
    repeated: tuple[int, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of the whole werkmap."""

    organisaties: SheetReading[OrganisatieRij]
    gezinscoaches: SheetReading[GezinscoachRij]
    trajecten: SheetReading[TrajectRij]
    wachtlijst: SheetReading[WachtlijstRij]
    mezuri: SheetReading[MezuriRij]
    lerend_netwerk: SheetReading[AanwezigheidRij]

    def sheets(self) -> tuple[SheetReading[Rij], ...]:
        """The six sheets in the order in which they have to be stored."""
        return (
            self.organisaties, self.gezinscoaches, self.trajecten,
            self.wachtlijst, self.mezuri, self.lerend_netwerk,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BekendeCoach:
    """A gezinscoach whom the installation knows."""

    naam: str
    email: str = ""
    organisatie: str = ""
    gestart_op: date | None = None
    gestopt_op: date | None = None


@dataclass(frozen=True, slots=True)
class BekendGezin:
    """A family that is already in: `key` is the natural key of the row that it came from, if any.

    `ref` says to the caller which one it is; "" for one that this workbook brings.
    """

    gezinsnaam: str
    ouders: tuple[str, ...] = ()
    geboortejaren: tuple[int, ...] = ()
    dossiernr: str = ""
    start: date | None = None
    einde: date | None = None
    key: Key = ()
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the installation holds already, so that a row may refer to it."""

    organisaties: Sequence[str] = ()
    coaches: Sequence[BekendeCoach] = ()
    gezinnen: Sequence[BekendGezin] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a city decides: the age limit and the places that count as its own."""

    age_limit: int = 13
    city: str = "Leuven"
    postcodes: frozenset[str] = frozenset(LEUVEN)
    places: frozenset[str] = frozenset({"leuven", "heverlee", "kessello", "wilsele", "wijgmaal", "haasrode"})


class WorkbookIncomplete(ValueError):
    """Sheets or columns are missing: `missing` says which, one sentence each; nothing was read."""

    reason = said("Deze werkmap is niet volledig; er is niets ingelezen.")

    def __init__(self, missing: Sequence[Said]) -> None:
        super().__init__(" ".join(map(str, (self.reason, *missing))))
        self.missing = tuple(missing)
