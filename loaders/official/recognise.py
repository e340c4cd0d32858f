"""Recognises an official form by its lines, title and number, and locates the row of each line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz, process

from data.forms.official.builtin import OFFICIAL, Headers, LineKind, LinePlace, OfficialForm
from data.returns import Finding
from data.vietnamese.text import clean, key
from loaders.findings import error, warning
from loaders.official.labels import label_of, line_key, row_key
from loaders.sheets.body import ends_table
from loaders.workbook import Sheet, Value, address, column_name

_SEARCHED_ROWS = 60
_LONGEST = 500
_ENOUGH_WITH_TITLE, _ENOUGH_ALONE = 0.3, 0.6
_CLOSE_ENOUGH = 75
_NAMES_SHOWN = 3
_CORNER = re.compile(r"biểu\s*(?:số)?\s*:?\s*(\d{1,2}\s?[a-f]?)\s*[-–]\s*(b?tctw)", re.IGNORECASE)
_CONTINUED = tuple(map(key, ("Tiếp biểu số", "Tiếp theo biểu số")))
_LINE_HEADERS = frozenset(key(official.headers.lines) for official in OFFICIAL)
_NEXT_TABLE = key("Tên dân tộc, tôn giáo")


@dataclass(frozen=True, slots=True)
class Columns:
    """Zero-based: the header row, and the columns of this period, the year before and the index."""

    row: int
    value: int
    previous: int | None
    percent: int | None


@dataclass(frozen=True, kw_only=True)
class OfficialSheet:
    """A sheet recognised as an official form, with the zero-based row of each line found, by line code."""

    sheet: Sheet
    official: OfficialForm
    columns: Columns
    rows: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.sheet.name

    def cell(self, code: str) -> str:
        """The address of a line's count for this period."""
        return address(self.rows[code], self.columns.value)


def recognise_official(sheet: Sheet) -> tuple[OfficialSheet | None, list[Finding]]:
    """The official form on a sheet, with findings about its lines; (None, []) when it is none.

    Lines decide. A number or title that contradicts them, as in forms copied from one another, is a warning.
    """
    fits = [(official, columns, _share(official, sheet, columns)) for official, columns in _candidates(sheet)]
    if not fits:
        return None, []
    corner = _corner(sheet, max(columns.row for _, columns, _ in fits))
    official, columns, share = max(fits, key=lambda fit: (fit[2], fit[0].corner == corner))
    titled = official.corner == corner or _is_titled(official, sheet, columns.row)
    if share < (_ENOUGH_WITH_TITLE if titled else _ENOUGH_ALONE):
        return None, []
    lines = _Lines(official, sheet, columns)
    findings = lines.findings()
    if corner and corner != official.corner:
        findings.append(warning("official_number_differs", sheet.name, corner=corner, form=official.corner))
    elif not _is_titled(official, sheet, columns.row):
        findings.extend(_other_title(official, sheet, columns.row))
    findings.extend(_other_tables(sheet, official, columns, max(lines.rows.values(), default=columns.row)))
    return OfficialSheet(sheet=sheet, official=official, columns=columns, rows=lines.rows), findings


def _other_tables(sheet: Sheet, official: OfficialForm, columns: Columns, last: int) -> Iterator[Finding]:
    """An error at an official form below the last line of the first one, or right of its columns: it would be lost."""
    below = replace(sheet, rows=sheet.rows[last + 1 :])
    found = _table_in(below)
    if found is not None:
        row = last + 1 + found.row
        yield error("second_table", sheet.name, address(row, 0), row=row + 1, form=official.corner)
    right = max(columns.value, columns.previous or 0, columns.percent or 0) + 1
    beside = replace(sheet, rows=[cells[right:] for cells in sheet.rows])
    found = _table_in(beside)
    if found is not None:
        first = right + next(at for at in range(beside.width) if any(cells[at] != "" for cells in beside.rows))
        where = {"column": column_name(first), "form": official.corner}
        yield error("table_beside", sheet.name, address(found.row, first), **where)


def _table_in(part: Sheet) -> Columns | None:
    """The header of an official form in a part of a sheet."""
    fits = ((columns, _share(official, part, columns)) for official, columns in _candidates(part))
    return next((columns for columns, share in fits if share >= _ENOUGH_ALONE), None)


def claims_official(sheet: Sheet) -> bool:
    """Whether a sheet is an official form, supported or not, going by its number or title."""
    return bool(_corner(sheet, _SEARCHED_ROWS)) or any(map(_is_next_table, sheet.rows[:_SEARCHED_ROWS]))


