"""Past years held out: told from the others, against their plan or the mean of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.observations import Plan
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.held_out_years import held_out_years, told_of_past_years
from indicators.values.target import Plans
from tests.indicators.values.test_against_plan import pace_of, plan, seasons

YEARS = ((2016, (5, 5, 5, 5)), (2017, (5, 5, 5, 9)), (2018, (5, 5, 5, 1)))


@pytest.mark.parametrize(
    ("plans", "came"),
    [
        ([], {2018: 0, 2017: 1, 2016: 1}),  # of 16, 24 and 20 against 22, 18 and 20
        ([("2018", "16"), ("2016", "21")], {2018: 1, 2017: 1, 2016: 0}),
    ],
)
def test_each_complete_year_is_told_from_the_others(plans: list[tuple[str, str]], came: dict[int, int]) -> None:
    given = seasons(*YEARS)
    case = pace_of(given, "T.1", "2020-Q2")
    unit = given.ids["T.1"]
    named: list[Plan] = [plan(unit, value, term) for term, value in plans]

    found = list(told_of_past_years(replace(case, plans=Plans(named)), unit))

    quarters = {2018: 2, 2017: 3, 2016: 3}  # after the first quarter of 2018 it was too early
    assert [outcome for _, outcome in found] == [
        outcome for year, outcome in came.items() for _ in range(quarters[year])
    ]
    assert all(0 <= told <= 1 for told, _ in found)


def test_two_years_are_too_few_to_hold_one_out(tiny_store: Store) -> None:
    given = seasons(*YEARS[:2])
    case = pace_of(given, "T.1", "2020-Q2")

    assert list(told_of_past_years(case, given.ids["T.1"])) == []
    assert all(band.count for band in held_out_years(tiny_store.reader(SYSTEM), "admissions"))
