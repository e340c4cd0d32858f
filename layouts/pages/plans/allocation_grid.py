"""Allocation of a plan to units: by rule, editable, with the remainder; saved as a plan workbook."""

from __future__ import annotations

from urllib.parse import urlencode

import dash_ag_grid as dag
from dash.development.base_component import Component

from layouts.parts.components import Props
from layouts.parts.heat import default_column, shared_options
from layouts.text import language, t
from layouts.views.planning import DivisionRule, Planning
from layouts.words import formats


def grid(slots: Props) -> Component:
    """The grid; allocated values are editable."""
    return dag.AgGrid(
        **slots,
        getRowId="params.data.unit",
        defaultColDef=default_column(),
        dashGridOptions=shared_options()
        | {"domLayout": "autoHeight", "singleClickEdit": True, "stopEditingWhenCellsLoseFocus": True},
        className="ag-theme-quartz allocation",
        style={"height": None},
    )


def columns(seen: Planning) -> list[Props]:
    """The columns; the second is the basis of the allocation rule."""
    right = {"cellClass": "ag-right-aligned-cell", "headerClass": "ag-right-aligned-header", "minWidth": 96, "flex": 1}
    written = {"valueFormatter": {"function": "counted(params)"}}
    return [
        {"field": "name", "headerName": t("table.unit"), "minWidth": 160, "flex": 2, "cellClass": "heat-name"}
        | {"comparator": {"function": "vietnamese"}},
        {"field": "weight", "headerName": t(f"allocation.weight_{seen.rule}"), **right, **written},
        {"field": "before", "headerName": t("allocation.before", year=seen.year.year), **right, **written},
        {"field": "proposed", "headerName": t("allocation.proposed"), **right, **written},
        {
            "field": "given",
            "headerName": t("allocation.given"),
            "editable": True,
            "cellEditor": "agNumberCellEditor",
            "cellEditorParams": {"min": 0, "precision": 0},
            "cellDataType": "number",
            **right,
            **written,
            "cellClass": {"function": "givenClass(params)"},
        },
    ]


def lines(seen: Planning) -> list[Props]:
    """A row per unit."""
    return [
        {
            "unit": part.code,
            "name": part.name,
            "weight": float(part.weight),
            "before": None if part.before is None else float(part.before),
            "proposed": part.proposed,
            "given": part.given,
        }
        for part in seen.parts
    ]


def title(seen: Planning) -> str:
    """A sentence: what is allocated, by which rule, and who gets most."""
    parts, speech = sorted(seen.parts, key=lambda part: part.given), language()
    name = seen.indicator.title[speech]
    facts: dict[str, str | int] = {
        "total": formats.number(seen.total, speech),
        "name": name[0].lower() + name[1:],
        "year": seen.planned_year,
        "count": len(parts),
        "rule": _rule(seen.rule),
    }
    if not parts or not seen.total:
        return t("allocation.nothing", **facts)
    most, least = parts[-1], parts[0]
    return t(
        "allocation.title",
        **facts,
        most=most.name,
        most_count=formats.number(most.given, speech),
        least=least.name,
        least_count=formats.number(least.given, speech),
    )


def remainder(seen: Planning) -> str:
    """A sentence on the unallocated or over-allocated remainder."""
    count = formats.number(abs(seen.left), language())
    if seen.left == 0:
        return t("allocation.even")
    return t("allocation.left", count=count) if seen.left > 0 else t("allocation.over", count=count)


def link(seen: Planning) -> str:
    """The URL of the workbook; empty until the decision has a number and a date."""
    if not (seen.decision and seen.decided and seen.parts):
        return ""
    return f"/download/plan.xlsx?{urlencode(seen.asked.query)}"


def _rule(rule: DivisionRule) -> str:
    return t(f"allocation.rule_{rule}").lower()
