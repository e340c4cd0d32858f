"""The grid of the table page: the server sorts the rows and serves blocks of a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from data.vietnamese.search import plain as unmarked
from indicators.answers.rows import TableRow, ValueRow, value_of
from indicators.answers.rows import columns as columns_of
from indicators.values.value import JUDGED
from layouts.documents.tables import Cell, cells
from layouts.parts.components import Props
from layouts.parts.heat import shared_options
from layouts.text import language, t
from layouts.views.rows import period_title, why_missing, written
from layouts.views.tabulation import Tabulation
from layouts.words import marks

_BLOCK = 100
_MAX_BLOCK = 500


def style(lines: int) -> dict[str, str]:
    """Height for that many rows, the header and a scrollbar; the style sheet caps it."""
    return {"height": f"calc({max(lines, 2)} * var(--ag-row-height) + 6rem)"}


def grid(slots: Props) -> Component:
    """The grid, from its slots."""
    return dag.AgGrid(
        **slots,
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
        | {
            "cacheBlockSize": _BLOCK,
            "maxBlocksInCache": 20,
            "maxConcurrentDatasourceRequests": 1,
            "rowBuffer": 20,
            "infiniteInitialRowCount": 1,
        },
        className="ag-theme-quartz table-grid",
    )


def columns(table: Tabulation) -> list[Props]:
    """Wide: unit, period and a column per indicator; long: the stable columns, named as in files."""
    if not table.is_wide:
        # Unpinned explicitly: a column that both shapes share would keep the pinning of the other.
        return [
            {"field": name, "headerName": name, "minWidth": 110, "flex": 1, "pinned": None} for name in table.columns
        ]
    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header", "minWidth": 120, "flex": 1}
    of = [
        {
            "field": code,
            "headerName": table.asked.catalogue[code].title[language()],
            "headerTooltip": table.asked.catalogue[code].meaning[language()],
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


def block(table: Tabulation, request: Mapping[str, Any]) -> Props:
    """The requested block of rows and the total row count."""
    start = max(0, int(request.get("startRow") or 0))
    end = min(int(request.get("endRow") or _BLOCK), start + _MAX_BLOCK)
    lines: Sequence[_Line] = _wide(table) if table.is_wide else [_Long(row) for row in table.rows]
    for order in reversed(request.get("sortModel") or ()):
        lines = _ordered(lines, str(order.get("colId")), descending=order.get("sort") == "desc")
    shown = [{**line.drawn, "id": str(start + place)} for place, line in enumerate(lines[start:end])]
    return {"rowData": shown, "rowCount": len(lines)}


@dataclass(frozen=True, slots=True)
class _Long:
    """A row of the long shape, as in files."""

    row: TableRow

    def value(self, column: str) -> object:
        return value_of(self.row, column) if column in columns_of(type(self.row)) else None

    @property
    def drawn(self) -> Mapping[str, Cell]:
        return cells(self.row)


@dataclass(frozen=True, slots=True)
class _Wide:
    """A row of the wide shape: the values of one unit and period."""

    rows: Sequence[ValueRow]

    def value(self, column: str) -> object:
        held = next((row for row in self.rows if row.indicator.code == column), None)
        return _Long(self.rows[0]).value(column) if held is None else held.value

    @property
    def drawn(self) -> Mapping[str, Cell]:
        first = self.rows[0]
        names = {"unit_name": first.unit_name, "period": period_title(first.period, language())}
        return names | {row.indicator.code: _text(row) for row in self.rows}


_Line = _Long | _Wide


def _wide(table: Tabulation) -> list[_Wide]:
    """Rows grouped by unit and period, in file order."""
    lines: dict[tuple[str, str], list[ValueRow]] = {}
    for row in table.values:
        lines.setdefault((row.unit, row.period.code), []).append(row)
    return [_Wide(rows) for rows in lines.values()]


def _ordered(lines: Sequence[_Line], column: str, *, descending: bool) -> list[_Line]:
    """Rows sorted by a column; those without a value come last in both directions."""

    def key(line: _Line) -> Any:
        found = line.value(column)
        return found if isinstance(found, int | float | Fraction) else unmarked(str(found))

    known = [line for line in lines if line.value(column) is not None]
    known.sort(key=key, reverse=descending)
    return [*known, *(line for line in lines if line.value(column) is None)]


def _text(row: ValueRow) -> str:
    if row.value is None:
        return why_missing(row)
    hollow = "" if row.is_complete else f"{marks.HOLLOW} "
    mark = f"{marks.STATUS[row.status]} " if row.status in JUDGED else ""
    return f"{hollow}{mark}{written(row)}"
