"""Sums up the tree: the leaf rows of one period added to every unit above them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.forms import BASES, FORMS, SIZES
from data.forms.model import Form
from data.measures import Kind
from data.observations import Totals
from data.periods import Period
from data.units import Level, Tree, UnitKind


@dataclass(frozen=True)
class LeafRows:
    """Leaf rows of one source and period: unit ids, and values (rows x measures, NaN where blank)."""

    measures: tuple[str, ...]
    units: Sequence[int]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Sums above some leaf rows: one row a unit; `blanks` counts the leaves that left a measure blank."""

    measures: tuple[str, ...]
    units: Sequence[int]
    reporting: NDArray[np.int64]
    sums: NDArray[np.float64]
    blanks: NDArray[np.int64]

    def totals(self, expected: Callable[[int], int], wanted: Collection[int]) -> dict[int, Totals]:
        """As `Totals` of the wanted units; `expected` says how many leaves a unit should have."""
        return {
            unit: Totals(
                reporting=int(self.reporting[i]),
                expected=expected(unit),
                sums=dict(zip(self.measures, (int(x) for x in self.sums[i]), strict=True)),
                blanks={m: int(n) for m, n in zip(self.measures, self.blanks[i], strict=True) if n},
            )
            for i, unit in enumerate(self.units)
            if unit in wanted
        }


def leaf_rows(form: Form, units: Sequence[int], rows: Sequence[Sequence[int | None]]) -> LeafRows:
    """Values in the order of the form's measures; a blank flag means no, so it is 0 and not blank."""
    values = np.array(rows, dtype=np.float64).reshape(len(units), len(form.measures))
    flags = [place for place, measure in enumerate(form.measures) if measure.kind is Kind.FLAG]
    if flags:
        values[:, flags] = np.nan_to_num(values[:, flags])
    return LeafRows(tuple(measure.code for measure in form.measures), units, values)


def sum_up(leaves: LeafRows, tree: Tree, place: Callable[[int], int] = lambda unit: unit) -> Sums:
    """Adds each leaf row to the unit at its `place` in the tree (unless that is a plain cell) and to all above.

    `place` maps a leaf to the unit that stands for it in this tree; by default itself.
    """
    index: dict[int, int] = {}
    sources: list[int] = []
    targets: list[int] = []
    for row, leaf in enumerate(leaves.units):
        unit = tree.units.get(place(leaf))
        if unit is None:
            continue
        for above in tree.ancestors(unit.id):
            sources.append(row)
            targets.append(index.setdefault(above.id, len(index)))
        if unit.kind is not UnitKind.CELL:
            sources.append(row)
            targets.append(index.setdefault(unit.id, len(index)))
    width = len(leaves.measures)
    sums, blanks = np.zeros((len(index), width)), np.zeros((len(index), width), dtype=np.int64)
    blank = np.isnan(leaves.values)
    np.add.at(sums, targets, np.where(blank, 0, leaves.values)[sources])
    np.add.at(blanks, targets, blank[sources])
    reporting = np.bincount(np.array(targets, dtype=np.int64), minlength=len(index))
    return Sums(leaves.measures, list(index), reporting, sums, blanks)


def sizes(members: LeafRows, small: int) -> LeafRows:
    """From B1's leaf rows: each cell that gave its members, and whether they are fewer than `small`."""
    ends = members.values[:, members.measures.index("members_end")]
    known = ~np.isnan(ends)
    values = np.column_stack([np.ones(known.sum()), (ends[known] < small).astype(float)])
    units = [unit for unit, given in zip(members.units, known, strict=True) if given]
    return LeafRows(tuple(m.code for m in SIZES.measures), units, values)


def bases(
    tree: Tree,
    trees: Mapping[Period, Tree],
    movement: Mapping[Period, Mapping[int, Totals]],
    admission: Mapping[int, Totals],
    within: int | None = None,
) -> LeafRows:
    """Each base organisation of which one can tell whether it admitted somebody since 1 January.

    `trees` and `movement` (B1 by base) hold the periods of the year so far; `admission` (B2 by base) the last one.
    A base with none admitted and a cell that did not report cannot be told, and is left out; one whose cells all
    have no non-members left is excused: it counts as told, and as neither.
    """
    units: list[int] = []
    values: list[tuple[float, float]] = []
    for base in tree.at_level(Level.BASE, within):
        admitted, complete = 0, True
        for period, then in trees.items():
            expected = then.expected(base.id, FORMS["B1"].grain)
            totals = movement[period].get(base.id)
            if totals is None:
                complete = complete and expected == 0
                continue
            admitted += int(totals.sums["admitted"])
            complete = complete and totals.reporting >= expected and "admitted" not in totals.blanks
        flagged = admission.get(base.id)
        cells = tree.expected(base.id, FORMS["B2"].grain)
        excused = flagged is not None and cells > 0 and flagged.sums["no_masses_left"] >= cells
        if not (admitted or complete or excused):
            continue
        units.append(base.id)
        values.append((0.0, 0.0) if excused else (1.0, float(admitted == 0)))
    return LeafRows(tuple(m.code for m in BASES.measures), units, np.array(values).reshape(len(units), 2))
