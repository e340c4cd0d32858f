"""Reads leaf rows in force, converting flows counted since 1 January into flows of the period."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, or_, select

from data.forms.model import CarriedOver, Form
from data.measures import Kind
from data.periods import Period
from data.tables.form_tables import leaf_table
from data.tables.leaf_rows import LeafRows, leaf_rows
from data.tables.schema import submissions

Values = Sequence[int | None]

_MAX_IN_CLAUSE = 5_000  # units that a query lists one by one: enough for a large district, not for a province


def as_of_clause(as_of: datetime | None) -> ColumnElement[bool]:
    """The condition that a submission is in force now, or was as of an instant."""
    if as_of is None:
        return submissions.c.superseded_at.is_(None)
    return and_(
        submissions.c.accepted_at <= as_of,
        or_(submissions.c.superseded_at.is_(None), submissions.c.superseded_at > as_of),
    )


def read_leaves(
    connection: Connection,
    form: Form,
    period: Period,
    *,
    as_of: datetime | None = None,
    units: Collection[int] | None = None,
) -> LeafRows:
    """The leaf rows in force of one form and period, with flows of the period."""
    rows = _rows(connection, form, period, as_of, units)
    if period.index > 1 and any(cumulative for cumulative, _ in rows.values()):
        before = _rows(connection, form, period.previous, as_of, units)
        first = period.previous.index == 1
        earlier = {unit: values for unit, (cumulative, values) in before.items() if cumulative or first}
        values = [
            _of_the_period(form, given, earlier.get(unit)) if cumulative else given
            for unit, (cumulative, given) in rows.items()
        ]
    else:
        values = [given for _, given in rows.values()]
    return leaf_rows(form, list(rows), values)


def read_flow(
    connection: Connection,
    form: Form,
    measure: str,
    periods: Collection[Period],
    *,
    units: Collection[int] | None = None,
) -> Iterator[tuple[int, Period, int | None]]:
    """One flow of a form for several periods, leaf by leaf, converted as in `read_leaves`.

    Counts since 1 January are differenced against the preceding period, which must be among `periods`.
    """
    table = leaf_table(form)
    steps = {p.code: (p, p.previous.code, p.previous.index == 1) for p in periods}
    query = (
        select(table.c.unit_id, table.c.period, submissions.c.cumulative, table.c[measure])
        .join(submissions, submissions.c.id == table.c.submission_id)
        .where(table.c.period.in_(list(steps)), as_of_clause(None))
    )
    if units is not None:
        query = query.where(table.c.unit_id.in_(sorted(units)))
    given = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(query).all()}
    for (unit, code), (cumulative, value) in given.items():
        period, before, after_first = steps[code]
        if not cumulative or period.index == 1:
            yield unit, period, value
            continue
        counted, earlier = given.get((unit, before), (False, None))
        is_known = value is not None and earlier is not None and (counted or after_first)
        yield unit, period, value - earlier if is_known else None


def _rows(
    connection: Connection, form: Form, period: Period, as_of: datetime | None, units: Collection[int] | None
) -> Mapping[int, tuple[bool, Values]]:
    few = None if units is None or len(units) > _MAX_IN_CLAUSE else sorted(units)
    query = _leaves(leaf_table(form), form.count_codes, by_unit=few is not None, now=as_of is None)
    if as_of is not None:
        query = query.where(as_of_clause(as_of))
    wanted = None if units is None else set(units)
    found = connection.execute(query, {"period": period.code, "units": few}).all()
    return {row[0]: (bool(row[1]), row[2:]) for row in found if wanted is None or row[0] in wanted}


@cache  # cached: compiling it takes longer than running it
def _leaves(table: Table, counts: tuple[str, ...], *, by_unit: bool, now: bool) -> Select[Any]:
    query = (
        select(table.c.unit_id, submissions.c.cumulative, *(table.c[code] for code in counts))
        .join(submissions, submissions.c.id == table.c.submission_id)
        .where(table.c.period == bindparam("period"))
    )
    if now:
        query = query.where(as_of_clause(None))
    return query.where(table.c.unit_id.in_(bindparam("units", expanding=True))) if by_unit else query


def _of_the_period(form: Form, given: Values, before: Values | None) -> Values:
    """Subtracts the preceding sub-period's counts since 1 January; without these the period's flow is unknown."""
    places = {measure.code: place for place, measure in enumerate(form.counts)}
    closing = {rule.opening: places[rule.closing] for rule in form.rules if isinstance(rule, CarriedOver)}

    def value(place: int) -> int | None:
        measure, now = form.counts[place], given[place]
        if measure.kind is Kind.FLOW:
            earlier = before[place] if before else None
            return None if now is None or earlier is None else now - earlier
        if measure.kind is Kind.OPENING:
            return before[closing[measure.code]] if before else None
        return now

    return [value(place) for place in range(len(form.counts))]