def unread_finding(sheet: Sheet, read: Sequence[OfficialSheet]) -> Finding:
    """The finding for a sheet that claims to be an official form but was not recognised, given those that were.

    A number that rightly belongs to another sheet was copied from there.
    """
    corner = _corner(sheet, _SEARCHED_ROWS)
    known = {official.corner for official in OFFICIAL} - {found.official.corner for found in read}
    if corner in known:
        return error("official_unrecognised", sheet.name, form=corner)
    return warning("official_not_loaded", sheet.name)


def _candidates(sheet: Sheet) -> Iterator[tuple[OfficialForm, Columns]]:
    found: dict[Headers, Columns | None] = {}
    words = [[_word_key(cell) for cell in row] for row in sheet.rows[:_SEARCHED_ROWS]]
    for official in OFFICIAL:
        headers = official.headers
        if headers not in found:
            found[headers] = _find_columns(sheet, words, headers)
        columns = found[headers]
        if columns is not None:
            yield official, columns


def _find_columns(sheet: Sheet, words: Sequence[Sequence[str]], headers: Headers) -> Columns | None:
    """The row of column headers: the period, and to its right the year before or the share."""
    beside = headers.previous or headers.percent
    for number, keys in enumerate(words):
        if key(headers.value) not in keys[1:]:
            continue
        value = keys.index(key(headers.value), 1)
        if key(beside) in keys[value:]:
            other = keys.index(key(beside), value)
            if headers.previous:
                return Columns(number, value, other, _percent_column(sheet, number, other))
            return Columns(number, value, None, None)
        if headers.previous and _names_lines(sheet, number, value):
            return Columns(number, value, None, None)
    return None


def _word_key(cell: Value) -> str:
    return key(cell) if isinstance(cell, str) and cell else ""


def _names_lines(sheet: Sheet, row: int, value: int) -> bool:
    """Whether the line header stands left of the period's: then the column of the year before was left out."""
    around = sheet.rows[max(0, row - 2) : row + 1]
    return any(_word_key(cell) in _LINE_HEADERS for cells in around for cell in cells[:value])


def _percent_column(sheet: Sheet, row: int, previous: int) -> int | None:
    around = sheet.rows[max(0, row - 2) : row + 1]
    if previous + 1 < sheet.width and any("(%)" in str(cells[previous + 1]) for cells in around):
        return previous + 1
    return None


@cache
def _keys(official: OfficialForm) -> tuple[str, ...]:
    return tuple(line_key(place.line.label) for place in official.outline)


def _share(official: OfficialForm, sheet: Sheet, columns: Columns) -> float:
    rows = sheet.rows[columns.row + 1 : columns.row + 1 + _LONGEST]
    present = {row_key(row[: columns.value]) for row in rows}
    return sum(line in present for line in _keys(official)) / len(official.outline)


def _corner(sheet: Sheet, below: int) -> str:
    for row in sheet.rows[:below]:
        for cell in row:
            found = _CORNER.search(clean(cell)) if isinstance(cell, str) else None
            if found:
                return f"{found[1].replace(' ', '').upper()}-{found[2].upper()}"
    return ""


def _is_titled(official: OfficialForm, sheet: Sheet, below: int) -> bool:
    title = key(f"{official.form_set.noun} {official.title.vi}")
    return any(key(cell).startswith(title) for row in sheet.rows[:below] for cell in row if isinstance(cell, str))


def _other_title(official: OfficialForm, sheet: Sheet, below: int) -> Iterator[Finding]:
    """A warning where the title is that of another form of the set, as in forms copied from one another."""
    alike = [other for other in OFFICIAL if other.form_set is official.form_set and _is_titled(other, sheet, below)]
    if alike:
        other = max(alike, key=lambda one: len(one.title.vi))
        about = {"title": other.title, "other": other.corner, "form": official.corner}
        yield warning("official_title_differs", sheet.name, **about)


def _is_next_table(cells: Sequence[Value]) -> bool:
    """Whether a row is the header of the table of ethnic groups and religions that follows form 2."""
    return any(isinstance(cell, str) and key(cell) == _NEXT_TABLE for cell in cells)


