"""Parts of a page that no callback touches become one component; everything else stays what it is."""

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
    """How many components the browser looks after, each at every change."""
    if isinstance(tree, list):
        return sum(map(component_count, tree))
    return 1 + component_count(tree["props"].get("children")) if isinstance(tree, dict) and "props" in tree else 0


def test_what_has_no_id_is_one_component_that_holds_it_as_it_was() -> None:
    table = html.Table([html.Tr([html.Td("14"), html.Td(dcc.Link("16", href="/trend"))])])
    (inside,) = collapsed(table).tree
    assert inside is table


def test_neighbours_become_one_and_what_a_callback_reaches_stays() -> None:
    title, note, lead = dmc.Title("Kết nạp"), html.P("so với kế hoạch"), html.P("14/16", id="lead")
    page = html.Div([title, " ", note, lead])
    kept = collapsed(page)
    first, second = kept.children
    assert isinstance(first, Markup)
    assert first.tree == [title, " ", note]
    assert second.to_plotly_json() == lead.to_plotly_json()
    assert page.children == [title, " ", note, lead]


@pytest.mark.parametrize("part", ["14/16", None, 3, [], dcc.Store(id="sink")])
def test_what_cannot_become_less_stays(part: Any) -> None:
    assert collapsed(part) == part


def test_something_that_can_be_operated_is_never_markup() -> None:
    for control in (dmc.Button("In"), dcc.Input(), html.Div(dcc.Graph())):
        assert not isinstance(collapsed(control), Markup)


@pytest.mark.parametrize("path", ["/", "/plans", "/tasks", "/returns", "/dictionary"])
def test_a_page_has_few_components_however_much_it_shows(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str
) -> None:
    assert component_count(shown(sign_in(make_app(tiny_store), "board"), path)) < 100
