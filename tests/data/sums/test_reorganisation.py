"""Reorganisation on a real store: sums are conserved on both maps, and earlier instants can still be queried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy, fixed_dictionaries, integers, sampled_from

from data.observations import Basis, Totals
from data.organisations.units import Event, UnitKind
from data.periods import Period
from data.reading.queries import Reader
from data.returns import ParsedWorkbook, RegisteredSuccession, RegisteredUnit, SourceFile
from data.sums.stored_observations import StoredObservations
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.reorganisations import CHANGE, EVE, EVENTS, added, fill, numbered, reorganised
from tests.small_province import START, NewProvince, movement, registry

QUARTERS = tuple(Period.parse(f"2019-Q{quarter}") for quarter in (1, 2, 3, 4))
SENT = {"H1": ("H1.1.1", "H1.1.2", "H1.2"), "H2": ("H2.1.1", "H2.1.2")}


def of_each_cell() -> SearchStrategy[dict[str, dict[str, int]]]:
    count = integers(0, 60)
    values = {"members_start": count, "admitted": count, "members_end": count, "reorganised_net": integers(-9, 9)}
    return fixed_dictionaries({cell: fixed_dictionaries(values) for cells in SENT.values() for cell in cells})


def observed(store: Store, basis: Basis, source: str = "B1", as_of: datetime | None = None) -> StoredObservations:
    reader = store.reader(SYSTEM, as_of)
    return reader.observations([source], reader.registry.ids.values(), QUARTERS, basis)


def at(store: Store, unit: str, period: Period, basis: Basis = Basis.REPORTED, **how: object) -> Totals | None:
    found = observed(store, basis, **how)  # type: ignore[arg-type]
    return found.at(str(how.get("source", "B1")), found.context.registry.ids[unit], period)


@pytest.mark.slow
@settings(max_examples=12)
@given(name=sampled_from(EVENTS), values=of_each_cell())
def test_the_province_has_the_same_sums_on_both_maps_and_before_and_after(
    new_province: NewProvince, name: str, values: dict[str, dict[str, int]]
) -> None:
    with new_province() as store:
        fill(store, values, QUARTERS[:2])
        before = {period: at(store, "T", period) for period in QUARTERS[:2]}
        store.accept(reorganised(name), viewer=SYSTEM)
        fill(store, values, QUARTERS[2:])
        reported, today = observed(store, Basis.REPORTED), observed(store, Basis.TODAY)
        root = today.context.registry.ids["T"]
        for period in QUARTERS:
            ours, theirs = reported.at("B1", root, period), today.at("B1", root, period)
            assert ours is not None
            assert theirs is not None
            assert ours.sums == theirs.sums
            assert ours.reporting == theirs.reporting
            assert not theirs.estimated
            if period in before:
                assert before[period] == ours


@pytest.mark.slow
@settings(max_examples=8)
@given(name=sampled_from(EVENTS), values=of_each_cell(), corrected=of_each_cell())
def test_results_as_of_an_instant_never_change(
    new_province: NewProvince, name: str, values: dict[str, dict[str, int]], corrected: dict[str, dict[str, int]]
) -> None:
    with new_province() as store:
        fill(store, values, QUARTERS[:2])
        then = datetime.now(UTC)
        known = {basis: observed(store, basis, as_of=then).loaded for basis in Basis}
        store.accept(reorganised(name), viewer=SYSTEM)
        fill(store, corrected, QUARTERS)
        assert {basis: observed(store, basis, as_of=then).loaded for basis in Basis} == known


@pytest.mark.parametrize("name", EVENTS)
def test_on_todays_map_districts_and_what_is_placed_above_them_add_up_to_the_province(
    new_province: NewProvince, name: str
) -> None:
    cells = {cell: {"members_end": 10} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        fill(store, cells, QUARTERS[:2])
        store.accept(reorganised(name), viewer=SYSTEM)
        fill(store, cells, QUARTERS[2:])
        today = observed(store, Basis.TODAY)
        tree = store.reader(SYSTEM).tree()
        for period in QUARTERS:
            assert tree.root is not None
            top = [today.at("B1", unit.id, period) for unit in tree.children(tree.root.id)]
            whole = today.at("B1", tree.root.id, period)
            assert whole is not None
            parts = sum(found.sums["members_end"] for found in top if found)
            torn = name == "a cell split without shares" and period in QUARTERS[:2]
            assert whole.sums["members_end"] - parts == (10 if torn else 0)


def split_by_share(new_province: NewProvince) -> Iterator[Store]:
    with new_province() as store:
        cells = {cell: {"members_end": 10, "admitted": 1} for cells in SENT.values() for cell in cells}
        fill(store, cells, QUARTERS[:2])
        store.accept(reorganised("a cell split by share"), viewer=SYSTEM)
        fill(store, cells, QUARTERS[2:])
        yield store


def test_shares_give_exact_fractions_marked_as_estimated(new_province: NewProvince) -> None:
    for store in split_by_share(new_province):
        for unit, members in (("H1.1.8", Fraction(10, 3)), ("H2.1.9", Fraction(20, 3)), ("H2", Fraction(80, 3))):
            found = at(store, unit, QUARTERS[0], Basis.TODAY)
            assert found is not None, unit
            assert (found.sums["members_end"], found.estimated) == (members, True)
        assert at(store, "H1.1.8", QUARTERS[0]) is None
        today = observed(store, Basis.TODAY)
        ids = today.context.registry.ids
        parts = [leaf.values["members_end"] for leaf in today.leaves("B1", ids["H2.1"], QUARTERS[0])]
        assert parts == [Fraction(20, 3), 10, 10]


def test_without_shares_successors_have_no_series_and_sums_go_to_their_common_ancestor(
    new_province: NewProvince,
) -> None:
    cells = {cell: {"members_end": 10} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        fill(store, cells, QUARTERS[:2])
        store.accept(reorganised("a cell split without shares"), viewer=SYSTEM)
        fill(store, cells, QUARTERS[2:])
        today = observed(store, Basis.TODAY)
        ids, day = today.context.registry.ids, QUARTERS[0].end
        assert today.at("B1", ids["H1.1.8"], QUARTERS[0]) is None
        assert today.expected("B1", ids["H1.1.8"], day) == 0
        for unit, reporting, expected in (("H1", 2, 3), ("H2", 2, 3), ("T", 5, 5)):
            found = today.at("B1", ids[unit], QUARTERS[0])
            assert found is not None
            assert (found.reporting, found.expected) == (reporting, expected), unit


def test_a_cell_that_absorbed_others_has_their_series_on_todays_map(new_province: NewProvince) -> None:
    cells = {cell: {"members_end": 3, "admitted": 2} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        fill(store, cells, QUARTERS[:2])
        store.accept(reorganised("two cells made one, across districts"), viewer=SYSTEM)
        fill(store, cells, QUARTERS[2:])
        then = at(store, "H2.1.9", QUARTERS[0], Basis.TODAY)
        assert then is not None
        assert (then.sums["admitted"], then.reporting, then.expected) == (4, 2, 2)
        small = at(store, "T", QUARTERS[0], Basis.TODAY, source="sizes")
        assert small is not None
        assert (small.sums, small.reporting, small.expected) == ({"cells": 4, "small_cells": 3}, 4, 4)


def test_since_districts_were_abolished_communes_send_returns(new_province: NewProvince) -> None:
    cells = {cell: {"members_end": 10} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        fill(store, cells, QUARTERS[:2])
        store.accept(reorganised("districts abolished"), viewer=SYSTEM)
        fill(store, cells, QUARTERS[2:])
        reader = store.reader(SYSTEM)
        assert {due.unit.code for due in reader.returns(QUARTERS[1])} == {"H1", "H2"}
        assert {due.unit.code for due in reader.returns(QUARTERS[2])} == {"H1.1", "H1.2", "H2.1"}
        for basis in Basis:
            for period, senders in zip(QUARTERS, (2, 2, 3, 3), strict=True):
                found = at(store, "T", period, basis, source="returns")
                assert found is not None
                assert found.sums["returns_due"] == sum(len(forms) for forms in due_forms(reader, period).values())
                assert len(due_forms(reader, period)) == senders


def due_forms(reader: Reader, period: Period) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for due in reader.returns(period):
        found.setdefault(due.unit.code, []).append(due.form)
    return found


@pytest.mark.parametrize("admitted", [0, 1])
def test_a_base_founded_during_the_year_counts_its_predecessors_admissions(
    new_province: NewProvince, admitted: int
) -> None:
    merged = registry(
        H2_1=RegisteredUnit(
            row=90, code="H2.1", name="x", kind=UnitKind.BASE_COMMITTEE, parent="H2", valid_from=START, valid_to=EVE
        )
    )
    assert merged.registry is not None
    units = [replace(u, valid_to=EVE) if u.parent == "H2.1" else u for u in merged.registry.units]
    units += [added("H2.9", "H2", UnitKind.BASE_COMMITTEE)]
    units += [replace(u, parent="H2.9", valid_from=CHANGE, valid_to=None) for u in units if u.parent == "H2.1"]
    line = RegisteredSuccession(
        row=8, date=CHANGE, decision="QĐ", event=Event.RENAMED, predecessor="H2.1", successor="H2.9"
    )
    workbook = replace(
        merged,
        registry=replace(merged.registry, units=numbered(units), successions=(line,)),
        source=SourceFile(name="dm3.xlsx", content=b"3"),
    )
    first = {cell: {"members_end": 10, "admitted": admitted} for cells in SENT.values() for cell in cells}
    nobody = {cell: {"members_end": 10} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        fill(store, nobody, QUARTERS[:2])
        store.accept(workbook, viewer=SYSTEM)
        fill(store, nobody, QUARTERS[2:3])
        fill(store, first, QUARTERS[:1])
        for basis in Basis:
            found = at(store, "H2", QUARTERS[2], basis, source="bases")
            assert found is not None
            assert (found.sums["bases_without_admission"], found.reporting, found.expected) == (1 - admitted, 1, 1)


def history(values: Mapping[str, int], year: int) -> ParsedWorkbook:
    """The historical series of one year by district."""
    workbook = movement("T", str(year), {unit: {"members_end": count} for unit, count in values.items()}, form="LS")
    (given,) = workbook.returns
    rows = tuple(replace(row, period=Period(year)) for row in given.rows)
    return replace(workbook, returns=(replace(given, period=None, rows=rows),))


@pytest.mark.parametrize(
    ("name", "districts"),
    [
        ("a base cell moved to another district", (None, None)),
        ("two cells made one, across districts", (None, None)),
        ("a cell absorbed by another", (37, 21)),
    ],
)
def test_a_district_whose_perimeter_changed_has_no_history_on_todays_map(
    new_province: NewProvince, name: str, districts: tuple[int | None, int | None]
) -> None:
    cells = {cell: {"members_end": 10} for cells in SENT.values() for cell in cells}
    with new_province() as store:
        store.accept(reorganised(name), viewer=SYSTEM)
        store.accept(history({"H1": 37, "H2": 21}, 2012), viewer=SYSTEM)
        fill(store, cells, QUARTERS)
        reader, year = store.reader(SYSTEM), Period(2012)
        ids = reader.registry.ids
        today = reader.observations(["LS"], ids.values(), [year], Basis.TODAY)
        found = [today.at("LS", ids[unit], year) for unit in ("T", "H1", "H2")]
        assert [one and one.sums["members_end"] for one in found] == [58, *districts]
        assert [today.expected("LS", ids[unit], year.end) for unit in ("T", "H1", "H2")] == [
            2,
            *(int(members is not None) for members in districts),
        ]
