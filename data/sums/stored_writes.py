"""Keeps the stored sums right: those of one return's branch and ancestors, or all of them anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, bindparam, func, select, text

from data.forms.model import Form
from data.forms.vocabulary import Source, Vocabulary
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
from data.tables.form_tables import leaf_table, rollup_table, rollup_tables
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves
from data.tables.schema import admission_years, opened_periods, submissions

RULE = "0011"
"""The migration with which leaf rows last began to give other sums.

A change of what is stored for the same leaf rows needs a migration, empty if the tables stay as they are, and its
revision here: stores opened afterwards are summed anew, and earlier versions of the program refuse them.
"""

_YEAR = 12


def roll_up_returns(stored: StoredCounts, returns: Sequence[Return]) -> None:
    """Sums newly stored returns up to the root."""
    touched: dict[tuple[StoredFamily, str, Period], None] = {}
    periods = {given.period for given in returns if given.period}
    opened = [(family, [p for p in periods if not _is_counted(stored, family, p)]) for family in SINCE_JANUARY]
    for given in returns:
        if given.period is None:
            _roll_up_history(stored, stored.vocabulary.stored[given.form.code])
            continue
        _roll_up_return(stored, given, given.period)
        for family in SINCE_JANUARY:
            if given.form.code in family.declared.reads_from:
                touched[family, given.unit, given.period] = None
    for family, new in opened:
        _count_years(stored, family, new)
    for family, sender, period in touched:
        _roll_up_year(stored, family, period, stored.registry.ids[sender])
    _roll_up_stand_ins(
        stored,
        [
            (given.form.code, period, stored.registry.ids[given.unit])
            for given in returns
            if given.period is not None
            for period in periods_around(given.period)
        ],
    )
    for given in returns:
        if given.period is not None:
            within = {unit.id for unit in stored.registry.at(given.period.end).within(stored.registry.ids[given.unit])}
            for counted in COUNTED.values():
                counted.keep(stored.connection, given.form.code, given.period.whole_year, within)


def roll_up_officials(stored: StoredCounts, officials: Iterable[Return]) -> None:
    """Sums newly stored official forms up to the root, as far as they stand in for returns."""
    changed = [
        (source, given.period, stored.registry.ids[given.unit])
        for given in officials
        if given.period is not None
        for source in sorted(sources_of(stored.vocabulary, given.form.code))
    ]
    _roll_up_stand_ins(stored, changed)


def _roll_up_stand_ins(stored: StoredCounts, changed: Sequence[tuple[str, Period, int]]) -> None:
    """Sums forms and periods anew of which official forms are there: what they stand in for may be another.

    `changed` also names the unit below which something has come.
    """
    known = official_periods(stored.connection, stored.vocabulary) if changed else {}
    stale = [(form, period, unit) for form, period, unit in changed if period in known.get(form, ())]
    for form, period in sorted({(form, period) for form, period, _ in stale}):
        _roll_up_form(stored, stored.vocabulary.stored[form], period)
    for family in SINCE_JANUARY:
        touched = {(period, unit) for form, period, unit in stale if form in family.declared.reads_from}
        for period, unit in sorted(touched):
            there = unit if unit in stored.registry.at(period.end).units else None
            _count_year(stored, family, period, there)


def _roll_up_return(stored: StoredCounts, given: Return, period: Period) -> None:
    """Sums one return; then the next period's cumulative return, whose differences it changes."""
    sender, form = stored.registry.ids[given.unit], stored.vocabulary.stored[given.form.code]
    _roll_up_sender(stored, form, period, sender)
    if period.index * period.frequency.months < _YEAR and _is_cumulative(stored.connection, form, period.next, sender):
        _roll_up_sender(stored, form, period.next, sender)


