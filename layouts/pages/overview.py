"""Tổng quan: are we on plan, and where is it stuck? One sentence, eight figures, the long run, the districts ranked."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from data.periods import Frequency, Period
from data.units import UnitKind
from indicators import CATALOGUE
from indicators.value import State, Status
from layouts import findings, formats
from layouts.components import COLOURS, SYMBOLS, graph, height, section
from layouts.figures.chart import Figure, figure
from layouts.figures.long_run import long_run
from layouts.figures.ranking import Place, ranking
from layouts.figures.trend import Point
from layouts.pages.cards import FIGURES, Facts, card, facts
from layouts.pages.page import Group, Page, follow, recalled
from layouts.rows import BELOW, Row, by_indicator, rows, series
from layouts.site import Ask
from layouts.text import language, t

_PATH = "/"
_HEADS = "village_heads_member_share"
_MEAN = "admissions_per_year_mean"
_MOST_RANKED = 16
_HIDDEN = {"display": "none"}


class Ids(StrEnum):
    """Ids of this page."""

    HEADLINE = "overview-headline"
    LEAD = "overview-lead"
    CARDS = "overview-cards"
    RANKING_TITLE = "overview-ranking-title"
    RANKING = "overview-ranking"
    RANKING_BOX = "overview-ranking-box"
    LONG_TITLE = "overview-long-title"
    LONG_NOTE = "overview-long-note"
    LONG = "overview-long"
    LONG_BOX = "overview-long-box"
    SINK = "overview-sink"


class View(NamedTuple):
    """What stands in the parts of the page, in the order of `register`'s outputs."""

    headline: str
    lead: str
    cards: list[Component]
    ranking_title: str
    ranking: Figure
    ranking_style: dict[str, int]
    ranking_box: dict[str, str]
    long_title: str
    long_note: str
    long: Figure
    long_box: dict[str, str]


def layout(asked: Ask) -> Component:
    """The page for an address."""
    shown = recalled(asked, _PATH, view)
    return html.Div(
        [
            html.H1(shown.headline, id=Ids.HEADLINE, className="headline"),
            html.P(shown.lead, id=Ids.LEAD, className="lead"),
            html.Div(shown.cards, id=Ids.CARDS, className="cards"),
            html.Div(
                [
                    html.Div(
                        section(
                            html.Span(shown.ranking_title, id=Ids.RANKING_TITLE),
                            graph(Ids.RANKING, shown.ranking, asked.language),
                        ),
                        id=Ids.RANKING_BOX,
                        style=shown.ranking_box,
                    ),
                    html.Div(
                        section(
                            html.Span(shown.long_title, id=Ids.LONG_TITLE),
                            graph(Ids.LONG, shown.long, asked.language),
                            note=html.Span(shown.long_note, id=Ids.LONG_NOTE),
                        ),
                        id=Ids.LONG_BOX,
                        style=shown.long_box,
                    ),
                ],
                className="pair",
            ),
            dcc.Store(id=Ids.SINK),
        ],
        className="stack",
    )


def view(asked: Ask) -> View:
    """The parts of the page for an address."""
    known = facts(asked)
    return View(
        _headline(asked, known),
        _lead(asked, known),
        [card(asked, known, code) for code in FIGURES],
        *_ranked(asked, known),
        *_long_run(asked),
    )


def register(app: Dash) -> None:
    """The page's callbacks."""
    outputs = (
        Output(Ids.HEADLINE, "children"),
        Output(Ids.LEAD, "children"),
        Output(Ids.CARDS, "children"),
        Output(Ids.RANKING_TITLE, "children"),
        Output(Ids.RANKING, "figure"),
        Output(Ids.RANKING, "style"),
        Output(Ids.RANKING_BOX, "style"),
        Output(Ids.LONG_TITLE, "children"),
        Output(Ids.LONG_NOTE, "children"),
        Output(Ids.LONG, "figure"),
        Output(Ids.LONG_BOX, "style"),
    )
    follow(app, _PATH, outputs, view)
    for chart, opened in ((Ids.RANKING, "open_unit"), (Ids.LONG, "open_point")):
        app.clientside_callback(
            ClientsideFunction("navigation", opened),
            Output(Ids.SINK, "data", allow_duplicate=True),
            Input(chart, "clickData"),
            prevent_initial_call=True,
        )


def _headline(asked: Ask, known: Facts) -> str:
    judged = known.judged(_HEADS)
    if judged is not None and judged.value is not None:
        return findings.sentence(judged) + "."
    members = known.now("members")
    return findings.sentence(members) + "." if members else asked.unit.name


def _lead(asked: Ask, known: Facts) -> str:
    speech = asked.language
    parts: list[str] = []
    members, rate = known.now("members"), known.now("admissions_plan_rate")
    bases = known.now("bases_without_admission")
    if members is not None and members.value is not None:
        parts.append(t("overview.members", count=members.written))
    if rate is not None and rate.value is not None:
        done, plan = formats.number(rate.numerator, speech), formats.number(rate.denominator, speech)
        parts.append(t("overview.admitted", done=done, plan=plan, share=rate.written))
    if bases is not None and bases.value:
        parts.append(t("overview.bases", count=bases.written))
    if not parts:
        return t("overview.nothing", unit=asked.unit.name, period=findings.at(asked.period))
    told = {"period": asked.period.title(speech), "unit": asked.unit.name, "facts": "; ".join(parts)}
    sent, everybody = known.completeness.sent, len(known.completeness.committees)
    if sent == everybody:
        return t("overview.lead", **told)
    return t("overview.lead_partial", **told, sent=sent, all=everybody)


