"""Organisations have spells; trees are those of a day; successions lead from ended units to their successors."""

from __future__ import annotations

from datetime import date

import pytest

from data.organisations.units import Event, Grain, Level, Registry, Succession, Unit, UnitKind, branches

START, CHANGE = date(2010, 1, 1), date(2020, 1, 1)
BEFORE = date(2019, 12, 31)


def unit(number: int, kind: UnitKind, parent: int | None, **more: object) -> Unit:
    """A unit named after its number, valid from the start by default."""
    values = {"code": f"U{number}", "name": f"Tổ chức {number}", "valid_from": START, **more}
    return Unit(id=number, kind=kind, parent=parent, **values)  # type: ignore[arg-type]


@pytest.fixture
def registry() -> Registry:
    """Base 11 is absorbed by base 12 on 2020-01-01, which gets its cell 111; base cell 21 moves to district 1."""
    return Registry(
        1,
        (
            unit(0, UnitKind.PROVINCE, None),
            unit(1, UnitKind.DISTRICT, 0),
            unit(2, UnitKind.DISTRICT, 0),
            unit(11, UnitKind.BASE_COMMITTEE, 1, valid_to=BEFORE),
            unit(12, UnitKind.BASE_COMMITTEE, 1),
            unit(111, UnitKind.CELL, 11, valid_to=BEFORE, residential=True),
            unit(111, UnitKind.CELL, 12, valid_from=CHANGE, residential=True),
            unit(121, UnitKind.CELL, 12),
            unit(21, UnitKind.BASE_CELL, 2, valid_to=BEFORE),
            unit(21, UnitKind.BASE_CELL, 1, valid_from=CHANGE),
        ),
        (Succession(date=CHANGE, decision="QĐ", event=Event.ABSORBED, predecessor=11, successor=12),),
    )


def test_the_tree_of_a_day_has_the_parents_of_that_day(registry: Registry) -> None:
    assert [u.id for u in registry.at(BEFORE).ancestors(111)] == [11, 1, 0]
    assert [u.id for u in registry.at(CHANGE).ancestors(111)] == [12, 1, 0]
    assert 11 not in registry.at(CHANGE).units


def test_a_base_cell_is_a_base_and_a_cell_and_counts_once_in_each(registry: Registry) -> None:
    tree = registry.at(CHANGE)
    assert [u.id for u in tree.at_level(Level.BASE)] == [12, 21]
    assert [u.id for u in tree.at_level(Level.CELL)] == [111, 121, 21]
    assert tree.expected(0, Grain.CELL) == 3
    assert tree.expected(0, Grain.BASE) == 2
    assert tree.expected(12, Grain.RESIDENTIAL_CELL) == 1


def test_a_branch_holds_only_what_is_below_its_root(registry: Registry) -> None:
    branch = registry.at(BEFORE).branch(2)
    assert set(branch.units) == {2, 21}
    assert branch.root is not None
    assert branch.root.id == 2


def test_sums_are_made_of_children_unless_a_unit_moved_between_them(registry: Registry) -> None:
    before, after = registry.at(BEFORE), registry.at(CHANGE)

    assert branches([before], 0) == (1, 2)
    assert branches([before, after], 1) == ()  # cell 111 moved from base 11 to base 12
    assert branches([before, after], 0) == ()  # base cell 21 moved to district 1
    assert branches([after], 12) == ()  # cells come next
