"""The frame around every page: navigation, unit, period, as-of, and the line that says how fresh and complete it is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update, page_container
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from data.language import Language
from data.periods import Frequency, Period
from data.units import KIND_TITLES, Level, Tree
from data.viewers import ROLE_TITLES, OutOfScope, Viewer
from layouts import freshness
from layouts.components import aria, icon
from layouts.pages import PAGES
from layouts.pages.page import LOCATION, Group, Page
from layouts.site import FAULTS_OF_THE_ADDRESS, Ask, ask, is_signed_in, viewer
from layouts.text import language, t
from layouts.theme import THEME


class Ids(StrEnum):
    """Ids of the frame."""

    APP = "app-shell"
    BURGER = "burger"
    UNIT = "unit"
    PERIOD = "period"
    AS_OF = "as-of"
    DEFAULTS = "defaults"
    FRESHNESS = "freshness"
    LANGUAGE = "language"
    PRINT = "print"
    SINK = "sink"
    OTHER_LANGUAGE = "other-language"


def layout() -> Component:
    """The frame for the reader who is signed in; each page comes into its middle."""
    if not is_signed_in():
        return html.Div(page_container)
    asked = ask(None)
    return dmc.MantineProvider(
        dmc.DatesProvider(_shell(asked), settings={"locale": str(language()), "firstDayOfWeek": 1}), theme=THEME
    )


def _shell(asked: Ask) -> Component:
    return dmc.AppShell(
        [
            dmc.AppShellHeader(_header(asked, viewer()), className="no-print"),
            dmc.AppShellNavbar(_navigation(), p="sm", className="no-print", **aria(label=t("app.navigation"))),
            dmc.AppShellMain([_context(asked), html.Div(page_container, className="page"), _imprint(asked)]),
            dcc.Store(id=Ids.DEFAULTS, data=_defaults(asked)),
            dcc.Store(id=Ids.SINK),
        ],
        id=Ids.APP,
        header={"height": 56},
        navbar={"width": 232, "breakpoint": "md", "collapsed": {"mobile": True}},
        padding={"base": "sm", "sm": "lg"},
    )


def register(app: Dash) -> None:
    """The frame's callbacks: it follows the address, and its controls write the address."""
    links = [Output(_link_id(page), prop) for page in PAGES for prop in ("href", "active")]

    @app.callback(
        [
            Output(Ids.UNIT, "value"),
            Output(Ids.PERIOD, "value"),
            Output(Ids.AS_OF, "value"),
            Output(Ids.FRESHNESS, "children"),
            *links,
        ],
        Input(LOCATION, "search"),
        Input(LOCATION, "pathname"),
    )
    def follow_address(search: str, pathname: str) -> list[Any]:
        return _followed(search, pathname)

    for control, name in ((Ids.UNIT, "unit"), (Ids.PERIOD, "period"), (Ids.AS_OF, "as_of")):
        app.clientside_callback(
            ClientsideFunction("navigation", name),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, "value"),
            State(Ids.DEFAULTS, "data"),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        ClientsideFunction("navigation", "burger"),
        Output(Ids.APP, "navbar"),
        Input(Ids.BURGER, "opened"),
        State(Ids.APP, "navbar"),
    )
    app.clientside_callback(
        ClientsideFunction("navigation", "arrived"), Output(Ids.BURGER, "opened"), Input(LOCATION, "pathname")
    )
    app.clientside_callback(
        ClientsideFunction("navigation", "language"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.LANGUAGE, "n_clicks"),
        State(Ids.OTHER_LANGUAGE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("navigation", "print"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.PRINT, "n_clicks"),
        prevent_initial_call=True,
    )


def _followed(search: str | None, pathname: str | None) -> list[Any]:
    links: list[Any] = []
    try:
        asked = ask(search)
        for page in PAGES:
            links += [asked.address(page.path), page.path == pathname]
        if asked.is_empty:
            return [None, None, None, "", *links]
        line = freshness.told(freshness.due(asked, asked.period), asked.period, asked.language)
        return [asked.unit.code, asked.period.code, (asked.query.get("as_of") or "")[:10] or None, line, *links]
    except (OutOfScope, *FAULTS_OF_THE_ADDRESS):
        # The controls stay as they are: to set them would lead away from the page that says what is wrong.
        links = [value for page in PAGES for value in (page.path, page.path == pathname)]
        return [no_update, no_update, no_update, "", *links]


def unit_options(tree: Tree) -> list[dict[str, Any]]:
    """The reader's units down to the base organisations, grouped by district."""
    if tree.root is None:
        return []
    bases: dict[int, list[dict[str, str]]] = {}
    groups: list[dict[str, Any]] = []
    districts = tree.at_level(Level.DISTRICT)
    if tree.root not in districts:
        groups.append(
            {
                "group": KIND_TITLES[tree.root.kind][language()],
                "items": [{"value": tree.root.code, "label": tree.root.name}],
            }
        )
    for district in districts:
        bases[district.id] = [{"value": u.code, "label": u.name} for u in tree.at_level(Level.BASE, district.id)]
        own = {"value": district.code, "label": district.name}
        groups.append({"group": district.name, "items": [own, *bases[district.id]]})
    return groups


def period_options(periods: Sequence[Period], speech: Language) -> list[dict[str, Any]]:
    """Periods to choose from, latest first, by length."""
    groups: list[dict[str, Any]] = []
    for frequency in Frequency:
        items = [{"value": p.code, "label": p.title(speech)} for p in reversed(periods) if p.frequency is frequency]
        if items:
            groups.append({"group": t(f"frequency.{frequency}"), "items": items})
    return sorted(groups, key=lambda group: group["group"] == t("frequency.year"))


def _header(asked: Ask, reader: Viewer) -> Component:
    other = Language.EN if language() is Language.VI else Language.VI
    sample = [html.Span(t("app.sample"), className="sample")] if asked.reader.is_sample else []
    return dmc.Group(
        [
            dmc.Group(
                [
                    dmc.Burger(id=Ids.BURGER, opened=False, hiddenFrom="md", size="sm", **aria(label=t("app.menu"))),
                    html.Img(src="/assets/favicon.svg", alt="", width=30, height=30),
                    html.Span(t("app.title"), className="brand"),
                    *sample,
                ],
                gap="xs",
                wrap="nowrap",
                className="header-left",
            ),
            dmc.Group(
                [
                    dcc.Store(id=Ids.OTHER_LANGUAGE, data=str(other)),
                    dmc.Button(
                        t("app.other_language"),
                        id=Ids.LANGUAGE,
                        variant="subtle",
                        size="compact-sm",
                        **aria(label=t("app.other_language_long")),
                    ),
                    dmc.ColorSchemeToggle(
                        lightIcon=icon("sun"),
                        darkIcon=icon("moon"),
                        variant="subtle",
                        size="lg",
                        **aria(label=t("app.scheme")),
                    ),
                    dmc.ActionIcon(
                        icon("print"), id=Ids.PRINT, variant="subtle", size="lg", **aria(label=t("app.print"))
                    ),
                    _account(reader, asked),
                ],
                gap=4,
                wrap="nowrap",
            ),
        ],
        justify="space-between",
        wrap="nowrap",
        h="100%",
        px="md",
        gap="xs",
    )


def _account(reader: Viewer, asked: Ask) -> Component:
    root = asked.tree.root
    leave = html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=generate_csrf()),
            html.Button([icon("leave", 18), t("app.sign_out")], type="submit", className="menu-button"),
        ],
        action="/logout",
        method="POST",
    )
    return dmc.Menu(
        [
            dmc.MenuTarget(
                dmc.ActionIcon(icon("account"), variant="subtle", size="lg", **aria(label=t("app.account")))
            ),
            dmc.MenuDropdown(
                [
                    dmc.MenuLabel(reader.name),
                    html.P(
                        [html.Strong(ROLE_TITLES[reader.role][language()]), html.Br(), root.name if root else ""],
                        className="menu-note",
                    ),
                    dmc.MenuDivider(),
                    html.A([icon("account", 18), t("app.password")], href="/password", className="menu-button"),
                    leave,
                ]
            ),
        ],
        position="bottom-end",
        width=240,
    )


