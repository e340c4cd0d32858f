"""The reader and openpyxl give the same cells of the workbooks that tests make, or there is a reason with a name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from loaders.formats.dispatch import read
from loaders.sample import TINY, province, write
from loaders.templates import template
from loaders.workbook import Fault, Sheet, Value, address
from tests.loaders.formats.makers import xlsx
from tests.loaders.office import USUAL, Shown, pages, put_together, sheet

NO_RESULT = Fault("", "formula_without_value")


def plain(value: object) -> object:
    """A value without the difference between a day and its midnight, or a whole number and its double."""
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def explained(ours: Value, theirs: object) -> bool:
    """Whether the cell is refused by name: an error, or a formula that nobody computed."""
    return ours == Fault(str(theirs), "error_cell") or (theirs is None and ours == NO_RESULT)


def differences(ours: Sheet, theirs: openpyxl.worksheet.worksheet.Worksheet) -> Iterator[tuple[str, object, object]]:
    strays = set(ours.strays)
    height, width = max(len(ours.rows), theirs.max_row), max(ours.width, theirs.max_column)
    for row in range(height):
        for column in range(width):
            value = ours.rows[row][column] if row < len(ours.rows) and column < ours.width else ""
            other = theirs.cell(row + 1, column + 1).value
            if plain(value) != plain(other) and not explained(value, other) and other not in strays:
                yield address(row, column), value, other


def assert_same(content: bytes) -> None:
    ours = read(content).sheets
    theirs = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert [one.name for one in ours] == [one.title for one in theirs.worksheets]
    assert [one.hidden for one in ours] == [one.sheet_state != "visible" for one in theirs.worksheets]
    assert [list(differences(*both)) for both in zip(ours, theirs.worksheets, strict=True)] == [[]] * len(ours)
    for one, other in zip(ours, theirs.worksheets, strict=True):
        hidden = {row - 1 for row, size in other.row_dimensions.items() if size.hidden}
        assert one.hidden_rows == {row for row in hidden if row < len(one.rows)}


def test_workbooks_of_the_sample(tmp_path: Path) -> None:
    files = list(write(province(TINY), tmp_path, workers=1))
    assert files
    for path in sorted(tmp_path.rglob("*.xlsx")):
        assert_same(path.read_bytes())


@pytest.mark.parametrize("form", sorted(USUAL))
def test_templates_and_what_offices_make_of_them(form: str) -> None:
    assert_same(template.workbook([sheet(form)]))
    page = pages(form)[0]
    page.put(D14=Shown("#REF!"), E14=Shown(), F14=date(2020, 6, 30), G14=True, H14="x", I14=0.1 * 3)
    assert_same(put_together([page], hidden_rows=[14], formulas={"J14": 7}))


def test_cells_of_every_kind() -> None:
    assert_same(xlsx({"A1": "Tên  dài", "C3": 18.5, "B700": "ở xa", "D2": "&<>"}))
