"""Acts that take two people: one asks, another confirms or refuses. Neither of them can do it alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.actions.roles import hold, require_free
from gezinscoach.accounts.actions.signing import invite
from gezinscoach.accounts.rules import Deed
from gezinscoach.accounts.tables import Account, Approval, RoleGrant
from gezinscoach.kernel import audit
from gezinscoach.kernel.access import Actor, Rol


def ask_role(
    db: Session,
    actor: Actor,
    account: Account,
    rol: Rol,
    *,
    now: datetime,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
) -> Approval:
    """Ask that an account may hold a role, which opens nothing until a second person confirms it.

    RoleAsked, or what giving the role would raise.
    """
    require_free(db, account, rol, organisatie_id=organisatie_id, until=until, now=now)
    return _ask(db, actor, account, Deed.ROLE, now, rol=rol, organisatie_id=organisatie_id, until=until)


def ask_factor_reset(db: Session, actor: Actor, account: Account, *, now: datetime) -> Approval:
    """Ask that somebody who lost the second factor may choose another.

    AccountShut, NoSecondFactor or RoleAsked.
    """
    if not account.active:
        raise rules.AccountShut
    if not queries.has_second_factor(db, account.id):
        raise rules.NoSecondFactor
    return _ask(db, actor, account, Deed.FACTOR, now)


def confirm_approval(
    db: Session, actor: Actor, approval: Approval, account: Account, *, now: datetime
) -> str:
    """Do what was asked, as the second person; the token of an invitation where that is what was asked.

    The invitation goes to whoever confirms, the code without which it does not work to whoever asked: alone,
    neither can become the person for whom it is.
    OwnApproval, NotApart, NotEntered, AccountShut, ApprovalSpent, or what giving the role raises.
    """
    _require_second(db, actor, approval)
    if not account.active:
        raise rules.AccountShut
    if not queries.has_entered(db, account):
        raise rules.NotEntered
    _decide(db, actor, approval, now, granted=True)
    audit.record(db, actor, _deed("confirm", approval), now=now, thing_id=account.id)
    if approval.deed is Deed.FACTOR:
        return invite(db, actor, account, now=now, resets_factor=True, approval_id=approval.id)
    approval.grant_id = _hold(db, actor, approval, account, now).id
    db.flush()
    return ""


def refuse_approval(
    db: Session, actor: Actor, approval: Approval, reden: str | None, *, now: datetime
) -> None:
    """Say no to what was asked, or take the own question back. OwnApproval for whom it is, ApprovalSpent.

    The key of the account must be open: the reason is sealed under it.
    """
    if actor.account_id == approval.account_id:
        raise rules.OwnApproval
    _decide(db, actor, approval, now, granted=False)
    approval.reden = reden
    audit.record(db, actor, _deed("refuse", approval), now=now, thing_id=approval.account_id)


def vouch(db: Session, actor: Actor, account: Account, *, now: datetime) -> list[Rol]:
    """Confirm, as the owner of the server, every role that somebody holds or waits for; return them."""
    if actor.account_id is not None:
        raise rules.SecondPersonNeeded
    fresh = set()
    pending = select(Approval).join(Account, Account.id == Approval.account_id)
    for approval in db.scalars(
        pending.where(Account.id == account.id, Approval.deed == Deed.ROLE, queries.waiting(now))
    ).all():
        _decide(db, actor, approval, now, granted=True)
        approval.grant_id = _hold(db, actor, approval, account, now).id
        fresh.add(approval.grant_id)
    db.flush()
    held = db.scalars(
        select(RoleGrant).where(
            RoleGrant.account_id == account.id, RoleGrant.until.is_(None) | (RoleGrant.until > now)
        )
    ).all()
    for grant in held:
        if grant.given_by is not None and grant.id not in fresh:
            db.add(
                Approval(
                    id=uuid4(),
                    account_id=account.id,
                    deed=Deed.ROLE,
                    rol=grant.rol,
                    organisatie_id=grant.organisatie_id,
                    asked_at=now,
                    decided_at=now,
                    granted=True,
                    grant_id=grant.id,
                )
            )
        audit.record(db, actor, f"role.confirm.{grant.rol}", now=now, thing_id=account.id)
    return [grant.rol for grant in held]


def _ask(
    db: Session,
    actor: Actor,
    account: Account,
    deed: Deed,
    now: datetime,
    *,
    rol: Rol | None = None,
    organisatie_id: UUID | None = None,
    until: datetime | None = None,
) -> Approval:
    asked = select(Approval.id).join(Account, Account.id == Approval.account_id)
    same = (Approval.deed == deed, Approval.rol == rol, Approval.organisatie_id == organisatie_id)
    if db.scalar(asked.where(Account.id == account.id, *same, queries.waiting(now))) is not None:
        raise rules.RoleAsked
    row = Approval(
        id=uuid4(),
        account_id=account.id,
        deed=deed,
        rol=rol,
        organisatie_id=organisatie_id,
        until=until,
        asked_by=actor.account_id,
        asked_at=now,
    )
    db.add(row)
    db.flush()
    audit.record(db, actor, _deed("request", row), now=now, thing_id=account.id)
    return row


def _require_second(db: Session, actor: Actor, approval: Approval) -> None:
    if actor.account_id in (None, approval.asked_by, approval.account_id):
        raise rules.OwnApproval
    assert actor.account_id is not None
    if not rules.stands_apart(actor.account_id, approval.asked_by, queries.backings(db, actor.werking_id)):
        raise rules.NotApart


def _decide(db: Session, actor: Actor, approval: Approval, now: datetime, *, granted: bool) -> None:
    # In one statement: of two people at the same moment, only one decides. Who waited for the other is asked
    # again, on PostgreSQL, about the row itself and not about what a subquery found before.
    still = select(Approval.id).join(Account, Account.id == Approval.account_id).where(queries.waiting(now))
    decided = (
        update(Approval)
        .where(Approval.id == approval.id, Approval.decided_at.is_(None), Approval.id.in_(still))
        .values(decided_by=actor.account_id, decided_at=now, granted=granted)
        .returning(Approval.id)
        .execution_options(synchronize_session=False)
    )
    if db.scalar(decided) is None:
        raise rules.ApprovalSpent
    db.refresh(approval)


def _hold(db: Session, actor: Actor, approval: Approval, account: Account, now: datetime) -> RoleGrant:
    assert approval.rol is not None
    return hold(
        db,
        actor,
        account,
        approval.rol,
        organisatie_id=approval.organisatie_id,
        until=approval.until,
        given_by=approval.asked_by,
        now=now,
    )


def _deed(verb: str, approval: Approval) -> str:
    return f"role.{verb}.{approval.rol}" if approval.deed is Deed.ROLE else f"account.{verb}_factor"
