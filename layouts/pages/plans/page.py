"""Kế hoạch: on pace? how many more, and where? what to give to whom?"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from indicators.catalogue.builtin import CATALOGUE
from layouts.figures.chart import Figure
from layouts.pages.plans import allocation_grid, gap_planner, pace_view
from layouts.parts.components import Props, aria, graph, height, icon, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, follow, recalled
from layouts.text import t
from layouts.views.ask import Ask
from layouts.views.planning import PACED, SHARES, DivisionRule, Planning, target_of
from layouts.views.singled_out import ADMISSIONS, VILLAGE_HEADS
from layouts.web.request import ask

_PATH = "/plans"
_HIDDEN = {"display": "none"}


class Ids(StrEnum):
    """Ids of this page."""

    INDICATOR = "plans-indicator"
    HEADLINE = "plans-headline"
    LEAD = "plans-lead"
    PACE_TITLE = "plans-pace-title"
    PACE = "plans-pace"
    PACE_BOX = "plans-pace-box"
    WAY_TITLE = "plans-way-title"
    WAY = "plans-way"
    TABLE = "plans-table"
    SHARE = "plans-share"
    TARGET = "plans-target"
    GAP_TITLE = "plans-gap-title"
    GAP = "plans-gap"
    PARTS_BOX = "plans-parts-box"
    PARTS_TITLE = "plans-parts-title"
    TOTAL = "plans-total"
    RULE = "plans-rule"
    LEFT = "plans-left"
    PARTS = "plans-parts"
    AS_RULED = "plans-as-ruled"
    DECISION = "plans-decision"
    DECIDED = "plans-decided"
    SAVE = "plans-save"
    SAVE_NOTE = "plans-save-note"
    SHOWN = "plans-shown"
    SINK = "plans-sink"


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `_FOLLOWED`."""

    indicator: str
    headline: str
    lead: str
    pace_title: str
    pace: Figure
    pace_style: dict[str, int]
    pace_box: dict[str, str]
    way_title: str
    way: Figure
    table: Any
    share: str
    target: float
    gap_title: str
    gap: Any
    parts_box: dict[str, str]
    parts_title: str
    total: int
    rule: str
    left: str
    columns: list[Props]
    parts: list[Props]
    decision: str
    decided: str | None
    save: str
    save_style: dict[str, str]
    save_note: str
    shown: dict[str, list[str]]


_FOLLOWED = (
    (Ids.INDICATOR, "value"),
    (Ids.HEADLINE, "children"),
    (Ids.LEAD, "children"),
    (Ids.PACE_TITLE, "children"),
    (Ids.PACE, "figure"),
    (Ids.PACE, "style"),
    (Ids.PACE_BOX, "style"),
    (Ids.WAY_TITLE, "children"),
    (Ids.WAY, "figure"),
    (Ids.TABLE, "children"),
    (Ids.SHARE, "value"),
    (Ids.TARGET, "value"),
    (Ids.GAP_TITLE, "children"),
    (Ids.GAP, "children"),
    (Ids.PARTS_BOX, "style"),
    (Ids.PARTS_TITLE, "children"),
    (Ids.TOTAL, "value"),
    (Ids.RULE, "value"),
    (Ids.LEFT, "children"),
    (Ids.PARTS, "columnDefs"),
    (Ids.PARTS, "rowData"),
    (Ids.DECISION, "value"),
    (Ids.DECIDED, "value"),
    (Ids.SAVE, "href"),
    (Ids.SAVE, "style"),
    (Ids.SAVE_NOTE, "children"),
    (Ids.SHOWN, "data"),
)


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = recalled(asked, _PATH, view)
    return html.Div([*_pace(asked, shown), _gap(asked, shown), _allocation(shown), *_stores(shown)], className="stack")


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
    seen = Planning(asked)
    drawn, link = pace_view.drawn(seen), allocation_grid.link(seen)
    target = float(seen.target * 100)
    here = {} if seen.level else _HIDDEN
    return View(
        indicator=seen.indicator.code,
        headline=pace_view.headline(seen),
        lead=pace_view.lead(seen),
        pace_title=pace_view.title(seen),
        pace=drawn,
        pace_style=height(drawn),
        pace_box=here,
        way_title=pace_view.way_title(seen),
        way=pace_view.way(seen),
        table=pace_view.table(seen, _PATH),
        share=seen.share.code,
        target=target,
        gap_title=gap_planner.title(seen, seen.target),
        gap=gap_planner.table(seen, seen.target),
        parts_box=here,
        parts_title=allocation_grid.title(seen),
        total=seen.total,
        rule=str(seen.rule),
        left=allocation_grid.remainder(seen),
        columns=allocation_grid.columns(seen),
        parts=allocation_grid.lines(seen),
        decision=seen.decision,
        decided=seen.decided.isoformat() if seen.decided else None,
        save=link or "#",
        save_style={} if link else _HIDDEN,
        save_note=t("allocation.save_note") if link else t("allocation.save_needs"),
        shown={
            "indicator": [seen.indicator.code, ADMISSIONS],
            "share": [seen.share.code, VILLAGE_HEADS],
            "target": [f"{target:g}", ""],
            "total": [str(seen.total), ""],
            "rule": [str(seen.rule), str(DivisionRule.MEMBERS)],
            "decision": [seen.decision, ""],
            "decided": [seen.decided.isoformat() if seen.decided else "", ""],
        },
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, [Output(place, prop) for place, prop in _FOLLOWED], view)

    @app.callback(
        Output(Ids.GAP_TITLE, "children", allow_duplicate=True),
        Output(Ids.GAP, "children", allow_duplicate=True),
        Input(Ids.TARGET, "value"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
    )
    def move_target(value: Any, search: str) -> tuple[str, Any]:
        return moved(Planning(ask(search)), target_of(value))

    controls = (Ids.INDICATOR, Ids.SHARE, Ids.TARGET, Ids.TOTAL, Ids.RULE, Ids.DECISION, Ids.DECIDED)
    for control in controls:
        app.clientside_callback(
            ClientsideFunction("work", control.removeprefix("plans-")),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, "value"),
            State(Ids.SHOWN, "data"),
            prevent_initial_call=True,
        )
    for component, prop, name in ((Ids.PARTS, "cellValueChanged", "given"), (Ids.AS_RULED, "n_clicks", "as_ruled")):
        app.clientside_callback(
            ClientsideFunction("work", name),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(component, prop),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        ClientsideFunction("work", "planned_point"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.PACE, "clickData"),
        prevent_initial_call=True,
    )


