"""Places rows of units outside the tree at the units that they count at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data.forms.model import Form
from data.measures import Kind
from data.organisations.shapes import Place, Shape
from data.tables.leaf_rows import LeafRows

_Row = NDArray[np.float64]


def place_rows(rows: LeafRows, form: Form, shape: Shape) -> LeafRows:
    """The rows on the tree of a day: those of units outside it merged into their successor's, else `placed`.

    A row of a higher unit is left out where rows of its leaves are expected: it is compared, never added.
    """
    grained = shape.tree.unit_ids_of_grain(form.grain)
    if grained.issuperset(rows.units):
        return rows
    return _Placing(rows, form, shape).result()


class _Placing:
    """The rows of one form and period while they are placed."""

    def __init__(self, rows: LeafRows, form: Form, shape: Shape) -> None:
        self.rows, self.form, self.shape = rows, form, shape
        self.grained = shape.tree.unit_ids_of_grain(form.grain)
        self.returned = frozenset(rows.units)
        self.merged: dict[int, list[int]] = {}
        self.above: list[tuple[int, Place]] = []
        self.units: list[int] = []
        self.values: list[_Row] = []
        self.placed: dict[int, int] = {}
        self.reported: dict[int, frozenset[int]] = {}

    def result(self) -> LeafRows:
        """The placed rows."""
        self._find_places()
        taken = frozenset(self.merged)
        kept = [row for row, unit in enumerate(self.rows.units) if unit in self.grained and unit not in taken]
        for unit, among in self.merged.items():
            self._merge(unit, among)
        named = set(self.rows.units)
        for row, place in self.above:
            leaves = self._reported_by(place, named)
            named |= leaves
            self._place(row, place.unit, self.rows.values[row], leaves)
        values = np.vstack([self.rows.values[kept], *self.values])
        units = [*(self.rows.units[row] for row in kept), *self.units]
        return replace(self.rows, units=units, values=values, substitutes_for=self.reported, placed=self.placed)

    def _find_places(self) -> None:
        """Sorts the rows outside the tree, or of another grain, by where they count."""
        for row, unit in enumerate(self.rows.units):
            if unit in self.grained:
                continue
            place = self.shape.place(unit)
            if place is None:
                continue
            if place.unit in self.grained and not place.successors:
                self.merged.setdefault(place.unit, []).append(row)
            elif place.unit != unit or not self.shape.tree.expected(unit, self.form.grain):
                self.above.append((row, place))

    def _reported_by(self, place: Place, named: set[int]) -> frozenset[int]:
        found = (unit for unit in place.successors & self.grained if self.shape.has_reported(unit, self.returned))
        return frozenset(found) - named

    def _merge(self, unit: int, among: Sequence[int]) -> None:
        """Adds rows of former units to their successor's, or makes it one if all of them have reported."""
        own = [row for row, each in enumerate(self.rows.units) if each == unit]
        later = all(self.shape.registry.spells_of[self.rows.units[row]][0].valid_from > self.shape.day for row in among)
        if not (own or later or self.shape.has_reported(unit, self.returned)):
            for row in among:
                self._place(row, unit, self.rows.values[row], frozenset())
            return
        values = self.rows.values[[*own, *among]]
        total = values.sum(axis=0)
        for place in self._flags():
            total[place] = values[:, place].min()
        self.units.append(unit)
        self.values.append(total)
        rest = np.where(np.isnan(total), np.nansum(values, axis=0), np.nan)
        if (rest > 0).any():
            self._place(among[0], unit, np.where(rest == 0, np.nan, rest), frozenset())

    def _flags(self) -> list[int]:
        codes = {measure.code for measure in self.form.counts if measure.kind is Kind.FLAG}
        return [place for place, code in enumerate(self.rows.measures) if code in codes]

    def _place(self, row: int, at: int, values: _Row, leaves: frozenset[int]) -> None:
        """Adds a row of its own unit that counts at another."""
        given = values.copy()
        if not leaves:
            given[self._flags()] = 0.0
        unit = self.rows.units[row]
        self.units.append(unit)
        self.values.append(given)
        self.placed[unit], self.reported[unit] = at, leaves
