"""Whether units are on pace for the year's plan, in words, a chart and a table."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.periods import Period
from indicators.answers.against_plan import PaceRow
from indicators.methods.pace import SHORT_OF_PACE, PaceVerdict
from indicators.values.value import State
from layouts.figures.chart import Figure, figure
from layouts.figures.pace import Lane, YearToDateStep, course, lanes
from layouts.figures.theme import AT_RISK, MET, NOT_MET, UNCERTAIN
from layouts.text import language, t
from layouts.views import headlines, sentences
from layouts.views.figure_links import plain
from layouts.views.planning import Planning
from layouts.views.rows import rows
from layouts.words import formats, listing, marks, paces

_NAMED = 4
_JUDGED = SHORT_OF_PACE | {PaceVerdict.REACHED, PaceVerdict.ON_PACE}
_LOOKS = {
    PaceVerdict.REACHED: (MET, "circle"),
    PaceVerdict.ON_PACE: (MET, "circle"),
    PaceVerdict.AT_RISK: (AT_RISK, "diamond"),
    PaceVerdict.UNLIKELY: (NOT_MET, "x"),
    PaceVerdict.CANNOT_TELL: (UNCERTAIN, "circle-open"),
    PaceVerdict.NO_PLAN: (UNCERTAIN, "circle-open"),
}
_COLUMNS = ("unit", "plan", "done", "expected", "index", "projection", "run_rate", "chance", "verdict")


def headline(seen: Planning) -> str:
    """A sentence: progress to date and projection for the year."""
    row, whole, speech = seen.spoken, seen.whole, language()
    name, period = seen.indicator.title[speech], sentences.at(seen.asked.period)
    if whole is None or whole.done is None:
        about = {"name": sentences.inside(name), "unit": seen.asked.unit.name, "period": sentences.capital(period)}
        return t("plans.nothing", **about)
    incomplete = t("headline.not_complete", period=sentences.capital(period))
    if row is None or row.done is None:
        return f"{incomplete}."
    facts = {
        "period": _spoken(seen, row).title(speech) if row is whole else f"{incomplete}; {sentences.at(row.until)}",
        "unit": seen.asked.unit.name,
        "name": name[0].lower() + name[1:],
        "done": formats.number(row.done, speech),
        "plan": formats.number(row.plan, speech),
    }
    if not row.plan:
        return t("plans.headline_no_plan", **facts)
    progress = t("plans.headline", **facts, share=formats.share(row.done / row.plan, speech))
    if row.projection is None or row.verdict is PaceVerdict.REACHED or paces.is_over(row):
        told = "" if row.chance is None else f"; {paces.word(row).lower()}"
        return f"{progress}{told}."
    parts = [progress, t("plans.projected", **_projected(row))]
    if row.chance is not None:
        parts.append(t("plans.told", chance=formats.chance(row.chance, language()), verdict=paces.word(row).lower()))
    return f"{'; '.join(parts)}."


def _spoken(seen: Planning, row: PaceRow) -> Period:
    """The period that a pace is of: the requested year rather than its last quarter."""
    return seen.asked.period if row.until.end == seen.asked.period.end else row.until


def lead(seen: Planning) -> str:
    """What is incomplete, the source of the seasonal share, and the count needed per remaining period."""
    row, whole, speech = seen.spoken, seen.whole, language()
    parts = [] if whole is None or whole.done is None or whole is row else [_provisional(seen, whole)]
    if row is None or row.done is None or paces.is_over(row):
        return " ".join(parts)
    usual = {"share": formats.share(row.share, speech, 0), "years": row.years, "period": sentences.at(row.until)}
    parts.append(t(f"plans.share_{row.share_from}", **usual))
    if row.run_rate is not None and row.run_rate > 0:
        parts.append(t("plans.run_rate", count=formats.number(row.run_rate, speech)))
    return " ".join(parts)


def _provisional(seen: Planning, row: PaceRow) -> str:
    """The count since 1 January so far, below the last complete one, and which committees are missing."""
    counted = t("plans.lane", done=formats.number(row.done, language()), plan=formats.number(row.plan, language()))
    found = rows(seen.asked, (seen.indicator.code,), seen.asked.unit, (row.until,))
    reports = plain(headlines.reports(seen.asked, found[0], since_january=True))
    return t("plans.incomplete", provisional=headlines.provisionally(seen.asked, found[0], counted, reports))


def title(seen: Planning) -> str:
    """A sentence naming the units that will sooner miss their plan than reach it."""
    short = [row for row in seen.units if row.verdict in SHORT_OF_PACE]
    judged = [row for row in seen.units if row.verdict in _JUDGED]
    if not judged:
        return t("plans.pace_none")
    over = paces.is_over(judged[0])
    if not short:
        return t("plans.pace_all_met", count=len(judged)) if over else t("plans.pace_all", count=len(judged))
    names = listing.listed([row.unit_name for row in sorted(short, key=_urgency)], _NAMED, language())
    found = {"short": len(short), "all": len(judged), "names": names}
    return t("plans.pace_missed", **found) if over else t("plans.pace", **found)


def note(seen: Planning) -> str:
    """The chances that the verdicts follow from, and how to read the table."""
    cuts = {cut: seen.asked.reader.thresholds.share(f"pace_{cut}_percent") for cut in ("on", "risk")}
    return t("plans.table_note", **{cut: formats.share(share, language(), 0) for cut, share in cuts.items()})


def drawn(seen: Planning) -> Figure:
    """The lanes chart, furthest from plan at the bottom."""
    planned = [(row.done, row.plan, row) for row in seen.units if row.plan and row.done is not None]
    ordered = sorted(planned, key=lambda each: each[0] / each[1], reverse=True)
    if not ordered:
        return figure([], language(), height=80)
    found = [_lane(float(done), float(plan), row) for done, plan, row in ordered]
    return lanes(found, language(), plan_name=t("plans.plan_line"))


def _lane(reached: float, plan: float, row: PaceRow) -> Lane:
    colour, symbol = _LOOKS[row.verdict]
    done, expected = (formats.number(number, language()) for number in (row.done, row.expected))
    note = t("plans.lane", done=done, plan=formats.number(row.plan, language()))
    lines = [f"<b>{row.unit_name}</b>", note, t("plans.lane_expected", expected=expected), paces.marked(row)]
    if row.projection is not None:
        lines.append(t("plans.projected", **_projected(row)))
    return Lane(
        name=row.unit_name,
        key=(row.until.code, row.unit),
        note=note,
        hover="<br>".join(lines),
        colour=colour,
        symbol=symbol,
        done=reached / plan,
        expected=_over(row.expected, plan),
        low=_over(row.likely_low, plan),
        high=_over(row.likely_high, plan),
    )


def _over(value: float | None, plan: float) -> float | None:
    return None if value is None else float(value) / plan


def progress_chart(seen: Planning) -> Figure:
    """The chart of the unit's year beside the year before."""
    found = seen.course
    steps = [
        YearToDateStep(
            label=row.until.short(language()),
            done=_number(row.done),
            expected=_number(row.expected),
            before=_number(row.year_before),
        )
        for row in found
    ]
    if not steps:
        return figure([], language(), height=80)
    names = (t("plans.this_year"), t("plans.expected_line"), t("plans.year_before"))
    return course(steps, language(), names=names, plan=_number(found[-1].plan))


