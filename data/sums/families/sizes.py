"""Cells by the members that they gave: how many there are, and how many of them are small."""

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
    """A row for each cell that gave its members itself: a cell, and whether it is small."""

    declared = SIZES

    def rows(self, forms: FormCounts, period: Period, below: Collection[int] | None = None) -> LeafRows:
        """Cells as they returned; on today's map today's cells."""
        if forms.basis is Basis.TODAY:
            return self._on_the_map(forms, period)
        return sizes(forms.counted(forms.form(*_MEMBERS), period), forms.small)

    def own_rows(self, forms: FormCounts, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """Cells as they returned."""
        return sizes(forms.returned(forms.form(*_MEMBERS), period, units), forms.small)

    def _on_the_map(self, forms: FormCounts, period: Period) -> LeafRows:
        """Today's cells by the members of all that went into them."""
        cells = frozenset(cell.id for cell in forms.tree(period).at_level(Level.CELL))
        members = forms.totals(forms.form(*_MEMBERS), period, cells)
        known = {
            cell: float(found.sums["members_end"])
            for cell, found in members.items()
            if found.reporting >= found.expected and "members_end" not in found.blanks
        }
        ends = np.array(list(known.values()), dtype=np.float64).reshape(len(known), 1)
        return sizes(LeafRows(("members_end",), list(known), ends), forms.small)

    def columns(self, period: Period, opened: Sequence[Period], years: int) -> Sequence[SourceColumns]:
        """Members at the end of the period."""
        form, measure = _MEMBERS
        base_cells = frozenset({UnitKind.BASE_CELL})
        return (SourceColumns(form=form, measures=(measure,), period=period, officials=base_cells),)


def sizes(members: LeafRows, small: int) -> LeafRows:
    """From B1's rows: each cell that gave its members itself, and whether they are fewer than `small`."""
    ends = members.values[:, members.measures.index("members_end")]
    known = ~np.isnan(ends) & np.array([unit not in members.stands_for for unit in members.units], dtype=bool)
    values = np.column_stack([np.ones(known.sum()), (ends[known] < small).astype(float)])
    return rows_of(SIZES, [unit for unit, given in zip(members.units, known, strict=True) if given], values.tolist())
