"""Reads stored sums, and provides what stored families are computed from while returns are being stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection, select

from data.forms.model import Form
from data.forms.vocabulary import Source, Vocabulary
from data.observations import Basis, Totals
from data.organisations.lineage import all_predecessors
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.sums.rollup import Sums
from data.sums.substitutes import read_counted
from data.tables.form_tables import rollup_table
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves
from data.tables.thresholds import read_thresholds

_MAX_IN_CLAUSE = 500  # units that a query lists one by one


def read_sums(
    connection: Connection, source: Source, measures: Sequence[str], period: Period, units: Collection[int]
) -> Sums:
    """The stored sums of a source for exactly that period, for those of the units that have any."""
    table = rollup_table(source)
    columns = (table.c.unit_id, table.c.reporting, table.c.blanks, *(table.c[measure] for measure in measures))
    query = select(*columns).where(table.c.period == period.code)
    if len(units) <= _MAX_IN_CLAUSE:
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
    """The stored counts under the thresholds in force."""
    return StoredCounts(connection, vocabulary, registry, read_thresholds(connection).whole("small_cell_size"))


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Implements `FormCounts` for the stored families, from the stored sums of forms and `fresh_rows`.

    `fresh_rows` are the rows of the form and period that were just summed. `small_cell_size` is the size below which a
    cell counts as small.
    """

    connection: Connection
    vocabulary: Vocabulary
    registry: Registry
    small_cell_size: int
    fresh_rows: LeafRows | None = None

    @property
    def as_of(self) -> datetime | None:
        """Always None: what is stored is current."""
        return None

    @property
    def basis(self) -> Basis:
        """Always as reported: what is stored is on its period's own tree."""
        return Basis.REPORTED

    def form(self, code: str, *measures: str) -> Form:
        """A form as stored, limited to some of its measures."""
        return self.vocabulary.stored[code].only(*measures)

    def tree(self, period: Period) -> Tree:
        """The tree of the period."""
        return self.registry.at(period.end)

    def expected(self, source: str, unit: int, day: date) -> int:
        """The number of the source's leaves at or below a unit on that day."""
        return self.registry.at(day).expected(unit, self.vocabulary.stored[source].grain)

    def all_predecessors(self, unit: int, day: date) -> Mapping[int, date]:
        """The units merged into one by a day, and when."""
        return all_predecessors(self.registry, unit, day)

    def returned(self, form: Form, period: Period, units: Collection[int] | None = None) -> LeafRows:
        """The rows of some leaf units, or of all, as reported."""
        if self.fresh_rows is not None:
            return self.fresh_rows
        return read_leaves(self.connection, form, period, self.registry, units=units)

    def counted(self, form: Form, period: Period) -> LeafRows:
        """All rows, with the official forms that substitute for leaf units."""
        if self.fresh_rows is not None:
            return self.fresh_rows
        return read_counted(self.connection, self.vocabulary, form, period, self.registry)

    def totals(self, form: Form, period: Period, wanted: frozenset[int]) -> Mapping[int, Totals]:
        """The stored sums of some units."""
        measures = tuple(measure.code for measure in form.measures)
        sums = read_sums(self.connection, form, measures, period, wanted)
        return sums.totals(lambda unit: self.expected(form.code, unit, period.end), wanted)
