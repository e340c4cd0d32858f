"""Variation among units on one indicator: ranked with confidence intervals, and in a funnel plot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nextafter
from operator import attrgetter
from typing import NamedTuple

from indicators.answers.rows import ValueRow
from indicators.answers.signals import FunnelRow
from indicators.methods import funnel as method
from indicators.methods.funnel import FunnelLimits, FunnelVerdict
from indicators.values.model import Direction, Ratio
from indicators.values.target import ThreeWay
from indicators.values.value import State, Status
from layouts.figures.chart import Figure, figure
from layouts.figures.funnel import Curve, Dot, Names, funnel
from layouts.figures.ranking import RankedPlace, ranking
from layouts.figures.theme import MET, NOT_MET, SERIES, UNCERTAIN
from layouts.parts.components import COLOURS, SYMBOLS
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.comparison import Comparison, Interval, interval
from layouts.views.rows import noun_short, short_of_plan, why_missing, written
from layouts.words import formats, listing

_MAX_RANKED = 24
_MAX_NAMED = 4
_STEPS = 48
_EXACT_BELOW = float(method.EXACT_BINOMIAL_BELOW)
_LOW = frozenset({FunnelVerdict.LOW, FunnelVerdict.LOW_OUTER})
_HIGH = frozenset({FunnelVerdict.HIGH, FunnelVerdict.HIGH_OUTER})


class ShownSpread(NamedTuple):
    """A chart with its title, the note below it, and the rows that it draws."""

    title: str
    note: str
    drawn: Figure
    rows: Sequence[ValueRow] = ()


def ranked(seen: Comparison) -> ShownSpread:
    """The units from best to worst; if there are many, only the worst and the highlighted one."""
    found = [row for row in seen.rows if row.state is not State.NOT_APPLICABLE]
    lower_is_better = seen.indicator.direction is Direction.LOWER
    valued = sorted((r for r in found if r.value is not None), key=lambda r: r.value or 0, reverse=lower_is_better)
    if not valued:
        return ShownSpread(t("compare.ranking_none"), "", figure([], language(), height=80))
    chosen = found
    if len(found) > _MAX_RANKED:
        chosen = [*valued[:_MAX_RANKED], *(row for row in valued[_MAX_RANKED:] if row.unit == seen.peer)]
    intervals = {row.unit: interval(row) for row in found}
    drawn = ranking(
        [_place(row, intervals[row.unit], seen.peer) for row in chosen],
        language(),
        scale=formats.scale(seen.indicator.format, language()),
        lower_is_better=lower_is_better,
    )
    cut = t("compare.ranking_cut", shown=_MAX_RANKED, all=len(found)) if chosen is not found else ""
    note = t("compare.interval_note") if any(intervals.values()) else ""
    return ShownSpread(
        _chance_note(list(intervals.values())) or t("compare.ranking"), f"{cut} {note}".strip(), drawn, chosen
    )


def _place(row: ValueRow, chance: Interval | None, peer: str | None) -> RankedPlace:
    has_verdict = row.status not in {Status.NO_PLAN, Status.NOT_JUDGED}
    note = written(row) if row.value is not None else why_missing(row)
    if short_of_plan(row):
        note += t("overview.short", count=formats.number(short_of_plan(row), language()), noun=noun_short(row))
    return RankedPlace(
        name=row.unit_name,
        key=(row.until.code, row.unit),
        value=row.value,
        plan=row.plan,
        note=note,
        hover=sentences.hover(row) + _hover_text(row, chance),
        colour=COLOURS[row.status] if has_verdict else SERIES,
        symbol=SYMBOLS[row.status] if has_verdict or not row.is_complete else "circle",
        low=chance.low if chance else None,
        high=chance.high if chance else None,
        chosen=row.unit == peer,
    )


def _hover_text(row: ValueRow, chance: Interval | None) -> str:
    if chance is None:
        return ""
    low, high = (formats.value(each, row.indicator.format, language()) for each in (chance.low, chance.high))
    return "<br>" + t("compare.interval", low=low, high=high)


def _chance_note(intervals: Sequence[Interval | None]) -> str:
    """A sentence that counts the verdicts that hold beyond chance."""
    readings = [each.reading for each in intervals if each and each.reading]
    if not readings:
        return ""
    counts = {reading: sum(each is reading for each in readings) for reading in ThreeWay}
    met, behind, few = (_units(counts[each]) for each in (ThreeWay.MET, ThreeWay.BEHIND, ThreeWay.TOO_FEW))
    return sentences.capital(t("compare.reading", met=met, behind=behind, few=few))


def _units(count: int) -> str:
    """As "3 đơn vị"; "không đơn vị nào"."""
    return t({0: "compare.no_unit", 1: "compare.one_unit"}.get(count, "compare.units"), count=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A unit in the funnel plot, with its value, size and verdict."""

    line: FunnelRow
    row: ValueRow
    value: Fraction
    size: Fraction
    average: float
    verdict: FunnelVerdict

    @property
    def deviation(self) -> float:
        """Distance from the average, proportional to standard errors: a larger unit varies less by chance."""
        return abs(float(self.value) - self.average) * float(self.size) ** 0.5


