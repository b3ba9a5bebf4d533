"""The one place that compares names of families over the whole werking; it hands back likely pairs only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from gezinscoach.aanmelding import policy, rules
from gezinscoach.aanmelding.queries.bladen import Blad
from gezinscoach.aanmelding.rules.intake import same_family
from gezinscoach.accounts.tables import Account
from gezinscoach.dossier.policy import not_denied, running
from gezinscoach.dossier.rights import COMPARED
from gezinscoach.dossier.rules import Coachrol, Fase, Lidsoort, fase
from gezinscoach.dossier.tables import Coachperiode, Gezin, Gezinslid
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import AuditEvent
from gezinscoach.kernel.dates import ZONE, day_of
from gezinscoach.kernel.sealing import readable

MOST = 20_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Dubbel:
    """A known family that is likely the same: its code and where it stands, and its id when it had a
    gezinscoach and so has a dossier; nothing else."""

    code: str
    fase: Fase
    dossier_id: UUID | None = None


def likely_doubles(db: Session, actor: Actor, blad: Blad, *, now: datetime) -> list[Dubbel]:
    """Known families of the werking that are likely this one; logged, and the keys are handed back after.

    The look at each family that was found names the one that it was compared with as its thing.
    ComparedEnough when the actor asked too often today: names can be tried out.
    """
    naam = readable(blad.gezin.naam)
    if not policy.may_compare(actor) or not naam:
        return []
    own = blad.gezin.id
    # Several questions at once wait for one another here: each counts those before it.
    db.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update(key_share=True))
    if _compared(db, actor, now) >= rules.MOST_COMPARISONS:
        audit.look(db, actor, "gezin.compare_enough", now=now, scope_id=own)
        raise rules.ComparedEnough
    audit.look(db, actor, "gezin.compare", now=now, scope_id=own, groups=("F1",))
    ouders = [readable(lid.naam) for lid in blad.ouders]
    with vault.borrowed(db):
        known = _known(db, actor, own, day_of(now))
        found = [
            (gezin_id, one)
            for gezin_id, (one, other, others) in known.items()
            if same_family(naam, ouders, other, others)
        ][:SHOWN]
    for gezin_id, _one in found:
        audit.look(db, actor, "gezin.compare", now=now, scope_id=gezin_id, thing_id=own, groups=("F1",))
    return [one for _id, one in found]


def _compared(db: Session, actor: Actor, now: datetime) -> int:
    """How often the actor asked since midnight in Leuven."""
    asked = select(func.count(AuditEvent.id)).where(
        AuditEvent.at >= datetime.combine(day_of(now), time(0), tzinfo=ZONE),
        AuditEvent.account_id == actor.account_id,
        AuditEvent.action == "gezin.compare",
        AuditEvent.thing_id.is_(None),
    )
    return db.scalar(asked) or 0


def _known(db: Session, actor: Actor, own: UUID, today: date) -> dict[UUID, tuple[Dubbel, str, list[str]]]:
    vast = and_(Coachperiode.gezin_id == Gezin.id, Coachperiode.rol == Coachrol.VAST)
    rows = db.execute(
        select(
            Gezin.id,
            Gezin.code_cell,
            Gezin.naam_cell,
            Gezin.afgesloten_op,
            Gezinslid.id.label("lid_id"),
            Gezinslid.naam_cell.label("lid_cell"),
            exists().where(vast).label("begun"),
            exists().where(vast, running(today)).label("running"),
        )
        .outerjoin(Gezinslid, and_(Gezinslid.gezin_id == Gezin.id, Gezinslid.soort == Lidsoort.OUDER))
        .where(
            Gezin.werking_id == actor.werking_id,
            Gezin.id != own,
            Gezin.naam_cell.is_not(None),
            not_denied(actor),
        )
        .order_by(Gezin.made_at.desc(), Gezin.id)
        .limit(MOST)
    ).all()
    vault.open_scopes(db, [row.id for row in rows], groups=COMPARED, compares=True)
    found: dict[UUID, tuple[Dubbel, str, list[str]]] = {}
    for row in rows:
        if row.id not in found:
            stands = fase(
                periods=int(row.begun), open_period=row.running, closed=row.afgesloten_op is not None
            )
            code = Gezin.code.open(db, row.id, row.id, row.code_cell)
            one = Dubbel(code, stands, row.id if row.begun else None)
            found[row.id] = one, readable(Gezin.naam.open(db, row.id, row.id, row.naam_cell)), []
        if row.lid_cell:
            found[row.id][2].append(readable(Gezinslid.naam.open(db, row.lid_id, row.lid_id, row.lid_cell)))
    return found
