"""Nobody is kept away from a family twice at the same time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None

WHO = ("account_id", "gezinscoach_id", "organisatie_id")
HOLDS = sa.text("until is null")


def upgrade() -> None:
    columns = (sa.column(name) for name in ("id", "gezin_id", "since", "until", *WHO))
    away = sa.table("uitsluiting", *columns)
    first = away.alias("first")
    sooner = sa.or_(
        first.c.since < away.c.since, sa.and_(first.c.since == away.c.since, first.c.id < away.c.id)
    )
    for who in WHO:
        # Of two that came at the same moment the first goes on; who is kept away stays so.
        before = sa.exists().where(
            first.c.gezin_id == away.c.gezin_id, first.c[who] == away.c[who], first.c.until.is_(None), sooner
        )
        op.execute(away.update().where(away.c.until.is_(None), before).values(until=away.c.since))
        op.create_index(
            f"uq_uitsluiting_{who.removesuffix('_id')}",
            "uitsluiting",
            ["gezin_id", who],
            unique=True,
            sqlite_where=HOLDS,
            postgresql_where=HOLDS,
        )


def downgrade() -> None:
    for who in WHO:
        op.drop_index(f"uq_uitsluiting_{who.removesuffix('_id')}", table_name="uitsluiting")
