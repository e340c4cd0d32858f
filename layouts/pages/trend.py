"""Xu hướng: how has one indicator moved, in one unit or in all below it; each point opens its workings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency, Period, PeriodError
from data.units import EVENT_TITLES, Succession
from indicators import CATALOGUE
from indicators.model import Indicator
from layouts import findings, formats
from layouts.answers import Enquiry, answer
from layouts.components import aria, graph, icon, section
from layouts.figures.chart import Figure, figure
from layouts.figures.trend import Break, Point, trend
from layouts.pages.multiples import by_unit, of_last_period, panels
from layouts.pages.page import Group, Page, follow, recalled
from layouts.pages.value_table import value_table
from layouts.pages.workings import panel
from layouts.rows import BELOW, Row, rows, series
from layouts.site import Ask
from layouts.text import language, t

_PATH = "/trend"
_DEFAULTS = {"indicator": "members", "frequency": "year", "show": "one"}


class Ids(StrEnum):
    """Ids of this page."""

    INDICATOR = "trend-indicator"
    FREQUENCY = "trend-frequency"
    SHOW = "trend-show"
    DEFAULTS = "trend-defaults"
    HEADLINE = "trend-headline"
    MEANING = "trend-meaning"
    CHART = "trend-chart"
    CHART_BOX = "trend-chart-box"
    PANELS = "trend-panels"
    TABLE = "trend-table"
    CSV = "trend-csv"
    DRAWER = "trend-workings"
    WORKINGS = "trend-workings-inside"
    SINK = "trend-sink"


def layout(asked: Ask) -> Component:
    """The page for an address."""
    code, frequency, show, headline, meaning, drawn, chart_box, panels, table, csv, opened, inside = recalled(
        asked, _PATH, view
    )
    return html.Div(
        [
            _controls(asked, code, frequency, show),
            html.H1(headline, id=Ids.HEADLINE, className="headline"),
            html.P(meaning, id=Ids.MEANING, className="lead"),
            html.Div(
                html.Div(graph(Ids.CHART, drawn, asked.language, "trend-chart"), className="card"),
                id=Ids.CHART_BOX,
                style=chart_box,
            ),
            html.Div(panels, id=Ids.PANELS, className="panels"),
            section(
                t("trend.table"),
                html.Div(
                    dmc.Table(data=table, id=Ids.TABLE, className="plain-table figures-table", highlightOnHover=True),
                    className="scroll",
                ),
                html.Div(
                    html.A([icon("download", 18), t("trend.csv")], href=csv, id=Ids.CSV, className="action"),
                    className="actions no-print",
                ),
            ),
            dmc.Drawer(
                html.Div(inside, id=Ids.WORKINGS),
                id=Ids.DRAWER,
                opened=opened,
                title=t("workings.title"),
                position="right",
                size="xl",
                padding="md",
                closeButtonProps={"aria-label": t("workings.close")},
            ),
            dcc.Store(id=Ids.DEFAULTS, data=_DEFAULTS),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> tuple[Any, ...]:
    """What stands in the parts of the page, in the order of `register`'s outputs."""
    chosen = indicator(asked)
    many = _show(asked) == "below"
    found = rows(asked, (chosen.code,), asked.unit, periods(asked), BELOW[asked.unit.kind] if many else None)
    units = by_unit(found) if many else {}
    shown = "none" if many else "block"
    return (
        chosen.code,
        str(_frequency(asked)),
        _show(asked),
        _headline(asked, chosen, found, units),
        _meaning(chosen),
        figure([], asked.language) if many else _drawn(asked, chosen, found),
        {"display": shown},
        panels(asked, chosen, units, _PATH) if many else [],
        value_table(of_last_period(units) if many else list(reversed(_from_first(found))), many=many),
        "/download/table.csv?" + urlencode(asked.query),
        *_workings(asked, chosen),
    )


def answers(asked: Ask) -> list[dict[str, Any]]:
    """The rows under the chart, with the stable columns of `answers.COLUMNS`."""
    level = BELOW.get(asked.unit.kind) if _show(asked) == "below" else None
    enquiry = Enquiry(
        indicators=(indicator(asked).code,),
        unit=asked.unit.code,
        level=level,
        periods=periods(asked),
        basis=asked.basis,
    )
    return answer(asked.reader, enquiry)


def indicator(asked: Ask) -> Indicator:
    """The indicator that the address names."""
    return CATALOGUE.get(asked.query.get("indicator", ""), CATALOGUE[_DEFAULTS["indicator"]])


def periods(asked: Ask) -> tuple[Period, ...]:
    """The time axis: every kept period of the chosen length up to the one that the address names."""
    frequency = _frequency(asked)
    last = Period.covering(asked.period.end, frequency)
    known = series(asked, frequency, last)
    return known if last in known else (*known, last)


