"""On PostgreSQL the database itself gives an event its place in its chain, and its hash.

So to write an event is one question and not two, and the head of its chain is held no longer than that and
the commit that follows. The hash is the one of release 0.2; SQLite, without a journey to a server, stays.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GROWS = """CREATE OR REPLACE FUNCTION audit_event_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.seq <> 0 OR length(NEW.event_hash) <> 32 THEN
        RAISE EXCEPTION 'the trace only grows, at its end';
    END IF;
    SELECT seq + 1, head_hash INTO NEW.seq, NEW.prev_hash FROM audit_head WHERE chain = NEW.chain FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'the heads of the chains are gone'; END IF;
    NEW.event_hash = sha256(int4send(8) || 'audit-v1'::bytea || int4send(32) || NEW.prev_hash
        || int4send(10) || int2send(NEW.chain) || int8send(NEW.seq) || int4send(32) || NEW.event_hash);
    UPDATE audit_head SET seq = NEW.seq, head_hash = NEW.event_hash WHERE chain = NEW.chain;
    RETURN NEW; END $$"""
GREW = """CREATE OR REPLACE FUNCTION audit_event_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE audit_head SET seq = NEW.seq, head_hash = NEW.event_hash
        WHERE chain = NEW.chain AND seq = NEW.seq - 1 AND head_hash = NEW.prev_hash;
    IF NOT FOUND THEN RAISE EXCEPTION 'the trace only grows, at its end'; END IF;
    RETURN NEW; END $$"""


PLACED = "ck_audit_event_after_head"


def upgrade() -> None:
    guard(op.get_bind())
    if op.get_context().dialect.name == "postgresql":
        # Without the trigger no event has a place: then nothing may be written.
        op.execute(f"ALTER TABLE audit_event ADD CONSTRAINT {PLACED} CHECK (seq > 0)")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE audit_event DROP CONSTRAINT {PLACED}")
        op.execute(GREW)


def guard(bind) -> None:
    """Let the trigger of 0002 give the places; an event comes with the SHA-256 of what it says for a hash."""
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql(GROWS)
