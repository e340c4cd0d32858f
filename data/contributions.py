"""The workbook cells behind a sum: which cells a source is made from, and where each stands in its workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from data.forms import BASES, RATINGS, SIZES, STORED, STREAKS, TASKS, TIMELINESS
from data.leaves import known_at
from data.periods import Period
from data.records import Contribution
from data.returns import cell_of
from data.schema import LEAVES, files, official_values, submissions, units
from data.stand_ins import gives, read_stand_ins
from data.streaks import complete_years
from data.units import Registry, Tree, UnitKind

_FEW_UNITS = 500


_EVERYBODY = frozenset(UnitKind)
_BASES = frozenset({UnitKind.BASE_COMMITTEE, UnitKind.BASE_CELL})
_BASE_CELLS = frozenset({UnitKind.BASE_CELL})
_NOBODY: frozenset[UnitKind] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Columns of one form in one period; official forms of units of the kinds `officials` count in their place."""

    form: str
    measures: Sequence[str]
    period: Period
    officials: frozenset[UnitKind] = _NOBODY


def cells_of(
    source: str, measures: Sequence[str], period: Period, opened: Sequence[Period], years: int
) -> tuple[Cells, ...]:
    """What a source's measures are read from, of derived counts what is counted; `years` are those of a streak."""
    if source == SIZES.code:
        return (Cells(form="B1", measures=("members_end",), period=period, officials=_BASE_CELLS),)
    if source == RATINGS.code:
        return (Cells(form="B6", measures=("cell_rating", "remedy_plan"), period=period),)
    if source == BASES.code:
        since_january = (
            Cells(form="B1", measures=("admitted",), period=part, officials=_BASES) for part in period.to_date
        )
        return (*since_january, Cells(form="B2", measures=("no_masses_left",), period=period))
    if source == STREAKS.code:
        whole = complete_years(period, years)
        inside = (part for part in opened if any(year.contains(part) for year in whole))
        return tuple(Cells(form="B1", measures=("admitted",), period=part) for part in inside)
    if source in {TIMELINESS.code, TASKS.code}:
        return ()
    return (Cells(form=source, measures=measures, period=period, officials=_EVERYBODY),)


def read_contributions(
    connection: Connection, cells: Cells, registry: Registry, within: Collection[int], as_of: datetime | None
) -> Iterator[Contribution]:
    """The cells of the units `within`, in the order of the workbooks; then those of official forms in their place."""
    yield from _of_returns(connection, cells, registry.at(cells.period.end), within, as_of)
    if cells.officials:
        yield from _of_officials(connection, cells, registry, within, as_of)


def _of_returns(
    connection: Connection, cells: Cells, tree: Tree, within: Collection[int], as_of: datetime | None
) -> Iterator[Contribution]:
    leaf = LEAVES[cells.form]
    query = (
        select(
            leaf.c.unit_id,
            leaf.c.row,
            *(leaf.c[measure].label(f"value_{measure}") for measure in cells.measures),
            submissions.c.id,
            submissions.c.form,
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
    for measure in cells.measures:
        cell = cell_of(row["columns"], measure, row["row"])
        yield _contribution(row, cells, tree, measure, (cell, row[f"value_{measure}"]))


def _of_officials(
    connection: Connection, cells: Cells, registry: Registry, within: Collection[int], as_of: datetime | None
) -> Iterator[Contribution]:
    tree, form = registry.at(cells.period.end), STORED[cells.form]
    counted = read_stand_ins(connection, form, cells.period, registry, as_of).keys() & within
    wanted = [unit for unit in sorted(counted) if tree.units[unit].kind in cells.officials]
    if not wanted:
        return
    query = (
        select(
            official_values.c.unit_id,
            official_values.c.measure,
            official_values.c.cell,
            official_values.c.value,
            submissions.c.id,
            submissions.c.form,
            submissions.c.sha256,
            submissions.c.sheet,
            files.c.name.label("file"),
            units.c.code,
        )
        .join(submissions, submissions.c.id == official_values.c.submission_id)
        .join(files, files.c.sha256 == submissions.c.sha256)
        .join(units, units.c.id == official_values.c.unit_id)
        .where(
            official_values.c.period == cells.period.code,
            official_values.c.unit_id.in_(wanted),
            official_values.c.measure.in_(cells.measures),
            official_values.c.value.is_not(None),
            gives(cells.form),
            known_at(as_of),
        )
        .order_by(submissions.c.form)
    )
    taken: set[tuple[int, str]] = set()
    for row in connection.execute(query).mappings():
        key = (row["unit_id"], row["measure"])
        if key not in taken:  # of two forms that give one count, which agree, the first one's
            taken.add(key)
            yield _contribution(row, cells, tree, row["measure"], (row["cell"], row["value"]))


def _contribution(
    row: RowMapping, cells: Cells, tree: Tree, measure: str, counted: tuple[str, int | str | None]
) -> Contribution:
    there = tree.units.get(row["unit_id"])
    cell, value = counted
    return Contribution(
        submission=row["id"],
        file=row["file"],
        sha256=row["sha256"],
        sheet=row["sheet"],
        cell=cell,
        form=row["form"],
        unit=row["unit_id"],
        unit_code=row["code"],
        unit_name=there.name if there else row["code"],
        period=cells.period,
        measure=measure,
        value=value,
    )
