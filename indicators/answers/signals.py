"""Signals, as rows: is a movement noise, does a unit differ from its peers, what comes next if nothing changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from data.forms.builtin import MEASURES
from data.measures import Kind
from data.periods import Frequency, Period
from data.reading.queries import Reader
from indicators.answers.enquiry import Enquiry, answer
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.forecast import Bounds, forecast
from indicators.methods.funnel import Kind as Compared
from indicators.methods.funnel import compare
from indicators.methods.gates import Fewest, gated
from indicators.values.model import Direction, Format, Indicator, MeanPerYear, Ratio, measures_of
from indicators.values.value import State

_PLACE = ("indicator", "unit", "unit_name", "level", "period")
_OF_THE_POINT = ("mean", "lpl", "upl", "near_lower", "near_upper", "short", "flag", "point_type")
_OF_THE_CHART = ("variation", "assurance", "gate", "deseasonalised", "change")
CONTROL_COLUMNS = (*_PLACE, "value", "state", "plan", "charted", *_OF_THE_POINT, *_OF_THE_CHART)

_LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
FUNNEL_COLUMNS = (
    *_PLACE,
    "value",
    "numerator",
    "denominator",
    "average",
    *_LIMITS,
    "verdict",
    "kind",
    "dispersion",
    "tau2",
    "adjusted",
)

_STEP = ("value", "low_80", "high_80", "low_95", "high_95")
FORECAST_COLUMNS = (*_PLACE, *_STEP, "method", "error")

Row = Mapping[str, Any]


def control_rows(reader: Reader, enquiry: Enquiry, rebase: Sequence[Period] = ()) -> list[dict[str, Any]]:
    """The XmR chart of each unit's series over the enquiry's periods, a row (keys: CONTROL_COLUMNS) a point.

    Charted are flows without their season, the change of a stock, or a share; a value that is not complete is missing.
    Limits start afresh at each period of `rebase`. The plan of the last period is the target. Behind a `gate` there
    are no icons (`variation`, `assurance`), and points and limits are only drawn.

    Raises:
        ValueError: a period to rebase at that is not among those asked for.
        UnknownUnit, OutOfScope: as `indicators.answers.enquiry.answer`.
    """
    return [row for series in _series(reader, enquiry) for row in charted(reader, series, rebase)]


def _series(reader: Reader, enquiry: Enquiry) -> Iterator[list[Row]]:
    timed = tuple(code for code in enquiry.indicators if not isinstance(CATALOGUE[code].formula, MeanPerYear))
    found = answer(reader, replace(enquiry, indicators=timed, periods=tuple(sorted(enquiry.periods))))
    for _, rows in groupby(found, key=lambda row: (row["indicator"], row["unit"])):
        yield list(rows)


def charted(reader: Reader, series: Sequence[Row], rebase: Sequence[Period] = ()) -> Iterator[dict[str, Any]]:
    """The answers of one series, oldest first, as `control_rows`."""
    points, events = reader.thresholds.whole("chart_points"), reader.thresholds.whole("chart_events")
    indicator, periods = CATALOGUE[series[0]["indicator"]], [row["period"] for row in series]
    share, first = isinstance(indicator.formula, Ratio), Period.parse(periods[0])
    chart = gated(
        _complete(series, "value"),
        target=series[-1]["plan"],
        better=None if indicator.direction is Direction.NEUTRAL else indicator.direction,
        stock=not share and _of(indicator, Kind.STOCK),
        season=1 if share else _season(indicator, first),
        first=1 if share else first.index,
        events=_complete(series, "numerator") if share else None,
        rebase=[periods.index(period.code) for period in rebase],
        fewest=Fewest(points=points, events=events),
    )
    whole = {name: getattr(chart, name) for name in _OF_THE_CHART}
    for row, point in zip(series, chart.chart.points, strict=True):
        given = {name: row[name] for name in (*_PLACE, "value", "state", "plan")}
        yield {**given, "charted": point.value, **{name: getattr(point, name) for name in _OF_THE_POINT}, **whole}


def _complete(series: Sequence[Row], name: str) -> list[float | None]:
    return [float(row[name]) if row["state"] is State.REPORTED and row[name] is not None else None for row in series]


def _of(indicator: Indicator, kind: Kind) -> bool:
    return all(MEASURES[measure].over_time is kind for measure in measures_of(indicator.formula))


def _season(indicator: Indicator, period: Period) -> int:
    """Periods a year of what has a season: flows."""
    return len(period.whole_year.parts(period.frequency)) if _of(indicator, Kind.FLOW) else 1


def funnel_rows(reader: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """The enquiry's units against their own average, a row (keys: FUNNEL_COLUMNS) a unit; of ratios only.

    Compared are units whose value is complete. A share is judged as a proportion where no unit exceeds 1, else, like
    what is counted per thousand, as a rate.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    ratios = tuple(code for code in enquiry.indicators if isinstance(CATALOGUE[code].formula, Ratio))
    found = sorted(answer(reader, replace(enquiry, indicators=ratios)), key=_by_period)
    comparable = reader.thresholds.whole("dispersion_units")
    return [row for _, rows in groupby(found, key=_by_period) for row in compared(list(rows), comparable)]


