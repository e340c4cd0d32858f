"""A clean return of the tiny sample province, taken apart so that it can be changed as clerks change it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import openpyxl
from openpyxl import Workbook
from xlsxwriter.utility import xl_col_to_name

from data.forms.builtin import FORMS
from data.returns import SourceFile
from tests.loaders.office import Page, put_together, take_apart

SENDER, NEIGHBOUR, PERIOD = "H02", "H01", "2020-Q3"
RETURN = f"{SENDER}_{PERIOD}.xlsx"
_LEFT = 3
_TOTAL = "Tổng cộng"


@dataclass
class Form:
    """A sheet of counts by unit; rows and lines are numbered from 1, as in Excel."""

    code: str
    page: Page

    @property
    def lines(self) -> list[int]:
        """The rows of the leaf units."""
        return [row for row, cells in enumerate(self.page.rows, start=1) if cells[2] and self._is_counted(cells)]

    @property
    def first(self) -> int:
        """The first row below the column numbers."""
        return next(row for row, cells in enumerate(self.page.rows, start=1) if cells[:3] == ["A", "B", "C"]) + 1

    @property
    def total(self) -> int:
        """The row of totals."""
        return next(row for row, cells in enumerate(self.page.rows, start=1) if cells[1] == _TOTAL)

    @property
    def measures(self) -> list[str]:
        """The measures in the order of the columns."""
        return [measure.code for measure in FORMS[self.code].measures]

    def _is_counted(self, cells: list[object]) -> bool:
        return cells[2] != "C" and isinstance(cells[_LEFT], int | float)

    def column(self, measure: str) -> int:
        """The column of a measure, from 0."""
        return _LEFT + FORMS[self.code].positions[measure]

    def cell(self, row: int, measure: str) -> str:
        """An address such as F17."""
        return f"{xl_col_to_name(self.column(measure))}{row}"

    def place(self, row: int, measure: str) -> str:
        """An address with its sheet, as findings name it."""
        return f"{self.code}!{self.cell(row, measure)}"

    def count(self, row: int, measure: str) -> int:
        """A count; a blank is 0."""
        return int(float(str(self.page.rows[row - 1][self.column(measure)]).strip() or 0))

    def put(self, row: int, measure: str, value: object, *, adds_up: bool = True) -> str:
        """Writes a count and, unless told otherwise, adapts the total; returns the place."""
        if adds_up and isinstance(value, int) and row != self.total:
            self.put(self.total, measure, self.count(self.total, measure) + value - self.count(row, measure))
        self.page.rows[row - 1][self.column(measure)] = value
        return self.place(row, measure)

    def empty(self, row: int) -> None:
        """Takes the counts of a line out of the totals, and blanks them."""
        for measure in self.measures:
            if self.count(row, measure):
                self.put(row, measure, 0)
            self.put(row, measure, "")

    def heads(self, text: str) -> tuple[int, int]:
        """The zero-based row and column of the first cell above the table that holds a text."""
        return next(
            (row, column)
            for row, cells in enumerate(self.page.rows)
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and text in cell
        )

    def retitle(self, old: str, new: str) -> None:
        """Replaces a text wherever it stands."""
        self.page.retype(lambda text: text.replace(old, new))

    def move(self, order: list[int]) -> None:
        """Puts the leaf lines into another order of their places."""
        lines = self.lines
        rows = [self.page.rows[line - 1] for line in lines]
        for line, place in zip(lines, order, strict=True):
            self.page.rows[line - 1] = rows[place]

    def some(self, rng: Random, measure: str, least: int = 1) -> int:
        """A leaf line that counts at least so many."""
        return rng.choice([line for line in self.lines if self.count(line, measure) >= least])


@dataclass
class Book:
    """The sheets of a return, the name of its file, and what is done to the file once it is written."""

    forms: dict[str, Form]
    name: str = RETURN
    more: list[Page] = field(default_factory=list)
    formulas: dict[str, tuple[str, int | str]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    rewrite: list[Callable[[bytes], bytes]] = field(default_factory=list)
    folder: Path = Path()

    def __getitem__(self, code: str) -> Form:
        return self.forms[code]

    def __iter__(self) -> Iterator[Form]:
        return iter(self.forms.values())

    def edit(self, change: Callable[[Workbook], None]) -> None:
        """Opens the written file with openpyxl, as other programs do, changes it and saves it."""

        def saved(content: bytes) -> bytes:
            workbook, stream = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
            change(workbook)
            workbook.save(stream)
            return stream.getvalue()

        self.rewrite.append(saved)

    def instead(self, name: str) -> list[Page]:
        """Puts the sheets of another file of the province in place of the return's; returns them."""
        self.name, self.forms, self.more = name, {}, take_apart((self.folder / name).read_bytes())
        return self.more

    def only(self, *codes: str) -> Form:
        """Leaves some forms; returns the first."""
        self.forms = {code: self.forms[code] for code in codes}
        return self.forms[codes[0]]

    def file(self) -> SourceFile:
        """The workbook as a file."""
        content = put_together(
            [*(form.page for form in self), *self.more], formulas=self.formulas, hidden_rows=self.hidden_rows
        )
        for change in self.rewrite:
            content = change(content)
        return SourceFile(name=self.name, content=content)


class Original:
    """Hands out copies of a clean return."""

    def __init__(self, path: Path) -> None:
        self._folder, self._pages = path.parent, take_apart(path.read_bytes())

    def book(self) -> Book:
        return Book({page.name: Form(page.name, deepcopy(page)) for page in self._pages}, folder=self._folder)
