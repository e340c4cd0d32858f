"""The context of a view: controls for unit, period, as-of instant and basis; how fresh, and what was asked in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from data.language import Language
from data.observations import Basis
from data.periods import Frequency, Period
from data.viewers import OutOfScope
from layouts.frame import unit_tree
from layouts.parts.components import Props, aria, icon
from layouts.parts.page import LOCATION, RENEWAL
from layouts.parts.slots import Filled, Slot, Slots
from layouts.text import t
from layouts.views import freshness, replaced
from layouts.views.ask import ADDRESS_ERRORS, Ask
from layouts.web.request import ask


class Ids(StrEnum):
    """Component ids of the controls."""

    CONTEXT = "context"
    UNIT = "unit"
    PATH = "unit-path"
    PERIOD = "period"
    AS_OF = "as-of"
    BASIS = "basis"
    DEFAULTS = "defaults"
    FRESHNESS = "freshness"
    REPLACED = "replaced"
    PRINTED = "printed-context"
    QUERY = "unit-sought"
    SINK = "context-sink"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Values of the controls and of the freshness line; those left out stay unchanged."""

    style: Annotated[dict[str, str], Slot(Ids.CONTEXT, "style")]
    units: Annotated[Any, Slot(Ids.UNIT, "data")] = no_update
    unit: Annotated[Any, Slot(Ids.UNIT, "value")] = no_update
    periods: Annotated[Any, Slot(Ids.PERIOD, "data")] = no_update
    period: Annotated[Any, Slot(Ids.PERIOD, "value")] = no_update
    as_of: Annotated[Any, Slot(Ids.AS_OF, "value")] = no_update
    basis: Annotated[Any, Slot(Ids.BASIS, "value")] = no_update
    defaults: Annotated[Any, Slot(Ids.DEFAULTS, "data")] = no_update
    path: Annotated[Any, Slot(Ids.PATH)] = no_update
    printed: Annotated[Any, Slot(Ids.PRINTED)] = no_update
    freshness: Annotated[Any, Slot(Ids.FRESHNESS)] = no_update
    replaced: Annotated[Any, Slot(Ids.REPLACED)] = no_update


def layout(asked: Ask) -> Component:
    """The controls; the callbacks added by `register` fill them from the URL."""
    return html.Div(
        [
            html.Div([_units(), _periods(asked), _as_of(), _basis()], className="context no-print"),
            html.Nav(id=Ids.PATH, className="unit-path no-print", **aria(label=t("context.path"))),
            html.P(id=Ids.PRINTED, className="only-print"),
            html.P(id=Ids.FRESHNESS, className="freshness", **aria(live="polite")),
            html.P(id=Ids.REPLACED, className="replaced", role="status"),
            dcc.Store(id=Ids.DEFAULTS, data=_defaults(asked)),
            dcc.Store(id=Ids.QUERY),
            dcc.Store(id=Ids.SINK),
        ],
        id=Ids.CONTEXT,
        style={"display": "none"},
    )


def register(app: Dash, without: Sequence[str]) -> None:
    """Keeps the controls and the URL in sync; pages at the paths `without` hide the controls."""

    @app.callback(Input(LOCATION, "search"), Input(LOCATION, "pathname"), Input(RENEWAL, "data"), output=View.outputs())
    def follow_address(search: str, pathname: str, _: object) -> Filled:
        shown = view_of(search, pathname, hidden=pathname in without)
        return (renewed(shown) if ctx.triggered_id == RENEWAL else shown).values()

    @app.callback(
        Output(Ids.UNIT, "data", allow_duplicate=True),
        Input(Ids.QUERY, "data"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
    )
    def find_units(sought: str | None, search: str) -> list[Props]:
        return found_units(search, sought)

    app.clientside_callback(
        ClientsideFunction("navigation", "sought"),
        Output(Ids.QUERY, "data"),
        Input(Ids.UNIT, "searchValue"),
        prevent_initial_call=True,
    )
    for control in View.controls().values():
        app.clientside_callback(
            ClientsideFunction("navigation", str(control.component_id).replace("-", "_")),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control.component_id, control.component_property),
            State(Ids.DEFAULTS, "data"),
            prevent_initial_call=True,
        )


