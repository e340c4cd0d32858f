"""Answers on a real store: stable columns, one fetch, plans inherited across scope, and sums that trace to cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period, Term, parse_span
from data.reading.queries import UnknownUnit
from data.returns import ParsedWorkbook
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, TraceRow, answer, trace
from indicators.answers.rows import TableRow, ValueRow
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.value import State, Status
from layouts.documents.tables import cells as written
from tests.reorganisations import reorganised
from tests.small_province import movement, planned, registry
from tests.stores import NewDatabase

DISTRICT = Viewer("H1", Role.DISTRICT, "H1")
QUARTERS = ("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4")
CELLS = {"H1": ("H1.1.1", "H1.1.2", "H1.2"), "H2": ("H2.1.1", "H2.1.2")}


def members(start: int, admitted: int) -> dict[str, int]:
    return {"members_start": start, "admitted": admitted, "members_end": start + admitted}


@pytest.fixture(scope="module")
def small(new_database: NewDatabase) -> Iterator[Store]:
    """Two districts, the four quarters of 2019; the first quarter of 2020 of one of them; plans. Only read here."""
    with new_database("sqlite", None) as url, closing(Store.open(url).of_past_series()) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    store.accept(registry(), viewer=SYSTEM, at=datetime(2019, 1, 2, tzinfo=UTC))
    store.accept(
        planned(
            ("T", "2019", "village_heads_member_share", "0.75", "2019-01-01"),
            ("H1", "2019", "admissions", "10", "2019-01-01"),
            ("T", "2019", "admissions", "25", "2019-01-01"),
        ),
        viewer=SYSTEM,
        at=datetime(2019, 1, 3, tzinfo=UTC),
    )
    for place, period in enumerate((*QUARTERS, "2020-Q1")):
        at = datetime(2019, 4, 10, tzinfo=UTC).replace(month=min(4 + place * 2, 12))
        for sender, cells in CELLS.items():
            if (sender, period) != ("H2", "2020-Q1"):
                movements = {cell: members(10 + place, 1) for cell in cells}
                store.accept(movement(sender, period, movements), viewer=SYSTEM, at=at)
                heads = {f"{sender}.1.1": {"village_heads": 4, "village_heads_members": 3 if sender == "H1" else 2}}
                store.accept(movement(sender, period, heads, form="B3"), viewer=SYSTEM, at=at)


def ask(store: Store, *indicators: str, period: str = "2019", viewer: Viewer = SYSTEM, **how: Any) -> list[ValueRow]:
    enquiry = Enquiry(indicators=indicators, periods=parse_span(period), **how)
    return answer(store.reader(viewer), enquiry)


def column(rows: Sequence[TableRow], name: str) -> list[Any]:
    return [getattr(row, name) for row in rows]


def test_a_row_has_exact_values(small: Store) -> None:
    (row,) = ask(small, "village_heads_member_share")

    assert row == ValueRow(
        indicator=CATALOGUE["village_heads_member_share"],
        unit="T",
        unit_name="Tổ chức T",
        level=Level.PROVINCE,
        period=Period(2019),
        value=Fraction(5, 8),
        numerator=Fraction(5),
        denominator=Fraction(8),
        plan=Fraction(3, 4),
        gap=Fraction(-1, 8),
        status=Status.NOT_MET,
        state=State.REPORTED,
        reporting=2,
        expected=2,
        as_of=None,
        basis=Basis.REPORTED,
    )


def test_a_level_lists_its_units_below_the_one_asked_for(small: Store) -> None:
    assert column(ask(small, "members", level=Level.DISTRICT), "unit") == ["H1", "H2"]
    assert column(ask(small, "members", level=Level.BASE, unit="H1"), "unit") == ["H1.1", "H1.2"]
    cells = ask(small, "members", level=Level.CELL)
    assert column(cells, "unit") == ["H1.1.1", "H1.1.2", "H1.2", "H2.1.1", "H2.1.2"]
    assert set(column(cells, "level")) == {"cell"}
    assert column(cells, "value") == [14] * 5


def test_rows_come_by_indicator_then_unit_then_period(small: Store) -> None:
    rows = ask(small, "members", "admissions", period="2019-Q1..2019-Q2", level=Level.DISTRICT)

    assert [(row.indicator.code, row.unit, row.period.code) for row in rows] == [
        (indicator, unit, period)
        for indicator in ("members", "admissions")
        for unit in ("H1", "H2")
        for period in ("2019-Q1", "2019-Q2")
    ]


def test_a_year_is_made_of_its_quarters_and_judged_by_the_units_own_plan(small: Store) -> None:
    rows = ask(small, "admissions", level=Level.DISTRICT)

    assert column(rows, "value") == [12, 8]
    assert column(rows, "status") == ["met", "no_plan"]
    assert column(ask(small, "admissions_plan_rate"), "value") == [Fraction(20, 25)]


def test_a_quarter_that_a_district_misses_is_incomplete_and_has_no_level(small: Store) -> None:
    (row,) = ask(small, "village_heads_member_share", period="2020-Q1")

    assert (row.value, row.state, row.reporting, row.expected) == (Fraction(3, 4), "incomplete", 1, 2)
    assert (row.status, row.plan, row.gap) == ("not_judged", Fraction(3, 4), None)


def test_growth_does_not_count_a_district_that_is_missing(small: Store) -> None:
    (row,) = ask(small, "members_growth_yoy", period="2020-Q1")

    assert (row.numerator, row.denominator, row.state) == (Fraction(45), Fraction(33), State.INCOMPLETE)


def test_the_mean_per_year_is_one_row_for_the_span(small: Store) -> None:
    (row,) = ask(small, "admissions_per_year_mean", period="2018..2019")

    assert (row.period, row.numerator, row.denominator) == (Term(2018, 2019), Fraction(20), Fraction(1))
    assert (row.state, row.status) == ("incomplete", "no_plan")


def test_a_district_sees_its_own_branch_and_inherits_the_provinces_plan(small: Store) -> None:
    (row,) = ask(small, "village_heads_member_share", viewer=DISTRICT)

    assert (row.unit, row.value, row.plan, row.status) == ("H1", Fraction(3, 4), Fraction(3, 4), "met")
    assert column(ask(small, "members", viewer=DISTRICT, level=Level.DISTRICT), "unit") == ["H1"]
    with pytest.raises(OutOfScope):
        ask(small, "members", viewer=DISTRICT, unit="H2")
    with pytest.raises(UnknownUnit):
        ask(small, "members", unit="X")


def test_a_value_can_be_asked_as_it_was_known(small: Store) -> None:
    before = datetime(2019, 5, 1, tzinfo=UTC)
    enquiry = Enquiry(indicators=("members",), periods=parse_span("2019-Q1..2019-Q2"))

    rows = answer(small.reader(SYSTEM, before), enquiry)

    assert column(rows, "value") == [55, None]
    assert column(rows, "state") == ["reported", "not_reported"]
    assert column(rows, "as_of") == [before] * 2


def test_without_a_reorganisation_todays_map_gives_the_same_values(small: Store) -> None:
    codes = ("members", "admissions", "village_heads_member_share")
    today = ask(small, *codes, basis=Basis.TODAY)

    assert column(today, "value") == column(ask(small, *codes), "value")
    assert column(today, "basis") == ["today"] * 3


LEVELS = (None, Level.DISTRICT, Level.BASE)


def sums(rows: Sequence[TraceRow]) -> Mapping[str, Fraction]:
    found: dict[str, Fraction] = {}
    for row in rows:
        if row.role != "evidence":
            found[row.role] = found.get(row.role, Fraction(0)) + Fraction(row.value)
    return found


@pytest.mark.parametrize("period", ["2019", "2019-Q2", "2020-Q1"])
@pytest.mark.parametrize("unit", ["T", "H1", "H1.1"])
@pytest.mark.parametrize(
    "indicator",
    [
        "members",
        "members_growth_yoy",
        "net_change",
        "admissions",
        "admissions_plan_rate",
        "admission_rate",
        "village_heads_member_share",
        "removals",
        "removal_rate",
    ],
)
def test_the_cells_behind_a_value_add_up_to_it(small: Store, indicator: str, unit: str, period: str) -> None:
    reader = small.reader(SYSTEM)
    (row,) = answer(reader, Enquiry(indicators=(indicator,), unit=unit, periods=(Period.parse(period),)))

    cells = trace(reader, indicator, unit, Period.parse(period))

    found = sums(cells)
    if row.value is None:
        assert not cells
    else:
        assert found.get("numerator", 0) - found.get("subtracted", 0) == row.numerator
        assert found.get("denominator") == row.denominator


def test_a_traced_cell_names_its_workbook_sheet_and_address(small: Store) -> None:
    cells = trace(small.reader(SYSTEM), "village_heads_member_share", "H2", Period(2019))

    assert [tuple(written(cell).values())[:-2] for cell in cells] == [
        (
            "numerator",
            "H2 B3 2019-Q4.xlsx",
            "B3",
            "H12",
            "H2.1.1",
            "Tổ chức H2.1.1",
            "village_heads_members",
            "2019-Q4",
            2,
        ),
        ("denominator", "H2 B3 2019-Q4.xlsx", "B3", "F12", "H2.1.1", "Tổ chức H2.1.1", "village_heads", "2019-Q4", 4),
    ]


def test_the_plan_under_a_plan_rate_is_traced_to_its_decision(small: Store) -> None:
    cells = trace(small.reader(SYSTEM), "admissions_plan_rate", "H1", Period(2019))

    assert len([cell for cell in cells if cell.role == "numerator"]) == 12
    assert [(cell.file, cell.value) for cell in cells if cell.role == "denominator"] == [("QĐ 9", 10)]


SHOWN = (
    (Period(2014), Basis.REPORTED, LEVELS[:1]),
    (Period(2019), Basis.REPORTED, LEVELS),
    (Period.parse("2020-Q3"), Basis.REPORTED, LEVELS[:2]),
    (Period(2018), Basis.TODAY, LEVELS[:2]),
)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_indicator_of_the_sample_adds_up_from_its_cells(tiny_store: Store, code: str) -> None:
    reader = tiny_store.reader(SYSTEM)
    for when, basis, levels in SHOWN:
        enquiry = Enquiry(indicators=(code,), periods=(when,), basis=basis)
        for row in (row for level in levels for row in answer(reader, replace(enquiry, level=level))[:2]):
            adds_up(row, sums(trace(reader, code, row.unit, when, basis=basis)))


def adds_up(row: ValueRow, found: Mapping[str, Fraction]) -> None:
    """The sums of cells by role are those of the row's value, if it has any."""
    if row.numerator is not None:
        assert found.get("numerator", 0) - found.get("subtracted", 0) == row.numerator
        divisor = None if row.indicator.code == "admissions_per_year_mean" else row.denominator
        assert found.get("denominator") == divisor


