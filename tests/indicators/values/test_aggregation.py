"""Sums over a small tree, years to date and reporting rates as DHIS2's own tests of aggregation expect them.

There units at every level give values; here only leaves do, so each inner unit of theirs is a leaf of its branch too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from data.observations import Plan
from data.periods import Period, Term
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.compute import compute
from indicators.values.target import Plans
from tests.indicators.in_memory import InMemoryObservations

# Their A holds B and C, B holds D and E.
A, B, C, D, E = "T", "T.1", "T.2", "T.1.1", "T.1.2"
TREE = (A, B, C, D, E, "T.2.1", "T.3", "T.3.1", "T.1.3")
LEAF = {A: "T.3.1.1", B: "T.1.3.1", C: "T.2.1.1", D: "T.1.1.1", E: "T.1.2.1"}
MONTHS = {month: f"2017-M{month:02}" for month in range(1, 13)}


def given() -> InMemoryObservations:
    """Three of their data elements: as admissions, members trained and, of one unit alone, inspections."""
    given = InMemoryObservations(*TREE, *LEAF.values())
    of_a = {1: {A: 2, B: 1, C: 5, D: 66, E: 1}, 2: {D: 233}}
    of_b = {1: {A: 100}, 2: {A: 4, B: 3, C: 10, D: 399, E: 1}}
    of_c = {2: {C: 23}, 3: {A: 6, B: 5, C: 15, E: 1}}
    for form, measure, values in (("B1", "admitted", of_a), ("B2", "made_official", of_b), ("B4", "violations", of_c)):
        for month, rows in values.items():
            code = "violations_found" if measure == "violations" else measure
            given.put(form, MONTHS[month], {LEAF[unit]: {code: value} for unit, value in rows.items()})
    return given


def to_date(given: InMemoryObservations, unit: str, month: int) -> Fraction | None:
    """Admissions since 1 January, which a plan of 1 leaves as they are."""
    plan = Plan(
        unit=given.ids[unit],
        term=Term(2017, 2017),
        indicator="admissions",
        value=Fraction(1),
        decision="QĐ 1",
        decision_date=date(2017, 1, 5),
        accepted_at=datetime(2017, 1, 6, tzinfo=UTC),
    )
    rate = CATALOGUE["admissions_plan_rate"]
    return compute(rate, given.ids[unit], Period.parse(MONTHS[month]), given, Plans([plan])).value


def month_of(given: InMemoryObservations, code: str, unit: str, month: int) -> Fraction | None:
    return compute(CATALOGUE[code], given.ids[unit], Period.parse(MONTHS[month]), given, Plans()).value


@pytest.mark.parametrize(
    ("unit", "month", "expected"),
    [(A, 3, 308), (A, 12, 308), (B, 1, 68), (A, 2, 308), (D, 3, 299), (C, 3, 5)],
)
def test_a_sum_counts_every_unit_of_the_branch_and_every_month_wholly_inside(
    unit: str, month: int, expected: int
) -> None:
    assert to_date(given(), unit, month) == expected


@pytest.mark.parametrize(
    ("code", "unit", "month", "expected"),
    [
        ("violations_found", B, 3, 6),
        ("violations_found", A, 3, 27),
        ("admissions", A, 1, 75),
        ("admissions", A, 2, 233),
        ("made_official", A, 2, 417),
    ],
)
def test_a_month_is_the_sum_over_the_branch(code: str, unit: str, month: int, expected: int) -> None:
    assert month_of(given(), code, unit, month) == expected


def test_two_months_and_two_measures_add_up() -> None:
    there = given()

    def months(code: str, *numbers: int) -> Fraction:
        return sum((month_of(there, code, A, month) or Fraction(0) for month in numbers), start=Fraction(0))

    assert months("made_official", 1, 2) + months("violations_found", 2, 3) == 567
    assert months("admissions", 1, 2) == 308


@pytest.mark.parametrize(("month", "expected"), [(4, None), (5, 1), (6, 3), (7, 7), (8, 7), (9, 7)], ids=str)
def test_the_year_to_date_holds_what_came_and_is_nothing_before_anything_came(month: int, expected: int | None) -> None:
    there = InMemoryObservations(*TREE, *LEAF.values())
    for number, value in ((5, 1), (6, 2), (7, 4)):
        there.put("B1", MONTHS[number], {LEAF[A]: {"admitted": value}})

    assert to_date(there, A, month) == expected


@pytest.mark.parametrize(("came", "rate"), [((1, 2, 3), 1), ((1,), Fraction(1, 3)), ((), 0)])
def test_the_reporting_rate_is_returns_that_came_over_those_due(came: tuple[int, ...], rate: Fraction) -> None:
    there = InMemoryObservations(*TREE, *LEAF.values())
    for month in (1, 2, 3):
        counts = {"returns_due": 1, "returns_on_time": int(month in came), "returns_complete": int(month in came)}
        there.put("returns", MONTHS[month], {B: counts})

    value = compute(CATALOGUE["returns_complete_share"], there.ids[A], Period.parse("2017-Q1"), there, Plans())

    assert value.value == rate


def test_a_cell_that_ended_in_mid_year_counts_beside_a_return_of_the_whole_year() -> None:
    ended = (date(1990, 1, 1), date(2017, 6, 30))
    given = InMemoryObservations(
        "T", "T.1", "T.2", "T.1.1", "T.2.1", "T.1.1.1", "T.2.1.1", "T.2.1.2", lives={"T.2.1.2": ended}
    )
    given.put("B1", "2017", {"T.1.1.1": {"admitted": 10}})
    for quarter, rows in enumerate(
        (("T.2.1.1", "T.2.1.2"), ("T.2.1.1", "T.2.1.2"), ("T.2.1.1",), ("T.2.1.1",)), start=1
    ):
        given.put("B1", f"2017-Q{quarter}", {cell: {"admitted": 1} for cell in rows})
    values = {
        unit: compute(CATALOGUE["admissions"], given.ids[unit], Period(2017), given, Plans()).value
        for unit in ("T", "T.1", "T.2")
    }
    assert values == {"T": 16, "T.1": 10, "T.2": 6}
