"""Reads the return in force under a key: its rows as reported, its file, its units, its measures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, func, select

from data.forms.model import Form
from data.forms.official.builtin import CODES, official_version
from data.forms.vocabulary import Vocabulary
from data.organisations.shapes import Shape
from data.organisations.units import Registry
from data.periods import Period
from data.returns import ReturnedRow
from data.tables.form_tables import leaf_table
from data.tables.leaves import as_of_clause
from data.tables.schema import files, official_values, submissions, units

_MAX_IN_CLAUSE = 500  # units that a query lists one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReturn:
    """A return in force: its file and sheet, column letters by measure, and rows as reported."""

    file: str
    sheet: str
    columns: dict[str, str]
    cumulative: bool
    rows: tuple[ReturnedRow, ...]


@dataclass(frozen=True, slots=True)
class ReturnKey:
    """The key under which a return supersedes an earlier one: form, sender, period code ("" for LS)."""

    form: str
    unit: int
    period: str

    def in_force(self, as_of: datetime | None) -> ColumnElement[bool]:
        """Selects the submission in force under this key, now or as of an instant."""
        return and_(
            submissions.c.form == self.form,
            submissions.c.unit_id == self.unit,
            submissions.c.period == self.period,
            as_of_clause(as_of),
        )


def read_current(
    connection: Connection, vocabulary: Vocabulary, key: ReturnKey, as_of: datetime | None
) -> StoredReturn | None:
    """The return in force under a key, or None."""
    query = (
        select(submissions, files.c.name.label("file"))
        .join(files, files.c.sha256 == submissions.c.sha256)
        .where(key.in_force(as_of))
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    if key.form in CODES:
        official = official_version(key.form, found["form_version"])
        columns, rows = _official(connection, official.form, found["id"])
    else:
        form = vocabulary.form_version(key.form, found["form_version"])
        columns, rows = found["columns"], _rows(connection, form, found["id"], key.period)
    return StoredReturn(
        file=found["file"], sheet=found["sheet"], columns=columns, cumulative=found["cumulative"], rows=rows
    )


def read_is_cumulative(connection: Connection, key: ReturnKey, as_of: datetime | None) -> bool:
    """Whether the return in force under a key counts flows since 1 January."""
    found = connection.execute(_current_or_as_of(_cumulative, as_of), _named(key))
    return bool(found.scalar())


def read_reported_units(connection: Connection, form: Form, key: ReturnKey, as_of: datetime | None) -> frozenset[str]:
    """Codes of the leaf units in the return in force under a key."""
    return frozenset(connection.execute(_current_or_as_of(_reported, as_of, leaf_table(form)), _named(key)).scalars())


def has_returns(connection: Connection, vocabulary: Vocabulary, period: Period, as_of: datetime | None) -> bool:
    """Whether a return for exactly that period is in force, of any sender and form."""
    # All forms are listed because the index begins with the form.
    of_period = submissions.c.form.in_(sorted(vocabulary.forms)), submissions.c.period == period.code
    return (
        connection.execute(select(submissions.c.id).where(*of_period, as_of_clause(as_of)).limit(1)).first() is not None
    )


def read_units_with_returns(
    connection: Connection, vocabulary: Vocabulary, among: Collection[int], as_of: datetime | None
) -> frozenset[int]:
    """Those of some units that sent a return or an official form in force, or have a row in one."""
    if not among:
        return frozenset()
    sent = select(submissions.c.unit_id).where(submissions.c.period != "", as_of_clause(as_of))
    found = set(connection.execute(sent.distinct()).scalars())
    for form in vocabulary.stored.values():
        leaf = leaf_table(form)
        rows = select(leaf.c.unit_id).join(submissions, submissions.c.id == leaf.c.submission_id)
        found.update(connection.execute(rows.where(as_of_clause(as_of)).distinct()).scalars())
    return frozenset(found.intersection(among))


def read_measure(
    connection: Connection,
    form: Form,
    measure: str,
    period: Period,
    registry: Registry,
    within: Collection[int] | None,
    as_of: datetime | None,
) -> dict[str, int]:
    """A measure of each leaf unit (limited to `within`) for exactly that period, by unit code.

    A successor on the tree of the period's last day has the sum of what its predecessors returned, if all did.
    """
    shape = Shape(registry, period.end)
    near = None if within is None else {*within, *registry.outside(period.end)}
    few = near is not None and len(near) <= _MAX_IN_CLAUSE
    parameters = {"period": period.code} | ({"units": sorted(near)} if few and near is not None else {})
    query = _current_or_as_of(_measure, as_of, leaf_table(form), measure, few)
    found = sorted(connection.execute(query, parameters).all(), key=itemgetter(2))
    rows = [found[place] for place in shape.counted([(row[0], row[1]) for row in found])]
    returned = {row[0] for row in rows}
    values: dict[int, int] = {}
    for unit, _, _, value in rows:
        place = shape.place(unit)
        if place is not None and not place.successors and shape.has_reported(place.unit, returned):
            values[place.unit] = values.get(place.unit, 0) + value
    units_then = shape.tree.units
    return {units_then[unit].code: value for unit, value in values.items() if within is None or unit in within}


@dataclass(frozen=True, slots=True)
class CountRanges:
    """The range of past counts: each unit code's index into `numbers`, an array of units x measures x 3.

    The last axis holds the minimum, the maximum (NaN: never reported) and the number of periods that reported it.
    """

    places: Mapping[str, int]
    numbers: NDArray[np.float64]


def read_count_ranges(
    connection: Connection,
    form: Form,
    keys: Sequence[ReturnKey],
    measures: Sequence[str],
    *,
    cumulative: bool,
    as_of: datetime | None,
) -> CountRanges:
    """The ranges of each leaf unit's measures over a sender's returns of several periods.

    The keys differ only in their periods; returns whose `cumulative` flag is another are left out.
    """
    query = _current_or_as_of(_ranges, as_of, leaf_table(form), form.code, tuple(measures))
    parameters = {"unit": keys[0].unit, "periods": [key.period for key in keys], "cumulative": cumulative}
    rows = connection.execute(query, parameters).all()
    numbers = np.array([row[1:] for row in rows], dtype=np.float64)
    return CountRanges({row[0]: place for place, row in enumerate(rows)}, numbers.reshape(len(rows), len(measures), 3))


@dataclass(frozen=True, slots=True)
class ColumnTotals:
    """A return's number of lines and the sum of each measure asked for, NaN where every cell is blank."""

    lines: int
    totals: NDArray[np.float64]


