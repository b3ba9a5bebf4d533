"""Small multiples: one small chart per row on one scale and one time axis."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gezinscoach.kernel.charts.paths import Point, bridges, check, key, path

WIDTH, HEIGHT, EDGE, TOP, FLOOR, RAIL = 240.0, 70.0, 8.0, 8.0, 50.0, 64.0

Cell = int | str | None  # a score, the code of the reason why there is none, or nothing recorded


@dataclass(frozen=True, slots=True)
class Gap:
    """A reason without a score: its code, its words, its CSS class and its mark as path data."""

    code: str
    words: str
    css: str
    mark: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One small chart: a line that breaks at gaps, faint bridges over them, dots, marks on a rail."""

    key: str
    label: str
    description: str
    priority: int | None
    first: int | None
    last: int | None
    path: str
    bridges: str
    dots: tuple[Point, ...]
    marks: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """Small charts on one scale and one time axis, in units of a view box that may be stretched both ways."""

    key: str
    title: str
    width: float
    height: float
    minimum: int
    maximum: int
    labels: tuple[str, ...]
    ends: tuple[str, ...]
    grid: tuple[float, ...]
    seams: tuple[float, ...]
    gaps: tuple[Gap, ...]
    tiles: tuple[Tile, ...]


def small_multiples(
    rows: Mapping[str, Sequence[Cell]],
    labels: Sequence[str],
    *,
    gaps: Mapping[str, str],
    title: str,
    priorities: Mapping[str, int] | None = None,
    minimum: int = 1,
    maximum: int = 5,
) -> SmallMultiples:
    """A small chart per row over the labels; gaps gives the words of each code without a score.

    ValueError on a row of another length or an unknown code. The title is unique on its page.
    """
    check(rows.values(), labels)
    known = tuple(
        Gap(code, words, f"chart-gap-{n}", "h0.01" if n == 1 else "m-2.5 0h5")
        for n, (code, words) in enumerate(gaps.items(), start=1)
    )
    if unknown := {cell for cells in rows.values() for cell in cells if isinstance(cell, str)} - gaps.keys():
        raise ValueError(f"no words for {sorted(unknown)}")
    slot = (WIDTH - 2 * EDGE) / max(len(labels) - 1, 1)
    xs = (
        [round(EDGE + n * slot, 1) for n in range(len(labels))]
        if len(labels) > 1
        else [WIDTH / 2] * len(labels)
    )

    def y(score: int) -> float:
        return round(FLOOR - (score - minimum) / (maximum - minimum) * (FLOOR - TOP), 1)

    def tile(n: int, label: str, cells: Sequence[Cell]) -> Tile:
        spots = [(x, y(cell)) if isinstance(cell, int) else None for x, cell in zip(xs, cells, strict=True)]
        scores = [cell for cell in cells if isinstance(cell, int)]
        said = [
            (when, gaps.get(str(cell), str(cell)))
            for when, cell in zip(labels, cells, strict=True)
            if cell is not None
        ]
        return Tile(
            key=f"{key(title)}-{n}",
            label=label,
            description="; ".join(f"{when}: {words}" for when, words in said),
            priority=(priorities or {}).get(label),
            first=scores[0] if len(scores) > 1 else None,
            last=scores[-1] if scores else None,
            path=path(spots),
            bridges=bridges(spots),
            dots=tuple(
                Point(*spot, f"{when}: {cell}")
                for spot, when, cell in zip(spots, labels, cells, strict=True)
                if spot
            ),
            marks=tuple((gap.css, _marks(gap, xs, cells)) for gap in known),
            cells=tuple(cells),
        )

    years = [found[0] if (found := re.search(r"\d{4}", label)) else "" for label in labels]
    return SmallMultiples(
        key=key(title),
        title=title,
        width=WIDTH,
        height=HEIGHT,
        minimum=minimum,
        maximum=maximum,
        labels=tuple(labels),
        ends=tuple(dict.fromkeys([*labels[:1], *labels[-1:]])),
        grid=tuple(y(score) for score in range(minimum, maximum + 1)),
        seams=tuple(
            round(EDGE + (n - 0.5) * slot, 1) for n, (a, b) in enumerate(pairwise(years), start=1) if a != b
        ),
        gaps=known,
        tiles=tuple(tile(n, label, cells) for n, (label, cells) in enumerate(rows.items(), start=1)),
    )


def _marks(gap: Gap, xs: Sequence[float], cells: Sequence[Cell]) -> str:
    return "".join(
        f"M{x:g} {RAIL:g}{gap.mark}" for x, cell in zip(xs, cells, strict=True) if cell == gap.code
    )
