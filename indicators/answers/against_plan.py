"""Units against their plans, as rows: level with the gap in people, pace within the year, progress of a term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from data.observations import Basis, Observations
from data.organisations.units import Unit
from data.periods import Frequency, Period
from data.reading.queries import Reader
from indicators.answers.breaks import breaks_between
from indicators.answers.enquiry import Enquiry, answer, level_name, requested_units
from indicators.answers.rows import LAST, PlacedRow, RowHead, SeriesBreak, ValueRow, widened
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.pace import PaceRule, PaceVerdict, ShareSource
from indicators.methods.progress import ProgressStatus
from indicators.values.against_plan import (
    PaceCase,
    TermProgress,
    gap_in_people,
    has_pace,
    level,
    pace_periods,
    term_progress,
)
from indicators.values.model import Indicator, measures_of
from indicators.values.reading import sources
from indicators.values.target import Plans, Target, ThreeWay
from indicators.values.value import State, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow(ValueRow):
    """A value with its three-way verdict and its gap in people; fields as in `level_rows`."""

    reading: ThreeWay | None
    people: int | None
    people_of_whole: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow(PlacedRow):
    """A unit's year against its plan; fields as in `pace_rows`."""

    plan: Fraction | None
    done: Fraction | None
    state: State
    expected: float | None
    index: float | None
    projection: float | None
    low: float | None
    high: float | None
    likely_low: float | None
    likely_high: float | None
    run_rate: float | None
    chance: float | None
    p_behind: float | None
    verdict: PaceVerdict
    share: float
    share_from: ShareSource
    years: int
    as_of: datetime | None
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class YearToDateRow(PlacedRow):
    """A unit's year up to the end of one of its sub-periods; fields as in `year_to_date_rows`."""

    done: Fraction | None
    expected: float | None
    share: float
    plan: Fraction | None
    year_before: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow(PlacedRow):
    """Progress of a plan of several years; fields as in `progress_rows`."""

    base_year: int
    base: Fraction | None
    value: Fraction | None
    target_year: int
    target: Fraction
    linear: float | None
    progress: float | None
    score: float | None
    status: ProgressStatus
    as_of: datetime | None
    basis: Basis
    break_: tuple[SeriesBreak, ...] = field(default=(), metadata=LAST)


def level_rows(reader: Reader, enquiry: Enquiry) -> list[LevelRow]:
    """The enquiry's values with a verdict that allows for chance, and the gap in people.

    `reading` is the three-way verdict of a share. `people` are the fewest more that reach the plan by which
    the row is judged; `people_of_whole` those that reach the plan of the unit asked for: over the rows of a level that
    is how its gap splits. None where there is no plan, no value, or no people to count.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    found = answer(reader, enquiry)
    wholes = found if enquiry.level is None else answer(reader, replace(enquiry, level=None))
    plans = {(row.indicator.code, row.period): row.plan for row in wholes if row.status is not Status.NOT_JUDGED}
    confidence = float(reader.thresholds.share("confidence_percent"))
    return [_with_gap(row, plans.get((row.indicator.code, row.period)), confidence) for row in found]


def _with_gap(row: ValueRow, whole: Fraction | None, confidence: float) -> LevelRow:
    if row.status is Status.NOT_JUDGED:
        return widened(LevelRow, row, reading=None, people=None, people_of_whole=None)
    found = level(row.indicator, row.computed, None if row.plan is None else Target(row.plan), confidence)
    people = None if whole is None else gap_in_people(row.indicator, row.computed, whole)
    return widened(LevelRow, row, reading=found.reading, people=found.people, people_of_whole=people)


def pace_rows(reader: Reader, enquiry: Enquiry) -> list[PaceRow]:
    """The pace of each unit after each period, for its own plan of the year.

    A whole year is measured up to its latest shorter return. `done` is what is known since
    1 January, `state` whether that is all; `expected` by now; `index` done over expected; `projection` of the year,
    the mean of its predictive distribution, `low`..`high` its 80 %, `likely_low`..`likely_high` its 95 % interval;
    `run_rate` needed in each period left; `chance` of reaching the plan, from which the `verdict` follows;
    `p_behind`, the probability of so few where exactly as many are expected; `share` of the year that is expected by
    now, from `years` past years (`share_from`). Indicators without a pace have no rows.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [_pace_row(reader, enquiry, one) for one in _paced(reader, enquiry)]


def year_to_date_rows(reader: Reader, enquiry: Enquiry) -> list[YearToDateRow]:
    """The year to date, one row per sub-period, cumulative since 1 January.

    `done` and `year_before` are None from the first sub-period on that was not reported in full; `expected` is the
    share of the plan due by then.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [row for one in _paced(reader, enquiry) for row in _year_to_date(enquiry, one)]


def progress_rows(reader: Reader, enquiry: Enquiry) -> list[ProgressRow]:
    """Progress of each unit whose plan of several years covers the period.

    `linear` is the share of the distance covered over the share of the time elapsed, the headline for shares;
    `progress` is growth achieved over growth needed, with its `score` and `status`.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    plans, found = Plans(reader.plans(enquiry.indicators)), []
    for indicator, (unit, period) in _unit_periods(reader, enquiry):
        plan = plans.of_term(indicator.code, unit.id, period.year)
        if plan is not None:
            years = (Period(plan.term.first - 1), period.whole_year)
            observations = _observed(reader, enquiry, indicator, {unit.id}, years)
            outcome = term_progress(indicator, unit.id, period, observations, plans)
            if outcome is not None:
                row = _progress_row(reader, enquiry, _head(enquiry, indicator, unit, period), outcome)
                since = breaks_between(indicator, unit.id, years[0].end, period.end, observations)
                found.append(replace(row, break_=since))
    return found


