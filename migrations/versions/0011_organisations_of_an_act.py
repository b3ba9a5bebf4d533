"""An event of the trace says which organisations its actor worked for at that moment.

Of an event that stands already it says none, and no hash changes: what is empty is left out of it. The
column is added to the table as it is, never by making the table anew: its triggers stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("organisaties", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("audit_event", "organisaties")
