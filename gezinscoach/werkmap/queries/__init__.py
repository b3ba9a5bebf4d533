"""Reads of the import: what the installation holds already, and the inbox."""

from .inbox import (
    PAGE,
    InboxFilter,
    InboxRow,
    Run,
    Tally,
    dependants,
    inbox,
    inlezing,
    inlezingen,
    regel,
    tallies,
    upload,
)
from .memory import Memory, Origin, content_index, key_index, memory, origin, originals, proposal_index
from .stock import Stock, stock

__all__ = [
    "PAGE",
    "InboxFilter",
    "InboxRow",
    "Memory",
    "Origin",
    "Run",
    "Stock",
    "Tally",
    "content_index",
    "dependants",
    "inbox",
    "inlezing",
    "inlezingen",
    "key_index",
    "memory",
    "origin",
    "originals",
    "proposal_index",
    "regel",
    "stock",
    "tallies",
    "upload",
]
