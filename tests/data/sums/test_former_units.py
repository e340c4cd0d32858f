"""What predecessors returned counts for their successors when the reorganisation is registered after the return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from data.observations import Basis
from data.periods import Period
from data.returns import ParsedWorkbook
from data.tables.records import ReturnStatus
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.sums.test_reorganisation import SENT, at
from tests.reorganisations import EVENTS, reorganised
from tests.small_province import NewProvince, movement

BEFORE, AFTER = Period.parse("2019-Q2"), Period.parse("2019-Q3")
OLD = dict(SENT)


def loaded(store: Store, event: str, *, registered_first: bool) -> None:
    """Returns in the shape of before an event that is dated within their period."""
    if registered_first:
        store.accept(reorganised(event), viewer=SYSTEM)
    for sender, cells in OLD.items():
        store.accept(movement(sender, AFTER.code, {cell: {"members_end": 10} for cell in cells}), viewer=SYSTEM)
    if not registered_first:
        store.accept(reorganised(event), viewer=SYSTEM)


@pytest.mark.parametrize("event", EVENTS)
def test_no_member_vanishes_when_a_reorganisation_is_registered_after_the_return(
    new_province: NewProvince, event: str
) -> None:
    with new_province() as store:
        loaded(store, event, registered_first=False)
        for basis in Basis:
            found = at(store, "T", AFTER, basis)
            assert found is not None
            assert found.sums["members_end"] == 50


def test_a_founded_successor_has_reported_when_all_its_predecessors_have(province: Store) -> None:
    event = "two cells made one, across districts"
    province.accept(reorganised(event), viewer=SYSTEM)
    province.accept(movement("H1", AFTER.code, {cell: {"members_end": 10} for cell in OLD["H1"]}), viewer=SYSTEM)
    part = at(province, "H2.1.9", AFTER)
    assert part is not None
    assert (part.reporting, part.expected, part.sums["members_end"]) == (0, 1, 10)
    assert status(province, "H2") == (ReturnStatus.MISSING, 0, 2)
    province.accept(movement("H2", AFTER.code, {cell: {"members_end": 10} for cell in OLD["H2"]}), viewer=SYSTEM)
    whole = at(province, "H2.1.9", AFTER)
    assert whole is not None
    assert (whole.reporting, whole.expected, whole.sums["members_end"]) == (1, 1, 20)
    assert status(province, "H2") == (ReturnStatus.LATE, 2, 2)
    assert verify(province).faults == ()


def since_january(sender: str, period: str, admitted: Mapping[str, int]) -> ParsedWorkbook:
    workbook = movement(sender, period, {cell: {"admitted": count} for cell, count in admitted.items()})
    (given,) = workbook.returns
    return replace(workbook, returns=(replace(given, cumulative=True),))


@pytest.mark.parametrize("shape", [{"H2.1.9": 9, "H2.1.2": 2}, {"H2.1.1": 5, "H2.1.2": 2}])
def test_counts_since_january_of_a_successor_continue_those_of_its_predecessors(
    province: Store, shape: Mapping[str, int]
) -> None:
    province.accept(reorganised("two cells made one, across districts"), viewer=SYSTEM)
    for period in ("2019-Q1", "2019-Q2"):
        province.accept(since_january("H1", period, {"H1.1.1": 1, "H1.1.2": 2, "H1.2": 1}), viewer=SYSTEM)
        province.accept(since_january("H2", period, {"H2.1.1": 3, "H2.1.2": 1}), viewer=SYSTEM)
    if "H2.1.1" in shape:
        province.accept(since_january("H1", AFTER.code, {"H1.1.1": 1, "H1.1.2": 4, "H1.2": 1}), viewer=SYSTEM)
    province.accept(since_january("H2", AFTER.code, shape), viewer=SYSTEM)
    found = at(province, "H2.1.9", AFTER)
    assert found is not None
    assert (found.sums["admitted"], found.blanks) == (4, {})
    cells = province.reader(SYSTEM).contributions("B1", ["admitted"], found_id(province, "H2.1.9"), AFTER)
    assert sum(int(cell.value or 0) * cell.share for cell in cells) == 4
    assert verify(province).faults == ()


def test_counts_of_a_dissolved_cell_stay_with_its_base_on_both_maps(province: Store) -> None:
    loaded(province, "a cell dissolved", registered_first=False)
    for basis in Basis:
        found = [at(province, unit, AFTER, basis) for unit in ("H1.1.1", "H1.1", "T")]
        assert [one and (one.sums["members_end"], one.reporting, one.expected) for one in found] == [
            (10, 1, 1),
            (20, 1, 1),
            (50, 4, 4),
        ]


def test_a_return_is_complete_without_the_units_that_have_another_sender_by_now(province: Store) -> None:
    loaded(province, "a base cell moved to another district", registered_first=False)
    assert [status(province, sender)[1:] for sender in ("H1", "H2")] == [(2, 2), (3, 3)]


def status(store: Store, sender: str) -> tuple[ReturnStatus, int, int]:
    due = next(d for d in store.reader(SYSTEM).returns(AFTER) if (d.unit.code, d.form) == (sender, "B1"))
    return due.status, due.reporting, due.expected


def test_a_correction_in_the_new_shape_is_not_added_to_what_predecessors_returned(province: Store) -> None:
    loaded(province, "two cells made one, across districts", registered_first=False)
    province.accept(
        movement("H2", AFTER.code, {"H2.1.9": {"members_end": 19}, "H2.1.2": {"members_end": 10}}), viewer=SYSTEM
    )
    found = at(province, "T", AFTER)
    assert found is not None
    assert (found.sums["members_end"], found.reporting, found.expected) == (49, 4, 4)
    traced = province.reader(SYSTEM).contributions("B1", ["members_end"], found_id(province, "H2.1.9"), AFTER)
    assert [(cell.unit_code, cell.value) for cell in traced] == [("H2.1.9", 19)]


def found_id(store: Store, code: str) -> int:
    return store.reader(SYSTEM).registry.ids[code]
