"""Xu hướng: one indicator over time, signal or noise, forecast; one unit or all below; points open workings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators.answers.rows import ValueRow
from indicators.answers.unit_ranks import unit_ranks
from indicators.values.model import MeanPerYear
from layouts.figures.chart import Figure, figure
from layouts.pages.trend import contributions, series_chart, variation
from layouts.pages.trend.multiples import by_unit, of_last_period, panels
from layouts.parts.components import Props, action, aria, for_excel, graph, how, icon, section, table_behind
from layouts.parts.page import Needs, Page, PageGroup, cached_view, follow, write_address
from layouts.parts.slots import Slot, Slots
from layouts.parts.value_table import value_table
from layouts.parts.workings import panel
from layouts.text import language, t
from layouts.views import headlines, published, sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS_PER_YEAR
from layouts.views.figure_links import Aspect, parse_aspect
from layouts.views.trending import DEFAULTS, Layer, Trending

_PATH = "/trend"


class Ids(StrEnum):
    """Component ids of this page."""

    INDICATOR = "trend-indicator"
    FREQUENCY = "trend-frequency"
    SHOW = "trend-show"
    LAYERS = "trend-layers"
    REBASE = "trend-rebase"
    DEFAULTS = "trend-defaults"
    HEADLINE = "trend-headline"
    MEANING = "trend-meaning"
    MOVED = "trend-moved"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    indicator: Annotated[str, Slot(Ids.INDICATOR, "value")]
    frequency: Annotated[str, Slot(Ids.FREQUENCY, "value")]
    show: Annotated[str, Slot(Ids.SHOW, "value")]
    layers: Annotated[list[str], Slot(Ids.LAYERS, "value")]
    rebase: Annotated[str | None, Slot(Ids.REBASE, "value")]
    rebase_choices: Annotated[list[dict[str, str]], Slot(Ids.REBASE, "data")]
    headline: Annotated[str, Slot(Ids.HEADLINE)]
    meaning: Annotated[str, Slot(Ids.MEANING)]
    moved: Annotated[list[Component], Slot(Ids.MOVED)]
    course_title: Annotated[str, Slot(Ids.COURSE_TITLE)]
    chart: Annotated[Figure, Slot(Ids.CHART, "figure")]
    notes: Annotated[list[Component], Slot(Ids.NOTES)]
    ahead: Annotated[Mapping[str, Any], Slot(Ids.AHEAD, "data")]
    chart_box: Annotated[dict[str, str], Slot(Ids.CHART_BOX, "style")]
    panels: Annotated[list[Component], Slot(Ids.PANELS)]
    signal_title: Annotated[str, Slot(Ids.SIGNAL_TITLE)]
    signal_note: Annotated[str, Slot(Ids.SIGNAL_NOTE)]
    signals: Annotated[list[Component], Slot(Ids.SIGNALS)]
    control: Annotated[Figure, Slot(Ids.CONTROL, "figure")]
    control_table: Annotated[Mapping[str, Any], Slot(Ids.CONTROL_TABLE, "data")]
    control_box: Annotated[dict[str, str], Slot(Ids.CONTROL_BOX, "style")]
    table_title: Annotated[str, Slot(Ids.TABLE_TITLE)]
    table: Annotated[Mapping[str, Any], Slot(Ids.TABLE, "data")]
    csv: Annotated[str, Slot(Ids.CSV, "href")]
    xlsx: Annotated[str, Slot(Ids.XLSX, "href")]
    opened: Annotated[bool, Slot(Ids.DRAWER, "opened")]
    workings: Annotated[Any, Slot(Ids.WORKINGS)]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            _controls(asked, shown),
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(**shown[Ids.MEANING], className="lead"),
            html.Div(**shown[Ids.MOVED], className="moved"),
            html.Div(_course(asked, shown), **shown[Ids.CHART_BOX]),
            html.Div(**shown[Ids.PANELS], className="panels"),
            html.Div(_signals(asked, shown), **shown[Ids.CONTROL_BOX]),
            _table(shown),
            _drawer(shown),
            dcc.Store(id=Ids.DEFAULTS, data=DEFAULTS),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    seen = Trending(asked)
    units = by_unit(seen.rows) if seen.is_many else {}
    of_units = of_last_period(units)
    address = urlencode(asked.query)
    return View(
        indicator=seen.indicator.code,
        frequency=str(seen.frequency),
        show="below" if seen.is_many else "one",
        layers=[str(layer) for layer in seen.layers],
        **_single_unit_parts(seen),
        headline=_headline(seen, of_units),
        meaning=_meaning(seen),
        moved=[] if seen.is_many else contributions.explained(seen, _PATH),
        panels=panels(asked, seen.indicator, units, _PATH) if seen.is_many else [],
        table_title=_table_title(seen, of_units),
        table=value_table(of_units if seen.is_many else list(reversed(seen.shown)), many=seen.is_many),
        csv=for_excel(f"/download/table.csv?{address}"),
        xlsx=f"/download/table.xlsx?{address}",
        **_workings(seen),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    write_address(app, View, script="navigation", baseline=Ids.DEFAULTS, sink=Ids.SINK)
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
        **shown[Ids.INDICATOR],
        label=t("trend.indicator"),
        data=[{"value": each.code, "label": each.title[asked.language]} for each in asked.catalogue.values()],
        searchable=True,
        allowDeselect=False,
        filter={"function": "unitsByWords"},
        nothingFoundMessage=t("trend.no_indicator"),
        maxDropdownHeight=420,
        comboboxProps={"keepMounted": False},
        className="trend-indicator",
    )
    lengths = [{"value": str(f), "label": t(f"frequency.{f}")} for f in (Frequency.YEAR, Frequency.QUARTER)]
    shows = [{"value": show, "label": t(f"trend.show_{show}")} for show in ("one", "below")]
    length = dmc.SegmentedControl(**shown[Ids.FREQUENCY], data=lengths, **aria(label=t("trend.frequency")))
    show = dmc.SegmentedControl(**shown[Ids.SHOW], data=shows, **aria(label=t("trend.show")))
    return html.Div([select, length, show], className="controls no-print")


def _course(asked: Ask, shown: View) -> Component:
    chips = [dmc.Chip(t(f"trend.layer_{layer}"), value=str(layer), size="sm", variant="outline") for layer in Layer]
    layers = dmc.ChipGroup(html.Div(chips, className="actions"), **shown[Ids.LAYERS], multiple=True)
    pictures = [
        dmc.Button(text, id=pressed, variant="outline", size="sm", leftSection=icon("download", 18))
        for pressed, text in ((Ids.PNG, t("trend.png")), (Ids.SVG, t("trend.svg")))
    ]
    return section(
        html.Span(**shown[Ids.COURSE_TITLE]),
        graph(shown[Ids.CHART], asked.language, "trend-chart"),
        html.Ul(**shown[Ids.NOTES], className="notes"),
        table_behind(shown[Ids.AHEAD], t("trend.forecast_table")),
        html.Div([layers, html.Div(pictures, className="actions")], className="actions spread no-print"),
    )


def _signals(asked: Ask, shown: View) -> Component:
    rebase = dmc.Select(
        **shown[Ids.REBASE],
        label=t("trend.rebase"),
        placeholder=t("trend.rebase_none"),
        clearable=True,
        searchable=True,
        comboboxProps={"keepMounted": False},
        className="no-print",
    )
    return section(
        html.Span(**shown[Ids.SIGNAL_TITLE]),
        html.Div([html.Div(**shown[Ids.SIGNALS], className="signals"), rebase], className="actions spread"),
        graph(shown[Ids.CONTROL], asked.language, "control-chart"),
        table_behind(shown[Ids.CONTROL_TABLE]),
        how(t("variation.how")),
        note=html.Span(**shown[Ids.SIGNAL_NOTE]),
    )


def _table(shown: View) -> Component:
    table = dmc.Table(**shown[Ids.TABLE], className="plain-table figures-table", highlightOnHover=True)
    files = [
        action("download", t("trend.csv"), **shown[Ids.CSV]),
        action("download", t("trend.xlsx"), **shown[Ids.XLSX]),
    ]
    return section(
        html.Span(**shown[Ids.TABLE_TITLE]),
        html.Div(table, className="scroll"),
        html.Div(files, className="actions no-print"),
    )


def _drawer(shown: View) -> Component:
    return dmc.Drawer(
        html.Div(**shown[Ids.WORKINGS]),
        **shown[Ids.DRAWER],
        title=t("workings.title"),
        position="right",
        size="xl",
        padding="md",
        closeButtonProps={"aria-label": t("workings.close")},
    )


def _single_unit_parts(seen: Trending) -> Props:
    """Slots that apply to a single unit only: its series and its signals."""
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
        "rebase": seen.rebase_period.code if seen.rebase_period else None,
        "rebase_choices": [{"value": p.code, "label": p.title(language())} for p in reversed(starts)],
        "signal_title": variation.title(seen),
        "signal_note": variation.note(seen),
        "signals": variation.icons(seen),
        "control": variation.drawn(seen),
        "control_table": variation.table(seen),
        "control_box": {} if seen.signals else hidden,
    }


def _headline(seen: Trending, of_units: list[ValueRow]) -> str:
    asked, aspect, has_values = seen.asked, parse_aspect(seen.asked), any(row.value is not None for row in seen.rows)
    if aspect is Aspect.VALUE and not (has_values or _has_value(seen)):
        return t("trend.nothing", name=sentences.inside(seen.indicator.title[asked.language]), unit=asked.unit.name)
    if of_units:
        return sentences.spread(of_units, unit_ranks(of_units)) + "."
    if isinstance(seen.indicator.formula, MeanPerYear):
        return headlines.mean(asked, seen.indicator)
    return headlines.of_figure(asked, headlines.read(asked, seen.indicator), aspect) + "."


def _has_value(seen: Trending) -> bool:
    """Whether the requested period has one, even where no drawn one does: a quarter of a unit's first year."""
    of_span = isinstance(seen.indicator.formula, MeanPerYear)
    return not of_span and headlines.read(seen.asked, seen.indicator).current.value is not None


def _meaning(seen: Trending) -> str:
    chosen = seen.indicator
    parts = [chosen.meaning[language()], chosen.note[language()] if chosen.note else ""]
    if chosen.code == ADMISSIONS_PER_YEAR:
        parts.append(published.note(seen.asked))
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
