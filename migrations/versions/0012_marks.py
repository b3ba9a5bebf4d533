"""Rows that decide who may open something bear a mark; `gezinscoach init` marks those that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "approval",
    "code_app",
    "gezinscoach",
    "identity",
    "invitation",
    "issuer",
    "issuer_organisatie",
    "login_session",
    "passkey",
    "recovery_code",
    "role_grant",
)


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("mark", sa.LargeBinary(length=16), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "mark")
