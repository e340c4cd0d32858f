"""Maintains the stored sums: updates one return's branch and ancestors, or rebuilds all of them."""

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
from data.sums.families.builtin import COUNTED_FAMILIES, PERIOD_FAMILIES, YEAR_TO_DATE_FAMILIES
from data.sums.families.model import StoredFamily
from data.sums.rollup import Sums
from data.sums.rollup_reads import StoredCounts
from data.sums.substitutes import (
    component_periods,
    enclosing_periods,
    official_periods,
    read_counted,
    sources_of_official,
)
from data.tables.engine import delete_rows, insert_rows
from data.tables.form_tables import leaf_table, rollup_table, rollup_tables
from data.tables.leaf_rows import LeafRows
from data.tables.leaves import read_leaves
from data.tables.opened import read_collecting
from data.tables.schema import admission_years, submissions

RULE = "0012"
"""The migration that last changed how sums are computed from leaf rows.

A change to what is stored for the same leaf rows needs a migration, empty if the tables stay the same, and its revision
here: stores opened afterwards are rebuilt, and earlier versions of the program refuse them.
"""

_YEAR = 12
_MAX_IN_CLAUSE = 500  # units that a query lists one by one


def roll_up_returns(stored: StoredCounts, returns: Sequence[Return]) -> frozenset[tuple[int, str]]:
    """Rolls newly stored returns up to the root; returns units and periods whose rows may count in other branches."""
    touched: dict[tuple[StoredFamily, str, Period], None] = {}
    reshaped: set[tuple[str, Period]] = set()
    periods = {given.period for given in returns if given.period}
    uncounted = [
        (family, [p for p in periods if not _is_counted(stored, family, p)]) for family in YEAR_TO_DATE_FAMILIES
    ]
    for given in returns:
        if given.period is None:
            _roll_up_history(stored, stored.vocabulary.stored[given.form.code])
            continue
        if _roll_up_return(stored, given, given.period):
            reshaped.add((given.unit, given.period))
        for family in YEAR_TO_DATE_FAMILIES:
            if given.form.code in family.declared.reads_from:
                touched[family, given.unit, given.period] = None
    for family, new in uncounted:
        _count_periods(stored, family, new)
    for family, sender, period in touched:
        everywhere = (sender, period) in reshaped
        _recount_year(stored, family, period, None if everywhere else stored.registry.ids[sender])
    _roll_up_substitutes(
        stored,
        [
            (given.form.code, period, stored.registry.ids[given.unit])
            for given in returns
            if given.period is not None
            for period in enclosing_periods(given.period)
        ],
    )
    for given in returns:
        if given.period is not None:
            within = {unit.id for unit in stored.registry.at(given.period.end).within(stored.registry.ids[given.unit])}
            units = None if (given.unit, given.period) in reshaped else within
            about = given.form.code, given.period.whole_year, units
            for counted in COUNTED_FAMILIES.values():
                counted.store_inputs(stored.connection, stored.registry, *about)
    return frozenset((stored.registry.ids[unit], period.code) for unit, period in reshaped)


def roll_up_official_forms(stored: StoredCounts, official_forms: Iterable[Return]) -> None:
    """Rolls newly stored official forms up to the root, where they substitute for returns."""
    changed = [
        (source, given.period, stored.registry.ids[given.unit])
        for given in official_forms
        if given.period is not None
        for source in sorted(sources_of_official(stored.vocabulary, given.form.code))
    ]
    _roll_up_substitutes(stored, changed)


def _roll_up_substitutes(stored: StoredCounts, changed: Sequence[tuple[str, Period, int]]) -> None:
    """Rebuilds forms and periods that have official forms: what these substitute for may have changed.

    `changed` gives form, period and the unit below which something was stored.
    """
    by_source = official_periods(stored.connection, stored.vocabulary) if changed else {}
    stale = [(form, period, unit) for form, period, unit in changed if period in by_source.get(form, ())]
    for form, period in sorted({(form, period) for form, period, _ in stale}):
        _roll_up_form(stored, stored.vocabulary.stored[form], period)
    for family in YEAR_TO_DATE_FAMILIES:
        touched = {(period, unit) for form, period, unit in stale if form in family.declared.reads_from}
        for period, unit in sorted(touched):
            sender = unit if unit in stored.registry.at(period.end).units else None
            _count_period(stored, family, period, sender)


