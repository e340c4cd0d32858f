"""Whether units are on pace for the year's plan, in words, a chart and a table."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from indicators.answers.against_plan import PaceRow
from indicators.methods.pace import PaceVerdict
from indicators.values.value import State
from layouts.figures.chart import Figure, figure
from layouts.figures.pace import Lane, YearToDateStep, course, lanes
from layouts.figures.theme import MET, NOT_MET, UNCERTAIN
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.planning import Planning
from layouts.words import formats

_NAMED = 4
_LEAST = 0.01
_MARKS = {
    PaceVerdict.BEHIND: ("▼", NOT_MET, "triangle-down"),
    PaceVerdict.ON_PACE: ("✓", MET, "circle"),
    PaceVerdict.TOO_EARLY: ("◷", UNCERTAIN, "circle-open"),
    PaceVerdict.CANNOT_TELL: ("?", UNCERTAIN, "circle-open"),
    PaceVerdict.NO_PLAN: ("–", UNCERTAIN, "circle-open"),
}
_COLUMNS = ("unit", "plan", "done", "expected", "index", "projection", "run_rate", "chance", "verdict")


def headline(seen: Planning) -> str:
    """How far the unit has come, and where the year may end."""
    row, speech = seen.whole, language()
    name = seen.indicator.title[speech]
    if row is None or row.done is None:
        return t("plans.nothing", name=name, unit=seen.asked.unit.name, period=sentences.at(seen.asked.period))
    said = {
        "period": row.until.title(speech),
        "unit": seen.asked.unit.name,
        "name": name[0].lower() + name[1:],
        "done": formats.number(row.done, speech),
        "plan": formats.number(row.plan, speech),
    }
    if not row.plan:
        return t("plans.headline_no_plan", **said)
    told = t("plans.headline", **said, share=formats.share(row.done / row.plan, speech))
    if row.projection is None:
        return f"{told}."
    reach = t("plans.projected", **_projected(row))
    return f"{told}; {reach}."


def lead(seen: Planning) -> str:
    """What is incomplete, where the seasonal share comes from, how many are needed each period."""
    row, speech = seen.whole, language()
    if row is None or row.done is None:
        return ""
    parts = []
    if row.state is not State.REPORTED:
        parts.append(t("plans.incomplete"))
    parts.append(t(f"plans.share_{row.share_from}", share=formats.share(row.share, speech, 0), years=row.years))
    if row.run_rate is not None and row.run_rate > 0:
        parts.append(t("plans.run_rate", count=formats.number(row.run_rate, speech)))
    return " ".join(parts)


def title(seen: Planning) -> str:
    """Who is behind."""
    behind = [row for row in seen.units if row.verdict is PaceVerdict.BEHIND]
    told = [row for row in seen.units if row.verdict in {PaceVerdict.BEHIND, PaceVerdict.ON_PACE}]
    if not told:
        return t("plans.pace_none")
    if not behind:
        return t("plans.pace_all", count=len(told))
    names = ", ".join(row.unit_name for row in sorted(behind, key=_index)[:_NAMED])
    more = t("freshness.more", count=len(behind) - _NAMED) if len(behind) > _NAMED else ""
    return t("plans.pace", behind=len(behind), all=len(told), names=names + more)


def drawn(seen: Planning) -> Figure:
    """The lanes, the farthest from the plan at the bottom."""
    known = [(row.done, row.plan, row) for row in seen.units if row.plan and row.done is not None]
    ordered = sorted(known, key=lambda each: each[0] / each[1], reverse=True)
    if not ordered:
        return figure([], language(), height=80)
    found = [_lane(float(done), float(plan), row) for done, plan, row in ordered]
    return lanes(found, language(), plan_name=t("plans.plan_line"))


def _lane(reached: float, plan: float, row: PaceRow) -> Lane:
    _, colour, symbol = _MARKS[row.verdict]
    done, expected = (formats.number(number, language()) for number in (row.done, row.expected))
    note = t("plans.lane", done=done, plan=formats.number(row.plan, language()))
    lines = [f"<b>{row.unit_name}</b>", note, t("plans.lane_expected", expected=expected), _verdict(row)]
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


def way(seen: Planning) -> Figure:
    """The unit's year beside the one before."""
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


def way_title(seen: Planning) -> str:
    """How this year compares with the one before at the same time."""
    known = [(row, row.done, row.year_before) for row in seen.course if row.done is not None and row.year_before]
    if not known:
        return t("plans.way_none", unit=seen.asked.unit.name)
    last, done, before = known[-1]
    change = done / before - 1
    return t(
        "plans.way",
        period=last.until.title(language()),
        done=formats.number(done, language()),
        before=formats.number(before, language()),
        change=formats.signed(formats.share(change, language()), change),
    )


def table(seen: Planning, path: str) -> Component:
    """A line for each unit and one for all of them; a unit leads to its own plans, what is done to its workings."""
    head = html.Thead(html.Tr([html.Th(t(f"plans.column_{name}"), scope="col") for name in _COLUMNS]))
    body = [_line(seen, row, path) for row in sorted(seen.units, key=_index)]
    whole = [_line(seen, seen.whole, "")] if seen.whole is not None else []
    return html.Table([head, html.Tbody(body), html.Tfoot(whole)], className="plain-table figures-table")


def _line(seen: Planning, row: PaceRow, path: str) -> Component:
    speech = language()
    name = dcc.Link(row.unit_name, href=seen.asked.address(path, unit=row.unit)) if path else row.unit_name
    hollow = "" if row.state is State.REPORTED else "○ "
    done: Any = formats.NOTHING
    if row.done is not None:
        point = {"indicator": seen.indicator.code, "point": row.until.code, "point_unit": row.unit}
        way_down = seen.asked.address("/trend", unit=row.unit, frequency="quarter", **point)
        done = dcc.Link(f"{hollow}{formats.number(row.done, speech)}", href=way_down)
    projection = t("plans.range", **_projected(row)) if row.projection is not None else formats.NOTHING
    told = (
        formats.number(row.plan, speech),
        done,
        formats.number(row.expected, speech),
        formats.share(row.index, speech, 0),
        projection,
        _still_needed(row),
        _chance(row.chance),
    )
    behind = "verdict-not_met" if row.verdict is PaceVerdict.BEHIND else ""
    return html.Tr(
        [html.Th(name, scope="row"), *(html.Td(text) for text in told), html.Td(_verdict(row), className=behind)]
    )


def _still_needed(row: PaceRow) -> str:
    rate = row.run_rate
    return t("plans.reached") if rate is not None and rate <= 0 else formats.number(rate, language())


def _chance(chance: float | None) -> str:
    """A chance without false certainty."""
    if chance is None or _LEAST <= chance <= 1 - _LEAST:
        return formats.share(chance, language(), 0)
    edge = formats.share(_LEAST if chance < _LEAST else 1 - _LEAST, language(), 0)
    return f"{'<' if chance < _LEAST else '>'} {edge}"


def _projected(row: PaceRow) -> dict[str, str]:
    told = {"projection": row.projection, "low": row.likely_low, "high": row.likely_high}
    return {name: formats.number(number, language()) for name, number in told.items()}


def _verdict(row: PaceRow) -> str:
    verdict = row.verdict
    return f"{_MARKS[verdict][0]} {t(f'plans.verdict_{verdict}')}"


def _index(row: PaceRow) -> tuple[bool, float]:
    return row.index is None, float(row.index or 0)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
