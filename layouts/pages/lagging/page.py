"""Chi bộ cần quan tâm: which cells lag, since when, why, and how each is followed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from indicators.answers.cell_list import CellKind, ListCounts
from indicators.methods.reasons import REASON_TITLES, ListPart, Reason
from layouts.pages.lagging import by_unit, cell_profile, follow_up_form, grid
from layouts.parts.components import Props, aria, for_excel, how, icon, section
from layouts.parts.page import LOCATION, Needs, Page, PageGroup, follow, renew_rows, write_address
from layouts.parts.slots import Slot, SlotOfEach, Slots
from layouts.text import language, t
from layouts.views import lagging_sentences, sentences
from layouts.views.ask import Ask
from layouts.views.watchlist import (
    ActionStatus,
    Worklist,
    WorklistFilter,
    count_by_reason,
    page_filter,
)
from layouts.web.request import ask
from layouts.words import formats

_PATH = "/lagging"
_NARROWING = ("unit", "period", "as_of", "reason", "course", "kind", "doing", "q")
_TOP = 3


class Ids(StrEnum):
    """Component ids of this page."""

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


def _count_id(reason: str) -> str:
    return f"lagging-count-{reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Slots):
    """Contents of the page's slots."""

    headline: Annotated[str, Slot(Ids.HEADLINE)]
    lead: Annotated[str, Slot(Ids.LEAD)]
    search_words: Annotated[str, Slot(Ids.SOUGHT, "value")]
    reasons: Annotated[list[str], Slot(Ids.REASONS, "value")]
    course: Annotated[str, Slot(Ids.COURSE, "value")]
    course_options: Annotated[list[dict[str, str]], Slot(Ids.COURSE, "data")]
    kind: Annotated[str | None, Slot(Ids.KIND, "value")]
    doing: Annotated[str | None, Slot(Ids.DOING, "value")]
    shown_count: Annotated[str, Slot(Ids.SHOWN_COUNT)]
    columns: Annotated[list[Props], Slot(Ids.GRID, "columnDefs")]
    units_title: Annotated[str, Slot(Ids.UNITS_TITLE)]
    units: Annotated[Any, Slot(Ids.UNITS)]
    csv: Annotated[str, Slot(Ids.CSV, "href")]
    xlsx: Annotated[str, Slot(Ids.XLSX, "href")]
    opened: Annotated[bool, Slot(Ids.DRAWER, "opened")]
    profile: Annotated[Any, Slot(Ids.PROFILE)]
    shown: Annotated[dict[str, list[str]], Slot(Ids.SHOWN, "data")]
    filter_query: Annotated[str, Slot(Ids.NARROWED, "data")]
    counts: Annotated[Mapping[Reason, str], SlotOfEach(Reason, _count_id)]


