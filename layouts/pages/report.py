"""Báo cáo: the periodic report as it would be sent, and letters to the units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from data.viewers import Role
from layouts.documents.report.model import AnnexTable, Document, Paragraph, Profile, ReportChart, ReportHeading
from layouts.documents.report.request import READERS, composed
from layouts.parts.components import action, aria, linked
from layouts.parts.markup import Markup
from layouts.parts.page import Page, PageGroup, follow
from layouts.parts.slots import Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.words import formats

_PATH = "/report"


class Ids(StrEnum):
    """Component ids of this page."""

    HEADLINE = "report-headline"
    PAPER = "report-paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    headline: Annotated[str, Slot(Ids.HEADLINE)]
    paper: Annotated[list[Component], Slot(Ids.PAPER)]


def layout(asked: Ask) -> Component:
    """The page for a URL; the report itself is loaded afterwards, because it takes a while to compose."""
    shown = View(headline=_headline(asked), paper=[html.P(t("report.composing"), **aria(live="polite"))])
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(t("report.lead"), className="lead"),
            html.Div(**shown[Ids.PAPER], className="stack"),
        ],
        className="stack",
    )


def register(app: Dash) -> None:
    """The page's callback."""
    follow(app, _PATH, View, view, keep=False, at_once=True)


def _headline(asked: Ask) -> str:
    return t("report.headline", period=asked.period.title(asked.language))


def view(asked: Ask) -> View:
    """The report, with the actions on it."""
    made = composed(asked, with_links=True)
    return View(headline=_headline(asked), paper=[_actions(asked, made), _paper(made)])


def _actions(asked: Ask, made: Document) -> Component:
    frozen = {"period": asked.period.code, "as_of": made.as_of.isoformat(), "layout": str(made.profile)}
    rules = [
        dcc.Link(
            t(f"report.layout_{rule.name.lower()}"),
            href=asked.address(_PATH, layout=str(rule)),
            className="choice chosen" if rule is made.profile else "choice",
        )
        for rule in Profile
    ]
    links = [
        action("download", t(f"report.download_{kind}"), asked.address(f"/download/report.{kind}", **frozen))
        for kind in ("docx", "pdf")
    ]
    if asked.reader.viewer.role in {Role.BOARD, Role.ADMIN}:
        links += [
            action("download", t(f"report.letters_{kind}"), asked.address("/download/letters.zip", kind=kind, **frozen))
            for kind in ("reminder", "feedback")
        ]
    as_of_note = t("report.known", at=formats.instant(made.as_of, asked.language))
    return html.Div(
        [*links, html.Span(rules, className="choices"), html.Span(as_of_note, className="fine")],
        className="controls no-print",
    )


def _paper(made: Document) -> Component:
    head = made.letterhead
    left = [html.P(head.superior), html.P(html.Strong(head.issuer)), html.P("*"), html.P(head.number)]
    right = [
        html.P(html.Strong(head.party), className="party"),
        html.P(html.Em(head.place_and_date)),
        html.P(html.Strong(head.mark)),
    ]
    title = html.H2([head.kind, html.Br(), html.Small(head.subject)])
    return html.Article(
        [
            html.Div([html.Div(left), html.Div(right)], className="letterhead"),
            title,
            *_blocks(made),
            *(_annex(table) for table in made.annexes),
        ],
        className="card paper",
    )


def _blocks(made: Document) -> Iterator[Component]:
    for block in made.blocks:
        match block:
            case ReportHeading(level=1):
                yield html.H3(block.text)
            case ReportHeading():
                yield html.H4(block.text)
            case Paragraph():
                yield html.P(linked(f"– {block.text}" if block.is_item else block.text))
            case ReportChart():
                yield _chart(block)


def _chart(chart: ReportChart) -> Component:
    """The values of a chart; the chart itself is in the files."""
    is_share = "%" in chart.number_format
    write = formats.share if is_share else formats.number
    head = ["", *(series.name for series in chart.series)]
    body = [
        [category, *(write(series.values[place], language()) for series in chart.series)]
        for place, category in enumerate(chart.categories)
    ]
    return html.Details([html.Summary(chart.title), _table(head, body, range(1, len(head)))])


def _annex(table: AnnexTable) -> Component:
    return html.Details(
        [
            html.Summary(f"{table.number}. {table.title}"),
            html.P(html.Em(table.unit)),
            html.Div(_linked_table(table), className="scroll", tabIndex="0"),
            html.P(html.Em(table.source)),
        ]
    )


def _linked_table(table: AnnexTable) -> Component:
    """An annex whose figures are links: static markup, which costs the browser no component per cell."""
    head = html.Thead(html.Tr([html.Th(title) for title in table.header]))
    body = [
        html.Tr(
            [
                html.Td(linked(cell), className="right" if place in table.numeric else "")
                for place, cell in enumerate(cells)
            ],
            className="total" if line in table.totals else "",
        )
        for line, cells in enumerate(table.rows)
    ]
    return Markup(html.Table([head, html.Tbody(body)], className="plain-table annex-table"))


def _table(head: Sequence[str], body: Sequence[Sequence[str]], numeric: Iterable[int]) -> Component:
    """One component with the cells in a property: a component per cell would take the browser seconds."""
    marks = [f"right-{place + 1}" for place in numeric]
    return dmc.Table(data={"head": list(head), "body": [list(row) for row in body]}, className=" ".join(marks))


PAGE = Page(code="report", path=_PATH, group=PageGroup.DATA, layout=layout, register=register, roles=READERS)
