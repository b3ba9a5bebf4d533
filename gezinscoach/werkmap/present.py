"""Words and page objects of the import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.kernel.said import Said
from gezinscoach.werkmap import actions, queries
from gezinscoach.werkmap.actions import Outcome
from gezinscoach.werkmap.rules import Problem, Refused, WorkbookIncomplete
from gezinscoach.werkmap.rules.report import Report, SheetReport
from gezinscoach.werkmap.rules.unseen import OF_FAMILIES
from gezinscoach.werkmap.tables import Postvakrij, Rijstand
from gezinscoach.werkmap.workbook import WorkbookUnreadable

STANDEN = {
    Rijstand.GEWEIGERD: _l("te verbeteren"),
    Rijstand.VOORSTEL: _l("voorstel"),
    Rijstand.VERWERKT: _l("verwerkt"),
    Rijstand.TERZIJDE: _l("terzijde"),
}
TONES = {
    Rijstand.GEWEIGERD: "alarm",
    Rijstand.VOORSTEL: "wait",
    Rijstand.VERWERKT: "ok",
    Rijstand.TERZIJDE: "neutral",
}
OUTCOMES = {
    Outcome.TAKEN: _l("wordt overgenomen"),
    Outcome.ALREADY: _l("staat er al zo"),
    Outcome.EDITED: _l("in de toepassing gewijzigd: blijft staan"),
    Outcome.BY_HAND: _l("zelf aan te passen"),
}
OUTCOME_TONES = {
    Outcome.TAKEN: "ok",
    Outcome.ALREADY: "neutral",
    Outcome.EDITED: "wait",
    Outcome.BY_HAND: "info",
}

STAYS = _l("blijft zoals het in de toepassing staat")
PLACES = {
    "Organisaties": "accounts.accounts",
    "Gezinscoaches": "accounts.accounts",
    "Lopende trajecten": "desk.overzicht",
    "Wachtlijst": "aanmelding.wachtlijst",
    "Mezuri": "grondrechten.metingen",
    "Lerend netwerk": "netwerk.bijeenkomsten",
}
"""Where people adapt by hand what a sheet holds."""


@dataclass(frozen=True, slots=True)
class Opmerking:
    """A problem or warning in a list."""

    rij: int
    kolom: str
    waarde: str
    reden: str


@dataclass(frozen=True, slots=True)
class Blad:
    """A sheet in a preview or on the command line."""

    naam: str
    telling: str
    geweigerd: tuple[Opmerking, ...]
    twijfels: tuple[Opmerking, ...]


@dataclass(frozen=True, slots=True)
class InboxRegel:
    """A row of the inbox in the list."""

    id: UUID
    plaats: str
    kolom: str
    waarde: str
    reden: str


@dataclass(frozen=True, slots=True)
class Groep:
    """The proposals of one sheet of one import, to take over together."""

    naam: str
    telling: str
    href: str


@dataclass(frozen=True, slots=True)
class Wijziging:
    """A changed cell of a proposal."""

    kolom: str
    voor: str
    na: str
    gevolg: str
    tone: str


def worded(reason: Said) -> str:
    """A reason in the reader's language."""
    return reason.fill(_(reason.text))


def unread(error: WorkbookUnreadable | WorkbookIncomplete) -> list[str]:
    """Why a workbook can't be read in, sentence by sentence."""
    missing = error.missing if isinstance(error, WorkbookIncomplete) else ()
    return [worded(one) for one in (error.reason, *missing)]


def kept(probleem: Mapping[str, Any]) -> str:
    """The reason of a problem that is kept with a row of the inbox."""
    return worded(Said.from_json(probleem["reason"]))


def problems(found: Iterable[Problem | Refused]) -> list[tuple[str, str]]:
    """Problems as the column and the sentence of each."""
    return [(one.column, worded(one.reason)) for one in found]


def why(rij: Postvakrij) -> str:
    """What heads the reason of a row that was decided on: it doesn't stand any more, or it does ("")."""
    if rij.stand is not Rijstand.VERWERKT:
        return ""
    proposal = rij.probleem["reason"] == actions.PROPOSED.as_json()
    return str(_("Waarom de rij in het postvak lag") if proposal else _("Wat er toen niet klopte"))


