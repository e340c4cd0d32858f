"""Rolls leaf rows of one period up the tree: each is added to every unit above it."""

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

LeafShares = Callable[[int], Mapping[int, Fraction]]


@dataclass(frozen=True)
class Sums:
    """Sums over leaf rows, one row per unit; `blanks` counts the leaves that left a measure blank.

    `shared` holds, by unit, exact corrections for leaves that it has only a share of; they are not in `sums`.
    """

    measures: tuple[str, ...]
    units: Sequence[int]
    reporting: NDArray[np.int64]
    sums: NDArray[np.float64]
    blanks: NDArray[np.int64]
    shared: Mapping[int, Mapping[str, Fraction]] = field(default_factory=dict)

    def totals(self, expected: Callable[[int], int], wanted: Collection[int]) -> dict[int, Totals]:
        """`Totals` of the wanted units; `expected` gives the number of leaves that a unit should have."""
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


def sum_up(leaves: LeafRows, tree: Tree, leaf_shares: LeafShares | None = None, *, cells: bool = False) -> Sums:
    """Adds each leaf row to the unit it maps to in the tree (to plain cells only with `cells`) and to all above.

    `leaf_shares` gives the shares of a leaf by unit of this tree; by default each leaf maps to itself, or to the unit
    that it is placed at.
    """
    if leaf_shares is None and not leaves.substitutes_for:
        return _sum_branches(leaves, tree, *_positions(leaves, tree), cells=cells)
    paths = AncestorPaths(tree, cells)
    whole: list[tuple[int, int]] = []
    divided: list[tuple[int, int]] = []
    shared: dict[int, dict[str, Fraction]] = {}
    for row, unit in enumerate(leaves.units):
        leaf = leaves.placed.get(unit, unit)
        shares: Mapping[int, Fraction | int] = {leaf: 1} if leaf_shares is None else leaf_shares(leaf)
        if len(shares) == 1 and 1 in shares.values():
            whole.extend((row, tree.preorder.places[place]) for place in shares if place in tree.preorder.places)
            continue
        for above, share in paths.propagate(shares).items():
            divided.append((row, above))
            if share != 1:
                _deduct_remainder(shared.setdefault(above, {}), leaves, row, share)
    rows, places = np.array(sorted(whole, key=itemgetter(1)), dtype=np.int64).reshape(-1, 2).T
    sums = _with_divided(_sum_branches(leaves, tree, rows, places, cells=cells), leaves, divided)
    index = {unit: place for place, unit in enumerate(sums.units)} if leaves.substitutes_for else {}
    for row, unit in enumerate(leaves.units):
        if unit in leaves.substitutes_for:
            at = leaves.placed.get(unit, unit)
            for above, others in _extra_leaves(paths, leaves.substitutes_for[unit], at, leaf_shares).items():
                sums.reporting[index[above]] += others
                sums.blanks[index[above]] += others * np.isnan(leaves.values[row])
    return replace(sums, shared=shared)


