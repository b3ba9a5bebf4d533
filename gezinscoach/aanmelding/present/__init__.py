"""Words and page objects of the centrale aanmelding."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.aanmelding import queries, rules
from gezinscoach.aanmelding.rules import Antwoord, Toestand, Toestemming
from gezinscoach.aanmelding.rules.intake import Twijfel
from gezinscoach.dossier.rules import Domein, Fase
from gezinscoach.kernel.names import fold

TOESTEMMING = {
    Toestemming.JA: _l("Ja, het gezin is akkoord"),
    Toestemming.NIET_GEVRAAGD: _l("Nog niet gevraagd"),
}
TOESTAND = {
    Toestand.TERUGBELLEN: (_l("terugbellen"), "wait"),
    Toestand.WACHTEND: (_l("wachtend"), "info"),
    Toestand.VOORGESTELD: (_l("voorgesteld"), "info"),
    Toestand.GEKOPPELD: (_l("gekoppeld"), "ok"),
    Toestand.INGETROKKEN: (_l("ingetrokken"), "neutral"),
    Toestand.DOORVERWEZEN: (_l("doorverwezen"), "neutral"),
}
ANTWOORD = {
    Antwoord.OPEN: (_l("wacht op antwoord"), "wait"),
    Antwoord.AANVAARD: (_l("aanvaard"), "ok"),
    Antwoord.GEWEIGERD: (_l("niet aanvaard"), "neutral"),
    Antwoord.INGETROKKEN: (_l("teruggenomen"), "neutral"),
}
FASE = {
    Fase.AANMELDING: _l("wacht op een gezinscoach"),
    Fase.LOPEND: _l("heeft een gezinscoach"),
    Fase.ZONDER_COACH: _l("had een gezinscoach"),
    Fase.AFGESLOTEN: _l("is afgesloten"),
}
TALEN = (
    "Albanees", "Arabisch", "Armeens", "Berbers", "Bulgaars", "Dari", "Engels", "Farsi", "Frans", "Georgisch",
    "Koerdisch", "Nederlands", "Nepalees", "Oekraïens", "Pasjtoe", "Pools", "Portugees", "Roemeens",
    "Russisch", "Servo-Kroatisch", "Somalisch", "Spaans", "Tigrinya", "Turks",
)  # fmt: skip
_SPELLING = {fold(taal): taal for taal in TALEN}


@dataclass(frozen=True, slots=True)
class Deed:
    """A step that the aanmeldpunt can take: its place in the address and its words."""

    step: str
    slug: str
    label: Any
    heading: Any
    hint: Any
    done: Any


DEEDS = {
    deed.step: deed
    for deed in (
        Deed(
            "take back", "terugnemen", _l("Voorstel terugnemen"), _l("Voorstel terugnemen"),
            _l("De gezinscoach ziet dit voorstel dan niet meer. Het gezin wacht opnieuw."),
            _l("Het voorstel is teruggenomen. Het gezin wacht opnieuw."),
        ),
        Deed(
            "refer", "doorverwijzen", _l("Doorverwijzen"), _l("Doorverwijzen naar een andere dienst"),
            _l("Schrijf naar wie, en wat met het gezin is afgesproken."), _l("De doorverwijzing is bewaard."),
        ),
        Deed(
            "withdraw", "intrekken", _l("Aanmelding intrekken"), _l("Aanmelding intrekken"),
            _l("Bijvoorbeeld: het gezin wil geen gezinscoach meer."), _l("De aanmelding is ingetrokken."),
        ),
        Deed(
            "reopen", "heropenen", _l("Terug op de wachtlijst"), _l("Terug op de wachtlijst zetten"),
            _l("Schrijf kort wat er veranderd is."), _l("Het gezin staat weer op de wachtlijst."),
        ),
        Deed(
            "ask again", "opnieuw-vragen", _l("Opnieuw terugbellen"), _l("Opnieuw terugbellen"),
            _l("Schrijf kort wat er veranderd is."), _l("Deze aanmelding staat weer bij terugbellen."),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Domeingroep:
    """A grondrecht with the content areas under it, as options of a form."""

    hoofd: Any
    delen: tuple[Any, ...]


def domein_choices(codelist: Sequence[Domein], extra: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Questions to tick; what an earlier list called otherwise stays choosable."""
    named = {entry.code: entry.naam for entry in codelist}
    return [*named.items(), *((said, said) for said in extra if said not in named)]


