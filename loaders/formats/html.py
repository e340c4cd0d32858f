"""Reads web pages saved as .xls: tables with figures, the lines above them, and all other tables as hidden sheets."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.vietnamese.encodings import read_bytes
from loaders.formats.decoding import Run, old_fonts
from loaders.formats.grids import CellBudget, Grid, error_or_text
from loaders.formats.html_tables import HtmlTable, tables
from loaders.workbook import Container, Percent, Remark, Sheet, Unreadable, Value, Workbook

_CHARSET = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)
_FIGURE = re.compile(r"[-+]?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:[. ,]\d{3})+)(?:[.,]\d+)?\s*%?")
_CODE = re.compile(r"0\d+")
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?")
_LEAST_ROWS = _LEAST_COLUMNS = 2
_LEAST_CELLS_OF_A_ROW = 3


def read(content: bytes) -> Workbook:
    """One sheet per table with rows and columns, headed by the lines before it; tables without figures are hidden.

    Raises:
        Unreadable: the page has no table.
    """
    blocks = tables(_text(content))
    sections = list(_sections(blocks))
    if not sections:
        raise Unreadable("html_without_table")
    figures, budget = [section.figures for section in sections], CellBudget()
    sheets = [
        section.sheet(number, budget, hidden=not (figures[number] or not any(figures)))
        for number, section in enumerate(sections)
    ]
    others = [sheet.name for sheet in sheets if sheet.hidden]
    shown = ", ".join(sheet.name for sheet in sheets if not sheet.hidden)
    remark = Remark(message="other_tables_hidden", values={"chosen": shown, "others": ", ".join(others)})
    return Workbook(sheets=tuple(sheets), container=Container.HTML, remarks=(remark,) if others else ())


def _text(content: bytes) -> str:
    declared = _CHARSET.search(content[:8192])
    marked = content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if declared and not marked and b"\x00" not in content[:64]:
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # the declared charset is often wrong
    return read_bytes(content)[0]


@dataclass(slots=True)
class _Section:
    """A table with the layout tables and lines that precede it, and those after the last one."""

    table: HtmlTable
    before: list[HtmlTable]
    after: list[HtmlTable] = field(default_factory=list)

    @property
    def figures(self) -> int:
        """Number of numeric cells, without first columns, columns of codes such as 01, and the column-number row."""
        counted = {row for row, texts in enumerate(self.table.texts()) if not _is_column_numbers(texts)}
        codes = {cell.column for cell in self.table.cells if _CODE.fullmatch(cell.text)} | {0}
        cells = (c for c in self.table.cells if c.row in counted and c.column not in codes)
        return sum(cell.number is not None or _is_figure(cell.text) for cell in cells)

    def sheet(self, number: int, budget: CellBudget, *, hidden: bool) -> Sheet:
        grid = Grid(name=f"Sheet{number + 1}", budget=budget, hidden=hidden)
        top = 0
        for table in (*self.before, self.table, *self.after):
            _fill(grid, table, top)
            top += table.height
        return grid.sheet()


def _fill(grid: Grid, table: HtmlTable, top: int) -> None:
    for cell in table.cells:
        value = error_or_text(cell.text) if cell.number is None else _typed(cell.number, cell.text)
        grid.put(top + cell.row, cell.column, value, old_fonts(Run(0, cell.font)))
        bottom = min(cell.row + cell.down, table.height) - 1
        grid.merge(top + cell.row, cell.column, top + bottom, cell.column + cell.across - 1)
    grid.hidden_rows.update(top + row for row in table.hidden_rows)


def _typed(number: float, shown: str) -> Value:
    return Percent(number) if shown.rstrip().endswith("%") else number


def _sections(blocks: Sequence[HtmlTable]) -> Iterator[_Section]:
    before: list[HtmlTable] = []
    last: _Section | None = None
    for block in blocks:
        if not _has_columns(block):
            before.append(block)
            continue
        if last:
            yield last
        last, before = _Section(block, before), []
    if last:
        last.after = before
        yield last


def _has_columns(table: HtmlTable) -> bool:
    """Whether it is more than page layout: at least two rows of at least three cells, or of figures."""
    rows = [[text for text in row if text] for row in table.texts()]
    wide = [row for row in rows if len(row) >= _LEAST_CELLS_OF_A_ROW]
    paired = [row for row in rows if len(row) >= _LEAST_COLUMNS and any(map(_is_figure, row[1:]))]
    return len(wide) >= _LEAST_ROWS or len(paired) >= _LEAST_ROWS


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text.strip()) is not None


def _is_column_numbers(row: Sequence[str]) -> bool:
    """The row "A, B, 1, 2, 3": letters and consecutive numbers."""
    texts = [text for text in row if text]
    numbers = [int(text.strip("()")) for text in texts if _COLUMN_NUMBER.fullmatch(text)]
    rising = numbers == list(range(1, len(numbers) + 1)) and len(texts) >= _LEAST_CELLS_OF_A_ROW
    return bool(numbers) and rising and all(len(text) == 1 for text in texts if not _COLUMN_NUMBER.fullmatch(text))
