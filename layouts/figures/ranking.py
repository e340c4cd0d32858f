"""Units ranked on one indicator: a dot each, joined to the plan by the gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from data.language import Language
from layouts.figures.chart import Figure, Spec, axis, figure
from layouts.figures.theme import INTERVAL, PLAN
from layouts.words.formats import Scale

ROW_HEIGHT = 42


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """One unit's dot: `note` stands below its name, `colour` and `symbol` are its verdict's.

    `low`..`high` is drawn as an interval; a `chosen` unit stands out from the others.
    """

    name: str
    key: tuple[str, str]
    value: Fraction | None
    plan: Fraction | None
    note: str
    hover: str
    colour: str
    symbol: str
    low: Fraction | None = None
    high: Fraction | None = None
    chosen: bool = False


def ranking(
    places: Sequence[RankedPlace], language: Language, *, scale: Scale, lower_is_better: bool = False
) -> Figure:
    """Dots from the best at the top to the worst; units without a value come last with their reason as the note."""
    known = [place for place in places if place.value is not None]
    unknown = [place for place in places if place.value is None]
    ordered = [*sorted(known, key=lambda place: place.value or Fraction(0), reverse=not lower_is_better), *unknown]
    low, high = _extent(known, scale)
    room = (high - low) or 1.0
    if any(place.low is not None for place in known):
        lines = _segments(known, scale, [(place.low, place.high) for place in known], {"color": INTERVAL, "width": 7})
    else:
        lines = _segments(known, scale, [(place.plan, place.value) for place in known], {"color": PLAN, "width": 1.5})
    names = [place.name for place in reversed(ordered)]
    labels = [f"{'► ' if place.chosen else ''}{place.name}<br><b>{place.note}</b>" for place in reversed(ordered)]
    return figure(
        [lines, _dots(ordered, scale, low - room * 0.05)],
        language,
        height=ROW_HEIGHT * len(ordered) + 56,
        xaxis=axis(nticks=4, tickangle=0, range=[low - room * 0.08, high + room * 0.08], side="top", **scale.axis),
        yaxis=axis(
            type="category",
            categoryorder="array",
            categoryarray=names,
            tickvals=names,
            ticktext=labels,
            showgrid=False,
            range=[-0.6, len(names) - 0.4],
        ),
        shapes=_common_plan(known, scale),
    )


def _extent(known: Sequence[RankedPlace], scale: Scale) -> tuple[float, float]:
    """The least and the greatest of all that is drawn."""
    amounts = (amount for place in known for amount in (place.value, place.low, place.high, place.plan))
    drawn = [x for amount in amounts if (x := scale.place(amount)) is not None]
    return min(drawn, default=0.0), max(drawn, default=1.0)


def _segments(
    known: Sequence[RankedPlace],
    scale: Scale,
    ends: Sequence[tuple[Fraction | None, Fraction | None]],
    line: Mapping[str, Any],
) -> Spec:
    """A line in each place's row, from one end to the other."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for one, other in ends for x in (scale.place(one), scale.place(other), None)],
        "y": [y for place in known for y in (place.name, place.name, None)],
        "line": dict(line),
        "hoverinfo": "skip",
    }


def _dots(ordered: Sequence[RankedPlace], scale: Scale, nowhere: float) -> Spec:
    """A dot for each; a missing value is an invisible dot at `nowhere`, to keep its row."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scale.place(place.value) if place.value is not None else nowhere for place in ordered],
        "y": [place.name for place in ordered],
        "customdata": [list(place.key) for place in ordered],
        "hovertext": [place.hover for place in ordered],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": [17 if place.chosen else 12 for place in ordered],
            "color": [place.colour for place in ordered],
            "symbol": [place.symbol for place in ordered],
            "line": {"width": 2, "color": [place.colour for place in ordered]},
            "opacity": [1 if place.value is not None else 0 for place in ordered],
        },
        "cliponaxis": False,
    }


def _common_plan(known: Sequence[RankedPlace], scale: Scale) -> list[Spec]:
    """The plan that all have, as a line down the chart; nothing where they differ."""
    plans = {x for place in known if (x := scale.place(place.plan)) is not None}
    if len(plans) != 1:
        return []
    (x,) = plans
    line = {"color": PLAN, "width": 2, "dash": "dash"}
    return [{"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}]
