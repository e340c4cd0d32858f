"""Static parts of a page collapse into one component; everything else is left as is."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
import pytest
from dash import dcc, html

from data.writing.store import Store
from layouts.parts.markup import Markup, collapsed
from tests.layouts.conftest import MakeApp, SignIn
from tests.layouts.pages.test_pages import shown


def component_count(tree: Any) -> int:
    """The number of components that Dash's renderer manages."""
    if isinstance(tree, list):
        return sum(map(component_count, tree))
    return 1 + component_count(tree["props"].get("children")) if isinstance(tree, dict) and "props" in tree else 0


def test_a_static_tree_becomes_one_component_with_the_same_content() -> None:
    table = html.Table([html.Tr([html.Td("14"), html.Td(dcc.Link("16", href="/trend"))])])
    (inside,) = collapsed(table).tree
    assert inside is table


def test_static_siblings_merge_and_callback_targets_stay() -> None:
    title, note, lead = dmc.Title("Kết nạp"), html.P("so với kế hoạch"), html.P("14/16", id="lead")
    page = html.Div([title, " ", note, lead])
    kept = collapsed(page)
    first, second = kept.children
    assert isinstance(first, Markup)
    assert first.tree == [title, " ", note]
    assert second.to_plotly_json() == lead.to_plotly_json()
    assert page.children == [title, " ", note, lead]


@pytest.mark.parametrize("part", ["14/16", None, 3, [], dcc.Store(id="sink")])
def test_irreducible_parts_stay(part: Any) -> None:
    assert collapsed(part) == part


def test_interactive_components_are_never_markup() -> None:
    for control in (dmc.Button("In"), dcc.Input(), html.Div(dcc.Graph())):
        assert not isinstance(collapsed(control), Markup)


@pytest.mark.parametrize("path", ["/", "/plans", "/tasks", "/returns", "/dictionary"])
def test_a_page_has_few_components_however_much_it_shows(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str
) -> None:
    assert component_count(shown(sign_in(make_app(tiny_store), "board"), path)) < 100
