"""Figures are plain dicts, compared as whole values."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

import pytest

from data.language import Language
from indicators.methods.control import Assurance, PointType
from indicators.methods.funnel import limits
from indicators.values.model import Format
from layouts.figures.chart import CONFIG, figure
from layouts.figures.control import ControlPoint, control
from layouts.figures.funnel import Curve, Dot, Names, funnel
from layouts.figures.long_run import long_run
from layouts.figures.ranking import RankedPlace, ranking
from layouts.figures.signal import assurance_icon, variation_icon
from layouts.figures.sparkline import Mark, SparkFrame, sparkline
from layouts.figures.theme import FONT, GRID, INK, MET, NOT_MET, PLAN, SERIES
from layouts.figures.trend import BreakMark, ForecastPoint, TrendPoint, trend
from layouts.words.formats import COUNTS, scale

VI = Language.VI
SHARES = scale(Format.PERCENT, VI)


def point(label: str, value: Fraction | None, *, plan: Fraction | None = None, complete: bool = True) -> TrendPoint:
    return TrendPoint(label=label, key=(label, "T"), hover=f"tip {label}", value=value, plan=plan, complete=complete)


def test_a_place_with_an_interval_is_drawn_over_it_and_a_chosen_one_stands_out() -> None:
    place = RankedPlace(
        name="H1",
        key=("2019", "H1"),
        value=Fraction(1, 2),
        plan=None,
        note="50 %",
        hover="tip",
        colour=MET,
        symbol="circle",
        low=Fraction(1, 4),
        high=Fraction(3, 4),
    )
    other = replace(place, name="H2", value=Fraction(2, 5), chosen=True)
    drawn = ranking([place, other], VI, scale=SHARES, lower_is_better=True)
    bars, dots = drawn["data"]
    assert bars["x"][:3] == [25.0, 75.0, None]
    assert dots["y"] == ["H2", "H1"]
    assert dots["marker"]["size"] == [17, 12]


def test_a_funnel_has_two_bands_the_average_and_the_plan() -> None:
    sizes = limits([10, 100], 0.5)
    dot = Dot(
        key=("2019", "H1"),
        size=Fraction(10),
        value=Fraction(1, 2),
        hover="tip",
        colour=MET,
        symbol="circle",
        label="H1",
    )
    curve = Curve(limits=sizes, average=0.5, plan=Fraction(3, 4))
    drawn = funnel([dot], curve, VI, scale=SHARES, names=Names(size="n", average="TB", plan="KH"))
    outer, _, inner, _, dots = drawn["data"]
    assert outer["y"][0] < inner["y"][0] < 50 < drawn["data"][3]["y"][0]
    assert (dots["x"], dots["y"], dots["text"]) == ([10.0], [50.0], ["H1"])
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [50.0, 75.0]


def test_every_figure_shares_one_small_layout() -> None:
    axis = {"automargin": True, "gridcolor": GRID, "zeroline": False, "fixedrange": True}
    assert figure([], VI, height=100) == {
        "data": [],
        "layout": {
            "font": {"family": FONT, "size": 13, "color": INK},
            "separators": ",.",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 16, "t": 16, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": INK,
                "bordercolor": INK,
                "align": "left",
                "font": {"family": FONT, "size": 13, "color": "#fff"},
            },
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "height": 100,
        },
    }


@pytest.mark.parametrize("language", Language)
def test_no_chart_uploads_to_plotly_and_each_formats_numbers_in_its_language(language: Language) -> None:
    config = CONFIG[language]
    assert config["showSendToCloud"] is False
    assert config["displaylogo"] is False
    assert config["locale"] in config["locales"]
    written = config["locales"][str(language)]["format"]
    assert (written["decimal"], written["thousands"]) == ((",", ".") if language is VI else (".", ","))


def test_a_trend_is_a_line_with_its_plan_as_steps_and_hollow_points_where_units_are_missing() -> None:
    plan = Fraction(3, 4)
    drawn = trend(
        [
            point("2018", Fraction(7, 10), plan=plan),
            point("2019", None, plan=plan),
            point("2020", Fraction(4, 5), plan=plan, complete=False),
        ],
        VI,
        scale=SHARES,
        plan_name="Kế hoạch",
        breaks=[
            BreakMark(label="2019", name="Hợp nhất", text="01/01/2019"),
            BreakMark(label="1990", name="x", text="x"),
        ],
    )
    labels = ["2018", "2019", "2020"]
    common = {
        "type": "scatter",
        "name": "",
        "showlegend": False,
        "x": labels,
        "customdata": [["2018", "T"], ["2019", "T"], ["2020", "T"]],
        "text": ["tip 2018", "tip 2019", "tip 2020"],
        "hovertemplate": "%{text}<extra></extra>",
    }
    assert drawn["data"] == [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Kế hoạch",
            "x": labels,
            "y": [75.0, 75.0, 75.0],
            "hoverinfo": "skip",
            "line": {"color": PLAN, "width": 2, "dash": "dash", "shape": "hvh"},
            "marker": {"color": PLAN, "symbol": "line-ew-open", "size": 24},
            "connectgaps": False,
        },
        {
            **common,
            "y": [70.0, None, None],
            "mode": "lines+markers",
            "line": {"color": SERIES, "width": 2.5},
            "marker": {"color": SERIES, "size": 9},
            "connectgaps": False,
        },
        {
            **common,
            "y": [None, None, 80.0],
            "mode": "markers",
            "marker": {"color": SERIES, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
        },
    ]
    assert drawn["layout"]["showlegend"] is True
    assert drawn["layout"]["yaxis"]["ticksuffix"] == "\u00a0%"
    assert [shape["x0"] for shape in drawn["layout"]["shapes"]] == [0.5]
    assert [(note["text"], note["hovertext"]) for note in drawn["layout"]["annotations"]] == [
        ("Hợp nhất", "01/01/2019")
    ]


def test_a_fan_starts_at_the_last_complete_value_and_a_corrected_value_is_a_cross() -> None:
    step = ForecastPoint(label="2021", hover="tip", value=9.0, low_80=8.0, high_80=10.0, low_95=7.0, high_95=11.0)
    drawn = trend(
        [point("2019", Fraction(5)), point("2020", Fraction(4), complete=False)],
        VI,
        scale=COUNTS,
        plan_name="Kế hoạch",
        ahead=[step],
        earlier=[point("2020", Fraction(3), complete=False)],
    )
    low_95, high_95, low_80, high_80, middle, _, _, crossed = drawn["data"]
    assert {tuple(trace["x"]) for trace in (low_95, high_95, low_80, high_80, middle)} == {("2019", "2021")}
    assert [trace["y"] for trace in (low_95, high_95, middle)] == [[5.0, 7.0], [5.0, 11.0], [5.0, 9.0]]
    assert (high_95["fill"], high_80["fill"], "fill" in low_80) == ("tonexty", "tonexty", False)
    assert (crossed["y"], crossed["marker"]["symbol"]) == ([3.0], "x-thin-open")
    assert drawn["layout"]["xaxis"]["categoryarray"] == ["2019", "2020", "2021"]


def test_limits_are_drawn_for_each_segment_and_not_where_nothing_varies() -> None:
    shared: dict[str, Any] = {"key": ("p", "T"), "hover": "tip", "colour": SERIES, "symbol": "circle"}
    points = [
        ControlPoint(label="2018", value=4.0, mean=5.0, low=None, high=None, **shared),
        ControlPoint(label="2019", value=4.0, mean=4.0, low=1.0, high=7.0, **shared),
        ControlPoint(label="2020", value=None, mean=4.0, low=1.0, high=7.0, **shared),
    ]
    drawn = control(points, VI, scale=COUNTS, target=6.0, names=("Trung bình", "Kế hoạch"))
    lower, upper, mean, marks = drawn["data"]
    assert [trace["x"] for trace in (lower, upper, mean)] == [["2019", "2020"]] * 3
    assert (lower["y"], upper["y"], mean["y"]) == ([1.0, 1.0], [7.0, 7.0], [4.0, 4.0])
    assert marks["y"] == [4.0, 4.0, None]
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["Kế hoạch", "Trung bình"]


def test_icons_repeat_their_colour_as_a_letter() -> None:
    assert ">C</text>" in unquote(variation_icon(PointType.IMPROVEMENT, 1, "C"))
    assert ">K</text>" in unquote(assurance_icon(Assurance.FAIL, "K"))


def test_a_trend_without_plan_has_no_legend_and_one_trace() -> None:
    drawn = trend([point("2019", Fraction(5))], VI, scale=COUNTS, plan_name="Kế hoạch")
    assert len(drawn["data"]) == 1
    assert drawn["layout"]["showlegend"] is False
    assert "shapes" not in drawn["layout"]


def place(name: str, value: Fraction | None, colour: str) -> RankedPlace:
    return RankedPlace(
        name=name,
        key=("2019", name),
        value=value,
        plan=Fraction(3, 4),
        note=f"note {name}",
        hover=f"tip {name}",
        colour=colour,
        symbol="circle",
    )


def test_a_ranking_runs_from_the_best_to_the_worst_and_ends_with_those_without_a_value() -> None:
    drawn = ranking(
        [place("B", Fraction(1, 2), NOT_MET), place("C", None, PLAN), place("A", Fraction(9, 10), MET)],
        VI,
        scale=SHARES,
    )
    stems, dots = drawn["data"]
    assert stems["x"] == [75.0, 50.0, None, 75.0, 90.0, None]
    assert dots["y"] == ["A", "B", "C"]
    assert dots["x"][:2] == [90.0, 50.0]
    assert dots["marker"]["color"] == [MET, NOT_MET, PLAN]
    assert dots["marker"]["opacity"] == [1, 1, 0]
    assert dots["customdata"][0] == ["2019", "A"]
    assert drawn["layout"]["yaxis"]["ticktext"] == ["C<br><b>note C</b>", "B<br><b>note B</b>", "A<br><b>note A</b>"]
    assert [shape["x0"] for shape in drawn["layout"]["shapes"]] == [75.0]


def test_the_long_run_has_two_panels_and_hollow_bars_for_unfinished_years() -> None:
    drawn = long_run(
        [point("1997", Fraction(43306)), point("1998", Fraction(44000))],
        [point("1997", Fraction(1300)), point("1998", Fraction(900), complete=False)],
        VI,
        names=("Đảng viên", "Kết nạp"),
        mean=Fraction(1300),
    )
    line, bars = drawn["data"]
    assert line["y"] == [43306.0, 44000.0]
    assert (bars["y"], bars["yaxis"]) == ([1300.0, 900.0], "y2")
    assert bars["marker"]["color"] == [SERIES, "rgba(0,0,0,0)"]
    assert [shape["y0"] for shape in drawn["layout"]["shapes"]] == [1300.0]
    assert [note["text"] for note in drawn["layout"]["annotations"]] == ["Đảng viên", "Kết nạp"]


def test_a_sparkline_joins_complete_values_only_and_marks_the_last() -> None:
    picture = unquote(
        sparkline([Mark(Fraction(0)), Mark(Fraction(10)), Mark(Fraction(4), complete=False)], SparkFrame(110, 40))
    )
    assert picture == (
        'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 110 40" width="110" height="40">'
        f'<path d="M5.0 35.0L55.0 5.0" fill="none" stroke="{SERIES}" stroke-width="2" stroke-linejoin="round" '
        'stroke-linecap="round"/>'
        f'<circle cx="105.0" cy="23.0" r="3" fill="#fff" stroke="{SERIES}" stroke-width="1.5"/></svg>'
    )


def test_a_sparkline_of_nothing_is_an_empty_picture() -> None:
    assert "<path" not in unquote(sparkline([Mark(None), Mark(None)]))
