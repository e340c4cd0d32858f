"""Sums up the tree: the leaf rows of one period added to every unit above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.observations import Totals
from data.organisations.units import Tree, UnitKind
from data.tables.leaf_rows import LeafRows

Standing = Callable[[int], Mapping[int, Fraction]]


@dataclass(frozen=True)
class Sums:
    """Sums above some leaf rows: one row a unit; `blanks` counts the leaves that left a measure blank.

    `shared` are, by unit, exact parts of leaves that a unit has only a share of; they are not in `sums`.
    """

    measures: tuple[str, ...]
    units: Sequence[int]
    reporting: NDArray[np.int64]
    sums: NDArray[np.float64]
    blanks: NDArray[np.int64]
    shared: Mapping[int, Mapping[str, Fraction]] = field(default_factory=dict)

    def totals(self, expected: Callable[[int], int], wanted: Collection[int]) -> dict[int, Totals]:
        """As `Totals` of the wanted units; `expected` says how many leaves a unit should have."""
        return {
            unit: Totals(
                reporting=int(self.reporting[i]),
                expected=expected(unit),
                sums=self._sums(i, unit),
                blanks={m: int(n) for m, n in zip(self.measures, self.blanks[i], strict=True) if n},
                estimated=unit in self.shared,
            )
            for i, unit in enumerate(self.units)
            if unit in wanted
        }

    def _sums(self, row: int, unit: int) -> dict[str, int | Fraction]:
        whole = zip(self.measures, (int(x) for x in self.sums[row]), strict=True)
        parts = self.shared.get(unit, {})
        return {measure: value + parts.get(measure, 0) for measure, value in whole}


def sum_up(leaves: LeafRows, tree: Tree, standing: Standing | None = None, *, cells: bool = False) -> Sums:
    """Adds each leaf row to the unit that stands for it in the tree (a plain cell only with `cells`) and to all above.

    `standing` gives the shares of a leaf by unit of this tree; by default it stands for itself.
    """
    if standing is None and not leaves.stands_for:
        return _sum_branches(leaves, tree, *_placed(leaves, tree), cells=cells)
    lines = Lines(tree, cells)
    whole: list[tuple[int, int]] = []
    torn: list[tuple[int, int]] = []
    shared: dict[int, dict[str, Fraction]] = {}
    for row, leaf in enumerate(leaves.units):
        shares: Mapping[int, Fraction | int] = {leaf: 1} if standing is None else standing(leaf)
        if len(shares) == 1 and 1 in shares.values():
            whole.extend((row, tree.walk.places[place]) for place in shares if place in tree.walk.places)
            continue
        for unit, share in lines.reached(shares).items():
            torn.append((row, unit))
            if share != 1:
                _share(shared.setdefault(unit, {}), leaves, row, share)
    rows, places = np.array(sorted(whole, key=itemgetter(1)), dtype=np.int64).reshape(-1, 2).T
    sums = _with_torn(_sum_branches(leaves, tree, rows, places, cells=cells), leaves, torn)
    index = {unit: place for place, unit in enumerate(sums.units)} if leaves.stands_for else {}
    for row, leaf in enumerate(leaves.units):
        if leaf in leaves.stands_for:
            for unit, others in _others(lines, leaves.stands_for[leaf], leaf, standing).items():
                sums.reporting[index[unit]] += others
                sums.blanks[index[unit]] += others * np.isnan(leaves.values[row])
    return replace(sums, shared=shared)


def _placed(leaves: LeafRows, tree: Tree) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows whose units are in the tree, in the order of its walk, and their places in it."""
    at = tree.walk.places
    places = np.array([at.get(unit, -1) for unit in leaves.units], dtype=np.int64)
    rows = np.argsort(places, kind="stable")
    rows = rows[np.count_nonzero(places < 0) :]
    return rows, places[rows]


def _sum_branches(
    leaves: LeafRows, tree: Tree, rows: NDArray[np.int64], places: NDArray[np.int64], *, cells: bool
) -> Sums:
    """Sums of rows that stand whole at places of the tree's walk: a branch is a run of it, so running totals do.

    They are exact: whole numbers below 2^53.
    """
    values = leaves.values[rows]
    blank = np.isnan(values)
    before = _running(np.bincount(places, minlength=len(tree.walk.ids)))
    first, after = before[:-1], before[tree.walk.after]
    reached = after > first
    if not cells:
        reached[places[tree.walk.plain_cells[places]]] = False
    first, after = first[reached], after[reached]
    sums, blanks = _running(np.where(blank, 0.0, values)), _running(blank)
    return Sums(
        leaves.measures,
        tree.walk.ids[reached].tolist(),
        after - first,
        sums[after] - sums[first],
        blanks[after] - blanks[first],
    )


