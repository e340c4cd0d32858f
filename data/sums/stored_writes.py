"""Keeps the stored sums right: those of one return's branch and ancestors, or all of them anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, bindparam, func, select, text

from data.forms.builtin import STORED
from data.forms.model import Form
from data.organisations.lineage import Lineage
from data.organisations.units import Level, Registry, Tree
from data.periods import Period
from data.returns import Return
from data.sums import rollup
from data.sums.families.builtin import COUNTED, OF_THE_PERIOD, SINCE_JANUARY
from data.sums.families.model import StoredFamily
from data.sums.official import (
    official_periods,
    periods_around,
    periods_within,
    read_stand_ins,
    sources_of,
    with_stand_ins,
)
from data.sums.rollup import Sums
from data.sums.stored_reads import StoredCounts
from data.tables.engine import delete_rows, insert_rows
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves
from data.tables.schema import LEAVES, ROLLUPS, admission_years, opened_periods, submissions
from data.tables.thresholds import read_thresholds

RULE = "0011"
"""The migration with which leaf rows last began to give other sums.

A change of what is stored for the same leaf rows needs a migration, empty if the tables stay as they are, and its
revision here: stores opened afterwards are summed anew, and earlier versions of the program refuse them.
"""

SUMS: Mapping[str, Table] = {**ROLLUPS, "admission_years": admission_years}
"""Every table that holds nothing but what leaf rows give, by what it holds."""

_YEAR = 12


def roll_up_returns(connection: Connection, registry: Registry, returns: Sequence[Return], small: int) -> None:
    """Sums newly stored returns up to the root; `small` is the size under which a cell counts as small."""
    touched: dict[tuple[StoredFamily, str, Period], None] = {}
    periods = {given.period for given in returns if given.period}
    opened = [(family, [p for p in periods if not _is_counted(connection, family, p)]) for family in SINCE_JANUARY]
    for given in returns:
        if given.period is None:
            _roll_up_history(connection, registry, STORED[given.form.code])
            continue
        _roll_up_return(connection, registry, given, given.period, small)
        for family in SINCE_JANUARY:
            if given.form.code in family.declared.reads_from:
                touched[family, given.unit, given.period] = None
    for family, new in opened:
        _count_years(connection, registry, family, new, small)
    for family, sender, period in touched:
        _roll_up_year(connection, registry, family, period, registry.ids[sender], small)
    _roll_up_stand_ins(
        connection,
        registry,
        [
            (given.form.code, period, registry.ids[given.unit])
            for given in returns
            if given.period is not None
            for period in periods_around(given.period)
        ],
        small,
    )
    for given in returns:
        if given.period is not None:
            within = {unit.id for unit in registry.at(given.period.end).within(registry.ids[given.unit])}
            for counted in COUNTED.values():
                counted.keep(connection, given.form.code, given.period.whole_year, within)


def roll_up_officials(connection: Connection, registry: Registry, officials: Iterable[Return], small: int) -> None:
    """Sums newly stored official forms up to the root, as far as they stand in for returns."""
    changed = [
        (source, given.period, registry.ids[given.unit])
        for given in officials
        if given.period is not None
        for source in sorted(sources_of(given.form.code))
    ]
    _roll_up_stand_ins(connection, registry, changed, small)


def _roll_up_stand_ins(
    connection: Connection, registry: Registry, changed: Sequence[tuple[str, Period, int]], small: int
) -> None:
    """Sums forms and periods anew of which official forms are there: what they stand in for may be another.

    `changed` also names the unit below which something has come.
    """
    known = official_periods(connection) if changed else {}
    stale = [(form, period, unit) for form, period, unit in changed if period in known.get(form, ())]
    for form, period in sorted({(form, period) for form, period, _ in stale}):
        _roll_up_form(connection, registry, STORED[form], period, small)
    for family in SINCE_JANUARY:
        touched = {(period, unit) for form, period, unit in stale if form in family.declared.reads_from}
        for period, unit in sorted(touched):
            there = unit if unit in registry.at(period.end).units else None
            _count_year(connection, registry, family, period, there, small)


def _roll_up_return(connection: Connection, registry: Registry, given: Return, period: Period, small: int) -> None:
    """Sums one return; then the next period's cumulative return, whose differences it changes."""
    sender, form = registry.ids[given.unit], STORED[given.form.code]
    _roll_up_sender(connection, registry, form, period, sender, small)
    if period.index * period.frequency.months < _YEAR and _is_cumulative(connection, form, period.next, sender):
        _roll_up_sender(connection, registry, form, period.next, sender, small)