def since_january(workbook: ParsedWorkbook) -> ParsedWorkbook:
    """The same return, its flows counted since 1 January."""
    return replace(workbook, returns=tuple(replace(given, cumulative=True) for given in workbook.returns))


def test_cells_of_divided_units_and_of_counts_since_january_add_up_too(store: Store) -> None:
    store.accept(registry(), viewer=SYSTEM)
    for place, period in enumerate(QUARTERS[:2], start=1):
        cells = dict.fromkeys(CELLS["H1"], members(10, 4 * place) | {"died": place, "members_end": 12 + place})
        store.accept(since_january(movement("H1", period, cells)), viewer=SYSTEM)
        store.accept(movement("H2", period, dict.fromkeys(CELLS["H2"], members(9, 1))), viewer=SYSTEM)
    store.accept(reorganised("a cell split by share"), viewer=SYSTEM)
    store.open_period(Period.parse("2019-Q3"), viewer=SYSTEM)
    reader = store.reader(SYSTEM)

    for basis, units in ((Basis.REPORTED, ("T", "H1", "H1.1.1")), (Basis.TODAY, ("T", "H2", "H1.1.8", "H2.1.9"))):
        for code, unit in product(("admissions", "net_change", "removal_rate", "small_cells"), units):
            when = Period.parse("2019-Q2")
            (row,) = answer(reader, Enquiry(indicators=(code,), unit=unit, periods=(when,), basis=basis))
            adds_up(row, sums(trace(reader, code, unit, when, basis=basis)))

    cells_of_half = trace(reader, "admissions", "H2.1.9", Period.parse("2019-Q2"), basis=Basis.TODAY)
    assert [(cell.file, cell.unit, cell.share, cell.value) for cell in cells_of_half] == [
        ("H1 B1 2019-Q2.xlsx", "H1.1.1", Fraction(2, 3), Fraction(16, 3)),
        ("H1 B1 2019-Q1.xlsx", "H1.1.1", Fraction(-2, 3), Fraction(-8, 3)),
    ]


def test_the_mean_of_a_span_traces_to_all_its_years(tiny_store: Store) -> None:
    reader, years = tiny_store.reader(SYSTEM), parse_span("2012..2019")
    (row,) = answer(reader, Enquiry(indicators=("admissions_per_year_mean",), periods=years))

    assert sums(trace(reader, "admissions_per_year_mean", None, *years))["numerator"] == row.numerator
