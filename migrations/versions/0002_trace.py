"""The trace in chains: a place and a hash for every event, and triggers that let it grow only at its end.

Events that were there get their places by time. A last event per chain holds the digest of each row with
sealed cells as it stands now: from here on, whatever is changed around the application shows.
"""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHAINS, GENESIS, BATCH = 16, bytes(32), 1000

EVENT = sa.table(
    "audit_event",
    sa.column("id", sa.Uuid()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("werking_id", sa.Uuid()),
    sa.column("account_id", sa.Uuid()),
    sa.column("roles", sa.String()),
    sa.column("action", sa.String()),
    sa.column("thing_id", sa.Uuid()),
    sa.column("scope_id", sa.Uuid()),
    sa.column("groups", sa.String()),
    sa.column("outcome", sa.String()),
    sa.column("network", sa.String()),
    sa.column("rows", sa.Text()),
    sa.column("chain", sa.SmallInteger()),
    sa.column("seq", sa.BigInteger()),
    sa.column("prev_hash", sa.LargeBinary()),
    sa.column("event_hash", sa.LargeBinary()),
)
PLACE = ("chain", "seq", "prev_hash", "event_hash")

TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER audit_event_follows BEFORE INSERT ON audit_event
        WHEN NOT EXISTS (SELECT 1 FROM audit_head
            WHERE chain = NEW.chain AND seq = NEW.seq - 1 AND head_hash = NEW.prev_hash)
            OR EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the trace only grows, at its end'); END""",
        """CREATE TRIGGER audit_event_moves_head AFTER INSERT ON audit_event
        BEGIN UPDATE audit_head SET seq = NEW.seq, head_hash = NEW.event_hash WHERE chain = NEW.chain; END""",
        """CREATE TRIGGER audit_event_stands BEFORE UPDATE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the trace only grows, at its end'); END""",
        """CREATE TRIGGER audit_event_stays BEFORE DELETE ON audit_event
        BEGIN SELECT RAISE(ABORT, 'the trace only grows, at its end'); END""",
    ),
    "postgresql": (
        """CREATE OR REPLACE FUNCTION audit_event_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE audit_head SET seq = NEW.seq, head_hash = NEW.event_hash
            WHERE chain = NEW.chain AND seq = NEW.seq - 1 AND head_hash = NEW.prev_hash;
        IF NOT FOUND THEN RAISE EXCEPTION 'the trace only grows, at its end'; END IF;
        RETURN NEW; END $$""",
        """CREATE OR REPLACE FUNCTION audit_event_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'the trace only grows, at its end'; END $$""",
        """CREATE TRIGGER audit_event_grows BEFORE INSERT ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_grows()""",
        """CREATE TRIGGER audit_event_stands BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION audit_event_stands()""",
        """CREATE TRIGGER audit_event_stays BEFORE TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION audit_event_stands()""",
    ),
}
NAMES = (
    "audit_event_follows",
    "audit_event_moves_head",
    "audit_event_grows",
    "audit_event_stands",
    "audit_event_stays",
)


