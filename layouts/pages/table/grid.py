"""The grid of the page of tables: the server orders the lines and hands out a hundred at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from data.periods import Period
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.value import STATE_TITLES, State, Status
from layouts.documents.tables import plain
from layouts.parts.components import MARKS
from layouts.parts.heat import shared_options
from layouts.text import language, t
from layouts.views.tabulation import Tabulation
from layouts.words import formats
from layouts.words.search import plain as unmarked

_BLOCK = 100
_MOST = 500


def style(lines: int) -> dict[str, str]:
    """Room for that many lines, their heading and a bar to scroll by; the style sheet has the most of it."""
    return {"height": f"calc({max(lines, 2)} * var(--ag-row-height) + 6rem)"}


def grid(component_id: str, columns: list[dict[str, Any]], room: dict[str, str]) -> Component:
    """The grid; `room` is its style."""
    return dag.AgGrid(
        id=component_id,
        columnDefs=columns,
        rowModelType="infinite",
        getRowId="params.data.id",
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions=shared_options()
        | {"cacheBlockSize": _BLOCK, "maxBlocksInCache": 20, "rowBuffer": 20, "infiniteInitialRowCount": 1},
        className="ag-theme-quartz table-grid",
        style=room,
    )


def columns(table: Tabulation) -> list[dict[str, Any]]:
    """Unit, period and an indicator each; or the stable columns, named as in files."""
    if not table.is_wide:
        # Unpinned in so many words: a column that both shapes have would stay where the other had it.
        return [
            {"field": name, "headerName": name, "minWidth": 110, "flex": 1, "pinned": None} for name in table.columns
        ]
    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header", "minWidth": 120, "flex": 1}
    of = [
        {
            "field": code,
            "headerName": CATALOGUE[code].title[language()],
            "headerTooltip": CATALOGUE[code].meaning[language()],
        }
        for code in table.indicators
    ]
    return [
        {
            "field": "unit_name",
            "headerName": t("table.unit"),
            "pinned": "left",
            "minWidth": 120,
            "width": 190,
            "flex": None,
        },
        {"field": "period", "headerName": t("table.period"), "width": 130, "flex": None},
        *(column | right for column in of),
    ]


def block(table: Tabulation, request: Mapping[str, Any]) -> dict[str, Any]:
    """The lines that the grid asks for, and how many there are."""
    start = max(0, int(request.get("startRow") or 0))
    end = min(int(request.get("endRow") or _BLOCK), start + _MOST)
    lines: list[_Line] = _wide(table) if table.is_wide else [(row,) for row in table.rows]
    for order in reversed(request.get("sortModel") or ()):
        lines = _ordered(lines, str(order.get("colId")), descending=order.get("sort") == "desc", wide=table.is_wide)
    drawn = (_wide_line(held) if table.is_wide else _long_line(held[0], table.columns) for held in lines[start:end])
    shown = [line | {"id": str(start + place)} for place, line in enumerate(drawn)]
    return {"rowData": shown, "rowCount": len(lines)}


_Line = Sequence[Mapping[str, Any]]


def _wide(table: Tabulation) -> list[_Line]:
    """The rows of one unit and period together, in the order of the files."""
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in table.rows:
        lines.setdefault((row["unit"], row["period"]), []).append(row)
    return list(lines.values())


def _ordered(lines: list[_Line], column: str, *, descending: bool, wide: bool) -> list[_Line]:
    """Lines by a column; those without a value last either way."""

    def value(held: _Line) -> Any:
        if wide and column in CATALOGUE:
            return next((row["value"] for row in held if row["indicator"] == column), None)
        found = held[0].get(column)
        return found if isinstance(found, int | float | Fraction) or found is None else unmarked(str(found))

    known = [held for held in lines if value(held) is not None]
    known.sort(key=value, reverse=descending)
    return [*known, *(held for held in lines if value(held) is None)]


def _wide_line(held: _Line) -> dict[str, Any]:
    first, speech = held[0], language()
    name = str(first["period"])
    period = name if ".." in name else Period.parse(name).title(speech)
    return {"unit_name": first["unit_name"], "period": period} | {row["indicator"]: _text(row) for row in held}


def _text(row: Mapping[str, Any]) -> str:
    speech = language()
    if row["value"] is None:
        return STATE_TITLES[row["state"]][speech]
    hollow = "" if row["state"] is State.REPORTED else "○ "
    mark = f"{MARKS[row['status']]} " if row["status"] in {Status.MET, Status.NOT_MET} else ""
    return f"{hollow}{mark}{formats.value(row['value'], CATALOGUE[row['indicator']].format, speech)}"


def _long_line(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    return {name: plain(row.get(name)) for name in columns}