def layout(asked: Ask) -> Component:
    """The page for a URL."""
    shown = view(asked)
    return html.Div(
        [
            html.H1(**shown[Ids.HEADLINE], className="headline"),
            html.P(**shown[Ids.LEAD], className="lead"),
            _filters(shown),
            html.Section(
                [
                    html.Div(
                        [
                            html.Strong(**shown[Ids.SHOWN_COUNT], **aria(live="polite")),
                            *follow_up_form.bulk_bar(may_write=Worklist(asked).notes.may_write),
                            _exports(shown),
                        ],
                        className="grid-bar",
                    ),
                    grid.grid(shown[Ids.GRID]),
                    html.P(t("lagging.printed"), className="fine only-print"),
                    html.P(_thresholds(asked), className="fine"),
                ],
                className="card",
            ),
            section(
                html.Span(**shown[Ids.UNITS_TITLE]),
                html.Div(**shown[Ids.UNITS], className="scroll"),
                how(t("lagging.how_units")),
                note=t("lagging.units_note"),
            ),
            dmc.Drawer(
                html.Div(**shown[Ids.PROFILE]),
                **shown[Ids.DRAWER],
                title=t("lagging.profile"),
                position="right",
                size="xl",
                padding="md",
                closeButtonProps={"aria-label": t("workings.close")},
            ),
            *follow_up_form.form(),
            dcc.Store(**shown[Ids.SHOWN]),
            dcc.Store(**shown[Ids.NARROWED]),
            dcc.Store(id=Ids.CHANGED),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The slot contents for a URL."""
    work, wanted = Worklist(asked), page_filter(asked)
    found, part = work.select(wanted), _part(wanted)
    reasons = work.counted([asked.unit])[asked.unit.id].reasons
    query = urlencode({**asked.query, "course": part.value})
    profiled = work.find(asked.query.get("cell", ""))
    work.read(filter(None, [profiled]))
    return View(
        headline=_headline(work, wanted, len(found)),
        lead=_lead(work, wanted),
        search_words=asked.query.get("q", ""),
        reasons=sorted(wanted.reasons),
        course=part.value,
        course_options=_courses(work.counts),
        kind=wanted.kind or None,
        doing=wanted.doing or None,
        shown_count=t("lagging.shown", count=formats.number(len(found), language())),
        columns=grid.columns(asked.query.get("sort", ""), asked.period),
        units_title=by_unit.title(work),
        units=by_unit.table(work, _PATH),
        csv=for_excel(f"/download/lagging.csv?{query}"),
        xlsx=f"/download/lagging.xlsx?{query}",
        opened=profiled is not None,
        profile=cell_profile.profile(work, profiled) if profiled else [],
        shown={
            "q": [asked.query.get("q", ""), ""],
            "reason": [".".join(sorted(wanted.reasons)), ""],
            "course": [part.value, ListPart.ALL if wanted.is_narrow else ListPart.FIRST],
            "kind": [wanted.kind, ""],
            "doing": [wanted.doing, ""],
        },
        filter_query=urlencode({name: asked.query.get(name, "") for name in _NARROWING}),
        counts={reason: formats.number(reasons[reason], language()) for reason in Reason},
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    follow(app, _PATH, View, view, keep=False)
    write_address(app, View, script="work", baseline=Ids.SHOWN, sink=Ids.SINK)

    @app.callback(
        Output(Ids.GRID, "getRowsResponse"),
        Input(Ids.GRID, "getRowsRequest"),
        State(LOCATION, "search"),
        prevent_initial_call=True,
    )
    def get_rows(request: dict[str, Any] | None, search: str) -> Props:
        return grid.block(ask(search), request if isinstance(request, dict) else {})

    renew_rows(app, Ids.GRID, Ids.SINK)
    follow_up_form.register(app, grid=Ids.GRID, inside=Ids.PROFILE, changed=Ids.CHANGED)
    app.clientside_callback(
        ClientsideFunction("work", "profile_closed"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.DRAWER, "opened"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("work", "reload_rows"),
        Output(Ids.SINK, "data", allow_duplicate=True),
        Input(Ids.NARROWED, "data"),
        Input(Ids.CHANGED, "data"),
        prevent_initial_call="initial_duplicate",
    )


def _filters(shown: View) -> Component:
    reasons = [
        dmc.Chip(
            html.Span(
                [t(f"reason.{reason}"), " ", html.Span(**shown[_count_id(reason)], className="chip-count")],
                title=REASON_TITLES[reason][language()],
            ),
            value=str(reason),
            size="sm",
            variant="outline",
        )
        for reason in Reason
    ]
    kinds = [{"value": str(sort), "label": t(f"lagging.kind_{sort}")} for sort in CellKind]
    doings = [{"value": str(doing), "label": t(f"lagging.doing_{doing}")} for doing in ActionStatus]
    return html.Div(
        [
            html.Div(
                dmc.ChipGroup(reasons, **shown[Ids.REASONS], multiple=True),
                className="chips",
                role="group",
                **aria(label=t("lagging.reasons")),
            ),
            html.Div(
                [
                    html.Div(
                        dmc.SegmentedControl(**shown[Ids.COURSE], **aria(label=t("lagging.course"))),
                        className="lagging-course",
                    ),
                    dmc.TextInput(
                        **shown[Ids.SOUGHT],
                        label=t("lagging.sought"),
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
            html.A([icon("download", 18), t("trend.csv")], **shown[Ids.CSV], className="action"),
            html.A([icon("download", 18), t("compare.xlsx")], **shown[Ids.XLSX], className="action"),
        ],
        className="grid-exports no-print",
    )


def _part(wanted: WorklistFilter) -> ListPart:
    """The part of the list that is shown; a filter by missing returns alone shows these."""
    if wanted.part is not None:
        return wanted.part
    return ListPart.MISSING if wanted.reasons == {Reason.RETURN_MISSING} else ListPart.ALL


def _headline(work: Worklist, wanted: WorklistFilter, found: int) -> str:
    """The count of what is listed first; it is the count that led here."""
    asked, counts, part = work.asked, work.counts, _part(wanted)
    period = sentences.at(asked.period)
    given = {
        "count": formats.number(found, language()),
        "period": period,
        "before": sentences.at(asked.period.previous),
        "all": formats.number(counts.lagging, language()),
        "share": formats.share(counts.lagging / max(1, counts.totals.reported), language()),
        "reasons": ", ".join(
            lagging_sentences.inside(REASON_TITLES[Reason(each)][language()])
            for each in Reason
            if each in wanted.reasons
        ),
    }
    if wanted.kind or wanted.doing or wanted.search_words:
        return t("lagging.headline_filtered", **given)
    if wanted.reasons and part is not ListPart.MISSING:
        return t("lagging.headline_reasons", **given)
    if part in {ListPart.FIRST, ListPart.ALL} and not counts.lagging:
        key = "none" if counts.totals.reported else "none_reported"
        return t(f"lagging.headline_{key}", period=asked.period.title(language()), unit=asked.unit.name)
    if part is ListPart.ALL or (part is ListPart.FIRST and counts.first == counts.lagging):
        return t("lagging.headline", **given)
    return t(f"lagging.headline_{part}", **given)


def _lead(work: Worklist, wanted: WorklistFilter) -> str:
    counts, speech, part = work.counts, language(), _part(wanted)
    told = [lagging_sentences.summary(counts, work.asked.period, speech)]
    if part is ListPart.FIRST and counts.lagging:
        told.append(t("lagging.order"))
    if part is ListPart.ALL and counts.lagging and not wanted.is_narrow:
        told.append(_reasons_and_chance(work))
    return " ".join(told)


def _reasons_and_chance(work: Worklist) -> str:
    ranked = [listed.place.known.ranked for listed in work.entries if listed.rank is not None]
    judged = [each for each in ranked if each and each.probability is not None]
    reasons = [each for each in count_by_reason(work.entries).most_common() if each[0] is not Reason.RETURN_MISSING]
    text = "; ".join(
        t("lagging.reason_count", reason=_reason(reason), count=formats.number(n, language()))
        for reason, n in reasons[:_TOP]
    )
    out = sum(each.stands_out for each in judged)
    amounts = {"judged": formats.number(len(judged), language()), "out": formats.number(out, language())}
    found = t("lagging.judged", **amounts) if out else t("lagging.judged_none", **amounts)
    return t("lagging.lead", reasons=text, found=found)


def _reason(reason: Reason) -> str:
    """A reason inside a sentence."""
    return lagging_sentences.inside(REASON_TITLES[reason][language()])


def _courses(counts: ListCounts) -> list[dict[str, str]]:
    shown = [part for part in ListPart if part is not ListPart.UNCOMPARED or counts.uncompared]
    return [
        {"value": part.value, "label": t(f"lagging.course_{part}", count=formats.number(counts.of(part), language()))}
        for part in shown
    ]


def _thresholds(asked: Ask) -> str:
    limits = Worklist(asked).watchlist.limits
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