def register(app: Dash) -> None:
    """The page's callbacks."""
    outputs = (
        Output(Ids.INDICATOR, "value"),
        Output(Ids.FREQUENCY, "value"),
        Output(Ids.SHOW, "value"),
        Output(Ids.HEADLINE, "children"),
        Output(Ids.MEANING, "children"),
        Output(Ids.CHART, "figure"),
        Output(Ids.CHART_BOX, "style"),
        Output(Ids.PANELS, "children"),
        Output(Ids.TABLE, "data"),
        Output(Ids.CSV, "href"),
        Output(Ids.DRAWER, "opened"),
        Output(Ids.WORKINGS, "children"),
    )
    follow(app, _PATH, outputs, view)
    for control, name in ((Ids.INDICATOR, "indicator"), (Ids.FREQUENCY, "frequency"), (Ids.SHOW, "show")):
        app.clientside_callback(
            ClientsideFunction("navigation", name),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, "value"),
            State(Ids.DEFAULTS, "data"),
            prevent_initial_call=True,
        )
    for control, prop, name in ((Ids.CHART, "clickData", "point"), (Ids.DRAWER, "opened", "closed")):
        app.clientside_callback(
            ClientsideFunction("navigation", name),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, prop),
            prevent_initial_call=True,
        )


def _controls(asked: Ask, code: str, frequency: str, show: str) -> Component:
    select = dmc.Select(
        id=Ids.INDICATOR,
        label=t("trend.indicator"),
        value=code,
        data=[{"value": each.code, "label": each.title[asked.language]} for each in CATALOGUE.values()],
        searchable=True,
        allowDeselect=False,
        filter={"function": "unitsByWords"},
        nothingFoundMessage=t("trend.no_indicator"),
        maxDropdownHeight=420,
        comboboxProps={"keepMounted": False},
        className="trend-indicator",
    )
    lengths = [{"value": str(f), "label": t(f"frequency.{f}")} for f in (Frequency.YEAR, Frequency.QUARTER)]
    ways = [{"value": way, "label": t(f"trend.show_{way}")} for way in ("one", "below")]
    return html.Div(
        [
            select,
            dmc.SegmentedControl(id=Ids.FREQUENCY, data=lengths, value=frequency, **aria(label=t("trend.frequency"))),
            dmc.SegmentedControl(id=Ids.SHOW, data=ways, value=show, **aria(label=t("trend.show"))),
        ],
        className="controls no-print",
    )


def _frequency(asked: Ask) -> Frequency:
    return Frequency.QUARTER if asked.query.get("frequency") == "quarter" else Frequency.YEAR


def _show(asked: Ask) -> str:
    return "below" if asked.query.get("show") == "below" and asked.unit.kind in BELOW else "one"


def _headline(asked: Ask, chosen: Indicator, found: Sequence[Row], units: Mapping[str, Sequence[Row]]) -> str:
    if not any(row.value is not None for row in found):
        return t("trend.nothing", name=chosen.title[asked.language], unit=asked.unit.name)
    if units:
        return findings.spread(of_last_period(units)) + "."
    row = findings.latest_judged(found) or found[-1]
    moved = findings.change(row, next((r for r in found if r.period == row.period.years_ago(1)), None))
    return findings.sentence(row, with_unit=True) + (f"; {moved}." if moved else ".")


def _meaning(chosen: Indicator) -> str:
    text = chosen.meaning[language()]
    return f"{text} {chosen.note[language()]}" if chosen.note else text


def _drawn(asked: Ask, chosen: Indicator, found: Sequence[Row]) -> Figure:
    shown = _from_first(found)
    points = [
        Point(
            label=row.period.short(asked.language),
            key=(row.period.code, row.unit),
            hover=findings.hover(row),
            value=row.value,
            plan=row.plan,
            complete=row.is_complete,
        )
        for row in shown
    ]
    scale = formats.scale(chosen.format, asked.language)
    return trend(
        points,
        asked.language,
        scale=scale,
        plan_name=t("table.plan"),
        breaks=_breaks(asked, [row.period for row in shown]),
    )


def _from_first(found: Sequence[Row]) -> Sequence[Row]:
    return found[next((place for place, row in enumerate(found) if row.value is not None), 0) :]


def _breaks(asked: Ask, shown: Sequence[Period]) -> list[Break]:
    texts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for event in asked.reader.registry.successions:
        place = next((period for period in shown if period.end >= event.date), None)
        if place is not None and place is not shown[0] and _touches(asked, event):
            label = place.short(asked.language)
            texts.setdefault(label, []).append(_told(asked, event))
            names.setdefault(label, EVENT_TITLES[event.event][asked.language])
    return [
        Break(label=label, name=names[label], text="<br>".join(dict.fromkeys(told))) for label, told in texts.items()
    ]


def _touches(asked: Ask, event: Succession) -> bool:
    involved = {event.predecessor, event.successor}
    days = (event.date - timedelta(days=1), event.date)
    return any(u.id in involved for day in days for u in asked.reader.registry.at(day).within(asked.unit.id))


def _told(asked: Ask, event: Succession) -> str:
    names = [
        unit.name
        for code in (event.predecessor, event.successor)
        if code and (unit := asked.reader.registry.latest(code))
    ]
    what = EVENT_TITLES[event.event][asked.language]
    return f"{formats.day(event.date, asked.language)}: {what}: {' → '.join(dict.fromkeys(names))} ({event.decision})"


def _workings(asked: Ask, chosen: Indicator) -> tuple[bool, Any]:
    code = asked.query.get("point")
    if not code:
        return False, []
    try:
        period = Period.parse(code)
    except PeriodError:
        return False, []
    unit = asked.reader.unit(asked.query["point_unit"]) if asked.query.get("point_unit") else asked.unit
    return True, panel(asked, chosen, unit, period)


PAGE = Page(code="trend", path=_PATH, group=Group.MONITOR, layout=layout, register=register)
