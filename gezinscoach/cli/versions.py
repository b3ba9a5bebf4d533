"""Whether the database and the program are of one version, without Alembic: that costs half a second."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import Connection, inspect, text

from gezinscoach.app import beside


def known() -> list[str]:
    """The versions of the database that this program knows, oldest first: its migrations."""
    files = (beside("migrations") / "versions").glob("[0-9]*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def stands_at(connection: Connection) -> str | None:
    """The version of a database; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    at: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return at


def too_new(at: str | None) -> str | None:
    """What to do about a database of a version that this program doesn't know; None for one that it knows."""
    if at is None or at in known():
        return None
    return str(
        _(
            "Dit programma is ouder dan de databank: die staat op versie %(at)s, het programma kent er tot "
            "%(head)s. Er is niets veranderd. Installeer de nieuwere versie van gezinscoach.",
            at=at,
            head=known()[-1],
        )
    )


def misfit(at: str | None) -> str | None:
    """What to do about a database of another version than the program; None when they are of one version."""
    head = known()[-1]
    if at == head:
        return None
    if at is None:
        return str(_("De databank is leeg. Doe: gezinscoach init"))
    return too_new(at) or str(
        _(
            "De databank staat op versie %(at)s, het programma op %(head)s. Doe: gezinscoach init",
            at=at,
            head=head,
        )
    )