def _roll_up_return(stored: StoredCounts, given: Return, period: Period) -> bool:
    """Rolls up one return, then the next period's cumulative return, whose differences it changes.

    Returns whether it counts elsewhere than in its sender's branch, so that all of the period was rolled up.
    """
    sender, form = stored.registry.ids[given.unit], stored.vocabulary.stored[given.form.code]
    periods = [period]
    if period.index * period.frequency.months < _YEAR and _is_cumulative(stored, form, period.next, sender):
        periods.append(period.next)
    reshaped = any(_is_reshaped(stored, form, each, sender) for each in periods)
    for each in periods:
        if reshaped:
            _roll_up_form(stored, form, each)
        else:
            _roll_up_sender(stored, form, each, sender)
    return reshaped


def _is_reshaped(stored: StoredCounts, form: Form, period: Period, sender: int) -> bool:
    """Whether rows of a sender, in any version of its return, or rows in the shape of another day count elsewhere."""
    table = leaf_table(form)
    sent = (
        select(table.c.unit_id)
        .join(submissions, submissions.c.id == table.c.submission_id)
        .where(submissions.c.form == form.code, submissions.c.unit_id == sender, submissions.c.period == period.code)
        .distinct()
    )
    within = {unit.id for unit in stored.registry.at(period.end).within(sender)}
    return not within.issuperset(stored.connection.execute(sent).scalars()) or has_rows_outside(stored, form, period)


def has_rows_outside(stored: StoredCounts, form: Form, period: Period) -> bool:
    """Whether units that are not in the tree of the period's last day ever returned the form for it."""
    outside = stored.registry.outside(period.end)
    if not outside:
        return False
    table = leaf_table(form)
    query = select(table.c.unit_id).where(table.c.period == period.code).distinct()
    if len(outside) <= _MAX_IN_CLAUSE:
        query = query.where(table.c.unit_id.in_(sorted(outside))).limit(1)
    return not outside.isdisjoint(stored.connection.execute(query).scalars().all())


def _is_cumulative(stored: StoredCounts, form: Form, period: Period, sender: int) -> bool:
    """Whether a sender's return of a period counts since 1 January, or that of any if the sender has ended by then."""
    query = select(submissions.c.cumulative).where(
        submissions.c.form == form.code,
        submissions.c.period == period.code,
        submissions.c.cumulative,
        submissions.c.superseded_at.is_(None),
    )
    if sender in stored.registry.at(period.end).units:
        query = query.where(submissions.c.unit_id == sender)
    return stored.connection.execute(query.limit(1)).scalar() is not None


def _roll_up_sender(stored: StoredCounts, form: Form, period: Period, sender: int) -> None:
    tree = stored.registry.at(period.end)
    units = {unit.id for unit in tree.within(sender)}
    rows = read_leaves(stored.connection, form, period, stored.registry, units=units)
    _write_sums(stored.connection, form, period, rows, tree, sender)
    forms = replace(stored, fresh_rows=rows)
    for family in _derived_from(form):
        _write_sums(stored.connection, family.declared, period, family.own_rows(forms, period, units), tree, sender)


def _derived_from(form: Form) -> Iterable[StoredFamily]:
    """The families whose sums of a period are computed from a form's rows of that period."""
    return (family for family in PERIOD_FAMILIES if form.code in family.declared.reads_from)


def _write_sums(
    connection: Connection, source: Source, period: Period, rows: LeafRows, tree: Tree, sender: int
) -> None:
    """Stores the sums of one sender's branch, then those of each unit above it from its children."""
    within = [unit.id for unit in tree.within(sender)]
    write_sums(connection, source, period, rollup.sum_up(rows, tree), within)
    for above in tree.ancestors(sender):
        _add_children(connection, source, period, tree, above.id)


def _roll_up_history(stored: StoredCounts, form: Form) -> None:
    table = leaf_table(form)
    for code in stored.connection.execute(select(table.c.period).distinct()).scalars().all():
        period = Period.parse(code)
        _roll_up_period(stored, form, period)


def _roll_up_form(stored: StoredCounts, form: Form, period: Period) -> None:
    """Rebuilds a form and period, with the families derived from its rows."""
    forms = replace(stored, fresh_rows=_roll_up_period(stored, form, period))
    for family in _derived_from(form):
        _replace_sums(stored, family.declared, period, family.rows(forms, period))


def _roll_up_period(stored: StoredCounts, form: Form, period: Period) -> LeafRows:
    rows = read_counted(stored.connection, stored.vocabulary, form, period, stored.registry)
    _replace_sums(stored, form, period, rows)
    return rows


def _replace_sums(stored: StoredCounts, source: Source, period: Period, rows: LeafRows) -> None:
    """Replaces all stored sums of a source and period."""
    table = rollup_table(source)
    stored.connection.execute(table.delete().where(table.c.period == period.code))
    sums = rollup.sum_up(rows, stored.registry.at(period.end))
    write_sums(stored.connection, source, period, sums, sums.units)


