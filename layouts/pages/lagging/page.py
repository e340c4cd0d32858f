"""Chi bộ cần quan tâm: which cells lag, since when, why, and what is being done about each."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from indicators.methods.reasons import REASON_TITLES, Course, Reason
from layouts.pages.lagging import by_unit, cell_profile, follow_up_form, grid
from layouts.parts.components import Props, aria, icon, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, follow
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.ask import Ask
from layouts.views.watchlist import Doing, Listed, Sort, Work, counted, courses, narrowed
from layouts.web.request import ask
from layouts.words import formats

_PATH = "/lagging"
_NARROWING = ("unit", "period", "as_of", "reason", "course", "kind", "doing", "q")
_TOP = 3


class Ids(StrEnum):
    """Ids of this page."""

    HEADLINE = "lagging-headline"
    LEAD = "lagging-lead"
    SOUGHT = "lagging-q"
    REASONS = "lagging-reason"
    COURSE = "lagging-course"
    KIND = "lagging-kind"
    DOING = "lagging-doing"
    SHOWN_COUNT = "lagging-shown-count"
    GRID = "lagging-grid"
    UNITS_TITLE = "lagging-units-title"
    UNITS = "lagging-units"
    CSV = "lagging-csv"
    XLSX = "lagging-xlsx"
    DRAWER = "lagging-profile"
    PROFILE = "lagging-profile-inside"
    SHOWN = "lagging-shown"
    NARROWED = "lagging-narrowed"
    CHANGED = "lagging-changed"
    SINK = "lagging-sink"


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `_FOLLOWED`; then the counts beside the reasons."""

    headline: str
    lead: str
    sought: str
    reasons: list[str]
    course: str
    courses: list[dict[str, str]]
    kind: str | None
    doing: str | None
    shown_count: str
    columns: list[Props]
    units_title: str
    units: Any
    csv: str
    xlsx: str
    opened: bool
    profile: Any
    shown: dict[str, list[str]]
    narrowed: str
    counts: tuple[str, ...]