def upgrade() -> None:
    bind = op.get_bind()
    # Filled below, row by row; SQLite can't add a column without a default to a table with rows.
    op.add_column(
        "audit_event",
        sa.Column(
            "outcome",
            sa.Enum("ok", "denied", name="outcome", native_enum=False, length=40),
            nullable=False,
            server_default="ok",
        ),
    )
    op.add_column("audit_event", sa.Column("session_hash", sa.LargeBinary(length=32), nullable=True))
    op.add_column("audit_event", sa.Column("request_id", sa.Uuid(), nullable=True))
    op.add_column(
        "audit_event", sa.Column("network", sa.String(length=43), nullable=False, server_default="")
    )
    op.add_column("audit_event", sa.Column("rows", sa.Text(), nullable=False, server_default=""))
    op.add_column("audit_event", sa.Column("chain", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("audit_event", sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0"))
    for name in ("prev_hash", "event_hash"):
        op.add_column(
            "audit_event", sa.Column(name, sa.LargeBinary(length=32), nullable=False, server_default="")
        )
    head = op.create_table(
        "audit_head",
        sa.Column("chain", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    heads = chain_what_is_there(bind)
    begin_with_what_stands(bind, heads)
    op.bulk_insert(
        head, [{"chain": chain, "seq": seq, "head_hash": last} for chain, (seq, last) in heads.items()]
    )
    op.create_index("ix_audit_event_chain_seq", "audit_event", ["chain", "seq"], unique=True)
    guard(bind)


def downgrade() -> None:
    unguard(op.get_bind())
    op.drop_index("ix_audit_event_chain_seq", "audit_event")
    for name in ("event_hash", "prev_hash", "seq", "chain", "rows", "network", "request_id", "session_hash"):
        op.drop_column("audit_event", name)
    op.drop_column("audit_event", "outcome")
    op.drop_table("audit_head")


def guard(bind) -> None:
    """Put the triggers on the trace, anew where they were."""
    unguard(bind)
    for statement in TRIGGERS[bind.dialect.name]:
        bind.exec_driver_sql(statement)


def unguard(bind) -> None:
    """Take the triggers away."""
    on_table = " ON audit_event" if bind.dialect.name == "postgresql" else ""
    for name in NAMES:
        bind.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def chain_what_is_there(bind) -> dict:
    """Give every event its place, by time, and return the heads: number and hash of the last, by chain."""
    heads = dict.fromkeys(range(CHAINS), (0, GENESIS))
    asked = sa.select(EVENT).order_by(EVENT.c.at, EVENT.c.id).limit(BATCH)
    place = (
        sa.update(EVENT)
        .where(EVENT.c.id == sa.bindparam("of"))
        .values({name: sa.bindparam(f"new_{name}") for name in PLACE})
    )
    rows = bind.execute(asked).mappings().all()
    while rows:
        placed = [put(heads, dict(row)) for row in rows]
        bind.execute(place, [{"of": one["id"], **{f"new_{k}": one[k] for k in PLACE}} for one in placed])
        last = rows[-1]
        later = sa.tuple_(EVENT.c.at, EVENT.c.id) > sa.tuple_(
            sa.literal(last["at"], EVENT.c.at.type), sa.literal(last["id"], EVENT.c.id.type)
        )
        rows = bind.execute(asked.where(later)).mappings().all()
    return heads


def begin_with_what_stands(bind, heads) -> None:
    """Add events with the digest of every row with sealed cells, a thousand rows each."""
    werking_id = bind.execute(sa.text("SELECT id FROM werking ORDER BY id")).scalar()
    if werking_id is None:
        return
    now, lines = datetime.now(UTC), {chain: [] for chain in range(CHAINS)}

    def tell(chain):
        event = dict.fromkeys((column.name for column in EVENT.c), "") | {
            "id": uuid4(),
            "at": now,
            "werking_id": UUID(str(werking_id)),
            "account_id": None,
            "thing_id": None,
            "scope_id": None,
            "action": "trace.begin",
            "outcome": "ok",
            "rows": "\n".join(lines[chain]),
            "chain": chain,
        }
        bind.execute(sa.insert(EVENT), put(heads, event))
        lines[chain].clear()

    for name in sorted(sa.inspect(bind).get_table_names()):
        table = sa.Table(name, sa.MetaData(), autoload_with=bind)
        if not any(column.name.endswith("_cell") for column in table.c):
            continue
        for row in bind.execute(sa.select(table).execution_options(yield_per=BATCH)).mappings():
            values = dict(row)
            owner, own = UUID(str(values.get("gezin_id") or values["id"])), UUID(str(values["id"]))
            digest = sha256(name.encode() + b" " + canonical(values)).hexdigest()
            lines[owner.bytes[-1] % CHAINS].append(f"{name} {own.hex} {digest}")
            if len(lines[owner.bytes[-1] % CHAINS]) == BATCH:
                tell(owner.bytes[-1] % CHAINS)
    for chain in range(CHAINS):
        if lines[chain]:
            tell(chain)


def put(heads, event) -> dict:
    """The event at the end of its chain, as release 0.2 hashes it."""
    owner = event["scope_id"] or event["thing_id"] or event["account_id"] or event["werking_id"]
    chain = owner.bytes[-1] % CHAINS if event["action"] != "trace.begin" else event["chain"]
    seq, prev = heads[chain]
    said = canonical({name: value for name, value in event.items() if name not in PLACE})
    parts = (
        b"audit-v1",
        prev,
        chain.to_bytes(2, "big") + (seq + 1).to_bytes(8, "big"),
        sha256(said).digest(),
    )
    came = sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()
    heads[chain] = (seq + 1, came)
    return event | {"chain": chain, "seq": seq + 1, "prev_hash": prev, "event_hash": came}


def canonical(values) -> bytes:
    """The bytes of a row, whatever the database calls its types."""
    told = {name: plain(value) for name, value in values.items() if value}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def plain(value):
    """A value as JSON knows it."""
    if isinstance(value, str | float):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else int(value)