def _judged(seen: Comparison) -> list[_Judged]:
    by_unit = {row.unit: row for row in seen.rows}
    return [
        _Judged(
            line=line,
            row=by_unit[line.unit],
            value=line.value,
            size=line.denominator,
            average=line.average,
            verdict=line.verdict,
        )
        for line in seen.funnel
        if line.verdict is not None
        and line.value is not None
        and line.denominator is not None
        and line.average is not None
    ]


def funnelled(seen: Comparison) -> ShownSpread | None:
    """The funnel plot; None if the indicator is not a ratio or fewer than three units can be compared."""
    judged, formula = _judged(seen), seen.indicator.formula
    if len(judged) < 3 or not isinstance(formula, Ratio):
        return None
    outside = [each for each in judged if each.verdict is not FunnelVerdict.NONE]
    labelled = {each.row.unit for each in sorted(outside, key=_deviation, reverse=True)[: 2 * _MAX_NAMED]}
    dots = [_dot(seen, each, labelled) for each in judged]
    plans = {each.row.plan for each in judged}
    average, whole = judged[0].average / formula.per, judged[0].line
    curve = Curve(
        limits=_limits([each.size for each in judged], average, whole),
        average=average,
        plan=plans.pop() if len(plans) == 1 else None,
        per=formula.per,
    )
    speech, form = language(), seen.indicator.format
    titles = {measure.code: measure.title[speech] for measure in seen.indicator.measures}
    names = Names(
        size=t("compare.size", of=" + ".join(titles[code] for code in formula.denominator)),
        average=t("compare.average", value=formats.value(Fraction(judged[0].average), form, speech)),
        plan=t("compare.plan", value=formats.value(curve.plan, form, speech)),
    )
    drawn = funnel(dots, curve, speech, scale=formats.scale(form, speech), names=names)
    note = t("compare.funnel_note")
    if whole.adjusted and whole.tau2:
        note += " " + t("compare.funnel_adjusted")
    return ShownSpread(_funnel_title(seen, judged), note, drawn)


_deviation = attrgetter("deviation")


def _limits(sizes: Sequence[Fraction], average: float, line: FunnelRow) -> Sequence[FunnelLimits]:
    """The limits that decide, over the range of sizes and at each of them, so that a dot is drawn as it is judged.

    Geometrically spaced: the funnel is steepest at small sizes. Both sides of the size at which the exact limits end.
    """
    low, high = max(1.0, float(min(sizes)) * 0.9), float(max(sizes)) * 1.05
    steps = {low * (high / low) ** (step / _STEPS) for step in range(_STEPS + 1)}
    ends = {nextafter(_EXACT_BELOW, 0), _EXACT_BELOW} if low < _EXACT_BELOW < high else set()
    at = sorted(steps | ends | {float(size) for size in sizes})
    return method.decision_limits(at, average, line.kind, line.tau2 if line.adjusted else 0.0)


def _dot(seen: Comparison, judged: _Judged, labelled: set[str]) -> Dot:
    verdict, row = judged.verdict, judged.row
    colour, symbol = SERIES, "circle"
    if verdict is not FunnelVerdict.NONE:
        colour, symbol = _side(seen, verdict)
    return Dot(
        key=(row.until.code, row.unit),
        size=judged.size,
        value=judged.value,
        hover=f"{sentences.hover(row)}<br>{t(f'compare.verdict_{_name(verdict)}')}",
        colour=colour,
        symbol=symbol,
        label=row.unit_name if row.unit in labelled or row.unit == seen.peer else "",
        chosen=row.unit == seen.peer,
    )


def _side(seen: Comparison, verdict: FunnelVerdict) -> tuple[str, str]:
    if seen.indicator.direction is Direction.NEUTRAL:
        return UNCERTAIN, "diamond"
    good = _LOW if seen.indicator.direction is Direction.LOWER else _HIGH
    return (MET, "triangle-up") if verdict in good else (NOT_MET, "triangle-down")


def _name(verdict: FunnelVerdict) -> str:
    return "low" if verdict in _LOW else "high" if verdict in _HIGH else "none"


def _funnel_title(seen: Comparison, judged: Sequence[_Judged]) -> str:
    average = formats.value(Fraction(judged[0].average), seen.indicator.format, language())
    low, high = ([each for each in judged if each.verdict in side] for side in (_LOW, _HIGH))
    if not low and not high:
        return t("compare.funnel_none", count=len(judged), average=average)
    parts = [
        t(f"compare.funnel_{side}", count=len(found), names=_names(found))
        for side, found in (("low", low), ("high", high))
        if found
    ]
    return t("compare.funnel", average=average, parts="; ".join(parts))


def _names(found: Sequence[_Judged]) -> str:
    named = [each.row.unit_name for each in sorted(found, key=_deviation, reverse=True)]
    return listing.listed(named, _MAX_NAMED, language())
