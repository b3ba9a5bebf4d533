"""Signing in through another issuer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issuer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("werking_id", sa.Uuid(), nullable=False),
        sa.Column("naam", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("client_secret", sa.String(500), nullable=True),
        sa.Column("organisation_claim", sa.String(length=60), nullable=False),
        sa.Column("acr", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["werking_id"], ["werking.id"], name=op.f("fk_issuer_werking_id_werking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
        sa.UniqueConstraint("werking_id", "address", name=op.f("uq_issuer_werking_id_address")),
        sa.UniqueConstraint("werking_id", "naam", name=op.f("uq_issuer_werking_id_naam")),
    )
    op.create_table(
        "issuer_organisatie",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("organisatie_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["issuer.id"], name=op.f("fk_issuer_organisatie_issuer_id_issuer")
        ),
        sa.ForeignKeyConstraint(
            ["organisatie_id"],
            ["organisatie.id"],
            name=op.f("fk_issuer_organisatie_organisatie_id_organisatie"),
        ),
        sa.PrimaryKeyConstraint("issuer_id", "value", name=op.f("pk_issuer_organisatie")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("subject_index", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_identity_account_id_account")),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_identity_issuer_id_issuer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer_id", "account_id", name=op.f("uq_identity_issuer_id_account_id")),
        sa.UniqueConstraint("issuer_id", "subject_index", name=op.f("uq_identity_issuer_id_subject_index")),
    )
    op.create_index(op.f("ix_identity_account_id"), "identity", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_table("identity")
    op.drop_table("issuer_organisatie")
    op.drop_table("issuer")