def domein_groups(codelist: Sequence[Domein], options: Iterable[Any]) -> tuple[Domeingroep, ...]:
    """The options of a form, grouped as the codelist is; words that it does not know at the end."""
    by_code = {option.data: option for option in options}
    known = {entry.code for entry in codelist}
    groups = [
        Domeingroep(
            by_code[head.code],
            tuple(by_code[entry.code] for entry in codelist if entry.ouder_code == head.code),
        )
        for head in codelist
        if head.ouder_code is None
    ]
    return (*groups, *(Domeingroep(option, ()) for code, option in by_code.items() if code not in known))


def vragen_text(vragen: Iterable[str], names: Mapping[str, str]) -> str:
    """Questions in words."""
    return ", ".join(names.get(code, code) for code in vragen)


def tolk_text(tolk: bool | None) -> str:
    """Whether there is an interpreter, in words."""
    return str({True: _("ja"), False: _("nee"), None: _("weten we nog niet")}[tolk])


def taal_text(taal: str, tolk: bool | None) -> str:
    """Language and interpreter in a few words."""
    return " · ".join(filter(None, (taal, _("met tolk") if tolk else "")))


def spelled(talen: str) -> str:
    """Languages as they were typed, but those that we know in our spelling: "turks" is "Turks"."""
    known = re.sub(r"[^\W\d_]+(?:-[^\W\d_]+)*", lambda said: _SPELLING.get(fold(said[0]), said[0]), talen)
    return known[:1].upper() + known[1:]


def days_text(days: int) -> str:
    """A number of days of waiting in words."""
    return str(ngettext("%(num)d dag", "%(num)d dagen", days) if days else _("sinds vandaag"))


def asked_text(voorstel: queries.Vroeger) -> str:
    """When a gezinscoach was asked, and when the answer came."""
    asked = _("gevraagd op %(dag)s", dag=format_date(voorstel.made_at, "d MMMM yyyy"))
    if voorstel.answered_at is None:
        return str(asked)
    day = format_date(voorstel.answered_at, "d MMMM yyyy")
    answered = {
        Antwoord.AANVAARD: _("ja op %(dag)s", dag=day),
        Antwoord.GEWEIGERD: _("nee op %(dag)s", dag=day),
        Antwoord.INGETROKKEN: _("teruggenomen op %(dag)s", dag=day),
    }
    return ", ".join(filter(None, (str(asked), answered.get(voorstel.antwoord, ""))))


def step_rows(steps: Iterable[queries.Stap]) -> list[tuple[str, str, str]]:
    """The history of an aanmelding for the timeline."""
    sources = {"werkmap": _("Overgenomen uit de werkmap.")}
    return [
        (
            f"{format_date(step.at, 'd MMMM yyyy')}{' · ' if step.door else ''}{step.door}",
            str(TOESTAND[step.toestand][0]).capitalize(),
            sources.get(step.reden, step.reden),
        )
        for step in steps
    ]


def doubt_sentence(doubt: Twijfel, stad: str, leeftijdsgrens: int) -> str:
    """A soft warning in words."""
    return str(
        {
            Twijfel.BUITEN: _("Dit adres ligt buiten %(stad)s.", stad=stad),
            Twijfel.ZONDER_POSTCODE: _(
                "Er is geen postcode. Kijk na of het gezin in %(stad)s woont.", stad=stad
            ),
            Twijfel.OUDER: _("Het oudste kind is ouder dan %(jaar)d jaar.", jaar=leeftijdsgrens),
        }[doubt]
    )


def double_sentence(double: queries.Dubbel) -> str:
    """A likely double in words."""
    return str(
        _(
            "Mogelijk kennen we dit gezin al: %(code)s (%(fase)s).",
            code=double.code,
            fase=FASE[double.fase],
        )
    )


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.NoSuchStep: lambda: _(
            "Deze aanmelding staat ondertussen anders. Open ze opnieuw en kijk wat er nu kan."
        ),
        rules.PermissionNeeded: lambda: _("Dit kan pas als het gezin akkoord is met de aanmelding."),
        rules.NameNeeded: lambda: _("Schrijf de naam van het gezin op."),
        rules.NotProposable: lambda: _(
            "Deze gezinscoach kan nu niet voorgesteld worden. Kijk waarom, en kies iemand anders."
        ),
        rules.ComparedEnough: lambda: _(
            "Je keek vandaag al %(most)d keer na of we een gezin kennen. Morgen kan het opnieuw. "
            "De aanmelding zelf gaat gewoon door.",
            most=rules.MOST_COMPARISONS,
        ),
        rules.Answered: lambda: _("Dit voorstel is al beantwoord of teruggenomen."),
    }
