"""Acts on mandaten, and the one question that every act of sharing asks. They flush at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from gezinscoach.dossier import rules as dossier_rules
from gezinscoach.dossier.tables import Gezin
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.dates import day_of
from gezinscoach.mandaat import queries, rules
from gezinscoach.mandaat.rules import Bereik, Vorm
from gezinscoach.mandaat.tables import Mandaat, Mandaatbereik, Mandaatpartner


@dataclass(frozen=True, slots=True)
class NieuwePartner:
    """A partner to name: for which levensdomeinen (none: all), and until which day if one was agreed."""

    naam: str
    domeinen: frozenset[str] = frozenset()
    tot: date | None = None


def give(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    gegeven_op: date,
    bereik: Iterable[Bereik],
    vorm: Vorm,
    gever: str,
    now: datetime,
    partners: Iterable[NieuwePartner] = (),
    tot: date | None = None,
    herbekijken_op: date | None = None,
    toelichting: str | None = None,
    today: date | None = None,
) -> Mandaat:
    """Record what a family, whose keys are open, allowed; NothingAsked, InTheFuture or EndBeforeStart.

    `today` is the day that counts as present (without it: that of `now`).
    """
    scopes = frozenset(bereik)
    rules.require_mandaat(scopes, gegeven_op=gegeven_op, tot=tot, today=today or day_of(now))
    row = Mandaat(
        id=uuid4(),
        gezin_id=gezin.id,
        gegeven_op=gegeven_op,
        tot=tot,
        herbekijken_op=herbekijken_op,
        vorm=vorm,
        made_at=now,
        made_by=actor.account_id,
    )
    db.add(row)
    row.gever, row.toelichting = gever, toelichting or None
    db.flush()
    db.add_all(
        Mandaatbereik(id=uuid4(), mandaat_id=row.id, gezin_id=gezin.id, bereik=scope)
        for scope in sorted(scopes)
    )
    for partner in partners:
        line = Mandaatpartner(id=uuid4(), mandaat_id=row.id, gezin_id=gezin.id, tot=partner.tot)
        db.add(line)
        line.partner, line.domeinen = " ".join(partner.naam.split()), sorted(partner.domeinen)
    db.flush()
    audit.record(db, actor, "mandaat.give", now=now, thing_id=row.id, scope_id=gezin.id)
    return row


def withdraw(
    db: Session,
    actor: Actor,
    gezin: Gezin,
    *,
    now: datetime,
    bereik: Bereik | None = None,
    partner_id: UUID | None = None,
) -> None:
    """Withdraw one scope, one partner, or (neither named) everything, at once; NothingToWithdraw.

    A scope or partner stops in every mandaat in which it stands; a partner is known by its name.
    """
    scopes = [] if partner_id else _open_scopes(db, gezin.id, bereik)
    lines = [] if bereik else _open_partners(db, gezin.id, partner_id)
    if not scopes and not lines:
        raise rules.NothingToWithdraw
    for scope in scopes:
        scope.withdrawn_at, scope.withdrawn_by = now, actor.account_id
        audit.record(db, actor, "mandaat.withdraw", now=now, thing_id=scope.id, scope_id=gezin.id)
    for line in lines:
        line.withdrawn_at = now
        audit.record(db, actor, "mandaat.withdraw_partner", now=now, thing_id=line.id, scope_id=gezin.id)
    db.flush()


def require_may_share(
    db: Session,
    gezin_id: UUID,
    *,
    bereik: Bereik,
    partner: str | None,
    domein: str | None,
    today: date,
) -> None:
    """Raise NotCovered unless a family, whose keys are open, allows this; every act of sharing asks here.

    `domein` is a code of the codelist (a content area counts as its grondrecht), None for the family as a
    whole. `partner` is the name of the partner; None only where nothing leaves the werking.
    """
    family = Gezin.id == gezin_id
    rules.require_covered(
        queries.yesses(db, family).get(gezin_id, ()),
        queries.partners(db, family).get(gezin_id, ()) if partner is not None else (),
        bereik=bereik,
        partner=partner,
        domein=dossier_rules.grondrecht_of(domein) if domein else None,
        day=today,
    )


def _open_scopes(db: Session, gezin_id: UUID, bereik: Bereik | None) -> list[Mandaatbereik]:
    wanted = select(Mandaatbereik).where(
        Mandaatbereik.gezin_id == gezin_id, Mandaatbereik.withdrawn_at.is_(None)
    )
    if bereik is not None:
        wanted = wanted.where(Mandaatbereik.bereik == bereik)
    return list(db.scalars(wanted.limit(500)))


def _open_partners(db: Session, gezin_id: UUID, partner_id: UUID | None) -> list[Mandaatpartner]:
    lines = list(
        db.scalars(
            select(Mandaatpartner)
            .where(Mandaatpartner.gezin_id == gezin_id, Mandaatpartner.withdrawn_at.is_(None))
            .limit(500)
        )
    )
    if partner_id is None:
        return lines
    names = [line.partner or "" for line in lines if line.id == partner_id]
    return [line for line in lines if names and rules.same_partner(line.partner or "", names[0])]
