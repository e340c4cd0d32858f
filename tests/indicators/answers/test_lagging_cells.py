"""The lagging list on a real store: facts by rule, how surprising they are, and what changed since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from data.organisations.units import Level
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers import judged_cells
from indicators.answers.cell_list import ListCounts
from indicators.answers.lagging_cells import Lagging, LaggingRow, pooled_rows, rows
from indicators.methods.reasons import ListChange, ListPart, Reason, Standing
from tests.small_province import movement, planned, registry
from tests.stores import NewDatabase

YEARS = ("2017", "2018", "2019")


def members(count: int, admitted: int) -> dict[str, int]:
    return {"members_start": count - admitted, "admitted": admitted, "members_end": count}


@pytest.fixture(scope="module")
def small(new_database: NewDatabase) -> Iterator[Store]:
    """H1.1.1 and H2.1.1 are residential; three years by year, then a quarter in which H2 sends nothing."""
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as store:
        at = datetime(2020, 1, 2, tzinfo=UTC)
        store.accept(registry(), viewer=SYSTEM, at=at)
        store.accept(planned(("H1.2", "2019", "admissions", "20", "2019-01-01")), viewer=SYSTEM, at=at)
        for year in YEARS:
            first = {"H1.1.1": members(40, 0), "H1.1.2": members(4, 0), "H1.2": members(30, 2)}
            second = {"H2.1.1": members(30, 3), "H2.1.2": members(9, 0)}
            for sender, cells in (("H1", first), ("H2", second)):
                store.accept(movement(sender, year, cells), viewer=SYSTEM, at=at)
        heads = {"H1.1.1": {"village_heads": 1, "village_heads_members": 1}}
        store.accept(movement("H1", "2019", heads, form="B3"), viewer=SYSTEM, at=at)
        heads = {"H2.1.1": {"village_heads": 2, "village_heads_members": 1}}
        store.accept(movement("H2", "2019", heads, form="B3"), viewer=SYSTEM, at=at)
        yield store


def listed(store: Store, period: str = "2019", unit: str | None = None) -> dict[str, LaggingRow]:
    reader = store.reader(SYSTEM)
    asked = reader.unit(unit).id if unit else None
    return {row.unit: row for row in rows(Lagging(reader, Period.parse(period), asked))}


def test_each_cell_is_listed_with_every_reason_that_holds(small: Store) -> None:
    found = listed(small)

    assert {unit: row.reasons for unit, row in found.items()} == {
        "H1.1.1": ("no_admission",),
        "H1.1.2": ("few_members",),
        "H1.2": ("behind_plan",),
        "H2.1.1": ("head_not_member",),
    }


def test_a_streak_is_listed_with_what_peers_would_have_admitted(small: Store) -> None:
    row = listed(small)["H1.1.1"]

    assert (row.streak, row.admitted) == (3, 0)
    assert row.expected == pytest.approx(40 * 3 * 9 / 210)
    assert row.probability == pytest.approx(2.718281828 ** -(40 * 3 * 9 / 210), rel=1e-6)
    assert row.stands_out


def test_what_is_new_or_was_listed_before_is_told(small: Store) -> None:
    found = listed(small)

    assert found["H1.1.1"].course is ListChange.NEW
    assert found["H1.1.2"].course is ListChange.STILL
    assert listed(small, "2018")["H1.1.2"].course is ListChange.STILL
    assert found["H1.1.2"].standing is Standing.LAGGING


def counts(store: Store, period: str, unit: str | None = None) -> ListCounts:
    reader = store.reader(SYSTEM)
    return Lagging(reader, Period.parse(period), reader.unit(unit).id if unit else None).counts


def test_in_the_first_period_nothing_is_new_or_recovered(small: Store) -> None:
    assert {row.course for row in listed(small, "2017").values()} == {None}
    found = counts(small, "2017")
    assert (found.lagging, found.uncompared, found.new, found.recovered) == (1, 1, 0, 0)
    assert (found.totals.reported, found.totals.compared) == (5, 0)


def test_a_missing_return_is_listed_apart_and_never_as_a_lagging_cell(small: Store) -> None:
    found = listed(small, "2020")

    assert set(found) == {"H1.1.1", "H1.1.2", "H1.2", "H2.1.1", "H2.1.2"}
    assert all("return_missing" in row.reasons for row in found.values())
    assert "no_admission" not in found["H1.1.1"].reasons
    assert {(row.standing, row.course, row.rank) for row in found.values()} == {(Standing.MISSING, None, None)}
    assert (counts(small, "2020").missing, counts(small, "2020").lagging) == (5, 0)


def test_what_the_list_counts_are_its_rows(small: Store) -> None:
    for unit in (None, "H1", "H2"):
        found, rows_ = counts(small, "2019", unit), listed(small, "2019", unit)
        standings = Counter(row.standing for row in rows_.values())
        courses = Counter(row.course for row in rows_.values())
        assert found.lagging == standings[Standing.LAGGING] == found.new + found.still + found.uncompared
        assert (found.new, found.still, found.recovered) == tuple(courses[course] for course in ListChange)
        ranks = [row.rank for row in rows_.values() if row.standing is Standing.LAGGING]
        assert ranks == list(range(1, found.lagging + 1))


def test_parts_of_the_list_are_its_rows_by_column(small: Store) -> None:
    asked = Lagging(small.reader(SYSTEM), Period(2019))
    for part in ListPart:
        assert len(rows(asked, part=part)) == asked.counts.of(part)
    assert [row.unit for row in rows(asked, part=ListPart.STILL)] == ["H1.1.2"]


@pytest.fixture(scope="module")
def behind(new_database: NewDatabase) -> Iterator[Store]:
    """A base organisation with 1 of 20 admissions by the second quarter, all by one cell; the third has no returns."""
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
        store.accept(planned(("H1.1", "2019", "admissions", "20", "2019-01-01")), viewer=SYSTEM)
        for quarter, admitted in (("2019-Q1", 1), ("2019-Q2", 0)):
            cells = {"H1.1.1": members(40, admitted), "H1.1.2": members(40, 0), "H1.2": members(40, 0)}
            store.accept(movement("H1", quarter, cells), viewer=SYSTEM)
        yield store


def test_a_cell_is_behind_with_its_base_only_if_it_admitted_nobody_since_1_january(behind: Store) -> None:
    found = {unit for unit, row in listed(behind, "2019-Q2").items() if "behind_plan" in row.reasons}
    assert found == {"H1.1.2"}


def test_after_a_period_without_returns_nothing_is_new(behind: Store) -> None:
    cells = {"H1.1.1": members(4, 0), "H1.1.2": members(4, 0), "H1.2": members(40, 0)}
    behind.accept(movement("H1", "2019-Q4", cells), viewer=SYSTEM)
    found = counts(behind, "2019-Q4", "H1")
    assert (found.lagging, found.new, found.uncompared) == (2, 0, 2)


def test_the_list_can_be_of_one_unit_and_of_one_reason(small: Store) -> None:
    assert set(listed(small, unit="H2")) == {"H2.1.1"}
    reader = small.reader(SYSTEM)
    only = rows(Lagging(reader, Period(2019)), Reason.FEW_MEMBERS)
    assert [row.unit for row in only] == ["H1.1.2"]


def test_cells_are_pooled_to_bases_and_districts(small: Store) -> None:
    found = pooled_rows(Lagging(small.reader(SYSTEM), Period(2019)), Level.DISTRICT)

    assert [(row.unit, row.admitted, row.member_years) for row in found] == [("H1", 0, 120), ("H2", 9, 90)]


@pytest.mark.parametrize("period", ["2020-Q3", "2020-Q2", "2019", "2019-H1"])
def test_cells_read_all_at_once_and_cell_by_cell_have_the_same_reasons(
    tiny_store: Store, period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = listed(tiny_store, period)
    monkeypatch.setattr(judged_cells, "_in_full", lambda *_: {})

    assert at_once == listed(tiny_store, period)
    assert at_once