def _progress_row(reader: Reader, enquiry: Enquiry, head: RowHead, outcome: TermProgress) -> ProgressRow:
    return ProgressRow(
        **head,
        base_year=outcome.plan.term.first - 1,
        base=outcome.base,
        value=outcome.value,
        target_year=outcome.plan.term.last,
        target=outcome.plan.value,
        linear=outcome.progress.linear,
        progress=outcome.progress.value,
        score=outcome.progress.score,
        status=outcome.progress.status,
        as_of=reader.as_of,
        basis=enquiry.basis,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PaceItem:
    """A unit's year after one of its sub-periods."""

    unit: Unit
    case: PaceCase


def pace_rule(reader: Reader) -> PaceRule:
    """The rule for pace verdicts, from the thresholds in force."""
    share = reader.thresholds.share
    return PaceRule(
        early=share("pace_early_percent"),
        on_pace=float(share("pace_on_percent")),
        at_risk=float(share("pace_risk_percent")),
    )


def first_year(reader: Reader) -> int:
    """The first year of which parts were opened; 0 without any."""
    return min((period.year for period in reader.opened() if period.frequency is not Frequency.YEAR), default=0)


def _unit_periods(reader: Reader, enquiry: Enquiry) -> Iterator[tuple[Indicator, tuple[Unit, Period]]]:
    units, catalogue = requested_units(reader, enquiry), catalogue_of(reader.vocabulary)
    for code in enquiry.indicators:
        for spells in units.values():
            for period, unit in spells.items():
                yield catalogue[code], (unit, period)


def _paced(reader: Reader, enquiry: Enquiry) -> Iterator[_PaceItem]:
    catalogue = catalogue_of(reader.vocabulary)
    asked = replace(enquiry, indicators=tuple(code for code in enquiry.indicators if has_pace(catalogue[code])))
    root = reader.root().id
    units = requested_units(reader, asked).keys() | {root}
    years = {year for period in asked.periods for year in pace_periods(period)}
    known = {code: _observed(reader, asked, catalogue[code], units, sorted(years)) for code in asked.indicators}
    plans, since, rule = Plans(reader.plans(asked.indicators, units)), first_year(reader), pace_rule(reader)
    for indicator, (unit, period) in _unit_periods(reader, asked):
        case = PaceCase(
            indicator=indicator,
            period=_latest_opened_part(reader, period),
            observations=known[indicator.code],
            plans=plans,
            province=root,
            since=since,
            rule=rule,
            predecessors=reader.registry.predecessors,
        )
        yield _PaceItem(unit=unit, case=case)


def _observed(
    reader: Reader, enquiry: Enquiry, indicator: Indicator, units: set[int], periods: Sequence[Period]
) -> Observations:
    return reader.observations(
        sources(reader.vocabulary, measures_of(indicator.formula)), units, periods, enquiry.basis
    )


def _latest_opened_part(reader: Reader, period: Period) -> Period:
    """The latest open part of a year, quarters before halves and months; any other period is returned as is."""
    if period.frequency is not Frequency.YEAR:
        return period
    inside = [part for part in reader.opened() if part != period and period.contains(part)]
    order = (Frequency.QUARTER, Frequency.HALF, Frequency.MONTH)
    latest = (max((part for part in inside if part.frequency is f), default=None) for f in order)
    return next((part for part in latest if part is not None), period)


def _head(enquiry: Enquiry, indicator: Indicator, unit: Unit, period: Period) -> RowHead:
    level = level_name(enquiry, unit)
    return RowHead(indicator=indicator, unit=unit.code, unit_name=unit.name, level=level, period=period)


def _pace_row(reader: Reader, enquiry: Enquiry, one: _PaceItem) -> PaceRow:
    case, unit = one.case, one.unit
    found = case.pace(unit.id)
    done, complete = case.to_date(unit.id)
    return PaceRow(
        **_head(enquiry, case.indicator, unit, case.period),
        plan=case.plan(unit.id),
        done=done,
        state=State.REPORTED if complete else State.NOT_REPORTED if done is None else State.INCOMPLETE,
        expected=found.expected,
        index=found.index,
        projection=found.projection,
        low=found.low,
        high=found.high,
        likely_low=found.likely_low,
        likely_high=found.likely_high,
        run_rate=found.run_rate,
        chance=found.chance,
        p_behind=found.p_behind,
        verdict=found.verdict,
        share=found.share,
        share_from=found.basis,
        years=found.years,
        as_of=reader.as_of,
        basis=enquiry.basis,
    )


def _year_to_date(enquiry: Enquiry, one: _PaceItem) -> Iterator[YearToDateRow]:
    case, unit = one.case, one.unit.id
    plan = case.plan(unit)
    before = _sums(case.flows(unit, case.period.year - 1))
    now = _sums(case.flows(unit, case.period.year)[: case.period.index])
    for at, part in enumerate(case.period.whole_year.parts(case.period.frequency)):
        at_that_time = replace(case, period=part).pace(unit)
        yield YearToDateRow(
            **_head(enquiry, case.indicator, one.unit, part),
            done=now[at] if at < len(now) else None,
            expected=at_that_time.expected,
            share=at_that_time.share,
            plan=plan,
            year_before=before[at],
        )


def _sums(flows: Sequence[Fraction | None]) -> list[Fraction | None]:
    """Running totals; None from the first gap on."""
    found: list[Fraction | None] = []
    total: Fraction | None = Fraction(0)
    for flow in flows:
        total = None if total is None or flow is None else total + flow
        found.append(total)
    return found
