"""What changed: units that crossed their plan between the last two judged years, corrections since the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dash import dcc, html
from dash.development.base_component import Component

from data.office_time import end_of, office_day
from data.periods import Period
from indicators.answers.corrections import AcceptedRow, returns_since
from indicators.answers.rows import ValueRow
from indicators.values.value import JUDGED, Status
from layouts.parts.components import verdict
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS_OF_PLAN, VILLAGE_HEADS
from layouts.views.rows import BELOW, rows, written
from layouts.words import formats

_PLANNED = (VILLAGE_HEADS, ADMISSIONS_OF_PLAN)
_MAX_LISTED = 8


@dataclass(frozen=True, slots=True)
class Crossing:
    """A unit whose verdict differs from the year before."""

    before: ValueRow
    now: ValueRow


@dataclass(frozen=True, slots=True)
class Corrected:
    """A workbook that superseded returns of a unit and period; `first` is the one accepted last."""

    first: AcceptedRow
    forms: tuple[str, ...]


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
        return tuple(pair.now for pair in self.crossed if pair.now.status is Status.MET)

    @property
    def lost(self) -> tuple[ValueRow, ...]:
        """Rows that miss a plan met the year before."""
        return tuple(pair.now for pair in self.crossed if pair.now.status is not Status.MET)


def changes(asked: Ask, year: Period) -> Changes:
    """Units below the selected one that crossed a plan, and corrections in its branch since the last report."""
    since = _since_report(asked)
    return Changes(
        year=year, crossed=_crossings(asked, year), since=office_day(since), corrected=tuple(_corrected(asked, since))
    )


def _crossings(asked: Ask, year: Period) -> tuple[Crossing, ...]:
    """The crossings, losses first."""
    level = BELOW.get(asked.unit.kind)
    if level is None:
        return ()
    found = rows(asked, _PLANNED, asked.unit, (year.previous, year), level)
    by_key = {(row.indicator.code, row.unit, row.until): row for row in found if row.status in JUDGED}
    pairs = [
        Crossing(before, now)
        for (code, unit, period), now in by_key.items()
        if period == year and (before := by_key.get((code, unit, year.previous))) and before.status is not now.status
    ]
    return tuple(sorted(pairs, key=lambda pair: pair.now.status is Status.MET))


def _since_report(asked: Ask) -> datetime:
    """The end of the due day of the preceding report."""
    days = asked.reader.thresholds.whole("report_days")
    return end_of(asked.period.previous.end + timedelta(days=days))


def _corrected(asked: Ask, since: datetime) -> Sequence[Corrected]:
    """Corrections accepted after that instant, one per workbook, newest first."""
    then = asked.at_instant(since).reader
    within = {unit.code for unit in asked.tree.within(asked.unit.id)}
    found: dict[tuple[str, str, str], list[AcceptedRow]] = {}
    for row in returns_since(then, asked.reader):
        if row.corrects and row.unit in within:
            found.setdefault((row.unit, row.period, row.file), []).append(row)
    return [Corrected(rows[0], tuple(sorted(row.form for row in rows))) for rows in found.values()]


def title(found: Changes) -> str:
    """A sentence that counts crossings and corrections."""
    return t(
        "changes.title",
        year=found.year.year,
        before=found.year.year - 1,
        met=len(found.gained),
        lost=len(found.lost),
        corrected=len(found.corrected),
        since=formats.day(found.since, language()),
    )


def lists(asked: Ask, found: Changes) -> list[Component]:
    """The units that crossed their plan, and the corrections."""
    crossed = [_crossing(asked, pair) for pair in found.crossed]
    corrected = [_correction(asked, each) for each in found.corrected]
    return [
        _list(t("changes.crossed"), crossed, t("changes.none_crossed")),
        _list(t("changes.corrected"), corrected, t("changes.none_corrected")),
    ]


def _list(heading: str, items: Sequence[Component], nothing: str) -> Component:
    shown = list(items[:_MAX_LISTED])
    if len(items) > _MAX_LISTED:
        shown.append(html.Li(t("changes.more", count=len(items) - _MAX_LISTED), className="fine"))
    inside = html.Ul(shown, className="changes") if shown else html.P(nothing, className="fine")
    return html.Div([html.H3(heading), inside])


def _crossing(asked: Ask, pair: Crossing) -> Component:
    href = asked.address("/trend", unit=pair.now.unit, indicator=pair.now.indicator.code)
    text = t("changes.from_to", name=sentences.name(pair.now), before=written(pair.before), now=written(pair.now))
    return html.Li(
        [
            dcc.Link(pair.now.unit_name, href=href),
            " ",
            verdict(pair.now.status),
            html.Span(text, className="fine block"),
        ]
    )


def _correction(asked: Ask, corrected: Corrected) -> Component:
    first = corrected.first
    href = asked.address("/returns", unit=first.unit)
    text = t(
        "changes.correction",
        period=sentences.short(first.period),
        forms=", ".join(corrected.forms),
        instant=formats.instant(first.accepted_at, language()),
    )
    return html.Li([dcc.Link(first.unit_name, href=href), html.Span(text, className="fine block")])
