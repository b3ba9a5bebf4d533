"""Who is kept away from a family."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HOLDS = sa.text("until is null")


def upgrade() -> None:
    op.create_table(
        "uitsluiting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gezin_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("gezinscoach_id", sa.Uuid(), nullable=True),
        sa.Column("organisatie_id", sa.Uuid(), nullable=True),
        sa.Column(
            "soort",
            sa.Enum("geblokkeerd", "belangenconflict", name="uitsluitsoort", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("reden_cell", sa.LargeBinary(), nullable=True),
        sa.Column("reden_einde_cell", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(case when account_id is null then 0 else 1 end)"
            " + (case when gezinscoach_id is null then 0 else 1 end)"
            " + (case when organisatie_id is null then 0 else 1 end) = 1",
            name=op.f("ck_uitsluiting_one_kept_away"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_uitsluiting_account_id_account")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_uitsluiting_ended_by_account")),
        sa.ForeignKeyConstraint(["gezin_id"], ["gezin.id"], name=op.f("fk_uitsluiting_gezin_id_gezin")),
        sa.ForeignKeyConstraint(
            ["gezinscoach_id"], ["gezinscoach.id"], name=op.f("fk_uitsluiting_gezinscoach_id_gezinscoach")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_uitsluiting_made_by_account")),
        sa.ForeignKeyConstraint(
            ["organisatie_id"], ["organisatie.id"], name=op.f("fk_uitsluiting_organisatie_id_organisatie")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uitsluiting")),
    )
    op.create_index("ix_uitsluiting_gezin", "uitsluiting", ["gezin_id", "until"])
    for who in ("account", "gezinscoach", "organisatie"):
        op.create_index(
            f"uq_uitsluiting_{who}",
            "uitsluiting",
            ["gezin_id", f"{who}_id"],
            unique=True,
            sqlite_where=HOLDS,
            postgresql_where=HOLDS,
        )


def downgrade() -> None:
    for who in ("account", "gezinscoach", "organisatie"):
        op.drop_index(f"uq_uitsluiting_{who}", table_name="uitsluiting")
    op.drop_index("ix_uitsluiting_gezin", table_name="uitsluiting")
    op.drop_table("uitsluiting")
