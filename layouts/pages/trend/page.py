"""Xu hướng: how has one indicator moved, is it noise, what follows; one unit or all below; points open workings."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators.answers.rows import ValueRow
from indicators.catalogue.builtin import CATALOGUE
from layouts.figures.chart import Figure, figure
from layouts.pages.trend import series_chart, variation
from layouts.pages.trend.multiples import by_unit, of_last_period, panels
from layouts.parts.components import Props, action, aria, graph, icon, section, table_behind
from layouts.parts.page import Needs, Page, PageGroup, follow, recalled
from layouts.parts.value_table import value_table
from layouts.parts.workings import panel
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.trending import DEFAULTS, Layer, Trending

_PATH = "/trend"


class Ids(StrEnum):
    """Ids of this page."""

    INDICATOR = "trend-indicator"
    FREQUENCY = "trend-frequency"
    SHOW = "trend-show"
    LAYERS = "trend-layers"
    REBASE = "trend-rebase"
    DEFAULTS = "trend-defaults"
    HEADLINE = "trend-headline"
    MEANING = "trend-meaning"
    COURSE_TITLE = "trend-course-title"
    CHART = "trend-chart"
    NOTES = "trend-notes"
    AHEAD = "trend-ahead"
    CHART_BOX = "trend-chart-box"
    PANELS = "trend-panels"
    SIGNAL_TITLE = "trend-signal-title"
    SIGNAL_NOTE = "trend-signal-note"
    SIGNALS = "trend-signals"
    CONTROL = "trend-control"
    CONTROL_TABLE = "trend-control-table"
    CONTROL_BOX = "trend-control-box"
    TABLE_TITLE = "trend-table-title"
    TABLE = "trend-table"
    CSV = "trend-csv"
    XLSX = "trend-xlsx"
    PNG = "trend-png"
    SVG = "trend-svg"
    DRAWER = "trend-workings"
    WORKINGS = "trend-workings-inside"
    SINK = "trend-sink"


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `_OUTPUTS`."""

    indicator: str
    frequency: str
    show: str
    layers: list[str]
    rebase: str | None
    rebase_choices: list[dict[str, str]]
    headline: str
    meaning: str
    course_title: str
    chart: Figure
    notes: list[Component]
    ahead: Mapping[str, Any]
    chart_box: dict[str, str]
    panels: list[Component]
    signal_title: str
    signal_note: str
    signals: list[Component]
    control: Figure
    control_table: Mapping[str, Any]
    control_box: dict[str, str]
    table_title: str
    table: Mapping[str, Any]
    csv: str
    xlsx: str
    opened: bool
    workings: Any


