"""The values of a workbook's row as the application holds them."""

from __future__ import annotations

import re

from gezinscoach.accounts.rules import Statuut
from gezinscoach.dossier import actions as dossier
from gezinscoach.dossier.rules import GRONDRECHTEN, Lidsoort
from gezinscoach.grondrechten.rules import Antwoord, Score
from gezinscoach.werkmap.rules import GezinscoachRij, MezuriRij, TrajectRij, WachtlijstRij
from gezinscoach.werkmap.rules.layout import GRONDRECHTEN as COLUMNS

CODES = {key: code for (key, _), code in zip(COLUMNS, GRONDRECHTEN, strict=True)}


def share(rij: GezinscoachRij) -> int | None:
    """The share of full time in whole percent; none at all is not known."""
    return round(rij.vte) or None if rij.vte is not None else None


def statuut(rij: GezinscoachRij) -> Statuut:
    """How the coach is engaged; a volunteer where the workbook does not say."""
    return Statuut(rij.statuut) if rij.statuut else Statuut.VRIJWILLIGER


def place(adres: str) -> str | None:
    """Postcode and place at the end of an address: "Kerkstraat 1, 3000 Leuven" gives "3000 Leuven"."""
    found = re.search(r"\b[1-9]\d{3}\s+[^\W\d][^,]*$", adres)
    return found[0] if found else None


def leden(rij: TrajectRij) -> list[dossier.NieuwLid]:
    """The members of a family: birth dates ISO, or a year alone."""
    ouders = [dossier.NieuwLid(Lidsoort.OUDER, naam) for naam in rij.ouders]
    return ouders + [
        dossier.NieuwLid(
            Lidsoort.KIND,
            kind.naam,
            kind.geboortedatum.isoformat()
            if kind.geboortedatum
            else str(kind.geboortejaar)
            if kind.geboortejaar
            else None,
        )
        for kind in rij.kinderen
    ]


def where(rij: WachtlijstRij) -> str:
    """Postcode and place as one text."""
    return f"{rij.postcode} {rij.gemeente}".strip()


def scores(rij: MezuriRij) -> dict[str, Score]:
    """The answers of a measurement by code of the codelist."""
    return {
        CODES[key]: Score(Antwoord.SCORE, said) if isinstance(said, int) else Score(Antwoord(said))
        for key, said in rij.scores.items()
    }
