"""Upkeep, for the administrator: verifies the store on demand and lists the backups made."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.tables.audit import Action
from data.upkeep.audit_log import LogFilter, read_log
from data.upkeep.verify import Verification, verify
from data.viewers import Role
from layouts.parts.components import aria, section
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.web.request import ask, site
from layouts.words import formats, marks

_BACKUP = "backup "
_MAX_BACKUPS = 30


class Ids(StrEnum):
    """Component ids of this part."""

    ANCHOR = "upkeep-anchor"
    VERIFY = "upkeep-verify"
    RESULT = "upkeep-said"


def layout(asked: Ask) -> Component:
    """The check and the backups."""
    return html.Div(
        [
            section(
                t("upkeep.title"),
                html.Div(
                    [
                        dmc.TextInput(id=Ids.ANCHOR, label=t("upkeep.anchor"), className="trend-indicator"),
                        dmc.Button(t("upkeep.verify"), id=Ids.VERIFY),
                    ],
                    className="controls",
                ),
                html.Div(id=Ids.RESULT, className="verified", **aria(live="polite")),
                note=t("upkeep.note"),
            ),
            section(t("upkeep.backups"), _backups(asked), note=t("upkeep.backups_note")),
        ],
        className="stack",
    )


def register(app: Dash) -> None:
    """The callback of this part."""

    @app.callback(
        Output(Ids.RESULT, "children"),
        Input(Ids.VERIFY, "n_clicks"),
        State(Ids.ANCHOR, "value"),
        prevent_initial_call=True,
        running=[(Output(Ids.VERIFY, "loading"), True, False)],
    )
    def check(clicks: int | None, anchor: str | None) -> list[Component]:
        if not clicks:
            raise PreventUpdate
        ask(None).require_role(Role.ADMIN)
        return verification_report(verify(site().store, (anchor or "").strip()))


def verification_report(found: Verification) -> list[Component]:
    """The verdict by mark and word, every fault, and the head of the log to note down."""
    speech = language()
    counted = {name: formats.number(getattr(found, name), speech) for name in ("entries", "files", "sums")}
    sound = not found.faults
    words = t("upkeep.sound", **counted) if sound else t("upkeep.faults", **counted, count=len(found.faults))
    verdict = html.P(
        [html.Span(marks.GOOD if sound else marks.BAD, className="mark", **aria(hidden="true")), words],
        className="verdict-met" if sound else "verdict-not_met",
    )
    faults = [html.Ul([html.Li(fault[speech]) for fault in found.faults])] if found.faults else []
    return [verdict, *faults, html.P([t("upkeep.head"), " ", html.Code(found.head)], className="note")]


def _backups(asked: Ask) -> Component:
    wanted = LogFilter(action=Action.EXPORTED, subject=_BACKUP)
    found = read_log(asked.store.engine, asked.reader.viewer, wanted, limit=_MAX_BACKUPS)
    if not found.entries:
        return html.P(t("upkeep.no_backups"), className="fine")
    head = [t("upkeep.made_at"), t("upkeep.file")]
    body: list[list[Any]] = [
        [formats.instant(entry.at, language()), entry.subject.removeprefix(_BACKUP)] for entry in found.entries
    ]
    return html.Div(dmc.Table(data={"head": head, "body": body}, className="plain-table"), className="scroll")
