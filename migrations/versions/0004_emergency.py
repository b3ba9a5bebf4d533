"""Emergency access, its review, and the shielded address."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def word(name: str, *values: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Enum(*values, native_enum=False, length=40), nullable=nullable)


def moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def cell(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.add_column("gezin", sa.Column("afgeschermd", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "noodtoegang",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gezin_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        word("categorie", "acuut gevaar", "kind in gevaar", "coach onbereikbaar", "ander"),
        cell("reden_cell"),
        moment("asked_at", nullable=False),
        moment("since"),
        moment("until"),
        moment("ended_at"),
        sa.Column("second", sa.Uuid(), nullable=True),
        sa.CheckConstraint("since is null or until > since", name=op.f("ck_noodtoegang_until_after_since")),
        refers("noodtoegang", "gezin_id", "gezin"),
        refers("noodtoegang", "account_id", "account"),
        refers("noodtoegang", "second", "account"),
        sa.PrimaryKeyConstraint("id", name="pk_noodtoegang"),
    )
    op.create_index("ix_noodtoegang_account", "noodtoegang", ["account_id", "until"])
    op.create_index("ix_noodtoegang_gezin_id", "noodtoegang", ["gezin_id"])
    op.create_table(
        "schuiladres",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gezin_id", sa.Uuid(), nullable=False),
        cell("adres_cell"),
        cell("contact_cell"),
        sa.Column("gewoon_id", sa.Uuid(), nullable=False),
        cell("gewoon_cell"),
        moment("made_at", nullable=False),
        moment("changed_at", nullable=False),
        refers("schuiladres", "gezin_id", "gezin"),
        sa.PrimaryKeyConstraint("id", name="pk_schuiladres"),
        sa.UniqueConstraint("gezin_id", name="uq_schuiladres_gezin_id"),
    )
    op.create_table(
        "noodbericht",
        sa.Column("noodtoegang_id", sa.Uuid(), nullable=False),
        sa.Column("gezinscoach_id", sa.Uuid(), nullable=False),
        moment("seen_at"),
        refers("noodbericht", "noodtoegang_id", "noodtoegang"),
        refers("noodbericht", "gezinscoach_id", "gezinscoach"),
        sa.PrimaryKeyConstraint("noodtoegang_id", "gezinscoach_id", name="pk_noodbericht"),
    )
    op.create_index("ix_noodbericht_gezinscoach_id", "noodbericht", ["gezinscoach_id"])
    op.create_table(
        "nazicht",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("werking_id", sa.Uuid(), nullable=False),
        word(
            "soort",
            "noodtoegang",
            "zonder eigen werk",
            "veel meer dan anders",
            "nacht",
            "lijst en dan openen",
            "opzoeking zonder aanmelding",
            "export",
            "geweigerd",
            "zelfde familienaam",
            "steekproef",
        ),
        sa.Column("vondst_index", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("noodtoegang_id", sa.Uuid(), nullable=True),
        sa.Column("aantal", sa.Integer(), nullable=False),
        moment("found_at", nullable=False),
        word("oordeel", "in orde", "vraag gesteld", "misbruik", nullable=True),
        cell("opmerking_cell"),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        moment("reviewed_at"),
        refers("nazicht", "werking_id", "werking"),
        refers("nazicht", "account_id", "account"),
        refers("nazicht", "noodtoegang_id", "noodtoegang"),
        refers("nazicht", "reviewed_by", "account"),
        sa.PrimaryKeyConstraint("id", name="pk_nazicht"),
        sa.UniqueConstraint("werking_id", "vondst_index", name="uq_nazicht_werking_id_vondst_index"),
    )
    op.create_index("ix_nazicht_oordeel", "nazicht", ["werking_id", "oordeel", "found_at"])
    op.create_table(
        "nazichtspoor",
        sa.Column("nazicht_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        refers("nazichtspoor", "nazicht_id", "nazicht"),
        sa.PrimaryKeyConstraint("nazicht_id", "event_id", name="pk_nazichtspoor"),
    )


def downgrade() -> None:
    """Refuses while there is something that nobody can tell again."""
    for table in ("schuiladres", "noodtoegang"):
        if op.get_bind().execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar():
            raise RuntimeError(f"{table}: has rows, which would be lost; keep them first, then empty it")
    for table in ("nazichtspoor", "nazicht", "noodbericht", "schuiladres", "noodtoegang"):
        op.drop_table(table)
    op.drop_column("gezin", "afgeschermd")