def _positions(leaves: LeafRows, tree: Tree) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows whose units are in the tree, in preorder, and their positions in it."""
    at = tree.preorder.places
    places = np.array([at.get(unit, -1) for unit in leaves.units], dtype=np.int64)
    rows = np.argsort(places, kind="stable")
    rows = rows[np.count_nonzero(places < 0) :]
    return rows, places[rows]


def _sum_branches(
    leaves: LeafRows, tree: Tree, rows: NDArray[np.int64], places: NDArray[np.int64], *, cells: bool
) -> Sums:
    """Sums of whole rows at preorder positions: a branch is contiguous, so differences of running totals suffice.

    The floats are exact: integers below 2^53.
    """
    values = leaves.values[rows]
    blank = np.isnan(values)
    before = _running(np.bincount(places, minlength=len(tree.preorder.ids)))
    first, after = before[:-1], before[tree.preorder.after]
    nonempty = after > first
    if not cells:
        nonempty[places[tree.preorder.plain_cells[places]]] = False
    first, after = first[nonempty], after[nonempty]
    sums, blanks = _running(np.where(blank, 0.0, values)), _running(blank)
    return Sums(
        leaves.measures,
        tree.preorder.ids[nonempty].tolist(),
        after - first,
        sums[after] - sums[first],
        blanks[after] - blanks[first],
    )


def _running(values: NDArray[Any]) -> NDArray[Any]:
    """Running totals: the sum of all rows before each row, and finally of all."""
    return np.cumsum(np.insert(values, 0, 0, axis=0), axis=0)


def _with_divided(sums: Sums, leaves: LeafRows, divided: Sequence[tuple[int, int]]) -> Sums:
    """The sums with rows of divided leaves added to their units one by one."""
    rows = [row for row, _ in divided]
    values = leaves.values[rows]
    blank = np.isnan(values)
    more = (np.ones(len(rows), dtype=np.int64), np.where(blank, 0, values), blank)
    return _with_rows(sums, [unit for _, unit in divided], more)


def with_branches(sums: Sums, branches: Sums, targets: Mapping[int, Iterable[int]]) -> Sums:
    """The sums with those of whole branches added, each to the units given by `targets`."""
    pairs = [(row, place) for row, unit in enumerate(branches.units) for place in targets.get(unit, ())]
    rows = [row for row, _ in pairs]
    more = (branches.reporting[rows], branches.sums[rows], branches.blanks[rows])
    return _with_rows(sums, [place for _, place in pairs], more)


def exchanged(stored: Sums, anew: Sums, above: Mapping[int, Iterable[int]]) -> Sums:
    """Stored sums with some branches exchanged: their own sums are those made anew, units above have the difference.

    `above` gives the units above each branch; those without any row left are left out.
    """
    before, now = ({unit: row for row, unit in enumerate(sums.units)} for sums in (stored, anew))
    higher = {unit for units in above.values() for unit in units}
    kept = [row for unit, row in before.items() if unit not in above]
    pairs = [(place, unit) for unit, units in above.items() for place in units]
    added = [(place, now[unit]) for place, unit in pairs if unit in now]
    removed = [(place, before[unit]) for place, unit in pairs if unit in before]
    own = [(unit, row) for unit, row in now.items() if unit not in higher]
    parts = (
        (1, stored, [(stored.units[row], row) for row in kept]),
        (1, anew, [*added, *own]),
        (-1, stored, removed),
    )
    found = Sums(stored.measures, [], np.zeros(0, np.int64), np.zeros((0, len(stored.measures))), stored.blanks[:0])
    for sign, sums, given in parts:
        rows = [row for _, row in given]
        more = (sign * sums.reporting[rows], sign * sums.sums[rows], sign * sums.blanks[rows])
        found = _with_rows(found, [unit for unit, _ in given], more)
    left = np.flatnonzero(found.reporting)
    units = [found.units[row] for row in left.tolist()]
    return Sums(found.measures, units, found.reporting[left], found.sums[left], found.blanks[left])


def _with_rows(sums: Sums, units: Sequence[int], more: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]) -> Sums:
    """The sums with rows of reporting, sums and blanks added, each to its unit, which may be new."""
    if not units:
        return sums
    index = {unit: place for place, unit in enumerate(sums.units)}
    targets = [index.setdefault(unit, len(index)) for unit in units]
    growth = len(index) - len(sums.units)
    reporting = np.pad(sums.reporting, (0, growth))
    added, blanks = np.pad(sums.sums, ((0, growth), (0, 0))), np.pad(sums.blanks, ((0, growth), (0, 0)))
    for table, rows in zip((reporting, added, blanks), more, strict=True):
        np.add.at(table, targets, rows)
    return replace(sums, units=list(index), reporting=reporting, sums=added, blanks=blanks)


def _extra_leaves(
    paths: AncestorPaths, substituted: Iterable[int], row: int, leaf_shares: LeafShares | None
) -> Mapping[int, int]:
    """By unit reached by a substitute row: the number of leaves beyond one that the row substitutes for there."""

    def propagate(unit: int) -> Iterable[int]:
        return paths.propagate({unit: 1} if leaf_shares is None else leaf_shares(unit))

    counts = Counter(unit for leaf in substituted for unit in propagate(leaf))
    return {unit: counts[unit] - 1 for unit in propagate(row)}


def _deduct_remainder(parts: dict[str, Fraction], leaves: LeafRows, row: int, share: Fraction | int) -> None:
    """Deducts from a unit the remainder of a leaf that was added whole but of which it has only a share."""
    for measure, value in zip(leaves.measures, leaves.values[row].tolist(), strict=True):
        if value == value:
            parts[measure] = parts.get(measure, Fraction(0)) - (1 - share) * int(value)


@dataclass
class AncestorPaths:
    """Paths from a unit up to the root; cached, because many leaves share them."""

    tree: Tree
    cells: bool
    _paths: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def propagate(self, shares: Mapping[int, Fraction | int]) -> Mapping[int, Fraction | int]:
        """The share of a leaf that each unit at or above its places has."""
        if len(shares) == 1:
            ((place, share),) = shares.items()
            return dict.fromkeys(self._path(place), share)
        found: dict[int, Fraction | int] = {}
        for place, share in shares.items():
            for unit in self._path(place):
                found[unit] = found.get(unit, 0) + share
        return found

    def _path(self, place: int) -> tuple[int, ...]:
        if place not in self._paths:
            unit = self.tree.units.get(place)
            own = (place,) if unit is not None and (self.cells or unit.kind is not UnitKind.CELL) else ()
            self._paths[place] = (*own, *(above.id for above in self.tree.ancestors(place)))
        return self._paths[place]


def propagate(tree: Tree, shares: Mapping[int, Fraction | int]) -> Mapping[int, Fraction | int]:
    """The share that each unit at or above some places has, plain cells included."""
    return AncestorPaths(tree, cells=True).propagate(shares)
