"""The wachtlijst as each role may see it, and in figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import policy
from gezinscoach.aanmelding.rules import ANSWER_WITHIN, WAITING, Antwoord, Toestand
from gezinscoach.aanmelding.tables import Aanmelding, Voorstel
from gezinscoach.accounts.tables import Gezinscoach
from gezinscoach.dossier.rights import CODES
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import ZONE
from gezinscoach.kernel.fields import Groep

PAGE = 100


@dataclass(frozen=True, slots=True)
class WachtRegel:
    """A line of the wachtlijst; what the actor may not see is empty."""

    id: UUID
    datum: date
    toestand: Toestand
    dringend: bool
    coach: str
    code: str = ""
    naam: str = ""
    aanmelder: str = ""
    taal: str = ""
    tolk: bool | None = None
    gemeente: str = ""
    afgeschermd: bool = False
    vragen: tuple[str, ...] = ()
    readable: bool = False


@dataclass(frozen=True, slots=True)
class DeskSummary:
    """The wachtlijst in figures; `longest` in days, None when nobody waits."""

    waiting: int
    urgent: int
    to_call_back: int
    longest: int | None
    unanswered: int


_CURRENT = and_(
    Voorstel.aanmelding_id == Aanmelding.id, Voorstel.antwoord.in_((Antwoord.OPEN, Antwoord.AANVAARD))
)


_LISTED = frozenset(groep.value for groep in (Groep.PROCES, Groep.NAMEN, Groep.NOTITIES, Groep.KENMERKEN))
"""What a line shows to the aanmeldpunt; to others the guard of the session gives less."""


def wachtlijst(db: Session, actor: Actor, states: tuple[Toestand, ...], *, skip: int = 0) -> list[WachtRegel]:
    """The aanmeldingen in these states, urgent first, then by days waiting; one more than PAGE means more."""
    rows = db.execute(
        select(
            Aanmelding.id,
            Aanmelding.gezin_id,
            Aanmelding.datum,
            Aanmelding.toestand,
            Aanmelding.dringend,
            Aanmelding.vragen_cell,
            Aanmelding.aanmelder_cell,
            Gezin.code_cell,
            Gezin.naam_cell,
            Gezin.taal_cell,
            Gezin.tolk_cell,
            Gezin.gemeente_cell,
            Gezin.afgeschermd,
            Gezinscoach.id.label("coach_id"),
            Gezinscoach.naam_cell.label("coach_cell"),
            policy.content(actor).label("readable"),
            policy.pseudonymous(actor).label("coded"),
            policy.handed_over(actor).label("handed_over"),
        )
        .join(Gezin, Gezin.id == Aanmelding.gezin_id)
        .outerjoin(Voorstel, _CURRENT)
        .outerjoin(Gezinscoach, Gezinscoach.id == Voorstel.gezinscoach_id)
        .where(policy.listed(actor), Aanmelding.toestand.in_(states))
        .order_by(Aanmelding.dringend.desc(), Aanmelding.datum, Aanmelding.id)
        .offset(skip)
        .limit(PAGE + 1)
    ).all()
    coded = [row.gezin_id for row in rows if row.readable or row.coded or row.handed_over]
    coaches = [row.coach_id for row in rows if row.coach_id]
    vault.open_scopes(db, [*coded, *coaches], groups=_LISTED | vault.STAFF, persons=False)
    return [_regel(db, row) for row in rows]


def _regel(db: Session, row: Any) -> WachtRegel:
    def opened(cell: Any, name: str) -> str:
        sealed = getattr(row, f"{name}_cell")
        return cell.open(db, row.gezin_id, row.gezin_id, sealed) if sealed else ""

    coach = Gezinscoach.naam.open(db, row.coach_id, row.coach_id, row.coach_cell) if row.coach_cell else ""
    more: dict[str, Any] = {}
    if row.readable or row.coded or row.handed_over:
        more["code"] = opened(Gezin.code, "code")
    if row.readable or row.coded:
        more["taal"] = opened(Gezin.taal, "taal")
    if row.readable:
        vragen = row.vragen_cell and Aanmelding.vragen.open(db, row.gezin_id, row.id, row.vragen_cell)
        door = row.aanmelder_cell
        more |= {
            "naam": opened(Gezin.naam, "naam"),
            "aanmelder": Aanmelding.aanmelder.open(db, row.gezin_id, row.id, door) if door else "",
            "tolk": opened(Gezin.tolk, "tolk") if row.tolk_cell else None,
            "gemeente": opened(Gezin.gemeente, "gemeente"),
            "afgeschermd": row.afgeschermd,
            "vragen": tuple(vragen or ()),
            "readable": True,
        }
    urgent = row.dringend and not row.handed_over
    return WachtRegel(row.id, row.datum, row.toestand, urgent, coach, **more)


def regel(db: Session, actor: Actor, aanmelding_id: UUID) -> WachtRegel | None:
    """What the aanmeldpunt still knows of an aanmelding after the hand-over: code, state, date and coach."""
    row = db.execute(
        select(
            Aanmelding.id,
            Aanmelding.gezin_id,
            Aanmelding.datum,
            Aanmelding.toestand,
            Gezin.code_cell,
            Gezinscoach.id.label("coach_id"),
            Gezinscoach.naam_cell.label("coach_cell"),
        )
        .join(Gezin, Gezin.id == Aanmelding.gezin_id)
        .outerjoin(Voorstel, _CURRENT)
        .outerjoin(Gezinscoach, Gezinscoach.id == Voorstel.gezinscoach_id)
        .where(policy.handed_over(actor), Aanmelding.id == aanmelding_id)
    ).first()
    if row is None:
        return None
    scopes = [row.gezin_id, *([row.coach_id] if row.coach_id else [])]
    vault.open_scopes(db, scopes, groups=CODES | vault.STAFF, persons=False)
    coach = Gezinscoach.naam.open(db, row.coach_id, row.coach_id, row.coach_cell) if row.coach_cell else ""
    code = Gezin.code.open(db, row.gezin_id, row.gezin_id, row.code_cell)
    return WachtRegel(row.id, row.datum, row.toestand, False, coach, code)


def desk_summary(db: Session, actor: Actor, today: date) -> DeskSummary:
    """The wachtlijst of an actor's werking in figures, without opening a key."""
    still = Aanmelding.toestand.in_(WAITING)
    waiting, urgent, back, oldest = db.execute(
        select(
            func.count(Aanmelding.id),
            func.count(Aanmelding.id).filter(Aanmelding.dringend),
            func.count(Aanmelding.id).filter(Aanmelding.toestand == Toestand.TERUGBELLEN),
            func.min(Aanmelding.datum),
        ).where(policy.listed(actor), still)
    ).one()
    late = datetime.combine(today - ANSWER_WITHIN, time(0), tzinfo=ZONE)
    unanswered = db.scalar(
        select(func.count(Voorstel.id))
        .join(Aanmelding, Aanmelding.id == Voorstel.aanmelding_id)
        .where(policy.listed(actor), Voorstel.antwoord == Antwoord.OPEN, Voorstel.made_at < late)
    )
    return DeskSummary(waiting, urgent, back, (today - oldest).days if oldest else None, unanswered or 0)