def _navigation() -> Component:
    parts: list[Component] = []
    for group in Group:
        pages = [page for page in PAGES if page.group is group]
        if pages:
            parts.append(html.H2(t(f"group.{group}"), className="nav-group"))
            parts += [
                dmc.NavLink(
                    id=_link_id(page),
                    label=page.title(),
                    href=page.path,
                    leftSection=icon(page.code),
                    className="nav-link",
                )
                for page in pages
            ]
    return html.Div(parts)


def _context(asked: Ask) -> Component:
    units = dmc.Select(
        id=Ids.UNIT,
        label=t("context.unit"),
        data=unit_options(asked.tree),
        searchable=True,
        allowDeselect=False,
        limit=150,
        filter={"function": "unitsByWords"},
        nothingFoundMessage=t("context.no_unit"),
        leftSection=icon("unit", 18),
        className="context-unit",
        maxDropdownHeight=420,
        comboboxProps={"keepMounted": False},
    )
    periods = dmc.Select(
        id=Ids.PERIOD,
        label=t("context.period"),
        data=period_options(asked.periods, asked.language),
        searchable=True,
        allowDeselect=False,
        leftSection=icon("period", 18),
        className="context-period",
        maxDropdownHeight=420,
        comboboxProps={"keepMounted": False},
    )
    as_of = dmc.DateInput(
        id=Ids.AS_OF,
        label=t("context.as_of"),
        valueFormat="DD/MM/YYYY",
        placeholder=t("context.now"),
        clearable=True,
        className="context-as-of",
    )
    line = html.P(id=Ids.FRESHNESS, className="freshness", **aria(live="polite"))
    hidden = {"display": "none"} if asked.is_empty else {}
    return html.Div([html.Div([units, periods, as_of], className="context no-print"), line], style=hidden)


def _imprint(asked: Ask) -> Component:
    text = t("app.imprint")
    if asked.reader.is_sample:
        text = f"{t('app.sample')}. {text}"
    return html.Footer(text, className="imprint")


def _defaults(asked: Ask) -> dict[str, str]:
    if asked.is_empty:
        return {}
    return {"unit": asked.unit.code, "period": asked.period.code}


def _link_id(page: Page) -> str:
    return f"nav-{page.code}"
