"""Tổng quan: are we on plan, where is it stuck, what changed? A sentence, three answers, eight figures, two charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from indicators.answers.rows import ValueRow
from layouts.figures.chart import Figure
from layouts.pages.overview import changes, history, stuck
from layouts.pages.overview.cards import cards
from layouts.pages.overview.glance import answers
from layouts.parts.components import graph, section, table_behind
from layouts.parts.page import Needs, Page, PageGroup, follow, recalled
from layouts.text import t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.overview import OverviewFacts, facts
from layouts.views.rows import short_of_plan
from layouts.views.singled_out import MEMBERS, VILLAGE_HEADS
from layouts.words import formats

_PATH = "/"


class Ids(StrEnum):
    """Ids of this page."""

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


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `register`'s outputs."""

    headline: str
    answers: list[Component]
    cards: list[Component]
    ranking_title: str
    ranking: Figure
    ranking_style: dict[str, int]
    ranking_box: dict[str, str]
    ranking_table: Mapping[str, Any]
    long_title: str
    long_note: str
    long: Figure
    long_box: dict[str, str]
    long_table: Mapping[str, Any]
    changes_title: str
    changes: list[Component]


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = recalled(asked, _PATH, view)
    return html.Div(
        [
            html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
            html.Div(shown.answers, id=Ids.ANSWERS, className="answers"),
            html.Div(shown.cards, id=Ids.CARDS, className="cards"),
            html.Div([_stuck(asked, shown), _changes(shown)], className="pair"),
            _history(asked, shown),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def _stuck(asked: Ask, shown: View) -> Component:
    inside = section(
        html.Span(shown.ranking_title, id=Ids.RANKING_TITLE),
        graph(Ids.RANKING, shown.ranking, asked.language),
        table_behind(Ids.RANKING_TABLE, shown.ranking_table),
    )
    return html.Div(inside, id=Ids.RANKING_BOX, style=shown.ranking_box)


def _changes(shown: View) -> Component:
    return section(
        html.Span(shown.changes_title, id=Ids.CHANGES_TITLE),
        html.Div(shown.changes, id=Ids.CHANGES, className="lists"),
    )


def _history(asked: Ask, shown: View) -> Component:
    inside = section(
        html.Span(shown.long_title, id=Ids.LONG_TITLE),
        graph(Ids.LONG, shown.long, asked.language),
        table_behind(Ids.LONG_TABLE, shown.long_table),
        note=html.Span(shown.long_note, id=Ids.LONG_NOTE),
    )
    return html.Div(inside, id=Ids.LONG_BOX, style=shown.long_box)


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
    known = facts(asked)
    below, judged = stuck.below(asked, known), known.judged(VILLAGE_HEADS)
    changed = changes.changes(asked, judged.until if judged else asked.period.whole_year.previous)
    return View(
        _headline(asked, known, below),
        answers(asked, known, below, changed),
        cards(asked, known),
        *stuck.ranked(asked, below),
        *history.since_first(asked),
        changes.title(changed),
        changes.lists(asked, changed),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    outputs = (
        Output(Ids.HEADLINE, "children"),
        Output(Ids.ANSWERS, "children"),
        Output(Ids.CARDS, "children"),
        Output(Ids.RANKING_TITLE, "children"),
        Output(Ids.RANKING, "figure"),
        Output(Ids.RANKING, "style"),
        Output(Ids.RANKING_BOX, "style"),
        Output(Ids.RANKING_TABLE, "data"),
        Output(Ids.LONG_TITLE, "children"),
        Output(Ids.LONG_NOTE, "children"),
        Output(Ids.LONG, "figure"),
        Output(Ids.LONG_BOX, "style"),
        Output(Ids.LONG_TABLE, "data"),
        Output(Ids.CHANGES_TITLE, "children"),
        Output(Ids.CHANGES, "children"),
    )
    follow(app, _PATH, outputs, view)
    for chart, opened in ((Ids.RANKING, "open_unit"), (Ids.LONG, "open_point")):
        app.clientside_callback(
            ClientsideFunction("navigation", opened),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(chart, "clickData"),
            prevent_initial_call=True,
        )


def _headline(asked: Ask, known: OverviewFacts, below: Sequence[ValueRow]) -> str:
    """One sentence: on plan or not, by how many people, and where most of them are missing."""
    judged = known.judged(VILLAGE_HEADS)
    if judged is None or judged.value is None:
        members = known.now(MEMBERS)
        return sentences.sentence(members) + "." if members else asked.unit.name
    said, short = sentences.sentence(judged), stuck.by_need(below)
    if short:
        count = formats.number(short_of_plan(short[0]), asked.language)
        said += t("overview.stuck", unit=short[0].unit_name, count=count)
    return said + "."


PAGE = Page(
    code="overview",
    path=_PATH,
    group=PageGroup.MONITOR,
    layout=layout,
    register=register,
    needs=frozenset({Needs.CHARTS}),
)
