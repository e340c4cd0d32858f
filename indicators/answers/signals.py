"""Signals as rows: XmR charts, funnels against peers, forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import TypedDict

from data.measures import Kind
from data.periods import Frequency, Period
from data.reading.queries import Reader
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.rows import LAST, NOT_IN_FILES, PlacedRow, SeriesBreak, ValueRow
from indicators.answers.unit_ranks import unit_ranks
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.control import Assurance, Flag, Point, PointType
from indicators.methods.forecast import Bounds, Method, forecast
from indicators.methods.funnel import FunnelKind, FunnelVerdict, compare
from indicators.methods.gates import Gate, GatedChart, IconMinimums, gated_chart
from indicators.methods.movement import Grade, Way
from indicators.values.model import Direction, Format, Indicator, MeanPerYear, Ratio
from indicators.values.value import State, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRow(PlacedRow):
    """A point of an XmR chart with its limits and the chart's verdicts; fields as in `control_rows`."""

    value: Fraction | None
    state: State
    plan: Fraction | None
    charted: float | None
    mean: float | None
    lpl: float | None
    upl: float | None
    near_lower: float | None
    near_upper: float | None
    short: bool
    flag: Flag
    point_type: PointType
    variation: PointType | None
    assurance: Assurance | None
    gate: Gate | None
    deseasonalised: bool
    change: bool
    movement: Way | None
    movement_since: Period | None
    lasting: int | None
    grade: Grade | None
    gradual: bool = field(metadata=NOT_IN_FILES)
    break_: tuple[SeriesBreak, ...] = field(default=(), metadata=LAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow(PlacedRow):
    """A unit against the average of its peers; fields as in `funnel_rows`."""

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    average: float | None
    lower_95: float | None
    upper_95: float | None
    lower_998: float | None
    upper_998: float | None
    verdict: FunnelVerdict | None
    kind: FunnelKind
    dispersion: float | None
    tau2: float
    adjusted: bool
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    ranked: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRow(PlacedRow):
    """A forecast period of a series; fields as in `forecast_rows`."""

    value: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    method: Method
    error: float | None


def control_rows(reader: Reader, enquiry: Enquiry, rebase: Sequence[Period] = ()) -> list[ControlRow]:
    """The XmR chart of each unit's series over the enquiry's periods, a row a point.

    `charted` is a deseasonalised flow, the change of a stock, or a share; an incomplete value counts as missing, and so
    does a period left out between two of the enquiry's. Periods of different lengths are different charts.
    Limits are recomputed from each period of `rebase`. The plan of the last period is the target. Of the whole chart:
    `movement`, which way the latest points go, since `movement_since`; for how many points what `variation` says is
    `lasting`; and its `grade`, if they do not go the other way. Behind a `gate` there are no icons (`variation`,
    `assurance`) and no such readings, and points and limits are only drawn.

    Raises:
        ValueError: a period of `rebase` is not among the enquiry's.
        UnknownUnit, OutOfScope: as `indicators.answers.enquiry.answer`.
    """
    foreign = [period.code for period in rebase if period not in enquiry.periods]
    if foreign:
        raise ValueError(f"rebase at {', '.join(foreign)}: not among the periods asked for")
    return [row for series in _series(reader, enquiry) for row in control_series(reader, series, rebase)]


def _series(reader: Reader, enquiry: Enquiry) -> Iterator[list[ValueRow]]:
    """The rows of each indicator, unit and length of period, oldest first."""
    catalogue = catalogue_of(reader.vocabulary)
    timed = tuple(code for code in enquiry.indicators if not isinstance(catalogue[code].formula, MeanPerYear))
    periods = tuple(sorted(set(enquiry.periods), key=lambda period: (-period.frequency.months, period)))
    found = answer(reader, replace(enquiry, indicators=timed, periods=periods))
    for _, rows in groupby(found, key=lambda row: (row.indicator.code, row.unit, row.until.frequency)):
        yield list(rows)


def control_series(reader: Reader, series: Sequence[ValueRow], rebase: Sequence[Period] = ()) -> Iterator[ControlRow]:
    """The control rows of one series of periods of one length, given oldest first; its gaps are missing values."""
    points, events = reader.thresholds.whole("chart_points"), reader.thresholds.whole("chart_events")
    indicator, places = series[0].indicator, _places(series)
    share, last = isinstance(indicator.formula, Ratio), series[-1]
    plan = None if last.status is Status.NOT_JUDGED else last.plan
    season = 1 if share else _season(indicator, series[0].until)
    chart = gated_chart(
        _spaced(_complete(series, _value), places),
        target=None if plan is None else float(plan),
        better=None if indicator.direction is Direction.NEUTRAL else indicator.direction,
        stock=not share and _has_kind(indicator, Kind.STOCK),
        season=season,
        first=1 if season == 1 else series[0].until.index,
        events=_spaced(_complete(series, _numerator), places) if share else None,
        rebase=[place for row, place in zip(series, places, strict=True) if row.until in rebase],
        minimums=IconMinimums(points=points, events=events),
    )
    read = _read(chart, dict(zip(places, (row.until for row in series), strict=True)))
    for row, place in zip(series, places, strict=True):
        yield _control_row(row, chart.chart.points[place], chart, read)


class _Readings(TypedDict):
    """The columns of a control row that say what the latest points do."""

    movement: Way | None
    movement_since: Period | None
    lasting: int | None
    grade: Grade | None
    gradual: bool


def _read(chart: GatedChart, periods: Mapping[int, Period]) -> _Readings:
    moving = chart.movement
    return _Readings(
        movement=moving.way if moving else None,
        movement_since=periods[moving.start] if moving else None,
        lasting=chart.lasting,
        grade=chart.grade,
        gradual=moving is not None and moving.gradual,
    )


def _places(series: Sequence[ValueRow]) -> list[int]:
    """How many periods each row lies after the first."""
    first = series[0].until
    in_a_year = 12 // first.frequency.months
    return [(row.until.year - first.year) * in_a_year + row.until.index - first.index for row in series]


def _spaced(values: Sequence[float | None], places: Sequence[int]) -> list[float | None]:
    """The values at their places, None in the gaps between."""
    spaced: list[float | None] = [None] * (places[-1] + 1)
    for place, value in zip(places, values, strict=True):
        spaced[place] = value
    return spaced


def _control_row(row: ValueRow, point: Point, whole: GatedChart, read: _Readings) -> ControlRow:
    return ControlRow(
        **row.place,
        value=row.value,
        state=row.state,
        plan=row.plan,
        charted=point.value,
        mean=point.mean,
        lpl=point.lpl,
        upl=point.upl,
        near_lower=point.near_lower,
        near_upper=point.near_upper,
        short=point.short,
        flag=point.flag,
        point_type=point.point_type,
        variation=whole.variation,
        assurance=whole.assurance,
        gate=whole.gate,
        deseasonalised=whole.deseasonalised,
        change=whole.change,
        break_=row.break_,
        **read,
    )


_value = attrgetter("value")
_numerator = attrgetter("numerator")
_denominator = attrgetter("denominator")


def _complete(series: Sequence[ValueRow], of: Callable[[ValueRow], Fraction | None]) -> list[float | None]:
    return [float(found) if row.is_complete and (found := of(row)) is not None else None for row in series]


def _has_kind(indicator: Indicator, kind: Kind) -> bool:
    return indicator.kinds == {kind}


def _season(indicator: Indicator, period: Period) -> int:
    """Periods per year for seasonal series (flows), else 1."""
    return len(period.whole_year.parts(period.frequency)) if _has_kind(indicator, Kind.FLOW) else 1


def funnel_rows(reader: Reader, enquiry: Enquiry) -> list[FunnelRow]:
    """The enquiry's units against their own average, one row per unit; ratios only.

    Only units with a complete value are compared. A share is judged as a proportion where no unit exceeds 1, else, like
    what is counted per thousand, as a rate.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    catalogue = catalogue_of(reader.vocabulary)
    ratios = tuple(code for code in enquiry.indicators if isinstance(catalogue[code].formula, Ratio))
    found = sorted(answer(reader, replace(enquiry, indicators=ratios)), key=_by_period)
    comparable = reader.thresholds.whole("dispersion_units")
    return [row for _, rows in groupby(found, key=_by_period) for row in compare_units(list(rows), comparable)]


def _by_period(row: ValueRow) -> tuple[str, str]:
    return row.indicator.code, str(row.period)


def compare_units(rows: Sequence[ValueRow], comparable: int) -> Iterator[FunnelRow]:
    """The funnel rows of one ratio and period.

    Over-dispersion is allowed for from `comparable` units on. None of units that were not there yet.
    """
    if not rows:
        return
    formula = rows[0].indicator.formula
    per = formula.per if isinstance(formula, Ratio) else 1
    over, under = _complete(rows, _numerator), _complete(rows, _denominator)
    exceeds = any(x is not None and n is not None and x > n for x, n in zip(over, under, strict=True))
    funnel = compare(
        over, under, FunnelKind.RATE if exceeds or per != 1 else FunnelKind.PROPORTION, comparable=comparable
    )
    ranks = unit_ranks(rows)
    for row, unit in zip(rows, funnel.units, strict=True):
        limits, rank = unit.limits, ranks.get(row.unit)
        yield FunnelRow(
            **row.place,
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            average=_scaled(per, funnel.average),
            lower_95=_scaled(per, limits.lower_95) if limits else None,
            upper_95=_scaled(per, limits.upper_95) if limits else None,
            lower_998=_scaled(per, limits.lower_998) if limits else None,
            upper_998=_scaled(per, limits.upper_998) if limits else None,
            verdict=unit.verdict,
            kind=funnel.kind,
            dispersion=funnel.dispersion,
            tau2=funnel.tau2,
            adjusted=funnel.adjusted,
            rank=rank.rank if rank else None,
            rank_low=rank.low if rank else None,
            rank_high=rank.high if rank else None,
            ranked=rank.of if rank else None,
        )


def _scaled(per: int, value: float | None) -> float | None:
    return None if value is None else per * value


def forecast_rows(reader: Reader, enquiry: Enquiry, horizon: int | None = None) -> list[ForecastRow]:
    """Forecasts of each unit's series, one row per period; by default one year ahead, for annual series two.

    An incomplete value counts as missing; the forecast starts at the first missing value at the end of the series.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [row for series in _series(reader, enquiry) for row in forecast_series(series, horizon)]


def forecast_series(series: Sequence[ValueRow], horizon: int | None = None) -> Iterator[ForecastRow]:
    """The forecast rows of one series, given oldest first."""
    last = series[-1]
    indicator, values, periods = last.indicator, _complete(series, _value), [row.until for row in series]
    in_a_year = len(periods[0].whole_year.parts(periods[0].frequency))
    steps = horizon or (2 if periods[0].frequency is Frequency.YEAR else in_a_year)
    spaced = _spaced(values, _places(series))
    found = forecast(spaced, steps, _season(indicator, periods[0]), _bounds(indicator, values))
    known = [period for period, value in zip(periods, values, strict=True) if value is not None]
    at = known[-1] if known else periods[0]
    for step in found.steps:
        at = at.next
        place = last.place
        place["period"] = at
        yield ForecastRow(
            **place,
            value=step.value,
            low_80=step.low_80,
            high_80=step.high_80,
            low_95=step.low_95,
            high_95=step.high_95,
            method=found.method,
            error=found.error,
        )


def _bounds(indicator: Indicator, values: Sequence[float | None]) -> Bounds:
    if indicator.format in {Format.SIGNED_COUNT, Format.SIGNED_PERCENT}:
        return Bounds.FREE
    is_share = indicator.format.is_share and all(value is None or value <= 1 for value in values)
    return Bounds.SHARE if is_share else Bounds.COUNT
