"""On PostgreSQL every row belongs to one werking."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWN = (
    "gezin",
    "organisatie",
    "bijeenkomst",
    "subsidieregel",
    "aanmelding",
    "inlezing",
    "signaal",
    "upload",
    "herkomst",
    "postvakrij",
    "nazicht",
)
THROUGH = {
    "gezin": (
        "gezinslid",
        "coachperiode",
        "consult",
        "uitsluiting",
        "noodtoegang",
        "schuiladres",
        "mandaat",
        "mandaatbereik",
        "mandaatpartner",
        "doel",
        "actie",
        "meting",
        "notitie",
        "aanmeldstap",
        "voorstel",
    ),
    "noodtoegang": ("noodbericht",),
    "nazicht": ("nazichtspoor",),
    "bijeenkomst": ("aanwezigheid",),
    "meting": ("scorelijn", "prioriteit"),
}
SETTING = "(SELECT current_setting('gezinscoach.werking', true))"
HERE = f"({SETTING} = '*' OR werking_id = (SELECT nullif(nullif({SETTING}, '*'), '')::uuid))"


def through(table: str, parent: str) -> str:
    """Rows whose parent can be seen: the parent has a policy of its own."""
    return f"EXISTS (SELECT 1 FROM {parent} WHERE {parent}.id = {table}.{parent}_id)"  # noqa: S608  # names of tables, from above


def belts() -> dict[str, str]:
    """The condition of every table."""
    inside = {child: through(child, parent) for parent, children in THROUGH.items() for child in children}
    return dict.fromkeys(OWN, HERE) | inside


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table, condition in belts().items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY werking ON {table} USING ({condition})")
    # Whoever signs in has no werking yet, and leaves a trace.
    op.execute("ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_event FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY added ON audit_event FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY werking ON audit_event FOR SELECT USING {HERE}")


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table in belts():
        op.execute(f"DROP POLICY werking ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY added ON audit_event")
    op.execute("DROP POLICY werking ON audit_event")
    op.execute("ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE audit_event DISABLE ROW LEVEL SECURITY")
