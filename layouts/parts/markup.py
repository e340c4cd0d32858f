"""Static parts of a page as data of one component: Dash's renderer visits every component on each update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from itertools import groupby
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

# Purely presentational: the script renders them exactly as Dash does.
_STATIC_TYPES: Final = (dcc.Link, dmc.Text, dmc.Title)
_HTML: Final = html.Div._namespace  # noqa: SLF001  # Dash offers no public name for a component's namespace


class Markup(Component):
    """A static component tree, rendered by `assets/markup.js`; nothing in it has callbacks."""

    _namespace = "layouts"
    _type = "Markup"
    tree: list[Any]

    def __init__(self, *tree: Any) -> None:
        self._prop_names = self.available_properties = ["tree"]
        self._valid_wildcard_attributes = self.available_wildcard_properties = []
        super().__init__(tree=list(tree))  # type: ignore[no-untyped-call]


def collapsed(part: Any) -> Any:
    """A component tree with its static subtrees collapsed into `Markup`; the argument is not modified."""
    if isinstance(part, list | tuple):
        return list(_collapsed(part))
    if not isinstance(part, Component):
        return part
    if _is_static(part):
        return Markup(part)
    if getattr(part, "children", None) is None or isinstance(part, Markup):
        return part
    changed = copy(part)
    changed.children = collapsed(part.children)
    return changed


def _collapsed(parts: Iterable[Any]) -> Iterator[Any]:
    for still, run in groupby(parts, _is_static):
        together = list(run)
        if still and any(isinstance(part, Component) for part in together):
            yield Markup(*together)
        else:
            yield from together if still else map(collapsed, together)


def _is_static(part: Any) -> bool:
    """Whether nothing in a part has an id that a callback could target, or is interactive."""
    if not isinstance(part, Component):
        return not isinstance(part, list | tuple) or all(map(_is_static, part))
    if isinstance(part, Markup):
        return False
    shows = part._namespace == _HTML or isinstance(part, _STATIC_TYPES)  # noqa: SLF001
    return shows and getattr(part, "id", None) is None and _is_static(getattr(part, "children", None))
