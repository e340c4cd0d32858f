"""The workbook cells behind a sum: which cells a source is made from, and where each stands in its workbook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, RowMapping, select

from data.forms.model import CarriedOver, Form
from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.returns import cell_of
from data.sums.families.builtin import FAMILIES
from data.sums.families.model import EVERY_KIND, SourceColumns
from data.sums.official import gives, read_stand_ins
from data.tables.form_tables import leaf_table
from data.tables.leaves import known_at
from data.tables.records import Contribution
from data.tables.schema import files, official_values, submissions, units


def columns_of(
    source: str, measures: Sequence[str], period: Period, opened: Sequence[Period], years: int
) -> Sequence[SourceColumns]:
    """What a source's measures are read from, of derived counts what is counted; `years` are those of a streak."""
    if source in FAMILIES:
        return FAMILIES[source].columns(period, opened, years)
    return (SourceColumns(form=source, measures=measures, period=period, officials=EVERY_KIND),)


Share = Callable[[int], int | Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """Whose cells are asked for: `share` says how much of a unit's counts; `few` are all of them, where few enough."""

    vocabulary: Vocabulary
    registry: Registry
    share: Share
    few: Collection[int] | None
    as_of: datetime | None


def read_contributions(connection: Connection, cells: SourceColumns, among: Among) -> Iterator[Contribution]:
    """The cells in the order of the workbooks; then those of official forms in their place."""
    yield from _of_returns(connection, cells, among)
    if cells.officials:
        yield from _of_officials(connection, cells, among)


def _of_returns(connection: Connection, cells: SourceColumns, among: Among) -> Iterator[Contribution]:
    rows = _rows(connection, cells, among, cells.measures)
    before: Mapping[int, RowMapping] = {}
    if cells.period.index > 1 and any(row["cumulative"] for row in rows):
        first = cells.period.previous.index == 1
        form = among.vocabulary.stored[cells.form]
        closings = {_closing(form, measure) or measure for measure in cells.measures}
        earlier = _rows(connection, replace(cells, period=cells.period.previous), among, sorted(closings))
        before = {row["unit_id"]: row for row in earlier if row["cumulative"] or first}
    for row in rows:
        if share := among.share(row["unit_id"]):
            counted = (
                _of_the_period(row, before, cells, among.vocabulary) if row["cumulative"] else _as_given(row, cells)
            )
            for line, measure, part in counted:
                period = cells.period if line is row else cells.period.previous
                held = measure, cell_of(line["columns"], measure, line["row"]), line[f"value_{measure}"]
                yield _contribution(line, period, among.registry.at(period.end), held, part * share)


_Counted = Iterator[tuple[RowMapping, str, int]]


def _as_given(row: RowMapping, cells: SourceColumns) -> _Counted:
    for measure in cells.measures:
        yield row, measure, 1


def _of_the_period(
    row: RowMapping, before: Mapping[int, RowMapping], cells: SourceColumns, vocabulary: Vocabulary
) -> _Counted:
    """Cells that make up the counts of a return since 1 January: less the period before, whose end is the opening."""
    earlier, form = before.get(row["unit_id"]), vocabulary.stored[cells.form]
    for measure in cells.measures:
        kind, closing = form.by_code[measure].kind, _closing(form, measure)
        if cells.period.index == 1 or kind not in {Kind.FLOW, Kind.OPENING}:
            yield row, measure, 1
        elif earlier is not None and closing:
            yield earlier, closing, 1
        elif earlier is not None and None not in {row[f"value_{measure}"], earlier[f"value_{measure}"]}:
            yield row, measure, 1
            yield earlier, measure, -1


def _closing(form: Form, measure: str) -> str | None:
    return next(
        (rule.closing for rule in form.rules if isinstance(rule, CarriedOver) and rule.opening == measure), None
    )


def _rows(connection: Connection, cells: SourceColumns, among: Among, measures: Sequence[str]) -> Sequence[RowMapping]:
    leaf = leaf_table(among.vocabulary.stored[cells.form])
    query = (
        select(
            leaf.c.unit_id,
            leaf.c.row,
            *(leaf.c[measure].label(f"value_{measure}") for measure in measures),
            submissions.c.id,
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
        .where(leaf.c.period == cells.period.code, known_at(among.as_of))
        .order_by(submissions.c.id, leaf.c.row)
    )
    if among.few is not None:
        query = query.where(leaf.c.unit_id.in_(sorted(among.few)))
    return connection.execute(query).mappings().all()


def _of_officials(connection: Connection, cells: SourceColumns, among: Among) -> Iterator[Contribution]:
    tree, form = among.registry.at(cells.period.end), among.vocabulary.stored[cells.form]
    counted = read_stand_ins(connection, among.vocabulary, form, cells.period, among.registry, among.as_of)
    kinds = (unit for unit in sorted(counted) if tree.units[unit].kind in cells.officials)
    wanted = {unit: share for unit in kinds if (share := among.share(unit))}
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
            official_values.c.unit_id.in_(list(wanted)),
            official_values.c.measure.in_(cells.measures),
            official_values.c.value.is_not(None),
            gives(among.vocabulary, cells.form),
            known_at(among.as_of),
        )
        .order_by(submissions.c.form)
    )
    taken: set[tuple[int, str]] = set()
    for row in connection.execute(query).mappings():
        key = (row["unit_id"], row["measure"])
        if key not in taken:  # of two forms that give one count, which agree, the first one's
            taken.add(key)
            held = row["measure"], row["cell"], row["value"]
            yield _contribution(row, cells.period, tree, held, wanted[row["unit_id"]])


_Held = tuple[str, str, int | str | None]


def _contribution(row: RowMapping, period: Period, tree: Tree, held: _Held, share: int | Fraction) -> Contribution:
    """`held` are the measure, the cell's address and what it holds."""
    there = tree.units.get(row["unit_id"])
    measure, cell, value = held
    return Contribution(
        file=row["file"],
        sha256=row["sha256"],
        sheet=row["sheet"],
        cell=cell,
        form=row["form"],
        unit=row["unit_id"],
        unit_code=row["code"],
        unit_name=there.name if there else row["code"],
        period=period,
        measure=measure,
        value=value,
        share=share,
    )