def _is_cumulative(connection: Connection, form: Form, period: Period, sender: int) -> bool:
    query = select(submissions.c.cumulative).where(
        submissions.c.form == form.code,
        submissions.c.unit_id == sender,
        submissions.c.period == period.code,
        submissions.c.superseded_at.is_(None),
    )
    return bool(connection.execute(query).scalar())


def _roll_up_sender(
    connection: Connection, registry: Registry, form: Form, period: Period, sender: int, small: int
) -> None:
    tree = registry.at(period.end)
    units = {unit.id for unit in tree.within(sender)}
    rows = read_leaves(connection, form, period, units=units)
    _write_sums(connection, form.code, period, rows, tree, sender)
    forms = StoredCounts(connection, registry, small, rows)
    for family in _counted_from(form):
        _write_sums(connection, family.code, period, family.own_rows(forms, period, units), tree, sender)


def _counted_from(form: Form) -> Iterable[StoredFamily]:
    """The families whose sums of a period go with those of a form."""
    return (family for family in OF_THE_PERIOD if form.code in family.declared.reads_from)


def _write_sums(connection: Connection, source: str, period: Period, rows: LeafRows, tree: Tree, sender: int) -> None:
    """Stores the sums of one sender's branch, then of each unit above it from its children's."""
    within = [unit.id for unit in tree.within(sender)]
    write(connection, source, period, rollup.sum_up(rows, tree), within)
    for above in tree.ancestors(sender):
        _add_children(connection, source, period, tree, above.id)


def _roll_up_history(connection: Connection, registry: Registry, form: Form) -> None:
    table = LEAVES[form.code]
    for code in connection.execute(select(table.c.period).distinct()).scalars().all():
        period = Period.parse(code)
        _roll_up_period(connection, registry, form, period)


def _roll_up_form(connection: Connection, registry: Registry, form: Form, period: Period, small: int) -> None:
    """Sums a form and period anew, with what is derived from its rows."""
    forms = StoredCounts(connection, registry, small, _roll_up_period(connection, registry, form, period))
    for family in _counted_from(form):
        _write_whole(connection, registry, family.code, period, family.rows(forms, period))


def _roll_up_period(connection: Connection, registry: Registry, form: Form, period: Period) -> LeafRows:
    tree = registry.at(period.end)
    rows = read_leaves(connection, form, period)
    holders = tree.holders(form.grain)
    held = [place for place, unit in enumerate(rows.units) if unit in holders]
    if len(held) < len(rows.units):
        rows = LeafRows(rows.measures, [rows.units[place] for place in held], rows.values[held])
    rows = with_stand_ins(rows, form, tree, read_stand_ins(connection, form, period, registry))
    _write_whole(connection, registry, form.code, period, rows)
    return rows


def _write_whole(connection: Connection, registry: Registry, source: str, period: Period, rows: LeafRows) -> None:
    """Replaces all stored sums of a source and period."""
    connection.execute(ROLLUPS[source].delete().where(ROLLUPS[source].c.period == period.code))
    sums = rollup.sum_up(rows, registry.at(period.end))
    write(connection, source, period, sums, sums.units)


def count_opened(connection: Connection, registry: Registry, period: Period, small: int) -> None:
    """Counts a period just opened: what was returned earlier in the year is known of all senders."""
    for family in SINCE_JANUARY:
        _count_years(connection, registry, family, [period], small)


def _count_years(
    connection: Connection, registry: Registry, family: StoredFamily, periods: Iterable[Period], small: int
) -> None:
    for period in sorted(periods):
        _count_year(connection, registry, family, period, None, small)


def _is_counted(connection: Connection, family: StoredFamily, period: Period) -> bool:
    table = ROLLUPS[family.code]
    return connection.execute(select(table.c.unit_id).where(table.c.period == period.code).limit(1)).first() is not None


def _roll_up_year(
    connection: Connection, registry: Registry, family: StoredFamily, period: Period, sender: int, small: int
) -> None:
    """Counts anew for a period and for the later ones of its year, which count since 1 January too."""
    known = set(connection.execute(select(opened_periods.c.period)).scalars())
    later = period
    while later.year == period.year:
        if later.code in known:
            for branch in _branches_with(registry, sender, period, later):
                _count_year(connection, registry, family, later, branch, small)
        if later.end >= period.whole_year.end:
            break
        later = later.next


def _branches_with(registry: Registry, sender: int, period: Period, later: Period) -> Iterable[int]:
    """The senders in whose branches the bases of a sender are in a later period: some may have gone elsewhere."""
    tree, lineage = registry.at(later.end), Lineage(registry, later.end)
    found = {sender: None} if sender in tree.units else {}
    if tree is not registry.at(period.end):
        for base in registry.at(period.end).at_level(Level.BASE, sender):
            for place in lineage.standing(base.id, period.end).shares:
                line = (place, *(above.id for above in tree.ancestors(place)))
                found.setdefault(line[-2] if len(line) > 1 else line[0])
    return found