def _is_cumulative(connection: Connection, form: Form, period: Period, sender: int) -> bool:
    query = select(submissions.c.cumulative).where(
        submissions.c.form == form.code,
        submissions.c.unit_id == sender,
        submissions.c.period == period.code,
        submissions.c.superseded_at.is_(None),
    )
    return bool(connection.execute(query).scalar())


def _roll_up_sender(stored: StoredCounts, form: Form, period: Period, sender: int) -> None:
    tree = stored.registry.at(period.end)
    units = {unit.id for unit in tree.within(sender)}
    rows = read_leaves(stored.connection, form, period, units=units)
    _write_sums(stored.connection, form, period, rows, tree, sender)
    forms = replace(stored, at_hand=rows)
    for family in _counted_from(form):
        _write_sums(stored.connection, family.declared, period, family.own_rows(forms, period, units), tree, sender)


def _counted_from(form: Form) -> Iterable[StoredFamily]:
    """The families whose sums of a period go with those of a form."""
    return (family for family in OF_THE_PERIOD if form.code in family.declared.reads_from)


def _write_sums(
    connection: Connection, source: Source, period: Period, rows: LeafRows, tree: Tree, sender: int
) -> None:
    """Stores the sums of one sender's branch, then of each unit above it from its children's."""
    within = [unit.id for unit in tree.within(sender)]
    write(connection, source, period, rollup.sum_up(rows, tree), within)
    for above in tree.ancestors(sender):
        _add_children(connection, source, period, tree, above.id)


def _roll_up_history(stored: StoredCounts, form: Form) -> None:
    table = leaf_table(form)
    for code in stored.connection.execute(select(table.c.period).distinct()).scalars().all():
        period = Period.parse(code)
        _roll_up_period(stored, form, period)


def _roll_up_form(stored: StoredCounts, form: Form, period: Period) -> None:
    """Sums a form and period anew, with what is derived from its rows."""
    forms = replace(stored, at_hand=_roll_up_period(stored, form, period))
    for family in _counted_from(form):
        _write_whole(stored, family.declared, period, family.rows(forms, period))


def _roll_up_period(stored: StoredCounts, form: Form, period: Period) -> LeafRows:
    tree = stored.registry.at(period.end)
    rows = read_leaves(stored.connection, form, period)
    holders = tree.holders(form.grain)
    held = [place for place, unit in enumerate(rows.units) if unit in holders]
    if len(held) < len(rows.units):
        rows = LeafRows(rows.measures, [rows.units[place] for place in held], rows.values[held])
    stand_ins = read_stand_ins(stored.connection, stored.vocabulary, form, period, stored.registry)
    rows = with_stand_ins(rows, form, tree, stand_ins)
    _write_whole(stored, form, period, rows)
    return rows


def _write_whole(stored: StoredCounts, source: Source, period: Period, rows: LeafRows) -> None:
    """Replaces all stored sums of a source and period."""
    table = rollup_table(source)
    stored.connection.execute(table.delete().where(table.c.period == period.code))
    sums = rollup.sum_up(rows, stored.registry.at(period.end))
    write(stored.connection, source, period, sums, sums.units)


def count_opened(stored: StoredCounts, period: Period) -> None:
    """Counts a period just opened: what was returned earlier in the year is known of all senders."""
    for family in SINCE_JANUARY:
        _count_years(stored, family, [period])


def _count_years(stored: StoredCounts, family: StoredFamily, periods: Iterable[Period]) -> None:
    for period in sorted(periods):
        _count_year(stored, family, period, None)


def _is_counted(stored: StoredCounts, family: StoredFamily, period: Period) -> bool:
    table = rollup_table(family.declared)
    query = select(table.c.unit_id).where(table.c.period == period.code).limit(1)
    return stored.connection.execute(query).first() is not None


def _roll_up_year(stored: StoredCounts, family: StoredFamily, period: Period, sender: int) -> None:
    """Counts anew for a period and for the later ones of its year, which count since 1 January too."""
    known = set(stored.connection.execute(select(opened_periods.c.period)).scalars())
    later = period
    while later.year == period.year:
        if later.code in known:
            for branch in _branches_with(stored.registry, sender, period, later):
                _count_year(stored, family, later, branch)
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


