"""The difference a correction makes, cell by cell, before it takes effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from data.forms.builtin import BUILTIN
from data.returns import CellState, Change, IntakeMode, Return, ReturnedRow, SourceFile
from data.tables.current import StoredReturn
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from layouts.console.report import outcome_lines
from loaders.intake import intake
from loaders.returns.difference import difference
from tests.loaders.office import pages, put_together, reading, registry


def version(name: str, **cells: Any) -> SourceFile:
    page = pages("B3")[0].put(**cells)
    return SourceFile(name=name, content=put_together([page]))


def as_stored(given: Return) -> StoredReturn:
    return StoredReturn(file="cũ.xlsx", sheet="B3", columns=dict(given.columns), cumulative=False, rows=given.rows)


@pytest.fixture
def returned() -> Return:
    workbook, _ = reading(version("mới.xlsx"))
    assert workbook is not None
    return workbook.returns[0]


def with_first(given: Return, row: ReturnedRow | None) -> Return:
    return replace(given, rows=((row,) if row else ()) + given.rows[1:])


def test_the_same_return_changes_nothing(returned: Return) -> None:
    assert list(difference(returned, as_stored(returned))) == []


def test_a_changed_count_has_both_addresses(returned: Return) -> None:
    first = returned.rows[0]
    changed = replace(first, row=first.row + 5, values=(first.values[0], None, *first.values[2:]))
    (change,) = difference(with_first(returned, changed), as_stored(returned))
    measure = returned.form.measures[1].code
    assert change == Change(
        form="B3",
        period=returned.period.code if returned.period else "",
        unit=first.unit,
        measure=measure,
        old=first.values[1] if first.values[1] is not None else CellState.BLANK,
        new=CellState.BLANK,
        old_file="cũ.xlsx",
        old_sheet="B3",
        old_cell=f"{returned.columns[measure]}{first.row}",
        new_sheet="B3",
        new_cell=f"{returned.columns[measure]}{first.row + 5}",
    )


def test_a_cell_that_no_longer_applies_differs_from_a_blank_one(returned: Return) -> None:
    first, measure = returned.rows[0], returned.form.measures[0].code
    blank = replace(first, values=(None, *first.values[1:]))
    marked = replace(blank, not_applicable=frozenset({measure}))
    (change,) = difference(with_first(returned, marked), as_stored(with_first(returned, blank)))
    assert (change.old, change.new) == (CellState.BLANK, CellState.NOT_APPLICABLE)


def test_a_line_that_is_left_out_changes_each_of_its_counts(returned: Return) -> None:
    left_out = list(difference(with_first(returned, None), as_stored(returned)))
    counted = [value for value in returned.rows[0].values if value is not None]
    assert [change.old for change in left_out] == counted
    assert {(change.new, change.new_cell) for change in left_out} == {(CellState.NO_LINE, "")}


def test_a_new_line_changes_each_of_its_counts(returned: Return) -> None:
    added = list(difference(returned, as_stored(with_first(returned, None))))
    assert {(change.old, change.old_cell) for change in added} == {(CellState.NO_LINE, "")}
    assert all(change.new_cell for change in added)


def corrected() -> SourceFile:
    page = pages("B3")[0]
    leaf = next(row for row in page.rows if row[2] == "H1.1.1")
    total = next(row for row in page.rows if row[1] == "Tổng cộng")
    group = next(row for row in page.rows if row[2] == "H1.1")
    for row in (leaf, total, group):
        if row[3] != "":
            row[3] += 1
    return SourceFile(name="sửa.xlsx", content=put_together([page]))


def test_a_checked_correction_brings_its_changes_and_they_are_printed(store: Store) -> None:
    intake(store, registry(), viewer=SYSTEM)
    intake(store, version("B3.xlsx"), viewer=SYSTEM)
    checked = intake(store, corrected(), viewer=SYSTEM, mode=IntakeMode.CHECK)
    assert not checked.refused, checked.findings
    (change,) = checked.changes
    assert (change.unit, change.old, change.new, change.old_file) == ("H1.1.1", 1, 2, "B3.xlsx")
    assert change.old_cell == change.new_cell
    title, line = outcome_lines(checked, BUILTIN).splitlines()[-2:]
    assert title == "  So với bản đang lưu, 1 ô thay đổi:"
    assert line == (
        f"    B3!{change.new_cell}: Chi bộ thôn Hoà Bình (H1.1.1), 2020-Q2, Thôn, bản, tổ dân phố: 1 → 2 "
        f"(bản đang lưu: B3.xlsx, B3!{change.old_cell})"
    )


def test_what_is_stored_for_the_first_time_changes_nothing(store: Store) -> None:
    intake(store, registry(), viewer=SYSTEM)
    assert intake(store, version("B3.xlsx"), viewer=SYSTEM, mode=IntakeMode.CHECK).changes == ()


def test_stored_figures_of_others_are_not_shown(store: Store) -> None:
    intake(store, registry(), viewer=SYSTEM)
    intake(store, version("B3.xlsx"), viewer=SYSTEM)
    other = Viewer("h2", Role.DISTRICT, "H2")
    assert intake(store, corrected(), viewer=other, mode=IntakeMode.CHECK).changes == ()
    with pytest.raises(OutOfScope):
        store.reader(other).current_return("H1", "B3", "2020-Q2")
