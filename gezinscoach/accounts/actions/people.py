"""Acts on werkingen, organisations, gezinscoaches and accounts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.actions.sessions import end_sessions
from gezinscoach.accounts.actions.signing import invite
from gezinscoach.accounts.tables import Account, Gezinscoach, Organisatie, RoleGrant, Werking
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor, Rol


def add_werking(
    db: Session, *, naam: str, gemeente: str, postcodes: tuple[str, ...], now: datetime, demo: bool = False
) -> Actor:
    """Make a werking with its key, and return the actor that the command line is in it."""
    werking = Werking(id=uuid4(), naam=naam, gemeente=gemeente, postcodes=" ".join(postcodes), demo=demo)
    vault.new_scope(db, werking.id, "werking")
    db.add(werking)
    db.flush()
    actor = Actor(werking_id=werking.id)
    audit.record(db, actor, "werking.add", now=now, thing_id=werking.id)
    return actor


def change_settings(
    db: Session,
    actor: Actor,
    werking: Werking,
    *,
    leeftijdsgrens: int,
    kleinste_groep: int,
    postcodes: tuple[str, ...],
    now: datetime,
) -> None:
    """Change what a werking decides for itself: soft age limit, smallest group shown, own postcodes."""
    werking.leeftijdsgrens, werking.kleinste_groep = leeftijdsgrens, kleinste_groep
    werking.postcodes = " ".join(postcodes)
    audit.record(db, actor, "werking.settings", now=now, thing_id=werking.id)


def add_organisatie(db: Session, actor: Actor, *, naam: str, now: datetime, soort: str = "") -> Organisatie:
    """Make an organisation with its key."""
    row = Organisatie(id=uuid4(), werking_id=actor.werking_id, naam=naam, soort=soort)
    vault.new_scope(db, row.id, "organisatie")
    db.add(row)
    db.flush()
    audit.record(db, actor, "organisatie.add", now=now, thing_id=row.id)
    return row


def add_gezinscoach(
    db: Session,
    actor: Actor,
    *,
    naam: str,
    email: str | None,
    organisatie_id: UUID,
    statuut: rules.Statuut,
    gestart_op: date,
    max_gezinnen: int,
    now: datetime,
    gestopt_op: date | None = None,
    vte: int | None = None,
    talen: tuple[str, ...] = (),
    wijken: tuple[str, ...] = (),
    startvorming: bool = False,
    startvorming_op: date | None = None,
) -> Gezinscoach:
    """Make a gezinscoach with an own key, linked to the account with the same e-mail address, if any."""
    row = Gezinscoach(
        id=uuid4(),
        werking_id=actor.werking_id,
        organisatie_id=organisatie_id,
        statuut=statuut,
        vte=vte,
        max_gezinnen=max_gezinnen,
        startvorming=startvorming,
        startvorming_op=startvorming_op,
        gestart_op=gestart_op,
        gestopt_op=gestopt_op,
    )
    vault.new_scope(db, row.id, "person")
    db.add(row)
    row.naam, row.email = naam, email
    row.talen, row.wijken = list(talen), list(wijken)
    db.flush()
    if email:
        row.email_index = queries.email_index(db, email)
        link(db, row.email_index, actor.werking_id)
    audit.record(db, actor, "gezinscoach.add", now=now, thing_id=row.id)
    return row


def change_email(db: Session, actor: Actor, coach: Gezinscoach, email: str | None, *, now: datetime) -> None:
    """Correct the address of a gezinscoach whose key is open, and link the account with the new one.

    Sessions of that account end: who somebody is in them changed. A role as gezinscoach that it held already
    ends too, as it was confirmed for somebody without families: with the name of this gezinscoach beside it,
    a beheerder asks it anew and a second person confirms. Whoever owns the server links alone.
    """
    coach.email = email
    coach.email_index = queries.email_index(db, email) if email else None
    if coach.email_index is not None and coach.account_id is None:
        linked = link(db, coach.email_index, actor.werking_id)
        if linked is not None and actor.account_id is not None:
            _confirm_anew(db, actor, linked, now)
    if coach.account_id is not None:
        end_sessions(db, coach.account_id)
    audit.record(db, actor, "gezinscoach.change_email", now=now, thing_id=coach.id)


def add_account(db: Session, actor: Actor, *, email: str, naam: str, now: datetime) -> tuple[Account, str]:
    """Make an account without password, link it to the gezinscoach of that address.

    AccountExists, or AddressTaken where it is somebody's of whom this werking knows nothing.
    """
    index = queries.email_index(db, email)
    held = db.scalar(select(Account.werking_id).where(Account.email_index == index))
    if held is not None:
        raise rules.AccountExists if held == actor.werking_id else rules.AddressTaken
    account = Account(id=uuid4(), werking_id=actor.werking_id, email_index=index, active=True, made_at=now)
    vault.new_scope(db, account.id, "person")
    db.add(account)
    account.naam, account.email = naam, email.strip()
    db.flush()
    link(db, index, actor.werking_id)
    audit.record(db, actor, "account.add", now=now, thing_id=account.id)
    return account, invite(db, actor, account, now=now)


def deactivate(db: Session, actor: Actor, account: Account, *, now: datetime) -> None:
    """Shut an account and every session of it."""
    account.active = False
    end_sessions(db, account.id)
    audit.record(db, actor, "account.deactivate", now=now, thing_id=account.id)


def _confirm_anew(db: Session, actor: Actor, account_id: UUID, now: datetime) -> None:
    end_sessions(db, account_id)
    for grant in db.scalars(
        select(RoleGrant).where(
            RoleGrant.account_id == account_id,
            RoleGrant.rol == Rol.GEZINSCOACH,
            or_(RoleGrant.until.is_(None), RoleGrant.until > now),
        )
    ):
        grant.until = max(now, grant.since)
        audit.record(db, actor, f"role.end.{grant.rol}", now=now, thing_id=account_id)


def _lives_at(db: Session, row: Account | Gezinscoach, index: bytes) -> bool:
    """Whether the sealed address of somebody is the one of this index, which anybody could write."""
    with vault.borrowed(db):
        vault.open_scopes(db, [row.id], persons=False, groups=vault.STAFF)
        return row.email is not None and queries.email_index(db, row.email) == index


def link(db: Session, index: bytes, werking_id: UUID) -> UUID | None:
    """Tie the account and the one gezinscoach of an address, where both are there and free; which account."""
    db.flush()
    account = db.scalar(select(Account).where(Account.email_index == index, Account.werking_id == werking_id))
    if account is None or db.scalar(select(Gezinscoach.id).where(Gezinscoach.account_id == account.id)):
        return None
    running = db.scalars(
        select(Gezinscoach)
        .where(
            Gezinscoach.werking_id == werking_id,
            Gezinscoach.email_index == index,
            or_(Gezinscoach.account_id.is_(None), Gezinscoach.account_id == account.id),
        )
        .order_by(Gezinscoach.gestart_op.desc(), Gezinscoach.id)
        .limit(1)
    ).first()
    if running is None or not _lives_at(db, account, index) or not _lives_at(db, running, index):
        return None
    running.account_id = account.id
    return account.id
