"""Cells by their number of members: how many reported it, and how many of these are small."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from data.forms.derived import SIZES
from data.observations import Basis
from data.organisations.units import Level, UnitKind
from data.periods import Period
from data.sums.families.model import FormCounts, SourceColumns, StoredFamily, rows_of
from data.tables.leaf_rows import LeafRows

_MEMBERS = "B1", "members_end"


class SizeFamily(StoredFamily):
    """A row for each cell that reported its members: the cell, and whether it is small."""

    declared = SIZES

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Cells as reported; on today's map, today's cells."""
        if forms.basis is Basis.TODAY:
            return self._on_todays_map(forms, period)
        return sizes(forms.counted(forms.form(*_MEMBERS), period), forms.small_cell_size)

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """Cells as reported."""
        return sizes(forms.returned(forms.form(*_MEMBERS), period, units), forms.small_cell_size)

    def _on_todays_map(self, forms: FormCounts, period: Period) -> LeafRows:
        """Today's cells by the members of all cells that map to them."""
        cells = frozenset(cell.id for cell in forms.tree(period).at_level(Level.CELL))
        members = forms.totals(forms.form(*_MEMBERS), period, cells)
        complete = {
            cell: float(found.sums["members_end"])
            for cell, found in members.items()
            if found.reporting >= found.expected and "members_end" not in found.blanks
        }
        ends = np.array(list(complete.values()), dtype=np.float64).reshape(len(complete), 1)
        return sizes(LeafRows(("members_end",), list(complete), ends), forms.small_cell_size)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Members at the end of the period."""
        form, measure = _MEMBERS
        base_cells = frozenset({UnitKind.BASE_CELL})
        return (SourceColumns(form=form, measures=(measure,), period=period, officials=base_cells),)


def sizes(members: LeafRows, small_cell_size: int) -> LeafRows:
    """From rows of B1: the cells that reported their members, and whether these are fewer than `small_cell_size`."""
    ends = members.values[:, members.measures.index("members_end")]
    known = ~np.isnan(ends) & np.array([unit not in members.substitutes_for for unit in members.units], dtype=bool)
    values = np.column_stack([np.ones(known.sum()), (ends[known] < small_cell_size).astype(float)])
    return rows_of(SIZES, [unit for unit, given in zip(members.units, known, strict=True) if given], values.tolist())
