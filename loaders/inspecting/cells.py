"""Observations on the cells of a sheet: decoded texts, unusual spellings, codes, numbers copied from another sheet."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from loaders.vietnamese.numbers import show
from loaders.workbook import Place, Sheet, Value, address

_LEADING_ZERO = re.compile(r"\s*0\d+\s*")
_DOUBLE_SPACE = re.compile(r"\S[ \u00a0]{2,}\S")
_NEAR = 0.8
_FEWEST = 8
_MOST_COMPARED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedCells:
    """Cells whose value differs from what the file stores: their number, the first of them, and its decoded text."""

    kind: str
    cells: int
    first_cell: str
    first_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedNumbers:
    """An earlier sheet with mostly the same numbers in the same cells, and how many of them agree."""

    sheet: str
    same: int
    numbers: int


def decodings(sheet: Sheet) -> Iterator[DecodedCells]:
    """By kind: legacy fonts, links to other workbooks, decomposed letters, double spaces, codes that begin with 0."""
    kinds: dict[str, list[Place]] = defaultdict(list)
    for note in sheet.notes:
        kinds[note.kind.value].append((note.row, note.column))
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell:
                for kind in _spellings(cell):
                    kinds[kind].append((row, column))
    for kind, places in kinds.items():
        row, column = places[0]
        first = show(sheet.rows[row][column])
        yield DecodedCells(kind=kind, cells=len(places), first_cell=address(row, column), first_text=first)


def _spellings(text: str) -> Iterator[str]:
    if not unicodedata.is_normalized("NFC", text):
        yield "decomposed" if unicodedata.is_normalized("NFD", text) else "half_composed"
    if _DOUBLE_SPACE.search(text):
        yield "double_spaces"
    if _LEADING_ZERO.fullmatch(text):
        yield "leading_zeros"


def copies(sheets: Sequence[Sheet]) -> dict[int, CopiedNumbers]:
    """Sheets, by index, that repeat the numbers of an earlier one whatever their words: last year's, a translation."""
    found: dict[int, CopiedNumbers] = {}
    numbers = [dict(_numbers(sheet.rows)) for sheet in sheets[:_MOST_COMPARED]]
    for place, mine in enumerate(numbers):
        for before in range(place):
            most = max(len(mine), len(numbers[before]))
            if min(len(mine), len(numbers[before])) < max(_FEWEST, _NEAR * most):
                continue
            same = sum(numbers[before].get(at) == value for at, value in mine.items())
            if same >= _NEAR * most:
                found[place] = CopiedNumbers(sheet=sheets[before].name, same=same, numbers=most)
                break
    return found


def _numbers(rows: Iterable[Sequence[Value]]) -> Iterator[tuple[Place, float]]:
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, float):
                yield (row, column), cell
