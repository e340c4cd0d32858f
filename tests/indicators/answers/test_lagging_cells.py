"""The lagging list on a real store: facts by rule, how surprising they are, and what changed since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from data.organisations.units import Level
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers import lagging_cells
from indicators.answers.lagging_cells import Lagging, LaggingRow, pooled_rows, rows
from indicators.methods.reasons import ListChange, Reason
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
    assert listed(small, "2017")["H1.1.2"].course is ListChange.NEW


def test_a_missing_return_is_a_reason_and_hides_what_it_would_have_told(small: Store) -> None:
    found = listed(small, "2020")

    assert set(found) == {"H1.1.1", "H1.1.2", "H1.2", "H2.1.1", "H2.1.2"}
    assert all("return_missing" in row.reasons for row in found.values())
    assert "no_admission" not in found["H1.1.1"].reasons


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
    monkeypatch.setattr(lagging_cells, "_in_full", lambda *_: {})

    assert at_once == listed(tiny_store, period)
    assert at_once