def count_opened_period(stored: StoredCounts, period: Period) -> None:
    """Counts a newly opened period, to which all senders' earlier returns of the year contribute."""
    for family in YEAR_TO_DATE_FAMILIES:
        _count_periods(stored, family, [period])


def forget_period(stored: StoredCounts, period: Period) -> None:
    """Removes the counts of a period whose opening was cancelled."""
    for family in YEAR_TO_DATE_FAMILIES:
        table = rollup_table(family.declared)
        stored.connection.execute(table.delete().where(table.c.period == period.code))


def _count_periods(stored: StoredCounts, family: StoredFamily, periods: Iterable[Period]) -> None:
    for period in sorted(periods):
        _count_period(stored, family, period, None)


def _is_counted(stored: StoredCounts, family: StoredFamily, period: Period) -> bool:
    table = rollup_table(family.declared)
    query = select(table.c.unit_id).where(table.c.period == period.code).limit(1)
    return stored.connection.execute(query).first() is not None


def _recount_year(stored: StoredCounts, family: StoredFamily, period: Period, sender: int | None) -> None:
    """Recounts a period and the later ones of its year, which count since 1 January too; of one sender or of all."""
    opened = read_collecting(stored.connection)
    later = period
    while later.year == period.year:
        if later in opened:
            branches = [None] if sender is None else _branches_with(stored.registry, sender, period, later)
            for branch in branches:
                _count_period(stored, family, later, branch)
        if later.end >= period.whole_year.end:
            break
        later = later.next


def _branches_with(registry: Registry, sender: int, period: Period, later: Period) -> Iterable[int]:
    """The senders whose branches hold a sender's bases in a later period, as some may have moved."""
    tree, lineage = registry.at(later.end), Lineage(registry, later.end)
    found = {sender: None} if sender in tree.units else {}
    if tree is not registry.at(period.end):
        for base in registry.at(period.end).at_level(Level.BASE, sender):
            for place in lineage.placement(base.id, period.end).shares:
                line = (place, *(above.id for above in tree.ancestors(place)))
                found.setdefault(line[-2] if len(line) > 1 else line[0])
    return found


def _count_period(stored: StoredCounts, family: StoredFamily, period: Period, sender: int | None) -> None:
    tree = stored.registry.at(period.end)
    rows = family.rows(stored, period, None if sender is None else [sender])
    if sender is not None and sender in tree.units:
        _write_sums(stored.connection, family.declared, period, rows, tree, sender)
    elif sender is None:
        _replace_sums(stored, family.declared, period, rows)


def roll_up_all(stored: StoredCounts, before: Registry | None = None) -> None:
    """Rebuilds every form and period; given the previous registry, only those whose rows may count elsewhere."""

    def stale(period: Period) -> bool:
        return before is None or not stored.registry.places_alike(before, period.end)

    by_source = official_periods(stored.connection, stored.vocabulary)
    rebuilt: set[tuple[str, Period]] = set()
    for form in stored.vocabulary.stored.values():
        table, substitutes = leaf_table(form), by_source.get(form.code, frozenset())
        codes = stored.connection.execute(select(table.c.period).distinct()).scalars().all()
        for period in sorted({*map(Period.parse, codes), *substitutes}):
            parts = component_periods(form, period) if period in substitutes else (period,)
            if any(map(stale, parts)) or has_rows_outside(stored, form, period):
                _roll_up_form(stored, form, period)
                rebuilt.add((form.code, period))
    if rebuilt:
        for counted in COUNTED_FAMILIES.values():
            counted.store_all_inputs(stored.connection, stored.registry)
    opened = read_collecting(stored.connection)
    for family in YEAR_TO_DATE_FAMILIES:
        read_from = family.declared.reads_from
        substitutes = frozenset().union(*(by_source.get(form, ()) for form in read_from))
        for period in sorted(opened | substitutes):
            changed = (form for form in read_from for part in period.to_date if (form, part) in rebuilt)
            if period in substitutes or any(changed) or any(map(stale, period.to_date)):
                _count_period(stored, family, period, None)


def sum_tables(vocabulary: Vocabulary) -> Mapping[str, Table]:
    """Every table whose content derives from leaf rows alone, by what it holds."""
    return {**rollup_tables(vocabulary), "admission_years": admission_years}


def rebuild(stored: StoredCounts) -> None:
    """Deletes every stored sum and computes all of them from the leaf rows."""
    for table in sum_tables(stored.vocabulary).values():
        stored.connection.execute(table.delete())
    roll_up_all(stored)


def write_sums(connection: Connection, source: Source, period: Period, sums: Sums, units: Iterable[int]) -> None:
    """Replaces the stored sums of `units` for a period with those found in `sums`."""
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
    """Recomputes a unit's stored sum from those of its children, within the database."""
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
    write_sums(connection, source, period, total, [unit])


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
