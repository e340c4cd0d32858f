"""The eight figures of the start page, each a card."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from data.tasks import TaskState
from indicators.answers.against_plan import PaceRow
from indicators.methods.pace import PaceVerdict
from indicators.methods.reasons import ListPart
from indicators.values.model import Counted
from indicators.values.value import STATE_TITLES, State, Status
from layouts.figures.sparkline import Mark, sparkline
from layouts.parts.components import badge, fine, linked, pace_verdict, verdict
from layouts.text import language, t
from layouts.views import headlines, lagging_sentences, sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS_OF_PLAN, BASES_WITHOUT_ADMISSION
from layouts.views.figure_links import anchored, plain
from layouts.views.headlines import Headline
from layouts.views.overview import OverviewFacts, figures
from layouts.views.rows import why_missing
from layouts.words import formats, marks, paces

_TREND, _COMPARE = "/trend", "/compare"
_PAGES = {Counted.ORGANISATIONS: _COMPARE, Counted.RETURNS: "/returns"}
"""The page that a counted figure links to; all others link to the trend."""


def cards(asked: Ask, overview: OverviewFacts) -> list[Component]:
    """A card for each figure; lagging cells follow the organisations, tasks come last."""
    codes = figures(asked)
    made = [card(asked, overview, code) for code in codes]
    made.insert(codes.index(BASES_WITHOUT_ADMISSION) + 1, _lagging(asked, overview))
    return [*made, _tasks(asked, overview)]


def card(asked: Ask, overview: OverviewFacts, code: str) -> Component:
    """The card of one indicator: current value, change, last verdict, link to its page."""
    indicator, found = asked.catalogue[code], overview.headline(code)
    path = _PAGES.get(indicator.counts, _TREND)
    frequency = "quarter" if asked.period.frequency is Frequency.QUARTER else None
    more = {"indicator": code, "frequency": frequency} if path == _TREND else {"indicator": code}
    href = asked.address(path, **(more if path in {_TREND, _COMPARE} else {}))
    title = indicator.title[asked.language]
    if found is None:
        reason = STATE_TITLES[State.NOT_REPORTED][asked.language]
        return _card(href, title, formats.NOTHING, [fine(reason)], hollow=True)
    judgement = (_pace_lines(asked, overview) if code == ADMISSIONS_OF_PLAN else []) or _judgement(asked, found)
    details, said = [*_course(asked, found), *judgement], found.said
    if said is None or said.value is None:
        return _card(href, title, formats.NOTHING, details, hollow=True)
    shown = [Mark(row.value, row.is_complete) for row in overview.recent[code] if row.until <= said.until]
    value = headlines.value_of(asked, said)
    return _card(href, title, value, details, hollow=not said.is_complete, spark=shown)


def _card(
    href: str, title: str, value: str, details: Sequence[Component], *, hollow: bool = False, spark: Sequence[Mark] = ()
) -> Component:
    line: list[Component] = [html.Span(linked(value), className="value hollow" if hollow else "value")]
    if spark:
        line.append(html.Img(src=sparkline(spark), alt="", className="spark"))
    # A value is the link of its card; the title of one without a value leads to the page that says why.
    leads = plain(value) != value
    named = html.Span(title, className="card-title") if leads else dcc.Link(title, href=href, className="card-title")
    head = [named, html.Span(line, className="card-line")]
    return html.Div([*head, *details], className="card figure-card")


def _course(asked: Ask, found: Headline) -> list[Component]:
    """Of which period the value is, how it moved; below it a provisional total, from which nothing is drawn."""
    said, current = found.said, found.current
    if said is None or said.value is None:
        lines = [headlines.provisional(asked, current) if found.is_provisional else why_missing(current)]
        if found.complete is not None and found.complete.until != (found.judged or said or current).until:
            lines.append(sentences.capital(headlines.last_complete(asked, found.complete)))
        return [fine(line) for line in lines]
    period = said.until.title(asked.language)
    if not said.is_complete:
        return [fine(t("overview.partly", period=period, sent=headlines.who_sent(asked, said)[0]))]
    moved = headlines.moved(asked, said, found.before)
    if moved and found.before is not None and found.before.value is not None:
        moved = f"{marks.arrow(said.value - found.before.value)} {moved}"
    lines = [" · ".join(part for part in (period, moved) if part)]
    if found.is_provisional:
        lines.append(sentences.capital(headlines.provisional(asked, current)))
    return [fine(line) for line in lines]


def _judgement(asked: Ask, found: Headline) -> list[Component]:
    judged = found.judged
    if judged is None or judged.plan is None:
        return []
    text = sentences.capital(headlines.level(asked, judged))
    return [html.Span([verdict(judged.status), fine(text)], className="card-verdict")]


def _pace_lines(asked: Ask, overview: OverviewFacts) -> list[Component]:
    """The pace in words, with the projection for the year."""
    found = overview.pace
    if found is None:
        return []
    return [html.Span([pace_verdict(found), fine(pace_summary(asked, found))], className="card-verdict")]


def pace_summary(asked: Ask, found: PaceRow, *, briefly: bool = False) -> str:
    """As "hết quý II năm 2020: 1.097/2.429; dự kiến cả năm 2.523, khả năng đạt kế hoạch 81 %".

    `briefly` the counts only.
    """
    speech = language()

    def figure(text: str, name: str | None = None) -> str:
        return anchored(text, asked.address("/plans", unit=found.unit, period=found.until.code, figure=name))

    done, plan = figure(formats.number(found.done, speech)), figure(formats.number(found.plan, speech), "plan")
    text = t("overview.pace", period=sentences.at(found.until), done=done, plan=plan)
    if briefly or found.verdict is PaceVerdict.REACHED or paces.is_over(found):
        return text
    if found.projection is not None:
        text += t("overview.projection", count=figure(formats.number(found.projection, speech), "projection"))
    if found.chance is not None:
        text += t("overview.chance", share=figure(formats.chance(found.chance, speech), "chance"))
    return text


def _lagging(asked: Ask, overview: OverviewFacts) -> Component:
    """Lagging cells: all, what changed, whose return is missing; each number leads to the list that it counts."""
    cells = overview.cells
    compared = lagging_sentences.compared_with(cells, asked.period, asked.language)
    details = [fine(sentences.capital(compared))]
    details += [fine(text) for _, text in lagging_sentences.linked_parts(asked, cells)]
    href, value = asked.address("/lagging"), lagging_sentences.figure(asked, cells, ListPart.ALL)
    return _card(href, t("overview.lagging_title"), value, details, hollow=cells.missing > 0)


def _tasks(asked: Ask, overview: OverviewFacts) -> Component:
    """Tasks of the conclusion: done of owed, overdue."""
    tasks, speech = overview.tasks, asked.language
    href, title = asked.address("/tasks"), t("overview.tasks_title")
    if not tasks.due:
        return _card(href, title, formats.NOTHING, [fine(t("overview.no_tasks"))], hollow=True)
    details = [fine(t("overview.tasks", year=asked.period.year))]
    if tasks.overdue:
        late = anchored(formats.number(tasks.overdue, speech), asked.address("/tasks", state=str(TaskState.OVERDUE)))
        words = t("overview.overdue", count=late)
        details.append(html.Span([badge(Status.NOT_MET, words)], className="card-verdict"))
    done = anchored(f"{formats.number(tasks.done, speech)}/{formats.number(tasks.due, speech)}", href)
    return _card(href, title, done, details)
