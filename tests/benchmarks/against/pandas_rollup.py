"""Sums everything up with pandas groupby: `python -m ... DATABASE`; sums, counts of values and of rows, by unit."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pandas as pd

from data.forms.builtin import STORED
from data.forms.model import Form
from tests.benchmarks.against.above import find_above

RETURNED = tuple(form for form in STORED.values() if form.is_return)
_BY = ["period", "above_id"]


def rows(connection: sqlite3.Connection, form: Form, period: str = "") -> pd.DataFrame:
    """The rows in force of a form, of all periods or one."""
    counts = ", ".join(f'"{measure.code}"' for measure in form.counts)
    query = (
        f"SELECT r.period, r.unit_id, {counts} FROM {form.code.lower()} r JOIN submissions s ON s.id = r.submission_id "
        "WHERE s.superseded_at IS NULL"
    )
    return pd.read_sql(query + (" AND r.period = ?" if period else ""), connection, params=[period] if period else [])


def summed(leaves: pd.DataFrame, above: pd.DataFrame) -> pd.DataFrame:
    """Sums by period and unit, how many rows there were, and how many of each measure were given."""
    grouped = leaves.merge(above, on="unit_id").drop(columns="unit_id").groupby(_BY)
    return grouped.sum().join(grouped.count().add_suffix("_given")).join(grouped.size().rename("reporting"))


def main(database: Path, forms: Iterable[Form] = RETURNED) -> None:
    """Sums up forms of a database; the sums of each become a table."""
    with closing(sqlite3.connect(database)) as connection, connection:
        find_above(connection)
        above = pd.read_sql("SELECT * FROM above", connection)
        for form in forms:
            sums = summed(rows(connection, form), above)
            sums.to_sql(f"pandas_{form.code.lower()}", connection, if_exists="replace")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
