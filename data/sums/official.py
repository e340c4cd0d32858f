"""Official forms in force, and where they stand in for the leaf units of a branch that sent nothing.

An official form counts for its own unit and all above it, unless units below sent the same counts themselves: cells a
return for the period or for a part of it, or a lower unit an official form of its own.
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
from data.organisations.units import Registry, Tree
from data.periods import Frequency, Period
from data.tables.form_tables import leaf_table
from data.tables.leaf_rows import LeafRows, leaf_rows
from data.tables.leaves import known_at, read_leaves
from data.tables.schema import official_values, submissions

Counts = Mapping[str, int]


def _homes_of(official: OfficialForm, vocabulary: Vocabulary) -> Mapping[str, str]:
    """The source that each measure of an official form is a count of: the one that has most of the form's measures."""
    stored = vocabulary.stored.items()
    given = {code: official.givers.keys() & form.by_code for code, form in stored if form.is_return}
    return {
        measure: max((code for code, shared in given.items() if measure in shared), key=lambda code: len(given[code]))
        for measure in official.givers
    }


@lru_cache(maxsize=4)
def _homes(vocabulary: Vocabulary) -> Mapping[tuple[str, str], str]:
    """The source that each measure of the official forms is a count of, by the form's code and the measure's."""
    return {(one.code, measure): home for one in OFFICIAL for measure, home in _homes_of(one, vocabulary).items()}


def home_of(vocabulary: Vocabulary, official: str, measure: str) -> str | None:
    """The source that a measure of an official form is a count of; None when the form has no such measure."""
    return _homes(vocabulary).get((official, measure))


def sources_of(vocabulary: Vocabulary, official: str) -> frozenset[str]:
    """The sources that the official forms of a code give counts of."""
    return frozenset(home for (code, _), home in _homes(vocabulary).items() if code == official)


def officials_for(vocabulary: Vocabulary, source: str) -> frozenset[str]:
    """The codes of the official forms that give counts of a source."""
    return frozenset(code for (code, _), home in _homes(vocabulary).items() if home == source)


@lru_cache(maxsize=64)
def gives(vocabulary: Vocabulary, source: str) -> ColumnElement[bool]:
    """The lines of `official_values`, joined with their submissions, that are counts of a source."""
    homes = [place for place, home in _homes(vocabulary).items() if home == source]
    return or_(*(and_(submissions.c.form == code, official_values.c.measure == measure) for code, measure in homes))


def official_periods(connection: Connection, vocabulary: Vocabulary) -> Mapping[str, frozenset[Period]]:
    """By source: the periods for which an official form with counts of it was ever accepted."""
    query = select(submissions.c.form, submissions.c.period).where(submissions.c.form.in_(sorted(CODES))).distinct()
    found: dict[str, set[Period]] = {}
    for form, period in connection.execute(query):
        for source in sources_of(vocabulary, form):
            found.setdefault(source, set()).add(Period.parse(period))
    return {source: frozenset(periods) for source, periods in found.items()}


def periods_within(form: Form, period: Period) -> tuple[Period, ...]:
    """The periods of a form's returns that a longer period is made up of, and itself."""
    return tuple(dict.fromkeys((period, *(part for frequency in form.frequencies for part in period.parts(frequency)))))


def periods_around(period: Period) -> tuple[Period, ...]:
    """The period and the longer ones that it lies in."""
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
    """The leaf rows of a form and period that are in force, and official forms where they stand in for such."""
    rows = read_leaves(connection, form, period, as_of=as_of)
    stand_ins = read_stand_ins(connection, vocabulary, form, period, registry, as_of)
    return with_stand_ins(rows, form, registry.at(period.end), stand_ins)


def with_stand_ins(rows: LeafRows, form: Form, tree: Tree, stand_ins: Mapping[int, Counts]) -> LeafRows:
    """Leaf rows, and one more for each official form; a unit that is a leaf itself stands for itself."""
    if not stand_ins:
        return rows
    blank = [[counts.get(measure.code) for measure in form.counts] for counts in stand_ins.values()]
    more = leaf_rows(form, list(stand_ins), blank)
    higher = [unit for unit in stand_ins if not tree.units[unit].holds(form.grain)]
    return replace(
        rows,
        units=[*rows.units, *more.units],
        values=np.vstack([rows.values, more.values]),
        stands_for={unit: frozenset(u.id for u in tree.within(unit) if u.holds(form.grain)) for unit in higher},
    )


def read_stand_ins(
    connection: Connection,
    vocabulary: Vocabulary,
    form: Form,
    period: Period,
    registry: Registry,
    as_of: datetime | None = None,
) -> dict[int, Counts]:
    """Counts of a form by unit, of the official forms in force that stand in for leaf units; lowest units first."""
    tree = registry.at(period.end)
    read = _read(connection, vocabulary, form, period, as_of)
    given = {unit: counts for unit, counts in read.items() if unit in tree.units}
    if not given:
        return {}
    covered = set(_covered(connection, form, period, registry, given, as_of))
    found: dict[int, Counts] = {}
    for unit in sorted(given, key=lambda unit: (-len(tree.ancestors(unit)), unit)):
        if unit not in covered:
            found[unit] = given[unit]
            covered.update(above.id for above in tree.ancestors(unit))
    return found


def _read(
    connection: Connection, vocabulary: Vocabulary, form: Form, period: Period, as_of: datetime | None
) -> dict[int, Counts]:
    """By unit; where two of its official forms give one measure they agree, and the first is taken."""
    if not officials_for(vocabulary, form.code):
        return {}
    query = (
        select(official_values.c.unit_id, official_values.c.measure, official_values.c.value)
        .join(submissions, submissions.c.id == official_values.c.submission_id)
        .where(
            official_values.c.period == period.code,
            official_values.c.value.is_not(None),
            gives(vocabulary, form.code),
            known_at(as_of),
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
    """Those of some units in whose branch returns of the form came for the period or a part of it."""
    parts = {part.code: part for part in periods_within(form, period)}
    query = (
        select(submissions.c.period, submissions.c.unit_id)
        .where(submissions.c.form == form.code, submissions.c.period.in_(list(parts)), known_at(as_of))
        .distinct()
    )
    for code, sender in connection.execute(query).all():
        tree = registry.at(parts[code].end)
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
        .where(leaf.c.period == period, leaf.c.unit_id.in_(sorted(within)), known_at(as_of))
        .limit(1)
    )
    return connection.execute(query).first() is not None
