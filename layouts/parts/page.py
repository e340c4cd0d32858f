"""What a page is: a value with an address, a place in the navigation, a layout, and callbacks that follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from plotly.io.json import to_json_plotly

from data.viewers import Role
from layouts.parts.markup import folded
from layouts.parts.slots import Filled, Slots
from layouts.text import t
from layouts.views.ask import Ask
from layouts.web.request import ask

LOCATION = "_pages_location"
Shown = TypeVar("Shown", bound=Slots)


class PageGroup(StrEnum):
    """The three parts of the navigation."""

    MONITOR = "monitor"
    PLANS = "plans"
    DATA = "data"


class Needs(StrEnum):
    """What a page draws with a large script of its own."""

    CHARTS = "charts"
    GRIDS = "grids"


@dataclass(frozen=True, kw_only=True)
class Page:
    """`code` names its messages (`page.<code>`) and its icon; `register` adds its callbacks to an application.

    `roles` may open it. A page that is about no unit and period has no `context`: the frame hides its controls.
    What it `needs` from the start is fetched with it; whatever else it draws later is fetched then.
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
        """Its name in the request's language."""
        return t(f"page.{self.code}")


def follow(
    app: Dash,
    path: str,
    shown: type[Shown],
    view: Callable[[Ask], Shown],
    *,
    keep: bool = True,
    at_once: bool = False,
) -> None:
    """Has `view` fill the slots of `shown` again whenever the query of the page's address changes.

    A control is set only where it does not hold its value already. What somebody types while the answer is under way
    would otherwise be overwritten by what the control held before. What is not to be kept is made anew each time;
    `at_once` is for a layout that leaves its slots to be filled when it is there.
    """

    @app.callback(
        output=shown.outputs(),
        inputs={
            "search": Input(LOCATION, "search"),
            "pathname": State(LOCATION, "pathname"),
            "held": shown.controls(),
        },
        prevent_initial_call=not at_once,
    )
    def refresh(search: str, pathname: str, held: Mapping[str, Any]) -> Filled:
        if pathname != path:
            raise PreventUpdate
        asked = ask(search)
        made = recalled(asked, path, view) if keep else view(asked)
        filled = made.values()
        written = _written(asked, path, made) if keep else {name: folded(part) for name, part in filled.items()}
        return written | {name: no_update for name, value in held.items() if filled[name] == value}


def write_address(app: Dash, shown: type[Slots], *, script: str, known: str, sink: str) -> None:
    """Has each control among the slots write the address, by a function of `script` named as the control's id ends.

    `known` is a store of what leaves the address as it is.
    """
    for control in shown.controls().values():
        name = str(control.component_id).partition("-")[2]
        app.clientside_callback(
            ClientsideFunction(script, name),
            Output(sink, "data", allow_duplicate=True),
            Input(control.component_id, control.component_property),
            State(known, "data"),
            prevent_initial_call=True,
        )


def recalled(asked: Ask, path: str, view: Callable[[Ask], Shown]) -> Shown:
    """The view of a page for an address, made once for each state of the data and each reader."""
    return asked.cached(_key(asked, path), lambda: view(asked))


def _written(asked: Ask, path: str, shown: Slots) -> Filled:
    """The parts of a view as JSON, written once: writing charts takes as long as all the rest of an answer."""
    return asked.cached(
        ("json", *_key(asked, path)),
        lambda: {name: orjson.Fragment(to_json_plotly(folded(part))) for name, part in shown.values().items()},
    )


def _key(asked: Ask, path: str) -> tuple[Any, ...]:
    return (path, asked.reader.viewer, tuple(sorted(asked.query.items())))