def _count_year(stored: StoredCounts, family: StoredFamily, period: Period, sender: int | None) -> None:
    tree = stored.registry.at(period.end)
    rows = family.rows(stored, period, None if sender is None else [sender])
    if sender is not None and sender in tree.units:
        _write_sums(stored.connection, family.declared, period, rows, tree, sender)
    elif sender is None:
        _write_whole(stored, family.declared, period, rows)


def roll_up_everything(stored: StoredCounts, before: Registry | None = None) -> None:
    """Sums every form and period anew; given the registry `before`, only the periods whose tree it changes."""

    def stale(period: Period) -> bool:
        return before is None or before.at(period.end).shape != stored.registry.at(period.end).shape

    if before is None:
        for counted in COUNTED.values():
            counted.keep_all(stored.connection)
    officials = official_periods(stored.connection, stored.vocabulary)
    for form in stored.vocabulary.stored.values():
        table, stand_ins = leaf_table(form), officials.get(form.code, frozenset())
        codes = stored.connection.execute(select(table.c.period).distinct()).scalars().all()
        for period in sorted({*map(Period.parse, codes), *stand_ins}):
            if any(map(stale, periods_within(form, period) if period in stand_ins else (period,))):
                _roll_up_form(stored, form, period)
    opened = set(map(Period.parse, stored.connection.execute(select(opened_periods.c.period)).scalars()))
    for family in SINCE_JANUARY:
        first, *_ = read_from = family.declared.reads_from
        stand_ins = frozenset().union(*(officials.get(form, ()) for form in read_from))
        for period in sorted(opened | stand_ins):
            inside = periods_within(stored.vocabulary.stored[first], period) if period in stand_ins else ()
            if any(map(stale, (*period.to_date, *inside))):
                _count_year(stored, family, period, None)


def sum_tables(vocabulary: Vocabulary) -> Mapping[str, Table]:
    """Every table that holds nothing but what leaf rows give, by what it holds."""
    return {**rollup_tables(vocabulary), "admission_years": admission_years}


def rebuild(stored: StoredCounts) -> None:
    """Takes away every stored sum and sums the leaf rows anew, as if all of them had just come."""
    for table in sum_tables(stored.vocabulary).values():
        stored.connection.execute(table.delete())
    roll_up_everything(stored)


def write(connection: Connection, source: Source, period: Period, sums: Sums, units: Iterable[int]) -> None:
    """Replaces the stored sums of `units` for a period by those of them that `sums` has."""
    table, wanted = rollup_table(source), set(units)
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


def _add_children(connection: Connection, source: Source, period: Period, tree: Tree, unit: int) -> None:
    """Makes a unit's stored sum anew from those of the units directly below it; the database adds them up."""
    table, measures = rollup_table(source), source.count_codes
    children = {"period": period.code, "units": [child.id for child in tree.children(unit)]}
    reporting, *sums = connection.execute(_sums_of(table, measures), children).one()
    if reporting is None:
        delete_rows(connection, table, period.code, [unit])
        return
    blanks: Counter[str] = Counter()
    for given in connection.execute(_blanks_of(table), children).scalars():
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
def _sums_of(table: Table, measures: tuple[str, ...]) -> Select[Any]:
    sums = (func.sum(table.c[measure]) for measure in ("reporting", *measures))
    return _of_units(select(*sums), table)


@cache
def _blanks_of(table: Table) -> Select[Any]:
    return _of_units(select(table.c.blanks).where(text("blanks IS NOT NULL")), table)


def _of_units(query: Select[Any], table: Table) -> Select[Any]:
    named = table.c.unit_id.in_(bindparam("units", expanding=True))
    return query.where(table.c.period == bindparam("period"), named)
