"""Runs migrations on the database of the application, SQLite and PostgreSQL alike."""

from alembic import context
from flask import current_app


def render_item(kind: str, thing: object, context: object) -> str | bool:
    """Own column types in a migration as what they are in the database: migrations outlive our modules."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(thing).__name__ == "Moment" else False


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
    with database.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
