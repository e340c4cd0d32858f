"""Sums of two forms: paired at the coarser grain, over the units that gave both; formulas that depend on the level."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from data.periods import Period
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.compute import SumRole, compute, work
from indicators.values.model import Format, GrowthGap, Indicator, Ratio
from indicators.values.target import Plans
from indicators.values.value import State, Value
from tests.indicators.in_memory import InMemoryObservations

CODES = ("T", "T.1", "T.1.1", "T.1.1.1", "T.1.1.2", "T.1.2", "T.1.2.1")
A, B, C = "T.1.1.1", "T.1.1.2", "T.1.2.1"
HEADS_PER_1000 = replace(
    CATALOGUE["village_heads_member_share"],
    code="village_heads_per_1000",
    formula=Ratio(numerator=("village_heads",), denominator=("members_end",), per=1000),
    format=Format.DECIMAL,
)
PER_BASE = replace(HEADS_PER_1000, formula=Ratio(numerator=("course_passed",), denominator=("bases_not_excused",)))
GAP = replace(
    CATALOGUE["members_growth_yoy"], formula=GrowthGap(of=("members_end",), against=("village_heads_members",))
)


def value_of(indicator: Indicator, given: InMemoryObservations, unit: str = "T", period: str = "2019") -> Value:
    return compute(indicator, given.ids[unit], Period.parse(period), given, Plans())


def heads(count: int | None) -> dict[str, int | None]:
    return {"village_heads": count, "village_heads_members": count}


def members(count: int | None) -> dict[str, int | None]:
    return {"members_end": count}


def test_sums_of_two_forms_that_are_both_complete_are_divided_as_they_are() -> None:
    given = InMemoryObservations(*CODES)
    given.put("B3", "2019", {A: heads(2), B: heads(3), C: heads(1)})
    given.put("B1", "2019", {A: members(100), B: members(50), C: members(150)})

    value = value_of(HEADS_PER_1000, given)

    assert value == Value(
        state=State.REPORTED,
        value=Fraction(20),
        numerator=Fraction(6),
        denominator=Fraction(300),
        reporting=3,
        expected=3,
    )


def test_a_cell_that_gave_one_of_the_two_forms_counts_in_neither_sum() -> None:
    given = InMemoryObservations(*CODES)
    given.put("B3", "2019", {A: heads(2), B: heads(3)})
    given.put("B1", "2019", {A: members(100), B: members(None), C: members(150)})

    value = value_of(HEADS_PER_1000, given)

    assert (value.numerator, value.denominator) == (Fraction(2), Fraction(100))
    assert (value.state, value.reporting, value.expected) == (State.INCOMPLETE, 1, 3)


def test_a_form_by_cell_and_one_by_base_are_paired_base_by_base() -> None:
    given = InMemoryObservations(*CODES)
    given.put("B2", "2019", {A: {"course_passed": 4}, C: {"course_passed": 9}})
    given.put("bases", "2019", {"T.1.1": {"bases_not_excused": 1}, "T.1.2": {"bases_not_excused": 1}})

    value = value_of(PER_BASE, given)

    assert (value.numerator, value.denominator) == (Fraction(9), Fraction(1))
    assert (value.state, value.reporting, value.expected) == (State.INCOMPLETE, 1, 2)


@pytest.mark.parametrize(
    ("heads_given", "members_given", "state"),
    [(True, False, State.NOT_APPLICABLE), (False, True, State.NOT_REPORTED), (False, False, State.NOT_REPORTED)],
)
def test_without_one_of_the_forms_there_is_no_value(heads_given: bool, members_given: bool, state: State) -> None:
    given = InMemoryObservations(*CODES)
    if heads_given:
        given.put("B3", "2019", {A: heads(2)})
    if members_given:
        given.put("B1", "2019", {A: members(2)})

    value = value_of(HEADS_PER_1000, given)

    assert (value.value, value.state) == (None, state)


def test_the_gap_of_two_growths_is_their_difference_in_points() -> None:
    given = InMemoryObservations(*CODES)
    for period, count, posts in (("2018", 100, 4), ("2019", 110, 5)):
        given.put("B1", period, dict.fromkeys((A, B, C), members(count)))
        given.put("B3", period, dict.fromkeys((A, B, C), heads(posts)))

    working = work(GAP, given.ids["T"], Period(2019), given, Plans())

    assert working.value.value == Fraction(1, 10) - Fraction(1, 4)
    assert working.value.state is State.REPORTED
    assert [(part.role, part.reading.total(part.measures)) for part in working.parts] == [
        (SumRole.NUMERATOR, Fraction(330)),
        (SumRole.DENOMINATOR, Fraction(300)),
        (SumRole.COMPARED, Fraction(15)),
        (SumRole.COMPARED_BASE, Fraction(12)),
    ]


def test_the_gap_of_two_growths_needs_both() -> None:
    given = InMemoryObservations(*CODES)
    for period in ("2018", "2019"):
        given.put("B1", period, dict.fromkeys((A, B, C), members(5)))

    assert value_of(GAP, given).value is None


PRIVATE = replace(GAP, formula=GrowthGap(of=("admitted",), against=("private_workers",)))
BASES = ("T.1.1", "T.1.2")


@pytest.mark.parametrize(
    ("admitted", "workers", "state", "reporting"),
    [
        (((1, 1), (2, 2)), ((10, 10), (20, 30)), State.REPORTED, 2),
        (((0, 0), (2, 2)), ((10, 10), (20, 30)), State.NOT_APPLICABLE, 2),  # all gave, nobody was admitted before
        (((0, 3), (2, 2)), ((10, 10), (20, None)), State.INCOMPLETE, 1),
        (((1, 1), (2, 2)), ((10, 10), (None, None)), State.NOT_REPORTED, 0),
        (((0, 0), (2, 2)), ((10, 10), (None, None)), State.NOT_APPLICABLE, 0),
        (((1, 1), (2, 2)), ((None, None), (20, 30)), State.NOT_APPLICABLE, 0),
    ],
)
def test_a_gap_of_growths_has_the_state_of_what_it_lacks_and_counts_the_coarser_grain(
    admitted: tuple[tuple[int, int], ...],
    workers: tuple[tuple[int | None, int | None], ...],
    state: State,
    reporting: int,
) -> None:
    given = InMemoryObservations("T", "T.1", *BASES, A, C)
    for period, people, by_base in zip(("2018", "2019"), admitted, workers, strict=True):
        given.put("B2", period, {cell: {"admitted": count} for cell, count in zip((A, C), people, strict=True)})
        named = {base: count for base, count in zip(BASES, by_base, strict=True) if count is not None}
        given.put("B5", period, {base: {"private_workers": count} for base, count in named.items()})

    value = value_of(PRIVATE, given)

    assert (value.state, value.reporting, value.expected) == (state, reporting, 2)


def test_what_is_in_transit_is_of_other_lines_in_the_province_than_in_a_district() -> None:
    lines = {
        "transferred_in_district": 5,
        "transferred_out_district": 3,
        "transferred_in_base": 7,
        "transferred_out_base": 6,
    }
    given = InMemoryObservations(*CODES).put("B1", "2019", {A: lines, B: lines, C: lines})
    indicator = CATALOGUE["in_transit"]

    assert value_of(indicator, given).value == 9
    assert value_of(indicator, given, "T.1").value == 3
    assert value_of(indicator, given, "T.1.1").state is State.NOT_APPLICABLE
