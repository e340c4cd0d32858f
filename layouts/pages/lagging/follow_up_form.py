"""The form of a follow-up note, for one cell or many at once; a correction adds a version that supersedes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.organisations.units import LEVELS, Level, Unit
from data.people.follow_ups import FOLLOW_UP_TITLES, FollowUp, FollowUpError, FollowUpInput, FollowUps, FollowUpState
from layouts.pages.lagging.cell_profile import EDIT, profile
from layouts.parts.components import Props, aria, data, icon
from layouts.parts.page import LOCATION
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.views.watchlist import Worklist, WorklistEntry, page_filter, reference_day
from layouts.web.request import ask
from layouts.words import formats

_OWN_BASE, _OWN_DISTRICT = "*base", "*district"
_USUAL_TIME = timedelta(days=30)


class Ids(StrEnum):
    """Component ids of the form and of the bar above the grid."""

    BAR = "follow-up-bar"
    CHOSEN = "follow-up-chosen"
    BULK = "follow-up-bulk"
    ALL = "follow-up-all"
    FORM = "follow-up-form"
    TARGET = "follow-up-target"
    ABOUT = "follow-up-about"
    TEXT = "follow-up-text"
    OWNER = "follow-up-owner"
    DUE = "follow-up-due"
    STATE = "follow-up-state"
    FAULT = "follow-up-fault"
    SAVE = "follow-up-save"
    CANCEL = "follow-up-cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Slots):
    """Slots of the form, filled for the button that was clicked."""

    target: Annotated[Mapping[str, Any], Slot(Ids.TARGET, "data")]
    about: Annotated[str, Slot(Ids.ABOUT)]
    owners: Annotated[list[dict[str, str]], Slot(Ids.OWNER, "data")]
    text: Annotated[str, Slot(Ids.TEXT, "value")]
    owner: Annotated[str, Slot(Ids.OWNER, "value")]
    due: Annotated[str, Slot(Ids.DUE, "value")]
    state: Annotated[str, Slot(Ids.STATE, "value")]
    opened: Annotated[bool, Slot(Ids.FORM, "opened")] = True
    fault: Annotated[str, Slot(Ids.FAULT)] = ""


def bulk_bar(*, may_write: bool) -> list[Component]:
    """Actions on the selected rows; empty for read-only accounts."""
    style = {} if may_write else {"display": "none"}
    return [
        html.Div(
            [
                html.Span(t("follow_up.none_chosen"), id=Ids.CHOSEN, className="fine", **aria(live="polite")),
                dmc.Button(
                    t("follow_up.bulk"),
                    id=Ids.BULK,
                    leftSection=icon("note", 18),
                    size="compact-md",
                    disabled=True,
                ),
                dmc.Button(t("follow_up.all"), id=Ids.ALL, size="compact-md", variant="subtle"),
            ],
            id=Ids.BAR,
            className="bulk no-print",
            style=style,
            **data(chosen=t("follow_up.chosen", count="{count}"), none=t("follow_up.none_chosen")),
        )
    ]


def form() -> list[Component]:
    """The form in its modal, filled when opened."""
    states = [{"value": str(state), "label": FOLLOW_UP_TITLES[state][language()]} for state in FollowUpState]
    inside = [
        html.P(id=Ids.ABOUT, className="fine"),
        dmc.Textarea(
            id=Ids.TEXT,
            label=t("follow_up.text"),
            description=t("follow_up.text_note"),
            autosize=True,
            minRows=3,
            required=True,
        ),
        dmc.Select(
            id=Ids.OWNER,
            label=t("follow_up.owner"),
            data=[],
            searchable=True,
            allowDeselect=False,
            limit=100,
            filter={"function": "unitsByWords"},
            nothingFoundMessage=t("context.no_unit"),
            comboboxProps={"keepMounted": False},
        ),
        dmc.DateInput(id=Ids.DUE, label=t("follow_up.due"), valueFormat="DD/MM/YYYY", required=True),
        dmc.Select(
            id=Ids.STATE,
            label=t("follow_up.state"),
            data=states,
            allowDeselect=False,
            comboboxProps={"keepMounted": False},
        ),
        html.P(id=Ids.FAULT, className="verdict-not_met", role="alert"),
        dmc.Group(
            [
                dmc.Button(t("follow_up.cancel"), id=Ids.CANCEL, variant="subtle"),
                dmc.Button(t("follow_up.save"), id=Ids.SAVE),
            ],
            justify="flex-end",
        ),
    ]
    return [
        dmc.Modal(
            dmc.Stack(inside, gap="sm"),
            id=Ids.FORM,
            opened=False,
            title=t("follow_up.title"),
            size="lg",
            keepMounted=True,
            closeButtonProps={"aria-label": t("workings.close")},
        ),
        dcc.Store(id=Ids.TARGET),
    ]


def register(app: Dash, *, grid: str, inside: str, changed: str) -> None:
    """The form's callbacks on the given ids: a page's grid, its drawer's content, its flag of changed notes."""

    @app.callback(
        Input(Ids.BULK, "n_clicks"),
        Input(Ids.ALL, "n_clicks"),
        Input({"type": EDIT, "note": ALL}, "n_clicks"),
        State(grid, "selectedRows"),
        State(LOCATION, "search"),
        output=Opened.outputs(),
        prevent_initial_call=True,
    )
    def open_form(*given: Any) -> Filled:
        *_, rows, search = given
        # Newly rendered buttons trigger the callback too, without a click.
        if not (ctx.triggered and ctx.triggered[0]["value"]):
            raise PreventUpdate
        return opened(ask(search), ctx.triggered_id, _codes(rows)).values()

    @app.callback(
        Input(Ids.SAVE, "n_clicks"),
        State(Ids.TARGET, "data"),
        State(Ids.TEXT, "value"),
        State(Ids.OWNER, "value"),
        State(Ids.DUE, "value"),
        State(Ids.STATE, "value"),
        State(LOCATION, "search"),
        output={
            "opened": Output(Ids.FORM, "opened", allow_duplicate=True),
            "fault": Output(Ids.FAULT, "children", allow_duplicate=True),
            "changed": Output(changed, "data"),
            "inside": Output(inside, "children", allow_duplicate=True),
            "deselect": Output(grid, "deselectAll"),
        },
        prevent_initial_call=True,
        running=[(Output(Ids.SAVE, "disabled"), True, False)],
    )
    def save(clicks: int | None, target: Any, text: str, owner: str, due: str, state: str, search: str) -> Any:
        if not clicks or not isinstance(target, dict):
            raise PreventUpdate
        return saved(ask(search), target, {"text": text, "owner": owner, "due": due, "state": state}, clicks)

    app.clientside_callback(
        ClientsideFunction("work", "chosen"),
        Output(Ids.CHOSEN, "children"),
        Output(Ids.BULK, "disabled"),
        Input(grid, "selectedRows"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("work", "cancel"),
        Output(Ids.FORM, "opened", allow_duplicate=True),
        Input(Ids.CANCEL, "n_clicks"),
        prevent_initial_call=True,
    )


def _codes(rows: Any) -> list[str]:
    """The codes of the rows selected in the grid."""
    return [str(row["id"]) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def opened(asked: Ask, clicked: Any, chosen: Sequence[str]) -> Opened:
    """The form for the button that was clicked."""
    notes = FollowUps(asked.store, asked.reader.viewer)
    due = reference_day(asked) + _USUAL_TIME
    number = str(clicked["note"]) if isinstance(clicked, dict) else ""
    if number.isdecimal() and int(number):
        return _filled(asked, notes.versions(int(number))[0])
    if clicked == Ids.ALL:
        about = t("follow_up.about_all", count=formats.number(len(_all_listed(asked)), language()))
        target: Props = {"every": True}
    else:
        cells = [asked.query.get("cell", "")] if isinstance(clicked, dict) else list(chosen)
        names = [asked.reader.unit(code).name for code in cells]
        about = t("follow_up.about", count=len(names), names=", ".join(names[:5]) + ("…" if len(names) > 5 else ""))
        target = {"cells": cells}
    return Opened(
        target=target,
        about=about,
        owners=_owners(asked, own=True),
        text="",
        owner=_OWN_BASE,
        due=due.isoformat(),
        state=str(FollowUpState.OPEN),
    )


def saved(asked: Ask, target: Mapping[str, Any], fields: Mapping[str, Any], clicks: int) -> Filled:
    """Saves the note and closes the form, or shows what is wrong with it."""
    notes = FollowUps(asked.store, asked.reader.viewer)
    try:
        given = _parsed_note(fields)
        if "note" in target:
            notes.correct(int(target["note"]), str(fields["owner"]), given)
        else:
            notes.add(_owned(asked, target, str(fields["owner"])), given)
    except FollowUpError as fault:
        kept = {"changed": no_update, "inside": no_update, "deselect": no_update}
        return {"opened": True, "fault": fault.text[language()], **kept}
    work = Worklist(ask(asked.query))
    found = work.find(asked.query.get("cell", ""))
    inside = profile(work, found) if found else no_update
    return {"opened": False, "fault": "", "changed": clicks, "inside": inside, "deselect": True}


def _parsed_note(fields: Mapping[str, Any]) -> FollowUpInput:
    try:
        due = date.fromisoformat(str(fields["due"])[:10])
    except ValueError:
        due = None
    state = next((state for state in FollowUpState if state == fields["state"]), FollowUpState.OPEN)
    return FollowUpInput(text=str(fields["text"] or ""), due=due, state=state)


def _all_listed(asked: Ask) -> list[WorklistEntry]:
    work = Worklist(asked)
    found = work.select(page_filter(asked))
    work.read(found)
    return found


def _owned(asked: Ask, target: Mapping[str, Any], owner: str) -> dict[str, str]:
    """The owner's code by cell: one for all, or the base organisation or district of each."""
    codes = [each.line.cell.code for each in _all_listed(asked)] if target.get("every") else target["cells"]
    return {code: _owner(asked, asked.reader.unit(code), owner) for code in codes}


def _owner(asked: Ask, cell: Unit, owner: str) -> str:
    level = {_OWN_BASE: Level.BASE, _OWN_DISTRICT: Level.DISTRICT}.get(owner)
    if level is None:
        return owner
    above = (cell, *asked.reader.tree(asked.period.end).ancestors(cell.id))
    return next((unit.code for unit in above if unit.kind in LEVELS[level]), cell.code)


def _owners(asked: Ask, *, own: bool) -> list[dict[str, str]]:
    tree = asked.tree
    units = [unit for level in (Level.DISTRICT, Level.BASE) for unit in tree.at_level(level)]
    each = [{"value": _OWN_BASE, "label": t("follow_up.own_base")}]
    each.append({"value": _OWN_DISTRICT, "label": t("follow_up.own_district")})
    return (each if own else []) + [{"value": unit.code, "label": unit.name} for unit in dict.fromkeys(units)]


def _about(asked: Ask, note: FollowUp) -> str:
    unit = asked.reader.registry.latest(note.unit)
    return t("follow_up.about_note", number=note.note, unit=unit.name if unit else "")


def _filled(asked: Ask, note: FollowUp) -> Opened:
    owner = asked.reader.registry.latest(note.owner)
    return Opened(
        target={"note": note.note},
        about=_about(asked, note),
        owners=_owners(asked, own=False),
        text=note.text,
        owner=owner.code if owner else "",
        due=note.due.isoformat(),
        state=str(note.state),
    )
