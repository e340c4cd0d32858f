"""Cells without admissions for years: lineage is followed, excused cells are left out, undetermined ones left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from data.observations import Totals
from data.organisations.units import Level
from data.periods import Frequency, Period
from data.sums.admission_years import read_years
from data.sums.streaks import AdmissionYears, CellRecord
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.small_province import movement

CELLS = ("H1.1.1", "H1.1.2", "H1.2")
YEARS = ("2017", "2018", "2019")


def send(province: Store, period: str, admitted: int | None = 0, **flags: int) -> None:
    """H1 reports: its residential cell H1.1.1 admitted so many, the others nobody."""
    given: Mapping[str, Mapping[str, int | None]] = {cell: {} for cell in CELLS} | {"H1.1.1": {"admitted": admitted}}
    province.accept(movement("H1", period, given, name=f"{period} {admitted}"), viewer=SYSTEM)
    marked = {cell: flags if cell == "H1.1.1" else {} for cell in CELLS}
    province.accept(movement("H1", period, marked, form="B2", name=f"b2 {period} {flags}"), viewer=SYSTEM)


def counted(province: Store, period: str, unit: str = "H1") -> Totals | None:
    reader, when = province.reader(SYSTEM), Period.parse(period)
    found = reader.observations(["streaks"], reader.registry.ids.values(), [when])
    return found.at("streaks", reader.registry.ids[unit], when)


def sums(province: Store, period: str) -> tuple[int, int, int, int] | None:
    found = counted(province, period)
    if found is None:
        return None
    values = [int(found.sums[name]) for name in ("cells_not_excused", "cells_without_admission_3y")]
    return values[0], values[1], found.reporting, found.expected


@pytest.mark.one_backend
def test_three_complete_years_without_admission_are_counted_and_two_leave_it_undetermined(province: Store) -> None:
    for year in YEARS:
        send(province, year)

    assert sums(province, "2018") is None
    assert sums(province, "2019") == (1, 1, 1, 1)
    cell = counted(province, "2019", "H1.1.1")
    assert cell is not None
    assert cell.sums["cells_without_admission_3y"] == 1


@pytest.mark.one_backend
def test_one_admission_in_any_of_the_years_is_enough_even_when_another_is_unknown(province: Store) -> None:
    send(province, "2018", 1)
    send(province, "2019", None)

    assert sums(province, "2019") == (1, 0, 1, 1)


@pytest.mark.one_backend
def test_an_unfinished_year_does_not_count(province: Store) -> None:
    for year in YEARS:
        send(province, year)
    send(province, "2020-Q1", 4)

    assert sums(province, "2020-Q1") == (1, 1, 1, 1)


@pytest.mark.one_backend
def test_quarters_make_up_a_year_and_a_missing_one_leaves_it_open(province: Store) -> None:
    for year in YEARS[:2]:
        send(province, year)
    for quarter in ("Q1", "Q2", "Q4"):
        send(province, f"2019-{quarter}")

    assert sums(province, "2019-Q4") is None
    send(province, "2019-Q3")
    assert sums(province, "2019-Q4") == (1, 1, 1, 1)


@pytest.mark.one_backend
def test_an_excused_cell_has_a_row_and_counts_neither_way(province: Store) -> None:
    for year in YEARS:
        send(province, year, no_masses_left=1)

    assert sums(province, "2019") == (0, 0, 1, 1)


@pytest.mark.one_backend
def test_the_number_of_years_is_a_setting(province: Store) -> None:
    province.set_threshold("cells_years", "2", viewer=SYSTEM, reason="thử")
    for year in YEARS[:2]:
        send(province, year)

    assert sums(province, "2018") == (1, 1, 1, 1)


@pytest.mark.parametrize("period", ["2019", "2020-Q3", "2018-Q2"])
def test_stored_admission_years_equal_those_of_the_returns(tiny_store: Store, period: str) -> None:
    reader, when = tiny_store.reader(SYSTEM), Period.parse(period)
    cells = reader.tree(when.end).at_level(Level.CELL)

    def records(*, kept: bool) -> tuple[CellRecord, ...]:
        years = AdmissionYears(tiny_store.engine, reader.registry, frozenset(reader.opened()), None, lambda _: kept)
        return years.records(cells, when, 6, when.end)

    assert records(kept=True) == records(kept=False)
    assert any(record.streak for record in records(kept=True))


def test_corrections_and_cumulative_returns_update_the_stored_year(province: Store) -> None:
    for quarter, admitted in (("2019-Q1", 1), ("2019-Q2", 3), ("2019-Q3", 3), ("2019-Q4", 7)):
        given = movement("H1", quarter, {cell: {"admitted": admitted} for cell in CELLS}, name=quarter)
        province.accept(replace(given, returns=(replace(given.returns[0], cumulative=True),)), viewer=SYSTEM)
    year = Period(2019)

    def kept() -> set[tuple[int, int]]:
        with province.engine.connect() as connection:
            return set(read_years(connection, [year])[year, Frequency.QUARTER].values())

    assert kept() == {(7, 4)}
    corrected = movement("H1", "2019-Q4", {cell: {"admitted": 2} for cell in CELLS}, name="sửa")
    province.accept(corrected, viewer=SYSTEM)
    assert kept() == {(3 + 2, 4)}
