"""The pages, in navigation order: a new page is a module and a line here."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from data.viewers import OutOfScope
from layouts.pages import dictionary, report
from layouts.pages.admin import page as admin
from layouts.pages.compare import page as compare
from layouts.pages.lagging import page as lagging
from layouts.pages.overview import page as overview
from layouts.pages.plans import page as plans
from layouts.pages.returns import page as returns
from layouts.pages.table import page as table
from layouts.pages.tasks import page as tasks
from layouts.pages.trend import page as trend
from layouts.parts.components import empty
from layouts.parts.markup import collapsed
from layouts.parts.page import Page
from layouts.text import language, t
from layouts.views.ask import ADDRESS_ERRORS
from layouts.web.news import tell_shown
from layouts.web.request import ask

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    trend.PAGE,
    compare.PAGE,
    lagging.PAGE,
    plans.PAGE,
    tasks.PAGE,
    returns.PAGE,
    table.PAGE,
    report.PAGE,
    dictionary.PAGE,
    admin.PAGE,
)


def render(page: Page, shown: dict[str, str] | None = None, **query: str) -> Component:
    """The page for a URL; a page already displayed follows the URL by its own callbacks."""
    if isinstance(shown, dict) and shown.get("title") == page.title():
        raise PreventUpdate
    try:
        asked = ask(query)
        if asked.reader.viewer.role not in page.roles:
            return notice(t("notice.title_403"), t("notice.message_403"))
        if asked.is_empty and page.has_context and page is not returns.PAGE:
            return empty(t("empty.title"), t("empty.message"), t("page.returns"), returns.PAGE.path)
        if page.has_context:
            tell_shown(asked)
        found: Component = collapsed(page.layout(asked))
        return found
    except OutOfScope as refusal:
        return notice(t("notice.no_permission"), refusal.text[language()])
    except ADDRESS_ERRORS as fault:
        return notice(t("notice.not_found"), fault.text[language()])


def not_found(**_: Any) -> Component:
    """The page for unknown paths."""
    return notice(t("notice.title_404"), t("notice.message_404"))


def notice(title: str, message: str) -> Component:
    """A notice in place of a page; `data-notice` makes the controls load the next view from scratch."""
    link = html.A(t("notice.home"), href="/")
    return dmc.Alert([dmc.Text(message, mb="sm"), link], title=title, color="gray", **{"data-notice": "1"})
