"""Where units stand against their plans, as rows: level with the gap in people, pace within the year, way of a term."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from data.observations import Observations
from data.organisations.units import Unit
from data.periods import Frequency, Period
from data.reading.queries import Reader
from indicators.answers import enquiry as answers
from indicators.answers.enquiry import Enquiry, answer, asked_units, level_name
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.pace import Rule
from indicators.values.against_plan import PaceCase, gap_in_people, has_pace, level, pace_periods, term_way
from indicators.values.model import Indicator, measures_of
from indicators.values.reading import sources
from indicators.values.target import Plans, Target
from indicators.values.value import State, Value

LEVEL_COLUMNS = (*answers.COLUMNS, "reading", "people", "people_of_whole")
_PLACE = ("indicator", "unit", "unit_name", "level", "period")
PACE_COLUMNS = (
    *_PLACE,
    "plan",
    "done",
    "state",
    "expected",
    "index",
    "projection",
    "low",
    "high",
    "likely_low",
    "likely_high",
    "run_rate",
    "chance",
    "p_behind",
    "verdict",
    "share",
    "share_from",
    "years",
    "as_of",
    "basis",
)
COURSE_COLUMNS = (*_PLACE, "done", "expected", "share", "plan", "year_before")
PROGRESS_COLUMNS = (
    *_PLACE,
    "base_year",
    "base",
    "value",
    "target_year",
    "target",
    "linear",
    "progress",
    "score",
    "status",
    "as_of",
    "basis",
)

_OF_THE_PACE = ("index", "projection", "low", "high", "likely_low", "likely_high", "run_rate", "chance", "p_behind")


def level_rows(reader: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """The enquiry's answers (keys: LEVEL_COLUMNS) with what few cases allow to say, and the gap in people.

    `reading` is the three-way one of a share of few cases. `people` are the fewest more that reach the plan by which
    the row is judged; `people_of_whole` those that reach the plan of the unit asked for: over the rows of a level that
    is how its gap splits. None where there is no plan, no value, or no people to count.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    found = answer(reader, enquiry)
    wholes = found if enquiry.level is None else answer(reader, replace(enquiry, level=None))
    plans = {(row["indicator"], row["period"]): row["plan"] for row in wholes}
    confidence = float(reader.thresholds.share("confidence_percent"))
    return [_with_gap(row, plans.get((row["indicator"], row["period"])), confidence) for row in found]


def _with_gap(row: Mapping[str, Any], whole: Fraction | None, confidence: float) -> dict[str, Any]:
    indicator = CATALOGUE[row["indicator"]]
    names = ("state", "value", "numerator", "denominator", "reporting", "expected")
    value = Value(**{name: row[name] for name in names})
    found = level(indicator, value, None if row["plan"] is None else Target(row["plan"]), confidence)
    people = None if whole is None else gap_in_people(indicator, value, whole)
    return {**row, "reading": found.reading, "people": found.people, "people_of_whole": people}


