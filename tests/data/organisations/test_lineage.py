"""Where a unit is placed on a later day: at its successors by share, or at an ancestor where shares are unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from data.organisations.lineage import Lineage, all_predecessors
from data.organisations.units import Event, Registry, Succession, UnitKind
from tests.data.organisations.test_units import BEFORE, CHANGE, START, unit

LATER = date(2022, 7, 1)
HALF = Fraction(1, 2)


def line(
    event: Event, predecessor: int, successor: int | None, share: Fraction | None = None, day: date = CHANGE
) -> Succession:
    return Succession(date=day, decision="QĐ", event=event, predecessor=predecessor, successor=successor, share=share)


UNITS = (
    unit(0, UnitKind.PROVINCE, None),
    unit(1, UnitKind.DISTRICT, 0),
    unit(2, UnitKind.DISTRICT, 0),
    unit(11, UnitKind.BASE_COMMITTEE, 1),
    unit(12, UnitKind.BASE_COMMITTEE, 1),
    unit(21, UnitKind.BASE_COMMITTEE, 2),
    unit(111, UnitKind.CELL, 11, valid_to=BEFORE, residential=True),
    unit(112, UnitKind.CELL, 11, residential=True),
    unit(121, UnitKind.CELL, 12, valid_from=CHANGE, residential=True),
    unit(211, UnitKind.CELL, 21, residential=True),
)


def shares(registry: Registry, of: int, day: date = BEFORE, today: date = LATER) -> dict[int, Fraction]:
    return dict(Lineage(registry, today).placement(of, day).shares)


def test_a_unit_that_continues_maps_to_itself() -> None:
    assert shares(Registry(1, UNITS), 112) == {112: 1}


def test_a_single_successor_takes_all_with_or_without_a_stated_share() -> None:
    for share in (None, Fraction(1)):
        assert shares(Registry(1, UNITS, [line(Event.ABSORBED, 111, 112, share)]), 111) == {112: 1}


def test_shares_are_those_of_the_decision_and_go_on_through_later_ones() -> None:
    lines = [line(Event.SPLIT, 111, 112, Fraction(1, 4)), line(Event.SPLIT, 111, 121, Fraction(3, 4))]
    onward = line(Event.ABSORBED, 121, 211, day=LATER)
    units = [replace(u, valid_to=date(2022, 6, 30)) if u.id == 121 else u for u in UNITS]

    assert shares(Registry(1, UNITS, lines), 111) == {112: Fraction(1, 4), 121: Fraction(3, 4)}
    assert shares(Registry(1, units, [*lines, onward]), 111) == {112: Fraction(1, 4), 211: Fraction(3, 4)}
    assert shares(Registry(1, units, [*lines, onward]), 111, today=date(2021, 1, 1)) == {
        112: Fraction(1, 4),
        121: Fraction(3, 4),
    }


def test_a_unit_that_gives_up_a_part_keeps_the_rest_of_its_series() -> None:
    registry = Registry(1, UNITS, [line(Event.SPLIT, 112, 121, Fraction(1, 3))])

    assert shares(registry, 112) == {121: Fraction(1, 3), 112: Fraction(2, 3)}
    assert shares(registry, 112, day=CHANGE) == {112: 1}


def test_without_shares_a_unit_is_placed_above_all_its_successors_which_have_a_break() -> None:
    inside = Registry(1, UNITS, [line(Event.SPLIT, 111, 112), line(Event.SPLIT, 111, 121)])
    across = Registry(1, UNITS, [line(Event.SPLIT, 111, 112), line(Event.SPLIT, 111, 211)])

    assert shares(inside, 111) == {1: 1}
    assert Lineage(inside, LATER).placement(111, BEFORE).incomplete == {112, 11, 121, 12}
    assert shares(across, 111) == {0: 1}


def test_a_unit_without_successors_is_placed_at_its_parent() -> None:
    abolished = [replace(u, valid_to=date(2022, 6, 30)) if u.id in {2, 21, 211} else u for u in UNITS]
    below = replace(UNITS[5], parent=0, valid_from=LATER)
    registry = Registry(1, [*abolished, below, replace(UNITS[9], valid_from=LATER)])

    assert shares(Registry(1, UNITS), 111) == {11: 1}
    assert shares(registry, 2) == {0: 1}
    assert shares(registry, 211) == {211: 1}


@pytest.mark.parametrize("share", [None, HALF])
def test_circular_successions_terminate(share: Fraction | None) -> None:
    units = [replace(u, valid_to=BEFORE) if u.id in {111, 112} else u for u in UNITS]
    registry = Registry(1, units, [line(Event.MERGED, 111, 112, share), line(Event.MERGED, 112, 111, share)])

    assert set(shares(registry, 111)) <= {0, 1, 11}


def test_districts_between_which_a_unit_moved_are_reshaped_and_others_are_not() -> None:
    moved = [replace(u, valid_to=BEFORE) if u.id == 21 else u for u in UNITS]
    moved.append(replace(UNITS[5], parent=1, valid_from=CHANGE))
    inside = Registry(1, UNITS, [line(Event.ABSORBED, 111, 121)])

    assert Lineage(Registry(1, moved), LATER).reshaped(BEFORE) == {1, 2}
    assert Lineage(Registry(1, moved), LATER).reshaped(CHANGE) == frozenset()
    assert Lineage(inside, LATER).reshaped(BEFORE) == frozenset()


def test_a_district_that_took_in_another_whole_is_not_reshaped() -> None:
    ended = {2: 1, 21: None, 211: None}
    units = [replace(u, valid_to=BEFORE) if u.id in ended else u for u in UNITS]
    units += [replace(UNITS[5], parent=1, valid_from=CHANGE), replace(UNITS[9], valid_from=CHANGE)]
    registry = Registry(1, units, [line(Event.ABSORBED, 2, 1)])

    assert Lineage(registry, LATER).reshaped(BEFORE) == frozenset()
    assert shares(registry, 2) == {1: 1}


def test_all_predecessors_are_those_merged_by_a_day() -> None:
    lines = [line(Event.ABSORBED, 111, 121), line(Event.ABSORBED, 121, 211, day=LATER)]
    registry = Registry(1, UNITS, lines)

    assert all_predecessors(registry, 211, LATER) == {121: LATER, 111: CHANGE}
    assert all_predecessors(registry, 211, CHANGE) == {}
    assert all_predecessors(registry, 121, START) == {}
