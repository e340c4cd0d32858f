"""A faster worksheet: the cells of a return's body are written straight to the internal table and the XML.

The output is byte-identical to the library's, which spends most of its time on cases that a return does not have.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, Worksheet


class FastPage(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A form's sheet; formulas are written verbatim, since none uses a function that needs a prefix."""

    def put_count(self, row: int, column: int, count: int, style: Format) -> None:
        """Writes a whole number inside the sheet's known extent."""
        self.table[row][column] = CellNumberTuple(count, style)

    def put_blank(self, row: int, column: int, style: Format) -> None:
        """Writes a blank, formatted cell inside the sheet's known extent."""
        self.table[row][column] = CellBlankTuple(style)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = cell.__class__
        if kind is CellNumberTuple and cell.number.__class__ is int and cell.format:
            style = cell.format._get_xf_index()  # noqa: SLF001
            self.fh.write(f'<c r="{_column(col)}{row + 1}" s="{style}"><v>{cell.number}</v></c>')
        elif kind is CellBlankTuple and cell.format:
            self.fh.write(f'<c r="{_column(col)}{row + 1}" s="{cell.format._get_xf_index()}"/>')  # noqa: SLF001
        else:
            super()._write_cell(row, col, cell)


_COLUMNS = [str(xl_col_to_name(column)) for column in range(256)]


def _column(column: int) -> str:
    return _COLUMNS[column] if column < len(_COLUMNS) else str(xl_col_to_name(column))
