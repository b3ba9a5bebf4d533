"""What the addresses of the case share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("dossier", __name__)
