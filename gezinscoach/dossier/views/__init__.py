"""Addresses of the case."""

from . import dossiers, keeping_away
from .common import pages

__all__ = ["dossiers", "keeping_away", "pages"]
