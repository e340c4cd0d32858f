"""Sums everything up in SQL: `python -m ... DATABASE`; the floor, one statement a form."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from data.forms.builtin import STORED
from data.forms.model import Form
from tests.benchmarks.against.above import find_above

RETURNED = tuple(form for form in STORED.values() if form.is_return)


def statement(form: Form) -> str:
    """Makes a table of the sums of every period."""
    name = form.code.lower()
    sums = ", ".join(f'sum("{m.code}") AS "{m.code}", count("{m.code}") AS "{m.code}_given"' for m in form.counts)
    return (
        f"CREATE TABLE sql_{name} AS SELECT r.period, a.above_id, count(*) AS reporting, {sums} FROM {name} r "
        "JOIN submissions s ON s.id = r.submission_id JOIN above a ON a.unit_id = r.unit_id "
        "WHERE s.superseded_at IS NULL GROUP BY r.period, a.above_id"
    )


def main(database: Path, forms: Iterable[Form] = RETURNED) -> None:
    """Sums up forms of a database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        find_above(connection)
        for form in forms:
            connection.execute(statement(form))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
