"""Addresses of sign-in, of accounts and of organisations."""

from . import account, administration, approvals, federation, organisaties
from .common import login_manager, pages
from .own import pages as own_pages
from .second import confirm_page
from .signing import sign_in_page

__all__ = [
    "account",
    "administration",
    "approvals",
    "confirm_page",
    "federation",
    "login_manager",
    "organisaties",
    "own_pages",
    "pages",
    "sign_in_page",
]
