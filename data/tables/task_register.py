"""Stores every version of the task register's lines and reads those in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from data.organisations.units import Registry
from data.periods import Term
from data.tables.schema import tasks
from data.tasks import Recurrence, Task, TaskLine, TaskState

_Key = tuple[str, int | None, str, str]


def store_tasks(
    connection: Connection, registry: Registry, submission: int, at: datetime, lines: Sequence[TaskLine]
) -> bool:
    """Stores lines, each superseding the one of the same task, owner and term; returns whether any was superseded."""
    query = select(tasks).where(tasks.c.superseded_at.is_(None))
    current = {_key(row): row for row in connection.execute(query).mappings()}
    values = [_values(registry, line) for line in lines]
    replaced = [current[_key(line)] for line in values if _key(line) in current]
    for row in replaced:
        connection.execute(
            update(tasks)
            .where(tasks.c.submission_id == row["submission_id"], tasks.c.row == row["row"])
            .values(superseded_at=at)
        )
    if values:
        connection.execute(insert(tasks), [{**line, "submission_id": submission, "accepted_at": at} for line in values])
    return bool(replaced)


def _key(line: Mapping[str, Any] | RowMapping) -> _Key:
    unit = line["owner_id"]
    return line["task"], unit, "" if unit is not None else line["owner"], line["term"]


def _values(registry: Registry, line: TaskLine) -> dict[str, Any]:
    values = {field.name: getattr(line, field.name) for field in fields(line) if field.name != "owner_code"}
    return {
        **values,
        "owner_id": registry.ids[line.owner_code] if line.owner_code else None,
        "recurrence": line.recurrence.value,
        "state": line.state.value,
        "term": line.term.code if line.term else "",
    }


def read_tasks(connection: Connection, as_of: datetime | None) -> tuple[Task, ...]:
    """The lines in force, now or as of an instant, by task and then in order of acceptance."""
    query = select(tasks).order_by(tasks.c.task, tasks.c.submission_id, tasks.c.row)
    if as_of is None:
        query = query.where(tasks.c.superseded_at.is_(None))
    else:
        query = query.where(
            tasks.c.accepted_at <= as_of, or_(tasks.c.superseded_at.is_(None), tasks.c.superseded_at > as_of)
        )
    return tuple(_task(row) for row in connection.execute(query).mappings())


def _task(row: RowMapping) -> Task:
    same = {field.name: row[field.name] for field in fields(Task) if field.name in row}
    return Task(
        **{
            **same,
            "unit": row["owner_id"],
            "recurrence": Recurrence(row["recurrence"]),
            "state": TaskState(row["state"]),
            "term": Term.parse(row["term"]) if row["term"] else None,
        }
    )