def read_column_totals(
    connection: Connection,
    form: Form,
    keys: Sequence[ReturnKey],
    measures: Sequence[str],
    *,
    cumulative: bool,
    as_of: datetime | None,
) -> dict[str, ColumnTotals]:
    """The column totals of a sender's returns of several periods, by period code.

    The keys differ only in their periods; returns whose `cumulative` flag is another are left out.
    """
    query = _current_or_as_of(_totals, as_of, leaf_table(form), form.code, tuple(measures))
    parameters = {"unit": keys[0].unit, "periods": [key.period for key in keys], "cumulative": cumulative}
    rows = connection.execute(query, parameters).all()
    return {row[0]: ColumnTotals(row[1], np.array(row[2:], dtype=np.float64)) for row in rows}


def _named(key: ReturnKey) -> dict[str, int | str]:
    return {"form": key.form, "unit": key.unit, "period": key.period}


def _current_or_as_of(query: Callable[..., Select[Any]], as_of: datetime | None, *about: Any) -> Select[Any]:
    """The query in force now, cached because compiling it takes longer than running it; or that as of an instant."""
    return _build(query, *about) if as_of is None else query(*about).where(as_of_clause(as_of))


@cache
def _build(query: Callable[..., Select[Any]], *about: Any) -> Select[Any]:
    return query(*about).where(as_of_clause(None))


def _of_key(query: Select[Any]) -> Select[Any]:
    return query.where(
        submissions.c.form == bindparam("form"),
        submissions.c.unit_id == bindparam("unit"),
        submissions.c.period == bindparam("period"),
    )


def _cumulative() -> Select[Any]:
    return _of_key(select(submissions.c.cumulative))


def _reported(leaf: Table) -> Select[Any]:
    joined = select(units.c.code).join(leaf, leaf.c.unit_id == units.c.id)
    return _of_key(joined.join(submissions, submissions.c.id == leaf.c.submission_id))


def _measure(leaf: Table, measure: str, few: bool) -> Select[Any]:
    query = (
        select(leaf.c.unit_id, submissions.c.unit_id, submissions.c.id, leaf.c[measure])
        .join(submissions, submissions.c.id == leaf.c.submission_id)
        .where(leaf.c.period == bindparam("period"), leaf.c[measure].is_not(None))
    )
    return query.where(leaf.c.unit_id.in_(bindparam("units", expanding=True))) if few else query


