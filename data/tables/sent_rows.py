"""Whose rows a form's returns of a period hold: their senders' own, or of units elsewhere on the tree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    column,
    func,
    not_,
    select,
    values,
)

from data.forms.model import Form
from data.organisations.units import Tree
from data.periods import Period
from data.tables.form_tables import leaf_table
from data.tables.leaves import as_of_clause
from data.tables.schema import submissions

_MAX_IN_CLAUSE = 5_000  # units that a query lists one by one


def read_senders(
    connection: Connection,
    form: Form,
    period: Period,
    as_of: datetime | None,
    among: Collection[int] | None = None,
) -> list[tuple[int, int]]:
    """The unit and sender of each row in force of a form and period (of some units at least), oldest return first."""
    leaf = leaf_table(form)
    query = (
        select(leaf.c.unit_id, submissions.c.unit_id)
        .join(submissions, submissions.c.id == leaf.c.submission_id)
        .where(leaf.c.period == period.code, as_of_clause(as_of))
        .order_by(submissions.c.id)
    )
    if among is not None and len(among) <= _MAX_IN_CLAUSE:
        query = query.where(leaf.c.unit_id.in_(sorted(among)))
    return [(row[0], row[1]) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class SentRows:
    """A form's rows in force of a period: how many of each sender are its leaf units', and the units of all others."""

    own: Mapping[int, int]
    strays: frozenset[int]


def read_sent_rows(connection: Connection, form: Form, period: Period, tree: Tree, as_of: datetime | None) -> SentRows:
    """Compares rows with a tree in the database: a row is its sender's own if its unit is a leaf below it there."""
    leaf, grained = leaf_table(form), tree.unit_ids_of_grain(form.grain)
    ranges = values(column("sender", Integer), column("low", Integer), column("high", Integer), literal_binds=True)
    branch = ranges.data(list(tree.sender_ranges) or [(0, 0, 0)]).cte("branch")
    of_sender = and_(branch.c.sender == submissions.c.unit_id, leaf.c.unit_id.between(branch.c.low, branch.c.high))
    is_own = and_(branch.c.sender.is_not(None), _is_among(leaf.c.unit_id, grained, tree.units.keys() - grained))
    joined = leaf.join(submissions, submissions.c.id == leaf.c.submission_id).outerjoin(branch, of_sender)
    here = leaf.c.period == period.code, as_of_clause(as_of)
    counts = select(submissions.c.unit_id, func.count(), func.count(case((is_own, 1)))).select_from(joined).where(*here)
    found = connection.execute(counts.group_by(submissions.c.unit_id)).all()
    own = {sender: counted for sender, _, counted in found}
    if all(rows == counted for _, rows, counted in found):
        return SentRows(own, frozenset())
    strays = select(leaf.c.unit_id).select_from(joined).where(*here, not_(is_own)).distinct()
    return SentRows(own, frozenset(connection.execute(strays).scalars()))


def _is_among(unit: ColumnElement[int], among: Collection[int], others: Collection[int]) -> ColumnElement[bool]:
    """Whether a unit of a tree is among some, by listing them or the others, whichever are fewer."""
    fewer = len(among) <= len(others)
    # Written into the statement because there may be more than a database takes as bind values.
    listed: BindParameter[Sequence[int]] = bindparam(
        None, sorted(among if fewer else others), expanding=True, literal_execute=True
    )
    return unit.in_(listed) if fewer else unit.not_in(listed)
