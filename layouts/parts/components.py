"""Components shared by pages: verdicts, badges, cards, empty states, icons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from data.language import Language
from indicators.answers.against_plan import PaceRow
from indicators.values.value import STATUS_TITLES, Status
from layouts.figures.chart import CONFIG, Figure
from layouts.figures.theme import MET, NOT_MET, UNCERTAIN
from layouts.text import language as spoken
from layouts.text import t
from layouts.views.figure_links import pieces
from layouts.words import marks, paces

Props = dict[str, Any]
"""Properties of a component, or a row or column definition of a grid."""

COLOURS: Final = {
    Status.MET: MET,
    Status.NOT_MET: NOT_MET,
    Status.CANNOT_TELL: UNCERTAIN,
    Status.NO_PLAN: UNCERTAIN,
    Status.NOT_JUDGED: UNCERTAIN,
}
SYMBOLS: Final = {
    Status.MET: "circle",
    Status.NOT_MET: "x",
    Status.CANNOT_TELL: "circle-open",
    Status.NO_PLAN: "circle-open",
    Status.NOT_JUDGED: "circle-open",
}


def aria(**names: str) -> Any:
    """aria-* attributes as keyword arguments: Python names cannot contain hyphens."""
    return {f"aria-{name}": text for name, text in names.items()}


def data(**names: str) -> Any:
    """data-* attributes, read by the scripts in assets, as keyword arguments."""
    return {f"data-{name}": text for name, text in names.items()}


def graph(slots: Mapping[str, Any], language: Language, class_name: str = "") -> Component:
    """A chart from its slots: the only place that creates one, so that all share the same configuration.

    It fills its container in both directions, whose height comes from `height` or a class.
    """
    config: Any = CONFIG[language]
    sized = {"style": height(slots["figure"]), **slots}
    return dcc.Graph(config=config, responsive=True, className=class_name, **sized)


def table_behind(slots: Mapping[str, Any], summary: str = "") -> Component:
    """The values of a chart as a collapsed table, for screen readers and for reading off numbers."""
    table = dmc.Table(**slots, className="plain-table figures-table", highlightOnHover=True)
    return html.Details([html.Summary(summary or t("overview.table")), html.Div(table, className="scroll")])


def how(*texts: str) -> Component:
    """The statistics behind a chart, collapsed."""
    return html.Details(
        [html.Summary(t("workings.title")), *(html.P(text, className="fine") for text in texts)], className="how"
    )


def height(drawn: Figure) -> dict[str, int]:
    """The style of a chart's container: the height of the figure, if it sets one."""
    return {"height": drawn["layout"]["height"]} if "height" in drawn["layout"] else {}


def verdict(status: Status) -> Component:
    """A verdict by mark and word; the colour is redundant."""
    return badge(status, STATUS_TITLES[status][spoken()])


def badge(status: Status, words: str) -> Component:
    """Text with the mark and colour of a verdict."""
    return _badge(marks.STATUS[status], status, words)


def pace_verdict(row: PaceRow) -> Component:
    """The verdict on a pace by mark and word; the colour is redundant."""
    return _badge(marks.PACE[row.verdict], row.verdict, paces.word(row))


def _badge(sign: str, kind: str, words: str) -> Component:
    mark = html.Span(sign, className="mark", **aria(hidden="true"))
    return html.Span([mark, *linked(words)], className=f"verdict verdict-{kind}")


def linked(words: str) -> list[Component | str]:
    """A sentence whose anchored figures are links to the pages that state them."""
    return [dcc.Link(text, href=href, className="figure") if href else text for text, href in pieces(words)]


def fine(words: str) -> Component:
    """Text in small print; its anchored figures are links."""
    return html.Span(linked(words), className="fine")


def icon(name: str, size: int = 20) -> Component:
    """An icon of assets/icons.css, in the colour of the surrounding text."""
    return html.Span(className=f"icon icon-{name}", style={"width": size, "height": size}, **aria(hidden="true"))


def action(name: str, text: str, href: str, **settings: Any) -> Component:
    """A link styled as a button, with an icon: a download or a next step."""
    return html.A([icon(name, 18), text], href=href, className="action", **settings)


def for_excel(address: str) -> str:
    """The address of a csv file as Excel with Vietnamese settings opens it; also for its "From web"."""
    return f"{address}&excel=vi"


def empty(title: str, message: str, action: str = "", href: str = "") -> Component:
    """An empty state with its reason and the next step."""
    inside: list[Any] = [
        icon("empty", 44),
        dmc.Title(title, order=2, size="h3"),
        dmc.Text(message, c="dimmed", maw=520, ta="center"),
    ]
    if href:
        inside.append(html.A(action, href=href, className="action"))
    return dmc.Stack(inside, align="center", gap="sm", py=72, className="empty")


def section(title: Any, *inside: Component, note: Any = None, **settings: Any) -> Component:
    """A card whose heading is a sentence."""
    head: list[Component] = [dmc.Title(title, order=2, className="sentence")]
    if note is not None:
        head.append(dmc.Text(note, size="sm", className="note"))
    return html.Section([html.Div(head, className="section-head"), *inside], className="card", **settings)
