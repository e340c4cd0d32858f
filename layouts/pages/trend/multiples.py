"""Small multiples: a sparkline for each unit below the selected one, on a common scale where comparable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from indicators.answers.rows import ValueRow
from indicators.values.model import Indicator
from indicators.values.value import JUDGED, State
from layouts.figures.sparkline import Mark, SparkFrame, sparkline
from layouts.parts.components import verdict
from layouts.text import t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.rows import written

_PANEL = SparkFrame(width=240, height=84)
_MAX_PANELS = 40


def by_unit(found: Sequence[ValueRow]) -> Mapping[str, Sequence[ValueRow]]:
    """Rows by unit from the first reported period on, without units that the indicator does not apply to."""
    units: dict[str, list[ValueRow]] = {}
    for row in found:
        units.setdefault(row.unit, []).append(row)
    first = min((row.until for row in found if row.value is not None), default=None)
    return {
        unit: [row for row in series if first is None or row.until >= first]
        for unit, series in units.items()
        if any(row.state is not State.NOT_APPLICABLE for row in series)
    }


def of_last_period(units: Mapping[str, Sequence[ValueRow]]) -> list[ValueRow]:
    """Each unit's row of the last period with a verdict for any unit, or else with a value."""
    last = sentences.latest_judged(sorted((row for each in units.values() for row in each), key=lambda row: row.until))
    return [row for series in units.values() for row in series if last is not None and row.until == last.until]


def panels(asked: Ask, chosen: Indicator, units: Mapping[str, Sequence[ValueRow]], path: str) -> list[Component]:
    """A sparkline for each unit, linked to its own trend."""
    values = [float(v) for series in units.values() for row in series for v in (row.value, row.plan) if v is not None]
    # One scale for shares, so that heights compare; for counts, large units would flatten the small ones.
    low, high = (min(values), max(values)) if values and chosen.format.is_share else (None, None)
    frame = SparkFrame(width=_PANEL.width, height=_PANEL.height, low=low, high=high)
    panels = [_panel(asked, series, frame, path) for series in list(units.values())[:_MAX_PANELS]]
    if len(units) > _MAX_PANELS:
        panels.append(html.P(t("trend.panels_cut", shown=_MAX_PANELS, all=len(units)), className="fine"))
    return panels


def _panel(asked: Ask, found: Sequence[ValueRow], frame: SparkFrame, path: str) -> Component:
    last = sentences.latest_judged(found) or found[-1]
    link = asked.address(
        path,
        unit=last.unit,
        indicator=last.indicator.code,
        frequency=asked.query.get("frequency"),
    )
    judged = [verdict(last.status)] if last.status in JUDGED else []
    return dcc.Link(
        [
            html.Span(last.unit_name, className="card-title"),
            html.Img(
                src=sparkline([Mark(r.value, r.is_complete, r.plan) for r in found], frame),
                alt=sentences.sentence(last),
                className="panel-line",
            ),
            html.Span(
                [html.Strong(written(last)), html.Span(last.until.short(asked.language), className="fine"), *judged],
                className="card-verdict",
            ),
        ],
        href=link,
        className="card figure-card",
    )
