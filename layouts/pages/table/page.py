"""Bảng chỉ tiêu: tables of chosen indicators, units and periods; a grid, files, a link, saved views."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators.answers.statements import Statement
from indicators.values.value import Status
from layouts.documents.tables import FileFormat
from layouts.pages.table import grid
from layouts.parts import saved_views
from layouts.parts.components import Props, action, aria, for_excel, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, cached_view, follow, renew_rows, write_address
from layouts.parts.slots import Slot, Slots
from layouts.text import t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.crossings import crossings, met_of
from layouts.views.figure_links import PARAMETER
from layouts.views.rows import rows
from layouts.views.tabulation import DEFAULTS, Tabulation
from layouts.web.request import ask
from layouts.words import formats

_PATH = "/table"
_FREQUENCIES = (Frequency.YEAR, Frequency.QUARTER)


class Ids(StrEnum):
    """Component ids of this page."""

    INDICATORS = "table-indicators"
    STATEMENT = "table-statement"
    LEVEL = "table-level"
    FREQUENCY = "table-frequency"
    FIRST = "table-from"
    SHAPE = "table-shape"
    HEADLINE = "table-headline"
    LEAD = "table-lead"
    GRID = "table-grid"
    FILES = "table-files"
    LINK = "table-link"
    ASKED = "table-asked"
    DEFAULTS = "table-defaults"
    SINK = "table-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    indicators: Annotated[list[str], Slot(Ids.INDICATORS, "value")]
    statement: Annotated[str, Slot(Ids.STATEMENT, "value")]
    levels: Annotated[list[dict[str, str]], Slot(Ids.LEVEL, "data")]
    level: Annotated[str, Slot(Ids.LEVEL, "value")]
    frequency: Annotated[str, Slot(Ids.FREQUENCY, "value")]
    firsts: Annotated[list[dict[str, str]], Slot(Ids.FIRST, "data")]
    first: Annotated[str, Slot(Ids.FIRST, "value")]
    shape: Annotated[str, Slot(Ids.SHAPE, "value")]
    is_long: Annotated[bool, Slot(Ids.SHAPE, "disabled")]
    headline: Annotated[str, Slot(Ids.HEADLINE)]
    lead: Annotated[str, Slot(Ids.LEAD)]
    columns: Annotated[list[Props], Slot(Ids.GRID, "columnDefs")]
    room: Annotated[dict[str, str], Slot(Ids.GRID, "style")]
    files: Annotated[list[Component], Slot(Ids.FILES)]
    asked: Annotated[str, Slot(Ids.ASKED, "data")]
    defaults: Annotated[dict[str, str], Slot(Ids.DEFAULTS, "data")]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(**shown[Ids.LEAD], className="lead"),
            html.Div(section(t("table.choose"), *_controls(asked, shown)), className="no-print"),
            section(
                t("table.lines"),
                grid.grid(shown[Ids.GRID]),
                html.Div(**shown[Ids.FILES], className="actions no-print"),
                dmc.TextInput(id=Ids.LINK, label=t("table.link"), readOnly=True, className="table-link no-print"),
            ),
            html.Div(saved_views.layout(asked), className="no-print"),
            dcc.Store(**shown[Ids.ASKED]),
            dcc.Store(**shown[Ids.DEFAULTS]),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    table = Tabulation(asked)
    query = urlencode(asked.query)
    return View(
        indicators=list(table.indicators),
        statement=str(table.statement),
        levels=[{"value": level, "label": t(f"table.level_{level}")} for level in ("own", *map(str, table.levels))],
        level=str(table.level or "own"),
        frequency=str(table.frequency),
        firsts=[{"value": p.code, "label": p.title(asked.language)} for p in reversed(table.known_periods)],
        first=table.first.code,
        shape="wide" if table.is_wide else "long",
        is_long=table.statement is not Statement.VALUES,
        headline=_headline(table),
        lead=_lead(table),
        columns=grid.columns(table),
        room=grid.style(table.lines),
        files=[action("download", t(f"table.file_{kind}"), _file(kind, query)) for kind in FileFormat],
        asked=_file(FileFormat.CSV, _whole(table)),
        defaults={**DEFAULTS, "from": table.usual_first.code},
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view)
    write_address(app, View, script="navigation", baseline=Ids.DEFAULTS, sink=Ids.SINK)

    @app.callback(
        Output(Ids.GRID, "getRowsResponse"),
        Input(Ids.GRID, "getRowsRequest"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
    )
    def get_rows(request: dict[str, Any] | None, search: str) -> Props:
        return grid.block(Tabulation(ask(search)), request or {})

    app.clientside_callback(
        ClientsideFunction("navigation", "fetch_table"), Output(Ids.LINK, "value"), Input(Ids.ASKED, "data")
    )
    renew_rows(app, Ids.GRID, Ids.SINK)
    saved_views.register(app)


def _file(kind: FileFormat, query: str) -> str:
    address = f"/download/indicators.{kind}?{query}"
    return for_excel(address) if kind is FileFormat.CSV else address


def _whole(table: Tabulation) -> str:
    """The full query of this table, including the defaults that the page's URL omits."""
    asked = table.asked
    usual = {
        "unit": asked.unit.code,
        "period": asked.period.code,
        "indicators": ".".join(table.indicators),
        "statement": str(table.statement),
        "level": str(table.level or "own"),
        "frequency": str(table.frequency),
        "from": table.first.code,
    }
    return urlencode({**usual, **asked.query})


