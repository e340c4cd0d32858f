"""Nộp báo cáo: did mine arrive, what is wrong, who is missing; workbooks are dropped here and templates fetched."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Output, html
from dash.development.base_component import Component

from data.periods import Period
from data.tables.records import DueReturn, ReturnStatus
from layouts.pages.returns import uploads
from layouts.pages.returns.due_matrix import legend, matrix
from layouts.pages.returns.received import history_table, receipts_table
from layouts.parts.components import icon, section
from layouts.parts.markup import folded
from layouts.parts.page import Page, PageGroup, follow, recalled
from layouts.text import language, t
from layouts.views import freshness
from layouts.views.ask import Ask

_PATH = "/returns"
_PERIODS_SHOWN = 8


class Ids(StrEnum):
    """Ids of this page; what concerns uploads has those of `uploads.Ids`."""

    HEADLINE = "returns-headline"
    MATRIX = "returns-matrix"
    RECEIPTS = "returns-receipts"
    HISTORY = "returns-history"
    TEMPLATE = "returns-template"


def layout(asked: Ask) -> Component:
    """The page for an address; what follows the address has the ids of `Ids`."""
    headline, matrix, template, receipts, history = recalled(asked, _PATH, view)
    return html.Div(
        [
            html.H1(headline, id=Ids.HEADLINE, className="headline"),
            dmc.SimpleGrid(
                [uploads.zone(asked), _template(template)],
                cols={"base": 1, "lg": 2},
                spacing="md",
                className="no-print",
            ),
            uploads.board(asked),
            section(t("returns.matrix"), html.Div(matrix, id=Ids.MATRIX, className="scroll"), note=legend()),
            section(t("returns.receipts"), html.Div(receipts, id=Ids.RECEIPTS, className="scroll short", tabIndex="0")),
            section(
                t("returns.history"),
                html.Div(history, id=Ids.HISTORY, className="scroll short", tabIndex="0"),
                note=t("returns.history_note"),
            ),
        ],
        className="stack",
    )


def view(asked: Ask) -> tuple[Any, ...]:
    """Headline, matrix, template link, receipts and history for an address."""
    if asked.is_empty:
        return (t("returns.empty_headline"), t("returns.empty_matrix"), "", receipts_table(asked.reader.receipts()), "")
    period = asked.period
    shown = [p for p in asked.reader.opened() if p.end <= period.end and p.frequency is period.frequency][
        -_PERIODS_SHOWN:
    ]
    due = {p: freshness.due(asked, p) for p in reversed(shown)}
    return (
        _headline(due.get(period, ()), period),
        matrix(due),
        _template_link(asked),
        receipts_table(asked.reader.receipts(20)),
        history_table(asked.reader.submissions(unit=freshness.sender(asked), limit=120)),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    followed = (
        Output(Ids.HEADLINE, "children"),
        Output(Ids.MATRIX, "children"),
        Output(Ids.TEMPLATE, "children"),
        Output(Ids.RECEIPTS, "children"),
        Output(Ids.HISTORY, "children"),
    )
    follow(app, _PATH, followed, view)
    again = [Output(output.component_id, output.component_property, allow_duplicate=True) for output in followed]
    uploads.register(app, [*again, Output("freshness", "children", allow_duplicate=True)], _shown_anew)


def _shown_anew(asked: Ask) -> tuple[Any, ...]:
    """What of the page changes when returns come in."""
    return (*map(folded, view(asked)), freshness.line(asked))


def _headline(due: Sequence[DueReturn], period: Period) -> str:
    title = period.title(language())
    if not due:
        return t("freshness.none_due", period=title)
    by_unit: dict[int, list[DueReturn]] = {}
    for item in due:
        by_unit.setdefault(item.unit.id, []).append(item)
    missing = sum(any(i.status is ReturnStatus.MISSING for i in items) for items in by_unit.values())
    late = sum(
        any(i.status is ReturnStatus.LATE for i in items) and all(i.status is not ReturnStatus.MISSING for i in items)
        for items in by_unit.values()
    )
    on_time = len(by_unit) - missing - late
    return t("returns.headline", period=title, all=len(by_unit), on_time=on_time, late=late, missing=missing)


def _template(link: Any) -> Component:
    steps = html.Ol([html.Li(t(f"returns.step_{number}")) for number in (1, 2, 3)], className="steps")
    return section(t("returns.template"), steps, html.Div(link, id=Ids.TEMPLATE))


def _template_link(asked: Ask) -> Any:
    sender = freshness.sender(asked)
    if sender is None:
        return dmc.Text(t("returns.template_choose"), size="sm", c="dimmed")
    latest = asked.reader.opened()[-1] if asked.reader.opened() else asked.period
    links = [
        html.A(
            [icon("download", 18), t("returns.template_link", period=period.title(language()))],
            href=f"/download/template?{urlencode({'unit': sender, 'period': period.code})}",
            className="action",
        )
        for period in dict.fromkeys((asked.period, latest.next))
    ]
    return html.Div(links, className="actions")


PAGE = Page(code="returns", path=_PATH, group=PageGroup.DATA, layout=layout, register=register)
