"""Forms that were received."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("answer_cell", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", "account_id", name=op.f("pk_sent_form")),
    )
    op.create_index(op.f("ix_sent_form_at"), "sent_form", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sent_form_at"), table_name="sent_form")
    op.drop_table("sent_form")
