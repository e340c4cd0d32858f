"""The series of one indicator: chart with plan, forecast, breaks and corrections; title and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from indicators.answers.rows import ValueRow
from indicators.answers.signals import ForecastRow
from indicators.values.target import Target
from layouts.figures.chart import Figure
from layouts.figures.trend import BreakMark, ForecastPoint, TrendPoint, trend
from layouts.parts.components import fine
from layouts.text import language, t
from layouts.views import sentences
from layouts.views.rows import written
from layouts.views.trending import Trending
from layouts.words import formats, listing, marks

_MAX_NOTES = 3


def drawn(seen: Trending) -> Figure:
    """The chart."""
    return trend(
        [_point(row, _tip(seen, row)) for row in seen.shown],
        language(),
        scale=formats.scale(seen.indicator.format, language()),
        plan_name=t("table.plan"),
        breaks=[
            BreakMark(label=each.period.short(language()), name=each.name, text="<br>".join(each.descriptions))
            for each in seen.breaks
        ],
        ahead=[_ahead(seen, step) for step in seen.forecast],
        earlier=[_point(each.then, _value_as_of(each.then, each.instant)) for each in seen.superseded],
    )


def title(seen: Trending) -> str:
    """A sentence: change from the first to the last value, and the forecast."""
    full = [row for row in seen.shown if row.is_complete and row.value is not None]
    if len(full) < 2:
        return t("trend.course_short", unit=seen.asked.unit.name)
    first, last = full[0], full[-1]
    sentence = t(
        "trend.course",
        first=written(first),
        first_period=sentences.at(first.until),
        last=written(last),
        last_period=sentences.at(last.until),
    )
    if not seen.forecast:
        return sentence
    step = seen.forecast[-1]
    return sentence + t("trend.course_ahead", period=sentences.at(step.until), value=_range(seen, step))


def notes(seen: Trending) -> list[Component]:
    """Notes, a line each: the plan's decision, the forecast method, breaks in the series, corrections."""
    return [html.Li(fine(note)) for note in _notes(seen)]


def ahead_table(seen: Trending) -> Mapping[str, Any]:
    """The forecast as a table."""
    head = [t("table.period"), t("trend.forecast_value"), "80 %", "95 %"]
    body = [
        [
            step.until.title(language()),
            _written(seen, step.value),
            _interval(seen, step.low_80, step.high_80),
            _interval(seen, step.low_95, step.high_95),
        ]
        for step in seen.forecast
    ]
    return {"head": head, "body": body} if body else {"head": [], "body": []}


def _notes(seen: Trending) -> Iterator[str]:
    speech = language()
    if seen.targets:
        yield t("trend.plan_by", plan=_plan(seen, seen.targets[max(seen.targets)]))
    if seen.forecast:
        yield t("trend.forecast_by", method=t(f"method.{seen.forecast[0].method}"))
    for each in seen.breaks:
        told = listing.listed(each.descriptions, _MAX_NOTES, speech, "; ")
        yield t("trend.break", told=told)
    for known in seen.superseded:
        yield t(
            "trend.known_line",
            period=known.now.until.title(speech),
            instant=formats.instant(known.instant, speech),
            then=_with_reporting(known.then),
            now=_with_reporting(known.now),
        )


def _with_reporting(row: ValueRow) -> str:
    return written(row) if row.is_complete else f"{marks.HOLLOW} {written(row)} ({sentences.reporting(row)})"


def _value_as_of(row: ValueRow, instant: Any) -> str:
    return t("trend.known_tip", instant=formats.instant(instant, language()), tip=sentences.hover(row))


def _plan(seen: Trending, target: Target) -> str:
    """A plan's value with its decision and date, or a standard with its clause."""
    value = formats.value(target.value, seen.indicator.format, language())
    if target.plan is None:
        return t("trend.standard", value=value, clause=seen.indicator.clause)
    day = formats.day(target.plan.decision_date, language())
    return t("trend.decided", value=value, decision=target.plan.decision, date=day)


def _tip(seen: Trending, row: ValueRow) -> str:
    target = seen.targets.get(row.until)
    return sentences.hover(row) + (f"<br>{t('trend.plan_by', plan=_plan(seen, target))}" if target else "")


def _point(row: ValueRow, hover: str) -> TrendPoint:
    return TrendPoint(
        label=row.until.short(language()),
        key=(row.until.code, row.unit),
        hover=hover,
        value=row.value,
        plan=row.plan,
        complete=row.is_complete,
    )


def _ahead(seen: Trending, step: ForecastRow) -> ForecastPoint:
    period = step.until
    hover = t(
        "trend.forecast_tip",
        period=period.title(language()),
        value=_written(seen, step.value),
        near=_interval(seen, step.low_80, step.high_80),
        far=_interval(seen, step.low_95, step.high_95),
    )
    return ForecastPoint(
        label=period.short(language()),
        hover=hover,
        value=step.value,
        low_80=step.low_80,
        high_80=step.high_80,
        low_95=step.low_95,
        high_95=step.high_95,
    )


def _range(seen: Trending, step: ForecastRow) -> str:
    value, low, high = (_written(seen, amount) for amount in (step.value, step.low_80, step.high_80))
    # Of a series that hardly varies both ends are written as the value is.
    return value if low == high else t("trend.likely", value=value, range=t("trend.between", low=low, high=high))


def _interval(seen: Trending, low: float, high: float) -> str:
    return t("trend.between", low=_written(seen, low), high=_written(seen, high))


def _written(seen: Trending, amount: float) -> str:
    return formats.value(amount, seen.indicator.format, language())
