"""Addresses of the centrale aanmelding."""

from . import aanmeldpunt, gezinscoach, keeping_away
from .common import pages

__all__ = ["aanmeldpunt", "gezinscoach", "keeping_away", "pages"]