def _ranges(leaf: Table, form: str, measures: tuple[str, ...]) -> Select[Any]:
    ranges = (f(leaf.c[measure]) for measure in measures for f in (func.min, func.max, func.count))
    joined = select(units.c.code, *ranges).join(leaf, leaf.c.unit_id == units.c.id)
    return _of_periods(joined, leaf, form).group_by(units.c.code)


def _totals(leaf: Table, form: str, measures: tuple[str, ...]) -> Select[Any]:
    totals = (func.sum(leaf.c[measure]) for measure in measures)
    query = select(submissions.c.period, func.count(), *totals).select_from(leaf)
    return _of_periods(query, leaf, form).group_by(submissions.c.period)


def _of_periods(query: Select[Any], leaf: Table, form: str) -> Select[Any]:
    return query.join(submissions, submissions.c.id == leaf.c.submission_id).where(
        submissions.c.form == form,
        submissions.c.unit_id == bindparam("unit"),
        submissions.c.period.in_(bindparam("periods", expanding=True)),
        submissions.c.cumulative == bindparam("cumulative"),
    )


def read_official_counts(
    connection: Connection, unit: int, period: Period, as_of: datetime | None
) -> dict[tuple[str, str], int]:
    """The counts of a unit's official forms in force for a period, by form and measure."""
    query = (
        select(submissions.c.form, official_values.c.measure, official_values.c.value)
        .join(submissions, submissions.c.id == official_values.c.submission_id)
        .where(
            official_values.c.period == period.code,
            official_values.c.unit_id == unit,
            official_values.c.value.is_not(None),
            as_of_clause(as_of),
        )
    )
    return {(form, measure): value for form, measure, value in connection.execute(query)}


def _official(connection: Connection, form: Form, submission: int) -> tuple[dict[str, str], tuple[ReturnedRow, ...]]:
    """Cell addresses by measure, and the only row."""
    query = (
        select(units.c.code, official_values)
        .join(units, units.c.id == official_values.c.unit_id)
        .where(official_values.c.submission_id == submission)
    )
    lines = {line["measure"]: line for line in connection.execute(query).mappings()}
    if not lines:
        return {}, ()
    values = tuple(lines[measure.code]["value"] for measure in form.measures)
    absent = frozenset(measure for measure, line in lines.items() if line["not_applicable"])
    unit = next(line["code"] for line in lines.values())
    return {measure: line["cell"] for measure, line in lines.items()}, (ReturnedRow(unit, 0, values, absent),)


def _rows(connection: Connection, form: Form, submission: int, period_code: str) -> tuple[ReturnedRow, ...]:
    leaf = leaf_table(form)
    query = (
        select(units.c.code, leaf)
        .join(units, units.c.id == leaf.c.unit_id)
        .where(leaf.c.submission_id == submission)
        .order_by(leaf.c.row)
    )
    return tuple(
        ReturnedRow(
            row["code"],
            row["row"],
            tuple(row[measure.code] for measure in form.measures),
            frozenset((row["not_applicable"] or "").split()),
            None if period_code else Period.parse(row["period"]),
        )
        for row in connection.execute(query).mappings()
    )


def read_corrected(
    connection: Connection, among: Collection[int] | None, most: int, as_of: datetime | None
) -> tuple[tuple[Period, datetime], ...]:
    """The latest instants, at most so many a period, at which returns of some senders were superseded; oldest first."""
    query = select(submissions.c.period, submissions.c.superseded_at).where(
        submissions.c.period != "", submissions.c.superseded_at.is_not(None)
    )
    if among is not None:
        query = query.where(submissions.c.unit_id.in_(sorted(among)))
    if as_of is not None:
        query = query.where(submissions.c.superseded_at <= as_of)
    instants = query.distinct().subquery()
    rank = func.row_number().over(partition_by=instants.c.period, order_by=instants.c.superseded_at.desc())
    ranked = select(*instants.c, rank.label("place")).subquery()
    latest = select(ranked.c.period, ranked.c.superseded_at).where(ranked.c.place <= most)
    rows = connection.execute(latest.order_by(ranked.c.superseded_at))
    return tuple((Period.parse(period), instant) for period, instant in rows)
