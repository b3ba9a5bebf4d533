"""Chart geometry: numbers become points, gaps stay gaps, labels keep apart."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gezinscoach.kernel.charts import LineChart, SmallMultiples, line_chart, small_multiples
from gezinscoach.kernel.charts.lines import LINE, TOP, WIDTH

QUARTERS = ["2025 K3", "2025 K4", "2026 K1", "2026 K2"]
GAPS = {"nb": "niet besproken", "nvt": "niet van toepassing"}


def lines(series: dict, labels: list[str] = QUARTERS, maximum: float = 10) -> LineChart:
    return line_chart(series, labels, maximum=maximum, title="Gezinnen per kwartaal", description="Stijgt.")


def tiles(rows: dict, labels: list[str] = QUARTERS) -> SmallMultiples:
    return small_multiples(rows, labels, gaps=GAPS, title="Évolutie van rechten", priorities={"Wonen": 1})


def test_zero_lies_on_the_floor_and_the_maximum_at_the_top() -> None:
    chart = lines({"Gezinnen": [0, 5, 10, 0]})
    assert [point.y for point in chart.lines[0].points][:3] == [chart.floor, (chart.floor + TOP) / 2, TOP]
    assert [(tick.label) for tick in chart.grid] == ["0", "2", "4", "6", "8", "10"]


def test_a_value_over_the_maximum_stretches_the_axis() -> None:
    assert lines({"Gezinnen": [1, 2, 3, 41]}).grid[-1].label == "50"


def test_a_missing_value_breaks_the_line_and_is_empty_in_the_table() -> None:
    chart = lines({"Gezinnen": [1, None, 3, 4]})
    assert chart.lines[0].path.count("M") == 2
    assert len(chart.lines[0].points) == 3
    assert chart.rows[1] == ("2025 K4", ("",))


def test_each_series_has_its_own_dash_and_colour_class() -> None:
    chart = lines({name: [1, 2, 3, 4] for name in "abcde"})
    assert (
        len({(line.dash, line.css) for line in chart.lines}) == len({line.dash for line in chart.lines}) == 5
    )


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_tooltip() -> None:
    line = lines({"Aanmeldingen per kwartaal": [1, 2, 3, 4]}).lines[0]
    assert line.label == "Aanmeldingen…"
    assert line.points[0].title == "Aanmeldingen per kwartaal, 2025 K3: 1"


def test_ticks_are_thinned_from_the_last_so_that_they_have_room() -> None:
    chart = lines({"Gezinnen": list(range(24))}, [f"20{20 + n // 4} K{n % 4 + 1}" for n in range(24)])
    assert chart.ticks[-1].label == "2025 K4"
    assert all(b.at - a.at >= 70 for a, b in pairwise(chart.ticks))


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="4 values"):
        lines({"Gezinnen": [1, 2]})
    with pytest.raises(ValueError, match="4 values"):
        tiles({"Wonen": [1, 2]})


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=20),
        st.lists(st.none() | st.integers(0, 5000), min_size=4, max_size=4),
        max_size=5,
    )
)
def test_everything_stays_in_the_picture_and_labels_never_overlap(series: dict) -> None:
    chart = lines(series)
    spots = [point for line in chart.lines for point in line.points]
    assert all(chart.left <= point.x <= chart.right <= WIDTH for point in spots)
    assert all(TOP <= point.y <= chart.floor for point in spots)
    heights = sorted(line.label_y for line in chart.lines)
    assert all(b - a >= LINE - 0.11 for a, b in pairwise(heights))
    assert all(TOP - 0.1 <= height <= chart.floor + 0.1 for height in heights)


def test_labels_of_lines_that_end_together_at_the_top_or_on_the_floor_fan_out_inside_the_picture() -> None:
    for value in (10, 0):
        chart = lines({name: [1, 2, 3, value] for name in "abcde"})
        heights = [line.label_y for line in chart.lines]
        assert all(b - a == LINE for a, b in pairwise(heights))
        assert TOP <= heights[0] < heights[-1] <= chart.floor


def test_scores_one_to_five_rise_evenly_and_the_last_known_one_is_told() -> None:
    tile = tiles({"Wonen": [1, 3, 5, "nb"]}).tiles[0]
    heights = [dot.y for dot in tile.dots]
    assert heights[0] - heights[1] == heights[1] - heights[2] > 0
    assert (tile.first, tile.last, tile.priority, tile.bridges) == (1, 5, 1, "")


def test_a_gap_breaks_the_line_is_bridged_faintly_and_marked_on_the_rail() -> None:
    chart = tiles({"Wonen": [2, "nb", "nvt", 4]})
    tile = chart.tiles[0]
    assert "L" not in tile.path
    assert tile.bridges.count("M") == 1
    assert [(css, path.count("M")) for css, path in tile.marks] == [("chart-gap-1", 1), ("chart-gap-2", 1)]
    assert tile.description == "2025 K3: 2; 2025 K4: niet besproken; 2026 K1: niet van toepassing; 2026 K2: 4"


def test_a_quarter_without_a_meting_leaves_nothing() -> None:
    tile = tiles({"Wonen": [None, None, None, 3]}).tiles[0]
    assert (tile.first, tile.last, len(tile.dots), tile.description) == (None, 3, 1, "2026 K2: 3")
    assert all(not path for _, path in tile.marks)


def test_a_seam_stands_where_a_year_begins() -> None:
    chart = tiles({"Wonen": [1, 2, 3, 4]})
    assert chart.seams == (chart.width / 2,)


def test_a_code_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="nog"):
        tiles({"Wonen": [1, "nog", 2, 3]})


def page(chart: LineChart | SmallMultiples, picture: str, table: str) -> str:
    folder = Path(__file__).parents[2] / "templates"
    env = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_null_translations(newstyle=True)
    text = (
        f"{{% from '_ui/{picture}.html' import {picture} %}}{{{{ {picture}(chart) }}}}"
        f"{{% from '_ui/chart_table.html' import {table} %}}{{{{ {table}(chart) }}}}"
    )
    return env.from_string(text).render(chart=chart)


@pytest.mark.parametrize(
    ("chart", "picture", "table"),
    [
        (lines({"<i>": [1, None, 3, 4]}), "chart_line", "chart_line_table"),
        (tiles({"Wonen": [1, "nb", None, 4], "<i>": ["nvt"] * 4}), "chart_rights", "chart_rights_table"),
        (tiles({"Wonen": [2]}, ["2026 K1"]), "chart_rights", "chart_rights_table"),
        (tiles({"Wonen": []}, []), "chart_rights", "chart_rights_table"),
    ],
    ids=["line", "rights", "one quarter", "no quarter"],
)
def test_the_picture_is_named_escaped_and_free_of_inline_style(
    chart: LineChart | SmallMultiples, picture: str, table: str
) -> None:
    html = page(chart, picture, table)
    assert len(re.findall(r"<svg (?![^>]*aria-hidden)", html)) == html.count('role="img"') > 0
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|<i>", html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2 * html.count('role="img"')
    assert re.findall(r'aria-labelledby="(\S+) (\S+)"', html) == list(zip(ids[::2], ids[1::2], strict=True))
    assert "<table" in html
