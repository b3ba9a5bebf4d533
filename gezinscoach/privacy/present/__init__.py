"""The trace in plain Dutch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from gezinscoach.accounts.present import ROLES
from gezinscoach.kernel import sealing
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.audit import LOOKED_OVER_BROKEN, AuditEvent
from gezinscoach.privacy import rules
from gezinscoach.privacy.present.words import (
    ABOUT,
    DEEDS,
    PARTS,
    SHIELDED,
    STRANGER,
    THINGS,
    WHOLE,
    WORDS,
)
from gezinscoach.privacy.present.words import (
    CATEGORIE as CATEGORIE,
)
from gezinscoach.privacy.present.words import (
    GROUPS as GROUPS,
)
from gezinscoach.privacy.present.words import (
    KIJKREDEN as KIJKREDEN,
)
from gezinscoach.privacy.present.words import (
    OORDEEL as OORDEEL,
)
from gezinscoach.privacy.present.words import (
    SOORT as SOORT,
)
from gezinscoach.privacy.present.words import (
    UITLEG as UITLEG,
)
from gezinscoach.privacy.rules import Kijkreden


@dataclass(frozen=True, slots=True)
class Spoor:
    """An event ready to show: a dossier by its code, or else its mark."""

    at: str
    who: str
    roles: str
    what: str
    about: str
    groups: str
    dossier: str


def spoor(
    event: AuditEvent, names: Mapping[UUID, str], about: Mapping[UUID, str], codes: Mapping[UUID, str]
) -> Spoor:
    """An event in words; `names` are those of accounts, `about` also of gezinscoaches and organisations,
    `codes` those of dossiers."""
    nobody = _("iemand die niet ingelogd was") if event.action.startswith(STRANGER) else _("opdrachtregel")
    return Spoor(
        format_datetime(event.at, "d MMM y HH:mm:ss").replace(" ", "\N{NO-BREAK SPACE}"),
        names.get(event.account_id, _("onbekend account")) if event.account_id else nobody,
        ", ".join(str(ROLES[Rol(rol)]) for rol in event.roles.split()),
        what(event.action),
        about.get(event.thing_id, "") if event.thing_id and event.action.startswith(ABOUT) else "",
        ", ".join(str(GROUPS.get(group, group)) for group in event.groups.split()),
        dossier(event.scope_id, codes),
    )


def trust(anchored: datetime | None, looked_over: AuditEvent | None) -> tuple[list[tuple[str, str]], bool]:
    """What the trace itself is worth: the last anchor and the last look over; and whether that found harm."""
    broken = looked_over is not None and looked_over.action == LOOKED_OVER_BROKEN
    if looked_over is None:
        said = _("deze maand nog niet")
    else:
        said = f"{_moment(looked_over.at)}: {_('niet heel') if broken else _('heel')}"
    anchor = _moment(anchored) if anchored else _("nog geen")
    return [(_("Laatste anker"), anchor), (_("Laatste nazicht"), said)], broken


def _moment(at: datetime) -> str:
    return str(format_datetime(at, "d MMM y HH:mm")).replace(" ", "\N{NO-BREAK SPACE}")


def dossier(scope_id: UUID | None, codes: Mapping[UUID, str]) -> str:
    """What a dossier is called wherever the trace speaks of it: by its code, as everywhere, and where that is
    not to be known by its mark; "" for none."""
    if scope_id is None:
        return ""
    return codes.get(scope_id) or sealing.marked(scope_id)


def what(action: str) -> str:
    """An action in Dutch: "role.give.coordinator" is "rol gegeven: coördinator"; an unknown word stays."""
    if action in WHOLE:
        return str(WHOLE[action])
    if action.startswith(SHIELDED):
        reason = KIJKREDEN[Kijkreden(action.removeprefix(SHIELDED))]
        return _("afgeschermd adres bekeken: %(reden)s", reden=reason)
    if action.startswith("door.denied."):
        part = action.removeprefix("door.denied.")
        return _("toegang geweigerd: %(part)s", part=PARTS.get(part, part))
    thing, _dot, rest = action.partition(".")
    deed, _dot, more = rest.partition(".")
    said = f"{THINGS.get(thing, thing)} {DEEDS.get(deed.replace(' ', '_'), deed)}".strip()
    if not more:
        return said
    return f"{said}: {WORDS.get(more, more)}"


def left(until: datetime, now: datetime) -> str:
    """How long something still lasts: hours and minutes, rounded up."""
    minutes = max(0, -(-(until - now).total_seconds() // 60))
    hours, rest = divmod(int(minutes), 60)
    return " ".join(
        filter(
            None,
            [
                ngettext("%(num)d uur", "%(num)d uur", hours) if hours else "",
                ngettext("%(num)d minuut", "%(num)d minuten", rest) if rest or not hours else "",
            ],
        )
    )


def wordings() -> dict[type[Exception], Callable[[], str]]:
    """The sentence for every refusal of this slice."""
    return {
        rules.UnknownCode: lambda: _(
            "Met deze code kan je geen dossier in nood lezen. Kijk de code na, of bel de coördinator."
        ),
        rules.TriedEnough: lambda: _(
            "Je probeerde vandaag te veel foute codes. Morgen kan het weer. "
            "Is het dringend? Bel de coördinator."
        ),
        rules.HasRelation: lambda: _(
            "Je bent al gezinscoach van dit gezin. Je vindt het dossier bij Vandaag."
        ),
        rules.OwnRequest: lambda: _("Je kan je eigen vraag niet bevestigen. Vraag het aan een collega."),
        rules.TooLate: lambda: _("Deze vraag is al beantwoord, of ze wachtte te lang."),
        rules.Reviewed: lambda: _("Dit is al beoordeeld, of het gaat over jezelf. Er is niets veranderd."),
        rules.NotShielded: lambda: _("Het adres van dit gezin is niet afgeschermd."),
    }
