"""Addresses of sign-in, of accounts and of organisations."""

from . import administration, organisaties
from .signing import login_manager, pages, sign_in_page

__all__ = ["administration", "login_manager", "organisaties", "pages", "sign_in_page"]
