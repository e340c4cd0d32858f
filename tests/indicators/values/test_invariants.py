"""What holds for every province: a level is the sum of the one below, and shares are Σ/Σ over those that gave both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy, dictionaries, fixed_dictionaries, integers, lists, none, sampled_from

from data.periods import Period
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.compute import compute
from indicators.values.target import Plans
from indicators.values.value import State, Value
from tests.indicators.in_memory import InMemoryObservations, Rows

CELLS = ("T.1.1.1", "T.1.1.2", "T.1.2.1", "T.2.1.1", "T.2.1.2")
CODES = ("T", "T.1", "T.2", "T.1.1", "T.1.2", "T.2.1", *CELLS)
LIVES = ((date(1990, 1, 1), date(2019, 5, 31)), (date(2019, 8, 1), None))
QUARTERS = ("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4")
HEADS = ("village_heads_members", "village_heads")
MOVEMENT = ("members_start", "admitted", "members_end")


def returns(*measures: str, blank: bool = True) -> SearchStrategy[dict[str, dict[str, int | None]]]:
    count = integers(0, 900)
    given = (none() | count) if blank else count
    return dictionaries(sampled_from(CELLS), fixed_dictionaries(dict.fromkeys(measures, given)))


def value_of(code: str, given: InMemoryObservations, period: str, unit: str) -> Value:
    return compute(CATALOGUE[code], given.ids[unit], Period.parse(period), given, Plans())


def over_those_that_gave_both(rows: Rows, cells: tuple[str, ...]) -> tuple[int, int, int]:
    pairs = [(rows[cell]["village_heads_members"], rows[cell]["village_heads"]) for cell in cells if cell in rows]
    both = [(x, n) for x, n in pairs if x is not None and n is not None]
    return sum(x for x, _ in both), sum(n for _, n in both), len(both)


@given(returns(*HEADS))
def test_a_share_is_the_ratio_of_sums_over_the_cells_that_gave_both_at_every_level(rows: Rows) -> None:
    given = InMemoryObservations(*CODES).put("B3", "2019", rows)

    for unit in CODES:
        below = tuple(cell for cell in CELLS if cell == unit or cell.startswith(f"{unit}."))
        numerator, denominator, reporting = over_those_that_gave_both(rows, below)
        value = value_of("village_heads_member_share", given, "2019", unit)
        assert value.value == (Fraction(numerator, denominator) if denominator else None)
        assert value.expected == len(below)
        if denominator:
            assert (value.numerator, value.denominator) == (Fraction(numerator), Fraction(denominator))
            assert value.reporting == reporting
            assert (value.state is State.REPORTED) == (reporting == len(below))


@settings(max_examples=30)
@given(lists(returns(*MOVEMENT), min_size=4, max_size=4))
def test_a_level_is_the_sum_of_the_level_below(quarters: list[Rows]) -> None:
    given = InMemoryObservations(*CODES)
    for period, rows in zip(QUARTERS, quarters, strict=True):
        given.put("B1", period, rows)

    for code in ("members", "admissions", "net_change"):
        for period in ("2019", "2019-H1", "2019-Q3"):
            whole = value_of(code, given, period, "T")
            for level in (("T.1", "T.2"), ("T.1.1", "T.1.2", "T.2.1"), CELLS):
                parts = [value_of(code, given, period, unit) for unit in level]
                known = [part.value for part in parts if part.value is not None]
                assert whole.value == (sum(known) if known else None)
                assert whole.reporting == sum(part.reporting for part in parts)


@given(lists(returns(*MOVEMENT, blank=False), min_size=4, max_size=4))
def test_a_years_flow_is_counted_for_the_cells_that_reported_all_of_it(quarters: list[Rows]) -> None:
    given = InMemoryObservations(*CODES)
    for period, rows in zip(QUARTERS, quarters, strict=True):
        given.put("B1", period, rows)
    always = [cell for cell in CELLS if all(cell in rows for rows in quarters)]

    value = value_of("admissions", given, "2019", "T")

    assert value.value == (sum(rows[cell]["admitted"] or 0 for rows in quarters for cell in always) if always else None)
    assert value.reporting == len(always)


@given(returns("members_end"), returns("members_end"))
def test_growth_is_over_the_cells_that_gave_both_years(before: Rows, after: Rows) -> None:
    given = InMemoryObservations(*CODES).put("B1", "2018", before).put("B1", "2019", after)
    both = [
        (now, base)
        for cell in CELLS
        if (now := after.get(cell, {}).get("members_end")) is not None
        and (base := before.get(cell, {}).get("members_end")) is not None
    ]
    base = sum(base for _, base in both)

    value = value_of("members_growth_yoy", given, "2019", "T")

    assert value.value == (Fraction(sum(now for now, _ in both), base) - 1 if base else None)


class CellByCell(InMemoryObservations):
    """The same, of which nothing is put together from the units below."""

    def below(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        return ()


@settings(max_examples=60)
@given(
    fixed_dictionaries(dict.fromkeys(("2019", "2019-H1", *QUARTERS), returns(*MOVEMENT))),
    dictionaries(sampled_from(CELLS), sampled_from(LIVES), max_size=2),
)
def test_a_reading_from_the_units_below_is_the_one_from_their_cells(
    given_for: dict[str, Rows], lives: dict[str, tuple[date, date | None]]
) -> None:
    one, other = InMemoryObservations(*CODES, lives=lives), CellByCell(*CODES, lives=lives)
    for period, rows in given_for.items():
        for province in (one, other):
            there = {
                cell for cell, number in province.ids.items() if province.exists("B1", number, Period.parse(period).end)
            }
            province.put("B1", period, {cell: values for cell, values in rows.items() if cell in there})

    for code in ("members", "admissions", "net_change"):
        for period in ("2019", "2019-H1", "2019-H2"):
            for unit in ("T", "T.1", "T.1.1"):
                assert value_of(code, one, period, unit) == value_of(code, other, period, unit)
