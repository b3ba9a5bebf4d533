"""Writing the trace: acts and looks are noted, and get their places in the chains just before the commit.

The heads of the chains are locked last, in order, so that writers seldom wait for one another, never in a
circle, and only until the commit that follows at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, bindparam, event, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from gezinscoach.kernel.access import Actor
from gezinscoach.kernel.audit import rows
from gezinscoach.kernel.audit.chains import canonical, chain_of, follow
from gezinscoach.kernel.audit.tables import AuditEvent, AuditHead, Outcome
from gezinscoach.kernel.database import CaseSession

Event = dict[str, Any]
DENIALS = 20
"""Refusals of one account that an hour of the trace has room for."""

_HEADS = (
    select(AuditHead.chain, AuditHead.seq, AuditHead.head_hash)
    .where(AuditHead.chain.in_(bindparam("chains", expanding=True)))
    .order_by(AuditHead.chain)
)
_EVENTS = insert(AuditEvent.__table__)  # type: ignore[arg-type]  # of a mapped class it is always a Table


class Untraced(Exception):
    """A transaction wrote rows with sealed cells and holds no act: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where the acts of a session come from: a request, and the network that it came from."""

    request_id: UUID
    network: str


def arrive(session: Session, address: str | None) -> None:
    """Say that what this session traces belongs to one request, which came from this address."""
    session.info["arrival"] = Arrival(uuid4(), network_of(address or ""))


def network_of(address: str) -> str:
    """The network that the trace keeps of an address: a /24, or a /48 in IPv6; empty when it is none."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((int(ip), 24 if ip.version == 4 else 48), strict=False))


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    thing_id: UUID | None = None,
    scope_id: UUID | None = None,
) -> None:
    """Add the event of an act ("mandaat.withdraw") to the transaction of that act."""
    _note(session, [_event(actor, action, now, thing_id, scope_id)])


def deny(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    thing_id: UUID | None = None,
    scope_id: UUID | None = None,
) -> None:
    """Add the event of somebody who was turned away."""
    _note(session, [_event(actor, action, now, thing_id, scope_id) | {"outcome": Outcome.DENIED}])


def denial(session: Session, actor: Actor, where: str, *, now: datetime) -> str | None:
    """The name of the act of being turned away from a part of the application; None when there were enough.

    At most DENIALS an hour of one account, of which the last says that more are not written: whoever tries
    addresses must not fill the trace.
    """
    asked = select(AuditEvent.id).where(
        AuditEvent.at > now - timedelta(hours=1),
        AuditEvent.account_id == actor.account_id,
        AuditEvent.outcome == Outcome.DENIED,
    )
    before = len(session.scalars(asked.limit(DENIALS)).all())
    if before >= DENIALS:
        return None
    return f"door.denied.{where}" if before < DENIALS - 1 else "door.denied_enough"


def look(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    scope_id: UUID | None = None,
    thing_id: UUID | None = None,
    groups: tuple[str, ...] = (),
) -> None:
    """Note that a page shows these field groups; the web edge commits it before the answer leaves."""
    shown = _event(actor, action, now, thing_id, scope_id) | {"groups": " ".join(groups)}
    session.info.setdefault("looks", []).append(shown)


def turn_away(
    session: Session, actor: Actor, action: str, *, now: datetime, thing_id: UUID | None = None
) -> None:
    """Note that something was turned away; the web edge commits it whatever becomes of the request."""
    session.info.setdefault("looks", []).append(
        _event(actor, action, now, thing_id, None) | {"outcome": Outcome.DENIED}
    )


def keep(session: Session, looks: list[Event]) -> None:
    """Add looks that were noted to the transaction."""
    _note(session, looks)


def write(session: Session) -> None:
    """Give what this transaction noted its place in the chains; Untraced when rows changed without an act.

    Comes by itself before the commit. Who reads the trace of a transaction inside it calls it first.
    """
    acts: list[Event] = session.info.pop("acts", [])
    lines = rows.written(session)
    if not acts:
        if lines:
            raise Untraced(sorted({line.split()[0] for some in lines.values() for line in some}))
        return
    chains: dict[int, list[Event]] = defaultdict(list)
    for act in acts:
        chains[chain_of(act["scope_id"] or act["thing_id"] or act["account_id"] or act["werking_id"])].append(
            act
        )
    for chain, said in lines.items():
        if chain not in chains:
            chains[chain].append(acts[0] | {"id": uuid4(), "action": "trace.rows", **_ABOUT_NOTHING})
        chains[chain][-1]["rows"] = "\n".join(said)
    connection = session.connection()
    place = _left_to_database if connection.dialect.name == "postgresql" else _placed
    connection.execute(_EVENTS, list(place(connection, chains)))


def _left_to_database(connection: Connection, chains: Mapping[int, list[Event]]) -> Iterator[Event]:
    """The events, heads in order, with the hash of what they say: their trigger does the rest in one go."""
    for chain in sorted(chains):
        for act in chains[chain]:
            said = sha256(canonical(act)).digest()
            yield {**act, "chain": chain, "seq": 0, "prev_hash": b"", "event_hash": said}


def _placed(connection: Connection, chains: Mapping[int, list[Event]]) -> Iterator[Event]:
    heads = connection.execute(_HEADS, {"chains": list(chains)}).all()
    if len(heads) != len(chains):
        raise Untraced("the heads of the chains are gone")
    for chain, seq, prev in heads:
        for act in chains[chain]:
            seq += 1
            came = follow(prev, chain, seq, canonical(act))
            yield {**act, "chain": chain, "seq": seq, "prev_hash": prev, "event_hash": came}
            prev = came


_ABOUT_NOTHING: Event = {"thing_id": None, "scope_id": None, "groups": "", "outcome": Outcome.OK, "rows": ""}


def _event(actor: Actor, action: str, now: datetime, thing_id: UUID | None, scope_id: UUID | None) -> Event:
    return {
        "id": uuid4(),
        "at": now,
        "werking_id": actor.werking_id,
        "account_id": actor.account_id,
        "roles": " ".join(sorted(actor.roles)),
        "organisaties": " ".join(sorted(map(str, actor.organisatie_ids))),
        "action": action,
        "thing_id": thing_id,
        "scope_id": scope_id,
        "groups": "",
        "outcome": Outcome.OK,
        "session_hash": actor.session,
        "rows": "",
    }


def _note(session: Session, acts: list[Event]) -> None:
    if not session.in_transaction():
        session.begin()  # a rollback, too, must find it
    came: Arrival | None = session.info.get("arrival")
    where = {"request_id": came.request_id if came else None, "network": came.network if came else ""}
    session.info.setdefault("acts", []).extend(act | where for act in acts)


@event.listens_for(CaseSession, "before_commit")
def _last_of_all(session: Session) -> None:
    if not session.in_nested_transaction():
        session.flush()
        write(session)


@event.listens_for(CaseSession, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop("acts", None)