def _by_period(row: Row) -> tuple[str, str]:
    return row["indicator"], row["period"]


def compared(rows: Sequence[Row], comparable: int) -> Iterator[dict[str, Any]]:
    """The answers of one ratio and period against their own average, as `funnel_rows`.

    Over-dispersion is allowed for from `comparable` units on.
    """
    formula = CATALOGUE[rows[0]["indicator"]].formula
    per = formula.per if isinstance(formula, Ratio) else 1
    over, under = _complete(rows, "numerator"), _complete(rows, "denominator")
    exceeds = any(x is not None and n is not None and x > n for x, n in zip(over, under, strict=True))
    funnel = compare(over, under, Compared.RATE if exceeds or per != 1 else Compared.PROPORTION, comparable=comparable)
    whole = {name: getattr(funnel, name) for name in ("kind", "dispersion", "tau2", "adjusted")}
    for row, unit in zip(rows, funnel.units, strict=True):
        given = {name: row[name] for name in (*_PLACE, "value", "numerator", "denominator")}
        limits = {name: _times(per, getattr(unit.limits, name, None)) for name in _LIMITS}
        yield {**given, "average": _times(per, funnel.average), **limits, "verdict": unit.verdict, **whole}


def _times(per: int, value: float | None) -> float | None:
    return None if value is None else per * value


def forecast_rows(reader: Reader, enquiry: Enquiry, horizon: int | None = None) -> list[dict[str, Any]]:
    """What follows each unit's series, a row (keys: FORECAST_COLUMNS) a period ahead; by default a year, of years two.

    The series are the enquiry's periods; a value that is not complete is missing, and the first missing one at the end
    is the first forecast.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [row for series in _series(reader, enquiry) for row in ahead(series, horizon)]


def ahead(series: Sequence[Row], horizon: int | None = None) -> Iterator[dict[str, Any]]:
    """What follows the answers of one series, oldest first, as `forecast_rows`."""
    indicator, values = CATALOGUE[series[0]["indicator"]], _complete(series, "value")
    period = Period.parse(series[0]["period"])
    in_a_year = len(period.whole_year.parts(period.frequency))
    steps = horizon or (2 if period.frequency is Frequency.YEAR else in_a_year)
    found = forecast(values, steps, _season(indicator, period), _bounds(indicator, values))
    known = [place for place, value in enumerate(values) if value is not None]
    at = Period.parse(series[known[-1]]["period"]) if known else period
    for step in found.steps:
        at = at.next
        place = {name: series[-1][name] for name in _PLACE} | {"period": at.code}
        said = {name: getattr(step, name) for name in _STEP}
        yield {**place, **said, "method": found.method, "error": found.error}


def _bounds(indicator: Indicator, values: Sequence[float | None]) -> Bounds:
    if indicator.format in {Format.SIGNED_COUNT, Format.SIGNED_PERCENT}:
        return Bounds.FREE
    is_share = indicator.format.is_share and all(value is None or value <= 1 for value in values)
    return Bounds.SHARE if is_share else Bounds.COUNT
