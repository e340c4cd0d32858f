"""Official forms in force, and where they substitute for the leaf units of a branch that sent no returns.

An official form counts for its own unit and all above it, unless units below sent the same counts themselves: cells in
returns for the period or a part of it, or a lower unit in an official form of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from data.forms.model import Form
from data.forms.official.builtin import CODES, OFFICIAL, OfficialForm
from data.forms.vocabulary import Vocabulary
from data.organisations.shapes import Shape
from data.organisations.units import Registry, Tree
from data.periods import Frequency, Period
from data.tables.form_tables import leaf_table
from data.tables.leaf_rows import LeafRows, leaf_rows
from data.tables.leaves import as_of_clause, read_leaves
from data.tables.schema import official_values, submissions

Counts = Mapping[str, int]


def _measure_sources(official: OfficialForm, vocabulary: Vocabulary) -> Mapping[str, str]:
    """The source that each measure of an official form belongs to: the one that shares most measures with the form."""
    stored = vocabulary.stored.items()
    given = {code: official.lines_by_measure.keys() & form.by_code for code, form in stored if form.is_return}
    return {
        measure: max((code for code, shared in given.items() if measure in shared), key=lambda code: len(given[code]))
        for measure in official.lines_by_measure
    }


@lru_cache(maxsize=4)
def _source_by_measure(vocabulary: Vocabulary) -> Mapping[tuple[str, str], str]:
    """The source that each measure of the official forms belongs to, by form code and measure."""
    return {
        (one.code, measure): home for one in OFFICIAL for measure, home in _measure_sources(one, vocabulary).items()
    }


def source_of_measure(vocabulary: Vocabulary, official: str, measure: str) -> str | None:
    """The source that a measure of an official form belongs to; None when the form has no such measure."""
    return _source_by_measure(vocabulary).get((official, measure))


def sources_of_official(vocabulary: Vocabulary, official: str) -> frozenset[str]:
    """The sources that the official forms of a code provide counts for."""
    return frozenset(home for (code, _), home in _source_by_measure(vocabulary).items() if code == official)


def official_forms_for(vocabulary: Vocabulary, source: str) -> frozenset[str]:
    """The codes of the official forms that provide counts for a source."""
    return frozenset(code for (code, _), home in _source_by_measure(vocabulary).items() if home == source)


@lru_cache(maxsize=64)
def counts_clause(vocabulary: Vocabulary, source: str) -> ColumnElement[bool]:
    """The condition that a row of `official_values`, joined with `submissions`, is a count of a source."""
    homes = [place for place, home in _source_by_measure(vocabulary).items() if home == source]
    return or_(*(and_(submissions.c.form == code, official_values.c.measure == measure) for code, measure in homes))


def official_periods(connection: Connection, vocabulary: Vocabulary) -> Mapping[str, frozenset[Period]]:
    """The periods for which official forms were ever accepted, by the source that they provide counts for."""
    query = select(submissions.c.form, submissions.c.period).where(submissions.c.form.in_(sorted(CODES))).distinct()
    found: dict[str, set[Period]] = {}
    for form, period in connection.execute(query):
        for source in sources_of_official(vocabulary, form):
            found.setdefault(source, set()).add(Period.parse(period))
    return {source: frozenset(periods) for source, periods in found.items()}


def component_periods(form: Form, period: Period) -> tuple[Period, ...]:
    """A period and the shorter periods of a form's returns that make it up."""
    return tuple(dict.fromkeys((period, *(part for frequency in form.frequencies for part in period.parts(frequency)))))


def enclosing_periods(period: Period) -> tuple[Period, ...]:
    """A period and the longer ones that contain it."""
    longer = (Period.covering(period.end, frequency) for frequency in Frequency)
    return tuple(found for found in longer if found.contains(period))


def read_counted(
    connection: Connection,
    vocabulary: Vocabulary,
    form: Form,
    period: Period,
    registry: Registry,
    as_of: datetime | None = None,
) -> LeafRows:
    """The leaf rows in force of a form and period, and official forms where they substitute for leaf rows."""
    rows = read_leaves(connection, form, period, registry, as_of=as_of)
    substitutes = read_substitutes(connection, vocabulary, form, period, registry, as_of)
    return with_substitutes(rows, form, registry.at(period.end), substitutes)