def view_of(search: str | None, pathname: str, *, hidden: bool = False) -> View:
    """The state of the controls and of the freshness line for a URL."""
    try:
        asked = ask(search)
        if asked.is_empty or hidden:
            return View(style={"display": "none"})
        return View(
            style={},
            units=unit_tree.options(asked),
            unit=asked.unit.code,
            period=asked.period.code,
            as_of=(asked.query.get("as_of") or "")[:10] or None,
            basis=str(asked.basis),
            path=_path(asked, pathname),
            printed=_printed(asked),
            freshness=freshness.line(asked),
            replaced=" ".join(replaced.sentences(asked, pathname)),
        )
    except (OutOfScope, *ADDRESS_ERRORS):
        # Left unchanged: setting a control would navigate away from the page that explains the error.
        return View(style={}, path="", printed="", freshness="", replaced="")


def renewed(shown: View) -> View:
    """The same with what new data may have changed of the choice itself: the periods, and the latest of them."""
    asked = ask(None)
    if asked.is_empty:
        return shown
    return replace(shown, periods=period_options(asked.periods, asked.language), defaults=_defaults(asked))


def found_units(search: str | None, sought: str | None) -> list[Props]:
    """The organisations that match a search; from the root where the URL names none in the reader's scope."""
    try:
        return unit_tree.options(ask(search), sought)
    except (OutOfScope, *ADDRESS_ERRORS):
        return unit_tree.options(ask(None), sought)


def period_options(periods: Sequence[Period], speech: Language) -> list[Props]:
    """Period options grouped by length, latest first."""
    groups: list[Props] = []
    for frequency in Frequency:
        items = [{"value": p.code, "label": p.title(speech)} for p in reversed(periods) if p.frequency is frequency]
        if items:
            groups.append({"group": t(f"frequency.{frequency}"), "items": items})
    return sorted(groups, key=lambda group: group["group"] == t("frequency.year"))


def _path(asked: Ask, pathname: str) -> list[Component]:
    """Breadcrumbs from the root to the unit, each a link; empty at the root."""
    above = reversed(asked.tree.ancestors(asked.unit.id))
    links = [dcc.Link(unit.name, href=asked.address(pathname, unit=unit.code)) for unit in above]
    return [*links, html.Span(asked.unit.name, **aria(current="page"))] if links else []


def _printed(asked: Ask) -> str:
    return t("context.printed", unit=asked.unit.name, period=asked.period.title(asked.language))


def _units() -> Component:
    return dmc.Select(
        id=Ids.UNIT,
        label=t("context.unit"),
        data=[],
        searchable=True,
        allowDeselect=False,
        filter={"function": "asServed"},
        renderOption={"function": "treeOption"},
        nothingFoundMessage=t("context.no_unit"),
        leftSection=icon("unit", 18),
        className="context-unit",
        maxDropdownHeight=460,
        comboboxProps={"keepMounted": False},
    )


def _periods(asked: Ask) -> Component:
    return dmc.Select(
        id=Ids.PERIOD,
        label=t("context.period"),
        data=period_options(asked.periods, asked.language) if not asked.is_empty else [],
        searchable=True,
        allowDeselect=False,
        leftSection=icon("period", 18),
        className="context-period",
        maxDropdownHeight=460,
        comboboxProps={"keepMounted": False},
    )


def _as_of() -> Component:
    return dmc.DateInput(
        id=Ids.AS_OF,
        label=t("context.as_of"),
        valueFormat="DD/MM/YYYY",
        placeholder=t("context.now"),
        clearable=True,
        className="context-as-of",
    )


def _basis() -> Component:
    return dmc.Select(
        id=Ids.BASIS,
        label=t("context.basis"),
        data=[{"value": str(basis), "label": t(f"context.basis_{basis}")} for basis in Basis],
        allowDeselect=False,
        className="context-basis",
        comboboxProps={"keepMounted": False},
    )


def _defaults(asked: Ask) -> dict[str, str]:
    if asked.is_empty:
        return {}
    return {"unit": asked.unit.code, "period": asked.period.code, "basis": str(Basis.REPORTED)}
