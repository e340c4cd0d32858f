"""Pace charts: done so far, expected by now, and the projected range of the year's total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.language import Language
from layouts.figures.chart import Figure, Spec, axis, figure
from layouts.figures.theme import INTERVAL, PLAN, SERIES
from layouts.words.formats import COUNTS, share

ROW_HEIGHT = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One unit, in shares of its plan: `low`..`high` is the prediction interval of its year."""

    name: str
    key: tuple[str, str]
    note: str
    hover: str
    colour: str
    symbol: str
    done: float
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearToDateStep:
    """One sub-period of a year, everything counted since 1 January; None if not yet known."""

    label: str
    done: float | None
    expected: float | None
    before: float | None


def lanes(units: Sequence[Lane], language: Language, *, plan_name: str) -> Figure:
    """A lane for each unit, in the order given from the top, up to the plan and beyond."""
    names = [unit.name for unit in reversed(units)]
    reach = max((1.0, *(unit.done for unit in units), *(unit.high for unit in units if unit.high is not None)))
    ends = {
        **_trace("lines"),
        "x": [x for unit in units for x in (unit.low, unit.high, None)],
        "y": [y for unit in units for y in (unit.name, unit.name, None)],
        "line": {"color": INTERVAL, "width": 7},
        "hoverinfo": "skip",
    }
    expected = {
        **_trace("markers"),
        "x": [unit.expected for unit in units],
        "y": [unit.name for unit in units],
        "marker": {"symbol": "line-ns-open", "size": 18, "color": PLAN, "line": {"width": 2}},
        "hoverinfo": "skip",
    }
    done = {
        **_trace("markers"),
        "x": [unit.done for unit in units],
        "y": [unit.name for unit in units],
        "customdata": [list(unit.key) for unit in units],
        "hovertext": [unit.hover for unit in units],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"size": 13, "color": [u.colour for u in units], "symbol": [u.symbol for u in units]},
        "cliponaxis": False,
    }
    ticks = [half / 2 for half in range(int(reach * 2) + 2)]
    return figure(
        [ends, expected, done],
        language,
        height=ROW_HEIGHT * len(units) + 64,
        margin={"l": 8, "r": 16, "t": 24, "b": 8},
        xaxis=axis(
            range=[0, reach * 1.06], tickvals=ticks, ticktext=[share(tick, language, 0) for tick in ticks], side="top"
        ),
        yaxis=axis(
            type="category",
            categoryorder="array",
            categoryarray=names,
            tickvals=names,
            ticktext=[f"{unit.name}<br><b>{unit.note}</b>" for unit in reversed(units)],
            showgrid=False,
            range=[-0.6, len(names) - 0.4],
        ),
        shapes=[{"type": "line", "x0": 1, "x1": 1, "yref": "paper", "y0": 0, "y1": 1, "line": _dashed()}],
        annotations=[_named(plan_name)],
    )


def course(
    steps: Sequence[YearToDateStep], language: Language, *, names: tuple[str, str, str], plan: float | None
) -> Figure:
    """This year to date, the expected course, and the year before; `names` in that order."""
    labels = [step.label for step in steps]
    drawn: list[Spec] = [
        {"y": [step.before for step in steps], "name": names[2], "line": {"color": INTERVAL, "width": 2}},
        {"y": [step.expected for step in steps], "name": names[1], "line": _dashed()},
        {"y": [step.done for step in steps], "name": names[0], "line": {"color": SERIES, "width": 3}},
    ]
    lines = [{**_trace("lines+markers"), "x": labels, **each} for each in drawn]
    shapes = (
        [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": plan, "y1": plan, "line": _dashed()}] if plan else []
    )
    return figure(
        lines,
        language,
        height=320,
        margin={"l": 8, "r": 16, "t": 36, "b": 8},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "reversed"},
        xaxis=axis(type="category", showgrid=False),
        yaxis=axis(nticks=6, rangemode="tozero", **COUNTS.axis),
        shapes=shapes,
    )


def _trace(mode: str) -> Spec:
    return {"type": "scatter", "mode": mode}


def _dashed() -> Spec:
    return {"color": PLAN, "width": 2, "dash": "dash"}


def _named(text: str) -> Spec:
    font = {"size": 11}
    return {
        "x": 1,
        "xanchor": "left",
        "y": 0,
        "yref": "paper",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": font,
    }