def _ranked(asked: Ask, known: Facts) -> tuple[Any, ...]:
    level = BELOW.get(asked.unit.kind)
    judged = known.judged(_HEADS)
    if level is None or judged is None:
        return "", figure([], asked.language), {}, _HIDDEN
    found = [
        row
        for row in rows(asked, (_HEADS,), asked.unit, (judged.period,), level)
        if row.state is not State.NOT_APPLICABLE
    ]
    known_rows = sorted((row for row in found if row.value is not None), key=lambda row: row.value or 0)
    if not known_rows:
        return "", figure([], asked.language), {}, _HIDDEN
    shown = known_rows[:_MOST_RANKED] if len(found) > _MOST_RANKED else found
    places = [_place(asked, row) for row in shown]
    drawn = ranking(places, asked.language, scale=formats.scale(judged.indicator.format, asked.language))
    return _ranked_title(judged.period, found, known_rows), drawn, height(drawn), {}


def _ranked_title(period: Period, found: Sequence[Row], known: Sequence[Row]) -> str:
    met = sum(row.status is Status.MET for row in found)
    worst = known[0]
    plan = formats.share(worst.plan, language(), 0) if worst.plan is not None else formats.NOTHING
    text = t(
        "overview.ranked",
        period=period.title(language()),
        met=met,
        all=len(found),
        plan=plan,
        worst=worst.unit_name,
        value=worst.written,
    )
    return text + t("overview.ranked_cut", count=_MOST_RANKED) if len(found) > _MOST_RANKED else text


def _place(asked: Ask, row: Row) -> Place:
    short = row.people_short
    note = row.written if row.value is not None else row.reason
    if short:
        note += t("overview.short", count=formats.number(short, asked.language))
    return Place(
        name=row.unit_name,
        key=(row.period.code, row.unit),
        value=row.value,
        plan=row.plan,
        note=note,
        hover=findings.hover(row),
        colour=COLOURS[row.status],
        symbol=SYMBOLS[row.status],
    )


def _long_run(asked: Ask) -> tuple[Any, ...]:
    years = series(asked, Frequency.YEAR, Period(asked.period.year))
    if asked.period.whole_year not in years:
        years = (*years, asked.period.whole_year)
    found = by_indicator(rows(asked, ("members", "admissions"), asked.unit, years))
    members, admissions = _from_first(found["members"]), _from_first(found["admissions"])
    full = [row for row in admissions if row.is_complete]
    if len(members) < 2 or not full:
        return "", "", figure([], asked.language), _HIDDEN
    mean = _mean(asked, full)
    names = (t("overview.members_axis"), t("overview.admissions_axis"))
    drawn = long_run(
        [_point(row) for row in members],
        [_point(row) for row in admissions],
        asked.language,
        names=names,
        mean=mean.value if mean else None,
    )
    return _long_title(asked, members), _long_note(asked, mean), drawn, {}


def _from_first(found: Sequence[Row]) -> list[Row]:
    first = next((place for place, row in enumerate(found) if row.value is not None), len(found))
    return list(found[first:])


def _point(row: Row) -> Point:
    key = (row.period.code, row.unit)
    return Point(
        label=row.period.short(language()),
        key=key,
        hover=findings.hover(row),
        value=row.value,
        plan=row.plan,
        complete=row.is_complete,
    )


def _mean(asked: Ask, full: Sequence[Row]) -> Row | None:
    found = rows(asked, (_MEAN,), asked.unit, [row.period for row in full])
    return found[0] if found and found[0].value is not None else None


def _long_title(asked: Ask, members: Sequence[Row]) -> str:
    full = [row for row in members if row.is_complete and row.value]
    if len(full) < 2:
        return t("overview.long_short", unit=asked.unit.name)
    first, last = full[0], full[-1]
    growth = (last.value or 0) / (first.value or 1) - 1
    return t(
        "overview.long",
        first=first.written,
        first_year=first.period.year,
        last=last.written,
        last_year=last.period.year,
        growth=formats.signed(formats.share(growth, asked.language), growth),
    )


def _long_note(asked: Ask, mean: Row | None) -> str:
    if mean is None:
        return ""
    speech = asked.language
    told = t(
        "overview.mean",
        value=formats.number(mean.value, speech),
        total=formats.number(mean.numerator, speech),
        years=formats.number(mean.denominator, speech),
        span=mean.span.replace("..", "–"),
    )
    note = CATALOGUE[_MEAN].note
    return f"{told} {note[speech]}" if note is not None and asked.unit.kind is UnitKind.PROVINCE else told


PAGE = Page(code="overview", path=_PATH, group=Group.MONITOR, layout=layout, register=register)
