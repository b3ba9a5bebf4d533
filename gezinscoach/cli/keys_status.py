"""How the keys stand, in Dutch, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from gezinscoach.cli.keys_said import lost
from gezinscoach.kernel.trouble import SLACK
from gezinscoach.kernel.vault import status


def standing(
    found: status.Status, begun: list[str], missing: Mapping[str, int], now: datetime
) -> Iterator[str]:
    """How the keys stand, for a person: epochs, versions, seal, backup, and then what to do."""
    for epoch in found.live:
        yield _(
            "Periode %(number)d: %(age)s, %(keys)s.",
            number=epoch.number,
            age=_age(now - epoch.made_at),
            keys=ngettext("%(num)d gegevenssleutel", "%(num)d gegevenssleutels", epoch.keys),
        )
    for version, count in found.versions.items():
        yield _("Versie %(version)d: %(count)d gegevenssleutels.", version=version, count=count)
    yield _("Verzegeld met een wachtzin: %(yes)s.", yes=_("ja") if found.sealed else _("nee"))
    if found.backup_at:
        yield _("Nieuwste reservekopie: %(age)s.", age=_age(now - found.backup_at))
    else:
        yield _("Er is nog geen reservekopie. Doe: gezinscoach keys backup")
    for advice in (*lost(missing), *_advice(found, begun, late=found.late(now))):
        yield f"- {advice}"


def _age(passed: timedelta) -> str:
    if passed < -SLACK:
        return str(_("van na vandaag (staat de klok van deze machine juist?)"))
    return str(ngettext("%(num)d dag oud", "%(num)d dagen oud", max(passed.days, 0)))


def _advice(found: status.Status, begun: list[str], *, late: bool) -> Iterator[str]:
    if begun:
        yield _("Een vernieuwing is niet afgewerkt. Doe: gezinscoach keys rotate")
    if late:
        yield _("De hoofdsleutel is te oud. Doe: gezinscoach keys rotate")
    if set(found.envelopes) != {epoch.number for epoch in found.live}:
        yield _("Van deze hoofdsleutel zijn er geen enveloppen. Doe: gezinscoach keys escrow")
