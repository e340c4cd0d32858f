"""Kế hoạch: on pace? how many more are needed, and where? how to allocate the plan?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from layouts.figures.chart import Figure
from layouts.pages.plans import allocation_grid, gap_planner, pace_figure, pace_view
from layouts.parts.components import Props, aria, graph, height, icon, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, cached_view, follow, write_address
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import t
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS, VILLAGE_HEADS
from layouts.views.planning import DivisionRule, Planning, parse_target
from layouts.web.request import ask

_PATH = "/plans"
_HIDDEN = {"display": "none"}


class Ids(StrEnum):
    """Component ids of this page."""

    INDICATOR = "plans-indicator"
    HEADLINE = "plans-headline"
    LEAD = "plans-lead"
    PACE_TITLE = "plans-pace-title"
    PACE = "plans-pace"
    PACE_BOX = "plans-pace-box"
    PROGRESS_TITLE = "plans-way-title"
    PROGRESS = "plans-way"
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
    RESET_BY_RULE = "plans-as-ruled"
    DECISION = "plans-decision"
    DECIDED = "plans-decided"
    SAVE = "plans-save"
    SAVE_NOTE = "plans-save-note"
    SHOWN = "plans-shown"
    SINK = "plans-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Slots):
    """Slots of the gap planner, also updated while the target slider moves."""

    gap_title: Annotated[str, Slot(Ids.GAP_TITLE)]
    gap: Annotated[list[Component], Slot(Ids.GAP)]


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Gap):
    """Contents of the page's slots."""

    indicator: Annotated[str, Slot(Ids.INDICATOR, "value")]
    headline: Annotated[str, Slot(Ids.HEADLINE)]
    lead: Annotated[str, Slot(Ids.LEAD)]
    pace_title: Annotated[str, Slot(Ids.PACE_TITLE)]
    pace: Annotated[Figure, Slot(Ids.PACE, "figure")]
    pace_style: Annotated[dict[str, int], Slot(Ids.PACE, "style")]
    pace_box: Annotated[dict[str, str], Slot(Ids.PACE_BOX, "style")]
    progress_title: Annotated[str, Slot(Ids.PROGRESS_TITLE)]
    progress_chart: Annotated[Figure, Slot(Ids.PROGRESS, "figure")]
    table: Annotated[Any, Slot(Ids.TABLE)]
    share: Annotated[str, Slot(Ids.SHARE, "value")]
    target: Annotated[float, Slot(Ids.TARGET, "value")]
    parts_box: Annotated[dict[str, str], Slot(Ids.PARTS_BOX, "style")]
    parts_title: Annotated[str, Slot(Ids.PARTS_TITLE)]
    total: Annotated[int, Slot(Ids.TOTAL, "value")]
    rule: Annotated[str, Slot(Ids.RULE, "value")]
    left: Annotated[str, Slot(Ids.LEFT)]
    columns: Annotated[list[Props], Slot(Ids.PARTS, "columnDefs")]
    parts: Annotated[list[Props], Slot(Ids.PARTS, "rowData")]
    decision: Annotated[str, Slot(Ids.DECISION, "value")]
    decided: Annotated[str | None, Slot(Ids.DECIDED, "value")]
    save: Annotated[str, Slot(Ids.SAVE, "href")]
    save_style: Annotated[dict[str, str], Slot(Ids.SAVE, "style")]
    save_note: Annotated[str, Slot(Ids.SAVE_NOTE)]
    shown: Annotated[dict[str, list[str]], Slot(Ids.SHOWN, "data")]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = cached_view(asked, view)
    return html.Div([*_pace(asked, shown), _gap(asked, shown), _allocation(shown), *_stores(shown)], className="stack")


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    seen = Planning(asked)
    drawn, link = pace_view.drawn(seen), allocation_grid.link(seen)
    target = float(seen.target * 100)
    here = {} if seen.level else _HIDDEN
    return View(
        indicator=seen.indicator.code,
        headline=pace_figure.stated(seen) + pace_view.headline(seen),
        lead=pace_view.lead(seen),
        pace_title=pace_view.title(seen),
        pace=drawn,
        pace_style=height(drawn),
        pace_box=here,
        progress_title=pace_view.progress_title(seen),
        progress_chart=pace_view.progress_chart(seen),
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
    follow(app, _PATH, View, view)
    write_address(app, View, script="work", baseline=Ids.SHOWN, sink=Ids.SINK)

    @app.callback(
        Input(Ids.TARGET, "value"),
        State(LOCATION, "search"),
        output=Gap.outputs(again=True),
        prevent_initial_call=True,
    )
    def move_target(value: Any, search: str) -> Filled:
        return gap_at(Planning(ask(search)), parse_target(value)).values()

    for component, prop, name in (
        (Ids.PARTS, "cellValueChanged", "given"),
        (Ids.RESET_BY_RULE, "n_clicks", "reset_by_rule"),
    ):
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


def gap_at(seen: Planning, target: Fraction | None) -> Gap:
    """The gap planner for a target, while the slider moves."""
    wanted = seen.target if target is None else target
    return Gap(gap_title=gap_planner.title(seen, wanted), gap=gap_planner.table(seen, wanted))


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
    return [{"value": code, "label": asked.catalogue[code].title[asked.language]} for code in codes]


def _pace(asked: Ask, shown: View) -> list[Component]:
    chosen = dmc.Select(
        **shown[Ids.INDICATOR],
        label=t("trend.indicator"),
        data=_names(asked, Planning(asked).paced),
        **_search(),
    )
    lanes = section(
        html.Span(**shown[Ids.PACE_TITLE]),
        graph(shown[Ids.PACE], asked.language),
        note=t("plans.pace_note"),
    )
    progress_chart = section(
        html.Span(**shown[Ids.PROGRESS_TITLE]), graph(shown[Ids.PROGRESS], asked.language, "way-chart")
    )
    return [
        html.Div(chosen, className="controls no-print"),
        html.H1(**shown[Ids.HEADLINE], className="headline"),
        html.P(**shown[Ids.LEAD], className="lead"),
        html.Div([html.Div(lanes, **shown[Ids.PACE_BOX]), progress_chart], className="pair"),
        section(
            t("plans.table"),
            html.Div(**shown[Ids.TABLE], className="scroll"),
            note=pace_view.note(Planning(asked)),
        ),
    ]


def _gap(asked: Ask, shown: View) -> Component:
    slider = dmc.Slider(
        **shown[Ids.TARGET],
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
        html.Span(**shown[Ids.GAP_TITLE], **aria(live="polite")),
        html.Div(
            [
                dmc.Select(
                    **shown[Ids.SHARE], label=t("gap.share"), data=_names(asked, Planning(asked).shares), **_search()
                ),
                html.Div([html.Span(t("gap.target"), className="fine"), slider], className="gap-control"),
            ],
            className="controls gap-controls no-print",
        ),
        html.Div(**shown[Ids.GAP], className="scroll"),
        note=t("gap.note"),
    )


def _allocation(shown: View) -> Component:
    rules = [{"value": str(rule), "label": t(f"allocation.rule_{rule}")} for rule in DivisionRule]
    controls = [
        dmc.NumberInput(
            **shown[Ids.TOTAL],
            label=t("allocation.total"),
            min=0,
            max=1_000_000,
            allowDecimal=False,
            thousandSeparator=".",
            decimalSeparator=",",
            debounce=500,
            className="plans-total",
        ),
        dmc.SegmentedControl(**shown[Ids.RULE], data=rules, **aria(label=t("allocation.rule"))),
        dmc.Button(t("allocation.as_ruled"), id=Ids.RESET_BY_RULE, variant="subtle"),
    ]
    decision = [
        dmc.TextInput(
            **shown[Ids.DECISION],
            label=t("allocation.decision"),
            placeholder=t("allocation.decision_example"),
            debounce=500,
        ),
        dmc.DateInput(**shown[Ids.DECIDED], label=t("allocation.decided"), valueFormat="DD/MM/YYYY"),
        html.A(
            [icon("download", 18), t("allocation.save")],
            **shown[Ids.SAVE],
            className="action",
        ),
    ]
    inside = section(
        html.Span(**shown[Ids.PARTS_TITLE]),
        html.Div(controls, className="controls no-print"),
        html.P(**shown[Ids.LEFT], className="remainder", **aria(live="polite")),
        allocation_grid.grid(shown[Ids.PARTS]),
        html.Div(decision, className="controls decision no-print"),
        html.P(**shown[Ids.SAVE_NOTE], className="fine"),
        note=t("allocation.note"),
    )
    return html.Div(inside, **shown[Ids.PARTS_BOX])


def _stores(shown: View) -> list[Component]:
    return [dcc.Store(**shown[Ids.SHOWN]), dcc.Store(id=Ids.SINK)]


PAGE = Page(
    code="plans",
    path=_PATH,
    group=PageGroup.PLANS,
    layout=layout,
    register=register,
    needs=frozenset({Needs.CHARTS, Needs.GRIDS}),
)
