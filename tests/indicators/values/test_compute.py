"""Values worked by hand: ratio of sums, years made of quarters, growth over units that gave both, states."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from data.observations import Plan
from data.periods import Period, Term
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.compute import SumRole, compute, compute_span, work
from indicators.values.target import Plans
from indicators.values.value import State, Value
from tests.indicators.in_memory import InMemoryObservations, Rows

QUARTERS = ("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4")
CELLS = ("T", "T.1", "T.1.1", "T.1.1.1", "T.1.1.2", "T.1.1.3")
A, B, C = "T.1.1.1", "T.1.1.2", "T.1.1.3"


def shown(value: Value, *names: str) -> tuple[object, ...]:
    return tuple(getattr(value, name) for name in names)


def value_of(code: str, given: InMemoryObservations, period: str, unit: str = "T", plans: Plans | None = None) -> Value:
    return compute(CATALOGUE[code], given.ids[unit], Period.parse(period), given, plans or Plans())


def members(start: int, admitted: int, end: int) -> dict[str, int | None]:
    return {"members_start": start, "admitted": admitted, "members_end": end}


def heads(members: int | None, posts: int | None) -> dict[str, int | None]:
    return {"village_heads_members": members, "village_heads": posts}


def plan(unit: int, value: str, term: str = "2019", indicator: str = "admissions") -> Plan:
    return Plan(
        unit=unit,
        term=Term.parse(term),
        indicator=indicator,
        value=Fraction(value),
        decision="QĐ 1",
        decision_date=date(2019, 1, 5),
        accepted_at=datetime(2019, 1, 6, tzinfo=UTC),
    )


def by_quarter(rows: list[Rows]) -> InMemoryObservations:
    given = InMemoryObservations(*CELLS)
    for period, values in zip(QUARTERS, rows, strict=False):
        given.put("B1", period, values)
    return given


def test_a_ratio_leaves_out_a_unit_without_a_denominator() -> None:
    given = InMemoryObservations(*CELLS).put("B3", "2019", {A: heads(40, 400), B: heads(68, 600), C: heads(49, None)})

    value = value_of("village_heads_member_share", given, "2019")

    assert value == Value(
        state=State.INCOMPLETE,
        value=Fraction("0.108"),
        numerator=Fraction(108),
        denominator=Fraction(1000),
        reporting=2,
        expected=3,
    )


def test_a_ratio_is_of_sums_and_not_the_mean_of_ratios() -> None:
    given = InMemoryObservations(*CELLS).put("B3", "2019", {A: heads(1, 1), B: heads(0, 3), C: heads(0, 4)})

    assert value_of("village_heads_member_share", given, "2019").value == Fraction(1, 8)


def test_a_zero_is_reported_and_a_blank_is_not() -> None:
    given = InMemoryObservations(*CELLS).put(
        "B1", "2019", {A: {"members_end": 0}, B: {"members_end": 7}, C: {"members_end": None}}
    )

    assert value_of("members", given, "2019", A) == Value(
        state=State.REPORTED, value=Fraction(0), numerator=Fraction(0), reporting=1, expected=1
    )
    assert value_of("members", given, "2019", C).state is State.NOT_REPORTED
    assert value_of("members", given, "2019") == Value(
        state=State.INCOMPLETE, value=Fraction(7), numerator=Fraction(7), reporting=2, expected=3
    )


@pytest.mark.parametrize("posts", [0, None])
def test_a_denominator_that_is_missing_or_zero_gives_no_value(posts: int | None) -> None:
    given = InMemoryObservations(*CELLS).put("B3", "2019", dict.fromkeys((A, B, C), heads(0, posts)))

    value = value_of("village_heads_member_share", given, "2019")

    assert value.value is None
    assert value.state is State.NOT_APPLICABLE


def test_a_numerator_that_nobody_gave_is_not_reported() -> None:
    given = InMemoryObservations(*CELLS).put("B3", "2019", dict.fromkeys((A, B, C), heads(None, 4)))

    assert value_of("village_heads_member_share", given, "2019").state is State.NOT_REPORTED


def test_a_measure_that_a_unit_never_has_does_not_apply() -> None:
    given = InMemoryObservations("T", "T.1", "T.1.1", "T.1.1.1").put("returns", "2019", {"T.1": {"returns_due": 3}})

    assert value_of("returns_on_time_share", given, "2019", "T.1.1").state is State.NOT_APPLICABLE


def test_a_year_of_quarters_sums_flows_and_takes_the_last_stock_and_the_first_opening() -> None:
    given = by_quarter(
        [{A: members(10, 1, 11)}, {A: members(11, 2, 13)}, {A: members(13, 0, 12)}, {A: members(12, 4, 16)}]
    )

    assert value_of("admissions", given, "2019", A).value == 7
    assert value_of("members", given, "2019", A).value == 16
    assert value_of("net_change", given, "2019", A).value == 6
    assert value_of("admission_rate", given, "2019", A).value == Fraction(7, 10)
    assert value_of("admissions", given, "2019-H1", A).value == 3


def test_a_year_return_goes_before_its_quarters() -> None:
    given = by_quarter([{A: members(10, 1, 11)}] * 4).put("B1", "2019", {A: members(10, 5, 15)})

    assert value_of("admissions", given, "2019", A).value == 5


def test_leaves_may_differ_in_how_they_return_the_year() -> None:
    given = by_quarter([{A: members(10, 1, 11)}] * 4).put("B1", "2019", {B: members(1, 5, 6), C: members(1, 2, 3)})

    value = value_of("admissions", given, "2019")

    assert shown(value, "value", "state", "reporting", "expected") == (4 + 5 + 2, State.REPORTED, 3, 3)


def test_a_leaf_that_missed_a_quarter_has_not_reported_the_year() -> None:
    full = {A: members(10, 1, 11), B: members(20, 2, 22), C: members(30, 3, 33)}
    given = by_quarter([full, {A: full[A], C: full[C]}, full, full])

    admissions = value_of("admissions", given, "2019")

    assert shown(admissions, "value", "state", "reporting", "expected") == (
        16,
        State.INCOMPLETE,
        2,
        3,
    )
    assert value_of("members", given, "2019").value == 44
    assert value_of("admissions", given, "2019", B).state is State.INCOMPLETE
    assert value_of("admissions", given, "2019", B).value is None


def test_a_year_still_running_has_no_value_but_is_known_to_be_incomplete() -> None:
    given = by_quarter([{A: members(10, 1, 11)}, {A: members(11, 2, 13)}])

    assert value_of("members", given, "2019", A) == Value(state=State.INCOMPLETE, expected=1)
    assert value_of("members", given, "2019", B) == Value(state=State.NOT_REPORTED, expected=1)


def test_a_leaf_that_ended_within_the_year_counts_with_its_flows() -> None:
    given = InMemoryObservations(*CELLS, lives={C: (date(1990, 1, 1), date(2019, 5, 31))})
    for period in QUARTERS:
        given.put("B1", period, {A: members(10, 1, 11), B: members(10, 1, 11)})
    given.put("B1", "2019-Q1", {C: members(5, 3, 8)})
    given.put("B1", "2019-Q4", {B: {"admitted": 1, "members_end": None}})

    whole = value_of("admissions", given, "2019")
    paired = value_of("net_change", given, "2019")

    assert shown(whole, "value", "state", "reporting", "expected") == (4 + 4 + 3, State.REPORTED, 2, 2)
    assert shown(paired, "value", "reporting", "expected") == (11 - 10 - 5, 1, 2)


def test_a_leaf_founded_within_the_year_counts_from_then_on() -> None:
    given = InMemoryObservations(*CELLS, lives={C: (date(2019, 7, 1), None)})
    for period in QUARTERS:
        given.put("B1", period, {A: members(10, 1, 11), B: members(10, 1, 11)})
    for period in QUARTERS[2:]:
        given.put("B1", period, {C: members(5, 3, 8)})

    assert value_of("admissions", given, "2019").value == 14
    assert value_of("net_change", given, "2019").value == 11 + 11 + 8 - 20
    assert value_of("admissions", given, "2019", C) == Value(
        state=State.REPORTED, value=Fraction(6), numerator=Fraction(6), reporting=1, expected=1
    )
    assert value_of("admission_rate", given, "2019", C).state is State.NOT_APPLICABLE


def test_counts_that_the_store_derives_describe_the_end_of_the_year() -> None:
    given = InMemoryObservations("T", "T.1", "T.1.1")
    for period, none in zip(QUARTERS[1:], (1, 1, 0), strict=True):
        given.put("bases", period, {"T.1.1": {"bases_not_excused": 1, "bases_without_admission": none}})

    assert value_of("bases_without_admission", given, "2019-Q3").value == 1
    assert value_of("bases_without_admission", given, "2019") == Value(
        state=State.REPORTED, value=Fraction(0), numerator=Fraction(0), reporting=1, expected=1
    )


def test_history_stands_in_where_cells_did_not_return() -> None:
    given = InMemoryObservations(*CELLS)
    given.put("LS", "1997", {"T.1": {"members_end": 40, "admitted": 4}})
    given.put("LS", "1998", {"T.1": {"members_end": 50, "admitted": 12}})
    given.put("B1", "1998", {A: members(40, 13, 51), B: members(0, 0, 0), C: members(0, 0, 0)})

    assert value_of("members", given, "1997").value == 40
    assert value_of("members", given, "1998").value == 51


def test_a_year_of_the_history_opens_with_the_close_of_the_year_before() -> None:
    given = InMemoryObservations(*CELLS)
    given.put("LS", "1997", {"T.1": {"members_end": 40, "admitted": 4}})
    given.put("LS", "1998", {"T.1": {"members_end": 50, "admitted": 12}})

    assert value_of("admission_rate", given, "1998").value == Fraction(12, 40)
    assert value_of("admission_rate", given, "1997").state is State.NOT_APPLICABLE


def test_growth_compares_with_the_base() -> None:
    given = InMemoryObservations("T", "T.1", "T.1.1", A)
    given.put("LS", "1997", {"T.1": {"members_end": 43306, "admitted": 0}})
    given.put("B1", "2018", {A: members(0, 0, 80000)})
    given.put("B1", "2019", {A: members(80000, 0, 85659)})

    since = value_of("members_growth_since_1997", given, "2019")

    assert since.value == Fraction(85659, 43306) - 1
    assert round(float(since.value) * 100, 1) == 97.8
    assert value_of("members_growth_yoy", given, "2019").value == Fraction(85659, 80000) - 1
    assert value_of("members_growth_since_1997", given, "1997").value == 0


def test_growth_without_a_base_does_not_apply() -> None:
    given = InMemoryObservations("T", "T.1", "T.1.1", A).put("B1", "2019", {A: members(0, 0, 5)})

    assert value_of("members_growth_yoy", given, "2019").state is State.NOT_APPLICABLE
    assert value_of("members_growth_since_1997", given, "1996").state is State.NOT_APPLICABLE


def test_growth_does_not_count_a_unit_that_is_missing_now_as_lost() -> None:
    given = InMemoryObservations(*CELLS)
    given.put("B1", "2018", {A: members(0, 0, 100), B: members(0, 0, 100), C: members(0, 0, 100)})
    given.put("B1", "2019", {A: members(0, 0, 110), B: members(0, 0, 120)})

    value = value_of("members_growth_yoy", given, "2019")

    assert value == Value(
        state=State.INCOMPLETE,
        value=Fraction(30, 200),
        numerator=Fraction(230),
        denominator=Fraction(200),
        reporting=2,
        expected=3,
    )


def test_growth_since_the_history_is_paired_by_district() -> None:
    given = InMemoryObservations("T", "T.1", "T.2", "T.1.1", "T.2.1", "T.1.1.1", "T.2.1.1")
    given.put("LS", "1997", {"T.1": {"members_end": 50}, "T.2": {"members_end": 70}})
    given.put("B1", "2019", {"T.1.1.1": members(0, 0, 80)})

    value = value_of("members_growth_since_1997", given, "2019")

    assert shown(value, "numerator", "denominator", "state") == (80, 50, State.INCOMPLETE)


def test_a_merger_is_no_loss_when_growth_is_paired() -> None:
    given = InMemoryObservations(*CELLS, "T.1.1.4", lives={C: (date(1990, 1, 1), date(2018, 12, 31))})
    given.put(
        "B1", "2018", {A: members(0, 0, 10), B: members(0, 0, 10), C: members(0, 0, 10), "T.1.1.4": members(0, 0, 9)}
    )
    given.put("B1", "2019", {A: members(0, 0, 10), B: members(0, 0, 20)})

    value = value_of("members_growth_yoy", given, "2019")

    assert shown(value, "numerator", "denominator") == (30, 30)


def test_a_merged_unit_answers_for_its_predecessors_when_growth_is_paired() -> None:
    merged = {C: (B, date(2019, 1, 1))}
    given = InMemoryObservations(*CELLS, lives={C: (date(1990, 1, 1), date(2018, 12, 31))}, merged=merged)
    given.put("B1", "2018", {A: members(0, 0, 10), B: members(0, 0, 10), C: members(0, 0, 30)})
    given.put("B1", "2019", {A: members(0, 0, 15)})

    whole, cell = value_of("members_growth_yoy", given, "2019"), value_of("members_growth_yoy", given, "2019", B)

    assert shown(whole, "numerator", "denominator", "reporting", "expected") == (15, 10, 1, 2)
    assert shown(cell, "value", "state") == (None, State.NOT_REPORTED)


def test_a_successor_is_left_out_of_growth_when_a_predecessor_had_not_reported() -> None:
    merged = {C: (B, date(2019, 1, 1))}
    given = InMemoryObservations(*CELLS, lives={C: (date(1990, 1, 1), date(2018, 12, 31))}, merged=merged)
    given.put("B1", "2018", {A: members(0, 0, 10), B: members(0, 0, 10)})
    given.put("B1", "2019", {A: members(0, 0, 15), B: members(0, 0, 45)})

    whole, cell = value_of("members_growth_yoy", given, "2019"), value_of("members_growth_yoy", given, "2019", B)

    assert shown(whole, "numerator", "denominator", "state") == (15, 10, State.INCOMPLETE)
    assert shown(cell, "value", "state") == (None, State.INCOMPLETE)


def test_a_plan_rate_is_the_year_to_date_over_the_units_own_plan() -> None:
    given = by_quarter([{A: members(0, 3, 0)}, {A: members(0, 4, 0)}, {A: members(0, 2, 0)}, {A: members(0, 6, 0)}])
    plans = Plans([plan(given.ids[A], "20")])

    assert value_of("admissions_plan_rate", given, "2019", A, plans).value == Fraction(15, 20)
    assert value_of("admissions_plan_rate", given, "2019-Q2", A, plans).value == Fraction(7, 20)
    assert value_of("admissions_plan_rate", given, "2019-Q2", A, plans).state is State.REPORTED


def test_a_plan_rate_of_a_year_still_running_is_incomplete() -> None:
    given = by_quarter([{A: members(0, 3, 0)}, {A: members(0, 4, 0)}])

    value = value_of("admissions_plan_rate", given, "2019", A, Plans([plan(given.ids[A], "20")]))

    assert shown(value, "value", "state") == (Fraction(7, 20), State.INCOMPLETE)


def test_what_a_missing_unit_admitted_before_stays_in_the_year_to_date() -> None:
    given = by_quarter([{A: members(0, 3, 0), B: members(0, 5, 0), C: members(0, 0, 0)}, {A: members(0, 4, 0)}])

    value = value_of("admissions_plan_rate", given, "2019", "T", Plans([plan(given.ids["T"], "24")]))

    assert shown(value, "value", "reporting", "expected") == (Fraction(12, 24), 1, 3)


@pytest.mark.parametrize("planned", [[], ["0"]])
def test_a_plan_rate_without_a_plan_or_with_a_plan_of_zero_does_not_apply(planned: list[str]) -> None:
    given = by_quarter([{A: members(0, 3, 0)}] * 4)

    value = value_of("admissions_plan_rate", given, "2019", A, Plans([plan(given.ids[A], p) for p in planned]))

    assert shown(value, "value", "state") == (None, State.NOT_APPLICABLE)


def test_the_mean_per_year_prints_its_divisor() -> None:
    given = InMemoryObservations("T", "T.1")
    for year in range(1997, 2020):
        given.put("LS", str(year), {"T.1": {"admitted": 2339 if year > 1997 else 2342, "members_end": 0}})

    span = [Period(year) for year in range(1997, 2020)]
    value = compute_span(CATALOGUE["admissions_per_year_mean"], given.ids["T"], span, given)

    assert value == Value(
        state=State.REPORTED,
        value=Fraction(53800, 23),
        numerator=Fraction(53800),
        denominator=Fraction(23),
        reporting=1,
        expected=1,
    )


def test_a_year_without_returns_is_not_in_the_divisor_of_the_mean() -> None:
    given = (
        InMemoryObservations("T", "T.1")
        .put("LS", "1997", {"T.1": {"admitted": 10}})
        .put("LS", "1999", {"T.1": {"admitted": 30}})
    )

    span = [Period(1997), Period(1998), Period(1999)]
    value = compute_span(CATALOGUE["admissions_per_year_mean"], given.ids["T"], span, given)

    assert shown(value, "value", "denominator", "state") == (20, 2, State.INCOMPLETE)


def test_only_a_mean_per_year_has_a_value_for_a_span() -> None:
    given = InMemoryObservations("T", "T.1")

    with pytest.raises(TypeError, match="members is no mean per year"):
        compute_span(CATALOGUE["members"], given.ids["T"], [Period(2019)], given)


def test_the_working_names_the_leaves_that_were_counted() -> None:
    given = InMemoryObservations(*CELLS).put("B3", "2019", {A: heads(40, 400), B: heads(68, 600), C: heads(49, None)})

    working = work(CATALOGUE["village_heads_member_share"], given.ids["T"], Period(2019), given, Plans())

    assert [part.role for part in working.parts] == [SumRole.NUMERATOR, SumRole.DENOMINATOR]
    assert [use.leaves for use in working.parts[0].reading.uses] == [frozenset({given.ids[A], given.ids[B]})]


def test_units_that_ended_early_in_a_running_year_are_not_taken_for_the_year() -> None:
    given = InMemoryObservations(*CELLS, lives={C: (date(1990, 1, 1), date(2019, 3, 31))})
    given.put("B1", "2019-Q1", dict.fromkeys((A, B, C), members(10, 1, 11)))
    given.put("B1", "2019-Q2", dict.fromkeys((A, B), members(11, 1, 12)))

    assert shown(value_of("admissions", given, "2019"), "value", "state") == (None, State.INCOMPLETE)
