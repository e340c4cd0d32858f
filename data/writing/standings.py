"""Keeps the stored standings of cells right: what a change touches is judged again in its transaction, or forgotten.

A period that is forgotten is judged from the returns by whoever reads it, until its standings are made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select

from data.forms.kh_plans import KH
from data.forms.model import Form
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary
from data.organisations.units import LEVELS, Level, Registry, Tree
from data.periods import Period
from data.reading.queries import Reader
from data.sums.rollup_reads import StoredCounts
from data.sums.rollup_writes import has_rows_outside
from data.tables.form_tables import leaf_table
from data.tables.schema import plans, submissions
from data.tables.standings import (
    COUNTED,
    CellStanding,
    forget_standings,
    is_fresh,
    mark_borrowing,
    mark_fresh,
    read_counts,
    read_fresh,
    read_standings,
    store_counts,
    store_standings,
)


class StandingRule(Protocol):
    """How a cell's standing follows from the returns; the store is handed it, because verdicts are not its own."""

    @property
    def code(self) -> str:
        """Changes with what is stored for the same returns."""

    @property
    def reads(self) -> Mapping[str, Sequence[str]]:
        """The measures by which cells are judged, by form."""

    @property
    def plans(self) -> Collection[str]:
        """The indicators whose plans cells are judged by."""

    @property
    def years_back(self) -> int:
        """How many years before its own a period looks at."""

    def judge(
        self, reader: Reader, period: Period, cells: Collection[int] | None, before: Mapping[int, int] | None
    ) -> tuple[Sequence[CellStanding], bool]:
        """The rows of some cells or of all, and whether a verdict may have used the province's season.

        `before`: the stored reasons of the period before, by cell; None where they are not stored.
        """

    def counts(self, row: CellStanding) -> Sequence[int]:
        """What a cell counts for, in the order of `COUNTED`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPeriod:
    """How every cell of a period stands, to be stored."""

    period: Period
    rule: str
    rows: Sequence[CellStanding]
    counts: Mapping[int, Sequence[int]]
    borrows: bool


@dataclass(frozen=True, slots=True)
class Standings:
    """The stored standings within a transaction; `reader` reads everything in it. Without a rule, nothing stays."""

    connection: Connection
    rule: StandingRule | None
    reader: Callable[[], Reader]

    def judge(self, period: Period) -> JudgedPeriod | None:
        """How every cell of a period stands; writes nothing. None without a rule."""
        if self.rule is None:
            return None
        reader = self.reader()
        rows, borrows = self.rule.judge(reader, period, None, self._before(period, None))
        sums = _summed_up(self.rule, reader.tree(period.end), rows)
        counts = {unit: counts.tolist() for unit, counts in sums.items()}
        return JudgedPeriod(period=period, rule=self.rule.code, rows=rows, counts=counts, borrows=borrows)

    def store(self, judged: JudgedPeriod) -> None:
        """Stores how every cell of a period stands."""
        store_standings(self.connection, judged.period, judged.rows)
        store_counts(self.connection, judged.period, judged.counts)
        mark_fresh(self.connection, judged.period, judged.rule, borrows=judged.borrows)

    def forget(self, since: Period | None = None) -> None:
        """Forgets all periods, or those that end in a period or after it."""
        if since is None:
            forget_standings(self.connection)
        else:
            self._forget(period for period in self._fresh if period.end >= since.start)

    @property
    def _fresh(self) -> Mapping[Period, bool]:
        return read_fresh(self.connection, self.rule.code) if self.rule else {}

    def _forget(self, periods: Iterable[Period]) -> set[Period]:
        """Forgets periods, with those after them, which tell what was before."""
        found = {each for period in periods for each in (period, period.next)}
        forget_standings(self.connection, found)
        return found

    def follow(self, stored: StoredCounts, changed: Collection[tuple[str, str, str]], at: datetime) -> None:
        """Follows what was accepted, superseded or withdrawn at an instant: each as form, unit, period code or ""."""
        if self.rule is None or not self._is_followed(self.rule, stored.vocabulary, changed, at):
            self.forget()
        elif fresh := self._fresh:
            reads = self.rule.reads
            found = (self._change(stored, reads[key[0]], key, at) for key in changed if key[0] in reads)
            self._follow(stored.registry, self.rule, fresh, [*filter(None, found)])

    def _is_followed(
        self, rule: StandingRule, vocabulary: Vocabulary, changed: Iterable[tuple[str, str, str]], at: datetime
    ) -> bool:
        """Whether all that changed are returns for periods, tasks, or plans that cells are not judged by."""
        others = {form for form, _, period in changed if not (period and form in vocabulary.stored)}
        return others <= {NV.code, KH.code} and not (KH.code in others and self._have_plans_changed(rule, at))

    def _follow(
        self, registry: Registry, rule: StandingRule, fresh: Mapping[Period, bool], changes: Sequence[_Change]
    ) -> None:
        forgotten: set[Period] = set()
        for period, borrows in fresh.items():
            touching = [change for change in changes if change.reaches(period, rule.years_back)]
            if not touching or period in forgotten:
                continue
            cells = _cells(registry, period, touching)
            if cells is None or (borrows and any(change.period.year < period.year for change in touching)):
                forgotten |= self._forget([period])
            else:
                self._judge(rule, registry.at(period.end), period, cells)

    def _have_plans_changed(self, rule: StandingRule, at: datetime) -> bool:
        changed = select(plans.c.row).where(
            plans.c.indicator.in_(sorted(rule.plans)), (plans.c.accepted_at == at) | (plans.c.superseded_at == at)
        )
        return self.connection.execute(changed.limit(1)).first() is not None

    def _judge(self, rule: StandingRule, tree: Tree, period: Period, cells: Collection[int]) -> None:
        old = read_standings(self.connection, period, cells)
        rows, borrows = rule.judge(self.reader(), period, cells, self._before(period, cells))
        changed = [row for row in rows if old.get(row.unit) != row]
        store_standings(self.connection, period, changed, [row.unit for row in changed])
        gone = _summed_up(rule, tree, [old[row.unit] for row in changed if row.unit in old])
        come = _summed_up(rule, tree, changed)
        held = read_counts(self.connection, period, come.keys())
        none = np.zeros(len(COUNTED), dtype=np.int64)
        sums = {unit: (held.get(unit, none) + come[unit] - gone.get(unit, none)).tolist() for unit in come}
        store_counts(self.connection, period, sums, come.keys())
        if borrows:
            mark_borrowing(self.connection, period)

    def _before(self, period: Period, cells: Collection[int] | None) -> Mapping[int, int] | None:
        if self.rule is None or not is_fresh(self.connection, self.rule.code, period.previous):
            return None
        found = read_standings(self.connection, period.previous, cells)
        return {cell: row.reasons for cell, row in found.items()}

    def _change(
        self, stored: StoredCounts, measures: Sequence[str], key: tuple[str, str, str], at: datetime
    ) -> _Change | None:
        """The units whose rows in force of a return changed in what cells are judged by; None without any."""
        form, unit, period = stored.vocabulary.stored[key[0]], stored.registry.ids[key[1]], Period.parse(key[2])
        query = select(submissions.c.id, submissions.c.cumulative, submissions.c.superseded_at).where(
            submissions.c.form == form.code,
            submissions.c.period == period.code,
            submissions.c.unit_id == unit,
            submissions.c.superseded_at.is_(None) | (submissions.c.superseded_at == at),
        )
        now, before = dict[int, object](), dict[int, object]()
        for submission, cumulative, superseded in self.connection.execute(query).all():
            rows = _rows(self.connection, form, submission, measures)
            (now if superseded is None else before).update({row[0]: (cumulative, *row[1:]) for row in rows})
        changed = frozenset(cell for cell in now.keys() | before.keys() if now.get(cell) != before.get(cell))
        if not changed:
            return None
        return _Change(period, changed, is_placed=not has_rows_outside(stored, form, period))


@dataclass(frozen=True, slots=True)
class _Change:
    """The units whose rows for a period have changed; `is_placed`: each counts where it is in the period's tree."""

    period: Period
    units: frozenset[int]
    is_placed: bool

    def reaches(self, later: Period, years_back: int) -> bool:
        """Whether a period may look at it, or at a period that does."""
        return later.end >= self.period.end and later.year - self.period.year <= years_back + 1


