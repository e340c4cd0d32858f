"""Parsing cells: counts, exact values, dates, periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.vietnamese.numbers import NumberState, read_count, read_date, read_exact, show, written_number
from loaders.workbook import Fault, Value


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (12.0, 12),
        (0, 0),
        (-3.0, -3),
        ("1.234", 1234),
        ("85.659 đồng chí", 85659),
        ("1 234", 1234),
        ("1.234 đ/c", 1234),
        ("5,0", 5),
        (" 7 ", 7),
        ("−4", -4),
        ("+4", 4),
        ("012", 12),
        (0.1 * 3 * 20, 6),
        (2.9999999999999996, 3),
    ],
)
def test_counts_are_read_by_the_vietnamese_grammar(cell: Value, count: int) -> None:
    assert read_count(cell).value == count


@pytest.mark.parametrize("mark", ["-", "–", "không", "K"])
def test_a_nil_mark_is_a_reported_zero(mark: str) -> None:
    assert (read_count(mark).state, read_count(mark).value) == (NumberState.NIL, 0)


@pytest.mark.parametrize("mark", ["", " ", "…", "..."])
def test_a_blank_is_not_a_zero(mark: str) -> None:
    assert (read_count(mark).state, read_count(mark).value) == (NumberState.BLANK, None)


@pytest.mark.parametrize("mark", ["x", "X"])
def test_an_x_says_that_the_cell_does_not_apply(mark: str) -> None:
    assert (read_count(mark).state, read_count(mark).value) == (NumberState.NOT_APPLICABLE, None)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("abc", "not_a_number"),
        ("1.23", "not_a_number"),
        ("1.2E+11", "not_a_number"),
        (True, "not_a_number"),
        (0.5, "not_whole"),
        ("70,4%", "percent_not_count"),
        ("2,5", "thousands_or_decimals"),
        (1.234, "thousands_or_decimals"),
        (85.659, "thousands_or_decimals"),
        ("(5)", "only_footnote"),
        (datetime(2019, 12, 1, tzinfo=UTC), "date_not_number"),
        (date(2019, 12, 1), "date_not_number"),
        (1e11, "number_too_large"),
        (Fault("#REF!", "error_cell"), "error_cell"),
    ],
)
def test_what_is_no_count_is_named(cell: Value, problem: str) -> None:
    count = read_count(cell)
    assert (count.state, count.value, count.problem) == (NumberState.ERROR, None, problem)


def test_a_count_typed_on_an_english_excel_is_queried_and_never_multiplied() -> None:
    assert (read_count(85.659).shown, read_count(85.659).meant) == ("85,659", "85.659")


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_shown_count_reads_back(count: int) -> None:
    assert read_count(show(count)).value == count
    assert written_number(show(count)) == count


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (0.75, Fraction(3, 4)),
        (0.704, Fraction(704, 1000)),
        ("75 %", Fraction(3, 4)),
        ("75%", Fraction(3, 4)),
        ("70,4 %", Fraction(704, 1000)),
        ("0,75", Fraction(3, 4)),
        ("1.200", Fraction(1200)),
        (120.0, Fraction(120)),
    ],
)
def test_plan_values_are_exact(cell: Value, value: Fraction) -> None:
    assert read_exact(cell) == value


@pytest.mark.parametrize("cell", ["", "nhiều", True, date(2020, 1, 1)])
def test_what_is_no_plan_value_is_none(cell: Value) -> None:
    assert read_exact(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        date(2020, 7, 5),
        datetime(2020, 7, 5, 8, tzinfo=UTC),
        "05/07/2020",
        "5-7-2020",
        "5.7.2020",
        "ngày 05 tháng 7 năm 2020",
        44017.0,
    ],
)
def test_dates_have_the_day_first(cell: Value) -> None:
    assert read_date(cell) == date(2020, 7, 5)


@pytest.mark.parametrize("cell", ["31/02/2020", "2020", 2020.0, "07/05", "", "13/13/2020"])
def test_impossible_dates_are_refused(cell: Value) -> None:
    assert read_date(cell) is None


def test_exact_values_are_what_excel_displays() -> None:
    assert read_exact(0.1 + 0.2) == Fraction(3, 10)
    assert read_exact(0.1 * 3 * 20) == 6
    assert read_exact(0.704) == Fraction(704, 1000)
