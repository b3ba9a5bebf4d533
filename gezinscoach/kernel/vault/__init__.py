"""Keys: one data key per scope, wrapped by the key of an epoch, in a store apart from the cases.

A scope is a gezin, a person inside it, an organisation, a werking or the installation itself. Each data key
names the epoch whose key wraps it; the keys of epochs are in the key file, a new one each 30 days.
"""

from __future__ import annotations

from .errors import KeyDenied, KeyLost, KeyRetired, KeysUnreadable, Why
from .grants import (
    EVERY,
    STAFF,
    Given,
    Guard,
    borrowed,
    granted,
    guarded,
    key_of,
    new_scope,
    of,
    open_scopes,
    require_key,
)
from .keeper import BLIND, INSTALLATION, SECRETS, Vault

__all__ = [
    "BLIND",
    "EVERY",
    "INSTALLATION",
    "SECRETS",
    "STAFF",
    "Given",
    "Guard",
    "KeyDenied",
    "KeyLost",
    "KeyRetired",
    "KeysUnreadable",
    "Vault",
    "Why",
    "borrowed",
    "granted",
    "guarded",
    "key_of",
    "new_scope",
    "of",
    "open_scopes",
    "require_key",
]
