"""A line chart: series over labels with direct labels that keep apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gezinscoach.kernel.charts.paths import Point, check, key, path

WIDTH, HEIGHT, TOP, BOTTOM = 480.0, 264.0, 16.0, 34.0
LETTER = 10.2  # room for one letter, in units, at the text size of a narrow screen (see charts.css)
LINE = 18.0  # least distance between two direct labels at that size
LONGEST = 14  # letters of a direct label; tooltip and table have the full name
DASHES = ("none", "9 5", "2 6", "14 5 3 5", "5 3")

Number = int | float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, `at` in the units of the drawing."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series: path data that breaks at missing values, its look, its label at the right end."""

    name: str
    label: str
    label_y: float
    css: str
    dash: str
    path: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over labels, in units of the view box; rows say the same numbers for the table, "" is missing."""

    key: str
    title: str
    description: str
    width: float
    height: float
    left: float
    right: float
    floor: float
    grid: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def line_chart(
    series: Mapping[str, Sequence[Number | None]],
    labels: Sequence[str],
    *,
    maximum: Number,
    title: str,
    description: str,
    say: Callable[[Number], str] = "{:g}".format,
) -> LineChart:
    """A line per series over the labels, from 0 to at least the maximum.

    ValueError on a series of another length. The title is unique on its page; say words a number.
    """
    check(series.values(), labels)
    top, step = _scale(max([maximum, *(v for values in series.values() for v in values if v is not None)]))
    short = {name: name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…" for name in series}
    left = 12 + max(len(say(top)), len(say(step))) * LETTER
    right = WIDTH - 8 - max(map(len, short.values()), default=0) * LETTER
    floor = HEIGHT - BOTTOM
    gap = (right - left - 20) / max(len(labels) - 1, 1)
    xs = [round(left + 12 + n * gap, 1) for n in range(len(labels))]

    def y(value: Number) -> float:
        return round(floor - value / top * (floor - TOP), 1)

    spots = {
        name: [None if v is None else (x, y(v)) for x, v in zip(xs, values, strict=True)]
        for name, values in series.items()
    }
    ends = _apart([next((s[1] for s in reversed(spots[name]) if s), floor) for name in series], TOP, floor)
    lines = [
        Line(
            name=name,
            label=short[name],
            label_y=end,
            css=f"chart-s{n % len(DASHES) + 1}",
            dash=DASHES[n % len(DASHES)],
            path=path(spots[name]),
            points=tuple(
                Point(*spot, f"{name}, {label}: {say(v)}")
                for spot, label, v in zip(spots[name], labels, series[name], strict=True)
                if spot and v is not None
            ),
        )
        for n, (name, end) in enumerate(zip(series, ends, strict=True))
    ]
    said = [["" if v is None else say(v) for v in values] for values in series.values()]
    return LineChart(
        key=key(title),
        title=title,
        description=description,
        width=WIDTH,
        height=HEIGHT,
        left=round(left, 1),
        right=round(right, 1),
        floor=floor,
        grid=tuple(Tick(y(n * step), say(n * step)) for n in range(top // step + 1)),
        ticks=_thinned([Tick(x, label) for x, label in zip(xs, labels, strict=True)]),
        lines=tuple(lines),
        rows=tuple((label, tuple(values[n] for values in said)) for n, label in enumerate(labels)),
    )


def _scale(maximum: Number) -> tuple[int, int]:
    """The top of the axis and its step: the smallest 1, 2 or 5 (times ten) that gives at most five steps."""
    step = next(s * 10**power for power in range(16) for s in (1, 2, 5) if maximum <= 5 * s * 10**power)
    return max(step, int(-(-maximum // step)) * step), step


def _thinned(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """As many evenly spaced ticks as have room for their labels, counted from the last."""
    if len(ticks) < 2:
        return tuple(ticks)
    room = max(len(tick.label) for tick in ticks) * LETTER + 10
    every = int(-(-room // (ticks[1].at - ticks[0].at)))
    return tuple(ticks[::-1][::every][::-1])


def _apart(wanted: Sequence[float], top: float, floor: float) -> list[float]:
    """Heights near the wanted ones, in the same order from top to floor, with room for a label between."""
    room = min(LINE, (floor - top) / max(len(wanted) - 1, 1))
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    lowest = top
    for n in order:
        placed[n] = max(wanted[n], lowest)
        lowest = placed[n] + room
    highest = floor
    for n in reversed(order):
        placed[n] = round(min(placed[n], highest), 1)
        highest = placed[n] - room
    return placed
