"""What a page is: a value with an address, a place in the navigation, a layout, and callbacks that follow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.viewers import Role
from layouts.site import Ask, ask
from layouts.text import t

LOCATION = "_pages_location"
Shown = TypeVar("Shown", bound=Sequence[Any])


class Group(StrEnum):
    """The three parts of the navigation."""

    MONITOR = "monitor"
    PLANS = "plans"
    DATA = "data"


@dataclass(frozen=True, kw_only=True)
class Page:
    """`code` names its messages (`page.<code>`) and its icon; `register` adds its callbacks to an application.

    `roles` may open it. A page that is about no unit and period has no `context`: the frame hides its controls.
    """

    code: str
    path: str
    group: Group
    layout: Callable[[Ask], Component]
    register: Callable[[Dash], None]
    roles: frozenset[Role] = frozenset(Role)
    has_context: bool = True

    def title(self, **_: object) -> str:
        """Its name in the request's language."""
        return t(f"page.{self.code}")


def follow(
    app: Dash, path: str, outputs: Sequence[Output], view: Callable[[Ask], Sequence[Any]], *, keep: bool = True
) -> None:
    """Has `view` fill `outputs` again whenever the query of the page's address changes; not to be kept: made anew.

    A control is set only where it does not hold its value already. What somebody types while the answer is under way
    would otherwise be overwritten by what the control held before.
    """
    controls = [place for place, each in enumerate(outputs) if each.component_property == "value"]
    held = [State(outputs[place].component_id, "value") for place in controls]

    @app.callback(
        list(outputs), Input(LOCATION, "search"), State(LOCATION, "pathname"), *held, prevent_initial_call=True
    )
    def refresh(search: str, pathname: str, *values: Any) -> list[Any]:
        if pathname != path:
            raise PreventUpdate
        shown = list(recalled(ask(search), path, view) if keep else view(ask(search)))
        for place, value in zip(controls, values, strict=True):
            if shown[place] == value:
                shown[place] = no_update
        return shown


def recalled(asked: Ask, path: str, view: Callable[[Ask], Shown]) -> Shown:
    """The view of a page for an address, made once for each state of the data and each reader."""
    key = (path, asked.reader.viewer, tuple(sorted(asked.query.items())))
    return asked.remembered(key, lambda: view(asked))
