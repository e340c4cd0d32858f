"""Totals that documents published: stored with the historical series that they came with, in force as long as it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.forms.ls_history import PublishedTotal
from data.organisations.units import Registry
from data.periods import Term
from data.returns import Return
from data.tables.leaves import as_of_clause
from data.tables.schema import published_totals, submissions, units


def store_published(connection: Connection, registry: Registry, submission: int, given: Return) -> None:
    """Stores the published totals of a return."""
    if given.published:
        connection.execute(
            insert(published_totals),
            [
                {
                    "submission_id": submission,
                    "row": line.row,
                    "unit_id": registry.ids[line.unit],
                    "term": line.term.code,
                    "total": line.total,
                    "years": line.years,
                    "source": line.source,
                }
                for line in given.published
            ],
        )


def read_published(connection: Connection, unit: int, as_of: datetime | None) -> tuple[PublishedTotal, ...]:
    """The published totals of a unit in force, now or as of an instant, oldest first."""
    query = (
        select(published_totals, units.c.code)
        .join(submissions, submissions.c.id == published_totals.c.submission_id)
        .join(units, units.c.id == published_totals.c.unit_id)
        .where(published_totals.c.unit_id == unit, as_of_clause(as_of))
        .order_by(published_totals.c.term, published_totals.c.row)
    )
    return tuple(
        PublishedTotal(
            row=row.row,
            unit=row.code,
            term=Term.parse(row.term),
            total=row.total,
            years=row.years,
            source=row.source,
        )
        for row in connection.execute(query)
    )