def kept_problems(probleem: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every problem that is kept with a refused row, as `problems` gives them."""
    return [(one["column"], kept(one)) for one in (probleem, *probleem["also"])]


def bladen(report: Report) -> tuple[Blad, ...]:
    """The sheets of a report, ready to show."""
    return tuple(
        Blad(
            sheet.name,
            telling(sheet),
            tuple(Opmerking(one.row, one.column, one.value, worded(one.reason)) for one in sheet.refused),
            tuple(Opmerking(one.row, one.column, one.value, worded(one.reason)) for one in sheet.warnings),
        )
        for sheet in report.sheets
    )


def totals(report: Report) -> list[tuple[str, int]]:
    """The figures on top of a preview."""
    return [
        (_("nieuw in te lezen"), report.total("imported")),
        (_("al ingelezen"), report.total("unchanged")),
        (_("gewijzigd: als voorstel"), report.total("proposed")),
        (_("te verbeteren"), report.total("refused")),
        (_("opmerkingen"), report.total("warnings")),
    ]


def foreseen(report: Report) -> str:
    """What an import would do, in a few words."""
    goes = ngettext(
        "%(num)d nieuwe rij gaat erin.", "%(num)d nieuwe rijen gaan erin.", report.total("imported")
    )
    return f"{goes} {_boxed(report)}"


def rehearsed(report: Report) -> str:
    """What an import would have done that was only tried."""
    return str(_("Dit zou er gebeuren: %(what)s Er is niets bewaard.", what=foreseen(report)))


def _boxed(report: Report) -> str:
    """What comes to the inbox; rows that lie there already are not counted with them."""
    parts = [_("Nieuw in het postvak: %(number)d.", number=report.total("fresh"))]
    if waiting := report.total("waiting"):
        parts.append(_("Daar lagen er al: %(number)d.", number=waiting))
    if aside := report.total("aside"):
        parts.append(_("Terzijde blijven: %(number)d.", number=aside))
    return " ".join(parts)


def telling(sheet: SheetReport) -> str:
    """The counts of a sheet in words: "17 rijen: 15 nieuw, 2 te verbeteren"."""
    parts = [
        (sheet.imported, _("nieuw")),
        (sheet.unchanged, _("al ingelezen")),
        (sheet.proposed, _("als voorstel")),
        (len(sheet.refused), _("te verbeteren")),
    ]
    said = ", ".join(f"{number} {words}" for number, words in parts if number)
    rows = ngettext("%(num)d rij", "%(num)d rijen", sheet.rows)
    return f"{rows}: {said}" if said else rows


def said(report: Report) -> str:
    """What an import did, in a few words."""
    went = _(
        "Ingelezen: %(imported)d nieuwe rijen. Al ingelezen: %(unchanged)d.",
        **{what: report.total(what) for what in ("imported", "unchanged")},
    )
    return f"{went} {_boxed(report)}"


def inbox(rows: Iterable[queries.InboxRow]) -> list[InboxRegel]:
    """The rows of the inbox, ready to show."""
    return [
        InboxRegel(
            row.id,
            str(_("%(blad)s, rij %(rij)d", blad=row.blad, rij=row.rij)),
            row.probleem["column"],
            row.probleem.get("value", ""),
            kept(row.probleem),
        )
        for row in rows
    ]


def batches(rows: Iterable[queries.Batch]) -> list[Groep]:
    """The groups of proposals that can be taken over together: those of more than one."""
    return [
        Groep(
            str(_("%(blad)s, ingelezen op %(dag)s", blad=row.blad, dag=format_date(row.made_at, "d MMMM y"))),
            ngettext("%(num)d voorstel", "%(num)d voorstellen", row.number),
            url_for("werkmap.batch", inlezing_id=row.inlezing_id, blad=row.blad),
        )
        for row in rows
        if row.number > 1
    ]


def changes(blad: str, lines: Iterable[tuple[Any, Outcome]]) -> list[Wijziging]:
    """The cells of a proposal, ready to show."""
    return [Wijziging(change.column, change.before, change.after, *_what(blad, one)) for change, one in lines]


def _what(blad: str, outcome: Outcome) -> tuple[str, str]:
    """What accepting does with a cell, in words, and their tone."""
    if blad in OF_FAMILIES and outcome in (Outcome.ALREADY, Outcome.EDITED):
        return str(STAYS), "neutral"
    return str(OUTCOMES[outcome]), OUTCOME_TONES[outcome]


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        actions.StillWrong: lambda: _("Deze rij klopt nu niet meer. Open ze opnieuw om te zien waarom."),
        actions.AlreadyDecided: lambda: _(
            "Over deze rij is al beslist. Ga terug naar het postvak om te zien hoe het nu staat."
        ),
    }
