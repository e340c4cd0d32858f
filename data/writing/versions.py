"""Which version of a workbook's contents is in force: its own, or that of another workbook."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, Table, and_, or_, select

from data.forms.dm_registry import DM
from data.forms.kh_plans import KH
from data.forms.nv_tasks import NV
from data.returns import ParsedWorkbook
from data.tables.schema import plans, submissions, tasks, units


class Overtaken(Exception):
    """Something else was accepted since a workbook was compared with what is in force: it must be compared again."""


LINES = {KH.code: plans, NV.code: tasks}
"""Registers whose lines are superseded one by one."""


def is_in_force(connection: Connection, sha256: str, among: Collection[str] = ()) -> bool:
    """Whether all that a workbook ever gave is in force, from it or from one of some other workbooks.

    A plan or task that was superseded as it was accepted, by a later decision, counts as being in force.
    """
    ours = sorted({sha256, *among})
    given = select(submissions.c.form, submissions.c.unit_id, submissions.c.period).where(
        submissions.c.sha256 == sha256
    )
    keys = connection.execute(given.distinct()).mappings().all()
    return bool(keys) and all(
        _holds_lines(connection, LINES[key["form"]], sha256, ours)
        if key["form"] in LINES
        else _holds(connection, key, ours)
        for key in keys
    )


def read_replaceable(connection: Connection, workbook: ParsedWorkbook) -> frozenset[int]:
    """The submissions that accepting a workbook would supersede, or may supersede lines of."""
    current = select(submissions.c.id).where(submissions.c.superseded_at.is_(None))
    found: set[int] = set()
    for given in (*workbook.returns, *workbook.official):
        key = current.join(units, units.c.id == submissions.c.unit_id).where(
            submissions.c.form == given.form.code,
            submissions.c.period == (given.period.code if given.period else ""),
            units.c.code == given.unit,
        )
        found.update(connection.execute(key).scalars())
    registers = {DM.code: workbook.registry, KH.code: workbook.plans, NV.code: workbook.tasks}
    wanted = [code for code, given in registers.items() if given is not None]
    if wanted:
        found.update(connection.execute(current.where(submissions.c.form.in_(wanted))).scalars())
    return frozenset(found)


def _holds(connection: Connection, one: RowMapping, ours: Collection[str]) -> bool:
    query = select(submissions.c.id).where(
        submissions.c.form == one["form"],
        submissions.c.period == one["period"],
        submissions.c.superseded_at.is_(None),
        submissions.c.sha256.in_(ours),
    )
    # There is one registry, whatever its root.
    key = query if one["form"] == DM.code else query.where(submissions.c.unit_id == one["unit_id"])
    return connection.execute(key.limit(1)).first() is not None


def _holds_lines(connection: Connection, table: Table, sha256: str, ours: Collection[str]) -> bool:
    """Whether the last line of each key that the workbook gave is in force."""
    given, newer, now = table.alias(), table.alias(), table.alias()
    own = select(submissions.c.id).where(submissions.c.sha256 == sha256)
    same = (
        select(now.c.row)
        .join(submissions, submissions.c.id == now.c.submission_id)
        .where(now.c.superseded_at.is_(None), submissions.c.sha256.in_(ours), _same_key(table, given, now))
    )
    again = select(newer.c.row).where(
        newer.c.submission_id.in_(own), newer.c.submission_id > given.c.submission_id, _same_key(table, given, newer)
    )
    lost = select(given.c.row).where(
        given.c.submission_id.in_(own),
        or_(given.c.superseded_at.is_(None), given.c.superseded_at != given.c.accepted_at),
        ~again.exists(),
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
