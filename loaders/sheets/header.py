"""The header of a sheet: its position, the words above each column, and the measure of each column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from data.forms.model import Field, Form
from data.forms.vocabulary import Vocabulary
from data.measures import Measure
from data.vietnamese.text import clean, compact_key, key
from loaders.sheets.period_lines import read_period
from loaders.templates.sheet_frame import column_paths
from loaders.workbook import Sheet, Value

_SEARCHED_ROWS = 80
_DEEPEST_HEADER = 8
_FEWEST_LABELS = 3
_FEWEST_WORDS = 3
_ENOUGH_WORDS = 0.3
_FEWEST_NUMBERS = 2
_NUMBERS_A_LINE = re.compile(r"[IVXLC]+|[A-Za-zĐđ]|\d{1,3}")
_MOSTLY = 0.7  # duplicated columns repeat their number
_LABEL = re.compile(r"[(\[]?[A-Za-zĐđ][)\]]?|[(\[]?(\d{1,3})[)\]]?(?:\s*\(?\s*=.*)?")
_UNIT_LINE = re.compile(r"(?:đơn vị|đvt)\s*:", re.IGNORECASE)
_TITLE_WORDS = tuple(map(key, ("Mã đơn vị", "Đơn vị tính", "Biểu số", "Số liệu", "Mẫu số")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Zero-based rows: the header spans `top` to above `numbers`, the column-number row.

    A header without such a row (`numbered` false) ends with `numbers` itself; the body begins below it in both.
    `raw` holds each column's words top-down as they stand; `filled` also extends parents to unmerged neighbours.
    """

    top: int
    numbers: int
    numbered: bool
    raw: tuple[tuple[str, ...], ...]
    filled: tuple[tuple[str, ...], ...]

    @property
    def last(self) -> int:
        """Its last row with words, zero-based."""
        return self.numbers - 1 if self.numbered else self.numbers

    def words(self, column: int) -> str:
        """The words above a column, joined for display."""
        return " / ".join(self.raw[column])


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The columns of a form found on a sheet, by code; `twice` are further columns for a code already found."""

    columns: Mapping[str, int]
    twice: tuple[tuple[str, int], ...]

    def share_of(self, form: Form) -> float:
        """The fraction of the form's columns that was found."""
        return len(self.columns) / (len(form.fields) + len(form.measures))


def find_header(sheet: Sheet, vocabulary: Vocabulary) -> Header | None:
    """The header above the column-number row; without one, the rows whose words fit a form best, if any do."""
    numbers = next((r for r, row in enumerate(sheet.rows[:_SEARCHED_ROWS]) if _is_number_row(row)), None)
    if not numbers:
        return _by_words(sheet, vocabulary)
    top = _top(sheet.rows, numbers, vocabulary)
    return _header(sheet, top, numbers, numbered=True)


def begins_table(row: Sequence[Value], vocabulary: Vocabulary) -> bool:
    """Whether a row below a header belongs to the header of another table."""
    texts = [cell for cell in row if isinstance(cell, str) and cell]
    if len({compact_key(text) for text in texts} & _words_of(vocabulary).all) >= _FEWEST_WORDS:
        return True
    if not all(_LABEL.fullmatch(clean(text)) for text in texts):  # as in almost every line: it has a name
        return False
    labels = [_text(cell) for cell in row]
    numbers = [int(found[1]) for label in labels if (found := _LABEL.fullmatch(label)) and found[1]]
    return len(numbers) >= _FEWEST_LABELS and numbers == list(range(1, len(numbers) + 1)) and _is_number_row(row)


def header_at(sheet: Sheet, first: int, last: int) -> Header | None:
    """The header in given one-based rows; None when the sheet has no such rows."""
    if last > len(sheet.rows):
        return None
    return _header(sheet, first - 1, last, numbered=False)