def progress_title(seen: Planning) -> str:
    """A sentence comparing this year with the same point of the year before."""
    comparable = [(row, row.done, row.year_before) for row in seen.course if row.done is not None and row.year_before]
    if not comparable:
        return t("plans.way_none", unit=seen.asked.unit.name)
    last, done, before = comparable[-1]
    change = done / before - 1
    return t(
        "plans.way",
        period=last.until.title(language()),
        done=formats.number(done, language()),
        before=formats.number(before, language()),
        change=formats.signed(formats.share(change, language()), change),
    )


def table(seen: Planning, path: str) -> Component:
    """A row per unit and a total; units link to their own plans, counts to their workings."""
    head = html.Thead(html.Tr([html.Th(t(f"plans.column_{name}"), scope="col") for name in _COLUMNS]))
    body = [_line(seen, row, path) for row in sorted(seen.units, key=_urgency)]
    whole = [_line(seen, seen.whole, "")] if seen.whole is not None else []
    return html.Table([head, html.Tbody(body), html.Tfoot(whole)], className="plain-table figures-table")


def _line(seen: Planning, row: PaceRow, path: str) -> Component:
    speech = language()
    name = dcc.Link(row.unit_name, href=seen.asked.address(path, unit=row.unit)) if path else row.unit_name
    hollow = "" if row.state is State.REPORTED else f"{marks.HOLLOW} "
    done: Any = formats.NOTHING
    if row.done is not None:
        point = {"indicator": seen.indicator.code, "point": row.until.code, "point_unit": row.unit}
        trend_link = seen.asked.address("/trend", unit=row.unit, frequency="quarter", **point)
        done = dcc.Link(f"{hollow}{formats.number(row.done, speech)}", href=trend_link)
    projection = _range(row) if row.projection is not None else formats.NOTHING
    texts = (
        formats.number(row.plan, speech),
        done,
        formats.number(row.expected, speech),
        formats.share(row.index, speech),
        projection,
        _still_needed(row),
        formats.chance(row.chance, language()),
    )
    told = html.Td(paces.marked(row), className=f"verdict-{row.verdict}")
    return html.Tr([html.Th(name, scope="row"), *(html.Td(text) for text in texts), told])


def _still_needed(row: PaceRow) -> str:
    rate = row.run_rate
    return t("plans.reached") if rate is not None and rate <= 0 else formats.number(rate, language())


def _range(row: PaceRow) -> str:
    """The year's result with its likely range; of a year that is over, the result."""
    amounts = _projected(row)
    return amounts["projection"] if amounts["low"] == amounts["high"] else t("plans.range", **amounts)


def _projected(row: PaceRow) -> dict[str, str]:
    amounts = {"projection": row.projection, "low": row.likely_low, "high": row.likely_high}
    return {name: formats.number(number, language()) for name, number in amounts.items()}


def _urgency(row: PaceRow) -> tuple[bool, float, float]:
    """The least chance first; where none can be told, last."""
    return row.chance is None, row.chance or 0, row.index or 0


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
