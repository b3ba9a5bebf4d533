"""The matrix of rights: a world with somebody in every relation, and what the application lets them do."""

from .asking import Asker
from .cells import Cell, cells, expected, filled
from .table import (
    AANMELDINGEN,
    COLUMN,
    DENIED,
    DOSSIERS,
    ELSEWHERE,
    ROLES,
    SHUT_OUT,
    TABLE,
    Row,
    address,
    table,
)
from .world import Builder, Somebody, World

__all__ = [
    "AANMELDINGEN", "COLUMN", "DENIED", "DOSSIERS", "ELSEWHERE", "ROLES", "SHUT_OUT", "TABLE", "Asker",
    "Builder", "Cell", "Row", "Somebody", "World", "address", "cells", "expected", "filled", "table",
]  # fmt: skip
