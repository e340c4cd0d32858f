"""The frame around every page: header, navigation, context, footer."""

from __future__ import annotations

from enum import StrEnum

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, page_container
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from data.language import Language
from data.version import VERSION
from data.viewers import ROLE_TITLES, Viewer
from layouts.figures.theme import THEME
from layouts.frame import context
from layouts.pages.registry import PAGES
from layouts.parts.components import aria, data, icon
from layouts.parts.markup import collapsed
from layouts.parts.page import LOCATION, RENEWAL, Page, PageGroup
from layouts.text import language, t
from layouts.views.ask import Ask
from layouts.web.request import ask, is_signed_in, viewer

_LINK = "nav"
_NEWS = ("came", "renew", "busy", "done", "away", "ended", "enter")


class Ids(StrEnum):
    """Component ids of the frame."""

    APP = "app-shell"
    BURGER = "burger"
    LANGUAGE = "language"
    PRINT = "print"
    SINK = "sink"
    OTHER_LANGUAGE = "other-language"


def layout() -> Component:
    """The frame for the signed-in reader, with a container for the page."""
    if not is_signed_in():
        return html.Div(page_container)
    asked = ask(None)
    dates = {"locale": str(language()), "firstDayOfWeek": 1}
    framed: Component = collapsed(dmc.MantineProvider(dmc.DatesProvider(_shell(asked), settings=dates), theme=THEME))
    return framed


def _shell(asked: Ask) -> Component:
    return dmc.AppShell(
        [
            html.A(t("app.skip"), href="#main", className="skip no-print"),
            dmc.AppShellHeader(_header(asked, viewer()), className="no-print"),
            dmc.AppShellNavbar(_navigation(viewer()), p="sm", className="no-print", **aria(label=t("app.navigation"))),
            dmc.AppShellMain(
                [context.layout(asked), html.Div(page_container, className="page", id="main"), _imprint(asked)]
            ),
            html.Div(id="fault", hidden=True, **data(offline=t("notice.offline"), close=t("notice.close"))),
            html.Div(id="making", hidden=True, role="status", className="making", **data(text=t("download.making"))),
            html.Div(id="news", role="status", className="news no-print", **data(**_news())),
            dcc.Store(id=Ids.SINK),
            dcc.Store(id=RENEWAL),
        ],
        id=Ids.APP,
        header={"height": 56},
        navbar={"width": 240, "breakpoint": "md", "collapsed": {"mobile": True}},
        padding={"base": "sm", "sm": "lg"},
    )


def _news() -> dict[str, str]:
    """What a page says of its age, by state, and its two actions."""
    return {name: t(f"news.{name}") for name in _NEWS}


def register(app: Dash) -> None:
    """The frame's callbacks."""
    context.register(app, [page.path for page in PAGES if not page.has_context])
    app.clientside_callback(
        ClientsideFunction("navigation", "links"),
        Output({"type": _LINK, "path": ALL}, "href"),
        Output({"type": _LINK, "path": ALL}, "active"),
        Input(LOCATION, "search"),
        Input(LOCATION, "pathname"),
        State({"type": _LINK, "path": ALL}, "id"),
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
            # aria-expanded is set on the wrapper of the target, so the target must be the button itself.
            dmc.MenuTarget(
                icon("account"),
                boxWrapperProps={
                    "component": "button",
                    "type": "button",
                    "className": "icon-button",
                    "aria-label": t("app.account"),
                },
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


def _navigation(reader: Viewer) -> Component:
    parts: list[Component] = []
    for group in PageGroup:
        pages = [page for page in PAGES if page.group is group and reader.role in page.roles]
        if pages:
            parts += [html.H2(t(f"group.{group}"), className="nav-group"), *map(_link, pages)]
    return html.Div(parts)


def _link(page: Page) -> Component:
    return dmc.NavLink(
        id={"type": _LINK, "path": page.path},
        label=page.title(),
        href=page.path,
        leftSection=icon(page.code),
        className="nav-link",
    )


def _imprint(asked: Ask) -> Component:
    text = f"{t('app.imprint')} {t('app.version', version=VERSION)}"
    if asked.reader.is_sample:
        text = f"{t('app.sample')}. {text}"
    return html.Footer(text, className="imprint")
