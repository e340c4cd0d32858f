"""The grid of lagging cells: the server filters, sorts and serves blocks of a hundred rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
from dash.development.base_component import Component

from data.periods import Period
from data.sums.streaks import complete_years
from indicators.answers.cell_list import LaggingCell
from indicators.methods.reasons import LIST_CHANGE_TITLES, STANDING_TITLES, Standing
from layouts.parts.components import Props
from layouts.parts.heat import default_column, shared_options
from layouts.text import language, t
from layouts.views import lagging_sentences
from layouts.views.ask import Ask
from layouts.views.watchlist import DRAWN_YEARS, ActionStatus, Worklist, WorklistEntry, page_filter
from layouts.words import formats, marks

_BLOCK = 100
_MAX_BLOCK = 500
DOING_MARKS = {
    ActionStatus.OVERDUE: marks.BAD,
    ActionStatus.UNDER_WAY: marks.WAITING,
    ActionStatus.DONE: marks.GOOD,
    ActionStatus.NOTHING: marks.NOTHING,
}


def grid(slots: Props) -> Component:
    """The grid; a click on a row opens the cell's profile, checkboxes select rows."""
    return dag.AgGrid(
        **slots,
        rowModelType="infinite",
        getRowId="params.data.id",
        defaultColDef=default_column(),
        dashGridOptions=shared_options()
        | {
            # A row still loading has no data: a tick in its checkbox would be lost.
            "rowSelection": {
                "mode": "multiRow",
                "checkboxes": True,
                "headerCheckbox": False,
                "hideDisabledCheckboxes": True,
                "isRowSelectable": {"function": "isThere(params)"},
            },
            "selectionColumnDef": {"pinned": "left", "width": 44, "headerName": ""},
            "rowHeight": 46,
            "cacheBlockSize": _BLOCK,
            "maxBlocksInCache": 20,
            # Of two requests at a time the component answers only the later one.
            "maxConcurrentDatasourceRequests": 1,
            "rowBuffer": 20,
            "infiniteInitialRowCount": 1,
            "tooltipShowDelay": 400,
        },
        eventListeners={
            "cellClicked": ["openCell(params)"],
            "cellKeyDown": ["openCell(params)"],
            "sortChanged": ["sortWritten(params)"],
            "firstDataRendered": ["fitWindow(params)"],
        },
        className="ag-theme-quartz lagging-grid",
        style={"height": None},
    )


def columns(sort: str, period: Period) -> list[Props]:
    """The columns; `sort` is "name.asc"."""
    by, _, order = sort.partition(".")
    years = complete_years(period, DRAWN_YEARS)
    span = f"{years[-1].year}–{years[0].year}"
    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header"}
    shapes: Mapping[str, Props] = {
        "name": {"pinned": "left", "minWidth": 150, "width": 230, "cellRenderer": "CellName"},
        "rank": {"width": 74, **right},
        "reasons": {"minWidth": 270, "flex": 6, "cellRenderer": "Reasons"},
        "why": {"minWidth": 400, "flex": 8, "sortable": False, "tooltipField": "why", "cellClass": "why"},
        "district": {"minWidth": 150, "flex": 3},
        "course": {"width": 150},
        "streak": {"width": 88, **right},
        "years": {"width": 108, "sortable": False, "cellRenderer": "Years"},
        "members": {"width": 78, **right},
        "expected": {"width": 92, **right},
        "probability": {
            "width": 96,
            "cellClass": {"function": "oddClass(params)"},
            "headerClass": right["headerClass"],
        },
        "note": {
            "minWidth": 170,
            "flex": 4,
            "tooltipField": "note_text",
            "cellClass": {"function": "doingClass(params)"},
        },
    }
    return [
        {
            "field": name,
            "headerName": t(f"lagging.column_{name}", span=span),
            # The name needs none: it would only repeat its header.
            "headerTooltip": None if name == "name" else t(f"lagging.tip_{name}", span=span),
            "sort": order if name == by and order in {"asc", "desc"} else None,
            **more,
        }
        for name, more in shapes.items()
    ]


def block(asked: Ask, request: Mapping[str, Any]) -> Props:
    """The requested block of rows and the total row count."""
    start, end = (_place(request.get(name), usual) for name, usual in (("startRow", 0), ("endRow", _BLOCK)))
    end = min(end, start + _MAX_BLOCK)
    wanted = page_filter(asked)
    model = request.get("sortModel")
    sorted_by = [f"{each.get('colId')}.{each.get('sort')}" for each in model or () if isinstance(each, dict)]
    work = Worklist(asked)
    found = work.select(replace(wanted, order=next(iter(sorted_by), "")))
    shown = found[start:end]
    work.read(shown)
    return {"rowData": [_row(work, listed) for listed in shown], "rowCount": len(found)}


def _place(given: Any, usual: int) -> int:
    return max(0, given) if isinstance(given, int) else usual


def _row(work: Worklist, listed: WorklistEntry) -> Props:
    line, speech = listed.line, language()
    held = line.listed.reasons or line.listed.before or ()
    return {
        "id": line.cell.code,
        "rank": formats.number(listed.rank, speech) if listed.rank else "",
        "name": line.cell.name,
        "base": line.base.name if line.base and line.base.id != line.cell.id else "",
        "district": line.district.name if line.district else "",
        "reasons": [t(f"reason.{reason}") for reason in held],
        "recovered": not line.listed.reasons,
        "why": lagging_sentences.why(line.listed, speech) if listed.rank else "",
        "course": standing(line.listed),
        "streak": "" if line.listed.streak is None else t("lagging.years", count=line.listed.streak),
        "years": list(reversed(line.years[:DRAWN_YEARS])),
        "last": complete_years(work.asked.period, 1)[0].year,
        "members": formats.number(line.listed.members, speech),
        "expected": expected(listed),
        "probability": lagging_sentences.chance(line.ranked, speech),
        "odd": bool(line.ranked and line.ranked.stands_out),
        "doing": str(listed.doing),
        "note": doing(listed),
        "note_text": listed.note.text if listed.note else "",
    }


def standing(cell: LaggingCell) -> str:
    """New, continuing, recovered or without a return, by mark and word; empty for what cannot be compared."""
    if cell.standing is Standing.MISSING:
        return STANDING_TITLES[Standing.MISSING][language()]
    return f"{marks.LIST_CHANGE[cell.course]} {LIST_CHANGE_TITLES[cell.course][language()]}" if cell.course else ""


def expected(listed: WorklistEntry) -> str:
    """Admissions over the number expected from peers."""
    ranked = listed.line.ranked
    if ranked is None or ranked.expected is None:
        return ""
    admitted = formats.number(ranked.exposure.admitted, language())
    return f"{admitted} / {formats.number(ranked.expected, language(), 1)}"


def doing(listed: WorklistEntry) -> str:
    """The state of follow-up by mark and word, with its due date."""
    note = listed.note
    if note is None:
        return ""
    state = t(f"lagging.doing_{listed.doing}")
    when = "" if note.state.is_closed else f" · {t('lagging.due', day=formats.day(note.due, language()))}"
    return f"{DOING_MARKS[listed.doing]} {state}{when} · {note.text}"
