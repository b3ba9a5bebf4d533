"""Geometry of server-side SVG charts as frozen page objects; all words come from the caller."""

from gezinscoach.kernel.charts.lines import LineChart, line_chart
from gezinscoach.kernel.charts.tiles import Cell, SmallMultiples, small_multiples

__all__ = ["Cell", "LineChart", "SmallMultiples", "line_chart", "small_multiples"]
