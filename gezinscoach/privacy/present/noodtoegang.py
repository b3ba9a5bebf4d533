"""Emergency access in words: what it shows of a dossier, who asked it and why, who looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gezinscoach.accounts.present import ROLES
from gezinscoach.dossier import present as dossier_present
from gezinscoach.dossier import queries as dossier
from gezinscoach.dossier.rights import Relatie
from gezinscoach.dossier.tables import Gezin
from gezinscoach.grondrechten import present as grondrechten_present
from gezinscoach.grondrechten import queries as grondrechten
from gezinscoach.kernel.access import Rol
from gezinscoach.kernel.dates import day_of
from gezinscoach.mandaat import present as mandaat_present
from gezinscoach.mandaat import queries as mandaat
from gezinscoach.notities import present as notities_present
from gezinscoach.notities import queries as notities
from gezinscoach.plan import present as plan_present
from gezinscoach.plan import queries as plan
from gezinscoach.privacy.present import CATEGORIE, GROUPS, left
from gezinscoach.privacy.queries import Blik, Lopend, Verzoek


@dataclass(frozen=True, slots=True)
class Verzoekkaart:
    """An emergency access, ready to show."""

    id: UUID
    code: str
    wie: str
    categorie: str
    reden: str
    wanneer: str


@dataclass(frozen=True, slots=True)
class Nooddossier:
    """All that an emergency shows of a dossier; nothing can be done here."""

    id: UUID
    kop: dossier_present.Kop
    telefoon: str
    contact: tuple[tuple[str, str], ...]
    afgeschermd: bool
    leden: tuple[dossier_present.Lidregel, ...]
    mandaat: mandaat_present.Regel
    periodes: tuple[tuple[str, str, str], ...]
    doelen: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    meting: str
    scores: tuple[tuple[str, str], ...]
    notities: tuple[notities_present.Kaart, ...]
    page: int
    last: int


def verzoek(row: Verzoek) -> Verzoekkaart:
    """An emergency access in words."""
    if row.since is None or row.until is None:
        when = _("gevraagd op %(moment)s", moment=_moment(row.asked_at))
    else:
        one_day = day_of(row.since) == day_of(row.until)
        tot = str(format_datetime(row.until, "HH:mm")) if one_day else _moment(row.until)
        when = _("%(van)s tot hoogstens %(tot)s", van=_moment(row.since), tot=tot)
    return Verzoekkaart(row.id, row.code, row.wie, str(CATEGORIE[row.categorie]), row.reden, when)


def blik(row: Blik) -> tuple[str, str, str, str]:
    """A look in words: day, who, role, and what was seen."""
    roles = ", ".join(str(ROLES[Rol(rol)]) for rol in sorted(row.roles) if rol in set(Rol))
    seen = ", ".join(str(GROUPS.get(group, group)) for group in sorted(row.groups))
    return (
        format_date(row.dag, "EEEE d MMMM y"),
        row.wie or _("opdrachtregel"),
        _("in nood (%(rol)s)", rol=roles) if row.in_nood else roles,
        seen,
    )


def nooddossier(db: Session, row: Gezin, nood: Lopend, *, today: date, page: int) -> Nooddossier:
    """The page of a dossier, whose keys are open, that is read in an emergency."""
    held = dossier_present.dossier_of(db, row, frozenset({Relatie.NOOD}))
    names = {entry.code: entry.naam for entry in dossier.codelist(db, today)}
    meting = grondrechten.latest(db, row.id)
    blad = notities.page(db, row.id, page)
    contact = dossier.contact(db, row, near=False)
    return Nooddossier(
        id=row.id,
        kop=held.kop,
        telefoon=contact.telefoon,
        contact=(
            *(
                ()
                if contact.afgeschermd
                else (
                    (_("Telefoon"), contact.telefoon),
                    (_("Adres"), contact.adres),
                    (_("Gemeente"), contact.gemeente),
                )
            ),
            (_("Taal thuis"), row.taal or ""),
        ),
        afgeschermd=contact.afgeschermd,
        leden=dossier_present.leden(dossier.leden(db, row.id)),
        mandaat=mandaat_present.regel(mandaat.stands(db, [row.id], today).get(row.id), today),
        periodes=dossier_present.steps(held.periodes),
        doelen=tuple(_doel(doel, names) for doel in plan.doelen(db, row.id)),
        meting=grondrechten_present.spoken(meting.quarter) if meting else "",
        scores=tuple(
            (naam, grondrechten_present.words(meting.scores[code]))
            for code, naam in names.items()
            if code in meting.scores
        )
        if meting
        else (),
        notities=tuple(notities_present.kaart(notitie, names) for notitie in blad.notities),
        page=blad.number,
        last=blad.last,
    )


def _doel(doel: plan.DoelRegel, names: Mapping[str, str]) -> tuple[str, str, str, tuple[str, ...]]:
    stand, _tone = plan_present.STANDEN[doel.stand]
    meta = f"{names.get(doel.domein, doel.domein)} · {stand}"
    return doel.titel, meta, doel.toelichting, tuple(actie.tekst for actie in doel.acties)


def _moment(moment: datetime) -> str:
    return str(format_datetime(moment, "EEEE d MMMM, HH:mm"))


__all__ = ["Nooddossier", "Verzoekkaart", "blik", "left", "nooddossier", "verzoek"]
