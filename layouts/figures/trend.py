"""One indicator over time: the line, its plan as steps, hollow points where some units are missing, breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from data.language import Language
from layouts.figures.chart import Figure, axis, figure
from layouts.formats import Scale
from layouts.theme import PLAN, SERIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period's value as drawn: `label` on the axis, `hover` in the tip, `key` (period, unit) for a click."""

    label: str
    key: tuple[str, str]
    hover: str
    value: Fraction | None
    plan: Fraction | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A reorganisation or a change of definition just before the point `label`: with its name and tip."""

    label: str
    name: str
    text: str


def trend(
    points: Sequence[Point],
    language: Language,
    *,
    scale: Scale,
    plan_name: str,
    breaks: Sequence[Break] = (),
) -> Figure:
    """A line over `points`, oldest first."""
    labels = [point.label for point in points]
    traces: list[Mapping[str, Any]] = []
    if any(point.plan is not None for point in points):
        traces.append(_plan(points, labels, scale, plan_name))
    traces.append(line(points, scale))
    if not all(point.complete for point in points):
        traces.append(_incomplete(points, scale))
    layout: dict[str, Any] = {
        "xaxis": axis(type="category", showgrid=False, categoryorder="array", categoryarray=labels, nticks=14),
        "yaxis": axis(nticks=6, **scale.axis),
        "showlegend": traces[0]["name"] == plan_name,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 8, "r": 16, "t": 36, "b": 8},
    }
    if breaks:
        places = {label: place for place, label in enumerate(labels)}
        known = [mark for mark in breaks if mark.label in places]
        layout["shapes"] = [_break_line(places[mark.label]) for mark in known]
        layout["annotations"] = [_break_note(places[mark.label], mark) for mark in known]
    return figure(traces, language, **layout)


def line(points: Sequence[Point], scale: Scale) -> dict[str, Any]:
    """The complete values; the line has a gap where one is missing."""
    return {
        **_marks(points, scale, complete=True),
        "mode": "lines+markers",
        "line": {"color": SERIES, "width": 2.5},
        "marker": {"color": SERIES, "size": 9},
        "connectgaps": False,
    }


def _incomplete(points: Sequence[Point], scale: Scale) -> dict[str, Any]:
    """The others, hollow and not joined: a sum over some of the units is no fall."""
    return {
        **_marks(points, scale, complete=False),
        "mode": "markers",
        "marker": {"color": SERIES, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
    }


def _marks(points: Sequence[Point], scale: Scale, *, complete: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "",
        "showlegend": False,
        "x": [point.label for point in points],
        "y": [scale.place(point.value) if point.complete is complete else None for point in points],
        "customdata": [list(point.key) for point in points],
        "text": [point.hover for point in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _plan(points: Sequence[Point], labels: Sequence[str], scale: Scale, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines" if len(points) > 1 else "markers",
        "name": name,
        "x": list(labels),
        "y": [scale.place(point.plan) for point in points],
        "hoverinfo": "skip",
        "line": {"color": PLAN, "width": 2, "dash": "dash", "shape": "hvh"},
        "marker": {"color": PLAN, "symbol": "line-ew-open", "size": 24},
        "connectgaps": False,
    }


def _break_line(place: int) -> dict[str, Any]:
    line = {"color": PLAN, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place - 0.5,
        "x1": place - 0.5,
        "y0": 0,
        "y1": 1,
        "line": line,
    }


def _break_note(place: int, mark: Break) -> dict[str, Any]:
    return {
        "xref": "x",
        "yref": "paper",
        "x": place - 0.5,
        "y": 0,
        "xanchor": "right",
        "yanchor": "bottom",
        "textangle": -90,
        "text": mark.name,
        "font": {"size": 11},
        "hovertext": mark.text,
        "showarrow": False,
        "captureevents": True,
    }
