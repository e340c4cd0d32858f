"""Rows that pages read from the database do not grow with the cells of a province."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from data.organisations.units import UnitKind
from data.returns import ParsedWorkbook, RegisteredUnit
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.pages.registry import PAGES
from tests.benchmarks.readers import read_by_board, reader
from tests.reorganisations import reorganised
from tests.small_province import START, movement
from tests.stores import Database, NewDatabase

PERIODS = ("2019-Q2", "2019-Q3", "2019-Q4")
FORMS = ("B1", "B2", "B4")
BASES = {"H1": "H1.1", "H2": "H2.1"}
# Judged for every cell of the province on the way to its counts and to ranks among all.
OF_EVERY_CELL = frozenset({"/", "/lagging"})


def cells(sender: str, number: int) -> list[str]:
    return [f"{BASES[sender]}.{place}" for place in range(20, 20 + number)]


def larger(workbook: ParsedWorkbook, number: int) -> ParsedWorkbook:
    """A registry with so many more cells in a base of each district."""
    assert workbook.registry is not None
    more = [
        RegisteredUnit(
            row=1, code=code, name=code, kind=UnitKind.CELL, parent=BASES[sender], valid_from=START, valid_to=None
        )
        for sender in BASES
        for code in cells(sender, number)
    ]
    units = tuple(replace(unit, row=row) for row, unit in enumerate((*workbook.registry.units, *more), start=8))
    return replace(workbook, registry=replace(workbook.registry, units=units))


def fill(store: Store, number: int) -> None:
    """Returns of so many more cells around a reorganisation that is dated in the midst of them."""
    store.accept(larger(reorganised("a cell absorbed by another"), number), viewer=SYSTEM)
    own = {"H1": ["H1.1.1", "H1.2"], "H2": ["H2.1.1", "H2.1.2"]}
    for period in PERIODS:
        for sender in BASES:
            counts = {cell: {"members_end": 10} for cell in (*own[sender], *cells(sender, number))}
            for form in FORMS:
                given = counts if form == "B1" else {cell: {} for cell in counts}
                store.accept(movement(sender, period, given, form=form), viewer=SYSTEM)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The number of rows fetched meanwhile, at every fetch."""
    found: list[int] = []

    class Counting(sqlite3.Cursor):
        def fetchall(self) -> list[Any]:
            rows = super().fetchall()
            found.append(len(rows))
            return rows

        def fetchmany(self, *size: Any) -> list[Any]:
            rows = super().fetchmany(*size)
            found.append(len(rows))
            return rows

        def fetchone(self) -> Any:
            row = super().fetchone()
            found.append(row is not None)
            return row

    class Connected(sqlite3.Connection):
        def cursor(self, *_: Any) -> Any:
            return super().cursor(Counting)

    connect: Callable[..., sqlite3.Connection] = sqlite3.connect
    with monkeypatch.context() as patched:
        patched.setattr(sqlite3.dbapi2, "connect", lambda *given, **more: connect(*given, **more, factory=Connected))
        yield found


def rows_by_page(url: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, int]:
    with counted(monkeypatch) as found, closing(Store.open(url).of_past_series()) as store:
        fill(store, number)
        ask = reader(store)
        # The registry is read once by a process.
        ask("/report")
        rows = {}
        for path in (page.path for page in PAGES if read_by_board(page) and page.path not in OF_EVERY_CELL):
            found.clear()
            ask(path, f"?period={PERIODS[1]}")
            rows[path] = sum(found)
        return rows


def test_no_page_reads_more_rows_of_more_cells(
    empty_database: Database, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for number in (10, 60):
        with new_database("sqlite", empty_database("sqlite")) as url:
            found.append(rows_by_page(url, number, monkeypatch))
    few, many = found
    for path, rows in many.items():
        assert 0 < rows <= few[path], path
