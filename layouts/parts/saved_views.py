"""The reader's saved views: saved under a name, reopened with one click."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.people.saved_views import SavedViewError, SavedViews
from layouts.parts.components import aria, section
from layouts.parts.page import LOCATION
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.web.request import site, viewer


class Ids(StrEnum):
    """Component ids of this part."""

    CHOICE = "saved-choice"
    TITLE = "saved-title"
    SAVE = "saved-keep"
    REMOVE = "saved-remove"
    MESSAGE = "saved-said"
    SINK = "saved-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedViews(Slots):
    """Slots updated by a change: the saved views, the selected one, the name field, a message."""

    choices: Annotated[list[dict[str, str]], Slot(Ids.CHOICE, "data")]
    chosen: Annotated[str | None, Slot(Ids.CHOICE, "value")] = None
    title: Annotated[str, Slot(Ids.TITLE, "value")] = ""
    message: Annotated[str, Slot(Ids.MESSAGE)]


def layout(asked: Ask) -> Component:
    """The saved views, and a field to save the current view under a name."""
    return section(
        t("saved.title"),
        html.Div(
            [
                dmc.Select(
                    id=Ids.CHOICE,
                    label=t("saved.choice"),
                    placeholder=t("saved.placeholder"),
                    data=_choices(SavedViews(asked.store, asked.reader.viewer)),
                    nothingFoundMessage=t("saved.none"),
                    comboboxProps={"keepMounted": False},
                ),
                dmc.TextInput(id=Ids.TITLE, label=t("saved.name")),
                dmc.Button(t("saved.keep"), id=Ids.SAVE, variant="outline"),
                dmc.Button(t("saved.remove"), id=Ids.REMOVE, variant="subtle", color="gray"),
            ],
            className="controls",
        ),
        html.P(id=Ids.MESSAGE, className="note", **aria(live="polite")),
        dcc.Store(id=Ids.SINK),
    )


def register(app: Dash) -> None:
    """The callbacks of this part."""

    @app.callback(
        Input(Ids.SAVE, "n_clicks"),
        Input(Ids.REMOVE, "n_clicks"),
        State(Ids.TITLE, "value"),
        State(Ids.CHOICE, "value"),
        State(LOCATION, "pathname"),
        State(LOCATION, "search"),
        output=ChangedViews.outputs(),
        prevent_initial_call=True,
    )
    def change(
        _keep: int | None, _remove: int | None, title: str | None, chosen: str | None, path: str, search: str | None
    ) -> Filled:
        if not ctx.triggered[0]["value"]:
            raise PreventUpdate
        views = SavedViews(site().store, viewer())
        if ctx.triggered_id == Ids.REMOVE:
            return remove_view(views, chosen).values()
        return save_view(views, title or "", f"{path}{search or ''}").values()

    app.clientside_callback(
        ClientsideFunction("navigation", "open_saved"),
        Output(Ids.SINK, "data"),
        Input(Ids.CHOICE, "value"),
        prevent_initial_call=True,
    )


def save_view(views: SavedViews, title: str, address: str) -> ChangedViews:
    """Saves a view; on failure the name stays in its field."""
    try:
        views.save(title, address)
    except SavedViewError as fault:
        return ChangedViews(choices=_choices(views), title=title, message=fault.text[language()])
    return ChangedViews(choices=_choices(views), message=t("saved.done", title=title.strip()))


def remove_view(views: SavedViews, chosen: str | None) -> ChangedViews:
    """Removes the selected view."""
    found = next((view for view in views.list() if view.address == chosen), None)
    if found is None:
        return ChangedViews(choices=_choices(views), message=t("saved.choose_first"))
    views.remove(found.id)
    return ChangedViews(choices=_choices(views), message=t("saved.removed", title=found.title))


def _choices(views: SavedViews) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for view in views.list():
        found.setdefault(view.address, view.title)
    return [{"value": address, "label": title} for address, title in found.items()]
