"""What a session may open: keys follow decisions.

A session opens cells only of the scopes that `open_scopes` was asked for, which the queries do after their
policy, and only of the field groups that they named there; any other cell raises KeyDenied. The session of a
request has a guard besides (`guarded`): whatever a query asks for, of a family it opens no more than what
the guard, which knows who asks, gives of that family; of a family of which it gives nothing, KeyDenied. So a
query that lost its filter raises. The command line has no guard: it opens what it asks for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event
from sqlalchemy.orm import Session

from gezinscoach.kernel.fields import Groep
from gezinscoach.kernel.vault.errors import KeyDenied, KeyLost, KeyRetired
from gezinscoach.kernel.vault.keeper import Vault
from gezinscoach.kernel.vault.store import KeyRow

STAFF = frozenset({Groep.MEDEWERKERS.value})
"""What is known of those who work here."""

EVERY = frozenset(groep.value for groep in Groep)
"""All field groups: for a job of the command line on whole rows."""

_OF_NO_FAMILY = frozenset({"person", "organisatie", "werking", "installation"})
"""The kinds of scopes that belong to no family, unless they have a parent: of others the guard decides."""


class Given(NamedTuple):
    """The field groups of one scope that may be opened, and those in which may be written."""

    reads: frozenset[str]
    writes: frozenset[str]


Guard = Callable[[Session, Collection[UUID], bool], Mapping[UUID, Given]]
"""What of these scopes may be opened; True asks for one comparison, instead of for reading."""


class Held(NamedTuple):
    """The keys of a scope by version, and what the session does with them.

    `asked` are the groups that were asked for, of which `reads` were given; no `writes` is all.
    """

    keys: dict[int, AESGCM]
    asked: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[str] | None


def granted(session: Session) -> dict[UUID, Held]:
    """What this session holds, by scope."""
    held: dict[UUID, Held] = session.info.setdefault("granted", {})
    return held


def guarded(session: Session, guard: Guard) -> None:
    """From here on this session opens of families no more than what the guard gives."""
    session.info["guard"] = guard


def of(session: Session) -> Vault:
    """The vault that belongs to a session."""
    vault: Vault = session.info["vault"]
    return vault


def key_of(session: Session, scope: UUID, version: int | None, group: str) -> tuple[int, AESGCM]:
    """Version and key of a scope for a cell of a field group: to open it, or without a version to seal it.

    KeyDenied without a grant, KeyLost without a key; KeyError for a version that does not exist.
    """
    held = granted(session).get(scope)
    if held is None:
        require_key(session, scope)
    may = held and (held.writes if version is None else held.reads)
    if held is None or (may is not None and group not in may):
        raise KeyDenied(f"scope {scope}, group {group}: not granted to this session")
    keys = held.keys
    if version is not None and version not in keys:
        keys.update(of(session).open([scope]).get(scope, {}))  # rotated since this session opened the scope
    if version is None:
        version = max(keys)
        session.info.setdefault("sealed_with", set()).add((scope, version))
    return version, keys[version]


def require_key(session: Session, scope: UUID) -> None:
    """Raise KeyLost when a scope has no key; looked up once for each session."""
    lost: dict[UUID, bool] = session.info.setdefault("lost", {})
    if scope in granted(session):
        return
    if scope not in lost:
        lost[scope] = not of(session).open([scope])
    if lost[scope]:
        raise KeyLost(f"scope {scope}: no key")


def new_scope(session: Session, scope_id: UUID, kind: str, *, parent_id: UUID | None = None) -> None:
    """Make the first data key of a new gezin, person, organisation or werking: who makes it fills it in.

    It reaches the store just before the session commits.
    """
    key = os.urandom(32)
    session.info.setdefault("new_keys", []).append(
        {"scope_id": scope_id, "version": 1, "parent_id": parent_id, "kind": kind, "key": key}
    )
    granted(session)[scope_id] = Held({1: AESGCM(key)}, EVERY, EVERY, None)


def open_scopes(
    session: Session,
    scopes: Iterable[UUID],
    *,
    groups: frozenset[str],
    persons: bool = True,
    compares: bool = False,
) -> None:
    """Let this session read these field groups of these scopes, and of the persons inside them.

    Call it with rows that the policy allowed, and the groups that its decision gives. One question to the
    store, and one of the guard when there are families among them: what it does not give stays closed.
    Lists that tell nothing of the persons inside a gezin leave those closed. Opened twice, what either gave
    is given. `compares`: for one comparison, which gives the keys back (`borrowed`).
    """
    have = granted(session)
    alone: set[UUID] = session.info.setdefault("alone", set())
    wanted = [
        one
        for one in dict.fromkeys(scopes)
        if one not in have or (persons and one in alone) or not groups <= have[one].asked
    ]
    if not wanted:
        return
    found = of(session).found(wanted, persons=persons)
    given = _given(session, {family for row, _key in found if (family := _family(row))}, compares)
    opened: dict[UUID, Held] = {}
    for row, key in found:
        if row.scope_id not in opened:
            family = _family(row)
            reads, writes = given[family] if family and given is not None else (groups, None)
            opened[row.scope_id] = Held({}, groups, reads & groups, writes)
        opened[row.scope_id].keys[row.version] = key
    for scope, new in opened.items():
        old = have.get(scope)
        have[scope] = new if old is None else _both(old, new)
    (alone.difference_update if persons else alone.update)(wanted)


def _family(row: KeyRow) -> UUID | None:
    """The scope that decides over a key; None for what belongs to no family."""
    return row.parent_id or (None if row.kind in _OF_NO_FAMILY else row.scope_id)


def _given(session: Session, families: set[UUID], compares: bool) -> Mapping[UUID, Given] | None:
    guard: Guard | None = session.info.get("guard")
    if guard is None or not families:
        return None
    given = guard(session, families, compares)
    if denied := families - {scope for scope, may in given.items() if may.reads or may.writes}:
        raise KeyDenied(f"{len(denied)} of {len(families)} scopes: not for who asks")
    return given


def _both(old: Held, new: Held) -> Held:
    writes = None if old.writes is None or new.writes is None else old.writes | new.writes
    return Held(new.keys, old.asked | new.asked, old.reads | new.reads, writes)


@contextmanager
def borrowed(session: Session) -> Iterator[None]:
    """Give back at the end what was opened inside: the session then may read what it could before."""
    keys, alone = dict(granted(session)), set(session.info.get("alone", ()))
    try:
        yield
    finally:
        session.info.update(granted=keys, alone=alone)


@event.listens_for(Session, "after_rollback")
def _keys_neither(session: Session) -> None:
    session.info.pop("sealed_with", None)
    for row in session.info.pop("new_keys", ()):
        granted(session).pop(row["scope_id"], None)


@event.listens_for(Session, "before_commit")
def _keys_first(session: Session) -> None:
    """Write new keys before the cells that they seal, and see that no other was rotated away meanwhile."""
    if "new_keys" not in session.info and "sealed_with" not in session.info:
        return
    session.flush()
    if rows := session.info.pop("new_keys", None):
        of(session).add(rows)
    used = session.info.pop("sealed_with", None)
    if used and not of(session).alive(used):
        raise KeyRetired("sealed under a key that was rotated away")
