"""Whatever is asked, SQLite and PostgreSQL give the same: all else in this package is tested on SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period, parse_span
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer, trace
from indicators.answers.statements import Statement, rows_of
from indicators.catalogue.builtin import CATALOGUE

DISTRICT = Viewer("district", Role.DISTRICT, "H01")
BEFORE = datetime(2020, 6, 30, tzinfo=UTC)
QUARTER = Period.parse("2020-Q2")


SHOWN = (
    (Basis.REPORTED, None, None),
    (Basis.REPORTED, Level.DISTRICT, BEFORE),
    (Basis.TODAY, None, BEFORE),
    (Basis.TODAY, Level.BASE, None),
)


@pytest.mark.parametrize("viewer", [SYSTEM, DISTRICT], ids=["system", "district"])
def test_every_indicator_has_the_same_values(tiny_stores: tuple[Store, Store], viewer: Viewer) -> None:
    for basis, level, as_of in SHOWN:
        asked = Enquiry(indicators=tuple(CATALOGUE), periods=(Period(2018), QUARTER), basis=basis, level=level)
        one, other = (list(answer(store.reader(viewer, as_of), asked)) for store in tiny_stores)
        assert one
        assert one == other


def test_every_indicator_is_traced_to_the_same_cells(tiny_stores: tuple[Store, Store]) -> None:
    one, other = (store.reader(SYSTEM) for store in tiny_stores)
    for code, (basis, when) in product(CATALOGUE, ((Basis.REPORTED, Period(2019)), (Basis.TODAY, QUARTER))):
        asked = (code, "H01", when)
        assert list(trace(one, *asked, basis=basis)) == list(trace(other, *asked, basis=basis)), code


@pytest.mark.parametrize("statement", Statement)
def test_every_statement_is_the_same(tiny_stores: tuple[Store, Store], statement: Statement) -> None:
    asked = Enquiry(indicators=tuple(CATALOGUE), periods=parse_span("2018-Q1..2020-Q2"), level=Level.DISTRICT)
    one, other = (list(rows_of(statement).rows(store.reader(SYSTEM), asked)) for store in tiny_stores)
    assert one or statement is Statement.PROGRESS  # of plans of several years, and the province has none
    assert one == other
