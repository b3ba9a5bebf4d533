"""Slow-down after wrong passwords and codes: who guesses waits ever longer, and keeps nobody else out.

What stands against what: guessing at one account from one place (pair), from a network that somebody has
all of (wider pair), from everywhere (account); guessing at many accounts from one place (network, wider
network); guessing at many from everywhere is told, as a wait would hit everybody. Whoever signed in well
from a network not long ago does not wait there for what strangers do elsewhere; whoever did so in this
browser, known by a random name that it keeps, waits only for what was tried in it: not for a colleague
behind the same router either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gezinscoach.accounts import queries, rules
from gezinscoach.accounts.rules import factors, slowing
from gezinscoach.accounts.tables import Account, LoginFailure, LoginNetwork, Werking
from gezinscoach.kernel import audit, vault
from gezinscoach.kernel.access import Actor


class TooManyAttempts(rules.Refusal):
    """So many failures that the next attempt has to wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Count:
    """Failures that count together: `share` times more of them are free; `told` is the event of a wait.

    One that does not wait is only told, when the free ones are used up.
    """

    key: bytes
    share: int
    told: str
    waits: bool = True
    forget: timedelta = slowing.FORGET


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that a failure counts in; `own` is what is forgotten after a right password, `places` the
    network and the browser of who tries, `known` whether one of them signed in well not long ago."""

    own: bytes
    places: tuple[bytes, ...]
    known: bool
    each: tuple[Count, ...]


def counts(db: Session, email: str, address: str, now: datetime, *, browser: str = "") -> Counts:
    """What an attempt for an e-mail address from a network address, in a browser, counts in."""
    index, email_index = vault.of(db).index, queries.email_index(db, email)
    near, wide = slowing.networks_of(address)
    pair, wide_pair = (index("login.pair", f"{one} {email_index.hex()}") for one in (near, wide))
    here = index("login.browser", f"{browser} {email_index.hex()}") if browser else pair
    since = now - slowing.FORGET_NETWORK
    kept = select(LoginNetwork.key).where(LoginNetwork.key.in_((pair, here)), LoginNetwork.last_at >= since)
    known = set(db.scalars(kept))
    alone = browser != "" and here in known
    patience = slowing.KNOWN_SHARE if known else 1
    network = slowing.NETWORK_SHARE * patience
    found = {
        one.key: one
        for one in (
            Count(index("login.network", wide), network * slowing.WIDER, "session.wait_network", not alone),
            Count(index("login.network", near), network, "session.wait_network", not alone),
            Count(wide_pair, slowing.WIDER, "session.wait", waits=not known),
            Count(pair, 1, "session.wait", not alone),
            Count(email_index, slowing.ACCOUNT_SHARE, "session.wait", waits=not known),
            *((Count(here, 1, "session.wait"),) if alone else ()),
            Count(
                index("login.everywhere", ""),
                slowing.ALARM_EVERYWHERE // slowing.FREE_FAILURES,
                "session.guessing",
                waits=False,
            ),
        )
    }
    return Counts(here if alone else pair, (pair, here), bool(known), tuple(found.values()))


def code_counts(db: Session, account: Account, address: str, kind: str = "factor") -> tuple[Count, ...]:
    """What a code of this kind counts in, of an app if nothing else is said: from here, from everywhere.

    Whoever types one has a right password already, or a link that was not meant for others.
    """
    index, told, forget = vault.of(db).index, "session.wait_factor", factors.FORGET
    near, _wide = slowing.networks_of(address)
    here, everywhere = (
        index(f"{kind}.pair", f"{near} {account.id.hex}"),
        index(f"{kind}.account", account.id.hex),
    )
    return (
        Count(here, 1, told, forget=forget),
        Count(everywhere, factors.ACCOUNT_SHARE, told, forget=forget),
    )


def require_patience(db: Session, each: Iterable[Count], now: datetime) -> None:
    """Raise TooManyAttempts while one of these counts asks to wait."""
    each = list(each)
    kept = select(LoginFailure).where(LoginFailure.key.in_([one.key for one in each]))
    failures = {row.key: row for row in db.scalars(kept)}
    longest = 0
    for one in each:
        row = failures.get(one.key)
        if row is not None and one.waits and row.since >= now - one.forget:
            left = (row.last_at + slowing.wait_after(row.count // one.share) - now).total_seconds()
            longest = max(longest, int(left) + 1 if left > 0 else 0)
    if longest:
        raise TooManyAttempts(longest)


def fail(db: Session, each: Iterable[Count], account: Account | None, now: datetime) -> None:
    """Count a failed attempt everywhere, and tell it where the free ones are just used up."""
    for one in sorted(each, key=lambda one: one.key):  # in one order, so that two never wait in a ring
        if _count(db, one, now) == slowing.FREE_FAILURES * one.share:
            _tell(db, one, account, now)
    _tidy(db, now)


def succeed(db: Session, counts: Counts, now: datetime) -> None:
    """Forget the failures of this person from here, and remember from where: others may guess on."""
    db.execute(delete(LoginFailure).where(LoginFailure.key == counts.own))
    for place in sorted(set(counts.places)):  # in one order, so that two never wait in a ring
        db.execute(
            _insert(db)(LoginNetwork)
            .values(key=place, last_at=now)
            .on_conflict_do_update(index_elements=[LoginNetwork.key], set_={"last_at": now})
        )
    _tidy(db, now)


def _tidy(db: Session, now: datetime) -> None:
    db.execute(delete(LoginFailure).where(LoginFailure.last_at < now - slowing.FORGET_FAILURE))
    db.execute(delete(LoginNetwork).where(LoginNetwork.last_at < now - slowing.FORGET_NETWORK))


def _tell(db: Session, one: Count, account: Account | None, now: datetime) -> None:
    """Tell the functionaris, once an hour, that somebody guesses: at whose account, or from one network."""
    if one.told in ("session.wait_network", "session.guessing"):
        for werking_id in db.scalars(select(Werking.id)):
            audit.record(db, Actor(werking_id=werking_id), one.told, now=now)
    elif account is not None:
        audit.record(db, Actor(werking_id=account.werking_id), one.told, now=now, thing_id=account.id)


def _count(db: Session, one: Count, now: datetime) -> int:
    # One statement: two failures at the same moment both count.
    old = LoginFailure.since < now - one.forget
    counted = db.scalar(
        _insert(db)(LoginFailure)
        .values(key=one.key, count=1, since=now, last_at=now)
        .on_conflict_do_update(
            index_elements=[LoginFailure.key],
            set_={
                "count": case((old, 1), else_=LoginFailure.count + 1),
                "since": case((old, now), else_=LoginFailure.since),
                "last_at": now,
            },
        )
        .returning(LoginFailure.count)
    )
    return counted or 0


def _insert(db: Session) -> type[postgresql.Insert] | type[sqlite.Insert]:
    return postgresql.Insert if db.get_bind().dialect.name == "postgresql" else sqlite.Insert