def _headline(table: Tabulation) -> str:
    speech = table.asked.language
    named = _figure(table)
    if named:
        return named
    counted = {
        "indicators": len(table.indicators),
        "units": formats.number(table.units, speech),
        "periods": len(table.periods),
        "values": formats.number(table.size, speech),
    }
    if table.is_too_large:
        return t("table.too_large", **counted, most=formats.number(table.most, speech))
    return t("table.headline", **counted)


def _figure(table: Tabulation) -> str:
    """The count of verdicts that led here, stated first; empty where none did."""
    asked, figure = table.asked, table.asked.query.get(PARAMETER, "")
    if figure == "met":
        found = rows(asked, table.indicators, asked.unit, (asked.period,), table.level)
        return t("table.met", count=met_of(found), unit=asked.unit.name, period=sentences.at(asked.period))
    if figure == "missed":
        found = rows(asked, table.indicators, asked.unit, (asked.period,), table.level)
        count = sum(row.status is Status.NOT_MET for row in found)
        return t("table.missed", count=count, unit=asked.unit.name, period=sentences.at(asked.period))
    if figure not in {"gained", "lost"} or asked.period.frequency is not Frequency.YEAR:
        return ""
    crossed = crossings(asked, table.indicators, asked.period, table.level)
    count = sum(pair.is_gain == (figure == "gained") for pair in crossed)
    years = {"year": asked.period.year, "before": asked.period.year - 1}
    return t(f"table.{figure}", count=count, unit=asked.unit.name, **years)


def _lead(table: Tabulation) -> str:
    titles = ", ".join(table.asked.catalogue[code].title[table.asked.language] for code in table.indicators)
    said = t(f"table.statement_{table.statement}")
    return t("table.lead", statement=said, unit=table.asked.unit.name, titles=titles)


def _controls(asked: Ask, shown: View) -> list[Component]:
    names = [{"value": each.code, "label": each.title[asked.language]} for each in asked.catalogue.values()]
    lengths = [{"value": str(f), "label": t(f"frequency.{f}")} for f in _FREQUENCIES]
    shapes = [{"value": shape, "label": t(f"table.shape_{shape}")} for shape in ("wide", "long")]
    said = [{"value": str(each), "label": t(f"table.statement_{each}")} for each in Statement]
    closed: Props = {"allowDeselect": False, "comboboxProps": {"keepMounted": False}}
    return [
        dmc.MultiSelect(
            **shown[Ids.INDICATORS],
            label=t("trend.indicator"),
            data=names,
            searchable=True,
            hidePickedOptions=True,
            filter={"function": "unitsByWords"},
            nothingFoundMessage=t("trend.no_indicator"),
            maxDropdownHeight=420,
            comboboxProps={"keepMounted": False},
        ),
        html.Div(
            [
                dmc.Select(**shown[Ids.STATEMENT], label=t("table.statement"), data=said, **closed),
                dmc.Select(**shown[Ids.LEVEL], label=t("table.level"), **closed),
                dmc.Select(**shown[Ids.FIRST], label=t("table.from"), **closed),
                dmc.SegmentedControl(**shown[Ids.FREQUENCY], data=lengths, **aria(label=t("trend.frequency"))),
                dmc.SegmentedControl(**shown[Ids.SHAPE], data=shapes, **aria(label=t("table.shape"))),
            ],
            className="controls table-controls no-print",
        ),
    ]


PAGE = Page(
    code="table", path=_PATH, group=PageGroup.DATA, layout=layout, register=register, needs=frozenset({Needs.GRIDS})
)
