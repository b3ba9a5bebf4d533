"""Addresses of the centrale aanmelding."""

from . import aanmeldpunt, gezinscoach
from .common import pages

__all__ = ["aanmeldpunt", "gezinscoach", "pages"]
