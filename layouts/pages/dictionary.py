"""Từ điển: what does a figure mean? The definition of every indicator, each with a URL of its own; searchable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from indicators.methods.reliability import SIMULATED, Band
from indicators.values.model import Indicator
from layouts.parts.components import aria, icon
from layouts.parts.markup import Markup
from layouts.parts.page import LOCATION, Page, PageGroup
from layouts.text import language, t
from layouts.views import told_and_came
from layouts.views.ask import Ask
from layouts.views.definitions import facts
from layouts.views.featured import ADMISSIONS

_PATH = "/dictionary"
_TOLD_AND_CAME = "told-and-came"

Subjects = Mapping[str, Sequence[Indicator]]


class Ids(StrEnum):
    """Component ids of this page."""

    SEARCH = "dictionary-search"
    ENTRIES = "dictionary-entries"
    COUNT = "dictionary-count"
    SINK = "dictionary-sink"


def layout(asked: Ask) -> Component:
    """The whole dictionary; the browser searches it and scrolls to the entry named in the URL."""
    by_subject = groupby(asked.catalogue.values(), lambda each: each.subject)
    subjects = {subject: tuple(found) for subject, found in by_subject}
    return html.Div(
        [
            html.H1(t("dictionary.headline", count=len(asked.catalogue)), className="headline"),
            html.P(t("dictionary.lead"), className="lead"),
            html.Div(
                [
                    dmc.TextInput(
                        id=Ids.SEARCH,
                        value=asked.query.get("q", ""),
                        label=t("dictionary.search"),
                        placeholder=t("dictionary.search_hint"),
                        leftSection=icon("search", 18),
                        className="dictionary-search",
                    ),
                    html.P(id=Ids.COUNT, className="fine", **aria(live="polite")),
                ],
                className="controls no-print",
            ),
            Markup(html.Div([_contents(subjects), _entries(asked, subjects)], className="dictionary")),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def register(app: Dash) -> None:
    """The page's callbacks, both clientside."""
    app.clientside_callback(
        ClientsideFunction("dictionary", "search"), Output(Ids.COUNT, "children"), Input(Ids.SEARCH, "value")
    )
    app.clientside_callback(ClientsideFunction("dictionary", "show"), Output(Ids.SINK, "data"), Input(LOCATION, "hash"))


def _contents(subjects: Subjects) -> Component:
    return html.Nav(
        [_listed(*each) for each in subjects.items()],
        className="contents no-print",
        **aria(label=t("dictionary.contents")),
    )


def _listed(subject: str, declared: Sequence[Indicator]) -> Component:
    links = [html.Li(html.A(each.title[language()], href=f"#{each.code}")) for each in declared]
    return html.Div([html.H2(_title(subject)), html.Ul(links)])


def _entries(asked: Ask, subjects: Subjects) -> Component:
    entries = [
        html.Section([html.H2(_title(subject)), *(_entry(asked, each) for each in declared)])
        for subject, declared in subjects.items()
    ]
    return html.Div(entries, id=Ids.ENTRIES)


def _title(subject: str) -> str:
    return t(f"dictionary.subject_{subject}")


def _entry(asked: Ask, indicator: Indicator) -> Component:
    title = indicator.title[asked.language]
    anchor = html.A(
        icon("link", 16),
        href=f"#{indicator.code}",
        className="anchor",
        **aria(label=t("dictionary.anchor", title=title)),
    )
    definition = [
        part
        for name, lines in facts(indicator, asked.vocabulary)
        for part in (html.Dt(name), html.Dd([html.Div(line) for line in lines]))
    ]
    return html.Article(
        [
            html.H3([title, anchor]),
            html.P([indicator.meaning[asked.language], " ", html.Code(indicator.code)]),
            html.Dl(definition, className="facts"),
            *(_told_and_came(asked, indicator) if indicator.code == ADMISSIONS else ()),
            html.P(
                [
                    dcc.Link(t("dictionary.to_trend"), href=asked.address("/trend", indicator=indicator.code)),
                    dcc.Link(t("dictionary.to_compare"), href=asked.address("/compare", indicator=indicator.code)),
                ],
                className="entry-links no-print",
            ),
        ],
        id=indicator.code,
        className="card entry",
    )


def _told_and_came(asked: Ask, indicator: Indicator) -> list[Component]:
    """How chances of reaching the plan came true."""
    own = told_and_came.held_out(asked, indicator.code)
    return [
        html.H4(t("dictionary.told_and_came"), id=_TOLD_AND_CAME),
        html.P(t("dictionary.told_note")),
        _bands(t("dictionary.told_held_out"), own) if own else html.P(t("dictionary.told_too_few"), className="fine"),
        _bands(t("dictionary.told_simulated"), SIMULATED),
    ]


def _bands(caption: str, bands: Sequence[Band]) -> Component:
    head = html.Tr([html.Th(t(f"dictionary.told_{name}"), scope="col") for name in ("band", "told", "came", "count")])
    lines = [(first, rest) for first, *rest in map(told_and_came.row, bands)]
    body = [html.Tr([html.Th(first, scope="row"), *(html.Td(text) for text in rest)]) for first, rest in lines]
    table = [html.Caption(caption), html.Thead(head), html.Tbody(body)]
    return html.Div(html.Table(table, className="plain-table figures-table"), className="scroll")


PAGE = Page(code="dictionary", path=_PATH, group=PageGroup.DATA, layout=layout, register=register, has_context=False)
