"""The audit log, for the administrator: newest first, paginated; the filters are part of the URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.tables.audit import Action
from data.upkeep.audit_log import LogFilter, LogPage, read_log
from layouts.parts.components import Props, section
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.words import formats

_ALL = "all"
_MAX_LENGTH = 160


class Ids(StrEnum):
    """Component ids of this part."""

    ACTION = "log-action"
    DEFAULTS = "log-defaults"
    SINK = "log-sink"


def layout(asked: Ask, path: str) -> Component:
    """A page of the audit log."""
    found = page_of(asked)
    actions = [{"value": str(action), "label": t(f"action.{action}")} for action in Action]
    chosen = dmc.Select(
        id=Ids.ACTION,
        label=t("log.action"),
        value=asked.query.get("action", _ALL),
        data=[{"value": _ALL, "label": t("log.all")}, *actions],
        allowDeselect=False,
        comboboxProps={"keepMounted": False},
    )
    return section(
        t("log.title", count=formats.number(found.fitting, asked.language)),
        html.Div(chosen, className="controls"),
        html.Div(dmc.Table(data=_table(found), className="plain-table wrapped"), className="scroll"),
        html.Div(_pager(asked, path, found), className="actions"),
        dcc.Store(id=Ids.DEFAULTS, data={"action": _ALL}),
        dcc.Store(id=Ids.SINK),
    )


def register(app: Dash) -> None:
    """The callback of this part: the filter updates the URL."""
    app.clientside_callback(
        ClientsideFunction("navigation", "log_action"),
        Output(Ids.SINK, "data"),
        Input(Ids.ACTION, "value"),
        State(Ids.DEFAULTS, "data"),
        prevent_initial_call=True,
    )


def page_of(asked: Ask) -> LogPage:
    """The log entries for the URL; invalid parameters are ignored.

    Raises:
        OutOfScope: the reader is not an administrator.
    """
    action, before = asked.query.get("action", ""), asked.query.get("before", "")
    wanted = LogFilter(
        action=Action(action) if action in set(Action) else None,
        actor=asked.query.get("actor", ""),
        before=int(before) if before.isdecimal() else None,
    )
    return read_log(asked.store.engine, asked.reader.viewer, wanted)


def _pager(asked: Ask, path: str, found: LogPage) -> list[Component]:
    kept = {"part": "log", "action": asked.query.get("action"), "actor": asked.query.get("actor")}
    newest = dcc.Link(t("log.newest"), href=asked.address(path, **kept), className="action")
    older = dcc.Link(t("log.older"), href=asked.address(path, **kept, before=str(found.older)), className="action")
    return [*([newest] if asked.query.get("before") else []), *([older] if found.older else [])]


def _table(found: LogPage) -> Props:
    speech = language()
    head = [t(f"log.{name}") for name in ("at", "actor", "action", "subject", "details")]
    body = [
        [
            formats.instant(entry.at, speech),
            entry.actor,
            t(f"action.{entry.action}"),
            entry.subject,
            _details_text(entry.details),
        ]
        for entry in found.entries
    ]
    return {"head": head, "body": body}


def _details_text(details: Mapping[str, Any]) -> str:
    text = "; ".join(f"{name}: {_value_text(value)}" for name, value in details.items())
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def _value_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
