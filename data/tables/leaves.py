"""Reads leaf rows in force, converting flows counted since 1 January into flows of the period."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, bindparam, or_, select

from data.forms.model import CarriedOver, Form
from data.measures import Kind
from data.organisations.shapes import Shape
from data.organisations.units import Registry
from data.periods import Period
from data.tables.engine import read_tuples
from data.tables.form_tables import leaf_table
from data.tables.leaf_rows import LeafRows, leaf_rows
from data.tables.placed_rows import place_rows
from data.tables.schema import submissions

Values = Sequence[int | None]

_MAX_IN_CLAUSE = 5_000  # units that a query lists one by one: enough for a large district, not for a province


def as_of_clause(as_of: datetime | None, among: FromClause = submissions) -> ColumnElement[bool]:
    """The condition that a submission is in force now, or was as of an instant."""
    if as_of is None:
        return among.c.superseded_at.is_(None)
    return and_(among.c.accepted_at <= as_of, or_(among.c.superseded_at.is_(None), among.c.superseded_at > as_of))


def read_leaves(
    connection: Connection,
    form: Form,
    period: Period,
    registry: Registry,
    *,
    as_of: datetime | None = None,
    units: Collection[int] | None = None,
) -> LeafRows:
    """The leaf rows in force of one form and period on the tree of its last day, with flows of the period.

    Rows of units of another shape count as `data.organisations.shapes` says. `units` limits where rows count.
    """
    shape = Shape(registry, period.end)
    outside = registry.outside(period.end)
    rows = _rows(connection, form, period, shape, as_of, None if units is None else {*units, *outside})
    if units is not None and not outside.isdisjoint(rows):
        # What replaces a row of a unit outside the tree may have been returned by anybody.
        rows = _rows(connection, form, period, shape, as_of, None)
    if period.index > 1 and any(cumulative for cumulative, _ in rows.values()):
        then = Shape(registry, period.previous.end)
        wanted = None if units is None else {*units, *outside, *registry.outside(then.day)}
        before = _rows(connection, form, period.previous, then, as_of, wanted)
        first = period.previous.index == 1
        earlier = {unit: values for unit, (cumulative, values) in before.items() if cumulative or first}
        values = [
            _of_the_period(form, given, _sum(earlier, shape.origins(unit, earlier, rows))) if cumulative else given
            for unit, (cumulative, given) in rows.items()
        ]
    else:
        values = [given for _, given in rows.values()]
    placed = place_rows(leaf_rows(form, list(rows), values), form, shape)
    return placed if units is None else placed.limited(set(units))


def _sum(earlier: Mapping[int, Values], origins: Sequence[int] | None) -> Values | None:
    """What some units gave together; None for what one of them left blank."""
    if not origins:
        return None
    given = [earlier[unit] for unit in origins]
    return given[0] if len(given) == 1 else [None if None in each else sum(each) for each in zip(*given, strict=True)]


def _rows(
    connection: Connection,
    form: Form,
    period: Period,
    shape: Shape,
    as_of: datetime | None,
    units: Collection[int] | None,
) -> Mapping[int, tuple[bool, Values]]:
    few = None if units is None or len(units) > _MAX_IN_CLAUSE else sorted(units)
    query = _leaves(leaf_table(form), form.count_codes, by_unit=few is not None, now=as_of is None)
    if as_of is not None:
        query = query.where(as_of_clause(as_of))
    found = read_tuples(connection, query, {"period": period.code, "units": few})
    if len({row[0] for row in found}) < len(found):
        found = sorted(found, key=lambda row: row[2])
    counted = shape.counted([(row[0], row[1]) for row in found])
    rows = found if len(counted) == len(found) else [found[place] for place in counted]
    return {row[0]: (bool(row[3]), row[4:]) for row in rows if units is None or row[0] in units}


@cache  # cached: compiling it takes longer than running it
def _leaves(table: Table, counts: tuple[str, ...], *, by_unit: bool, now: bool) -> Select[Any]:
    about = (table.c.unit_id, submissions.c.unit_id, submissions.c.id, submissions.c.cumulative)
    query = (
        select(*about, *(table.c[code] for code in counts))
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
