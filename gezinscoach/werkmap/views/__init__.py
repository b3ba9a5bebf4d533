"""Addresses of the import, for whoever holds the importer's right; nobody else knows that they exist."""

from . import inbox, uploads
from .blueprint import pages

__all__ = ["inbox", "pages", "uploads"]