_FOLLOWED = (
    (Ids.HEADLINE, "children"),
    (Ids.LEAD, "children"),
    (Ids.SOUGHT, "value"),
    (Ids.REASONS, "value"),
    (Ids.COURSE, "value"),
    (Ids.COURSE, "data"),
    (Ids.KIND, "value"),
    (Ids.DOING, "value"),
    (Ids.SHOWN_COUNT, "children"),
    (Ids.GRID, "columnDefs"),
    (Ids.UNITS_TITLE, "children"),
    (Ids.UNITS, "children"),
    (Ids.CSV, "href"),
    (Ids.XLSX, "href"),
    (Ids.DRAWER, "opened"),
    (Ids.PROFILE, "children"),
    (Ids.SHOWN, "data"),
    (Ids.NARROWED, "data"),
)


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = view(asked)
    return html.Div(
        [
            html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
            html.P(shown.lead, id=Ids.LEAD, className="lead"),
            _filters(shown),
            html.Section(
                [
                    html.Div(
                        [
                            html.Strong(shown.shown_count, id=Ids.SHOWN_COUNT, **aria(live="polite")),
                            *follow_up_form.bulk_bar(may_write=Work(asked).notes.may_write),
                            _exports(shown),
                        ],
                        className="grid-bar",
                    ),
                    grid.grid(Ids.GRID, shown.columns),
                    html.P(t("lagging.printed"), className="fine only-print"),
                    html.P(_thresholds(asked), className="fine"),
                ],
                className="card",
            ),
            section(
                html.Span(shown.units_title, id=Ids.UNITS_TITLE),
                html.Div(shown.units, id=Ids.UNITS, className="scroll"),
                note=t("lagging.units_note"),
            ),
            dmc.Drawer(
                html.Div(shown.profile, id=Ids.PROFILE),
                id=Ids.DRAWER,
                opened=shown.opened,
                title=t("lagging.profile"),
                position="right",
                size="xl",
                padding="md",
                closeButtonProps={"aria-label": t("workings.close")},
            ),
            *follow_up_form.form(),
            dcc.Store(id=Ids.SHOWN, data=shown.shown),
            dcc.Store(id=Ids.NARROWED, data=shown.narrowed),
            dcc.Store(id=Ids.CHANGED),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
    work, wanted = Work(asked), narrowed(asked)
    found = work.of(wanted)
    reasons = counted(work.everything)
    query = urlencode(asked.query)
    profiled = work.find(asked.query.get("cell", ""))
    return View(
        headline=_headline(work),
        lead=_lead(work),
        sought=asked.query.get("q", ""),
        reasons=sorted(wanted.reasons),
        course=wanted.course or "all",
        courses=_courses(work),
        kind=wanted.sort or None,
        doing=wanted.doing or None,
        shown_count=t("lagging.shown", count=formats.number(len(found), language())),
        columns=grid.columns(asked.query.get("sort", ""), asked.period),
        units_title=by_unit.title(work),
        units=by_unit.table(work, _PATH),
        csv=f"/download/lagging.csv?{query}",
        xlsx=f"/download/lagging.xlsx?{query}",
        opened=profiled is not None,
        profile=cell_profile.profile(work, profiled) if profiled else [],
        shown={
            "q": [asked.query.get("q", ""), ""],
            "reason": [".".join(sorted(wanted.reasons)), ""],
            "course": [wanted.course or "all", "all"],
            "kind": [wanted.sort, ""],
            "doing": [wanted.doing, ""],
        },
        narrowed=urlencode({name: asked.query.get(name, "") for name in _NARROWING}),
        counts=tuple(formats.number(reasons[reason], language()) for reason in Reason),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    counts = [Output(_count_id(reason), "children") for reason in Reason]
    follow(
        app,
        _PATH,
        [*(Output(place, prop) for place, prop in _FOLLOWED), *counts],
        lambda asked: (*(shown := view(asked))[:-1], *shown.counts),
        keep=False,
    )

    @app.callback(Output(Ids.GRID, "getRowsResponse"), Input(Ids.GRID, "getRowsRequest"), State(LOCATION, "search"))
    def get_rows(request: dict[str, Any] | None, search: str) -> Props:
        return grid.block(ask(search), request if isinstance(request, dict) else {})

    follow_up_form.register(app, grid=Ids.GRID, inside=Ids.PROFILE, changed=Ids.CHANGED)
    for control in (Ids.SOUGHT, Ids.REASONS, Ids.COURSE, Ids.KIND, Ids.DOING):
        app.clientside_callback(
            ClientsideFunction("work", control.removeprefix("lagging-")),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(control, "value"),
            State(Ids.SHOWN, "data"),
            prevent_initial_call=True,
        )
    app.clientside_callback(
        ClientsideFunction("work", "profile_closed"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.DRAWER, "opened"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("work", "fetch_anew"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.NARROWED, "data"),
        Input(Ids.CHANGED, "data"),
        prevent_initial_call="initial_duplicate",
    )


def _filters(shown: View) -> Component:
    reasons = [
        dmc.Chip(
            html.Span(
                [t(f"reason.{reason}"), " ", html.Span(count, id=_count_id(reason), className="chip-count")],
                title=REASON_TITLES[reason][language()],
            ),
            value=str(reason),
            size="sm",
            variant="outline",
        )
        for reason, count in zip(Reason, shown.counts, strict=True)
    ]
    kinds = [{"value": str(sort), "label": t(f"lagging.kind_{sort}")} for sort in Sort]
    doings = [{"value": str(doing), "label": t(f"lagging.doing_{doing}")} for doing in Doing]
    return html.Div(
        [
            html.Div(
                dmc.ChipGroup(reasons, id=Ids.REASONS, multiple=True, value=shown.reasons),
                className="chips",
                role="group",
                **aria(label=t("lagging.reasons")),
            ),
            html.Div(
                [
                    html.Div(
                        dmc.SegmentedControl(
                            id=Ids.COURSE, data=shown.courses, value=shown.course, **aria(label=t("lagging.course"))
                        ),
                        className="lagging-course",
                    ),
                    dmc.TextInput(
                        id=Ids.SOUGHT,
                        label=t("lagging.sought"),
                        value=shown.sought,
                        placeholder=t("lagging.sought_example"),
                        debounce=350,
                        className="lagging-q",
                    ),
                    _choice(Ids.KIND, t("lagging.kind"), kinds, shown.kind),
                    _choice(Ids.DOING, t("lagging.doing"), doings, shown.doing),
                ],
                className="controls",
            ),
        ],
        className="stack no-print",
    )


def _choice(component: Ids, label: str, data: list[dict[str, str]], value: str | None) -> Component:
    return dmc.Select(
        id=component,
        label=label,
        data=data,
        value=value,
        clearable=True,
        placeholder=t("lagging.any"),
        comboboxProps={"keepMounted": False},
        clearButtonProps={"aria-label": t("lagging.clear")},
        className="lagging-choice",
    )


def _exports(shown: View) -> Component:
    return html.Div(
        [
            html.A([icon("download", 18), t("trend.csv")], href=shown.csv, id=Ids.CSV, className="action"),
            html.A([icon("download", 18), t("compare.xlsx")], href=shown.xlsx, id=Ids.XLSX, className="action"),
        ],
        className="grid-exports no-print",
    )


def _count_id(reason: Reason) -> str:
    return f"lagging-count-{reason}"


def _now(work: Work) -> list[Listed]:
    return [listed for listed in work.everything if listed.line.listed.reasons]


def _headline(work: Work) -> str:
    asked, found = work.asked, _now(work)
    period = asked.period.title(language())
    if not found:
        return t("lagging.headline_none", period=period, unit=asked.unit.name)
    count = courses(work.everything)
    share = len(found) / max(1, work.kept.cells[asked.unit.id])
    return t(
        "lagging.headline",
        period=period,
        count=formats.number(len(found), language()),
        share=formats.share(share, language()),
        new=formats.number(count[Course.NEW], language()),
        recovered=formats.number(count[Course.RECOVERED], language()),
        before=sentences.at(asked.period.previous),
    )


def _lead(work: Work) -> str:
    reasons = counted(work.everything).most_common(_TOP)
    judged = [ranked for listed in _now(work) if (ranked := listed.line.ranked) and ranked.probability is not None]
    if not reasons:
        return ""
    told = "; ".join(
        t("lagging.reason_count", reason=_small(REASON_TITLES[reason][language()]), count=formats.number(n, language()))
        for reason, n in reasons
    )
    out = sum(ranked.stands_out for ranked in judged)
    said = {"judged": formats.number(len(judged), language()), "out": formats.number(out, language())}
    found = t("lagging.judged", **said) if out else t("lagging.judged_none", **said)
    return t("lagging.lead", reasons=told, found=found)


def _small(text: str) -> str:
    return text[0].lower() + text[1:]


def _courses(work: Work) -> list[dict[str, str]]:
    count = courses(work.everything)
    every = count[Course.NEW] + count[Course.STILL]
    choices: Sequence[tuple[str, int]] = (("all", every), *((str(course), count[course]) for course in Course))
    return [
        {"value": value, "label": t(f"lagging.course_{value}", count=formats.number(number, language()))}
        for value, number in choices
    ]


def _thresholds(asked: Ask) -> str:
    limits = Work(asked).kept.limits
    return t(
        "lagging.thresholds",
        years=limits.years,
        few=limits.few,
        dossiers=formats.share(limits.dossiers, language(), 0),
    )


PAGE = Page(
    code="lagging",
    path=_PATH,
    group=PageGroup.MONITOR,
    layout=layout,
    register=register,
    needs=frozenset({Needs.GRIDS}),
)
