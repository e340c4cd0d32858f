"""A table that matches no form: its extent, the role of its rows, and which rows are sums of which others."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from data.forms.vocabulary import Vocabulary
from data.vietnamese.text import clean, key
from loaders.sheets.body import ends_table, is_total
from loaders.sheets.header import guess_header
from loaders.vietnamese.numbers import written_number
from loaders.workbook import Fault, Sheet, Value

_TOTAL, _GROUP, _LINE, _PART = 0, 1, 2, 9
_BLANK_ROWS = 3
_NUMERALS = re.compile(r"[IVXLC]+|[A-ZĐ]")
_NUMBERED = re.compile(r"\d{1,4}((?:\.\d{1,3})*)")
_LETTERED = re.compile(r"[a-zđ]")
_BEFORE_WORDS = re.compile(r"((?:[IVXLC]+|[A-ZĐ]|[a-zđ]|\d+(?:\.\d+)*)(?=[.)]\s)|[-+–*•](?=\s))")
_PARTS = tuple(map(key, ("Trong đó", "Chia ra", "Bao gồm", "Riêng")))
_CODE = re.compile(r"0\d+")
_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """A zero-based row: its label, its level (0 a total, 1 a group, 2 and up a line), its numbers by column."""

    row: int
    label: str
    level: int
    values: Mapping[int, float]
    faults: tuple[int, ...]
    is_leaf: bool = False

    @property
    def is_total(self) -> bool:
        """Whether its label names a sum of all other rows."""
        return self.level == _TOTAL

    @property
    def is_part(self) -> bool:
        """Whether it only breaks down a row above it: "Trong đó: nữ", "- Dân tộc Kinh"."""
        return self.level == _PART


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A row that states a sum and the rows it is compared with: the columns in which they agree and differ."""

    row: PlainRow
    of_groups: bool
    parts: Sequence[PlainRow]
    agreeing: tuple[int, ...]
    differing: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTable:
    """Zero-based: header rows (none when `first` is 0), the body from `first` to `last`, the label column."""

    top: int
    first: int
    last: int
    label: int
    rows: tuple[PlainRow, ...]

    @property
    def leaves(self) -> list[PlainRow]:
        """Rows that no other row breaks down."""
        return [row for row in self.rows if row.is_leaf]

    @property
    def groups(self) -> list[PlainRow]:
        """Rows that have lines of their own."""
        return [row for row in self.rows if not (row.is_leaf or row.is_total or row.is_part)]

    def sums(self) -> Iterator[Sum]:
        """Totals and groups compared with the rows under them, once with groups and once with lines."""
        for place, row in enumerate(self.rows):
            if row.values and not (row.is_leaf or row.is_part):
                yield from _sums(row, self._under(place))

    def _under(self, place: int) -> Sequence[PlainRow]:
        """The rows that a row may sum: those below it, or, for a total at the end, those above it."""
        level = self.rows[place].level
        below = list(takewhile(lambda row: row.level > level, self.rows[place + 1 :]))
        if below or level != _TOTAL:
            return below
        above = list(takewhile(lambda row: row.level > level, reversed(self.rows[:place])))
        return above[::-1]


def find_table(sheet: Sheet, vocabulary: Vocabulary, numbers: int | None = None) -> PlainTable | None:
    """The table of a sheet, below its column-number row if it has one; None when nothing looks like a table."""
    top, first = (numbers, numbers + 1) if numbers is not None else _header(sheet, vocabulary)
    last = _last(sheet, first)
    if last < first or sheet.width < 2:
        return None
    label = _label_column(sheet, first, last)
    codes = {c for c in range(sheet.width) if any(_is_code(sheet.rows[r][c]) for r in range(first, last + 1))}
    counted = [column for column in range(label + 1, sheet.width) if column not in codes]
    rows = [_row(sheet.rows[row], row, label, counted) for row in range(first, last + 1)]
    named = [row for row in rows if row.label or row.values]
    return PlainTable(top=top, first=first, last=last, label=label, rows=tuple(_with_leaves(named)))


def _header(sheet: Sheet, vocabulary: Vocabulary) -> tuple[int, int]:
    """First rows of the header and of the body: below the words above the first numbers, or below the first row."""
    guessed = guess_header(sheet, vocabulary)
    if guessed:
        return guessed[0] - 1, guessed[1]
    filled = [sum(cell != "" for cell in row) for row in sheet.rows]
    widest = next((row for row, cells in enumerate(filled) if cells > 1 and 2 * cells > max(filled)), -1)
    return max(widest, 0), widest + 1


