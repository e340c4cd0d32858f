"""Which version of a workbook's contents is in force: its own, or that of another workbook."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, Table, and_, func, or_, select

from data.forms.dm_registry import DM
from data.forms.kh_plans import KH
from data.forms.nv_tasks import NV
from data.tables.schema import plans, submissions, tasks

LINES = {KH.code: plans, NV.code: tasks}
"""Registers whose lines are superseded one by one."""


def is_in_force(connection: Connection, sha256: str, among: Collection[str] = ()) -> bool:
    """Whether what a workbook gave when it was last accepted is in force, from it or from one of some other workbooks.

    A plan or task that was superseded as it was accepted, by a later decision, counts as being in force.
    """
    ours = {sha256, *among}
    return bool(latest := _latest(connection, sha256)) and all(_holds(connection, one, ours) for one in latest)


def _latest(connection: Connection, sha256: str) -> Sequence[RowMapping]:
    """The submissions of the last time that a workbook was accepted."""
    last = select(func.max(submissions.c.accepted_at)).where(submissions.c.sha256 == sha256).scalar_subquery()
    query = select(submissions.c.id, submissions.c.form, submissions.c.unit_id, submissions.c.period)
    return (
        connection.execute(query.where(submissions.c.sha256 == sha256, submissions.c.accepted_at == last))
        .mappings()
        .all()
    )


def _holds(connection: Connection, one: RowMapping, ours: Collection[str]) -> bool:
    form = one["form"]
    if form in LINES:
        return _holds_lines(connection, LINES[form], one["id"], ours)
    query = select(submissions.c.id).where(
        submissions.c.form == form,
        submissions.c.period == one["period"],
        submissions.c.superseded_at.is_(None),
        submissions.c.sha256.in_(sorted(ours)),
    )
    # There is one registry, whatever its root.
    key = query if form == DM.code else query.where(submissions.c.unit_id == one["unit_id"])
    return connection.execute(key.limit(1)).first() is not None


def _holds_lines(connection: Connection, table: Table, submission: int, ours: Collection[str]) -> bool:
    given, now = table.alias(), table.alias()
    same = (
        select(now.c.row)
        .join(submissions, submissions.c.id == now.c.submission_id)
        .where(
            now.c.superseded_at.is_(None),
            submissions.c.sha256.in_(sorted(ours)),
            _same_key(table, given, now),
        )
    )
    lost = select(given.c.row).where(
        given.c.submission_id == submission,
        or_(given.c.superseded_at.is_(None), given.c.superseded_at != given.c.accepted_at),
        ~same.exists(),
    )
    return connection.execute(lost.limit(1)).first() is None


def _same_key(table: Table, one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Whether two lines are of the same plan, or of the same task of the same owner, for the same term."""
    if table is plans:
        return and_(one.c.unit_id == other.c.unit_id, one.c.term == other.c.term, one.c.indicator == other.c.indicator)
    owner = or_(
        one.c.owner_id == other.c.owner_id,
        and_(one.c.owner_id.is_(None), other.c.owner_id.is_(None), one.c.owner == other.c.owner),
    )
    return and_(one.c.task == other.c.task, one.c.term == other.c.term, owner)