def _by_words(sheet: Sheet, vocabulary: Vocabulary) -> Header | None:
    known = _words_of(vocabulary).all
    for top, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        if len({compact_key(cell) for cell in row if isinstance(cell, str) and cell} & known) >= _FEWEST_WORDS:
            depths = range(1, min(_DEEPEST_HEADER, len(sheet.rows) - top) + 1)
            headers = [_header(sheet, top, top + depth, numbered=False) for depth in depths]
            fits = [max(match.share_of(form) for form, match in matches(header, vocabulary)) for header in headers]
            best = max(fits)
            return headers[fits.index(best)] if best >= _ENOUGH_WORDS else None
    return None


def guess_header(sheet: Sheet, vocabulary: Vocabulary) -> tuple[int, int] | None:
    """One-based rows that may be the header of a sheet without a column-number row: those above the first numbers."""
    rows = sheet.rows[:_SEARCHED_ROWS]
    body = next((r for r, row in enumerate(rows) if sum(map(_is_number, row)) >= _FEWEST_NUMBERS), 0)
    bottom = next((r for r in reversed(range(body)) if _may_be_header(rows[r])), None)
    return None if bottom is None else (_top(rows, bottom + 1, vocabulary) + 1, bottom + 1)


def _is_number(cell: Value) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _may_be_header(row: Sequence[Value]) -> bool:
    """Several words, the first of which is not a line number."""
    texts = [text for text in map(_text, row) if text]
    return len(texts) >= _FEWEST_LABELS and not _NUMBERS_A_LINE.fullmatch(texts[0])


def _header(sheet: Sheet, top: int, end: int, *, numbered: bool) -> Header:
    texts = [[_text(cell) for cell in row] for row in sheet.rows[top:end]]
    spanned = _spread_merges(texts, sheet, top)
    filled = _paths(_pass_on(texts, spanned))
    return Header(top=top, numbers=end if numbered else end - 1, numbered=numbered, raw=_paths(texts), filled=filled)


def _text(cell: Value) -> str:
    if isinstance(cell, str):
        return clean(cell)
    return f"{cell:g}" if isinstance(cell, int | float) and not isinstance(cell, bool) else ""


def _is_number_row(row: Sequence[Value]) -> bool:
    labels = [text for text in map(_text, row) if text]
    if len(labels) < _FEWEST_LABELS or len(set(labels)) < _MOSTLY * len(labels):
        return False
    found = [_LABEL.fullmatch(label) for label in labels]
    return all(found) and any(label and label[1] == "1" for label in found)


def _top(rows: Sequence[Sequence[Value]], numbers: int, vocabulary: Vocabulary) -> int:
    """The first row of the header: the topmost adjacent row with several words, or the row with the words for units."""
    top = next((row for row in range(numbers - 1, 0, -1) if any(map(_text, rows[row]))), 0)
    while top > 0 and sum(map(bool, map(_text, rows[top - 1]))) > 1 and not _is_title(rows[top - 1]):
        top -= 1
    first = max(0, numbers - _DEEPEST_HEADER)
    fields = _words_of(vocabulary).fields
    named = (r for r in range(first, top) if any(compact_key(text) in fields for text in map(_text, rows[r]) if text))
    return min(next(named, top), top)


def _is_title(row: Sequence[Value]) -> bool:
    texts = [text for text in map(_text, row) if text]
    return any(key(text).startswith(_TITLE_WORDS) or _UNIT_LINE.match(text) or read_period(text) for text in texts)


def _spread_merges(texts: list[list[str]], sheet: Sheet, top: int) -> set[tuple[int, int]]:
    """Copies a merged parent above each of its columns, in its first row; returns all cells covered by merges."""
    covered = set()
    for (first, left), (last, right) in sheet.merges:
        if top <= first < top + len(texts):
            for column in range(left, min(right, sheet.width - 1) + 1):
                texts[first - top][column] = texts[first - top][left]
                covered |= {(row - top, column) for row in range(first, last + 1)}
    return covered


