"""Membership and admissions over the years: two panels on one time axis, never two scales in one panel."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from data.language import Language
from layouts.figures.chart import Figure, axis, figure
from layouts.figures.theme import PLAN, SERIES
from layouts.figures.trend import TrendPoint, line
from layouts.words.formats import COUNTS


def long_run(
    members: Sequence[TrendPoint],
    admissions: Sequence[TrendPoint],
    language: Language,
    *,
    names: tuple[str, str],
    mean: Fraction | None,
) -> Figure:
    """Members as a line above, admissions as bars below; bars of unfinished years are hollow.

    `mean` is drawn across the bars.
    """
    bars = {
        "type": "bar",
        "xaxis": "x",
        "yaxis": "y2",
        "x": [point.label for point in admissions],
        "y": [COUNTS.place(point.value) for point in admissions],
        "customdata": [list(point.key) for point in admissions],
        "text": [point.hover for point in admissions],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "color": [SERIES if point.complete else "rgba(0,0,0,0)" for point in admissions],
            "line": {"color": SERIES, "width": 1.5},
        },
    }
    labels = [point.label for point in (members if len(members) >= len(admissions) else admissions)]
    notes = [_note(names[0], 1.0), _note(names[1], 0.40)]
    shapes = []
    if mean is not None:
        shapes.append(
            {
                "type": "line",
                "xref": "paper",
                "yref": "y2",
                "x0": 0,
                "x1": 1,
                "y0": float(mean),
                "y1": float(mean),
                "line": {"color": PLAN, "width": 2, "dash": "dash"},
            }
        )
    return figure(
        [line(members, COUNTS), bars],
        language,
        height=440,
        xaxis=axis(
            type="category", showgrid=False, categoryorder="array", categoryarray=labels, nticks=12, anchor="y2"
        ),
        yaxis=axis(domain=[0.52, 0.94], **COUNTS.axis, nticks=5, rangemode="tozero"),
        yaxis2=axis(domain=[0, 0.34], **COUNTS.axis, nticks=4, anchor="x"),
        annotations=notes,
        shapes=shapes,
        bargap=0.35,
    )


def _note(text: str, y: float) -> dict[str, object]:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "middle",
        "text": text,
        "showarrow": False,
    }
