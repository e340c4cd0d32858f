"""Sums everything up in SQL: `python -m ... DATABASE`; the floor, one statement a form."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from data.forms import STORED
from data.forms.model import Form
from tests.benchmarks.against.above import find_above

RETURNED = tuple(form for form in STORED.values() if form.is_return)


def statement(form: Form, period: str = "") -> str:
    """Makes a table of sums, of all periods or one."""
    name = form.code.lower()
    sums = ", ".join(f'sum("{m.code}") AS "{m.code}", count("{m.code}") AS "{m.code}_given"' for m in form.counts)
    return (
        f"CREATE TABLE sql_{name} AS SELECT r.period, a.above_id, count(*) AS reporting, {sums} FROM {name} r "
        "JOIN submissions s ON s.id = r.submission_id JOIN above a ON a.unit_id = r.unit_id "
        f"WHERE s.superseded_at IS NULL {period and 'AND r.period = ' + repr(period)} GROUP BY r.period, a.above_id"
    )


def sum_up(connection: sqlite3.Connection, form: Form, period: str = "") -> None:
    """Makes the table anew."""
    connection.execute(f"DROP TABLE IF EXISTS sql_{form.code.lower()}")
    connection.execute(statement(form, period))


def main(database: Path, forms: Iterable[Form] = RETURNED) -> None:
    """Sums up forms of a database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        find_above(connection)
        for form in forms:
            sum_up(connection, form)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