def _summed_up(rule: StandingRule, tree: Tree, rows: Iterable[CellStanding]) -> dict[int, NDArray[np.int64]]:
    """What is counted of some cells, by each unit above them."""
    found: dict[int, NDArray[np.int64]] = {}
    for row in rows:
        counts = np.array(rule.counts(row), dtype=np.int64)
        for above in tree.ancestors(row.unit):
            found[above.id] = found[above.id] + counts if above.id in found else counts
    return found


def _rows(connection: Connection, form: Form, submission: int, measures: Sequence[str]) -> Iterable[Row[Any]]:
    table = leaf_table(form)
    query = select(table.c.unit_id, *(table.c[measure] for measure in measures))
    return connection.execute(query.where(table.c.submission_id == submission))


def _cells(registry: Registry, period: Period, changes: Iterable[_Change]) -> frozenset[int] | None:
    """The cells of a period whose standing may differ: of the base organisations of the units that changed.

    None where it cannot be told unit by unit, because some have been reorganised since.
    """
    tree, found = registry.at(period.end), set[int]()
    for change in changes:
        then = registry.at(change.period.end)
        if not change.is_placed:
            return None
        for unit in change.units:
            line = _line(then, unit)
            moved = tree is not then and line != _line(tree, unit)
            if not line or moved or _has_passed(registry, line, change.period, period):
                return None
            # A cell may have belonged to the base organisation a period before.
            trees = (tree, registry.at(period.previous.end))
            found.update(below.id for each in trees for below in each.within(line[-1]))
    return frozenset(unit for unit in found if unit in tree.units and tree.units[unit].kind in LEVELS[Level.CELL])


def _line(tree: Tree, unit: int) -> tuple[int, ...]:
    """A unit and those above it up to its base organisation; empty if it is not in the tree."""
    line = (tree.units[unit], *tree.ancestors(unit)) if unit in tree.units else ()
    top = next((place for place, each in enumerate(line) if each.kind in LEVELS[Level.BASE]), len(line) - 1)
    return tuple(each.id for each in line[: top + 1])


def _has_passed(registry: Registry, units: Iterable[int], after: Period, until: Period) -> bool:
    """Whether something of the units has passed to others between two periods."""
    return any(after.end < one.date <= until.end for unit in units for one in registry.successors.get(unit, ()))
