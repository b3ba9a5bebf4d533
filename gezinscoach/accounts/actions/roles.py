"""Acts on roles: held from one moment until another, given by somebody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import rules
from gezinscoach.accounts.actions.people import add_gezinscoach
from gezinscoach.accounts.actions.sessions import end_sessions, one_at_a_time
from gezinscoach.accounts.tables import Account, Gezinscoach, RoleGrant
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol
from gezinscoach.kernel.dates import day_of

FOR_ORGANISATION = frozenset({Rol.BONDGENOOT, Rol.ORGANISATIEVERANTWOORDELIJKE})
FOR_A_TIME = frozenset({Rol.IMPORTEUR})
NOT_WITH_BEHEERDER = frozenset(
    {Rol.GEZINSCOACH, Rol.AANMELDPUNT, Rol.COORDINATOR, Rol.DESKUNDIGE, Rol.IMPORTEUR}
)
"""Who reads content of families, or figures of which a beheerder could lower the smallest group."""


def give_role(
    db: Session,
    actor: Actor,
    account: Account,
    rol: Rol,
    *,
    now: datetime,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
) -> RoleGrant:
    """Let an account hold a role from now on, as the owner of the server; SecondPersonNeeded for anybody
    else, or what `require_free` raises.

    A gezinscoach of a named organisation who was not imported becomes one today; without an organisation
    the account waits for the coach with its address to be imported. Whoever is signed in signs in anew.
    """
    if actor.account_id is not None:
        raise rules.SecondPersonNeeded
    grant = hold(db, actor, account, rol, now=now, organisatie_id=organisatie_id, until=until)
    audit.record(db, actor, f"role.give.{rol}", now=now, thing_id=account.id)
    return grant


def require_free(
    db: Session,
    account: Account,
    rol: Rol,
    *,
    now: datetime,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
) -> None:
    """Raise AccountShut, RoleHeld, RolesApart, or what `require_role` raises, where a role cannot be held."""
    require_role(rol, organisatie_id, until, now)
    if not account.active:
        raise rules.AccountShut
    holds = db.execute(
        select(RoleGrant.rol, RoleGrant.organisatie_id).where(
            RoleGrant.account_id == account.id, or_(RoleGrant.until.is_(None), RoleGrant.until > now)
        )
    ).all()
    if (rol, organisatie_id) in {(row.rol, row.organisatie_id) for row in holds}:
        raise rules.RoleHeld
    rollen = {rol, *(row.rol for row in holds)}
    if Rol.BEHEERDER in rollen and rollen & NOT_WITH_BEHEERDER:
        raise rules.RolesApart


def hold(
    db: Session,
    actor: Actor,
    account: Account,
    rol: Rol,
    *,
    now: datetime,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
    given_by: UUID | None = None,
) -> RoleGrant:
    """Let an account hold a role that was confirmed; its sessions end, so that nothing old stays open."""
    one_at_a_time(db, account)
    require_free(db, account, rol, now=now, organisatie_id=organisatie_id, until=until)
    if rol is Rol.GEZINSCOACH and organisatie_id is not None:
        _be_coach(db, actor, account, organisatie_id, now)
    grant = RoleGrant(
        id=uuid4(),
        account_id=account.id,
        rol=rol,
        organisatie_id=organisatie_id,
        since=now,
        until=until,
        given_by=given_by,
    )
    db.add(grant)
    db.flush()
    end_sessions(db, account.id)
    return grant


def require_role(rol: Rol, organisatie_id: UUID | None, until: datetime | None, now: datetime) -> None:
    """Raise OrganisationNeeded, EndNeeded or EndBeforeStart unless a role can be given like this."""
    if rol in FOR_ORGANISATION and organisatie_id is None:
        raise rules.OrganisationNeeded
    if rol in FOR_A_TIME and until is None:
        raise rules.EndNeeded
    if until is not None and until <= now:
        raise rules.EndBeforeStart


def end_role(db: Session, actor: Actor, grant: RoleGrant, *, now: datetime) -> None:
    """End a role at this moment, with every session of who held it: nothing old stays open.

    A forged one opened nothing; ended, it bears a mark again.
    """
    if grant.forged:
        db.add(grant)
        grant.forged = False
    grant.until = max(now, grant.since)
    end_sessions(db, grant.account_id)
    audit.record(db, actor, f"role.end.{grant.rol}", now=now, thing_id=grant.account_id)


def _be_coach(db: Session, actor: Actor, account: Account, organisatie_id: UUID, now: datetime) -> None:
    db.flush()
    if db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account.id)) is None:
        add_gezinscoach(
            db,
            actor,
            naam=account.naam or "",
            email=account.email,
            organisatie_id=organisatie_id,
            statuut=rules.Statuut.PROFESSIONEEL,
            gestart_op=day_of(now),
            max_gezinnen=rules.FIRST_PLACES,
            now=now,
        )
