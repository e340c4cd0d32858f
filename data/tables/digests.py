"""Digests of what was accepted, for the log: a row that is lost or altered later does not fit them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Select, Table, bindparam, select

from data.forms.ls_history import LS
from data.forms.vocabulary import Vocabulary
from data.tables.form_tables import leaf_tables
from data.tables.schema import (
    official_values,
    plans,
    published_totals,
    submissions,
    successions,
    tasks,
    unit_spells,
    units,
)

_UNITS = frozenset({"unit_id", "parent_id", "owner_id", "predecessor_id", "successor_id"})
_FIXED = (unit_spells, successions, plans, tasks, official_values, published_totals)
_LENGTH = 32  # hexadecimal digits: 128 bits
_FETCHED = 5_000


@dataclass(slots=True)
class Content:
    """The digest of a submission's rows by table, and their number."""

    digests: dict[str, str] = field(default_factory=dict)
    rows: int = 0


def read_contents(
    connection: Connection, vocabulary: Vocabulary, among: Mapping[int, str] | None = None
) -> Mapping[int, Content]:
    """What every submission, or some, given with their forms, consists of.

    Units count by their codes. Blank columns are left out, so that a column added later changes no digest, and so is
    the instant until which something was in force.
    """
    codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
    found: dict[int, Content] = {}
    leaves = leaf_tables(vocabulary)
    held: Iterable[Table] = (*_FIXED, *leaves.values())
    if among is not None:
        forms = set(among.values())
        fixed = _FIXED if not forms <= leaves.keys() else (published_totals,) if LS.code in forms else ()
        held = (*fixed, *(leaves[form] for form in sorted(forms & leaves.keys())))
    for table, key in ((submissions, submissions.c.id), *((each, each.c.submission_id) for each in held)):
        for submission, digest, rows in _of_table(connection, table, key, codes, among):
            content = found.setdefault(submission, Content())
            content.digests[table.name] = digest
            content.rows += 0 if table is submissions else rows
    return found


def contents_accepted(
    connection: Connection, vocabulary: Vocabulary, at: datetime
) -> list[tuple[str, str, str, Mapping[str, str]]]:
    """Form, sender, period and digests by table of each submission that was accepted at an instant, for the log."""
    query = (
        select(submissions.c.id, submissions.c.form, units.c.code, submissions.c.period)
        .join(units, units.c.id == submissions.c.unit_id)
        .where(submissions.c.accepted_at == at)
        .order_by(submissions.c.id)
    )
    stored = connection.execute(query).all()
    found = read_contents(connection, vocabulary, {row[0]: row[1] for row in stored}) if stored else {}
    return [(form, code, period, found[key].digests) for key, form, code, period in stored]


def _of_table(
    connection: Connection, table: Table, key: Column[int], codes: Mapping[int, str], among: Collection[int] | None
) -> Iterator[tuple[int, str, int]]:
    """The submission, digest and number of rows of each group of a table's rows."""
    query, names = _query(table, key.name, among is not None)
    of_units = [place for place, name in enumerate(names) if name in _UNITS]
    rows = connection.execute(query, {} if among is None else {"among": sorted(among)})
    for submission, group in groupby(rows, key=lambda row: row[0]):
        lines = []
        for row in group:
            values = list(row[1:])
            for place in of_units:
                values[place] = codes.get(values[place], values[place])
            given = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            lines.append(orjson.dumps(given, option=orjson.OPT_SORT_KEYS))
        yield submission, hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()[:_LENGTH], len(lines)


@cache  # cached: compiling it takes longer than running it
def _query(table: Table, key: str, few: bool) -> tuple[Select[Any], tuple[str, ...]]:
    columns = sorted((column for column in table.c if column.name != "superseded_at"), key=lambda each: each.name)
    query = select(table.c[key], *columns).order_by(table.c[key])
    names = tuple(str(column.name) for column in columns)  # a quoted name is no key of JSON
    if few:
        return query.where(table.c[key].in_(bindparam("among", expanding=True))), names
    return query.execution_options(yield_per=_FETCHED), names
