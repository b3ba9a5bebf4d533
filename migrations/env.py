"""Runs migrations on the database of the application, SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine, text

from gezinscoach.kernel.database import engine_options, prepare

OWN = {"Moment": "sa.DateTime(timezone=True)", "Secret": "sa.String(500)", "Blind": "sa.LargeBinary()"}


def render_item(kind: str, thing: object, context: object) -> str | bool:
    """Own column types in a migration as what they are in the database: migrations outlive our modules."""
    return OWN.get(type(thing).__name__, False) if kind == "type" else False


database = current_app.extensions["migrate"].db
options = {
    "target_metadata": database.metadata,
    "render_as_batch": True,
    "compare_type": True,
    "render_item": render_item,
}

if context.is_offline_mode():
    context.configure(
        url=database.engine.url.render_as_string(hide_password=False), literal_binds=True, **options
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    # Tables may belong to another role than the application's; and a connection that sees the rows of every
    # werking is closed after use, never handed to a request.
    url = current_app.config["SETTINGS"].owner_url
    engine = prepare(create_engine(url, poolclass=NullPool, **engine_options(url)))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # whoever migrates sees the rows of every werking
            connection.execute(text("SELECT set_config('gezinscoach.werking', '*', false)"))
            connection.commit()
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
