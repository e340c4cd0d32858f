"""Leaf rows of one source and period as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from data.forms.model import Form
from data.measures import Kind


@dataclass(frozen=True)
class LeafRows:
    """Leaf rows of one source and period: unit ids, and values (rows x measures, NaN for blanks).

    `substitutes_for` gives, for the row of a higher unit (an official form's), the leaf units that it replaces.
    `placed` gives, for the row of a unit outside the tree, the unit that it counts at; `substitutes_for` names the leaf
    units that have reported by it.
    """

    measures: tuple[str, ...]
    units: Sequence[int]
    values: NDArray[np.float64]
    substitutes_for: Mapping[int, frozenset[int]] = field(default_factory=dict)
    placed: Mapping[int, int] = field(default_factory=dict)

    def limited(self, units: Collection[int]) -> LeafRows:
        """The rows that count at some units."""
        kept = [row for row, unit in enumerate(self.units) if self.placed.get(unit, unit) in units]
        if len(kept) == len(self.units):
            return self
        named = [self.units[row] for row in kept]
        return replace(
            self,
            units=named,
            values=self.values[kept],
            substitutes_for={unit: self.substitutes_for[unit] for unit in named if unit in self.substitutes_for},
            placed={unit: self.placed[unit] for unit in named if unit in self.placed},
        )


def leaf_rows(form: Form, units: Sequence[int], rows: Sequence[Sequence[int | None]]) -> LeafRows:
    """Leaf rows from values in the order of the form's counts; a blank flag means no and becomes 0."""
    values = np.array(rows, dtype=np.float64).reshape(len(units), len(form.counts))
    flags = [place for place, measure in enumerate(form.counts) if measure.kind is Kind.FLAG]
    if flags:
        values[:, flags] = np.nan_to_num(values[:, flags])
    return LeafRows(form.count_codes, units, values)
