"""Reads the sums that the store keeps of some units; and what families are counted from as returns are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection, select

from data.forms.model import Form
from data.forms.vocabulary import Source, Vocabulary
from data.observations import Basis, Totals
from data.organisations.lineage import forebears
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.sums.official import read_counted
from data.sums.rollup import Sums
from data.tables.form_tables import rollup_table
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves
from data.tables.thresholds import read_thresholds

_FEW = 500  # units that a query names one by one


def read_sums(
    connection: Connection, source: Source, measures: Sequence[str], period: Period, units: Collection[int]
) -> Sums:
    """The kept sums of a source for exactly that period, of those of the units that have any."""
    table = rollup_table(source)
    columns = (table.c.unit_id, table.c.reporting, table.c.blanks, *(table.c[measure] for measure in measures))
    query = select(*columns).where(table.c.period == period.code)
    if len(units) <= _FEW:
        query = query.where(table.c.unit_id.in_(sorted(units)))
    rows = [row for row in connection.execute(query).all() if row[0] in units]
    shape = len(rows), len(measures)
    return Sums(
        tuple(measures),
        [row[0] for row in rows],
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[3:] for row in rows], dtype=np.float64).reshape(shape),
        np.array([[(row[2] or {}).get(m, 0) for m in measures] for row in rows], dtype=np.int64).reshape(shape),
    )


def stored_counts(connection: Connection, vocabulary: Vocabulary, registry: Registry) -> StoredCounts:
    """What is stored, counted by the thresholds in force."""
    return StoredCounts(connection, vocabulary, registry, read_thresholds(connection).whole("small_cell_size"))


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Answers `FormCounts` for the stored families, from the stored sums of forms and the rows that are `at_hand`.

    These are the rows of the form and period that were just summed. `small` is the size under which a cell counts as
    small.
    """

    connection: Connection
    vocabulary: Vocabulary
    registry: Registry
    small: int
    at_hand: LeafRows | None = None

    @property
    def as_of(self) -> datetime | None:
        """What is stored is always that of now."""
        return None

    @property
    def basis(self) -> Basis:
        """What is stored is always on the map of its day."""
        return Basis.REPORTED

    def form(self, code: str, *measures: str) -> Form:
        """A form as it is stored, with some of its measures alone."""
        return self.vocabulary.stored[code].only(*measures)

    def tree(self, period: Period) -> Tree:
        """The organisations of the period."""
        return self.registry.at(period.end)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaves of the source of that day at or below a unit."""
        return self.registry.at(day).expected(unit, self.vocabulary.stored[source].grain)

    def went_into(self, unit: int, day: date) -> Mapping[int, date]:
        """What went into a unit by a day, and when."""
        return forebears(self.registry, unit, day)

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as they were returned."""
        if self.at_hand is not None:
            return self.at_hand
        return read_leaves(self.connection, form, period, units=units)

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that stand in for leaf units."""
        if self.at_hand is not None:
            return self.at_hand
        return read_counted(self.connection, self.vocabulary, form, period, self.registry)

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """The stored sums of some units."""
        measures = tuple(measure.code for measure in form.measures)
        sums = read_sums(self.connection, form, measures, period, wanted)
        return sums.totals(lambda unit: self.expected(form.code, unit, period.end), wanted)
