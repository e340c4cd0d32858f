"""Where units stand, as rows: level with its gap split, pace after a quarter, the way of a term."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from data.organisations.units import Level
from data.periods import Frequency, Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers import against_plan
from indicators.answers.enquiry import Enquiry
from indicators.methods.pace import SHORT_OF_PACE, PaceVerdict
from tests.small_province import movement, planned, registry
from tests.stores import NewDatabase

AT = datetime(2020, 1, 2, tzinfo=UTC)
HEADS = "village_heads_member_share"
ADMITTED = {  # by year, quarter by quarter, of each of the four cells that report
    2018: (5, 5, 5, 10),
    2019: (4, 6, 6, 9),
    2020: (1, 1, 0),
}


@pytest.fixture(scope="module")
def small(new_database: NewDatabase) -> Iterator[Store]:
    """Two districts, quarters from 2018 to the second of 2020, in the third of which H2 sends nothing."""
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM, at=AT)
        plans = (
            ("T", "2020", "admissions", "100", "2020-01-01"),
            ("H1", "2020", "admissions", "75", "2020-01-01"),
            ("T", "2019..2021", HEADS, "0.75", "2019-01-01"),
            ("H2", "2020", HEADS, "0.5", "2020-01-01"),
        )
        store.accept(planned(*plans), viewer=SYSTEM, at=AT)
        for year, flows in ADMITTED.items():
            for quarter, admitted in enumerate(flows, start=1):
                cells = {"H1": ("H1.1.1", "H1.1.2", "H1.2")} | ({} if (year, quarter) == (2020, 3) else {"H2": H2})
                for sender, below in cells.items():
                    flow = {cell: {"admitted": admitted} for cell in below}
                    store.accept(movement(sender, f"{year}-Q{quarter}", flow), viewer=SYSTEM, at=AT)
        for term, members in (("2018", (4, 2)), ("2020", (5, 3))):
            for sender, heads_members in zip(("H1", "H2"), members, strict=True):
                heads = {f"{sender}.1.1": {"village_heads": 8, "village_heads_members": heads_members}}
                store.accept(movement(sender, term, heads, form="B3"), viewer=SYSTEM, at=AT)
        yield store


H2 = ("H2.1.1", "H2.1.2")


def ask(period: str, *indicators: str, level: Level | None = None) -> Enquiry:
    return Enquiry(indicators=indicators or ("admissions",), periods=(Period.parse(period),), level=level)


def one(rows: list[Any]) -> Any:
    (row,) = rows
    return row


def test_the_pace_of_a_unit_is_told_from_its_past_years(small: Store) -> None:
    row = one(against_plan.pace_rows(small.reader(SYSTEM), ask("2020-Q2")))

    share = Fraction(10, 25)
    assert (row.plan, row.done, row.state, row.years) == (100, 10, "reported", 2)
    assert [row.share, row.expected, row.index] == pytest.approx([float(share), 40, 0.25])
    assert row.run_rate == 45
    assert row.done < row.likely_low < row.low < row.projection < row.high < row.likely_high
    assert row.chance < 0.2
    assert row.verdict is PaceVerdict.UNLIKELY


def test_a_district_without_a_plan_has_no_pace_and_one_that_misses_a_quarter_cannot_be_told(small: Store) -> None:
    rows = against_plan.pace_rows(small.reader(SYSTEM), ask("2020-Q2", level=Level.DISTRICT))
    third = one(against_plan.pace_rows(small.reader(SYSTEM), ask("2020-Q3")))

    assert [(row.unit, row.done, row.verdict) for row in rows] == [
        ("H1", Fraction(6), PaceVerdict.UNLIKELY),
        ("H2", Fraction(4), PaceVerdict.NO_PLAN),
    ]
    assert (third.done, third.state, third.index, third.verdict) == (10, "incomplete", None, "cannot_tell")
    assert third.expected == pytest.approx(100 * (15 / 25 + 16 / 25) / 2)


def test_the_pace_of_a_running_year_is_that_of_its_last_quarter(small: Store) -> None:
    reader = small.reader(SYSTEM)
    assert against_plan.pace_rows(reader, ask("2020")) == against_plan.pace_rows(reader, ask("2020-Q3"))
    assert against_plan.pace_rows(reader, ask("2020", "members", HEADS)) == []


def test_the_course_of_a_year_counts_since_january(small: Store) -> None:
    rows = against_plan.year_to_date_rows(small.reader(SYSTEM), ask("2020"))

    assert [row.done for row in rows] == [5, 10, None, None]
    assert [row.year_before for row in rows] == [20, 50, 80, 125]
    assert [row.expected for row in rows] == pytest.approx([18, 40, 62, 100])


def test_the_gap_is_split_over_the_districts_by_the_provinces_plan(small: Store) -> None:
    reader = small.reader(SYSTEM)
    whole = one(against_plan.level_rows(reader, ask("2020", HEADS)))
    parts = against_plan.level_rows(reader, ask("2020", HEADS, level=Level.DISTRICT))

    assert (whole.status, whole.people, whole.people_of_whole) == ("not_met", 4, 4)
    assert [(row.unit, row.plan, row.people, row.people_of_whole) for row in parts] == [
        ("H1", Fraction(3, 4), 1, 1),
        ("H2", Fraction(1, 2), 1, 3),
    ]
    assert {row.reading for row in parts} == {"too_few"}


def test_the_way_of_a_term_starts_from_the_year_before_it(small: Store) -> None:
    row = one(against_plan.progress_rows(small.reader(SYSTEM), ask("2020", HEADS, "admissions")))

    assert (row.base_year, row.base, row.target_year, row.target) == (2018, Fraction(6, 16), 2021, 0.75)
    assert row.value == Fraction(8, 16)
    assert row.linear == pytest.approx((2 / 16) / (6 / 16) / (2 / 3))


GOOD_WORDS = {PaceVerdict.ON_PACE, PaceVerdict.REACHED}


@pytest.mark.parametrize("level", [None, Level.DISTRICT, Level.BASE])
def test_no_good_word_stands_beside_a_chance_under_one_half(tiny_store: Store, level: Level | None) -> None:
    reader = tiny_store.reader(SYSTEM)
    asked = Enquiry(indicators=("admissions",), periods=tuple(reader.opened(Frequency.QUARTER)), level=level)
    rows = against_plan.pace_rows(reader, asked)

    assert rows
    assert [row for row in rows if row.verdict in GOOD_WORDS and (row.chance or 0) < 0.5] == []
    assert [row for row in rows if row.verdict in SHORT_OF_PACE and (row.chance is None or row.chance >= 0.5)] == []
    assert [
        row for row in rows if (row.verdict is PaceVerdict.REACHED) != bool(row.plan and (row.done or 0) >= row.plan)
    ] == []
