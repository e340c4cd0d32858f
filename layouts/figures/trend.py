"""One indicator over time: the line, its plan as steps, hollow points where some units are missing, breaks, a fan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from data.language import Language
from layouts.figures.chart import Figure, Spec, axis, figure
from layouts.figures.theme import PLAN, SERIES, UNCERTAIN
from layouts.words.formats import Scale

_NEAR, _FAR = "rgba(58, 120, 201, 0.22)", "rgba(58, 120, 201, 0.12)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One period's value as drawn: `label` on the axis, `hover` in the tip, `key` (period, unit) for a click."""

    label: str
    key: tuple[str, str]
    hover: str
    value: Fraction | None
    plan: Fraction | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakMark:
    """A reorganisation or a change of definition just before the point `label`: with its name and tip."""

    label: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPoint:
    """One period of a forecast, with its intervals of 80 and 95 %."""

    label: str
    hover: str
    value: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


def trend(
    points: Sequence[TrendPoint],
    language: Language,
    *,
    scale: Scale,
    plan_name: str,
    breaks: Sequence[BreakMark] = (),
    ahead: Sequence[ForecastPoint] = (),
    earlier: Sequence[TrendPoint] = (),
) -> Figure:
    """A line over `points`, oldest first, with the forecast `ahead`; `earlier` are superseded values."""
    labels = list(dict.fromkeys((*(point.label for point in points), *(step.label for step in ahead))))
    traces: list[Mapping[str, Any]] = []
    if any(point.plan is not None for point in points):
        traces.append(_plan(points, scale, plan_name))
    traces += _fan(points, ahead, scale)
    traces.append(line(points, scale))
    if not all(point.complete for point in points):
        traces.append(_incomplete(points, scale))
    if earlier:
        traces.append(_earlier(earlier, scale))
    layout: Spec = {
        "xaxis": axis(type="category", showgrid=False, categoryorder="array", categoryarray=labels, nticks=14),
        "yaxis": axis(nticks=6, **scale.axis),
        "showlegend": traces[0].get("name") == plan_name,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "margin": {"l": 8, "r": 16, "t": 36, "b": 8},
    }
    if breaks:
        places = {label: place for place, label in enumerate(labels)}
        known = [mark for mark in breaks if mark.label in places]
        layout["shapes"] = [_break_line(places[mark.label]) for mark in known]
        layout["annotations"] = [_break_note(places[mark.label], mark) for mark in known]
    return figure(traces, language, **layout)


def line(points: Sequence[TrendPoint], scale: Scale) -> Spec:
    """The complete values; the line has a gap where one is missing."""
    return {
        **_marks(points, scale, complete=True),
        "mode": "lines+markers",
        "line": {"color": SERIES, "width": 2.5},
        "marker": {"color": SERIES, "size": 9},
        "connectgaps": False,
    }


def _incomplete(points: Sequence[TrendPoint], scale: Scale) -> Spec:
    """Incomplete values, hollow and not joined: a partial sum is not a fall."""
    return {
        **_marks(points, scale, complete=False),
        "mode": "markers",
        "marker": {"color": SERIES, "size": 10, "symbol": "circle-open", "line": {"width": 2}},
    }


def _earlier(points: Sequence[TrendPoint], scale: Scale) -> Spec:
    """Superseded values: a cross beside the current one."""
    return {
        **_marks([replace(point, complete=True) for point in points], scale, complete=True),
        "mode": "markers",
        "marker": {"color": UNCERTAIN, "size": 10, "symbol": "x-thin-open", "line": {"width": 2}},
    }


def _fan(points: Sequence[TrendPoint], ahead: Sequence[ForecastPoint], scale: Scale) -> list[Spec]:
    """The forecast from the last complete value on: a dashed line within its two intervals."""
    last = next((point for point in reversed(points) if point.complete and point.value is not None), None)
    if last is None or not ahead:
        return []
    start = scale.place(last.value)
    x = [last.label, *(step.label for step in ahead)]

    def way(name: str, **settings: Any) -> Spec:
        ends = [scale.place(getattr(step, name)) for step in ahead]
        return {"type": "scatter", "mode": "lines", "x": x, "y": [start, *ends], "showlegend": False, **settings}

    hidden = {"hoverinfo": "skip", "line": {"width": 0}}
    bands = [
        way(f"{side}_{interval}", **hidden, **({"fill": "tonexty", "fillcolor": colour} if side == "high" else {}))
        for interval, colour in (("95", _FAR), ("80", _NEAR))
        if all(getattr(step, f"low_{interval}") is not None for step in ahead)
        for side in ("low", "high")
    ]
    middle = way("value", line={"color": SERIES, "width": 2, "dash": "dot"})
    tips = {"text": ["", *(step.hover for step in ahead)], "hovertemplate": "%{text}<extra></extra>"}
    return [*bands, {**middle, **tips}]


def _marks(points: Sequence[TrendPoint], scale: Scale, *, complete: bool) -> Spec:
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


def _plan(points: Sequence[TrendPoint], scale: Scale, name: str) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines" if len(points) > 1 else "markers",
        "name": name,
        "x": [point.label for point in points],
        "y": [scale.place(point.plan) for point in points],
        "hoverinfo": "skip",
        "line": {"color": PLAN, "width": 2, "dash": "dash", "shape": "hvh"},
        "marker": {"color": PLAN, "symbol": "line-ew-open", "size": 24},
        "connectgaps": False,
    }


def _break_line(place: int) -> Spec:
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


def _break_note(place: int, mark: BreakMark) -> Spec:
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
