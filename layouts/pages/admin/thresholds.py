"""Thresholds, for the administrator: each with its source and last change; a change requires a reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.tables.thresholds import THRESHOLDS, NewThreshold, ThresholdError
from data.viewers import Role
from layouts.parts.components import Props, aria, section
from layouts.parts.effects import listed
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.views.effects import assess_threshold
from layouts.web.request import ask
from layouts.words import formats


class Ids(StrEnum):
    """Component ids of this part."""

    TABLE = "thresholds-table"
    CODE = "thresholds-code"
    VALUE = "thresholds-value"
    REASON = "thresholds-reason"
    SET = "thresholds-set"
    MESSAGE = "thresholds-said"
    ASKED = "thresholds-asked"
    EFFECT = "thresholds-effect"
    KEEP = "thresholds-keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedThresholds(Slots):
    """Slots updated by a change: the thresholds, a message; what was asked about is settled."""

    table: Annotated[Props, Slot(Ids.TABLE, "data")]
    message: Annotated[str, Slot(Ids.MESSAGE)]
    asked: Annotated[None, Slot(Ids.ASKED, "data")] = None
    effect: Annotated[str, Slot(Ids.EFFECT)] = ""
    keep: Annotated[str, Slot(Ids.KEEP, "display")] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedThreshold(Slots):
    """Slots of a change that is asked about: what it would move, or why it cannot be made."""

    asked: Annotated[Any, Slot(Ids.ASKED, "data")]
    effect: Annotated[Any, Slot(Ids.EFFECT)]
    keep: Annotated[str, Slot(Ids.KEEP, "display")]
    message: Annotated[str, Slot(Ids.MESSAGE)]


def layout(asked: Ask) -> Component:
    """The thresholds, and a form to change one."""
    names = [{"value": code, "label": each.title[language()]} for code, each in THRESHOLDS.items()]
    fields = [
        dmc.Select(
            id=Ids.CODE,
            label=t("thresholds.threshold"),
            data=names,
            searchable=True,
            filter={"function": "unitsByWords"},
            comboboxProps={"keepMounted": False},
            className="trend-indicator",
        ),
        dmc.TextInput(id=Ids.VALUE, label=t("thresholds.value"), w=120),
        dmc.TextInput(id=Ids.REASON, label=t("thresholds.reason"), className="thresholds-reason"),
        dmc.Button(t("thresholds.set"), id=Ids.SET),
    ]
    table = dmc.Table(data=_table(asked), id=Ids.TABLE, className="plain-table wrapped")
    return html.Div(
        [
            section(
                t("thresholds.change"),
                html.Div(fields, className="controls"),
                html.Div(id=Ids.EFFECT, **aria(live="polite")),
                dmc.Button(t("thresholds.keep"), id=Ids.KEEP, display="none", mb="sm"),
                html.P(id=Ids.MESSAGE, className="note", **aria(live="assertive")),
                dcc.Store(id=Ids.ASKED),
                note=t("thresholds.note"),
            ),
            section(t("thresholds.title"), html.Div(table, className="scroll")),
        ],
        className="stack",
    )


def register(app: Dash) -> None:
    """The callbacks of this part: a change is asked about with what it would move, then made."""

    @app.callback(
        Input(Ids.SET, "n_clicks"),
        State(Ids.CODE, "value"),
        State(Ids.VALUE, "value"),
        State(Ids.REASON, "value"),
        output=AskedThreshold.outputs(),
        prevent_initial_call=True,
        running=[(Output(Ids.SET, "loading"), True, False)],
    )
    def show(clicks: int | None, code: str | None, value: str | None, reason: str | None) -> Filled:
        if not clicks:
            raise PreventUpdate
        asked = ask(None)
        asked.require_role(Role.ADMIN)
        return ask_threshold(asked, code, value, reason).values()

    @app.callback(
        Input(Ids.KEEP, "n_clicks"),
        State(Ids.ASKED, "data"),
        output=ChangedThresholds.outputs(again=True),
        prevent_initial_call=True,
        running=[(Output(Ids.KEEP, "loading"), True, False)],
    )
    def change(clicks: int | None, wanted: Any) -> Filled:
        if not clicks or not isinstance(wanted, dict):
            raise PreventUpdate
        asked = ask(None)
        asked.require_role(Role.ADMIN)
        message = change_threshold(asked, *(str(wanted.get(name, "")) for name in ("code", "value", "reason")))
        return ChangedThresholds(table=_table(ask(None)), message=message).values()


def ask_threshold(asked: Ask, code: str | None, value: str | None, reason: str | None) -> AskedThreshold:
    """What a change would move, to be agreed to; or the message that says what it lacks."""
    fault = t("thresholds.choose") if not code else "" if (reason or "").strip() else t("thresholds.no_reason")
    try:
        changed = NewThreshold.parse(code, value or "") if code and not fault else None
    except ThresholdError as wrong:
        changed, fault = None, wrong.text[language()]
    if changed is None:
        return AskedThreshold(asked=None, effect="", keep="none", message=fault)
    effect = assess_threshold(asked.store, changed, asked.reader.viewer)
    count = formats.number(effect.count, language())
    said = t("thresholds.effect", count=count) if effect.count else t("thresholds.no_effect")
    shown = html.Div(listed(said, effect.lines, effect.count), className="scroll short", tabIndex="0")
    wanted = {"code": code, "value": value, "reason": reason}
    return AskedThreshold(asked=wanted, effect=shown, keep="block", message="")


def change_threshold(asked: Ask, code: str | None, value: str | None, reason: str | None) -> str:
    """Changes a threshold; returns the message."""
    if not code:
        return t("thresholds.choose")
    try:
        asked.store.set_threshold(code, value or "", viewer=asked.reader.viewer, reason=reason or "")
    except ThresholdError as fault:
        return fault.text[language()]
    return t("thresholds.done", title=THRESHOLDS[code].title[language()], value=value)


def _table(asked: Ask) -> Props:
    speech = language()
    last = {change.code: change for change in asked.reader.threshold_changes()}
    head = [t(f"thresholds.{name}") for name in ("threshold", "value", "default", "source", "last")]
    body = [
        [
            each.title[speech],
            formats.number(Fraction(asked.reader.thresholds.value(code)), speech, 0 if each.is_whole else 1),
            formats.number(Fraction(each.default), speech, 0 if each.is_whole else 1),
            each.source[speech],
            _changed(last[code].at, last[code].actor, last[code].reason) if code in last else formats.NOTHING,
        ]
        for code, each in THRESHOLDS.items()
    ]
    return {"head": head, "body": body}


def _changed(at: Any, actor: str, reason: str) -> str:
    return t("thresholds.changed", instant=formats.instant(at, language()), actor=actor, reason=reason)
