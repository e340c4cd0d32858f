"""Builds a sheet cell by cell: strays far from the table are dropped and reported, legacy fonts decoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data.vietnamese.syllables import is_vietnamese
from loaders.formats.decoding import Run, decode_cells
from loaders.workbook import Fault, Merge, Place, Remark, Sheet, Unreadable, Value, address

_MOST_FILLED = 1_000_000
MOST_CELLS = 3_000_000
_MOST_MERGES = 100_000
BLANK_ROWS = 500
_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
BLANK_COLUMNS = 200


@dataclass(slots=True)
class CellBudget:
    """The cell budget shared by all sheets of one file."""

    filled: int = 0
    cells: int = 0

    def fill(self, number: int) -> None:
        """Charges cells with content to the budget."""
        self.filled += number
        if self.filled > _MOST_FILLED:
            raise Unreadable("too_many_cells")

    def spread(self, height: int, width: int) -> None:
        """Charges the area of a table, blank cells included."""
        self.cells += height * width
        if self.cells > MOST_CELLS:
            raise Unreadable("too_many_cells")


@dataclass(slots=True, kw_only=True)
class Grid:
    """A sheet under construction: zero-based cells with content, font runs in legacy fonts, merges."""

    name: str
    budget: CellBudget = field(default_factory=CellBudget)
    hidden: bool = False
    fonts_known: bool = True
    cells: dict[int, dict[int, Value]] = field(default_factory=dict)
    runs: dict[tuple[int, int], tuple[Run, ...]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    remarks: list[Remark] = field(default_factory=list)

    def put(self, row: int, column: int, value: Value, runs: tuple[Run, ...] = ()) -> None:
        """Sets a cell; `runs` are its fonts by start offset, given when one of them is a legacy font."""
        if isinstance(value, str) and not value:
            return
        self.budget.fill(1)
        self.cells.setdefault(row, {})[column] = value
        if runs:
            self.runs[row, column] = runs

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Records a merged range that is larger than one cell."""
        if (bottom, right) != (top, left):
            self.merges.append(((top, left), (bottom, right)))
        if len(self.merges) > _MOST_MERGES:
            raise Unreadable("too_many_cells")

    def sheet(self) -> Sheet:
        """The sheet from A1 to the last cell before a gap of 500 blank rows or 200 blank columns."""
        height = before_gap(self.cells, BLANK_ROWS)
        columns = {column for row, filled in self.cells.items() if row < height for column in filled}
        width = before_gap(columns, BLANK_COLUMNS)
        self.budget.spread(height, width)
        rows: list[list[Value]] = [[""] * width for _ in range(height)]
        strays: list[tuple[int, int]] = []
        for row, filled in self.cells.items():
            for column, value in filled.items():
                if row < height and column < width:
                    rows[row][column] = value
                else:
                    strays.append((row, column))
        notes, decoded = decode_cells(rows, self.runs)
        return Sheet(
            name=self.name,
            rows=rows,
            merges=tuple(clipped(self.merges, height, width)),
            hidden=self.hidden,
            strays=tuple(text for row, column in strays if isinstance(text := self.cells[row][column], str)),
            notes=notes,
            hidden_rows=frozenset(row for row in self.hidden_rows if row < height),
            hidden_columns=frozenset(column for column in self.hidden_columns if column < width),
            remarks=(*self.remarks, *decoded, *stray_remarks(strays), *self._fonts_unchecked(rows)),
        )

    def _fonts_unchecked(self, rows: list[list[Value]]) -> Iterable[Remark]:
        """Warns when the container gives no fonts and some words are not Vietnamese, either as stored or decoded."""
        texts = (value for row in rows for value in row if isinstance(value, str) and not value.isascii())
        if not self.fonts_known and not all(map(is_vietnamese, texts)):
            yield Remark(message="fonts_unchecked")


def error_or_text(text: str) -> Value:
    """A cell from a container that stores everything as text: Excel's error values become faults."""
    return Fault(text, "error_cell") if text in _ERRORS else text


def before_gap(places: Iterable[int], gap: int) -> int:
    """The end of the sorted indices before the first gap larger than `gap`."""
    end = 0
    for place in sorted(places):
        if place > end + gap:
            break
        end = place + 1
    return end


def stray_remarks(strays: Sequence[Place]) -> Iterable[Remark]:
    """The remark about cells dropped because they are far from the table."""
    if strays:
        yield Remark(message="far_cells_ignored", values={"cell": address(*min(strays)), "number": len(strays)})


def ignored_sheets(names: Sequence[str]) -> Iterable[Remark]:
    """The remark about sheets that hold macros or a dialog instead of a table."""
    if names:
        yield Remark(message="sheets_ignored", values={"sheets": ", ".join(f"“{name}”" for name in names)})


def clipped(merges: Iterable[Merge], height: int, width: int) -> Iterable[Merge]:
    """Merges clipped to a sheet of that size."""
    for (top, left), (bottom, right) in merges:
        corner = (min(bottom, height - 1), min(right, width - 1))
        if top < height and left < width and corner != (top, left):
            yield (top, left), corner
