"""What a page is: a value with an address, a place in the navigation, a layout, and callbacks that follow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from plotly.io.json import to_json_plotly

from data.viewers import Role
from layouts.parts.markup import folded
from layouts.text import t
from layouts.views.ask import Ask
from layouts.web.request import ask

LOCATION = "_pages_location"
Shown = TypeVar("Shown", bound=Sequence[Any])


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
        asked = ask(search)
        shown = recalled(asked, path, view) if keep else view(asked)
        answer = list(_written(asked, path, shown) if keep else map(folded, shown))
        for place, value in zip(controls, values, strict=True):
            answer[place] = no_update if shown[place] == value else shown[place]
        return answer


def recalled(asked: Ask, path: str, view: Callable[[Ask], Shown]) -> Shown:
    """The view of a page for an address, made once for each state of the data and each reader."""
    return asked.remembered(_key(asked, path), lambda: view(asked))


def _written(asked: Ask, path: str, shown: Sequence[Any]) -> Sequence[Any]:
    """The parts of a view as JSON, written once: writing charts takes as long as all the rest of an answer."""
    return asked.remembered(
        ("json", *_key(asked, path)), lambda: tuple(orjson.Fragment(to_json_plotly(folded(part))) for part in shown)
    )


def _key(asked: Ask, path: str) -> tuple[Any, ...]:
    return (path, asked.reader.viewer, tuple(sorted(asked.query.items())))