def _count_year(
    connection: Connection, registry: Registry, family: StoredFamily, period: Period, sender: int | None, small: int
) -> None:
    tree, forms = registry.at(period.end), StoredCounts(connection, registry, small)
    rows = family.rows(forms, period, None if sender is None else [sender])
    if sender is not None and sender in tree.units:
        _write_sums(connection, family.code, period, rows, tree, sender)
    elif sender is None:
        _write_whole(connection, registry, family.code, period, rows)


def roll_up_everything(connection: Connection, registry: Registry, small: int, before: Registry | None = None) -> None:
    """Sums every form and period anew; given the registry `before`, only the periods whose tree it changes."""

    def stale(period: Period) -> bool:
        return before is None or before.at(period.end).shape != registry.at(period.end).shape

    if before is None:
        for counted in COUNTED.values():
            counted.keep_all(connection)
    officials = official_periods(connection)
    for form in STORED.values():
        table, stand_ins = LEAVES[form.code], officials.get(form.code, frozenset())
        codes = connection.execute(select(table.c.period).distinct()).scalars().all()
        for period in sorted({*map(Period.parse, codes), *stand_ins}):
            if any(map(stale, periods_within(form, period) if period in stand_ins else (period,))):
                _roll_up_form(connection, registry, form, period, small)
    opened = set(map(Period.parse, connection.execute(select(opened_periods.c.period)).scalars()))
    for family in SINCE_JANUARY:
        first, *_ = read_from = family.declared.reads_from
        stand_ins = frozenset().union(*(officials.get(form, ()) for form in read_from))
        for period in sorted(opened | stand_ins):
            inside = periods_within(STORED[first], period) if period in stand_ins else ()
            if any(map(stale, (*period.to_date, *inside))):
                _count_year(connection, registry, family, period, None, small)


def rebuild(connection: Connection, registry: Registry) -> None:
    """Takes away every stored sum and sums the leaf rows anew, as if all of them had just come."""
    for table in SUMS.values():
        connection.execute(table.delete())
    roll_up_everything(connection, registry, read_thresholds(connection).whole("small_cell_size"))


def write(connection: Connection, source: str, period: Period, sums: Sums, units: Iterable[int]) -> None:
    """Replaces the stored sums of `units` for a period by those of them that `sums` has."""
    table, wanted = ROLLUPS[source], set(units)
    delete_rows(connection, table, period.code, sorted(wanted))
    rows = []
    whole: list[list[int]] = sums.sums.astype(np.int64).tolist()
    blank = set(np.flatnonzero(sums.blanks.any(axis=1)).tolist())
    for place, unit in enumerate(sums.units):
        if unit in wanted:
            blanks = None
            if place in blank:
                counts = zip(sums.measures, sums.blanks[place].tolist(), strict=True)
                blanks = json.dumps({measure: count for measure, count in counts if count})
            rows.append((period.code, unit, int(sums.reporting[place]), blanks, *whole[place]))
    insert_rows(connection, table, ("period", "unit_id", "reporting", "blanks", *sums.measures), rows)


def _add_children(connection: Connection, source: str, period: Period, tree: Tree, unit: int) -> None:
    """Makes a unit's stored sum anew from those of the units directly below it; the database adds them up."""
    table = ROLLUPS[source]
    measures = tuple(c.name for c in table.columns if c.name not in {"period", "unit_id", "reporting", "blanks"})
    children = {"period": period.code, "units": [child.id for child in tree.children(unit)]}
    reporting, *sums = connection.execute(_sums_of(source, measures), children).one()
    if reporting is None:
        delete_rows(connection, table, period.code, [unit])
        return
    blanks: Counter[str] = Counter()
    for given in connection.execute(_blanks_of(source), children).scalars():
        blanks.update(given)
    total = Sums(
        measures,
        [unit],
        np.array([reporting]),
        np.array([sums], dtype=np.float64),
        np.array([[blanks[measure] for measure in measures]]),
    )
    write(connection, source, period, total, [unit])


@cache
def _sums_of(source: str, measures: tuple[str, ...]) -> Select[Any]:
    table = ROLLUPS[source]
    sums = (func.sum(table.c[measure]) for measure in ("reporting", *measures))
    return _of_units(select(*sums), table)


@cache
def _blanks_of(source: str) -> Select[Any]:
    table = ROLLUPS[source]
    return _of_units(select(table.c.blanks).where(text("blanks IS NOT NULL")), table)


def _of_units(query: Select[Any], table: Table) -> Select[Any]:
    named = table.c.unit_id.in_(bindparam("units", expanding=True))
    return query.where(table.c.period == bindparam("period"), named)
