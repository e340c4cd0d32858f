"""Reads back the return in force under a key, row by row as it came, with the file that it came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from data.forms import form_version
from data.forms.model import Form
from data.leaves import known_at
from data.periods import Period
from data.returns import Row
from data.schema import LEAVES, files, submissions, units


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReturn:
    """A return in force: its file and sheet, the letters of its columns by measure, and its rows as they came."""

    file: str
    sheet: str
    columns: dict[str, str]
    cumulative: bool
    rows: tuple[Row, ...]


def read_current(
    connection: Connection, form: str, unit: int, period_code: str, as_of: datetime | None
) -> StoredReturn | None:
    """The return of a unit for a period ("" for LS); None when none is in force."""
    query = (
        select(submissions, files.c.name.label("file"))
        .join(files, files.c.sha256 == submissions.c.sha256)
        .where(
            submissions.c.form == form,
            submissions.c.unit_id == unit,
            submissions.c.period == period_code,
            known_at(as_of),
        )
    )
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    return StoredReturn(
        file=found["file"],
        sheet=found["sheet"],
        columns=found["columns"],
        cumulative=found["cumulative"],
        rows=_rows(connection, form_version(form, found["form_version"]), found["id"], period_code),
    )


def _rows(connection: Connection, form: Form, submission: int, period_code: str) -> tuple[Row, ...]:
    leaf = LEAVES[form.code]
    query = (
        select(units.c.code, leaf)
        .join(units, units.c.id == leaf.c.unit_id)
        .where(leaf.c.submission_id == submission)
        .order_by(leaf.c.row)
    )
    return tuple(
        Row(
            row["code"],
            row["row"],
            tuple(row[measure.code] for measure in form.measures),
            frozenset((row["not_applicable"] or "").split()),
            None if period_code else Period.parse(row["period"]),
        )
        for row in connection.execute(query).mappings()
    )
