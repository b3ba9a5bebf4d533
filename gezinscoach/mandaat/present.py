"""Words and page objects of the mandaat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.kernel.dates import day_of
from gezinscoach.mandaat import queries, rules
from gezinscoach.mandaat.rules import Bereik, Vorm

BEREIK = {
    Bereik.RECHTEN: _l("Rechten uitzoeken"),
    Bereik.AFSTEMMEN: _l("Afstemmen met partners"),
    Bereik.INFORMATIE: _l("Informatie delen"),
    Bereik.IMPACT: _l("Scores gebruiken in cijfers"),
    Bereik.VERHAAL: _l("Het verhaal vertellen"),
}

UITLEG = {
    Bereik.RECHTEN: _l("De gezinscoach mag uitzoeken waar het gezin recht op heeft."),
    Bereik.AFSTEMMEN: _l("De gezinscoach mag met de genoemde partners afspreken wie wat doet."),
    Bereik.INFORMATIE: _l(
        "De gezinscoach mag de genoemde partners vertellen wat zij moeten weten, en een deskundige om raad "
        "vragen. Niet meer dan nodig."
    ),
    Bereik.IMPACT: _l("De scores mogen meetellen in cijfers over alle gezinnen samen. Zonder naam."),
    Bereik.VERHAAL: _l("Iets van het verhaal mag zonder naam in een verslag staan."),
}

VORM = {
    Vorm.GESPREK: _l("in een gesprek"),
    Vorm.PAPIER: _l("op papier, met een handtekening"),
    Vorm.SCHERM: _l("op het scherm"),
    Vorm.WERKMAP: _l("overgenomen uit de werkmap"),
}


@dataclass(frozen=True, slots=True)
class Vraag:
    """One scope and what the family says to it today."""

    bereik: str
    naam: str
    uitleg: str
    sinds: date | None


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner of today: about what, since when, until when."""

    id: UUID
    naam: str
    waarover: str
    van: date
    tot: date | None


@dataclass(frozen=True, slots=True)
class Blad:
    """The page: what the family allows today, and everything that it ever said about it."""

    vragen: tuple[Vraag, ...]
    partners: tuple[Partner, ...]
    tot: date | None
    herbekijken_op: date | None
    herbekijken: bool
    geschiedenis: tuple[tuple[str, str, str], ...]
    gevraagd: tuple[str, ...]

    @property
    def geldig(self) -> bool:
        """Whether the family allows anything today."""
        return any(vraag.sinds for vraag in self.vragen)


@dataclass(frozen=True, slots=True)
class Regel:
    """The mandaat in one line: in words, with the tone of a badge."""

    woorden: str
    tone: str


def regel(stand: queries.Stand | None, today: date) -> Regel:
    """How the mandaat of a family stands, in one line."""
    if stand is None:
        return Regel(_("Geen mandaat"), "alarm")
    if stand.herbekijken_op is not None and stand.herbekijken_op <= today:
        return Regel(_("Mandaat herbekijken"), "wait")
    return Regel(_("Mandaat in orde"), "ok")


def blad(
    mandaten: list[queries.Mandaatregel],
    *,
    domeinen: Mapping[str, str],
    names: Mapping[UUID, str],
    today: date,
) -> Blad:
    """The page from the whole history, with the names of levensdomeinen and of accounts."""
    since: dict[Bereik, date] = {}
    partners: dict[str, Partner] = {}
    holding: list[queries.Mandaatregel] = []
    for mandaat in reversed(mandaten):
        held = [scope for scope in mandaat.bereik if scope.yes.holds(today)]
        holding += [mandaat] if held else []
        for scope in held:
            since.setdefault(scope.bereik, mandaat.gegeven_op)
        for row in mandaat.partners:
            if row.lijn.holds(today):
                partners[f"{row.lijn.partner.casefold()} {sorted(row.lijn.domeinen)}"] = Partner(
                    row.id, row.lijn.partner, _about(row, domeinen), row.lijn.van, row.lijn.tot
                )
    ends = [mandaat.tot for mandaat in holding]
    reviews = [mandaat.herbekijken_op for mandaat in holding if mandaat.herbekijken_op is not None]
    return Blad(
        tuple(
            Vraag(bereik.value, str(BEREIK[bereik]), str(UITLEG[bereik]), since.get(bereik))
            for bereik in Bereik
        ),
        tuple(sorted(partners.values(), key=lambda partner: partner.naam.casefold())),
        None if None in ends else max((end for end in ends if end), default=None),
        max(reviews, default=None),
        bool(reviews) and max(reviews) <= today,
        _history(mandaten, domeinen, names),
        gevraagd(mandaten, today),
    )


