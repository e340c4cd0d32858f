"""The workbook cells behind a sum: which cells a source is made from, and where each stands in its workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from data.forms import BASES, RATINGS, SIZES, STREAKS, TIMELINESS
from data.leaves import known_at
from data.periods import Period
from data.records import Contribution
from data.returns import cell_of
from data.schema import LEAVES, files, submissions, units
from data.streaks import complete_years
from data.units import Tree

_FEW_UNITS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Columns of one form in one period."""

    form: str
    measures: Sequence[str]
    period: Period


def cells_of(
    source: str, measures: Sequence[str], period: Period, opened: Sequence[Period], years: int
) -> tuple[Cells, ...]:
    """What a source's measures are read from, of derived counts what is counted; `years` are those of a streak."""
    if source == SIZES.code:
        return (Cells(form="B1", measures=("members_end",), period=period),)
    if source == RATINGS.code:
        return (Cells(form="B6", measures=("cell_rating", "remedy_plan"), period=period),)
    if source == BASES.code:
        since_january = (Cells(form="B1", measures=("admitted",), period=part) for part in period.to_date)
        return (*since_january, Cells(form="B2", measures=("no_masses_left",), period=period))
    if source == STREAKS.code:
        whole = complete_years(period, years)
        inside = (part for part in opened if any(year.contains(part) for year in whole))
        return tuple(Cells(form="B1", measures=("admitted",), period=part) for part in inside)
    return () if source == TIMELINESS.code else (Cells(form=source, measures=measures, period=period),)


def read_contributions(
    connection: Connection, cells: Cells, tree: Tree, within: Collection[int], as_of: datetime | None
) -> Iterator[Contribution]:
    """The cells of the units `within`, in the order of the workbooks; `tree` is that of the period."""
    leaf = LEAVES[cells.form]
    query = (
        select(
            leaf.c.unit_id,
            leaf.c.row,
            *(leaf.c[measure].label(f"value_{measure}") for measure in cells.measures),
            submissions.c.id,
            submissions.c.sha256,
            submissions.c.sheet,
            submissions.c.columns,
            files.c.name.label("file"),
            units.c.code,
        )
        .join(submissions, submissions.c.id == leaf.c.submission_id)
        .join(files, files.c.sha256 == submissions.c.sha256)
        .join(units, units.c.id == leaf.c.unit_id)
        .where(leaf.c.period == cells.period.code, known_at(as_of))
        .order_by(submissions.c.id, leaf.c.row)
    )
    if len(within) <= _FEW_UNITS:
        query = query.where(leaf.c.unit_id.in_(sorted(within)))
    for row in connection.execute(query).mappings():
        if row["unit_id"] in within:
            yield from _of_row(row, cells, tree)


def _of_row(row: RowMapping, cells: Cells, tree: Tree) -> Iterator[Contribution]:
    there = tree.units.get(row["unit_id"])
    for measure in cells.measures:
        yield Contribution(
            submission=row["id"],
            file=row["file"],
            sha256=row["sha256"],
            sheet=row["sheet"],
            cell=cell_of(row["columns"], measure, row["row"]),
            form=cells.form,
            unit=row["unit_id"],
            unit_code=row["code"],
            unit_name=there.name if there else row["code"],
            period=cells.period,
            measure=measure,
            value=row[f"value_{measure}"],
        )
