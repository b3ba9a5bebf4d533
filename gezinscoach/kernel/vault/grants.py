"""What a session may open: keys follow decisions.

A session opens cells only of the scopes that `open_scopes` was asked for, which the queries do after their
policy, and only of the field groups that they named there; any other cell raises KeyDenied.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event
from sqlalchemy.orm import Session

from gezinscoach.kernel.vault.errors import KeyDenied, KeyLost, KeyRetired
from gezinscoach.kernel.vault.keeper import Vault


def granted(session: Session) -> dict[UUID, dict[int, AESGCM]]:
    """The keys that this session holds, by scope and version."""
    keys: dict[UUID, dict[int, AESGCM]] = session.info.setdefault("granted", {})
    return keys


def narrowed(session: Session) -> dict[UUID, frozenset[str]]:
    """The field groups that this session may open, of the scopes where it may not open all."""
    groups: dict[UUID, frozenset[str]] = session.info.setdefault("narrowed", {})
    return groups


def of(session: Session) -> Vault:
    """The vault that belongs to a session."""
    vault: Vault = session.info["vault"]
    return vault


def key_of(session: Session, scope: UUID, version: int | None, group: str) -> tuple[int, AESGCM]:
    """Version and key of a scope, the newest by default, for a cell of a field group.

    KeyDenied without a grant, KeyLost without a key; KeyError for a version that does not exist.
    """
    held = granted(session).get(scope)
    if held is None:
        require_key(session, scope)
    if held is None or group not in narrowed(session).get(scope, (group,)):
        raise KeyDenied(f"scope {scope}, group {group}: not granted to this session")
    if version is not None and version not in held:
        held.update(of(session).open([scope]).get(scope, {}))  # rotated since this session opened the scope
    if version is None:
        version = max(held)
        session.info.setdefault("sealed_with", set()).add((scope, version))
    return version, held[version]


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
    """Make the first data key of a new gezin, person, organisation or werking.

    It reaches the store just before the session commits.
    """
    key = os.urandom(32)
    session.info.setdefault("new_keys", []).append(
        {"scope_id": scope_id, "version": 1, "parent_id": parent_id, "kind": kind, "key": key}
    )
    granted(session)[scope_id] = {1: AESGCM(key)}


def open_scopes(
    session: Session, scopes: Iterable[UUID], *, persons: bool = True, groups: frozenset[str] | None = None
) -> None:
    """Let this session read the cells of these scopes, and of the persons inside them, in one question.

    Call it with rows that the policy allowed, only. Lists that tell nothing of the persons inside a gezin
    leave those closed; those that show some field groups name them (see gezinscoach.kernel.fields), and no
    other group opens. Opened twice, what either allowed is allowed.
    """
    have, narrow = granted(session), narrowed(session)
    alone: set[UUID] = session.info.setdefault("alone", set())
    wanted = [
        one
        for one in dict.fromkeys(scopes)
        if one not in have
        or (persons and one in alone)
        or (one in narrow and (groups is None or not groups <= narrow[one]))
    ]
    if not wanted:
        return
    for scope, keys in of(session).open(wanted, persons=persons).items():
        if groups is None:
            narrow.pop(scope, None)
        elif scope not in have:
            narrow[scope] = groups
        elif scope in narrow:
            narrow[scope] |= groups
        have[scope] = keys
    (alone.difference_update if persons else alone.update)(wanted)


@contextmanager
def borrowed(session: Session) -> Iterator[None]:
    """Give back at the end what was opened inside: the session then may read what it could before."""
    keys, alone = dict(granted(session)), set(session.info.get("alone", ()))
    narrow = dict(narrowed(session))
    try:
        yield
    finally:
        session.info.update(granted=keys, alone=alone, narrowed=narrow)


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
