"""How units spread on one indicator: ranked with what chance leaves of each, and in a funnel around their average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from data.forms.builtin import MEASURES
from indicators.methods import funnel as method
from indicators.methods.funnel import Limits, Verdict
from indicators.values.model import Direction, Ratio
from indicators.values.target import ThreeWay
from indicators.values.value import State
from layouts.figures.chart import Figure, figure
from layouts.figures.funnel import Curve, Dot, Names, funnel
from layouts.figures.ranking import Place, ranking
from layouts.figures.theme import MET, NOT_MET, SERIES, UNCERTAIN
from layouts.parts.components import COLOURS, SYMBOLS
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.comparison import Comparison, Interval, interval
from layouts.views.rows import Row
from layouts.words import formats

_MOST_RANKED = 24
_MOST_NAMED = 4
_STEPS = 48
_LOW = frozenset({Verdict.LOW, Verdict.LOW_OUTER})
_HIGH = frozenset({Verdict.HIGH, Verdict.HIGH_OUTER})


class Shown(NamedTuple):
    """A chart with its sentence, what is to be said below it, and the rows that it draws."""

    title: str
    note: str
    drawn: Figure
    rows: Sequence[Row] = ()


def ranked(seen: Comparison) -> Shown:
    """The units from the best to the worst; of many only the last ones, and the one that is to be seen among them."""
    found = [row for row in seen.rows if row.state is not State.NOT_APPLICABLE]
    lower = seen.indicator.direction is Direction.LOWER
    known = sorted((r for r in found if r.value is not None), key=lambda r: r.value or 0, reverse=lower)
    if not known:
        return Shown(t("compare.ranking_none"), "", figure([], language(), height=80))
    chosen = found
    if len(found) > _MOST_RANKED:
        chosen = [*known[:_MOST_RANKED], *(row for row in known[_MOST_RANKED:] if row.unit == seen.peer)]
    intervals = {row.unit: interval(row) for row in found}
    drawn = ranking(
        [_place(row, intervals[row.unit], seen.peer) for row in chosen],
        language(),
        scale=formats.scale(seen.indicator.format, language()),
        lower_is_better=lower,
    )
    cut = t("compare.ranking_cut", shown=_MOST_RANKED, all=len(found)) if chosen is not found else ""
    note = t("compare.interval_note") if any(intervals.values()) else ""
    return Shown(_reading(list(intervals.values())) or t("compare.ranking"), f"{cut} {note}".strip(), drawn, chosen)


def _place(row: Row, chance: Interval | None, peer: str | None) -> Place:
    note = row.written if row.value is not None else row.reason
    if row.people_short:
        note += t("overview.short", count=formats.number(row.people_short, language()))
    return Place(
        name=row.unit_name,
        key=(row.period.code, row.unit),
        value=row.value,
        plan=row.plan,
        note=note,
        hover=sentences.hover(row) + _told(row, chance),
        colour=COLOURS[row.status] if row.plan is not None else SERIES,
        symbol=SYMBOLS[row.status] if row.plan is not None or not row.is_complete else "circle",
        low=chance.low if chance else None,
        high=chance.high if chance else None,
        chosen=row.unit == peer,
    )


def _told(row: Row, chance: Interval | None) -> str:
    if chance is None:
        return ""
    low, high = (formats.value(each, row.indicator.format, language()) for each in (chance.low, chance.high))
    return "<br>" + t("compare.interval", low=low, high=high)


def _reading(intervals: Sequence[Interval | None]) -> str:
    """What chance leaves of the verdicts, counted."""
    readings = [each.reading for each in intervals if each and each.reading]
    if not readings:
        return ""
    counts = {reading: sum(each is reading for each in readings) for reading in ThreeWay}
    return t(
        "compare.reading",
        met=counts[ThreeWay.MET],
        behind=counts[ThreeWay.BEHIND],
        few=counts[ThreeWay.TOO_FEW],
    )


def funnelled(seen: Comparison) -> Shown | None:
    """The funnel; None for what is no ratio, or where fewer than three units can be compared."""
    judged = [line for line in seen.funnel if line["verdict"] is not None]
    formula = seen.indicator.formula
    if len(judged) < 3 or not isinstance(formula, Ratio):
        return None
    by_unit = {row.unit: row for row in seen.rows}
    outside = [line for line in judged if line["verdict"] is not Verdict.NONE]
    labelled = {line["unit"] for line in sorted(outside, key=_deviation, reverse=True)[: 2 * _MOST_NAMED]}
    dots = [_dot(seen, line, by_unit[line["unit"]], labelled) for line in judged]
    plans = {by_unit[line["unit"]].plan for line in judged}
    average = judged[0]["average"] / formula.per
    curve = Curve(
        limits=_limits([line["denominator"] for line in judged], average, judged[0]),
        average=average,
        plan=plans.pop() if len(plans) == 1 else None,
        per=formula.per,
    )
    speech, form = language(), seen.indicator.format
    names = Names(
        size=t("compare.size", of=" + ".join(MEASURES[code].title[speech] for code in formula.denominator)),
        average=t("compare.average", value=formats.value(Fraction(judged[0]["average"]), form, speech)),
        plan=t("compare.plan", value=formats.value(curve.plan, form, speech)),
    )
    drawn = funnel(dots, curve, speech, scale=formats.scale(form, speech), names=names)
    note = t("compare.funnel_note")
    if judged[0]["adjusted"] and judged[0]["tau2"]:
        note += " " + t("compare.funnel_adjusted", phi=formats.number(judged[0]["dispersion"], speech, 1))
    return Shown(_funnel_title(seen, judged), note, drawn)


def _deviation(line: Mapping[str, Any]) -> float:
    return abs(float(line["value"]) - line["average"]) * float(line["denominator"]) ** 0.5


def _limits(sizes: Sequence[Fraction], average: float, line: Mapping[str, Any]) -> Sequence[Limits]:
    """Limits over the range of sizes, in equal ratios: the funnel is steepest where units are small."""
    low, high = max(1.0, float(min(sizes)) * 0.9), float(max(sizes)) * 1.05
    steps = [low * (high / low) ** (step / _STEPS) for step in range(_STEPS + 1)]
    return method.limits(steps, average, line["kind"], line["tau2"] if line["adjusted"] else 0.0)


def _dot(seen: Comparison, line: Mapping[str, Any], row: Row, labelled: set[str]) -> Dot:
    verdict = line["verdict"]
    colour, symbol = SERIES, "circle"
    if verdict is not Verdict.NONE:
        colour, symbol = _side(seen, verdict)
    return Dot(
        key=(row.period.code, row.unit),
        size=line["denominator"],
        value=line["value"],
        hover=f"{sentences.hover(row)}<br>{t(f'compare.verdict_{_name(verdict)}')}",
        colour=colour,
        symbol=symbol,
        label=row.unit_name if row.unit in labelled or row.unit == seen.peer else "",
        chosen=row.unit == seen.peer,
    )


def _side(seen: Comparison, verdict: Verdict) -> tuple[str, str]:
    if seen.indicator.direction is Direction.NEUTRAL:
        return UNCERTAIN, "diamond"
    good = _LOW if seen.indicator.direction is Direction.LOWER else _HIGH
    return (MET, "triangle-up") if verdict in good else (NOT_MET, "triangle-down")


def _name(verdict: Verdict) -> str:
    return "low" if verdict in _LOW else "high" if verdict in _HIGH else "none"


def _funnel_title(seen: Comparison, judged: Sequence[Mapping[str, Any]]) -> str:
    average = formats.value(Fraction(judged[0]["average"]), seen.indicator.format, language())
    low, high = ([line for line in judged if line["verdict"] in side] for side in (_LOW, _HIGH))
    if not low and not high:
        return t("compare.funnel_none", count=len(judged), average=average)
    parts = [
        t(f"compare.funnel_{side}", count=len(found), names=_names(found))
        for side, found in (("low", low), ("high", high))
        if found
    ]
    return t("compare.funnel", average=average, parts="; ".join(parts))


def _names(found: Sequence[Mapping[str, Any]]) -> str:
    named = [line["unit_name"] for line in sorted(found, key=_deviation, reverse=True)]
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (t("freshness.more", count=more) if more > 0 else "")