def gevraagd(mandaten: list[queries.Mandaatregel], today: date) -> tuple[str, ...]:
    """What the family asked for with the mandaten of which anything still holds, the latest first."""
    return tuple(
        mandaat.toelichting
        for mandaat in mandaten
        if mandaat.toelichting and any(scope.yes.holds(today) for scope in mandaat.bereik)
    )


def _history(
    mandaten: list[queries.Mandaatregel], domeinen: Mapping[str, str], names: Mapping[UUID, str]
) -> tuple[tuple[str, str, str], ...]:
    events: list[tuple[date, datetime, str, str]] = []
    for mandaat in mandaten:
        events.append(
            (mandaat.gegeven_op, mandaat.made_at, _("Mandaat gegeven"), _given(mandaat, domeinen, names))
        )
        gone: dict[datetime, list[str]] = {}
        by: dict[datetime, UUID | None] = {}
        for scope in mandaat.bereik:
            if scope.withdrawn_at is not None:
                gone.setdefault(scope.withdrawn_at, []).append(str(BEREIK[scope.bereik]))
                by[scope.withdrawn_at] = scope.withdrawn_by
        for row in mandaat.partners:
            if row.withdrawn_at is not None:
                gone.setdefault(row.withdrawn_at, []).append(row.lijn.partner)
        for moment, what in gone.items():
            who = names.get(by.get(moment) or UUID(int=0), "")
            detail = ", ".join(what) + "." + (" " + _("Genoteerd door %(naam)s.", naam=who) if who else "")
            events.append((day_of(moment), moment, _("Ingetrokken"), detail))
    events.sort(key=lambda event: event[:2], reverse=True)
    return tuple((format_date(day), what, detail) for day, _moment, what, detail in events)


def _given(mandaat: queries.Mandaatregel, domeinen: Mapping[str, str], names: Mapping[UUID, str]) -> str:
    said = [
        _(
            "Door %(gever)s, %(vorm)s: %(bereik)s.",
            gever=mandaat.gever or _("het gezin"),
            vorm=str(VORM[mandaat.vorm]),
            bereik=", ".join(str(BEREIK[scope.bereik]) for scope in mandaat.bereik),
        )
    ]
    if mandaat.partners:
        named = "; ".join(f"{row.lijn.partner} ({_about(row, domeinen)})" for row in mandaat.partners)
        said.append(_("Partners: %(partners)s.", partners=named))
    if mandaat.tot is not None:
        said.append(_("Tot en met %(dag)s.", dag=format_date(mandaat.tot)))
    if mandaat.toelichting:
        said.append(mandaat.toelichting)
    if (who := mandaat.made_by) is not None and who in names:
        said.append(_("Genoteerd door %(naam)s.", naam=names[who]))
    return " ".join(said)


def _about(row: queries.Partnerregel, domeinen: Mapping[str, str]) -> str:
    named = [naam for code, naam in domeinen.items() if code in row.lijn.domeinen]
    return ", ".join(named) if row.lijn.domeinen else _("alle levensdomeinen")


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.NothingAsked: lambda: _("Kruis minstens één ding aan waar het gezin ja op zegt."),
        rules.InTheFuture: lambda: _("Deze dag moet nog komen. Kies vandaag of een vroegere dag."),
        rules.EndBeforeStart: lambda: _("De laatste dag ligt voor de dag waarop het mandaat gegeven is."),
        rules.NothingToWithdraw: lambda: _("Dit was al ingetrokken. Er is niets veranderd."),
        rules.NotCovered: lambda: _(
            "Het gezin gaf hiervoor geen mandaat, of het mandaat geldt niet meer. Er is niets gedeeld. "
            "Bespreek het eerst met het gezin."
        ),
    }
