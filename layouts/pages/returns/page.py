"""Nộp báo cáo: upload workbooks, see their outcome and what is missing, download templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Output, html
from dash.development.base_component import Component

from data.office_time import office_day
from data.periods import Period
from data.tables.records import DueReturn, ReturnStatus
from indicators.answers.corrections import CorrectionRow
from indicators.values.model import Counted
from layouts.pages.returns import period_form, uploads, withdrawal_form
from layouts.pages.returns.due_matrix import legend, matrix
from layouts.pages.returns.received import history_table, receipts_table
from layouts.parts.components import icon, section
from layouts.parts.markup import collapsed
from layouts.parts.page import Page, PageGroup, cached_view, follow
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views import freshness, headlines, sentences
from layouts.views.ask import Ask
from layouts.views.corrected import corrected, differences, parse_since
from layouts.views.figure_links import PARAMETER, plain
from layouts.views.rows import rows
from layouts.words import formats

_PATH = "/returns"
_PERIODS_SHOWN = 8


class Ids(StrEnum):
    """Component ids of this page; those of uploads are in `uploads.Ids`."""

    HEADLINE = "returns-headline"
    NOTICES = "returns-notices"
    PERIODS = period_form.Ids.TABLE
    MATRIX = "returns-matrix"
    RECEIPTS = "returns-receipts"
    HISTORY = "returns-history"
    TEMPLATE = "returns-template"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    headline: Annotated[str, Slot(Ids.HEADLINE)]
    notices: Annotated[Any, Slot(Ids.NOTICES)]
    periods: Annotated[Any, Slot(Ids.PERIODS)]
    matrix: Annotated[Any, Slot(Ids.MATRIX)]
    template: Annotated[Any, Slot(Ids.TEMPLATE)]
    receipts: Annotated[Any, Slot(Ids.RECEIPTS)]
    history: Annotated[Any, Slot(Ids.HISTORY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Slots):
    """Slots outside the page that change when returns are accepted."""

    freshness: Annotated[str, Slot("freshness")]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.Div(**shown[Ids.NOTICES], role="status"),
            dmc.SimpleGrid(
                [uploads.zone(asked), _template(shown)],
                cols={"base": 1, "lg": 2},
                spacing="md",
                className="no-print",
            ),
            uploads.board(asked),
            period_form.layout(asked, shown[Ids.PERIODS]),
            section(t("returns.matrix"), html.Div(**shown[Ids.MATRIX], className="scroll"), note=legend()),
            section(t("returns.receipts"), html.Div(**shown[Ids.RECEIPTS], className="scroll short", tabIndex="0")),
            section(
                t("returns.history"),
                html.Div(**shown[Ids.HISTORY], className="scroll short", tabIndex="0"),
                note=t("returns.history_note"),
            ),
            *(withdrawal_form.form() if asked.reader.viewer.may_withdraw else ()),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    if asked.is_empty:
        return View(
            headline=t("returns.empty_headline"),
            notices="",
            periods=period_form.table(asked),
            matrix=t("returns.empty_matrix"),
            template="",
            receipts=receipts_table(asked.reader.receipts()),
            history="",
        )
    period = asked.period
    shown = [p for p in asked.reader.opened() if p.end <= period.end and p.frequency is period.frequency][
        -_PERIODS_SHOWN:
    ]
    due = {p: freshness.due(asked, p) for p in reversed(shown)}
    return View(
        headline=_figure(asked) or _headline(due.get(period, ()), period),
        notices=[*_corrected(asked), *withdrawal_form.notices(asked.reader.withdrawn())],
        periods=period_form.table(asked),
        matrix=matrix(due),
        template=_template_link(asked),
        receipts=receipts_table(asked.reader.receipts(20)),
        history=history_table(
            asked.reader.submissions(unit=freshness.sender(asked), limit=120),
            withdrawable=period if asked.reader.viewer.may_withdraw else None,
        ),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    period_form.register(app, Output(uploads.Ids.VERSION, "data", allow_duplicate=True))
    withdrawal_form.register(app, Output(uploads.Ids.VERSION, "data", allow_duplicate=True))
    uploads.register(app, View.outputs(again=True) | Received.outputs(again=True), _refreshed)


def _refreshed(asked: Ask) -> Filled:
    """The slots that change when returns are accepted, by name."""
    filled = view(asked).values() | Received(freshness=freshness.line(asked)).values()
    return {name: collapsed(part) for name, part in filled.items()}


def _figure(asked: Ask) -> str:
    """The figure that led here, stated first: a share of returns, who sent what a value needs, or corrections."""
    indicator, since = asked.catalogue.get(asked.query.get("indicator", "")), parse_since(asked)
    if since is not None:
        found = corrected(asked, since)
        names = ", ".join(f"{each.first.unit_name} ({each.period})" for each in found)
        given = {"count": len(found), "since": formats.day(office_day(since), language()), "names": names}
        return t("returns.corrected_since", **given)
    if indicator is None:
        return _senders(asked)
    row = rows(asked, (indicator.code,), asked.unit, (asked.period,))[0]
    if indicator.counts is Counted.RETURNS:
        done = t("returns.counted", done=row.numerator, all=row.denominator) if row.denominator else ""
        return f"{sentences.sentence(row)}{done}."
    sent, missing = headlines.who_sent(asked, row)
    about = {"period": asked.period.title(language()), "name": sentences.name(row), "sent": plain(sent)}
    return "; ".join(part for part in (t("figure.returns_of", **about), missing) if part) + "."


def _senders(asked: Ask) -> str:
    """How many committees sent, are late or missing, whichever led here."""
    due, figure = freshness.due(asked, asked.period), asked.query.get(PARAMETER, "")
    if figure == "sent":
        return freshness.summary(due, asked.period, language())
    if figure not in {ReturnStatus.MISSING, ReturnStatus.LATE}:
        return ""
    names = list(dict.fromkeys(item.unit.name for item in due if item.status == figure))
    given = {"period": asked.period.title(language()), "count": len(names), "names": freshness.named(names, language())}
    return t("returns.missing_of" if figure == ReturnStatus.MISSING else "returns.late_of", **given)


def _corrected(asked: Ask) -> list[Component]:
    """What each workbook corrected since the day in the address changed of the figures of its unit."""
    since = parse_since(asked)
    if since is None:
        return []
    lines = [html.Li(_difference(row)) for each in corrected(asked, since) for row in differences(asked, since, each)]
    heading = html.H2(t("returns.differences"), className="sentence")
    return [html.Section([heading, html.Ul(lines, className="changes")], className="card")] if lines else []


def _difference(row: CorrectionRow) -> str:
    form, speech = row.indicator.format, language()
    before, now = (formats.value(value, form, speech) for value in (row.value_before, row.value))
    name = f"{row.unit_name}, {row.until.short(speech)}, {row.indicator.title[speech]}"
    return t("returns.difference", name=name, before=before, now=now)


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


def _template(shown: View) -> Component:
    steps = html.Ol([html.Li(t(f"returns.step_{number}")) for number in (1, 2, 3)], className="steps")
    return section(t("returns.template"), steps, html.Div(**shown[Ids.TEMPLATE]))


def _template_link(asked: Ask) -> Any:
    sender = freshness.sender(asked)
    if sender is None:
        return dmc.Text(t("returns.template_choose"), size="sm", c="dimmed")
    open_ones = [period for period in asked.reader.opened() if asked.reader.opened_periods[period].is_open]
    links = [
        html.A(
            [icon("download", 18), t("returns.template_link", period=period.title(language()))],
            href=f"/download/template?{urlencode({'unit': sender, 'period': period.code})}",
            className="action",
        )
        for period in dict.fromkeys((asked.period, *open_ones[-1:]))
    ]
    return html.Div(links, className="actions")


PAGE = Page(code="returns", path=_PATH, group=PageGroup.DATA, layout=layout, register=register)
