"""Words and page objects of metingen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.dossier.rules import Domein
from gezinscoach.grondrechten import rules
from gezinscoach.grondrechten.queries import MetingRegel
from gezinscoach.grondrechten.rules import Antwoord, Quarter, Score
from gezinscoach.kernel.charts import Cell, SmallMultiples, small_multiples
from gezinscoach.kernel.dates import next_quarter

GAPS = {
    Antwoord.NIET_BESPROKEN.value: _l("niet besproken"),
    Antwoord.NIET_VAN_TOEPASSING.value: _l("niet van toepassing"),
}

ANTWOORDEN = {
    "1": _l("niet"),
    "2": _l("eerste stap"),
    "3": _l("deels"),
    "4": _l("groten\u00addeels"),
    "5": _l("helemaal"),
    **GAPS,
}
"""The words of each answer, by the value that a form sends; the soft hyphen is for a narrow screen."""


@dataclass(frozen=True, slots=True)
class MetingKaart:
    """A meting in the list, ready to show."""

    code: str
    kwartaal: str
    datum: str
    met_wie: str
    priorities: tuple[str, ...]
    krachten: tuple[str, ...]
    auteur: str


def label(quarter: Quarter) -> str:
    """A quarter in a chart or a list: 2026 K4."""
    return f"{quarter[0]} K{quarter[1]}"


def code(quarter: Quarter) -> str:
    """A quarter in an address: 2026-K4."""
    return f"{quarter[0]}-K{quarter[1]}"


def spoken(quarter: Quarter) -> str:
    """A quarter in a sentence: het 4e kwartaal van 2026."""
    return str(_("het %(number)de kwartaal van %(year)d", number=quarter[1], year=quarter[0]))


def outside(quarter: Quarter) -> str:
    """That a day does not belong to a quarter."""
    return str(_("Deze dag valt niet in %(kwartaal)s.", kwartaal=spoken(quarter)))


def answer(score: Score) -> str:
    """The value that a form has for this score."""
    return str(score.waarde) if score.waarde is not None else score.antwoord.value


def words(score: Score | None) -> str:
    """A score in a few words: "3 (deels)" or "niet besproken"; "" when there is none."""
    if score is None:
        return ""
    said = str(ANTWOORDEN[answer(score)]).replace("\u00ad", "")
    return f"{score.waarde} ({said})" if score.waarde is not None else said


def before(metingen: Sequence[MetingRegel], quarter: Quarter) -> dict[str, str]:
    """The scores of the last meting before a quarter, in words, by code; `metingen` latest first."""
    earlier = next((meting for meting in metingen if meting.quarter < quarter), None)
    return {code: words(score) for code, score in earlier.scores.items()} if earlier else {}


def kaart(meting: MetingRegel, names: dict[str, str]) -> MetingKaart:
    """A meting in words; `names` has the name of each grondrecht by code."""
    return MetingKaart(
        code=code(meting.quarter),
        kwartaal=label(meting.quarter),
        datum=format_date(meting.datum, "d MMMM y"),
        met_wie=meting.met_wie,
        priorities=tuple(names.get(code, code) for code in meting.priorities),
        krachten=tuple(line for line in meting.krachten.split("\n") if line.strip()),
        auteur=meting.auteur or _("ingelezen"),
    )


def chart(metingen: Sequence[MetingRegel], rights: Sequence[Domein]) -> SmallMultiples | None:
    """The evolution of each grondrecht, quarter by quarter, a missing quarter too; None without a meting.

    `metingen` latest first. A grondrecht that the codelist no longer has stands last, under its code.
    """
    if not metingen:
        return None
    names = {right.code: right.naam for right in rights}
    names |= {code: code for meting in metingen for code in meting.scores if code not in names}
    held = {meting.quarter: meting.scores for meting in metingen}
    axis = [min(held)]
    while axis[-1] < max(held):
        axis.append(next_quarter(*axis[-1]))
    return small_multiples(
        {
            naam: [_cell(held[quarter].get(code)) if quarter in held else None for quarter in axis]
            for code, naam in names.items()
        },
        [label(quarter) for quarter in axis],
        gaps={code: str(said) for code, said in GAPS.items()},
        title=str(_("Evolutie van de grondrechten")),
        priorities={names.get(code, code): rang for rang, code in enumerate(metingen[0].priorities, 1)},
    )


def _cell(score: Score | None) -> Cell:
    if score is None:
        return None
    return score.waarde if score.waarde is not None else score.antwoord.value


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.OutsideScale: lambda: _("Een score is een getal van 1 tot 5."),
        rules.NothingScored: lambda: _(
            "Geef bij minstens één grondrecht een score, of kies “niet van toepassing”."
        ),
        rules.UnknownRight: lambda: _("Een van deze grondrechten staat niet in de lijst."),
        rules.TooManyPriorities: lambda: _("Kies hoogstens drie prioriteiten, elk één keer."),
        rules.QuarterToCome: lambda: _("Deze dag moet nog komen. Kijk de datum na."),
        rules.QuarterTaken: lambda: _(
            "Er is al een meting voor dit kwartaal. Open die meting om ze aan te passen."
        ),
    }
