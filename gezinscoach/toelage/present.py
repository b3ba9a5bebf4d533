"""The words and the open format of a toelage."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_currency, format_date, ngettext
from flask_babel import gettext as _

from gezinscoach.toelage import actions
from gezinscoach.toelage.rules import MOST_EXPORTS, ExportedEnough, Kind, Lijn, Reden, Regeling, Uitkomst

MOST_SHOWN = 300


def sentence(line: Lijn, *, ended: bool) -> str:
    """Why a line counts or does not count (yet, unless the year ended), in plain Dutch with its numbers."""
    if line.counts:
        return _("Telt mee: %(why)s.", why=_joined(_strengths(line)))
    why = _joined([_shortfall(line, reden) for reden in line.missed])
    return _("Telt niet mee: %(why)s.", why=why) if ended else _("Telt (nog) niet mee: %(why)s.", why=why)


def unmarked(days: Iterable[tuple[date, int]]) -> list[str]:
    """The days on which presence is still to be noted, each with of how many coaches."""
    return [f"{format_date(day)} ({count})" for day, count in days]


def as_json(uitkomst: Uitkomst) -> dict[str, Any]:
    """The claim as open data: codes of families, labels of coaches, amounts in euro cents, ISO dates."""
    return {
        "year": uitkomst.year,
        "as_of": uitkomst.as_of.isoformat(),
        "regulation": _settings(uitkomst.regeling),
        "total_cents": uitkomst.total_cents,
        "organisations": [
            {
                "organisation": total.organisation,
                "families": total.families,
                "coaches": total.coaches,
                "amount_cents": total.amount_cents,
            }
            for total in uitkomst.organisations
        ],
        "lines": [
            {
                "kind": line.kind.value,
                "code": line.code,
                "organisation": line.organisation,
                "counts": line.counts,
                "amount_cents": line.amount_cents,
                "reason": sentence(line, ended=uitkomst.ended),
            }
            for line in uitkomst.lines
        ],
    }


def _strengths(line: Lijn) -> list[str]:
    if line.kind is Kind.GEZIN:
        return [_days(line.days.have), _metingen(line.metingen.have)]
    return [
        _("%(have)s van %(of)s bijeenkomsten", have=line.bijeenkomsten.have, of=line.bijeenkomsten.of),
        _("%(have)s van %(of)s metingen", have=line.metingen.have, of=line.metingen.of),
    ]


def _shortfall(line: Lijn, reden: Reden) -> str:
    match reden:
        case Reden.GEEN_MANDAAT:
            return _("geen geldig mandaat in dit jaar")
        case Reden.TE_WEINIG_DAGEN:
            return _("%(days)s, nodig: %(need)s", days=_days(line.days.have), need=line.days.need)
        case Reden.GEEN_BIJEENKOMST:
            return _("geen bijeenkomst van het lerend netwerk in de actieve periode")
        case Reden.TE_WEINIG_AANWEZIG:
            tally = line.bijeenkomsten
            return _(
                "aanwezig op %(have)s van %(of)s bijeenkomsten, nodig: %(need)s",
                have=tally.have,
                of=tally.of,
                need=tally.need,
            )
        case Reden.GEEN_METING_VERWACHT:
            return _("geen eigen gezin dat in een afgelopen kwartaal lang genoeg mandaat had")
        case Reden.TE_WEINIG_METINGEN if line.kind is Kind.GEZIN:
            return _(
                "%(metingen)s, nodig: %(need)s",
                metingen=_metingen(line.metingen.have),
                need=line.metingen.need,
            )
        case Reden.TE_WEINIG_METINGEN:
            tally = line.metingen
            return _(
                "%(have)s van %(of)s metingen gemaakt, nodig: %(need)s",
                have=tally.have,
                of=tally.of,
                need=tally.need,
            )


def _days(days: int) -> str:
    return ngettext("%(num)s dag coach en mandaat samen", "%(num)s dagen coach en mandaat samen", days)


def _metingen(metingen: int) -> str:
    if not metingen:
        return _("geen kwartaalmeting")
    return ngettext("%(num)s kwartaalmeting", "%(num)s kwartaalmetingen", metingen)


def _joined(parts: list[str]) -> str:
    return "; ".join(parts)


def _settings(regeling: Regeling) -> dict[str, Any]:
    return {
        "name": regeling.name,
        "valid_from": regeling.valid_from.isoformat(),
        "family_cents": regeling.family_cents,
        "coach_cents": regeling.coach_cents,
        "min_days": regeling.min_days,
        "min_scores": regeling.min_scores,
        "attendance_share": list(regeling.attendance_share),
        "score_share": list(regeling.score_share),
    }


def euro(cents: int, *, short: bool = False) -> str:
    """An amount in words: € 24.500,00, or € 24.500 when short and whole."""
    if short and cents % 100 == 0:
        return str(format_currency(cents // 100, "EUR", format="¤ #,##0", currency_digits=False))
    return str(format_currency(Decimal(cents) / 100, "EUR"))


def share_words(share: tuple[int, int]) -> str:
    """A share in words: "minstens 3 op 4", or "alle"."""
    return (
        _("alle")
        if share[0] == share[1]
        else _("minstens %(top)d op %(bottom)d", top=share[0], bottom=share[1])
    )


def rule_facts(regeling: Regeling) -> list[tuple[str, str]]:
    """The settings of a rule as pairs of label and value."""
    return [
        (_("Regel"), regeling.name),
        (_("Geldig vanaf"), format_date(regeling.valid_from)),
        (_("Per gezin"), euro(regeling.family_cents)),
        (_("Per gezinscoach"), euro(regeling.coach_cents)),
        (_("Dagen coach en mandaat samen"), _("minstens %(least)d", least=regeling.min_days)),
        (_("Kwartaalmetingen per gezin"), _("minstens %(least)d", least=regeling.min_scores)),
        (_("Bijeenkomsten per gezinscoach"), share_words(regeling.attendance_share)),
        (_("Metingen per gezinscoach"), share_words(regeling.score_share)),
    ]


@dataclass(frozen=True, slots=True)
class Regel:
    """A line of the claim, ready to show."""

    code: str
    organisation: str
    amount: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lijst:
    """Lines of one kind that all count or all don't; `more` are left out of the page, not of the file."""

    title: str
    kind: str
    counts: bool
    lines: tuple[Regel, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Overzicht:
    """The toelage of a year, ready to show."""

    facts: list[tuple[str, str]]
    organisations: list[tuple[str, int, int, str]]
    total: list[str]
    lists: tuple[Lijst, ...]
    rule: str


def overzicht(uitkomst: Uitkomst) -> Overzicht:
    """The page of an outcome."""
    ended = uitkomst.ended
    families = sum(total.families for total in uitkomst.organisations)
    coaches = sum(total.coaches for total in uitkomst.organisations)
    kinds = (
        (Kind.GEZIN, True, _("Gezinnen die meetellen")),
        (
            Kind.GEZIN,
            False,
            _("Gezinnen die niet meetellen") if ended else _("Gezinnen die (nog) niet meetellen"),
        ),
        (Kind.COACH, True, _("Gezinscoaches die meetellen")),
        (
            Kind.COACH,
            False,
            _("Gezinscoaches die niet meetellen") if ended else _("Gezinscoaches die (nog) niet meetellen"),
        ),
    )
    return Overzicht(
        [
            (_("Toelage"), euro(uitkomst.total_cents, short=True)),
            (_("Gezinnen"), str(families)),
            (_("Gezinscoaches"), str(coaches)),
        ],
        [
            (total.organisation, total.families, total.coaches, euro(total.amount_cents))
            for total in uitkomst.organisations
        ],
        [_("Totaal"), str(families), str(coaches), euro(uitkomst.total_cents)],
        tuple(
            _lijst(
                title,
                kind,
                counts,
                [line for line in uitkomst.lines if (line.kind, line.counts) == (kind, counts)],
                ended,
            )
            for kind, counts, title in kinds
        ),
        uitkomst.regeling.name,
    )


def _lijst(title: str, kind: Kind, counts: bool, lines: list[Lijn], ended: bool) -> Lijst:
    amounts = {cents: euro(cents) for cents in {line.amount_cents for line in lines}}
    shown = tuple(
        Regel(line.code, line.organisation, amounts[line.amount_cents], sentence(line, ended=ended))
        for line in lines[:MOST_SHOWN]
    )
    head = _("Dossier") if kind is Kind.GEZIN else _("Gezinscoach")
    return Lijst(f"{title} ({len(lines)})", head, counts, shown, max(len(lines) - MOST_SHOWN, 0))


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        actions.DayTaken: lambda: _("Vanaf deze dag geldt al een andere regel. Kies een andere dag."),
        ExportedEnough: lambda: _(
            "Je haalde vandaag al %(most)d keer een bestand van de toelage op. Morgen kan het opnieuw. "
            "Op het scherm kan je alles blijven bekijken.",
            most=MOST_EXPORTS,
        ),
    }
