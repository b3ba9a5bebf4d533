"""What every chart needs: points, path data with gaps, keys for ids."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A dot with the words that it says when pointed at."""

    x: float
    y: float
    title: str


def check(rows: Iterable[Sequence[object]], labels: Sequence[str]) -> None:
    """Raise ValueError unless every row has a value for each label."""
    if any(len(row) != len(labels) for row in rows):
        raise ValueError(f"every row needs {len(labels)} values, one per label")


def key(title: str) -> str:
    """An id for a drawing, made of its title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "chart-" + re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def path(spots: Sequence[Spot | None]) -> str:
    """The line through these spots, interrupted where one is missing, as an SVG path."""
    runs = [list(run) for there, run in groupby(spots, key=bool) if there]
    return " ".join("M" + " L".join(f"{s[0]:g} {s[1]:g}" for s in run if s) for run in runs)


def bridges(spots: Sequence[Spot | None]) -> str:
    """The pieces over the gaps of that line, as an SVG path."""
    there = [(n, spot) for n, spot in enumerate(spots) if spot]
    return " ".join(
        f"M{a[0]:g} {a[1]:g} L{b[0]:g} {b[1]:g}" for (m, a), (n, b) in pairwise(there) if n > m + 1
    )
