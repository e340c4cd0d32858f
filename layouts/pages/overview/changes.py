"""What changed: units that crossed their plan between the last two judged years, corrections since the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from data.office_time import end_of, office_day
from data.periods import Period
from indicators.answers.rows import ValueRow
from layouts.parts.components import linked, verdict
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.corrected import Corrected, corrected
from layouts.views.crossings import Crossing, crossings
from layouts.views.featured import ADMISSIONS_OF_PLAN, VILLAGE_HEADS
from layouts.views.figure_links import anchored, figure_of
from layouts.views.rows import BELOW, written
from layouts.words import formats

_PLANNED = (VILLAGE_HEADS, ADMISSIONS_OF_PLAN)
_MAX_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed in `year` against the year before, and the returns corrected since a date."""

    year: Period
    crossed: tuple[Crossing, ...]
    since: date
    corrected: Sequence[Corrected]

    @property
    def gained(self) -> tuple[ValueRow, ...]:
        """Rows that meet a plan missed the year before."""
        return tuple(pair.now for pair in self.crossed if pair.is_gain)

    @property
    def lost(self) -> tuple[ValueRow, ...]:
        """Rows that miss a plan met the year before."""
        return tuple(pair.now for pair in self.crossed if not pair.is_gain)


def changes(asked: Ask, year: Period) -> Changes:
    """Units below the selected one that crossed a plan, and corrections in its branch since the last report."""
    since = _since_report(asked)
    return Changes(
        year=year,
        crossed=crossings(asked, _PLANNED, year, BELOW.get(asked.unit.kind)),
        since=office_day(since),
        corrected=tuple(corrected(asked, since)),
    )


def _since_report(asked: Ask) -> datetime:
    """The end of the due day of the preceding report."""
    days = asked.reader.thresholds.whole("report_days")
    return end_of(asked.period.previous.end + timedelta(days=days))


def title(asked: Ask, found: Changes) -> str:
    """A sentence that counts crossings and corrections."""
    return t(
        "changes.title",
        year=found.year.year,
        before=found.year.year - 1,
        met=counted(asked, found, "gained"),
        lost=counted(asked, found, "lost"),
        corrected=counted(asked, found, "corrected"),
        since=formats.day(found.since, language()),
    )


def counted(asked: Ask, found: Changes, what: str) -> str:
    """A count of the changes, anchored at the page that states and lists them."""
    if what == "corrected":
        return anchored(str(len(found.corrected)), asked.address("/returns", corrected=found.since.isoformat()))
    level, count = BELOW.get(asked.unit.kind), len(found.gained if what == "gained" else found.lost)
    listed = {"indicators": ".".join(_PLANNED), "level": str(level or ""), "from": found.year.previous.code}
    return anchored(str(count), asked.address("/table", period=found.year.code, figure=what, **listed))


def lists(asked: Ask, found: Changes) -> list[Component]:
    """The units that crossed their plan, and the corrections."""
    crossed = [_crossing(asked, pair) for pair in found.crossed]
    again = [_correction(asked, each) for each in found.corrected]
    return [
        _list(t("changes.crossed"), crossed, t("changes.none_crossed")),
        _list(t("changes.corrected"), again, t("changes.none_corrected")),
    ]


def _list(heading: str, items: Sequence[Component], nothing: str) -> Component:
    shown = list(items[:_MAX_LISTED])
    if len(items) > _MAX_LISTED:
        shown.append(html.Li(t("changes.more", count=len(items) - _MAX_LISTED), className="fine"))
    inside = html.Ul(shown, className="changes") if shown else html.P(nothing, className="fine")
    return html.Div([html.H3(heading), inside])


def _crossing(asked: Ask, pair: Crossing) -> Component:
    href = asked.address("/trend", unit=pair.now.unit, indicator=pair.now.indicator.code)
    before, now = (figure_of(asked, written(row), row) for row in (pair.before, pair.now))
    text = t("changes.from_to", name=sentences.name(pair.now), before=before, now=now)
    return html.Li(
        [
            dcc.Link(pair.now.unit_name, href=href),
            " ",
            verdict(pair.now.status),
            html.Span(linked(text), className="fine block"),
        ]
    )


def _correction(asked: Ask, found: Corrected) -> Component:
    first = found.first
    href = asked.address("/returns", unit=first.unit)
    text = t(
        "changes.correction",
        period=found.period,
        forms=", ".join(found.forms),
        instant=formats.instant(first.accepted_at, language()),
    )
    return html.Li([dcc.Link(first.unit_name, href=href), html.Span(text, className="fine block")])
