"""Digests of what was accepted, for the log: a row that is lost or altered later does not fit them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import orjson
from sqlalchemy import Column, Connection, Table, select

from data.forms.vocabulary import Vocabulary
from data.tables.form_tables import leaf_tables
from data.tables.schema import official_values, plans, submissions, successions, tasks, unit_spells, units

_UNITS = frozenset({"unit_id", "parent_id", "owner_id", "predecessor_id", "successor_id"})
_LENGTH = 32  # hexadecimal digits: 128 bits
_FETCHED = 5_000


@dataclass(slots=True)
class Content:
    """The digest of a submission's rows by table, and their number."""

    digests: dict[str, str] = field(default_factory=dict)
    rows: int = 0


def read_contents(
    connection: Connection, vocabulary: Vocabulary, among: Collection[int] | None = None
) -> Mapping[int, Content]:
    """What every submission, or some, consists of.

    Units count by their codes. Blank columns are left out, so that a column added later changes no digest, and so is
    the instant until which something was in force.
    """
    codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
    found: dict[int, Content] = {}
    held = (unit_spells, successions, plans, tasks, official_values, *leaf_tables(vocabulary).values())
    for table, key in ((submissions, submissions.c.id), *((each, each.c.submission_id) for each in held)):
        for submission, digest, rows in _of_table(connection, table, key, codes, among):
            content = found.setdefault(submission, Content())
            content.digests[table.name] = digest
            content.rows += 0 if table is submissions else rows
    return found


def _of_table(
    connection: Connection, table: Table, key: Column[int], codes: Mapping[int, str], among: Collection[int] | None
) -> Iterator[tuple[int, str, int]]:
    """The submission, digest and number of rows of each group of a table's rows."""
    columns = sorted((column for column in table.c if column.name != "superseded_at"), key=lambda each: each.name)
    of_units = [place for place, column in enumerate(columns) if column.name in _UNITS]
    names = [str(column.name) for column in columns]  # a quoted name is no key of JSON
    query = select(key, *columns).order_by(key)
    if among is not None:
        query = query.where(key.in_(sorted(among)))
    rows = connection.execute(query.execution_options(yield_per=_FETCHED))
    for submission, group in groupby(rows, key=lambda row: row[0]):
        lines = []
        for row in group:
            values = list(row[1:])
            for place in of_units:
                values[place] = codes.get(values[place], values[place])
            given = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            lines.append(orjson.dumps(given, option=orjson.OPT_SORT_KEYS))
        yield submission, hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()[:_LENGTH], len(lines)
