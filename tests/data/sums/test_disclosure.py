"""No small count is disclosed, nor can it be derived from what is disclosed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.forms.builtin import MEASURES
from data.organisations.units import Tree, Unit, UnitKind
from data.periods import Period
from data.sums.disclosure import sum_members, suppressed
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer, trace
from indicators.values.value import State
from tests.small_province import movement

MINIMUM = 5
ANALYST = Viewer("phantich", Role.ANALYST)
QUARTER = Period.parse("2020-Q1")
SIZES = {"H1.1.1": 4, "H1.1.2": 20, "H1.2": 12, "H2.1.1": 9, "H2.1.2": 11}


def grown(parents: list[int]) -> Tree:
    """A tree given as a list of parents: each unit is below the earlier one at that index; 0 is the root."""
    kinds = {False: UnitKind.CELL, True: UnitKind.DISTRICT}
    units = {
        number: Unit(
            id=number,
            code=f"U{number}",
            name=f"U{number}",
            kind=UnitKind.PROVINCE if number == 0 else kinds[number in parents],
            parent=None if number == 0 else parents[number - 1],
            valid_from=date(2010, 1, 1),
            valid_to=None,
        )
        for number in range(len(parents) + 1)
    }
    return Tree(units, units[0])


@st.composite
def trees(draw: st.DrawFn) -> tuple[Tree, Mapping[int, int]]:
    """Trees of a few levels whose leaves have few or many members."""
    parents = [draw(st.integers(0, number)) for number in range(draw(st.integers(1, 14)))]
    tree = grown(parents)
    leaves = [unit for unit in tree.units if not tree.children(unit)]
    return tree, {leaf: draw(st.integers(0, 12)) for leaf in leaves}


def derivable(tree: Tree, cells: Mapping[int, int], secret: frozenset[int]) -> set[int]:
    """Suppressed units whose counts are linear combinations of published ones."""
    leaves = sorted(cell for cell, count in cells.items() if count)
    if not leaves:
        return set()

    def row(unit: int) -> list[int]:
        below = {each.id for each in tree.within(unit)}
        return [int(leaf in below) for leaf in leaves]

    published = np.array([row(unit) for unit in tree.units if unit not in secret] or [[0] * len(leaves)])
    rank = np.linalg.matrix_rank(published)
    return {
        unit for unit in secret if any(row(unit)) and np.linalg.matrix_rank(np.vstack([published, row(unit)])) == rank
    }


@settings(max_examples=100)
@given(trees())
def test_no_suppressed_unit_can_be_derived_from_published_ones(given_tree: tuple[Tree, Mapping[int, int]]) -> None:
    tree, cells = given_tree
    members = sum_members(tree, cells)
    secret = suppressed([(tree, members)], MINIMUM)
    assert {unit for unit, count in members.items() if count < MINIMUM} <= secret
    assert derivable(tree, cells, secret) == set()


def test_nothing_is_suppressed_when_all_units_are_large() -> None:
    tree = grown([0, 0, 1, 1])
    assert suppressed([(tree, sum_members(tree, {2: 5, 3: 6, 4: 7}))], MINIMUM) == frozenset()


def test_a_small_cell_suppresses_its_smallest_sibling_too() -> None:
    tree = grown([0, 0, 0])
    assert suppressed([(tree, sum_members(tree, {1: 3, 2: 9, 3: 8}))], MINIMUM) == {1, 3}


def test_a_small_only_child_suppresses_its_parent_too() -> None:
    tree = grown([0, 0, 1])
    assert suppressed([(tree, sum_members(tree, {3: 3, 2: 9}))], MINIMUM) == {1, 2, 3}


def test_counts_of_sex_ethnicity_and_discipline_are_declared_sensitive() -> None:
    assert {code for code, measure in MEASURES.items() if measure.sensitive} == {
        "female_end",
        "ethnic_minority_end",
        "female_admitted",
        "ethnic_minority_admitted",
        "expelled",
        "struck_off",
        "struck_off_probationary",
        "resigned",
        "violations_found",
    }


@pytest.fixture
def small_cell_store(province: Store) -> Store:
    """The small province; one cell has four members, two of whom were expelled."""
    for district in ("H1", "H2"):
        sent = {
            cell: {"members_start": count + 2 * (count == 4), "expelled": 2 * (count == 4), "members_end": count}
            for cell, count in SIZES.items()
            if cell.startswith(district)
        }
        province.accept(movement(district, "2020-Q1", sent), viewer=SYSTEM)
    return province


def removed(store: Store, viewer: Viewer, unit: str, period: Period = QUARTER) -> tuple[State, int | None]:
    enquiry = Enquiry(indicators=("removals",), unit=unit, periods=(period,))
    (row,) = answer(store.reader(viewer), enquiry)
    return row.state, None if row.value is None else int(row.value)


def test_readers_see_neither_the_small_cell_nor_anything_that_reveals_it(small_cell_store: Store) -> None:
    assert removed(small_cell_store, ANALYST, "T") == (State.REPORTED, 2)
    assert removed(small_cell_store, ANALYST, "H1") == (State.REPORTED, 2)
    assert removed(small_cell_store, ANALYST, "H1.1") == (State.REPORTED, 2)
    assert removed(small_cell_store, ANALYST, "H1.1.1") == (State.SUPPRESSED, None)
    assert removed(small_cell_store, ANALYST, "H1.1.2") == (State.SUPPRESSED, None)
    assert removed(small_cell_store, ANALYST, "H1.2") == (State.REPORTED, 0)


def test_those_who_collect_the_returns_see_every_count(small_cell_store: Store) -> None:
    for viewer in (Viewer("ban", Role.BOARD), Viewer("h1", Role.DISTRICT, "H1"), SYSTEM):
        assert removed(small_cell_store, viewer, "H1.1.1") == (State.REPORTED, 2)


def test_a_cell_that_was_small_in_one_quarter_is_suppressed_all_year(small_cell_store: Store) -> None:
    grown_since = {cell: {"members_start": count, "members_end": count + 9} for cell, count in SIZES.items()}
    for district in ("H1", "H2"):
        sent = {cell: values for cell, values in grown_since.items() if cell.startswith(district)}
        small_cell_store.accept(movement(district, "2020-Q2", sent), viewer=SYSTEM)
    assert removed(small_cell_store, ANALYST, "H1.1.1", Period.parse("2020-Q2"))[0] is State.SUPPRESSED
    assert removed(small_cell_store, ANALYST, "H1.1.1", Period.parse("2020"))[0] is State.SUPPRESSED
    assert removed(small_cell_store, ANALYST, "H1.1", Period.parse("2020"))[0] is State.INCOMPLETE


def test_neither_the_trace_of_a_sum_nor_the_workbook_reveals_it(small_cell_store: Store) -> None:
    cells = {row.unit for row in trace(small_cell_store.reader(ANALYST), "removals", "H1.1", QUARTER)}
    assert cells == set()
    everything = {row.unit for row in trace(small_cell_store.reader(SYSTEM), "removals", "H1.1", QUARTER)}
    assert everything == {"H1.1.1", "H1.1.2"}
    sha256 = small_cell_store.reader(SYSTEM).submissions(unit="H1")[0].sha256
    with pytest.raises(OutOfScope):
        small_cell_store.reader(ANALYST).file(sha256)
    assert small_cell_store.reader(Viewer("h1", Role.DISTRICT, "H1")).file(sha256).content


def test_other_counts_of_the_small_cell_are_disclosed(small_cell_store: Store) -> None:
    enquiry = Enquiry(indicators=("members",), unit="H1.1.1", periods=(QUARTER,))
    (row,) = answer(small_cell_store.reader(ANALYST), enquiry)
    assert (row.state, row.value) == (State.REPORTED, Fraction(4))


def test_the_minimum_is_a_setting(small_cell_store: Store) -> None:
    small_cell_store.set_threshold("disclosure_size", "1", viewer=SYSTEM, reason="thử")
    assert removed(small_cell_store, ANALYST, "H1.1.1") == (State.REPORTED, 2)
    small_cell_store.set_threshold("disclosure_size", "13", viewer=SYSTEM, reason="thử")
    assert removed(small_cell_store, ANALYST, "H1.2")[0] is State.SUPPRESSED
