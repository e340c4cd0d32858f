"""A province small enough to compute by hand: two districts, three bases, five cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from fractions import Fraction

import pytest

from data.forms.builtin import FORMS
from data.forms.official.builtin import official_form
from data.organisations.units import UnitKind
from data.periods import Period, Term
from data.returns import (
    ParsedWorkbook,
    PlannedValue,
    PlanReturn,
    RegisteredUnit,
    RegistryReturn,
    Return,
    ReturnedRow,
    SourceFile,
)
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.stores import Database, NewDatabase, SharedDatabase

NewProvince = Callable[[], AbstractContextManager[Store]]

START = date(2010, 1, 1)
KINDS = {
    "T": (UnitKind.PROVINCE, None),
    "H1": (UnitKind.DISTRICT, "T"),
    "H2": (UnitKind.DISTRICT, "T"),
    "H1.1": (UnitKind.BASE_COMMITTEE, "H1"),
    "H1.1.1": (UnitKind.CELL, "H1.1"),
    "H1.1.2": (UnitKind.CELL, "H1.1"),
    "H1.2": (UnitKind.BASE_CELL, "H1"),
    "H2.1": (UnitKind.BASE_COMMITTEE, "H2"),
    "H2.1.1": (UnitKind.CELL, "H2.1"),
    "H2.1.2": (UnitKind.CELL, "H2.1"),
}


def registry(**changes: RegisteredUnit) -> ParsedWorkbook:
    """The registry workbook; `changes` replace rows by code (dots written as underscores)."""
    lines = [
        changes.get(
            code.replace(".", "_"),
            RegisteredUnit(
                row=row,
                code=code,
                name=f"Tổ chức {code}",
                kind=kind,
                parent=parent,
                valid_from=START,
                valid_to=None,
                residential=code.endswith(".1.1"),
            ),
        )
        for row, (code, (kind, parent)) in enumerate(KINDS.items(), start=8)
    ]
    return ParsedWorkbook(
        source=SourceFile(name="dm.xlsx", content=repr(lines).encode()),
        registry=RegistryReturn(sheet="DM", units=tuple(lines)),
    )


def movement(
    sender: str, period: str, cells: Mapping[str, Mapping[str, int | str | None]], *, form: str = "B1", name: str = ""
) -> ParsedWorkbook:
    """A return with one sheet; omitted counts are 0."""
    declared = FORMS[form]
    rows = tuple(
        ReturnedRow(unit, row, tuple(values.get(m.code, None if m.choices else 0) for m in declared.measures))
        for row, (unit, values) in enumerate(cells.items(), start=12)
    )
    letters = [*"DEFGHIJKLMNOPQRSTUVWXYZ", *(f"A{letter}" for letter in "ABCDEFGHIJKL")]
    given = Return(
        form=declared,
        unit=sender,
        period=Period.parse(period),
        sheet=form,
        columns={measure.code: letters[place] for place, measure in enumerate(declared.measures)},
        rows=rows,
    )
    file = name or f"{sender} {form} {period}.xlsx"
    return ParsedWorkbook(source=SourceFile(name=file, content=repr((file, cells)).encode()), returns=(given,))


def official(unit: str, period: str, number: str = "1", **counts: int | None) -> ParsedWorkbook:
    """An official form of one unit; omitted counts are 0, None is blank."""
    found = official_form(number, Period.parse(period).end)
    assert found is not None
    form = found.form
    given = Return(
        form=form,
        unit=unit,
        period=Period.parse(period),
        sheet=f"Biểu {number}",
        columns={measure.code: f"B{row}" for row, measure in enumerate(form.measures, start=9)},
        rows=(ReturnedRow(unit, 0, tuple(counts.get(measure.code, 0) for measure in form.measures)),),
    )
    name = f"{unit} {number} {period}.xlsx"
    return ParsedWorkbook(source=SourceFile(name=name, content=repr((name, counts)).encode()), official=(given,))


def planned(*lines: tuple[str, str, str, str, str]) -> ParsedWorkbook:
    """A plan workbook: (unit, term, indicator, value, decision date)."""
    plans = tuple(
        PlannedValue(
            row=row,
            cell=f"E{row}",
            unit=unit,
            term=Term.parse(term),
            indicator=indicator,
            value=Fraction(value),
            decision=f"QĐ {row}",
            decision_date=date.fromisoformat(day),
        )
        for row, (unit, term, indicator, value, day) in enumerate(lines, start=8)
    )
    return ParsedWorkbook(
        source=SourceFile(name="kh.xlsx", content=repr(lines).encode()), plans=PlanReturn(sheet="KH", plans=plans)
    )


@pytest.fixture(scope="session")
def small_database(shared_database: SharedDatabase, empty_database: Database) -> Database:
    """With the small province."""

    def fill(store: Store) -> None:
        store.accept(registry(), viewer=SYSTEM)

    return lambda kind: shared_database(kind, "small", empty_database, fill)


@pytest.fixture
def province(backend: str, small_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """A store of the test's own with the small province."""
    with new_database(backend, small_database(backend)) as url, closing(Store.open(url).of_past_series()) as opened:
        yield opened


@pytest.fixture(scope="session")
def new_province(small_database: Database, new_database: NewDatabase) -> NewProvince:
    """Opens a store with the small province, a new one for each example of a test."""

    @contextmanager
    def opened() -> Iterator[Store]:
        with (
            new_database("sqlite", small_database("sqlite")) as url,
            closing(Store.open(url).of_past_series()) as store,
        ):
            yield store

    return opened
