"""The heat table of units by indicators: value and verdict per cell, darker the further from plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from indicators.answers.rows import ValueRow
from indicators.values.model import Indicator
from indicators.values.value import State, Status
from layouts.parts.components import Props
from layouts.text import language, t
from layouts.views.rows import why_missing, written
from layouts.words import formats, marks

Table = Mapping[str, Sequence[ValueRow]]
_DEEPEST = 9
_FAR = 0.25
_MAX_DRAWN = 60


def grid(slots: Props) -> Component:
    """The grid, from its slots; a cell opens its workings."""
    return dag.AgGrid(
        **slots,
        getRowId="params.data.unit",
        defaultColDef=default_column(),
        eventListeners={
            "cellClicked": ["openHeat(params)"],
            "cellKeyDown": ["openHeat(params)"],
            "sortChanged": ["sortWritten(params)"],
            "firstDataRendered": ["fitWindow(params)"],
        },
        className="ag-theme-quartz heat",
    )


def options(lines: Sequence[Any]) -> Props:
    """The grid's options: few rows are all rendered, so that they print; many are virtualised."""
    return shared_options() | {"domLayout": "autoHeight" if len(lines) <= _MAX_DRAWN else "normal"}


def style(lines: Sequence[Any]) -> Props:
    """The grid's height: that of its rows, or most of the window."""
    return {"height": None if len(lines) <= _MAX_DRAWN else "72vh"}


def default_column() -> Props:
    """Column defaults of all grids: long headers wrap, a third click clears the sort order."""
    return {
        "sortable": True,
        "resizable": True,
        "suppressMovable": True,
        "wrapHeaderText": True,
        "autoHeaderHeight": True,
        "sortingOrder": ["asc", "desc", None],
    }


def shared_options() -> Props:
    """Options of all grids: localised texts, no animation."""
    words = ("noRowsToShow", "loadingOoo", "ariaSortableColumn", "ariaRowSelectAll", "ariaRowToggleSelection")
    return {
        "localeText": {word: t(f"grid.{word}") for word in words},
        "animateRows": False,
        "suppressCellFocus": False,
        "enableCellTextSelection": True,
        "ensureDomOrder": True,
        "suppressColumnVirtualisation": True,
    }


def columns(found: Table, chosen: str, sort: str) -> list[Props]:
    """A column for the unit's name and one per indicator, the `chosen` one highlighted; `sort` as in "code.asc"."""
    by, _, order = sort.partition(".")
    name = {
        "field": "name",
        "headerName": t("table.unit"),
        "pinned": "left",
        "minWidth": 130,
        "width": 220,
        "comparator": {"function": "vietnamese"},
        "cellClass": "heat-name",
    }
    found_columns = [name, *(_column(rows[0].indicator, code == chosen) for code, rows in found.items())]
    ordered = order if order in {"asc", "desc"} else None
    return [column | {"sort": ordered if column["field"] == by else None} for column in found_columns]


def _column(indicator: Indicator, is_chosen: bool) -> Props:
    code = indicator.code
    return {
        "field": code,
        "headerName": indicator.title[language()],
        "headerTooltip": indicator.meaning[language()],
        "headerClass": "heat-chosen" if is_chosen else "",
        "valueGetter": {"function": f"heatValue(params, '{code}')"},
        "valueFormatter": {"function": f"heatText(params, '{code}')"},
        "cellClass": {"function": f"heatClass(params, '{code}')"},
        "comparator": {"function": "lackingLast"},
        "minWidth": 92,
        "flex": 1,
    }


def lines(found: Table) -> list[Props]:
    """A row per unit: by indicator the sort value, the text and the CSS class."""
    units: dict[str, Props] = {}
    for code, rows in found.items():
        farthest = max((abs(row.gap) for row in rows if row.gap is not None), default=None)
        for row in rows:
            line = units.setdefault(row.unit, {"unit": row.unit, "name": row.unit_name, "period": row.until.code})
            value = None if row.value is None else float(row.value)
            line[code] = [value, _text(row), _class(row, float(farthest) if farthest else None)]
    return list(units.values())


def _text(row: ValueRow) -> str:
    if row.value is None:
        return formats.NOTHING if row.state is State.NOT_APPLICABLE else why_missing(row)
    hollow = "" if row.is_complete else f"{marks.HOLLOW} "
    mark = f"{marks.STATUS[row.status]} " if row.status in {Status.MET, Status.NOT_MET} else ""
    return f"{hollow}{mark}{written(row)}"


def _class(row: ValueRow, farthest: float | None) -> str:
    if row.value is None:
        return "heat-lacking"
    if row.status is Status.MET:
        return "heat-met"
    if row.status is Status.NOT_MET and row.gap is not None and farthest:
        # Shares scale by percentage points; counts have no common scale but the largest distance among them.
        depth = abs(float(row.gap)) / (_FAR if row.indicator.format.is_share else farthest)
        return f"heat-not_met heat-{min(_DEEPEST, max(1, round(_DEEPEST * depth)))}"
    return "heat-plain"


def most_and_fewest(found: Table) -> tuple[tuple[list[str], int, int], tuple[list[str], int, int]] | None:
    """The units that miss the largest and the smallest share of their plans: names, missed, judged; None if none is.

    Of equal shares the one of more plans comes first; all units with the same counts are named.
    """
    counts: dict[str, tuple[int, int]] = {}
    for rows in found.values():
        for row in rows:
            if row.status in {Status.MET, Status.NOT_MET}:
                missed, judged = counts.get(row.unit_name, (0, 0))
                counts[row.unit_name] = (missed + (row.status is Status.NOT_MET), judged + 1)
    if not counts:
        return None
    worst = max(counts.values(), key=lambda count: (Fraction(*count), count[1]))
    best = min(counts.values(), key=lambda count: (Fraction(*count), -count[1]))
    most, fewest = (([name for name in counts if counts[name] == each], *each) for each in (worst, best))
    return most, fewest