def _pass_on(texts: list[list[str]], covered: set[tuple[int, int]]) -> list[list[str]]:
    """Extends parents to the right that, without a merge, stand above their first column only."""
    filled = [list(row) for row in texts]
    for level, row in enumerate(filled[:-1]):
        for column in range(1, len(row)):
            below = any(texts[deeper][column] for deeper in range(level + 1, len(texts)))
            if not row[column] and below and (level, column) not in covered:
                row[column] = row[column - 1]
    return filled


def _paths(texts: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word for word in column if word) for column in zip(*texts, strict=True))


@dataclass(frozen=True, slots=True)
class _Words:
    form: Form
    whole: Mapping[str, str]
    last: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _HeaderWords:
    """The words of all headers: by form, in total (parents and leaves alike), and those of the row's subject."""

    forms: tuple[_Words, ...]
    all: frozenset[str]
    fields: frozenset[str]


@lru_cache(maxsize=2)
def _words_of(vocabulary: Vocabulary) -> _HeaderWords:
    forms = [form for versions in vocabulary.versions.values() for form in versions]
    known = tuple(map(_words, forms))
    parents = (compact_key(words) for form in forms for path in column_paths(form) for words in path)
    ends = (alias for words in known for alias in (*words.whole, *words.last))
    columns = (named for (form, *_) in vocabulary.versions.values() if form.measures for named in form.fields)
    fields = (compact_key(" ".join(path)) for named in columns for path in (named.header, *named.aliases))
    return _HeaderWords(known, frozenset((*parents, *ends)), frozenset(fields))


def _words(form: Form) -> _Words:
    columns: tuple[Field | Measure, ...] = (*form.fields, *form.measures)
    paths = column_paths(form)
    whole = {compact_key(" ".join(path)): column.code for column, path in zip(columns, paths, strict=True)}
    ends: dict[str, set[str]] = defaultdict(set)
    for column, path in zip(columns, paths, strict=True):
        for other in (*column.aliases, (column.title.vi,)):
            whole.setdefault(compact_key(" ".join(other)), column.code)
            if len(other) == 1:
                whole.setdefault(compact_key(" ".join((*path[:-1], *other))), column.code)
        for other in (path, *column.aliases):
            ends[compact_key(other[-1])].add(column.code)
    last = {end: codes.pop() for end, codes in ends.items() if len(codes) == 1}
    return _Words(form, whole, last)


def matches(header: Header, vocabulary: Vocabulary, day: date | None = None) -> Iterator[tuple[Form, Match]]:
    """The fit of the columns with each form, in any order.

    Of a form's versions the best fitting one is used; on a tie, the one in force on the day.
    """

    def rank(found: tuple[Form, Match]) -> tuple[int, bool]:
        form, match = found
        return len(match.columns), form is vocabulary.form_on(form.code, day)

    for _, versions in groupby(_matches(header, vocabulary), key=lambda found: found[0].code):
        yield max(versions, key=rank)


def _matches(header: Header, vocabulary: Vocabulary) -> Iterator[tuple[Form, Match]]:
    width = len(header.raw)
    tiers = (
        [compact_key(" ".join(path)) for path in header.raw],
        [compact_key(" ".join(path)) for path in header.filled],
        [compact_key(path[-1]) if path else "" for path in header.raw],
    )
    for words in _words_of(vocabulary).forms:
        columns: dict[str, int] = {}
        taken: dict[int, str] = {}
        twice: list[tuple[str, int]] = []
        for keys, codes in zip(tiers, (words.whole, words.whole, words.last), strict=True):
            for column in range(width):
                code = codes.get(keys[column])
                if code is None or column in taken:
                    continue
                if code not in columns:
                    columns[code] = column
                elif codes is words.last:
                    continue
                else:
                    twice.append((code, column))
                taken[column] = code
        yield words.form, Match(columns=columns, twice=tuple(twice))
