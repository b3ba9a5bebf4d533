"""Whether a row that became nothing yet may be of a family that its reader must not see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gezinscoach.kernel.names import fold, share_part

from .compare import cells
from .layout import MEZURI, TRAJECTEN, WACHTLIJST

_NAMES = {
    TRAJECTEN.name: ("Gezinsnaam", "Ouder 1", "Ouder 2"),
    WACHTLIJST.name: ("Gezin", "Ouder"),
    MEZURI.name: (),
}
OF_FAMILIES = tuple(_NAMES)


@dataclass(frozen=True, slots=True)
class Weggehouden:
    """A family from which the reader is kept away: its code, and the names of family and parents."""

    code: str
    namen: tuple[str, ...]


def code_of(sheet: str, raw: Mapping[str, str]) -> str:
    """The dossiercode in a row, as written; "" for none."""
    return cells(sheet, raw).get("Dossiernr", "")


def may_be_of(
    sheet: str, raw: Mapping[str, str], hidden: Sequence[Weggehouden], others: Collection[str]
) -> bool:
    """Whether a row names one of the hidden families, or does not tell which family it names.

    A name is taken wide: any part of it that looks or sounds alike. A row without a name is of another
    family only when its code is, to the letter, one of `others` (folded).
    """
    said, code = cells(sheet, raw), fold(code_of(sheet, raw))
    names = [said.get(title, "") for title in _NAMES[sheet]]
    if any(code == fold(one.code) for one in hidden):
        return True
    if not any(fold(name) for name in names):
        return code not in others
    return any(share_part(name, other) for one in hidden for other in one.namen for name in names)
