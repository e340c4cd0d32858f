"""An XmR chart: points around their mean, between the natural process limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from data.language import Language
from layouts.figures.chart import Figure, Spec, axis, figure
from layouts.figures.theme import PLAN, UNCERTAIN
from layouts.words.formats import Scale

_BAND = "rgba(58, 120, 201, 0.10)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One period: what is charted, the mean and the limits of its segment, the colour and symbol of its flag."""

    label: str
    key: tuple[str, str]
    hover: str
    value: float | None
    mean: float | None
    low: float | None
    high: float | None
    colour: str
    symbol: str


def control(
    points: Sequence[ControlPoint], language: Language, *, scale: Scale, target: float | None, names: tuple[str, str]
) -> Figure:
    """The points, oldest first; `names` stand beside the mean and the target."""
    labels = [point.label for point in points]
    traces = [trace for segment in _segments(points) for trace in _limits(segment, scale)]
    lines = [(target, names[1])] if target is not None else []
    return figure(
        [*traces, _marks(points, scale)],
        language,
        margin={"l": 8, "r": 16, "t": 20, "b": 8},
        xaxis=axis(type="category", showgrid=False, categoryorder="array", categoryarray=labels, nticks=14),
        yaxis=axis(nticks=5, **scale.axis),
        shapes=[_line(value * scale.factor) for value, _ in lines],
        annotations=[
            *(_name(value * scale.factor, text, "right") for value, text in lines),
            *(
                _name(point.mean * scale.factor, names[0], "left")
                for point in points[-1:]
                if point.mean is not None and point.high is not None
            ),
        ],
    )


def _segments(points: Sequence[ControlPoint]) -> list[list[ControlPoint]]:
    """Runs of points with the same limits."""
    return [list(run) for _, run in groupby(points, key=lambda point: (point.mean, point.low, point.high))]


def _limits(segment: Sequence[ControlPoint], scale: Scale) -> list[Spec]:
    """The band between the limits, and the mean."""
    if segment[0].high is None:
        return []

    def line(value: Callable[[ControlPoint], float | None], **settings: Any) -> Spec:
        amounts = [value(point) for point in segment]
        return {
            "type": "scatter",
            "mode": "lines",
            "x": [point.label for point in segment],
            "y": [None if amount is None else amount * scale.factor for amount in amounts],
            "hoverinfo": "skip",
            **settings,
        }

    dotted = {"color": UNCERTAIN, "width": 1, "dash": "dash"}
    return [
        line(lambda point: point.low, line=dotted),
        line(lambda point: point.high, line=dotted, fill="tonexty", fillcolor=_BAND),
        line(lambda point: point.mean, line={"color": UNCERTAIN, "width": 1.5}),
    ]


def _marks(points: Sequence[ControlPoint], scale: Scale) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.label for point in points],
        "y": [None if point.value is None else point.value * scale.factor for point in points],
        "customdata": [list(point.key) for point in points],
        "text": [point.hover for point in points],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": UNCERTAIN, "width": 1.5},
        "marker": {
            "size": 10,
            "color": [point.colour for point in points],
            "symbol": [point.symbol for point in points],
            "line": {"width": 1, "color": "#fff"},
        },
        "connectgaps": False,
        "cliponaxis": False,
    }


def _line(y: float) -> Spec:
    line = {"color": PLAN, "width": 2, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _name(y: float, text: str, side: str) -> Spec:
    return {
        "xref": "paper",
        "x": 1 if side == "right" else 0,
        "xanchor": side,
        "y": y,
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 11},
    }
