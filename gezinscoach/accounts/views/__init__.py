"""Addresses of sign-in and of accounts."""

from . import administration
from .signing import login_manager, pages, sign_in_page

__all__ = ["administration", "login_manager", "pages", "sign_in_page"]
