"""A page as a value: path, place in the navigation, layout, and callbacks that keep it in sync with the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from plotly.io.json import to_json_plotly

from data.viewers import Role
from layouts.parts.markup import collapsed
from layouts.parts.slots import Filled, Slots
from layouts.text import t
from layouts.views.ask import Ask
from layouts.web.news import tell_shown
from layouts.web.request import ask

LOCATION = "_pages_location"
_OPENED = frozenset({"point", "point_unit", "point_indicator", "cell"})  # parameters of what lies over a page
RENEWAL = "renewal"
"""The store that changes when a reader asks for new data: pages are filled again for the same URL."""

Shown = TypeVar("Shown", bound=Slots)


class PageGroup(StrEnum):
    """The three groups of the navigation."""

    MONITOR = "monitor"
    PLANS = "plans"
    DATA = "data"


class Needs(StrEnum):
    """Large scripts that a page needs."""

    CHARTS = "charts"
    GRIDS = "grids"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page; `code` names its messages (`page.<code>`) and its icon; `register` adds its callbacks to an application.

    `roles` may open it. Without `has_context` the frame hides the controls of unit and period. Scripts that it `needs`
    are preloaded with it; others are loaded when first used.
    """

    code: str
    path: str
    group: PageGroup
    layout: Callable[[Ask], Component]
    register: Callable[[Dash], None]
    roles: frozenset[Role] = frozenset(Role)
    has_context: bool = True
    needs: frozenset[Needs] = frozenset()

    def title(self, **_: object) -> str:
        """The page's name in the request's language."""
        return t(f"page.{self.code}")


def follow(
    app: Dash,
    path: str,
    shown: type[Shown],
    view: Callable[[Ask], Shown],
    *,
    keep: bool = True,
    at_once: bool = False,
    renews: bool = True,
) -> None:
    """Refills the slots of `shown` by `view` whenever the query of the page's URL changes, or `RENEWAL` if it `renews`.

    A control is set only if its value differs: otherwise a pending response would overwrite what the reader has typed
    meanwhile. Without `keep` the view is not cached; `at_once` also fills the slots on the initial call, for a layout
    that leaves them empty.
    """

    @app.callback(
        output=shown.outputs(),
        inputs={
            "search": Input(LOCATION, "search"),
            "pathname": State(LOCATION, "pathname"),
            "current": shown.controls(),
            **({"renewal": Input(RENEWAL, "data")} if renews else {}),
        },
        prevent_initial_call=not at_once,
    )
    def refresh(search: str, pathname: str, current: Mapping[str, Any], **_: object) -> Filled:
        if pathname != path:
            raise PreventUpdate
        asked = ask(search)
        if renews:
            tell_shown(asked)
        filled = (cached_view(asked, view) if keep else view(asked)).values()
        if keep:
            written: Filled = {name: orjson.Fragment(text) for name, text in asked.cached_whole(_json, view).items()}
        else:
            written = {name: collapsed(part) for name, part in filled.items()}
        return written | {name: no_update for name, value in current.items() if filled[name] == value}


def write_address(app: Dash, shown: type[Slots], *, script: str, baseline: str, sink: str) -> None:
    """Makes each control among the slots update the URL, by the function of `script` named after its id's suffix.

    `baseline` is the id of a store with the values that leave the URL unchanged.
    """
    for control in shown.controls().values():
        name = str(control.component_id).partition("-")[2]
        app.clientside_callback(
            ClientsideFunction(script, name),
            Output(sink, "data", allow_duplicate=True),
            Input(control.component_id, control.component_property),
            State(baseline, "data"),
            prevent_initial_call=True,
        )


def renew_rows(app: Dash, grid: str, sink: str) -> None:
    """Makes a grid whose rows the server serves in blocks reload them when a reader asks for new data."""
    app.clientside_callback(
        ClientsideFunction("navigation", "renew_rows"),
        Output(sink, "data", allow_duplicate=True),
        Input(RENEWAL, "data"),
        State(grid, "id"),
        prevent_initial_call=True,
    )


def cached_view(asked: Ask, view: Callable[[Ask], Shown]) -> Shown:
    """The view of a page for a URL, kept while the data that it shows is unchanged."""
    return asked.cached_whole(_revised, view)


def _revised(asked: Ask, view: Callable[[Ask], Shown]) -> Shown:
    """A view whose charts say what was asked, so that plotly keeps hidden series until something else is asked."""
    shown = view(asked)
    question = urlencode(sorted((name, value) for name, value in asked.query.items() if name not in _OPENED))
    for value in shown.values().values():
        if isinstance(value, dict) and "layout" in value:
            value["layout"]["uirevision"] = question
    return shown


def _json(asked: Ask, view: Callable[[Ask], Slots]) -> Mapping[str, str]:
    """The slots of a view as JSON: serialising charts takes as long as the rest of a response."""
    return {name: to_json_plotly(collapsed(part)) for name, part in cached_view(asked, view).values().items()}
