"""Plans, verdicts, people needed, and Wilson's interval against published tables and statsmodels."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, strategies
from statsmodels.stats.proportion import proportion_confint

from data.observations import Plan
from data.periods import Period, Term
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.model import Direction
from indicators.values.target import Plans, Target, ThreeWay, gap, people_needed, plan_for, three_way, verdict, wilson
from indicators.values.value import State, Status, Value

PROVINCE, DISTRICT, BASE = 1, 2, 3
HEADS, ADMISSIONS, RATE = (
    CATALOGUE[code] for code in ("village_heads_member_share", "admissions", "admissions_plan_rate")
)
VILLAGES = CATALOGUE["villages_without_members"]


def plan(unit: int, term: str, indicator: str, value: str, decided: str = "2019-01-05") -> Plan:
    return Plan(
        unit=unit,
        term=Term.parse(term),
        indicator=indicator,
        value=Fraction(value),
        decision=f"QĐ {value}",
        decision_date=date.fromisoformat(decided),
        accepted_at=datetime(2019, 1, 6, tzinfo=UTC),
    )


def value_of(plans: list[Plan], code: str, unit: int, period: str, *above: int) -> Fraction | None:
    target = plan_for(CATALOGUE[code], unit, Period.parse(period), Plans(plans), above)
    return target.value if target else None


def reported(value: Fraction | None, state: State = State.REPORTED) -> Value:
    return Value(state=state, value=value, numerator=value)


def test_a_shares_plan_is_inherited_from_the_nearest_above() -> None:
    plans = [plan(PROVINCE, "2019", HEADS.code, "0.75"), plan(DISTRICT, "2019", HEADS.code, "0.8")]

    assert value_of(plans, HEADS.code, BASE, "2019", DISTRICT, PROVINCE) == Fraction("0.8")
    assert value_of(plans, HEADS.code, PROVINCE, "2019") == Fraction("0.75")


def test_a_counts_plan_is_not_inherited() -> None:
    plans = [plan(PROVINCE, "2019", ADMISSIONS.code, "2400")]

    assert value_of(plans, ADMISSIONS.code, DISTRICT, "2019", PROVINCE) is None
    assert value_of(plans, ADMISSIONS.code, PROVINCE, "2019") == 2400


def test_a_years_plan_goes_before_a_terms_and_the_units_own_term_before_what_is_above() -> None:
    plans = [
        plan(DISTRICT, "2016..2020", HEADS.code, "0.7"),
        plan(PROVINCE, "2019", HEADS.code, "0.75"),
        plan(DISTRICT, "2020", HEADS.code, "0.72"),
    ]

    assert value_of(plans, HEADS.code, DISTRICT, "2019", PROVINCE) == Fraction("0.7")
    assert value_of(plans, HEADS.code, DISTRICT, "2020", PROVINCE) == Fraction("0.72")
    assert value_of(plans, HEADS.code, DISTRICT, "2015", PROVINCE) == Fraction("0.75")


def test_a_terms_plan_of_a_flow_is_no_level_for_one_year() -> None:
    plans = [
        plan(PROVINCE, "2016..2020", ADMISSIONS.code, "12000"),
        plan(PROVINCE, "2016..2020", VILLAGES.code, "3"),
    ]

    assert value_of(plans, ADMISSIONS.code, PROVINCE, "2019") is None
    assert value_of(plans, VILLAGES.code, PROVINCE, "2019") == 3


def test_the_plan_decided_last_holds() -> None:
    plans = [
        plan(PROVINCE, "2019", ADMISSIONS.code, "2500", "2019-07-01"),
        plan(PROVINCE, "2019", ADMISSIONS.code, "2400", "2019-01-05"),
    ]

    assert value_of(plans, ADMISSIONS.code, PROVINCE, "2019") == 2500


@pytest.mark.parametrize("period", ["2019-Q4", "2019-H2", "2019-M12"])
def test_only_years_have_a_level(period: str) -> None:
    plans = [plan(PROVINCE, "2019", HEADS.code, "0.75")]

    assert value_of(plans, HEADS.code, PROVINCE, period) is None


def test_an_indicators_standard_holds_where_nothing_was_decided() -> None:
    assert plan_for(CATALOGUE["returns_on_time_share"], DISTRICT, Period(2019), Plans()) == Target(Fraction(1))
    assert plan_for(VILLAGES, BASE, Period(2019), Plans()) == Target(Fraction(0))
    assert plan_for(HEADS, BASE, Period(2019), Plans()) == Target(Fraction("0.75"))
    assert plan_for(CATALOGUE["removals"], BASE, Period(2019), Plans([plan(BASE, "2019", "removals", "1")])) is None


@pytest.mark.parametrize(("planned", "expected"), [([], None), (["0"], None), (["20"], Fraction(1))])
def test_a_plan_rate_has_a_plan_only_where_the_unit_has_one_to_carry_out(
    planned: list[str], expected: Fraction | None
) -> None:
    plans = [plan(DISTRICT, "2019", ADMISSIONS.code, value) for value in planned]

    assert value_of(plans, RATE.code, DISTRICT, "2019", PROVINCE) == expected


@pytest.mark.parametrize(
    ("value", "direction", "status"),
    [
        (Fraction(55, 100), Direction.HIGHER, Status.MET),
        (Fraction(54, 100), Direction.HIGHER, Status.NOT_MET),
        (Fraction(55, 100), Direction.LOWER, Status.MET),
        (Fraction(56, 100), Direction.LOWER, Status.NOT_MET),
        (Fraction(55, 100), Direction.NEUTRAL, Status.MET),
        (Fraction(56, 100), Direction.NEUTRAL, Status.NOT_MET),
    ],
)
def test_a_plan_is_met_by_exact_fractions_in_its_direction(
    value: Fraction, direction: Direction, status: Status
) -> None:
    assert verdict(reported(value), Fraction("0.55"), direction) is status


@pytest.mark.parametrize("state", [State.INCOMPLETE, State.NOT_REPORTED, State.NOT_APPLICABLE])
def test_what_is_not_wholly_reported_decides_nothing(state: State) -> None:
    value = reported(Fraction(1) if state is State.INCOMPLETE else None, state)

    assert verdict(value, Fraction(1), Direction.HIGHER) is Status.CANNOT_TELL
    assert verdict(value, None, Direction.HIGHER) is Status.NO_PLAN


def test_the_gap_is_value_less_plan() -> None:
    assert gap(reported(Fraction("0.704")), Fraction("0.75")) == Fraction("-0.046")
    assert gap(reported(None, State.NOT_REPORTED), Fraction("0.75")) is None
    assert gap(reported(Fraction(1)), None) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "plan", "needed"),
    [(0, 100, "0.55", 55), (55, 100, "0.55", 0), (60, 100, "0.55", 0), (2, 3, "0.75", 1), (0, 0, "0.75", 0)],
)
def test_people_needed_are_counted_exactly(numerator: int, denominator: int, plan: str, needed: int) -> None:
    assert people_needed(numerator, denominator, Fraction(plan)) == needed


@given(
    strategies.lists(strategies.tuples(strategies.integers(0, 300), strategies.integers(0, 300)), min_size=1),
    strategies.fractions(0, 1, max_denominator=100),
)
def test_what_the_districts_need_is_at_least_what_the_province_needs(
    heads: list[tuple[int, int]], share: Fraction
) -> None:
    cases = [(min(pair), max(pair)) for pair in heads]
    whole = people_needed(sum(x for x, _ in cases), sum(n for _, n in cases), share)

    assert sum(people_needed(x, n, share) for x, n in cases) >= whole


@pytest.mark.parametrize(
    ("numerator", "denominator", "direction", "reading"),
    [
        (900, 1000, Direction.HIGHER, ThreeWay.MET),
        (600, 1000, Direction.HIGHER, ThreeWay.BEHIND),
        (6, 10, Direction.HIGHER, ThreeWay.TOO_FEW),
        (600, 1000, Direction.LOWER, ThreeWay.MET),
        (900, 1000, Direction.LOWER, ThreeWay.BEHIND),
    ],
)
def test_a_share_of_few_cases_is_not_judged(
    numerator: int, denominator: int, direction: Direction, reading: ThreeWay
) -> None:
    assert three_way(numerator, denominator, Fraction("0.75"), direction) is reading


@pytest.mark.parametrize(
    ("numerator", "denominator", "confidence", "lower", "upper"),
    [
        (65, 100, 0.95, 0.5525444329688797, 0.7363575175690247),
        (65, 100, 95, 0.5525444329688797, 0.7363575175690247),
        (1045, 5000, 0.998, 0.19179381799015244, 0.22731562902525818),
        (0.445, 1, 0.95, 0.04381744772058822, 0.9334621276979156),
        (1, 100, 0.998, 0.000873065697299977, 0.1045544528370582),
        (9856, 12345, 0.95, 0.7912101752909069, 0.8053640073614909),
        (7776456, 7564336677, 0.95, 0.0010273201001641094, 0.0010287644578977231),
        (2, 200, 0.95, 0.002746658133544438, 0.035721761716176796),
    ],
)
def test_wilson_agrees_with_the_published_tables(
    numerator: float, denominator: float, confidence: float, lower: float, upper: float
) -> None:
    assert wilson(numerator, denominator, confidence) == pytest.approx((lower, upper), rel=1e-9)


@given(strategies.data(), strategies.integers(1, 5000), strategies.sampled_from([0.9, 0.95, 0.998]))
def test_wilson_agrees_with_statsmodels(data: strategies.DataObject, denominator: int, confidence: float) -> None:
    numerator = data.draw(strategies.integers(0, denominator))

    assert wilson(numerator, denominator, confidence) == pytest.approx(
        proportion_confint(numerator, denominator, alpha=1 - confidence, method="wilson"), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "confidence"),
    [
        (-4, 1, 0.95),
        (80, 0, 0.95),
        (30, -100, 0.95),
        (101, 100, 0.95),
        (65, 100, 0.7),
        (65, 100, 14),
        (65, 100, 125),
    ],
)
def test_wilson_refuses_what_is_no_proportion(numerator: float, denominator: float, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"is no proportion|confidence"):
        wilson(numerator, denominator, confidence)


def test_of_none_and_of_all_the_interval_ends_at_the_end() -> None:
    for size in (1, 7, 10, 5000):
        none, everybody = wilson(0, size), wilson(size, size)
        assert none is not None
        assert everybody is not None
        assert (none[0], everybody[1]) == (0, 1)


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(None, 100), (10, None), (None, None), (math.nan, 100), (10, math.nan), (pd.NA, 100)],
)
def test_wilson_of_a_missing_count_is_missing(numerator: float | None, denominator: float | None) -> None:
    assert wilson(numerator, denominator, 0.95) is None
