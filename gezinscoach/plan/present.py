"""Words and page objects of the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gezinscoach.dossier.rules import Domein
from gezinscoach.plan import rules
from gezinscoach.plan.queries import ActieRegel, DoelRegel
from gezinscoach.plan.rules import Doelstand, Wie

WIE = {
    Wie.GEZIN: _l("het gezin"),
    Wie.SAMEN: _l("samen"),
    Wie.COACH: _l("de gezinscoach"),
    Wie.PARTNER: _l("een partner"),
}

STANDEN = {
    Doelstand.OPEN: (_l("loopt"), "info"),
    Doelstand.BEREIKT: (_l("bereikt"), "ok"),
    Doelstand.GESTOPT: (_l("gestopt"), "neutral"),
}

STANDEN_ZIN = {
    Doelstand.OPEN: _l("loopt weer"),
    Doelstand.BEREIKT: _l("is bereikt"),
    Doelstand.GESTOPT: _l("is gestopt"),
}

STAPPEN = {
    "reach": _l("Doel bereikt"),
    "drop": _l("Doel stoppen"),
    "reopen": _l("Opnieuw openen"),
}


@dataclass(frozen=True, slots=True)
class ActieKaart:
    """An action, ready to show."""

    id: UUID
    tekst: str
    detail: str
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class DoelKaart:
    """A goal, ready to show, with the steps that it can take."""

    id: UUID
    titel: str
    meta: str
    stand: str
    tone: str
    open: bool
    alineas: tuple[str, ...]
    acties: tuple[ActieKaart, ...]
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The running goals under their grondrecht, in the order of the codelist, and those that ended."""

    groups: tuple[tuple[str, tuple[DoelKaart, ...]], ...]
    ended: tuple[DoelKaart, ...]


def plan(doelen: Sequence[DoelRegel], codelist: Sequence[Domein], today: date) -> Plan:
    """The goals of a family as a page shows them."""
    names = {entry.code: entry.naam for entry in codelist}
    parents = {entry.code: entry.ouder_code or entry.code for entry in codelist}
    order = {entry.code: entry.volgorde for entry in codelist}
    groups: dict[str, list[DoelKaart]] = {}
    last = max(order.values(), default=0) + 1
    for doel in sorted(doelen, key=lambda doel: order.get(doel.domein, last)):
        if doel.stand is Doelstand.OPEN:
            right = parents.get(doel.domein, doel.domein)
            groups.setdefault(names.get(right, right), []).append(kaart(doel, names, today))
    ended = [doel for doel in doelen if doel.stand is not Doelstand.OPEN]
    ended.sort(key=lambda doel: doel.changed_at, reverse=True)
    return Plan(
        tuple((naam, tuple(kaarten)) for naam, kaarten in groups.items()),
        tuple(kaart(doel, names, today) for doel in ended),
    )


def kaart(doel: DoelRegel, names: dict[str, str], today: date) -> DoelKaart:
    """A goal in words; `names` has the name of each levensdomein by code."""
    words, tone = STANDEN[doel.stand]
    running = doel.stand is Doelstand.OPEN
    when = (
        _("sinds %(dag)s", dag=format_date(doel.made_at, "d MMMM y"))
        if running
        else _("op %(dag)s", dag=format_date(doel.changed_at, "d MMMM y"))
    )
    return DoelKaart(
        id=doel.id,
        titel=doel.titel,
        meta=f"{names.get(doel.domein, doel.domein)} · {when}",
        stand=str(words),
        tone=tone,
        open=running,
        alineas=tuple(line for line in doel.toelichting.split("\n") if line.strip()),
        acties=tuple(_actie(actie, running, today) for actie in doel.acties),
        steps=tuple((step, str(STAPPEN[step])) for step in rules.steps_from(doel.stand)),
    )


def _actie(actie: ActieRegel, running: bool, today: date) -> ActieKaart:
    done = actie.gedaan_op is not None
    if actie.gedaan_op is not None:
        when = _("gedaan op %(dag)s", dag=format_date(actie.gedaan_op, "d MMMM"))
    elif actie.tegen is not None:
        when = _("tegen %(dag)s", dag=format_date(actie.tegen, "d MMMM"))
    else:
        when = _("zonder datum")
    return ActieKaart(
        id=actie.id,
        tekst=actie.tekst,
        detail=f"{WIE[actie.wie]} · {when}",
        done=done,
        late=running and not done and rules.is_late(actie.tegen, today),
    )


def taken(stand: Doelstand, left: int) -> str:
    """How a goal stands after a step, and how many of its actions are still open."""
    said = _("Bewaard: dit doel %(stand)s.", stand=STANDEN_ZIN[stand])
    still = ngettext("%(num)d actie staat nog open.", "%(num)d acties staan nog open.", left)
    return f"{said} {still}" if left else said


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.NoSuchStep: lambda: _(
            "Dit doel staat al anders dan op je scherm. Kijk even na hoe het nu staat."
        ),
        rules.AlreadyDone: lambda: _("Deze actie stond al op gedaan."),
        rules.NotDone: lambda: _("Deze actie stond nog niet op gedaan."),
        rules.GoalEnded: lambda: _("Dit doel loopt niet meer. Open het eerst opnieuw."),
        rules.Empty: lambda: _("Schrijf eerst een paar woorden."),
    }