def moved(seen: Planning, target: Fraction | None) -> tuple[str, Any]:
    """What the planner says of a target while it is moved."""
    wanted = seen.target if target is None else target
    return gap_planner.title(seen, wanted), gap_planner.table(seen, wanted)


def _search() -> Props:
    return {
        "searchable": True,
        "allowDeselect": False,
        "filter": {"function": "unitsByWords"},
        "nothingFoundMessage": t("trend.no_indicator"),
        "comboboxProps": {"keepMounted": False},
        "className": "trend-indicator",
    }


def _names(asked: Ask, codes: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"value": code, "label": CATALOGUE[code].title[asked.language]} for code in codes]


def _pace(asked: Ask, shown: View) -> list[Component]:
    chosen = dmc.Select(
        id=Ids.INDICATOR,
        label=t("trend.indicator"),
        value=shown.indicator,
        data=_names(asked, PACED),
        **_search(),
    )
    lanes = section(
        html.Span(shown.pace_title, id=Ids.PACE_TITLE),
        graph(Ids.PACE, shown.pace, asked.language),
        note=t("plans.pace_note"),
    )
    way = section(html.Span(shown.way_title, id=Ids.WAY_TITLE), graph(Ids.WAY, shown.way, asked.language, "way-chart"))
    return [
        html.Div(chosen, className="controls no-print"),
        html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
        html.P(shown.lead, id=Ids.LEAD, className="lead"),
        html.Div([html.Div(lanes, id=Ids.PACE_BOX, style=shown.pace_box), way], className="pair"),
        section(
            t("plans.table"),
            html.Div(shown.table, id=Ids.TABLE, className="scroll"),
            note=t("plans.table_note"),
        ),
    ]


def _gap(asked: Ask, shown: View) -> Component:
    slider = dmc.Slider(
        id=Ids.TARGET,
        value=shown.target,
        min=0,
        max=100,
        step=0.5,
        updatemode="drag",
        marks=[{"value": each, "label": f"{each}"} for each in (0, 25, 50, 75, 100)],
        thumbLabel=t("gap.target"),
        label={"function": "percent"},
        labelAlwaysOn=True,
        className="gap-slider",
    )
    return section(
        html.Span(shown.gap_title, id=Ids.GAP_TITLE, **aria(live="polite")),
        html.Div(
            [
                dmc.Select(
                    id=Ids.SHARE, label=t("gap.share"), value=shown.share, data=_names(asked, SHARES), **_search()
                ),
                html.Div([html.Span(t("gap.target"), className="fine"), slider], className="gap-control"),
            ],
            className="controls gap-controls no-print",
        ),
        html.Div(shown.gap, id=Ids.GAP, className="scroll"),
        note=t("gap.note"),
    )


def _allocation(shown: View) -> Component:
    rules = [{"value": str(rule), "label": t(f"allocation.rule_{rule}")} for rule in DivisionRule]
    controls = [
        dmc.NumberInput(
            id=Ids.TOTAL,
            label=t("allocation.total"),
            value=shown.total,
            min=0,
            max=1_000_000,
            allowDecimal=False,
            thousandSeparator=".",
            decimalSeparator=",",
            debounce=500,
            className="plans-total",
        ),
        dmc.SegmentedControl(id=Ids.RULE, data=rules, value=shown.rule, **aria(label=t("allocation.rule"))),
        dmc.Button(t("allocation.as_ruled"), id=Ids.AS_RULED, variant="subtle"),
    ]
    decision = [
        dmc.TextInput(
            id=Ids.DECISION,
            label=t("allocation.decision"),
            value=shown.decision,
            placeholder=t("allocation.decision_example"),
            debounce=500,
        ),
        dmc.DateInput(id=Ids.DECIDED, label=t("allocation.decided"), value=shown.decided, valueFormat="DD/MM/YYYY"),
        html.A(
            [icon("download", 18), t("allocation.save")],
            href=shown.save,
            id=Ids.SAVE,
            className="action",
            style=shown.save_style,
        ),
    ]
    inside = section(
        html.Span(shown.parts_title, id=Ids.PARTS_TITLE),
        html.Div(controls, className="controls no-print"),
        html.P(shown.left, id=Ids.LEFT, className="remainder", **aria(live="polite")),
        allocation_grid.grid(Ids.PARTS, shown.columns, shown.parts),
        html.Div(decision, className="controls decision no-print"),
        html.P(shown.save_note, id=Ids.SAVE_NOTE, className="fine"),
        note=t("allocation.note"),
    )
    return html.Div(inside, id=Ids.PARTS_BOX, style=shown.parts_box)


def _stores(shown: View) -> list[Component]:
    return [dcc.Store(id=Ids.SHOWN, data=shown.shown), dcc.Store(id=Ids.SINK)]


PAGE = Page(
    code="plans",
    path=_PATH,
    group=PageGroup.PLANS,
    layout=layout,
    register=register,
    needs=frozenset({Needs.CHARTS, Needs.GRIDS}),
)
