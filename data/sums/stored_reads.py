"""Reads the sums that the store keeps of some units."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import Connection, select

from data.periods import Period
from data.sums.rollup import Sums
from data.tables.schema import ROLLUPS

_FEW = 500  # units that a query names one by one


def read_sums(
    connection: Connection, source: str, measures: Sequence[str], period: Period, units: Collection[int]
) -> Sums:
    """The kept sums of a source for exactly that period, of those of the units that have any."""
    table = ROLLUPS[source]
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