class _Lines:
    """Walks down the rows and finds each line within its parent line."""

    def __init__(self, official: OfficialForm, sheet: Sheet, columns: Columns) -> None:
        self.official, self.sheet, self.columns = official, sheet, columns
        self.rows: dict[str, int] = {}
        self.unknown: list[int] = []
        self.twice: list[tuple[int, str]] = []
        self.keys = dict(zip(official.places, _keys(official), strict=True))
        self.skipped = {line_key(words) for words in (official.headers.lines, "Chia ra", "Trong đó", "Phân tích", "")}
        self.current: str | None = None
        self.lost = False
        for row in range(columns.row + 1, len(sheet.rows)):
            cells = sheet.rows[row]
            words = row_key(cells[: columns.value])
            if words not in self.keys.values() and (_is_next_table(cells) or ends_table(cells)):
                break
            if words not in self.skipped and not self._is_frame(cells, words):
                self._take(row, words)

    def _is_frame(self, cells: Sequence[Value], words: str) -> bool:
        """A repeated header or column-number row, "Tiếp biểu số", or a remark without a number."""
        if words.startswith(_CONTINUED):
            return True
        label = label_of(cells[: self.columns.value])
        return label in {"1", "A"} and any(str(cell).startswith("2") for cell in cells)

    def _take(self, row: int, words: str) -> None:
        place = self._find(words) or self._find_joined(row, words)
        if place is not None:
            self.rows[place.code] = row
            self.current, self.lost = place.code, False
            return
        again = None if self.lost else self._near(words, taken=True)
        if again is not None:
            self.twice.append((row, again.code))
        else:
            self.unknown.append(row)
            self.lost = True

    def _find(self, words: str) -> LinePlace | None:
        near = None if self.lost else self._near(words, taken=False)
        if near is not None:
            return near
        alike = [code for code, line in self.keys.items() if line == words]
        return self.official.places[alike[0]] if len(alike) == 1 and alike[0] not in self.rows else None

    def _near(self, words: str, *, taken: bool) -> LinePlace | None:
        """The line with these words below the current one, or below its nearest ancestor that has one."""
        scope = self.current
        while True:
            for place in self.official.below.get(scope, ()):
                if self.keys[place.code] == words and (place.code in self.rows) is taken:
                    return place
            if scope is None:
                return None
            scope = self.official.places[scope].parent

    def _find_joined(self, row: int, words: str) -> LinePlace | None:
        """A heading that shares its row with its first line: "1. Tuổi đời: + 18 đến 30 tuổi"."""
        for place in self.official.outline:
            start = f"{self.keys[place.code]} "
            if place.line.kind is LineKind.HEADING and place.code not in self.rows and words.startswith(start):
                for child in self.official.below.get(place.code, ()):
                    if words == start + self.keys[child.code] and child.code not in self.rows:
                        return child
        return None

    def findings(self) -> list[Finding]:
        """Duplicate, unknown and missing lines."""
        missing = [p for p in self.official.outline if p.code not in self.rows and p.line.kind is not LineKind.MEAN]
        found = [self._twice(row, code) for row, code in self.twice]
        found.extend(finding for row in self.unknown for finding in self._unknown(row, missing))
        counted = [place for place in missing if place.line.kind is LineKind.COUNT]
        found.extend(self._missing(place) for place in counted if place.line.measure)
        others = [f"“{place.line.label}”" for place in counted if not place.line.measure]
        if others:
            listed = ", ".join(others[:_NAMES_SHOWN]) + (", …" if len(others) > _NAMES_SHOWN else "")
            about = {"number": str(len(others)), "names": listed, "form": self.official.corner}
            found.append(warning("official_lines_missing", self.sheet.name, **about))
        return found

    def _place(self, row: int) -> str:
        """The cell of a row's label: the longest text of its label columns."""
        words = [len(str(cell)) for cell in self.sheet.rows[row][: self.columns.value]]
        return address(row, words.index(max(words)))

    def _twice(self, row: int, code: str) -> Finding:
        """A duplicate is ambiguous only when both lines give a count of a measure."""
        line = self.official.places[code].line
        say = error if line.measure and self._has_count(row) else warning
        about = {"line": line.label, "first": self._place(self.rows[code])}
        return say("official_line_twice", self.sheet.name, self._place(row), **about)

    def _has_count(self, row: int) -> bool:
        return self.sheet.rows[row][self.columns.value] != ""

    def _unknown(self, row: int, missing: list[LinePlace]) -> Iterator[Finding]:
        """An unknown line similar to a missing one stands in for it; the missing one is then not reported again."""
        written = label_of(self.sheet.rows[row][: self.columns.value])
        about = {"written": written, "form": self.official.corner}
        labels = [self.keys[place.code] for place in missing]
        nearest = process.extractOne(line_key(written), labels, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
        if nearest is not None:
            line = missing.pop(nearest[2]).line
            say = error if line.measure else warning
            where = self._place(row)
            yield say("official_line_unknown_suggested", self.sheet.name, where, line=line.label, **about)
        elif self._has_count(row):
            yield warning("official_line_unknown", self.sheet.name, self._place(row), **about)

    def _missing(self, place: LinePlace) -> Finding:
        return error("official_line_missing", self.sheet.name, line=place.line.label, form=self.official.corner)
