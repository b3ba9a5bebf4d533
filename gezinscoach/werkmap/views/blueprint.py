"""The blueprint of the import."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from gezinscoach.werkmap import queries

pages = Blueprint("werkmap", __name__)


def inbox_url(wanted: queries.InboxFilter, **other: Any) -> str:
    """The address of a list of the inbox: as wanted, but for what is named."""
    chosen = {"blad": wanted.blad, "stand": wanted.stand, "page": wanted.page, **other}
    page = chosen["page"] if chosen["page"] > 1 else None
    return url_for("werkmap.inbox", blad=chosen["blad"], stand=chosen["stand"], bladzijde=page)
