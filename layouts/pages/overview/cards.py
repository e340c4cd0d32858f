"""The eight figures of the start page: what each is made of, and the card that says it in a glance."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators.answers.against_plan import PaceRow
from indicators.answers.rows import ValueRow
from indicators.methods.pace import PaceVerdict
from indicators.values.model import Counted
from indicators.values.value import JUDGED, STATE_TITLES, State, Status
from layouts.figures.sparkline import Mark, sparkline
from layouts.parts.components import badge, fine, verdict
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS_OF_PLAN, BASES_WITHOUT_ADMISSION
from layouts.views.overview import OverviewFacts, figures
from layouts.views.rows import short_of_plan, why_missing, written
from layouts.words import formats

_TREND, _COMPARE = "/trend", "/compare"
_PAGES = {Counted.ORGANISATIONS: _COMPARE, Counted.RETURNS: "/returns"}
"""Which page tells more of what is counted; of anything else the trend does."""

_AS_STATUS = {PaceVerdict.BEHIND: Status.NOT_MET, PaceVerdict.ON_PACE: Status.MET}


def cards(asked: Ask, known: OverviewFacts) -> list[Component]:
    """One for each figure, the cells to look at after the other organisations, at last the tasks."""
    codes = figures(asked)
    made = [card(asked, known, code) for code in codes]
    made.insert(codes.index(BASES_WITHOUT_ADMISSION) + 1, _lagging(asked, known))
    return [*made, _tasks(asked, known)]


def card(asked: Ask, known: OverviewFacts, code: str) -> Component:
    """One indicator: its value now, how it moved, the last verdict; it leads to the page that tells more."""
    indicator, now = asked.catalogue[code], known.now(code)
    path = _PAGES.get(indicator.counts, _TREND)
    frequency = "quarter" if asked.period.frequency is Frequency.QUARTER else None
    more = {"indicator": code, "frequency": frequency} if path == _TREND else {"indicator": code}
    href = asked.address(path, **(more if path in {_TREND, _COMPARE} else {}))
    title = indicator.title[asked.language]
    if now is None or now.value is None:
        reason = why_missing(now) if now else STATE_TITLES[State.NOT_REPORTED][asked.language]
        return _card(href, title, formats.NOTHING, [fine(reason)], hollow=True)
    marks = [Mark(row.value, row.is_complete) for row in known.recent[code]]
    paced = _pace_said(known) if code == ADMISSIONS_OF_PLAN else []
    told = [fine(_since(known, now)), *(paced or _judgement(asked, known, now))]
    return _card(href, title, written(now), told, hollow=not now.is_complete, marks=marks)


def _card(
    href: str, title: str, value: str, told: Sequence[Component], *, hollow: bool = False, marks: Sequence[Mark] = ()
) -> Component:
    line: list[Component] = [html.Span(value, className="value hollow" if hollow else "value")]
    if marks:
        line.append(html.Img(src=sparkline(marks), alt="", className="spark"))
    head = [html.Span(title, className="card-title"), html.Span(line, className="card-line")]
    return dcc.Link([*head, *told], href=href, className="card figure-card")


def _judgement(asked: Ask, known: OverviewFacts, now: ValueRow) -> list[Component]:
    speech = asked.language
    judged = known.judged(now.indicator.code)
    if judged is None or judged.status not in JUDGED or judged.plan is None:
        return []
    plan = formats.value(judged.plan, judged.indicator.format, speech)
    short = short_of_plan(judged)
    told = t("overview.judged", period=judged.until.title(speech), value=written(judged), plan=plan)
    if short:
        told += t("overview.short", count=formats.number(short, speech))
    return [html.Span([verdict(judged.status), fine(told)], className="card-verdict")]


def _pace_said(known: OverviewFacts) -> list[Component]:
    """The pace in words, with what the year comes to if it goes on like this."""
    found = known.pace
    return [] if found is None else [html.Span([pace_verdict(found), fine(pace_told(found))], className="card-verdict")]


def pace_verdict(found: PaceRow) -> Component:
    """The verdict on a pace, with its mark."""
    return badge(_AS_STATUS.get(found.verdict, Status.CANNOT_TELL), t(f"pace.{found.verdict}"))


def pace_told(found: PaceRow, *, briefly: bool = False) -> str:
    """Such as "hết Q2/2020: 1.097/2.429; dự kiến cả năm 2.523, khả năng đạt kế hoạch 81 %"; briefly what is done."""
    speech = language()
    done, plan = formats.number(found.done, speech), formats.number(found.plan, speech)
    told = t("overview.pace", period=found.until.short(speech), done=done, plan=plan)
    if briefly:
        return told
    if found.projection is not None:
        told += t("overview.projection", count=formats.number(found.projection, speech))
    if found.chance is not None:
        told += t("overview.chance", share=formats.share(found.chance, speech, 0))
    return told


def _lagging(asked: Ask, known: OverviewFacts) -> Component:
    """Cells to look at: how many, how many of them new, how many have recovered."""
    cells, speech = known.cells, asked.language
    told = t(
        "overview.lagging",
        new=formats.number(cells.new, speech),
        still=formats.number(cells.still, speech),
        recovered=formats.number(cells.recovered, speech),
    )
    value = formats.number(cells.now, speech)
    return _card(asked.address("/lagging"), t("overview.lagging_title"), value, [fine(told)])


def _tasks(asked: Ask, known: OverviewFacts) -> Component:
    """Tasks of the conclusion: how many of how many are done, how many overdue."""
    tasks, speech = known.tasks, asked.language
    href, title = asked.address("/tasks"), t("overview.tasks_title")
    if not tasks.owed:
        return _card(href, title, formats.NOTHING, [fine(t("overview.no_tasks"))], hollow=True)
    told = [fine(t("overview.tasks", year=asked.period.year))]
    if tasks.overdue:
        words = t("overview.overdue", count=formats.number(tasks.overdue, speech))
        told.append(html.Span([badge(Status.NOT_MET, words)], className="card-verdict"))
    return _card(href, title, f"{formats.number(tasks.done, speech)}/{formats.number(tasks.owed, speech)}", told)


def _since(known: OverviewFacts, now: ValueRow) -> str:
    if now.is_complete:
        return sentences.change(now, known.year_before(now)) or now.until.title(language())
    full = [row for row in known.recent[now.indicator.code] if row.is_complete]
    text = t("overview.sent", sent=known.completeness.sent, all=len(known.completeness.committees))
    if full:
        text += "; " + t("overview.last_full", period=full[-1].until.short(language()), value=written(full[-1]))
    return text
