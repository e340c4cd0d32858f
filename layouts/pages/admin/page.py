"""Quản trị: accounts, thresholds, audit log, upkeep; for administrators only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from data.viewers import Role
from layouts.pages.admin import accounts, thresholds, upkeep
from layouts.pages.admin import log as admin_log
from layouts.parts.components import aria
from layouts.parts.page import Page, PageGroup, follow, write_address
from layouts.parts.slots import Slot, Slots
from layouts.text import t
from layouts.views.ask import Ask

_PATH = "/admin"


class AdminPart(StrEnum):
    """The parts of the page."""

    ACCOUNTS = "accounts"
    THRESHOLDS = "thresholds"
    LOG = "log"
    UPKEEP = "upkeep"


class Ids(StrEnum):
    """Component ids of this page."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    part: Annotated[str, Slot(Ids.PART, "value")]
    inside: Annotated[Component, Slot(Ids.INSIDE)]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = view(asked)
    parts = [{"value": str(part), "label": t(f"admin.{part}")} for part in AdminPart]
    return html.Div(
        [
            html.H1(t("page.admin"), className="headline"),
            dmc.SegmentedControl(
                **shown[Ids.PART],
                data=parts,
                className="admin-parts",
                **aria(label=t("admin.parts")),
            ),
            html.Div(**shown[Ids.INSIDE]),
            dcc.Store(id=Ids.DEFAULTS, data={"part": str(AdminPart.ACCOUNTS)}),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The part that the URL names; never cached: changes of the log or the accounts do not invalidate the cache.

    Raises:
        OutOfScope: the reader is not an administrator.
    """
    asked.require_role(Role.ADMIN)
    part = _part(asked)
    return View(part=str(part), inside=_LAYOUTS[part](asked))


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view, keep=False, renews=False)
    write_address(app, View, script="navigation", baseline=Ids.DEFAULTS, sink=Ids.SINK)
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