_OUTPUTS = (
    (Ids.INDICATOR, "value"),
    (Ids.FREQUENCY, "value"),
    (Ids.SHOW, "value"),
    (Ids.LAYERS, "value"),
    (Ids.REBASE, "value"),
    (Ids.REBASE, "data"),
    (Ids.HEADLINE, "children"),
    (Ids.MEANING, "children"),
    (Ids.COURSE_TITLE, "children"),
    (Ids.CHART, "figure"),
    (Ids.NOTES, "children"),
    (Ids.AHEAD, "data"),
    (Ids.CHART_BOX, "style"),
    (Ids.PANELS, "children"),
    (Ids.SIGNAL_TITLE, "children"),
    (Ids.SIGNAL_NOTE, "children"),
    (Ids.SIGNALS, "children"),
    (Ids.CONTROL, "figure"),
    (Ids.CONTROL_TABLE, "data"),
    (Ids.CONTROL_BOX, "style"),
    (Ids.TABLE_TITLE, "children"),
    (Ids.TABLE, "data"),
    (Ids.CSV, "href"),
    (Ids.XLSX, "href"),
    (Ids.DRAWER, "opened"),
    (Ids.WORKINGS, "children"),
)


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = recalled(asked, _PATH, view)
    return html.Div(
        [
            _controls(asked, shown),
            html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
            html.P(shown.meaning, id=Ids.MEANING, className="lead"),
            html.Div(_course(asked, shown), id=Ids.CHART_BOX, style=shown.chart_box),
            html.Div(shown.panels, id=Ids.PANELS, className="panels"),
            html.Div(_signals(asked, shown), id=Ids.CONTROL_BOX, style=shown.control_box),
            _table(shown),
            _drawer(shown),
            dcc.Store(id=Ids.DEFAULTS, data=DEFAULTS),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
    seen = Trending(asked)
    units = by_unit(seen.rows) if seen.is_many else {}
    of_units = of_last_period(units)
    address = urlencode(asked.query)
    return View(
        indicator=seen.indicator.code,
        frequency=str(seen.frequency),
        show="below" if seen.is_many else "one",
        layers=[str(layer) for layer in seen.layers],
        **_of_one(seen),
        headline=_headline(seen, of_units),
        meaning=_meaning(seen),
        panels=panels(asked, seen.indicator, units, _PATH) if seen.is_many else [],
        table_title=_table_title(seen, of_units),
        table=value_table(of_units if seen.is_many else list(reversed(seen.shown)), many=seen.is_many),
        csv=f"/download/table.csv?{address}",
        xlsx=f"/download/table.xlsx?{address}",
        **_workings(seen),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, [Output(part, prop) for part, prop in _OUTPUTS], view)
    controls = (
        (Ids.INDICATOR, "indicator"),
        (Ids.FREQUENCY, "frequency"),
        (Ids.SHOW, "show"),
        (Ids.LAYERS, "layers"),
        (Ids.REBASE, "rebase"),
    )
    for control, name in controls:
        _clientside(app, name, Input(control, "value"), State(Ids.DEFAULTS, "data"))
    _clientside(app, "point", Input(Ids.CHART, "clickData"))
    _clientside(app, "point", Input(Ids.CONTROL, "clickData"))
    _clientside(app, "closed", Input(Ids.DRAWER, "opened"))
    for pressed, name in ((Ids.PNG, "picture_png"), (Ids.SVG, "picture_svg")):
        _clientside(app, name, Input(pressed, "n_clicks"), State(Ids.CHART, "id"), State(Ids.HEADLINE, "children"))


def _clientside(app: Dash, name: str, *given: Input | State) -> None:
    sink = Output(Ids.SINK, "data", allow_duplicate=True)
    app.clientside_callback(ClientsideFunction("navigation", name), sink, *given, prevent_initial_call=True)


def _controls(asked: Ask, shown: View) -> Component:
    select = dmc.Select(
        id=Ids.INDICATOR,
        label=t("trend.indicator"),
        value=shown.indicator,
        data=[{"value": each.code, "label": each.title[asked.language]} for each in CATALOGUE.values()],
        searchable=True,
        allowDeselect=False,
        filter={"function": "unitsByWords"},
        nothingFoundMessage=t("trend.no_indicator"),
        maxDropdownHeight=420,
        comboboxProps={"keepMounted": False},
        className="trend-indicator",
    )
    lengths = [{"value": str(f), "label": t(f"frequency.{f}")} for f in (Frequency.YEAR, Frequency.QUARTER)]
    ways = [{"value": way, "label": t(f"trend.show_{way}")} for way in ("one", "below")]
    length = dmc.SegmentedControl(
        id=Ids.FREQUENCY, data=lengths, value=shown.frequency, **aria(label=t("trend.frequency"))
    )
    way = dmc.SegmentedControl(id=Ids.SHOW, data=ways, value=shown.show, **aria(label=t("trend.show")))
    return html.Div([select, length, way], className="controls no-print")


def _course(asked: Ask, shown: View) -> Component:
    chips = [dmc.Chip(t(f"trend.layer_{layer}"), value=str(layer), size="sm", variant="outline") for layer in Layer]
    layers = dmc.ChipGroup(html.Div(chips, className="actions"), id=Ids.LAYERS, value=shown.layers, multiple=True)
    pictures = [
        dmc.Button(text, id=pressed, variant="outline", size="sm", leftSection=icon("download", 18))
        for pressed, text in ((Ids.PNG, t("trend.png")), (Ids.SVG, t("trend.svg")))
    ]
    return section(
        html.Span(shown.course_title, id=Ids.COURSE_TITLE),
        graph(Ids.CHART, shown.chart, asked.language, "trend-chart"),
        html.Ul(shown.notes, id=Ids.NOTES, className="notes"),
        table_behind(Ids.AHEAD, shown.ahead, t("trend.forecast_table")),
        html.Div([layers, html.Div(pictures, className="actions")], className="actions spread no-print"),
    )


def _signals(asked: Ask, shown: View) -> Component:
    rebase = dmc.Select(
        id=Ids.REBASE,
        label=t("trend.rebase"),
        placeholder=t("trend.rebase_none"),
        value=shown.rebase,
        data=shown.rebase_choices,
        clearable=True,
        searchable=True,
        comboboxProps={"keepMounted": False},
        className="no-print",
    )
    return section(
        html.Span(shown.signal_title, id=Ids.SIGNAL_TITLE),
        html.Div([html.Div(shown.signals, id=Ids.SIGNALS, className="signals"), rebase], className="actions spread"),
        graph(Ids.CONTROL, shown.control, asked.language, "control-chart"),
        table_behind(Ids.CONTROL_TABLE, shown.control_table),
        note=html.Span(shown.signal_note, id=Ids.SIGNAL_NOTE),
    )


def _table(shown: View) -> Component:
    table = dmc.Table(data=shown.table, id=Ids.TABLE, className="plain-table figures-table", highlightOnHover=True)
    files = [
        action("download", t("trend.csv"), shown.csv, id=Ids.CSV),
        action("download", t("trend.xlsx"), shown.xlsx, id=Ids.XLSX),
    ]
    return section(
        html.Span(shown.table_title, id=Ids.TABLE_TITLE),
        html.Div(table, className="scroll"),
        html.Div(files, className="actions no-print"),
    )


def _drawer(shown: View) -> Component:
    return dmc.Drawer(
        html.Div(shown.workings, id=Ids.WORKINGS),
        id=Ids.DRAWER,
        opened=shown.opened,
        title=t("workings.title"),
        position="right",
        size="xl",
        padding="md",
        closeButtonProps={"aria-label": t("workings.close")},
    )


def _of_one(seen: Trending) -> Props:
    """What is shown of one unit only: its way, and what of it is signal."""
    hidden = {"display": "none"}
    if seen.is_many:
        nothing: Mapping[str, Any] = {"head": [], "body": []}
        empty = figure([], language())
        return {
            "course_title": "",
            "chart": empty,
            "notes": [],
            "ahead": nothing,
            "chart_box": hidden,
            "rebase": None,
            "rebase_choices": [],
            "signal_title": "",
            "signal_note": "",
            "signals": [],
            "control": empty,
            "control_table": nothing,
            "control_box": hidden,
        }
    starts = [row.until for row in seen.shown[1:]]
    return {
        "course_title": series_chart.title(seen),
        "chart": series_chart.drawn(seen),
        "notes": series_chart.notes(seen),
        "ahead": series_chart.ahead_table(seen),
        "chart_box": {},
        "rebase": seen.rebased.code if seen.rebased else None,
        "rebase_choices": [{"value": p.code, "label": p.title(language())} for p in reversed(starts)],
        "signal_title": variation.title(seen),
        "signal_note": variation.note(seen),
        "signals": variation.icons(seen),
        "control": variation.drawn(seen),
        "control_table": variation.table(seen),
        "control_box": {} if seen.signals else hidden,
    }


def _headline(seen: Trending, of_units: list[ValueRow]) -> str:
    asked, found = seen.asked, seen.rows
    if not any(row.value is not None for row in found):
        return t("trend.nothing", name=seen.indicator.title[asked.language], unit=asked.unit.name)
    if of_units:
        return sentences.spread(of_units) + "."
    row = sentences.latest_judged(found) or found[-1]
    moved = sentences.change(row, next((r for r in found if r.until == row.until.years_ago(1)), None))
    return sentences.sentence(row, with_unit=True) + (f"; {moved}." if moved else ".")


def _meaning(seen: Trending) -> str:
    chosen = seen.indicator
    parts = [chosen.meaning[language()], chosen.note[language()] if chosen.note else ""]
    if seen.is_many and not chosen.format.is_share:
        parts.append(t("trend.own_scales"))
    return " ".join(part for part in parts if part)


def _table_title(seen: Trending, of_units: list[ValueRow]) -> str:
    if of_units:
        return t("trend.table_units", count=len(of_units), period=sentences.at(of_units[0].until))
    full = sum(row.is_complete and row.value is not None for row in seen.shown)
    return t("trend.table_periods", full=full, all=len(seen.shown))


def _workings(seen: Trending) -> Props:
    asked, period = seen.asked, seen.point
    if period is None:
        return {"opened": False, "workings": []}
    code = asked.query.get("point_unit")
    unit = asked.reader.unit(code) if code else asked.unit
    return {"opened": True, "workings": panel(asked, seen.indicator, unit, period)}


PAGE = Page(
    code="trend", path=_PATH, group=PageGroup.MONITOR, layout=layout, register=register, needs=frozenset({Needs.CHARTS})
)
