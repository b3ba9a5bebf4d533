"""Addresses of privacy: the trace and its review, emergency access, shielded addresses."""

from . import logboek, nazicht, noodtoegang, schuiladres, wiekeek
from .common import pages

__all__ = ["logboek", "nazicht", "noodtoegang", "pages", "schuiladres", "wiekeek"]
