"""Bảng chỉ tiêu: give me the table. Indicators, units and periods to choose; a grid, files, a link, saved views."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency
from indicators.answers.statements import Statement
from indicators.catalogue.builtin import CATALOGUE
from layouts.documents.tables import FileFormat
from layouts.pages.table import grid
from layouts.parts import saved_views
from layouts.parts.components import Props, action, aria, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, follow, recalled
from layouts.text import t
from layouts.views.ask import Ask
from layouts.views.tabulation import DEFAULTS, Tabulation
from layouts.web.request import ask
from layouts.words import formats

_PATH = "/table"
_FREQUENCIES = (Frequency.YEAR, Frequency.QUARTER)


class Ids(StrEnum):
    """Ids of this page."""

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


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `_FOLLOWED`."""

    indicators: list[str]
    statement: str
    levels: list[dict[str, str]]
    level: str
    frequency: str
    firsts: list[dict[str, str]]
    first: str
    shape: str
    is_long: bool
    headline: str
    lead: str
    columns: list[Props]
    room: dict[str, str]
    files: list[Component]
    asked: str
    defaults: dict[str, str]


_FOLLOWED = (
    (Ids.INDICATORS, "value"),
    (Ids.STATEMENT, "value"),
    (Ids.LEVEL, "data"),
    (Ids.LEVEL, "value"),
    (Ids.FREQUENCY, "value"),
    (Ids.FIRST, "data"),
    (Ids.FIRST, "value"),
    (Ids.SHAPE, "value"),
    (Ids.SHAPE, "disabled"),
    (Ids.HEADLINE, "children"),
    (Ids.LEAD, "children"),
    (Ids.GRID, "columnDefs"),
    (Ids.GRID, "style"),
    (Ids.FILES, "children"),
    (Ids.ASKED, "data"),
    (Ids.DEFAULTS, "data"),
)


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = recalled(asked, _PATH, view)
    return html.Div(
        [
            html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
            html.P(shown.lead, id=Ids.LEAD, className="lead"),
            html.Div(section(t("table.choose"), *_controls(asked, shown)), className="no-print"),
            section(
                t("table.lines"),
                grid.grid(Ids.GRID, shown.columns, shown.room),
                html.Div(shown.files, id=Ids.FILES, className="actions no-print"),
                dmc.TextInput(id=Ids.LINK, label=t("table.link"), readOnly=True, className="table-link no-print"),
            ),
            html.Div(saved_views.layout(asked), className="no-print"),
            dcc.Store(id=Ids.ASKED, data=shown.asked),
            dcc.Store(id=Ids.DEFAULTS, data=shown.defaults),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
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
        files=[
            action("download", t(f"table.file_{kind}"), f"/download/indicators.{kind}?{query}") for kind in FileFormat
        ],
        asked=f"/download/indicators.csv?{_whole(table)}#{asked.reader.version}",
        defaults={**DEFAULTS, "from": table.usual_first.code},
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, [Output(place, prop) for place, prop in _FOLLOWED], view)

    @app.callback(Output(Ids.GRID, "getRowsResponse"), Input(Ids.GRID, "getRowsRequest"), State(LOCATION, "search"))
    def get_rows(request: dict[str, Any] | None, search: str) -> Props:
        return grid.block(Tabulation(ask(search)), request or {})

    for control in (Ids.INDICATORS, Ids.STATEMENT, Ids.LEVEL, Ids.FREQUENCY, Ids.FIRST, Ids.SHAPE):
        app.clientside_callback(
            ClientsideFunction("navigation", control.removeprefix("table-")),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, "value"),
            State(Ids.DEFAULTS, "data"),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        ClientsideFunction("navigation", "fetch_table"), Output(Ids.LINK, "value"), Input(Ids.ASKED, "data")
    )
    saved_views.register(app)


def _whole(table: Tabulation) -> str:
    """The query of exactly this table, with what the page's address leaves to the usual."""
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
    counted = {
        "indicators": len(table.indicators),
        "units": formats.number(table.units, speech),
        "periods": len(table.periods),
        "values": formats.number(table.size, speech),
    }
    if table.is_too_large:
        return t("table.too_large", **counted, most=formats.number(table.most, speech))
    return t("table.headline", **counted)


def _lead(table: Tabulation) -> str:
    titles = ", ".join(CATALOGUE[code].title[table.asked.language] for code in table.indicators)
    said = t(f"table.statement_{table.statement}")
    return t("table.lead", statement=said, unit=table.asked.unit.name, titles=titles)


def _controls(asked: Ask, shown: View) -> list[Component]:
    names = [{"value": each.code, "label": each.title[asked.language]} for each in CATALOGUE.values()]
    lengths = [{"value": str(f), "label": t(f"frequency.{f}")} for f in _FREQUENCIES]
    shapes = [{"value": shape, "label": t(f"table.shape_{shape}")} for shape in ("wide", "long")]
    said = [{"value": str(each), "label": t(f"table.statement_{each}")} for each in Statement]
    closed: Props = {"allowDeselect": False, "comboboxProps": {"keepMounted": False}}
    return [
        dmc.MultiSelect(
            id=Ids.INDICATORS,
            label=t("trend.indicator"),
            data=names,
            value=shown.indicators,
            searchable=True,
            hidePickedOptions=True,
            filter={"function": "unitsByWords"},
            nothingFoundMessage=t("trend.no_indicator"),
            maxDropdownHeight=420,
            comboboxProps={"keepMounted": False},
        ),
        html.Div(
            [
                dmc.Select(id=Ids.STATEMENT, label=t("table.statement"), data=said, value=shown.statement, **closed),
                dmc.Select(id=Ids.LEVEL, label=t("table.level"), data=shown.levels, value=shown.level, **closed),
                dmc.Select(id=Ids.FIRST, label=t("table.from"), data=shown.firsts, value=shown.first, **closed),
                dmc.SegmentedControl(
                    id=Ids.FREQUENCY, data=lengths, value=shown.frequency, **aria(label=t("trend.frequency"))
                ),
                dmc.SegmentedControl(
                    id=Ids.SHAPE, data=shapes, value=shown.shape, disabled=shown.is_long, **aria(label=t("table.shape"))
                ),
            ],
            className="controls table-controls no-print",
        ),
    ]


PAGE = Page(
    code="table", path=_PATH, group=PageGroup.DATA, layout=layout, register=register, needs=frozenset({Needs.GRIDS})
)
