"""A plan divided among units: by a rule, edited by hand, with what is left; saved as a workbook of plans."""

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
    """The grid from its id, columns and lines; what is given can be typed over."""
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
    """The columns; the second is what the rule goes by."""
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
    """A line for each unit."""
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
    """What is divided, by which rule, and who gets most."""
    parts, speech = sorted(seen.parts, key=lambda part: part.given), language()
    name = seen.indicator.title[speech]
    said: dict[str, str | int] = {
        "total": formats.number(seen.total, speech),
        "name": name[0].lower() + name[1:],
        "year": seen.planned_year,
        "count": len(parts),
        "rule": _rule(seen.rule),
    }
    if not parts or not seen.total:
        return t("allocation.nothing", **said)
    most, least = parts[-1], parts[0]
    return t(
        "allocation.title",
        **said,
        most=most.name,
        most_count=formats.number(most.given, speech),
        least=least.name,
        least_count=formats.number(least.given, speech),
    )


def remainder(seen: Planning) -> str:
    """What is left to give, or given too much."""
    count = formats.number(abs(seen.left), language())
    if seen.left == 0:
        return t("allocation.even")
    return t("allocation.left", count=count) if seen.left > 0 else t("allocation.over", count=count)


def link(seen: Planning) -> str:
    """The address of the workbook; empty as long as the decision has no number or day."""
    if not (seen.decision and seen.decided and seen.parts):
        return ""
    return f"/download/plan.xlsx?{urlencode(seen.asked.query)}"


def _rule(rule: DivisionRule) -> str:
    return t(f"allocation.rule_{rule}").lower()