def _running(values: NDArray[Any]) -> NDArray[Any]:
    """The sum of all rows before each row, and of all."""
    return np.cumsum(np.insert(values, 0, 0, axis=0), axis=0)


def _with_torn(sums: Sums, leaves: LeafRows, torn: Sequence[tuple[int, int]]) -> Sums:
    """The sums with rows added to further units, one by one."""
    rows = [row for row, _ in torn]
    values = leaves.values[rows]
    blank = np.isnan(values)
    more = (np.ones(len(rows), dtype=np.int64), np.where(blank, 0, values), blank)
    return _with_more(sums, [unit for _, unit in torn], more)


def with_branches(sums: Sums, branches: Sums, ways: Mapping[int, Iterable[int]]) -> Sums:
    """The sums with those of further branches added, each to the units that `ways` says."""
    pairs = [(row, place) for row, unit in enumerate(branches.units) for place in ways.get(unit, ())]
    rows = [row for row, _ in pairs]
    more = (branches.reporting[rows], branches.sums[rows], branches.blanks[rows])
    return _with_more(sums, [place for _, place in pairs], more)


def _with_more(sums: Sums, units: Sequence[int], more: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]) -> Sums:
    """The sums with rows of reporting, sums and blanks added, each to its unit, which may be new."""
    if not units:
        return sums
    index = {unit: place for place, unit in enumerate(sums.units)}
    targets = [index.setdefault(unit, len(index)) for unit in units]
    room = len(index) - len(sums.units)
    reporting = np.pad(sums.reporting, (0, room))
    added, blanks = np.pad(sums.sums, ((0, room), (0, 0))), np.pad(sums.blanks, ((0, room), (0, 0)))
    for table, rows in zip((reporting, added, blanks), more, strict=True):
        np.add.at(table, targets, rows)
    return replace(sums, units=list(index), reporting=reporting, sums=added, blanks=blanks)


def _others(lines: Lines, represented: Iterable[int], row: int, standing: Standing | None) -> Mapping[int, int]:
    """By unit that the row of a higher unit reaches: how many more leaves it stands for there than the one row."""

    def reach(unit: int) -> Iterable[int]:
        return lines.reached({unit: 1} if standing is None else standing(unit))

    counts = Counter(unit for leaf in represented for unit in reach(leaf))
    return {unit: counts[unit] - 1 for unit in reach(row)}


def _share(parts: dict[str, Fraction], leaves: LeafRows, row: int, share: Fraction | int) -> None:
    """Puts right what is added whole: a unit that has a share of a leaf lacks the rest of it."""
    for measure, value in zip(leaves.measures, leaves.values[row].tolist(), strict=True):
        if value == value:
            parts[measure] = parts.get(measure, Fraction(0)) - (1 - share) * int(value)


@dataclass
class Lines:
    """From a unit of a tree up to its root; remembered, because many leaves share them."""

    tree: Tree
    cells: bool
    _known: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def reached(self, shares: Mapping[int, Fraction | int]) -> Mapping[int, Fraction | int]:
        """Every unit at or above the places of a leaf, with the share that it has of the leaf."""
        if len(shares) == 1:
            ((place, share),) = shares.items()
            return dict.fromkeys(self._line(place), share)
        found: dict[int, Fraction | int] = {}
        for place, share in shares.items():
            for unit in self._line(place):
                found[unit] = found.get(unit, 0) + share
        return found

    def _line(self, place: int) -> tuple[int, ...]:
        if place not in self._known:
            unit = self.tree.units.get(place)
            own = (place,) if unit is not None and (self.cells or unit.kind is not UnitKind.CELL) else ()
            self._known[place] = (*own, *(above.id for above in self.tree.ancestors(place)))
        return self._known[place]


def reached(tree: Tree, shares: Mapping[int, Fraction | int]) -> Mapping[int, Fraction | int]:
    """Every unit of the tree at or above some places, plain cells too, with its share."""
    return Lines(tree, cells=True).reached(shares)
