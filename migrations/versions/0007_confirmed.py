"""Roles that a second person confirms, invitations that reset a second factor, networks people sign in from.

A role that waits has no row in role_grant yet: what stood there before holds as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Columns are added one by one, never by making a table anew: others refer to it, and its checks stay.


def upgrade() -> None:
    op.add_column("account", sa.Column("reset_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "invitation", sa.Column("resets_factor", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_login_failure_last_at", "login_failure", ["last_at"])
    op.create_table(
        "login_network",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_network")),
    )
    op.create_index("ix_login_network_last_at", "login_network", ["last_at"])
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("rol", sa.String(length=40), nullable=True),
        sa.Column("organisatie_id", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("reden_cell", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_approval_{column}_{table}"))
            for column, table in (
                ("account_id", "account"),
                ("organisatie_id", "organisatie"),
                ("asked_by", "account"),
                ("decided_by", "account"),
                ("grant_id", "role_grant"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_account_id"), "approval", ["account_id"])
    op.create_index(op.f("ix_approval_grant_id"), "approval", ["grant_id"])


def downgrade() -> None:
    op.drop_table("approval")
    op.drop_table("login_network")
    op.drop_index("ix_login_failure_last_at", "login_failure")
    op.drop_column("invitation", "resets_factor")
    op.drop_column("account", "reset_at")
