"""The trace of a sum: the workbook cells that it was computed from, with their addresses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, RowMapping, select

from data.forms.model import CarriedOver, Form
from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.organisations.shapes import Shape
from data.organisations.units import Registry
from data.periods import Period
from data.returns import cell_of
from data.sums.families.builtin import FAMILIES
from data.sums.families.model import EVERY_KIND, SourceColumns
from data.sums.substitutes import counts_clause, read_substitutes
from data.tables.form_tables import leaf_table
from data.tables.leaves import as_of_clause
from data.tables.records import Contribution
from data.tables.schema import files, official_values, submissions, units


def columns_of(
    source: str, measures: Sequence[str], period: Period, opened: Sequence[Period], years: int
) -> Sequence[SourceColumns]:
    """The columns behind a source's measures; for derived counts, those that are counted over `years`."""
    if source in FAMILIES:
        return FAMILIES[source].columns(period, opened, years)
    return (SourceColumns(form=source, measures=measures, period=period, officials=EVERY_KIND),)


Share = Callable[[int], int | Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafScope:
    """The leaves to trace: `share` gives how much of a unit counts; `unit_ids` lists them if they are few."""

    vocabulary: Vocabulary
    registry: Registry
    share: Share
    unit_ids: Collection[int] | None
    as_of: datetime | None


def read_contributions(connection: Connection, cells: SourceColumns, scope: LeafScope) -> Iterator[Contribution]:
    """The cells in workbook order, followed by those of official forms that substitute for returns."""
    yield from _from_returns(connection, cells, scope)
    if cells.officials:
        yield from _from_official_forms(connection, cells, scope)


def _from_returns(connection: Connection, cells: SourceColumns, scope: LeafScope) -> Iterator[Contribution]:
    rows = _rows(connection, cells, scope, cells.measures)
    shape = Shape(scope.registry, cells.period.end)
    preceding: Mapping[int, RowMapping] = {}
    if cells.period.index > 1 and any(row["cumulative"] for row in rows):
        first = cells.period.previous.index == 1
        form = scope.vocabulary.stored[cells.form]
        closings = {_closing(form, measure) or measure for measure in cells.measures}
        near = None if scope.unit_ids is None else {*scope.unit_ids, *scope.registry.outside(shape.day)}
        before = replace(cells, period=cells.period.previous)
        earlier = _rows(connection, before, replace(scope, unit_ids=near), sorted(closings))
        preceding = {row["unit_id"]: row for row in earlier if row["cumulative"] or first}
    present = {row["unit_id"] for row in rows}
    for row in rows:
        place = shape.place(row["unit_id"])
        if place is not None and (share := scope.share(place.unit)):
            origins = shape.origins(row["unit_id"], preceding, present) or ()
            counted = (
                _of_the_period(row, [preceding[unit] for unit in origins], cells, scope.vocabulary)
                if row["cumulative"]
                else _as_reported(row, cells)
            )
            for line, measure, part in counted:
                period = cells.period if line is row else cells.period.previous
                held = measure, cell_of(line["columns"], measure, line["row"]), line[f"value_{measure}"]
                yield _contribution(line, period, scope.registry, held, part * share)


_Counted = Iterator[tuple[RowMapping, str, int]]


def _as_reported(row: RowMapping, cells: SourceColumns) -> _Counted:
    for measure in cells.measures:
        yield row, measure, 1


def _of_the_period(
    row: RowMapping, preceding: Sequence[RowMapping], cells: SourceColumns, vocabulary: Vocabulary
) -> _Counted:
    """Cells behind a cumulative return: its own less the preceding period's, whose closings are the opening."""
    form = vocabulary.stored[cells.form]
    for measure in cells.measures:
        kind, closing = form.by_code[measure].kind, _closing(form, measure)
        if cells.period.index == 1 or kind not in {Kind.FLOW, Kind.OPENING}:
            yield row, measure, 1
        elif closing:
            yield from ((earlier, closing, 1) for earlier in preceding)
        elif preceding and None not in {row[f"value_{measure}"], *(each[f"value_{measure}"] for each in preceding)}:
            yield row, measure, 1
            yield from ((earlier, measure, -1) for earlier in preceding)


def _closing(form: Form, measure: str) -> str | None:
    return next(
        (rule.closing for rule in form.rules if isinstance(rule, CarriedOver) and rule.opening == measure), None
    )


def _rows(
    connection: Connection, cells: SourceColumns, scope: LeafScope, measures: Sequence[str]
) -> Sequence[RowMapping]:
    leaf = leaf_table(scope.vocabulary.stored[cells.form])
    query = (
        select(
            leaf.c.unit_id,
            leaf.c.row,
            *(leaf.c[measure].label(f"value_{measure}") for measure in measures),
            submissions.c.id,
            submissions.c.unit_id.label("sender"),
            submissions.c.form,
            submissions.c.cumulative,
            submissions.c.sha256,
            submissions.c.sheet,
            submissions.c.columns,
            files.c.name.label("file"),
            units.c.code,
        )
        .join(submissions, submissions.c.id == leaf.c.submission_id)
        .join(files, files.c.sha256 == submissions.c.sha256)
        .join(units, units.c.id == leaf.c.unit_id)
        .where(leaf.c.period == cells.period.code, as_of_clause(scope.as_of))
        .order_by(submissions.c.id, leaf.c.row)
    )
    shape = Shape(scope.registry, cells.period.end)
    if scope.unit_ids is not None:
        query = query.where(leaf.c.unit_id.in_(sorted({*scope.unit_ids, *scope.registry.outside(shape.day)})))
    rows = connection.execute(query).mappings().all()
    return [rows[place] for place in shape.counted([(row["unit_id"], row["sender"]) for row in rows])]


def _from_official_forms(connection: Connection, cells: SourceColumns, scope: LeafScope) -> Iterator[Contribution]:
    shape, form = Shape(scope.registry, cells.period.end), scope.vocabulary.stored[cells.form]
    counted = read_substitutes(connection, scope.vocabulary, form, cells.period, scope.registry, scope.as_of)
    kinds = (unit for unit in sorted(counted) if shape.tree.units[unit].kind in cells.officials)
    wanted = {unit: share for unit in kinds if (share := scope.share(unit))}
    if not wanted:
        return
    former = [unit for unit in scope.registry.outside(shape.day) if (at := shape.place(unit)) and at.unit in wanted]
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
            official_values.c.unit_id.in_([*wanted, *former]),
            official_values.c.measure.in_(cells.measures),
            official_values.c.value.is_not(None),
            counts_clause(scope.vocabulary, cells.form),
            as_of_clause(scope.as_of),
        )
        .order_by(submissions.c.form)
    )
    taken: set[tuple[int, str]] = set()
    rows = connection.execute(query).mappings().all()
    own = {row["unit_id"] for row in rows} & wanted.keys()
    for row in rows:
        key = (row["unit_id"], row["measure"])
        place = shape.place(row["unit_id"])
        if key in taken or place is None or (row["unit_id"] not in wanted and place.unit in own):
            continue  # two forms that give the same count agree, so the first one's is taken
        taken.add(key)
        held = row["measure"], row["cell"], row["value"]
        yield _contribution(row, cells.period, scope.registry, held, wanted[place.unit])


_Held = tuple[str, str, int | str | None]


def _contribution(
    row: RowMapping, period: Period, registry: Registry, held: _Held, share: int | Fraction
) -> Contribution:
    """`held` is the measure, the cell's address and its value."""
    unit = registry.at(period.end).units.get(row["unit_id"]) or registry.latest(row["unit_id"])
    measure, cell, value = held
    return Contribution(
        file=row["file"],
        sha256=row["sha256"],
        sheet=row["sheet"],
        cell=cell,
        form=row["form"],
        unit=row["unit_id"],
        unit_code=row["code"],
        unit_name=unit.name if unit else row["code"],
        period=period,
        measure=measure,
        value=value,
        share=share,
    )
