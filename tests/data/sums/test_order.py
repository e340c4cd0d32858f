"""Any order of registry versions and returns gives the same values; predecessors' returns count for successors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DrawFn, composite, integers, permutations, sampled_from

from data.observations import Basis
from data.periods import Period
from data.returns import ParsedWorkbook
from data.sums.families.builtin import OBLIGATION_FAMILIES
from data.tables.records import ReturnStatus
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.sums.test_reorganisation import EVENTS, SENT, at, reorganised
from tests.small_province import NewProvince, movement
from tests.stores import Database, NewDatabase

BEFORE, AFTER = Period.parse("2019-Q2"), Period.parse("2019-Q3")
OLD = dict(SENT)
NEW: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "a cell absorbed by another": {"H1": ("H1.1.1", "H1.2")},
    "two cells made one, across districts": {"H1": ("H1.1.1", "H1.2"), "H2": ("H2.1.9", "H2.1.2")},
    "a cell split by share": {"H1": ("H1.1.8", "H1.1.2", "H1.2"), "H2": ("H2.1.9", "H2.1.1", "H2.1.2")},
    "a base cell moved to another district": {"H1": ("H1.1.1", "H1.1.2"), "H2": ("H2.1.1", "H2.1.2", "H1.2")},
    "a cell under a new code": {"H1": ("H1.1.7", "H1.1.2", "H1.2")},
    "a cell dissolved": {"H1": ("H1.1.1", "H1.2")},
    "districts abolished": {"H1.1": ("H1.1.1", "H1.1.2"), "H1.2": ("H1.2",), "H2.1": ("H2.1.1", "H2.1.2")},
}
"""What the senders return after each of the events; others return what they did before it."""


@dataclass(frozen=True)
class History:
    """A reorganisation, returns in the old and the new shape, and the place of the registry in an order of them."""

    event: str
    returns: tuple[ParsedWorkbook, ...]
    registered_after: int

    def load(self, store: Store) -> None:
        for place, workbook in enumerate(self.returns):
            if place == self.registered_after:
                store.accept(reorganised(self.event), viewer=SYSTEM)
            store.accept(workbook, viewer=SYSTEM)
        if self.registered_after == len(self.returns):
            store.accept(reorganised(self.event), viewer=SYSTEM)


@composite
def histories(draw: DrawFn) -> tuple[History, History]:
    """Two orders of the same registry versions and returns; the versions of one return keep theirs."""
    event = draw(sampled_from(EVENTS))
    sent = [(sender, cells, period) for sender, cells in OLD.items() for period in (BEFORE, AFTER)]
    old = [_return(draw, *each) for each in draw(permutations(sent))]
    corrected = draw(
        sampled_from([(), *[(each,) for each in NEW.get(event, {}).items()], tuple(NEW.get(event, {}).items())])
    )
    new = [_return(draw, sender, cells, AFTER) for sender, cells in corrected]
    first = History(event, (*old, *new), draw(integers(0, len(old))))
    others = draw(permutations(old))
    return first, History(event, (*others, *draw(permutations(new))), draw(integers(0, len(old))))


def _return(draw: DrawFn, sender: str, cells: Sequence[str], period: Period) -> ParsedWorkbook:
    count = integers(0, 40)
    return movement(
        sender, period.code, {cell: {"members_end": draw(count), "admitted": draw(count)} for cell in cells}
    )


def everything(store: Store) -> Mapping[tuple[str, ...], object]:
    """Every value of the store, on both maps, with who reported and where it is from."""
    reader = store.reader(SYSTEM)
    sources = ("B1", "sizes", "bases", "streaks", *OBLIGATION_FAMILIES)
    units, periods = reader.registry.ids, (BEFORE, AFTER)
    found: dict[tuple[str, ...], object] = {}
    for basis in Basis:
        observations = reader.observations(sources, units.values(), periods, basis)
        for source in sources:
            for code, unit in units.items():
                for period in periods:
                    found[basis, source, code, period.code] = observations.at(source, unit, period)
        cells = reader.contributions("B1", ["admitted"], units["T"], AFTER, basis)
        found[basis, "trace"] = sorted((cell.unit_code, cell.cell, cell.value, cell.share) for cell in cells)
    for due in (each for period in periods for each in reader.returns(period)):
        found["due", due.unit.code, due.form, due.period.code] = due.reporting, due.expected, due.blanks, due.status
    return found


@settings(max_examples=2)
@given(orders=histories())
def test_any_order_of_registry_versions_and_returns_gives_the_same_values(
    backend: str, small_database: Database, new_database: NewDatabase, orders: tuple[History, History]
) -> None:
    found = []
    for order in orders:
        with new_database(backend, small_database(backend)) as url, closing(Store.open(url).of_past_series()) as store:
            order.load(store)
            assert verify(store).faults == ()
            found.append(everything(store))
    assert found[0] == found[1]


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
