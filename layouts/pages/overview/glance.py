"""Three answers under the headline: is the plan met, where is it stuck, what changed; each a sentence with a list."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from data.tasks import TaskState
from indicators.answers.rows import ValueRow
from indicators.methods.pace import PaceVerdict
from indicators.methods.reasons import ListPart
from indicators.values.value import JUDGED
from layouts.pages.overview.cards import pace_summary
from layouts.pages.overview.changes import Changes, counted
from layouts.pages.overview.stuck import by_need
from layouts.parts.components import fine, icon, linked, pace_verdict, verdict
from layouts.text import language, t
from layouts.views import headlines, lagging_sentences, sentences
from layouts.views.ask import Ask
from layouts.views.crossings import met_of
from layouts.views.featured import ADMISSIONS_OF_PLAN, BASES_WITHOUT_ADMISSION
from layouts.views.figure_links import Aspect, anchored, figure_of
from layouts.views.overview import OverviewFacts, figures
from layouts.views.rows import noun_short, planned, short_of_plan
from layouts.words import formats, listing, paces

_NAMED = 3
_TREND = "/trend"


def answers(asked: Ask, overview: OverviewFacts, below: Sequence[ValueRow], changed: Changes) -> list[Component]:
    """The three answers in order."""
    return [_on_plan(asked, overview), _stuck(asked, overview, below), _changed(asked, overview, changed)]


def _answer(sign: str, question: str, sentence: str, lines: Sequence[Component]) -> Component:
    inside = [html.P([icon(sign, 16), question], className="question"), html.H2(linked(sentence), className="sentence")]
    return html.Section([*inside, *([html.Ul(lines, className="changes")] if lines else [])], className="card answer")


def _on_plan(asked: Ask, overview: OverviewFacts) -> Component:
    """Each figure that has a plan: the flow judged by its pace within the year, the others by the last judged year."""
    levels = [overview.judged(code) for code in figures(asked) if code != ADMISSIONS_OF_PLAN]
    known = [row for row in levels if row is not None and row.status in JUDGED]
    last = max((row.until for row in known), default=None)
    judged = [row for row in known if row.until == last]
    lines = [_judged(asked, row) for row in judged]
    if overview.pace is not None:
        href = asked.address("/plans")
        link = dcc.Link(t("glance.admissions"), href=href)
        done = fine(f": {pace_summary(asked, overview.pace, briefly=True)}")
        lines.insert(0, html.Li([pace_verdict(overview.pace), " ", link, done]))
    return _answer("plans", t("glance.on_plan"), _plan_sentence(asked, overview, judged), lines)


def _plan_sentence(asked: Ask, overview: OverviewFacts, judged: Sequence[ValueRow]) -> str:
    counts = {"met": _met(asked, judged), "year": judged[0].until.year} if judged else {}
    if overview.pace is None:
        return t("glance.met", **counts) if judged else t("glance.no_plan")
    missed = overview.pace.verdict is PaceVerdict.UNLIKELY and paces.is_over(overview.pace)
    pace = t("glance.pace_missed") if missed else t(f"glance.pace_{overview.pace.verdict}")
    return t("glance.pace_met", pace=pace, **counts) if judged else pace


def _met(asked: Ask, judged: Sequence[ValueRow]) -> str:
    """How many meet their plan, anchored at the table of these values."""
    listed = {"indicators": ".".join(row.indicator.code for row in judged), "from": judged[0].until.code}
    return anchored(met_of(judged), asked.address("/table", period=judged[0].until.code, figure="met", **listed))


def _judged(asked: Ask, row: ValueRow) -> Component:
    plan = figure_of(asked, planned(row), row, Aspect.PLAN)
    text = t("overview.judged", period=sentences.at(row.until), value=headlines.value_of(asked, row), plan=plan)
    link = dcc.Link(row.indicator.title[asked.language], href=asked.address(_TREND, indicator=row.indicator.code))
    return html.Li([verdict(row.status), " ", link, fine(f": {text}")])


def _stuck(asked: Ask, overview: OverviewFacts, below: Sequence[ValueRow]) -> Component:
    """Units furthest below plan in people, bases without admissions, lagging cells, overdue tasks."""
    short, speech, lines = by_need(below), asked.language, []
    if short:
        named = [
            _unit(asked, row, t("glance.people", count=headlines.needed_of(asked, row), noun=noun_short(row)))
            for row in short
        ]
        heading = sentences.capital(sentences.name(short[0]))
        lines.append(html.Li([heading, ": ", *_listed(named), fine(_each_and_all(asked, overview, short))]))
    without = overview.headline(BASES_WITHOUT_ADMISSION)
    bases = without.said if without is not None else None
    if bases is not None and bases.value:
        of_year = "_of_year" if bases.until.frequency is Frequency.YEAR else ""
        words = t(f"overview.bases{of_year}", count=headlines.value_of(asked, bases), period=sentences.at(bases.until))
        lines.append(html.Li(linked(words)))
    if overview.cells.lagging:
        count = lagging_sentences.figure(asked, overview.cells, ListPart.ALL)
        lines.append(html.Li(linked(t("glance.cells", count=count))))
    if overview.tasks.overdue:
        href = asked.address("/tasks", state=str(TaskState.OVERDUE))
        count = anchored(formats.number(overview.tasks.overdue, speech), href)
        lines.append(html.Li(linked(t("glance.overdue", count=count))))
    if short:
        said = t(
            "glance.stuck",
            unit=short[0].unit_name,
            count=headlines.needed_of(asked, short[0]),
            noun=noun_short(short[0]),
        )
    else:
        said = t("glance.stuck_elsewhere", count=len(lines)) if lines else t("glance.not_stuck")
    return _answer("lagging", t("glance.where"), said, lines)


def _each_and_all(asked: Ask, overview: OverviewFacts, short: Sequence[ValueRow]) -> str:
    """Why the needs of the units come to more than that of the whole; empty where they do not."""
    whole = overview.judged(short[0].indicator.code)
    need = short_of_plan(whole) if whole is not None and whole.until == short[0].until else None
    together = sum(short_of_plan(row) or 0 for row in short)
    if whole is None or need is None or together <= need:
        return ""
    return t(
        "glance.each_and_all" if need else "glance.each_though_all",
        unit=asked.unit.name,
        together=formats.number(together, asked.language),
        count=formats.number(need, asked.language),
        noun=noun_short(whole),
    )


def _changed(asked: Ask, overview: OverviewFacts, changed: Changes) -> Component:
    """Units that crossed a plan, cells that joined or left the list, corrected returns."""
    speech, cells, lines = asked.language, overview.cells, []
    for heading, found in ((t("glance.lost"), changed.lost), (t("glance.gained"), changed.gained)):
        if found:
            units = {row.unit: row for row in found}
            named = [_unit(asked, row, "") for row in units.values()]
            lines.append(html.Li([heading, ": ", *_listed(named)]))
    moved = [
        text
        for part, text in lagging_sentences.linked_parts(asked, cells)
        if part in {ListPart.NEW, ListPart.RECOVERED, ListPart.MISSING} and cells.of(part)
    ]
    if moved:
        compared = lagging_sentences.compared_with(cells, asked.period, speech)
        lines.append(html.Li(linked(f"{t('glance.cells_changed', compared=compared)}: {', '.join(moved)}")))
    if changed.corrected:
        since = formats.day(changed.since, speech)
        words = t("glance.corrected", count=counted(asked, changed, "corrected"), since=since)
        lines.append(html.Li(linked(words)))
    crossed = {"met": counted(asked, changed, "gained"), "lost": counted(asked, changed, "lost")}
    said = t("glance.crossed", year=changed.year.year, before=changed.year.year - 1, **crossed)
    if not changed.crossed:
        said = t("glance.none_crossed", year=changed.year.year, before=changed.year.year - 1)
    return _answer("trend", t("glance.changed"), said, lines)


def _unit(asked: Ask, row: ValueRow, note: str) -> list[Component | str]:
    link = dcc.Link(row.unit_name, href=asked.address(_TREND, unit=row.unit, indicator=row.indicator.code))
    return [link, " ", *linked(note)] if note else [link]


def _listed(named: Sequence[Sequence[Component | str]]) -> list[Component | str]:
    """The first few, separated by commas, and the number of the rest."""
    found: list[Component | str] = []
    known = listing.shown(len(named), _NAMED)
    for place, each in enumerate(named[:known]):
        found += [", ", *each] if place else each
    more = len(named) - known
    return [*found, t("list.more", count=formats.number(more, language()))] if more else found
