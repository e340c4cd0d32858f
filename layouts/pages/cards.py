"""The eight figures of the start page: what each is made of, and the card that says it in a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from data.tasks import TaskState
from indicators import CATALOGUE
from indicators.pace import Verdict
from indicators.reasons import Course
from indicators.value import STATE_TITLES, State, Status
from layouts import findings, formats, freshness
from layouts.answers import Enquiry
from layouts.components import JUDGED, MARKS, aria, verdict
from layouts.figures.sparkline import Mark, sparkline
from layouts.freshness import Completeness
from layouts.rows import Row, by_indicator, rows, series
from layouts.site import Ask
from layouts.standing import pace_rows
from layouts.task_board import owed
from layouts.text import language, t
from layouts.watchlist import Work, courses

FIGURES = (
    "members",
    "admissions_plan_rate",
    "village_heads_member_share",
    "bases_without_admission",
    "dossier_complete_share",
    "returns_on_time_share",
)
_TREND, _COMPARE = "/trend", "/compare"
_SPARK = 13
_COMPARED = 5
_SAID = frozenset({Verdict.BEHIND, Verdict.ON_PACE, Verdict.TOO_EARLY})
_AS_STATUS = {Verdict.BEHIND: Status.NOT_MET, Verdict.ON_PACE: Status.MET}


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
    most = _SPARK if asked.as_of is None else _COMPARED
    recent = series(asked, asked.period.frequency, asked.period, most)
    if asked.period not in recent:
        recent = (*recent, asked.period)
    year = asked.period.whole_year
    return Facts(
        by_indicator(rows(asked, FIGURES, asked.unit, recent)),
        by_indicator(rows(asked, FIGURES, asked.unit, (year.previous, year))),
        freshness.completeness(freshness.due(asked, asked.period)),
    )


def pace(asked: Ask) -> Mapping[str, Any] | None:
    """The pace of admissions after the last period of the year that it can be told for (keys: PACE_COLUMNS)."""
    year = asked.period.whole_year
    known = [p for p in series(asked, asked.period.frequency, asked.period) if year.contains(p)]
    enquiry = Enquiry(indicators=("admissions",), unit=asked.unit.code, periods=tuple(known), basis=asked.basis)
    found = asked.remembered(("pace", enquiry), lambda: pace_rows(asked.reader, enquiry))
    return next((row for row in reversed(found) if row["verdict"] in _SAID), None)


def cards(asked: Ask, known: Facts) -> list[Component]:
    """All eight, in their order."""
    return [
        card(asked, known, "members"),
        card(asked, known, "admissions_plan_rate", extra=_pace_said(asked)),
        card(asked, known, "village_heads_member_share"),
        card(asked, known, "bases_without_admission", path=_COMPARE),
        _lagging(asked),
        card(asked, known, "dossier_complete_share"),
        card(asked, known, "returns_on_time_share", path="/returns"),
        _tasks(asked),
    ]


def card(asked: Ask, known: Facts, code: str, *, path: str = _TREND, extra: Sequence[Component] = ()) -> Component:
    """One indicator: its value now, how it moved, the last verdict; it leads to the page that tells more."""
    indicator, now = CATALOGUE[code], known.now(code)
    frequency = "quarter" if asked.period.frequency is Frequency.QUARTER else None
    more = {"indicator": code, "frequency": frequency} if path == _TREND else {"indicator": code}
    href = asked.address(path, **(more if path in {_TREND, _COMPARE} else {}))
    title = indicator.title[asked.language]
    if now is None or now.value is None:
        reason = now.reason if now else STATE_TITLES[State.NOT_REPORTED][asked.language]
        return _card(href, title, formats.NOTHING, [html.Span(reason, className="fine")], hollow=True)
    marks = [Mark(row.value, row.is_complete) for row in known.recent[code]]
    told = [html.Span(_since(known, now), className="fine"), *(extra or _judgement(asked, known, now))]
    return _card(href, title, now.written, told, hollow=not now.is_complete, marks=marks)


def _card(
    href: str, title: str, value: str, told: Sequence[Component], *, hollow: bool = False, marks: Sequence[Mark] = ()
) -> Component:
    line: list[Component] = [html.Span(value, className="value hollow" if hollow else "value")]
    if marks:
        line.append(html.Img(src=sparkline(marks), alt="", className="spark"))
    head = [html.Span(title, className="card-title"), html.Span(line, className="card-line")]
    return dcc.Link([*head, *told], href=href, className="card figure-card")


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


def _pace_said(asked: Ask) -> list[Component]:
    """The pace in words, with what the year comes to if it goes on like this."""
    found, speech = pace(asked), asked.language
    if found is None:
        return []
    done, plan = formats.number(found["done"], speech), formats.number(found["plan"], speech)
    told = t("overview.pace", period=findings.short(found["period"]), done=done, plan=plan)
    if found["projection"] is not None:
        told += t("overview.projection", count=formats.number(found["projection"], speech))
    status = _AS_STATUS.get(found["verdict"], Status.CANNOT_TELL)
    mark = html.Span(
        [html.Span(MARKS[status], className="mark", **aria(hidden="true")), t(f"pace.{found['verdict']}")],
        className=f"verdict verdict-{status}",
    )
    return [html.Span([mark, html.Span(told, className="fine")], className="card-verdict")]


def _lagging(asked: Ask) -> Component:
    """Cells to look at: how many, how many of them new, how many have recovered."""
    found = Work(asked).everything
    now, counts = sum(bool(each.line.listed.reasons) for each in found), courses(found)
    speech = asked.language
    told = t(
        "overview.lagging",
        new=formats.number(counts[Course.NEW], speech),
        still=formats.number(counts[Course.STILL], speech),
        recovered=formats.number(counts[Course.RECOVERED], speech),
    )
    title, value = t("overview.lagging_title"), formats.number(now, speech)
    return _card(asked.address("/lagging"), title, value, [html.Span(told, className="fine")])


def _tasks(asked: Ask) -> Component:
    """Tasks of the conclusion: how many of how many are done, how many overdue."""
    found, speech = owed(asked), asked.language
    done = sum(line.state is TaskState.DONE for line in found)
    overdue = sum(line.state is TaskState.OVERDUE for line in found)
    href, title = asked.address("/tasks"), t("overview.tasks_title")
    if not found:
        return _card(href, title, formats.NOTHING, [html.Span(t("overview.no_tasks"), className="fine")], hollow=True)
    told: list[Component] = [html.Span(t("overview.tasks", year=asked.period.year), className="fine")]
    if overdue:
        words = t("overview.overdue", count=formats.number(overdue, speech))
        told.append(
            html.Span(
                [html.Span(MARKS[Status.NOT_MET], className="mark", **aria(hidden="true")), words],
                className="verdict verdict-not_met",
            )
        )
    return _card(href, title, f"{formats.number(done, speech)}/{formats.number(len(found), speech)}", told)


def _since(known: Facts, now: Row) -> str:
    if now.is_complete:
        return findings.change(now, known.year_before(now)) or now.period.title(language())
    full = [row for row in known.recent[now.indicator.code] if row.is_complete]
    text = t("overview.sent", sent=known.completeness.sent, all=len(known.completeness.committees))
    if full:
        text += "; " + t("overview.last_full", period=full[-1].period.short(language()), value=full[-1].written)
    return text