def pace_rows(reader: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """The pace (keys: PACE_COLUMNS) of each unit after each period, for its own plan of the year.

    A year that is asked for as a whole is taken as far as its shorter returns go. `done` is what is known since
    1 January, `state` whether that is all; `expected` by now; `index` done over expected; `projection` of the year,
    `low`..`high` over the past years, `likely_low`..`likely_high` what chance makes of it (95 %); `run_rate` needed in
    each period left; `chance` of reaching the plan; `p_behind` of so few by now when on pace; `share` of the year that
    is expected by now, from `years` past years (`share_from`). Indicators without a pace have no rows.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [_pace_row(reader, enquiry, one) for one in _paced(reader, enquiry)]


def course_rows(reader: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """A year's way, a row (keys: COURSE_COLUMNS) for each sub-period up to its end, everything counted since 1 January.

    `done` and `year_before` are None from the first sub-period on that was not reported in full; `expected` is the
    plan's share by then.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    return [row for one in _paced(reader, enquiry) for row in _course(enquiry, one)]


def progress_rows(reader: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """The way of a plan of several years (keys: PROGRESS_COLUMNS) of each unit that has one around the period.

    `linear` is the share of the way gone over the share of the time gone, the headline of a share; `progress` is growth
    achieved over growth needed, with its `score` and `status`.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    plans, found = Plans(reader.plans(enquiry.indicators)), []
    for indicator, (unit, period) in _each(reader, enquiry):
        plan = plans.of_term(indicator.code, unit.id, period.year)
        if plan is not None:
            years = (Period(plan.term.first - 1), period.whole_year)
            observations = _observed(reader, enquiry, indicator, {unit.id}, years)
            way = term_way(indicator, unit.id, period, observations, plans)
            if way is not None:
                span = (years[0].year, way.base, way.value, plan.term.last, plan.value)
                said = (way.progress.linear, way.progress.value, way.progress.score, way.progress.status)
                row = (*_place(enquiry, indicator, unit, period), *span, *said, reader.as_of, enquiry.basis)
                found.append(dict(zip(PROGRESS_COLUMNS, row, strict=True)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paced:
    """One unit's year, after a sub-period of it."""

    unit: Unit
    case: PaceCase


def pace_rule(reader: Reader) -> Rule:
    """When a pace is given a verdict, by the thresholds in force."""
    share = reader.thresholds.share
    return Rule(early=share("pace_early_percent"), behind=float(share("pace_behind_percent")))


def _each(reader: Reader, enquiry: Enquiry) -> Iterator[tuple[Indicator, tuple[Unit, Period]]]:
    units = asked_units(reader, enquiry)
    for code in enquiry.indicators:
        for spells in units.values():
            for period, unit in spells.items():
                yield CATALOGUE[code], (unit, period)


def _paced(reader: Reader, enquiry: Enquiry) -> Iterator[_Paced]:
    asked = replace(enquiry, indicators=tuple(code for code in enquiry.indicators if has_pace(CATALOGUE[code])))
    root = reader.root().id
    units = asked_units(reader, asked).keys() | {root}
    years = {year for period in asked.periods for year in pace_periods(period)}
    known = {code: _observed(reader, asked, CATALOGUE[code], units, sorted(years)) for code in asked.indicators}
    plans = Plans(reader.plans(asked.indicators, units))
    for indicator, (unit, period) in _each(reader, asked):
        case = PaceCase(
            indicator=indicator,
            period=_as_far_as_returned(reader, period),
            observations=known[indicator.code],
            plans=plans,
            province=root,
            rule=pace_rule(reader),
        )
        yield _Paced(unit=unit, case=case)


def _observed(
    reader: Reader, enquiry: Enquiry, indicator: Indicator, units: set[int], periods: Sequence[Period]
) -> Observations:
    return reader.observations(sources(measures_of(indicator.formula)), units, periods, enquiry.basis)


def _as_far_as_returned(reader: Reader, period: Period) -> Period:
    """Of a year the last shorter period that is opened, quarters before halves and months; else the period itself."""
    if period.frequency is not Frequency.YEAR:
        return period
    inside = [part for part in reader.opened() if part != period and period.contains(part)]
    order = (Frequency.QUARTER, Frequency.HALF, Frequency.MONTH)
    latest = (max((part for part in inside if part.frequency is f), default=None) for f in order)
    return next((part for part in latest if part is not None), period)


def _place(enquiry: Enquiry, indicator: Indicator, unit: Unit, period: Period) -> tuple[str, ...]:
    return indicator.code, unit.code, unit.name, level_name(enquiry, unit), period.code


def _pace_row(reader: Reader, enquiry: Enquiry, one: _Paced) -> dict[str, Any]:
    case, unit = one.case, one.unit
    found = case.pace(unit.id)
    done, complete = case.to_date(unit.id)
    place = dict(zip(_PLACE, _place(enquiry, case.indicator, unit, case.period), strict=True))
    return {
        **place,
        "plan": case.plan(unit.id),
        "done": done,
        "state": State.REPORTED if complete else State.NOT_REPORTED if done is None else State.INCOMPLETE,
        "expected": found.expected,
        **{name: getattr(found, name) for name in _OF_THE_PACE},
        "verdict": found.verdict,
        "share": found.share,
        "share_from": found.basis,
        "years": found.years,
        "as_of": reader.as_of,
        "basis": enquiry.basis,
    }


def _course(enquiry: Enquiry, one: _Paced) -> Iterator[dict[str, Any]]:
    case, unit = one.case, one.unit.id
    plan = case.plan(unit)
    before = _sums(case.flows(unit, case.period.year - 1))
    now = _sums(case.flows(unit, case.period.year)[: case.period.index])
    for place, part in enumerate(case.period.whole_year.parts(case.period.frequency)):
        at_that_time = replace(case, period=part).pace(unit)
        fields = (
            now[place] if place < len(now) else None,
            at_that_time.expected,
            at_that_time.share,
            plan,
            before[place],
        )
        yield dict(zip(COURSE_COLUMNS, (*_place(enquiry, case.indicator, one.unit, part), *fields), strict=True))


def _sums(flows: Sequence[Fraction | None]) -> list[Fraction | None]:
    """Sums from the first flow on; None from the first gap on."""
    found: list[Fraction | None] = []
    total: Fraction | None = Fraction(0)
    for flow in flows:
        total = None if total is None or flow is None else total + flow
        found.append(total)
    return found
