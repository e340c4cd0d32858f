"""A funnel plot: units by size and value, against the limits of chance variation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from data.language import Language
from indicators.methods.funnel import FunnelLimits
from layouts.figures.chart import Figure, Spec, axis, figure
from layouts.figures.theme import INK, PLAN, SERIES
from layouts.words.formats import Scale

_NEAR, _FAR = "rgba(58, 120, 201, 0.16)", "rgba(58, 120, 201, 0.08)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One unit: `size` is its denominator; units outside the limits have a `label`, a colour and a symbol."""

    key: tuple[str, str]
    size: Fraction
    value: Fraction
    hover: str
    colour: str
    symbol: str
    label: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Labels of the size axis, the average and the plan."""

    size: str
    average: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The limits over the range of sizes, the average and the plan, times the indicator's multiplier `per`."""

    limits: Sequence[FunnelLimits]
    average: float
    plan: Fraction | None
    per: int = 1


def funnel(dots: Sequence[Dot], curve: Curve, language: Language, *, scale: Scale, names: Names) -> Figure:
    """The dots over the two bands; the widest first, so that each lies on the one before."""
    bands = [
        *_band(curve, scale, "lower_998", "upper_998", _FAR),
        *_band(curve, scale, "lower_95", "upper_95", _NEAR),
    ]
    lines = [(curve.average * curve.per, names.average, "solid")]
    if curve.plan is not None:
        lines.append((float(curve.plan), names.plan, "dash"))
    return figure(
        [*bands, _dots(dots, scale)],
        language,
        height=460,
        margin={"l": 8, "r": 16, "t": 28, "b": 8},
        xaxis=axis(
            showgrid=False, nticks=6, tickformat=",d", title={"text": names.size, "standoff": 8, "font": {"size": 12}}
        ),
        yaxis=axis(nticks=6, **scale.axis),
        shapes=[_line(value * scale.factor, dash) for value, _, dash in lines],
        annotations=[_name(value * scale.factor, text, place) for place, (value, text, _) in enumerate(lines)],
    )


def _band(curve: Curve, scale: Scale, low: str, high: str, colour: str) -> list[Spec]:
    shared = {
        "type": "scatter",
        "mode": "lines",
        "x": [at.denominator for at in curve.limits],
        "hoverinfo": "skip",
        "line": {"width": 1, "color": colour},
    }
    times = curve.per * scale.factor
    below = {**shared, "y": [_scaled(getattr(at, low), times) for at in curve.limits]}
    above = {**shared, "y": [_scaled(getattr(at, high), times) for at in curve.limits]}
    return [below, {**above, "fill": "tonexty", "fillcolor": colour}]


def _scaled(value: float | None, times: int) -> float | None:
    return None if value is None else value * times


def _dots(dots: Sequence[Dot], scale: Scale) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [float(dot.size) for dot in dots],
        "y": [scale.place(dot.value) for dot in dots],
        "text": [dot.label for dot in dots],
        "textposition": "top center",
        "textfont": {"size": 11},
        "customdata": [list(dot.key) for dot in dots],
        "hovertext": [dot.hover for dot in dots],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": [16 if dot.chosen else 10 if dot.label else 8 for dot in dots],
            "color": [dot.colour for dot in dots],
            "symbol": [dot.symbol for dot in dots],
            "opacity": 0.9,
            "line": {
                "width": [2 if dot.chosen else 1 for dot in dots],
                "color": [INK if dot.chosen else "#fff" for dot in dots],
            },
        },
        "cliponaxis": False,
    }


def _line(y: float, dash: str) -> Spec:
    colour = SERIES if dash == "solid" else PLAN
    line = {"color": colour, "width": 1.5, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _name(y: float, text: str, place: int) -> Spec:
    side = {"x": 1, "xanchor": "right"} if place == 0 else {"x": 0, "xanchor": "left"}
    return {
        "xref": "paper",
        "y": y,
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 11},
        **side,
    }