def with_substitutes(rows: LeafRows, form: Form, tree: Tree, substitutes: Mapping[int, Counts]) -> LeafRows:
    """Leaf rows with one row added per official form; for a unit that is a leaf itself it is an ordinary row."""
    if not substitutes:
        return rows
    values = [[counts.get(measure.code) for measure in form.counts] for counts in substitutes.values()]
    added = leaf_rows(form, list(substitutes), values)
    higher = [unit for unit in substitutes if not tree.units[unit].has_grain(form.grain)]
    return replace(
        rows,
        units=[*rows.units, *added.units],
        values=np.vstack([rows.values, added.values]),
        substitutes_for={
            **rows.substitutes_for,
            **{unit: frozenset(u.id for u in tree.within(unit) if u.has_grain(form.grain)) for unit in higher},
        },
    )


def read_substitutes(
    connection: Connection,
    vocabulary: Vocabulary,
    form: Form,
    period: Period,
    registry: Registry,
    as_of: datetime | None = None,
) -> dict[int, Counts]:
    """Counts by unit from the official forms in force that substitute for leaf units; lowest units first."""
    tree = registry.at(period.end)
    read = _read(connection, vocabulary, form, period, as_of)
    if not read:
        return {}
    given = _placed(read, Shape(registry, period.end))
    covered = set(_covered(connection, form, period, registry, given, as_of))
    found: dict[int, Counts] = {}
    for unit in sorted(given, key=lambda unit: (-len(tree.ancestors(unit)), unit)):
        if unit not in covered:
            found[unit] = given[unit]
            covered.update(above.id for above in tree.ancestors(unit))
    return found


def _placed(given: Mapping[int, Counts], shape: Shape) -> dict[int, Counts]:
    """Counts by unit of the tree: a successor without a form of its own has the sums of all its predecessors' forms."""
    found = {unit: counts for unit, counts in given.items() if unit in shape.tree.units}
    former: dict[int, dict[str, int]] = {}
    for unit, counts in given.items():
        place = None if unit in found else shape.place(unit)
        if place is None or place.unit in found or not shape.has_reported(place.unit, given):
            continue
        merged = former.setdefault(place.unit, {})
        for measure, value in counts.items():
            merged[measure] = merged.get(measure, 0) + value
    return found | former


def _read(
    connection: Connection, vocabulary: Vocabulary, form: Form, period: Period, as_of: datetime | None
) -> dict[int, Counts]:
    """Counts by unit; two official forms that give the same measure agree, so the first is taken."""
    if not official_forms_for(vocabulary, form.code):
        return {}
    query = (
        select(official_values.c.unit_id, official_values.c.measure, official_values.c.value)
        .join(submissions, submissions.c.id == official_values.c.submission_id)
        .where(
            official_values.c.period == period.code,
            official_values.c.value.is_not(None),
            counts_clause(vocabulary, form.code),
            as_of_clause(as_of),
        )
        .order_by(submissions.c.form)
    )
    found: dict[int, dict[str, int]] = {}
    for unit, measure, value in connection.execute(query):
        found.setdefault(unit, {}).setdefault(measure, value)
    return dict(found)


def _covered(
    connection: Connection,
    form: Form,
    period: Period,
    registry: Registry,
    among: Collection[int],
    as_of: datetime | None,
) -> Iterable[int]:
    """Those of some units in whose branch there are returns of the form for the period or a part of it."""
    parts = {part.code: part for part in component_periods(form, period)}
    query = (
        select(submissions.c.period, submissions.c.unit_id)
        .where(submissions.c.form == form.code, submissions.c.period.in_(list(parts)), as_of_clause(as_of))
        .distinct()
    )
    for code, by in connection.execute(query).all():
        tree, place = registry.at(parts[code].end), Shape(registry, parts[code].end).place(by)
        if place is None:
            continue
        sender = place.unit
        yield from {sender, *(above.id for above in tree.ancestors(sender))}.intersection(among)
        for unit in among:
            if sender in {above.id for above in tree.ancestors(unit)}:
                within = [below.id for below in tree.within(unit)]
                if _has_rows(connection, form, code, within, as_of):
                    yield unit


def _has_rows(connection: Connection, form: Form, period: str, within: Collection[int], as_of: datetime | None) -> bool:
    leaf = leaf_table(form)
    query = (
        select(leaf.c.unit_id)
        .join(submissions, submissions.c.id == leaf.c.submission_id)
        .where(leaf.c.period == period, leaf.c.unit_id.in_(sorted(within)), as_of_clause(as_of))
        .limit(1)
    )
    return connection.execute(query).first() is not None
