"""The figures of the start page: what each is made of, and the card that says it in a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators import CATALOGUE
from indicators.value import STATE_TITLES, State
from layouts import findings, formats, freshness
from layouts.components import JUDGED, verdict
from layouts.figures.sparkline import Mark, sparkline
from layouts.freshness import Completeness
from layouts.rows import Row, by_indicator, rows, series
from layouts.site import Ask
from layouts.text import language, t

FIGURES = (
    "members",
    "admissions_plan_rate",
    "village_heads_member_share",
    "bases_without_admission",
    "small_cells",
    "removals",
    "returns_on_time_share",
    "returns_complete_share",
)
_TREND = "/trend"
_SPARK = 13
_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page is made of: each indicator's recent rows, and its rows of the judged years."""

    recent: Mapping[str, tuple[Row, ...]]
    years: Mapping[str, tuple[Row, ...]]
    completeness: Completeness

    def now(self, code: str) -> Row | None:
        """The row of the period asked for."""
        return (self.recent.get(code) or (None,))[-1]

    def year_before(self, row: Row) -> Row | None:
        """The same period of the year before."""
        wanted = row.period.years_ago(1)
        return next((other for other in self.recent[row.indicator.code] if other.period == wanted), None)

    def judged(self, code: str) -> Row | None:
        """The last year that a verdict could be given for."""
        return findings.latest_judged(self.years.get(code, ()))


def facts(asked: Ask) -> Facts:
    """The rows of the page: fetched together, since they share returns."""
    # What was known at an instant is summed from the cells, which takes longer: as much as the comparison needs.
    most = _SPARK if asked.reader.as_of is None else _COMPARED
    recent = series(asked, asked.period.frequency, asked.period, most)
    if asked.period not in recent:
        recent = (*recent, asked.period)
    year = asked.period.whole_year
    return Facts(
        by_indicator(rows(asked, FIGURES, asked.unit, recent)),
        by_indicator(rows(asked, FIGURES, asked.unit, (year.previous, year))),
        freshness.completeness(freshness.due(asked, asked.period)),
    )


def card(asked: Ask, known: Facts, code: str) -> Component:
    """One figure: its value now, how it moved, the last verdict; it leads to its trend."""
    indicator = CATALOGUE[code]
    now = known.now(code)
    link = asked.address(
        _TREND, indicator=code, frequency="quarter" if asked.period.frequency is Frequency.QUARTER else None
    )
    title = html.Span(indicator.title[asked.language], className="card-title")
    if now is None or now.value is None:
        reason = now.reason if now else STATE_TITLES[State.NOT_REPORTED][asked.language]
        told = html.Span(reason, className="fine")
        return dcc.Link(
            [title, html.Span(formats.NOTHING, className="value hollow"), told], href=link, className="card figure-card"
        )
    shape = "value" if now.is_complete else "value hollow"
    marks = [Mark(row.value, row.is_complete) for row in known.recent[code]]
    line = [html.Span(now.written, className=shape), html.Img(src=sparkline(marks), alt="", className="spark")]
    parts = [
        title,
        html.Span(line, className="card-line"),
        html.Span(_since(known, now), className="fine"),
        *_judgement(asked, known, now),
    ]
    return dcc.Link(parts, href=link, className="card figure-card")


def _judgement(asked: Ask, known: Facts, now: Row) -> list[Component]:
    speech = asked.language
    judged = known.judged(now.indicator.code)
    if judged is None or judged.status not in JUDGED or judged.plan is None:
        return []
    plan = formats.value(judged.plan, judged.indicator.format, speech)
    short = judged.people_short
    told = t("overview.judged", period=judged.period.title(speech), value=judged.written, plan=plan)
    if short:
        told += t("overview.short", count=formats.number(short, speech))
    return [html.Span([verdict(judged.status), html.Span(told, className="fine")], className="card-verdict")]


def _since(known: Facts, now: Row) -> str:
    if now.is_complete:
        return findings.change(now, known.year_before(now)) or now.period.title(language())
    full = [row for row in known.recent[now.indicator.code] if row.is_complete]
    text = t("overview.sent", sent=known.completeness.sent, all=len(known.completeness.committees))
    if full:
        text += "; " + t("overview.last_full", period=full[-1].period.short(language()), value=full[-1].written)
    return text
