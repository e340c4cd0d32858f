"""Quản trị: accounts, thresholds, the log, soundness; for administrators only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.viewers import Role
from layouts.pages.admin import accounts, thresholds, upkeep
from layouts.pages.admin import log as admin_log
from layouts.parts.components import aria
from layouts.parts.markup import folded
from layouts.parts.page import LOCATION, Page, PageGroup
from layouts.text import t
from layouts.views.ask import Ask
from layouts.web.request import ask

_PATH = "/admin"


class AdminPart(StrEnum):
    """What the page shows."""

    ACCOUNTS = "accounts"
    THRESHOLDS = "thresholds"
    LOG = "log"
    UPKEEP = "upkeep"


class Ids(StrEnum):
    """Ids of this page."""

    PART = "admin-part"
    INSIDE = "admin-inside"
    DEFAULTS = "admin-defaults"
    SINK = "admin-sink"


_LAYOUTS: Mapping[AdminPart, Callable[[Ask], Component]] = {
    AdminPart.ACCOUNTS: accounts.layout,
    AdminPart.THRESHOLDS: thresholds.layout,
    AdminPart.LOG: lambda asked: admin_log.layout(asked, _PATH),
    AdminPart.UPKEEP: upkeep.layout,
}


def layout(asked: Ask) -> Component:
    """The page for an address."""
    parts = [{"value": str(part), "label": t(f"admin.{part}")} for part in AdminPart]
    return html.Div(
        [
            html.H1(t("page.admin"), className="headline"),
            dmc.SegmentedControl(
                id=Ids.PART,
                data=parts,
                value=str(_part(asked)),
                className="admin-parts",
                **aria(label=t("admin.parts")),
            ),
            html.Div(inside(asked), id=Ids.INSIDE),
            dcc.Store(id=Ids.DEFAULTS, data={"part": str(AdminPart.ACCOUNTS)}),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def inside(asked: Ask) -> Component:
    """The part that the address names; never remembered, because the log and the accounts change no figure.

    Raises:
        OutOfScope: the reader is no administrator.
    """
    asked.only_for(Role.ADMIN)
    return _LAYOUTS[_part(asked)](asked)


def register(app: Dash) -> None:
    """The page's callbacks."""

    @app.callback(
        Output(Ids.PART, "value"),
        Output(Ids.INSIDE, "children"),
        Input(LOCATION, "search"),
        State(LOCATION, "pathname"),
        prevent_initial_call=True,
    )
    def follow_address(search: str, pathname: str) -> tuple[str, Component]:
        if pathname != _PATH:
            raise PreventUpdate
        asked = ask(search)
        return str(_part(asked)), folded(inside(asked))

    app.clientside_callback(
        ClientsideFunction("navigation", "part"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.PART, "value"),
        State(Ids.DEFAULTS, "data"),
        prevent_initial_call=True,
    )
    for part in (accounts, thresholds, admin_log, upkeep):
        part.register(app)


def _part(asked: Ask) -> AdminPart:
    named = asked.query.get("part", "")
    return AdminPart(named) if named in set(AdminPart) else AdminPart.ACCOUNTS


PAGE = Page(
    code="admin",
    path=_PATH,
    group=PageGroup.DATA,
    layout=layout,
    register=register,
    roles=frozenset({Role.ADMIN}),
    has_context=False,
)
