"""The figures as a table to read."""

from __future__ import annotations

from deploy._bench.rounds import Figures, Measured
from deploy._bench.werkmap import Import

HEAD = ("bladzijde", "p50 ms", "p95 ms", "CPU ms", "x bodem", "doel", "KB", "SQL", "groei", "doel")
WIDTHS = (20, 8, 8, 8, 8, 7, 7, 5, 7, 7)
EXPLANATION = """
CPU: servers en databank samen, per verzoek. x bodem: mediaan over de rondes van CPU tegenover een kale
Flask-bladzijde met vijf vragen aan dezelfde databank in dezelfde ronde (bewaren: een kale INSERT).
Groei: CPU tegenover 1x. De doelen zijn die van het afgewerkte geheel, met 30 % speling, en geen poort.
Gewicht: doel hoogstens 25 KB samengeperst (eerste bezoek 60 KB, met de stijl)."""


def table(measured: Measured, imported: Import, database: str) -> str:
    """The whole table, in Dutch."""
    lines = [f"Snelheid op {database}, een klant tegelijk"]
    for size in sorted({one.size for one in measured.figures}):
        name = "Leuven: 20 coaches, 60 gezinnen" if size == 1 else f"{size} keer Leuven"
        lines += ["", f"{size}x ({name})", _line(HEAD)]
        lines += [_line(_cells(one)) for one in measured.figures if one.size == size]
    if not imported.problem:
        took = f"{imported.seconds:.2f} s ({imported.cpu_seconds:.2f} s CPU), doel: minder dan 5 s".replace(
            ".", ","
        )
        lines += ["", f"Werkmap in een nieuwe installatie: {took}"]
    lines.append(EXPLANATION)
    if measured.failures:
        lines += [
            "",
            "Niet de echte bladzijde (not the real page):",
            *(f"  {one}" for one in measured.failures),
        ]
    return "\n".join(lines)


def _cells(one: Figures) -> tuple[str, ...]:
    return (
        one.page,
        _number(one.p50),
        _number(one.p95),
        _number(one.cpu),
        _number(one.ratio),
        one.goal,
        _number(one.bytes / 1024),
        "" if one.statements is None else str(one.statements),
        "" if one.growth is None else _number(one.growth),
        one.growth_goal if one.growth is not None else "",
    )


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = (
        f"{cell:<{width}}" if not at else f"{cell:>{width}}"
        for at, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return " ".join([first, *rest]).rstrip()


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