def _last(sheet: Sheet, first: int) -> int:
    """The last row before notes, signatures or several blank rows."""
    last = first - 1
    for place in range(first, len(sheet.rows)):
        row = sheet.rows[place]
        if place - last > _BLANK_ROWS or ends_table(row):
            break
        if any(cell != "" for cell in row):
            last = place
    return last


def _label_column(sheet: Sheet, first: int, last: int) -> int:
    """The column with the most distinct words; of several, the leftmost."""
    body = sheet.rows[first : last + 1]
    kinds = [len({clean(row[c]) for row in body if _is_word(row[c])}) for c in range(sheet.width)]
    return kinds.index(max(kinds))


def _is_word(cell: Value) -> bool:
    return isinstance(cell, str) and _LETTER.search(cell) is not None


def _is_code(cell: Value) -> bool:
    return isinstance(cell, str) and _CODE.fullmatch(cell.strip()) is not None


def number(cell: Value) -> float | None:
    """The number in a cell, numeric or typed as text; None when it holds none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    found = written_number(clean(cell)) if isinstance(cell, str) and cell and not _is_code(cell) else None
    return None if found is None else float(found)


def _row(cells: Sequence[Value], row: int, label: int, counted: Sequence[int]) -> PlainRow:
    label_cell = cells[label]
    words = clean(label_cell) if isinstance(label_cell, str) else ""
    orders = (_order(cell) for cell in cells[:label])
    return PlainRow(
        row=row,
        label=words,
        level=_level(words, next((order for order in orders if order), "")),
        values={column: found for column in counted if (found := number(cells[column])) is not None},
        faults=tuple(column for column in counted if isinstance(cells[column], Fault)),
    )


def _order(cell: Value) -> str:
    if isinstance(cell, float):
        return f"{cell:g}"
    return clean(cell).rstrip(".) ") if isinstance(cell, str) else ""


def _level(words: str, order: str) -> int:
    if is_total(words) or (not words and is_total(order)):
        return _TOTAL
    if key(words).startswith(_PARTS):
        return _PART
    before = _BEFORE_WORDS.match(words)
    sign = order or (before[1] if before else "")
    if _NUMERALS.fullmatch(sign):
        return _GROUP
    if numbered := _NUMBERED.fullmatch(sign):
        return _LINE + numbered[1].count(".")
    if _LETTERED.fullmatch(sign):
        return _LINE + 1
    return _PART if sign and not sign[0].isalnum() else _LINE


def _with_leaves(rows: Sequence[PlainRow]) -> Iterator[PlainRow]:
    """Marks the rows that no row of a deeper level follows."""
    own_rows = [row for row in rows if not row.is_part]
    deeper = {one.row for one, after in pairwise(own_rows) if after.level > one.level}
    for row in rows:
        is_leaf = not (row.is_total or row.is_part or row.row in deeper)
        yield PlainRow(
            row=row.row, label=row.label, level=row.level, values=row.values, faults=row.faults, is_leaf=is_leaf
        )


def _sums(row: PlainRow, under: Sequence[PlainRow]) -> Iterator[Sum]:
    leaves = [one for one in under if one.is_leaf and one.values]
    groups = [one for one in under if not (one.is_leaf or one.is_part) and one.values]
    highest = min((one.level for one in groups), default=0)
    whole = _compared(row, leaves, of_groups=False)
    if groups:
        yield _compared(row, [one for one in under if one.level == highest and one.values], of_groups=True)
    elif not whole.agreeing:
        divided = [_compared(row, lines, of_groups=False) for lines in _breakdowns(under)]
        if any(one.agreeing for one in divided):
            yield from divided
            return
    if whole.agreeing or row.is_total:
        yield whole


def _breakdowns(under: Sequence[PlainRow]) -> Iterator[list[PlainRow]]:
    """Lines between two headings without numbers: each such block breaks down the same whole."""
    lines: list[PlainRow] = []
    for one in under:
        if not (one.is_leaf or one.is_part):
            if lines:
                yield lines
            lines = []
        elif one.is_leaf and one.values:
            lines.append(one)
    if lines:
        yield lines


def _compared(row: PlainRow, parts: Sequence[PlainRow], *, of_groups: bool) -> Sum:
    agreeing, differing = [], {}
    for column, stated in row.values.items():
        given = [one.values[column] for one in parts if column in one.values]
        if not given:
            continue
        added = math.fsum(given)
        if math.isclose(stated, added, rel_tol=1e-9, abs_tol=1e-3):
            agreeing.append(column)
        elif not (len(given) > 1 and min(given) <= stated <= max(given)):  # between the two it is a rate
            differing[column] = added
    return Sum(row=row, of_groups=of_groups, parts=parts, agreeing=tuple(agreeing), differing=differing)
