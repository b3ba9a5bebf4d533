"""Rows that decide who may open something bear a mark; `gezinscoach init` marks those that are there.

An account remembers that it has a second factor, so that taking the factors away opens no set-up.
"""

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
    "schuiladres",
)

SECURED = """UPDATE account SET secured_at = coalesce(
    (SELECT min(made_at) FROM passkey WHERE passkey.account_id = account.id),
    (SELECT min(confirmed_at) FROM code_app WHERE code_app.account_id = account.id))"""


def upgrade() -> None:
    op.add_column("account", sa.Column("secured_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(SECURED)
    for table in TABLES:
        op.add_column(table, sa.Column("mark", sa.LargeBinary(length=16), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "mark")
    op.drop_column("account", "secured_at")
