"""Tổng quan: are we on plan, where is it stuck, what changed? A sentence, three answers, eight figures, two charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from indicators.answers.rows import ValueRow
from layouts.figures.chart import Figure
from layouts.pages.overview import changes, history, stuck
from layouts.pages.overview.cards import cards
from layouts.pages.overview.glance import answers
from layouts.parts.components import graph, linked, section, table_behind
from layouts.parts.page import Needs, Page, PageGroup, cached_view, follow
from layouts.parts.slots import Slot, Slots
from layouts.text import t
from layouts.views import headlines
from layouts.views.ask import Ask
from layouts.views.featured import MEMBERS, VILLAGE_HEADS
from layouts.views.overview import OverviewFacts, facts
from layouts.views.rows import noun_short

_PATH = "/"


class Ids(StrEnum):
    """Component ids of this page."""

    HEADLINE = "overview-headline"
    ANSWERS = "overview-answers"
    CARDS = "overview-cards"
    RANKING_TITLE = "overview-ranking-title"
    RANKING = "overview-ranking"
    RANKING_BOX = "overview-ranking-box"
    RANKING_TABLE = "overview-ranking-table"
    LONG_TITLE = "overview-long-title"
    LONG_NOTE = "overview-long-note"
    LONG = "overview-long"
    LONG_BOX = "overview-long-box"
    LONG_TABLE = "overview-long-table"
    CHANGES_TITLE = "overview-changes-title"
    CHANGES = "overview-changes"
    SINK = "overview-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    headline: Annotated[list[Component | str], Slot(Ids.HEADLINE)]
    answers: Annotated[list[Component], Slot(Ids.ANSWERS)]
    cards: Annotated[list[Component], Slot(Ids.CARDS)]
    ranking_title: Annotated[list[Component | str], Slot(Ids.RANKING_TITLE)]
    ranking: Annotated[Figure, Slot(Ids.RANKING, "figure")]
    ranking_style: Annotated[dict[str, int], Slot(Ids.RANKING, "style")]
    ranking_box: Annotated[dict[str, str], Slot(Ids.RANKING_BOX, "style")]
    ranking_table: Annotated[Mapping[str, Any], Slot(Ids.RANKING_TABLE, "data")]
    long_title: Annotated[list[Component | str], Slot(Ids.LONG_TITLE)]
    long_note: Annotated[list[Component | str], Slot(Ids.LONG_NOTE)]
    long: Annotated[Figure, Slot(Ids.LONG, "figure")]
    long_box: Annotated[dict[str, str], Slot(Ids.LONG_BOX, "style")]
    long_table: Annotated[Mapping[str, Any], Slot(Ids.LONG_TABLE, "data")]
    changes_title: Annotated[list[Component | str], Slot(Ids.CHANGES_TITLE)]
    changes: Annotated[list[Component], Slot(Ids.CHANGES)]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.Div(**shown[Ids.ANSWERS], className="answers"),
            html.Div(**shown[Ids.CARDS], className="cards"),
            html.Div([_stuck(asked, shown), _changes(shown)], className="pair"),
            _history(asked, shown),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def _stuck(asked: Ask, shown: View) -> Component:
    inside = section(
        html.Span(**shown[Ids.RANKING_TITLE]),
        graph(shown[Ids.RANKING], asked.language),
        table_behind(shown[Ids.RANKING_TABLE]),
    )
    return html.Div(inside, **shown[Ids.RANKING_BOX])


def _changes(shown: View) -> Component:
    return section(
        html.Span(**shown[Ids.CHANGES_TITLE]),
        html.Div(**shown[Ids.CHANGES], className="lists"),
    )


def _history(asked: Ask, shown: View) -> Component:
    inside = section(
        html.Span(**shown[Ids.LONG_TITLE]),
        graph(shown[Ids.LONG], asked.language),
        table_behind(shown[Ids.LONG_TABLE]),
        note=html.Span(**shown[Ids.LONG_NOTE]),
    )
    return html.Div(inside, **shown[Ids.LONG_BOX])


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    overview = facts(asked)
    below, judged = stuck.below(asked, overview), overview.judged(VILLAGE_HEADS)
    changed = changes.changes(asked, judged.until if judged else asked.period.whole_year.previous)
    ranked, long = stuck.ranked(asked, below), history.since_first(asked)
    return View(
        headline=linked(_headline(asked, overview, below)),
        answers=answers(asked, overview, below, changed),
        cards=cards(asked, overview),
        ranking_title=linked(ranked.title),
        ranking=ranked.drawn,
        ranking_style=ranked.style,
        ranking_box=ranked.box,
        ranking_table=ranked.table,
        long_title=linked(long.title),
        long_note=linked(long.note),
        long=long.drawn,
        long_box=long.box,
        long_table=long.table,
        changes_title=linked(changes.title(asked, changed)),
        changes=changes.lists(asked, changed),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    for chart, opened in ((Ids.RANKING, "open_unit"), (Ids.LONG, "open_point")):
        app.clientside_callback(
            ClientsideFunction("navigation", opened),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(chart, "clickData"),
            prevent_initial_call=True,
        )


def _headline(asked: Ask, overview: OverviewFacts, below: Sequence[ValueRow]) -> str:
    """One sentence: on plan or not, the gap in people, and the units with the largest gaps."""
    found = overview.headline(VILLAGE_HEADS)
    if found is None or (found.current.value is None and found.judged is None):
        members = overview.headline(MEMBERS)
        return headlines.sentence(asked, members) + "." if members else asked.unit.name
    sentence, short = headlines.sentence(asked, found), stuck.by_need(below)
    if short:
        sentence += t(
            "overview.stuck",
            unit=short[0].unit_name,
            count=headlines.needed_of(asked, short[0]),
            noun=noun_short(short[0]),
        )
    return sentence + "."


PAGE = Page(
    code="overview",
    path=_PATH,
    group=PageGroup.MONITOR,
    layout=layout,
    register=register,
    needs=frozenset({Needs.CHARTS}),
)
