"""Withdrawn submissions: as if they had never been accepted, from their withdrawal on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, or_, select

from data.tables.leaves import as_of_clause
from data.tables.schema import submissions, units, withdrawals


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnReturn:
    """A return withdrawn and not sent again: its forms, by whom, when and why."""

    unit: int
    unit_code: str
    unit_name: str
    period_code: str
    forms: tuple[str, ...]
    actor: str
    at: datetime
    reason: str


def is_withdrawn(as_of: datetime | None = None) -> ColumnElement[bool]:
    """The condition that a submission has been withdrawn as a whole, now or as of an instant."""
    query = select(withdrawals.c.id).where(withdrawals.c.submission_id == submissions.c.id, withdrawals.c.row.is_(None))
    return (query if as_of is None else query.where(withdrawals.c.at <= as_of)).exists()


def withdrawal_of() -> ScalarSelect[Any]:
    """The reason for which a submission was withdrawn while it was in force; NULL if it was not."""
    return (
        select(withdrawals.c.reason)
        .where(
            withdrawals.c.submission_id == submissions.c.id,
            withdrawals.c.row.is_(None),
            or_(withdrawals.c.at == submissions.c.superseded_at, submissions.c.superseded_at.is_(None)),
        )
        .limit(1)
        .scalar_subquery()
    )


def read_withdrawn(connection: Connection, as_of: datetime | None) -> tuple[WithdrawnReturn, ...]:
    """The withdrawn returns under whose keys nothing is in force, newest first; names are codes."""
    again = submissions.alias()
    in_force = select(again.c.id).where(
        again.c.form == submissions.c.form,
        again.c.unit_id == submissions.c.unit_id,
        again.c.period == submissions.c.period,
        as_of_clause(as_of, again),
    )
    query = (
        select(submissions.c.unit_id, units.c.code, submissions.c.period, submissions.c.form, withdrawals)
        .join(submissions, submissions.c.id == withdrawals.c.submission_id)
        .join(units, units.c.id == submissions.c.unit_id)
        .where(withdrawals.c.row.is_(None), submissions.c.period != "", ~in_force.exists())
        .order_by(withdrawals.c.at.desc(), submissions.c.form)
    )
    if as_of is not None:
        query = query.where(withdrawals.c.at <= as_of)
    found: dict[tuple[int, str, datetime], WithdrawnReturn] = {}
    for row in connection.execute(query).mappings():
        key = row["unit_id"], row["period"], row["at"]
        before = found.get(key)
        forms = (*(before.forms if before else ()), row["form"])
        found[key] = WithdrawnReturn(
            unit=row["unit_id"],
            unit_code=row["code"],
            unit_name=row["code"],
            period_code=row["period"],
            forms=tuple(dict.fromkeys(forms)),
            actor=row["actor"],
            at=row["at"],
            reason=row["reason"],
        )
    return tuple(found.values())
