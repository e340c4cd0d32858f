"""Reads delimited text (.csv, .tsv); separator and encoding are detected from the content."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from data.vietnamese.encodings import read_bytes
from loaders.formats.grids import Grid, error_or_text
from loaders.workbook import Container, Unreadable, Workbook

_SEPARATORS = ("\t", ";", "|", ",")  # comma last: it is also the decimal separator
_SAMPLE_LINES = 200
_LEAST_LINES = 2
_LONGEST = 32_767  # Excel's limit for a cell: anything longer is lines joined by an unclosed quotation mark
_LOST = re.compile(r"[^\W\d_]{0,10}\?{1,4}[^\W\d_]{1,10}")
_FEWEST_LOST = 3


def read(content: bytes) -> Workbook:
    """One sheet of text cells: numbers stay as written, so that codes keep their leading zeros.

    Raises:
        Unreadable: it is not a table, or its accented letters were lost.
    """
    text, _ = read_bytes(content)
    lost = sorted(set(_LOST.findall(text)))
    if len(lost) >= _FEWEST_LOST:
        raise Unreadable("letters_lost", example=lost[0])
    if "\x00" in text:
        raise Unreadable("not_excel")
    declared, body = _declared(text)
    separator = declared or _separator(body)
    grid = Grid(name="Sheet1")
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(body, newline=""), delimiter=separator)):
            for column, value in enumerate(cells):
                if len(value) > _LONGEST:
                    raise Unreadable("broken")
                grid.put(row, column, error_or_text(value.strip()))
    except csv.Error:
        raise Unreadable("broken") from None
    return Workbook(sheets=(grid.sheet(),), container=Container.TEXT)


def _declared(text: str) -> tuple[str, str]:
    """The separator declared in a first line "sep=;", as Excel writes it, and the lines after it."""
    first, _, rest = text.partition("\n")
    mark = first.strip().lower()
    return (mark[4], rest) if mark.startswith("sep=") and len(mark) == len("sep=") + 1 else ("", text)


def _separator(text: str) -> str:
    """The separator that gives the most lines the same number of columns; ties go to the first.

    Raises:
        Unreadable: none gives two columns.
    """
    lines = text.splitlines(keepends=True)[:_SAMPLE_LINES]
    scores: dict[str, int] = {}
    for separator in _SEPARATORS:
        try:
            widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        regular = [number * (columns - 1) for columns, number in widths.items() if number >= _LEAST_LINES]
        scores[separator] = max(regular, default=0)
    best = max(scores.values(), default=0)
    if not best:
        raise Unreadable("not_excel")
    return next(separator for separator, score in scores.items() if 2 * score >= best)
