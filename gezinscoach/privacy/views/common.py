"""What the addresses of privacy share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("privacy", __name__)
