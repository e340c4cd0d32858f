"""Reporting periods: which are open and until when; the Board opens, extends, closes and reopens them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.language import UserError
from data.office_time import office_day
from data.periods import Frequency, Period
from data.tables.opened import OpenedPeriod
from data.writing.periods import DueDay
from layouts.parts.components import aria, data, section
from layouts.text import language, t
from layouts.views import freshness
from layouts.views.ask import Ask
from layouts.web.request import ask
from layouts.words import formats

_SHOWN = 8
_OFFERED = timedelta(days=400)
"""How far from today periods are offered that were never opened."""


class Ids(StrEnum):
    """Component ids of this part."""

    TABLE = "returns-periods"
    CHANGE = "period-change"
    PERIOD = "period-period"
    DUE = "period-due"
    UNIT = "period-unit"
    REASON = "period-reason"
    SAVE = "period-save"
    MESSAGE = "period-message"


class PeriodStep(StrEnum):
    """What the Board does with a period."""

    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


def layout(asked: Ask, shown: Mapping[str, Any]) -> Component:
    """The table of periods; for the Board and administrators the form below it."""
    table = html.Div(**shown, className="scroll", tabIndex="0")
    if not asked.reader.viewer.may_open_periods:
        return section(t("periods.title"), table, note=t("periods.note"))
    fields = [
        dmc.Select(
            id=Ids.CHANGE,
            label=t("periods.change"),
            data=[{"value": change.value, "label": t(f"periods.{change}")} for change in PeriodStep],
            value=PeriodStep.OPEN.value,
            allowDeselect=False,
            comboboxProps={"keepMounted": False},
        ),
        dmc.Select(
            id=Ids.PERIOD,
            label=t("periods.period"),
            data=[{"value": period.code, "label": period.title(language())} for period in _offered(asked)],
            searchable=True,
            comboboxProps={"keepMounted": False},
        ),
        dmc.DateInput(id=Ids.DUE, label=t("periods.due_optional"), valueFormat="DD/MM/YYYY", clearable=True),
        dmc.Select(
            id=Ids.UNIT,
            label=t("periods.unit"),
            placeholder=t("periods.all_units"),
            data=[{"value": unit.code, "label": unit.name} for unit in asked.tree.senders],
            clearable=True,
            searchable=True,
            filter={"function": "unitsByWords"},
            comboboxProps={"keepMounted": False},
        ),
        dmc.TextInput(id=Ids.REASON, label=t("periods.reason"), className="thresholds-reason"),
        dmc.Button(t("periods.save"), id=Ids.SAVE),
    ]
    return section(
        t("periods.title"),
        table,
        html.Div(fields, className="controls table-controls no-print"),
        html.P(id=Ids.MESSAGE, className="note", **aria(live="assertive")),
        note=t("periods.note_board"),
    )


def _offered(asked: Ask) -> list[Period]:
    """The opened periods and those of about a year around today, newest first."""
    opened, today = asked.reader.opened_periods, office_day(asked.store.now())
    days = {today, asked.reader.today()} if opened else {today}
    around = set(opened)
    for frequency in (Frequency.QUARTER, Frequency.HALF, Frequency.YEAR):
        for day in days:
            period = Period.covering(day - _OFFERED, frequency)
            while period.start <= day + _OFFERED:
                around.add(period)
                period = period.next
    return sorted(around, reverse=True)


def table(asked: Ask) -> Component:
    """The latest opened periods; for a sender those that are open, with its own due day."""
    reader, is_board = asked.reader, asked.reader.viewer.may_open_periods
    found = sorted(reader.opened_periods.values(), key=lambda opened: opened.period, reverse=True)
    shown = [opened for opened in found if opened.is_open or reader.viewer.unit is None][:_SHOWN]
    if not shown:
        return dmc.Text(t("periods.none"), c="dimmed")
    names = ("period", "state", "due", "received", *(("own_dues", "last") if is_board else ()))
    head = html.Thead(html.Tr([html.Th(t(f"periods.{name}"), scope="col") for name in names]))
    body = [html.Tr(_cells(asked, opened, is_board=is_board)) for opened in shown]
    return html.Table([head, html.Tbody(body)], className="plain-table wrapped")


def _cells(asked: Ask, opened: OpenedPeriod, *, is_board: bool) -> list[Component]:
    speech, period = language(), opened.period
    due = freshness.due(asked, period)
    state = freshness.completeness(due)
    received = t("periods.of", sent=state.sent, all=len(state.committees)) if due else formats.NOTHING
    title = period.title(speech)
    if opened.forms and opened.collects_returns:
        title = t("periods.for_forms", period=title, forms=", ".join(sorted(opened.forms)))
    elif opened.forms:
        title = t("periods.for_official", period=title)
    closed = formats.day(office_day(opened.closed_at), speech) if opened.closed_at else ""
    day = asked.reader.due_day(period, asked.reader.viewer.unit or freshness.sender(asked))
    cells = {
        "state": t("periods.state_closed", day=closed) if closed else t("periods.state_open"),
        "due": formats.day(day, speech),
        "received": received,
    }
    if is_board:
        cells |= {"own_dues": _own_dues(asked, opened), "last": _last_change(opened)}
    labelled = [html.Td(text, **data(label=t(f"periods.{name}"))) for name, text in cells.items()]
    return [html.Th(title, scope="row"), *labelled]


def _own_dues(asked: Ask, opened: OpenedPeriod) -> str:
    """The due days of single senders."""
    units, speech = asked.reader.registry.at(opened.period.end).by_code, language()
    named = [
        t("periods.own_due", unit=units[code].name if code in units else code, day=formats.day(day, speech))
        for code, day in sorted(opened.unit_dues.items())
    ]
    return "; ".join(named) or formats.NOTHING


def _last_change(opened: OpenedPeriod) -> str:
    about = {"instant": formats.instant(opened.at, language()), "actor": opened.actor}
    if opened.reason:
        return t("periods.changed_because", reason=opened.reason, **about)
    return t("periods.changed", **about)


def register(app: Dash, changed: Output) -> None:
    """The callback; `changed` takes the version of the data, once a period is changed."""

    @app.callback(
        Input(Ids.SAVE, "n_clicks"),
        State(Ids.CHANGE, "value"),
        State(Ids.PERIOD, "value"),
        State(Ids.DUE, "value"),
        State(Ids.UNIT, "value"),
        State(Ids.REASON, "value"),
        output={"message": Output(Ids.MESSAGE, "children"), "changed": changed},
        prevent_initial_call=True,
        running=[(Output(Ids.SAVE, "loading"), True, False)],
    )
    def save(clicks: int | None, change: Any, period: Any, due: Any, unit: Any, reason: Any) -> Any:
        if not clicks:
            raise PreventUpdate
        given = {"change": change, "period": period, "due": due, "unit": unit, "reason": reason}
        try:
            message = change_period(ask(None), {name: str(value or "") for name, value in given.items()})
        except UserError as fault:
            return {"message": fault.text[language()], "changed": no_update}
        return {"message": message, "changed": ask(None).reader.version}


def change_period(asked: Ask, given: Mapping[str, str]) -> str:
    """Changes a period as the fields of the form say; returns the message.

    Raises:
        OutOfScope: only the Board and administrators may.
        PeriodError: no period.
        PeriodChangeError: it cannot be changed so.
    """
    if not given["period"]:
        return t("periods.choose")
    change = next((change for change in PeriodStep if change == given["change"]), PeriodStep.OPEN)
    period, due = Period.parse(given["period"]), _due_day(given)
    if due is None and (given["unit"] or change is PeriodStep.EXTEND):
        return t("periods.due_missing")
    store, viewer, reason = asked.store, asked.reader.viewer, given["reason"]
    match change:
        case PeriodStep.EXTEND if due is not None:
            store.extend_period(period, due, viewer=viewer, reason=reason)
        case PeriodStep.CLOSE:
            store.close_period(period, viewer=viewer, reason=reason)
        case PeriodStep.REOPEN:
            store.reopen_period(period, viewer=viewer, due=due, reason=reason)
        case PeriodStep.CANCEL:
            store.cancel_period(period, viewer=viewer, reason=reason)
        case _:
            store.open_period(period, viewer=viewer, due=due, reason=reason)
    day = store.reader(viewer).due_day(period, due.unit if due else None)
    return t(f"periods.done_{change}", period=period.title(language()), due=formats.day(day, language()))


def _due_day(given: Mapping[str, str]) -> DueDay | None:
    try:
        return DueDay(day=date.fromisoformat(given["due"][:10]), unit=given["unit"] or None)
    except ValueError:
        return None
