"""The lagging cells of a period: reasons that hold, how surprising their few admissions are, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from data.organisations.units import Level, Tree, Unit
from data.periods import Period
from data.reading.queries import Reader
from data.reading.reads import unrecorded
from indicators.answers.cell_list import (
    CellTotals,
    LaggingCell,
    ListCounts,
    belongs,
    count_list,
    totals,
    with_ranks,
)
from indicators.answers.cell_standings import RULE, admitted_over, judged_of
from indicators.answers.judged_cells import JudgedCell, Judgement, reason_thresholds
from indicators.answers.rows import TableRow
from indicators.methods.lagging import Exposure, Ranked, attainable, pooled, ranked
from indicators.methods.reasons import CellFacts, ListChange, ListPart, Reason, ReasonThresholds, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCellRow(TableRow):
    """A cell of the list with its place in the tree and, where judged, how surprising its admissions are."""

    unit: str
    unit_name: str
    base: str | None
    base_name: str | None
    district: str | None
    district_name: str | None
    period: Period
    reasons: tuple[Reason, ...]
    course: ListChange | None
    reasons_before: tuple[Reason, ...]
    streak: int | None
    members: Fraction | None
    admitted: float | None
    expected: float | None
    probability: float | None
    adjusted: float | None
    stands_out: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggingRow(ListedCellRow):
    """The cell with its standing; of a lagging one its rank, its priority and how many people it could still win."""

    standing: Standing | None
    rank: int | None
    priority: float | None
    attainable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledRow(TableRow):
    """The judged cells of a base organisation or district taken together."""

    unit: str
    unit_name: str
    admitted: float | None
    member_years: float | None
    expected: float | None
    probability: float | None
    adjusted: float | None
    stands_out: bool


@dataclass(frozen=True)
class Lagging:
    """The list for a period and a unit (None: the reader's whole scope); each part is computed lazily.

    How each cell stands is stored; as of an instant, or where it is not stored, it is judged from the returns.
    """

    reader: Reader
    period: Period
    unit: int | None = None
    from_returns: bool = False

    @cached_property
    def tree(self) -> Tree:
        """The organisations on the period's last day."""
        return self.reader.tree(self.period.end)

    @cached_property
    def limits(self) -> ReasonThresholds:
        """The thresholds in force."""
        return reason_thresholds(self.reader)

    @cached_property
    def cells(self) -> tuple[LaggingCell, ...]:
        """Lagging cells, the most urgent first; then recovered ones, then those whose return is missing, by code."""
        return tuple(sorted((item for item in self._every if item.standing is not None), key=_in_order))

    @cached_property
    def totals(self) -> Mapping[int, CellTotals]:
        """How many cells each unit has, with and without returns."""
        return totals(self.tree, self._every)

    @property
    def counts(self) -> ListCounts:
        """The counts of the list."""
        root = self.tree.root.id if self.tree.root else None
        unit = root if self.unit is None else self.unit
        return count_list(self.cells, self.totals.get(unit, CellTotals()) if unit is not None else CellTotals())

    @cached_property
    def _every(self) -> tuple[LaggingCell, ...]:
        ranks = {row.exposure.unit: row for row in self.by_cell}
        cells = {cell.id: cell for cell in self.tree.at_level(Level.CELL, self.unit)}
        return tuple(self._cell(self._judged[cell], ranks.get(cell)) for cell in cells)

    def _cell(self, judged: JudgedCell, ranked: Ranked[int] | None) -> LaggingCell:
        facts = judged.facts
        people = [None if count is None else float(count) for count in (facts.heads, facts.heads_members)]
        return LaggingCell(
            cell=judged.cell,
            reasons=judged.reasons,
            before=judged.before,
            streak=facts.streak,
            members=facts.members,
            ranked=ranked,
            attainable=attainable(*((ranked.expected, ranked.exposure.admitted) if ranked else (None, None)), *people),
        )

    def facts(self, cell: Unit) -> CellFacts:
        """The facts that the rules apply to."""
        return self._judged[cell.id].facts

    @cached_property
    def years(self) -> Mapping[int, tuple[int | None, ...]]:
        """Admissions of residential cells in the last complete years, latest first."""
        return {unit: judged.record.years for unit, judged in self._judged.items() if judged.record is not None}

    @cached_property
    def _judged(self) -> Mapping[int, JudgedCell]:
        """Every cell of the reader's scope, judged as for the whole province."""
        cells = {cell.id: cell for cell in self.tree.at_level(Level.CELL)}
        stored = None if self.from_returns else self.reader.standings(self.period, RULE.code, RULE.reads.keys())
        if stored is not None:
            return {unit: judged_of(stored[unit], cell) for unit, cell in cells.items()}
        among = None if self.reader.viewer.unit is None else frozenset(cells)
        judgement = Judgement(self.reader.unlimited(), self.period, among)
        with unrecorded():
            found = {judged.cell.id: judged for judged in judgement.cells()}
            borrows = judgement.borrows
        self.reader.note_judged(RULE.reads.keys(), borrows=borrows)
        return found

    @cached_property
    def by_cell(self) -> tuple[Ranked[int], ...]:
        """Residential cells that are not excused, ranked against their peers over the complete years."""
        return ranked(self._exposures.values(), self._rate, self._false_alarms)

    def pooled_by(self, level: Level) -> tuple[Ranked[int], ...]:
        """The same cells pooled by base organisation or district."""
        grouped = []
        for cell, exposure in self._exposures.items():
            line = (self.tree.units[cell], *self.tree.ancestors(cell))
            grouped += [(above.id, exposure) for above in line if above.level is level][:1]
        return ranked(pooled(grouped), self._rate, self._false_alarms)

    @cached_property
    def _exposures(self) -> Mapping[int, Exposure[int]]:
        years, found = self.limits.years, dict[int, Exposure[int]]()
        for unit, judged in self._judged.items():
            if judged.record is not None and not judged.record.excused:
                members = judged.facts.members
                found[unit] = Exposure(
                    unit=unit,
                    admitted=admitted_over(judged.record, years),
                    members=None if members is None else float(members),
                    years=years,
                )
        return found

    @property
    def _false_alarms(self) -> float:
        return float(self.reader.thresholds.share("false_alarms_percent"))

    @cached_property
    def _rate(self) -> float | None:
        """Annual admissions per member over all these cells."""
        judged = [
            (e.admitted, e.members * e.years) for e in self._exposures.values() if e.admitted is not None and e.members
        ]
        exposed = sum(size for _, size in judged)
        return sum(admitted for admitted, _ in judged) / exposed if exposed else None


_ORDER = tuple(Standing)


def _in_order(cell: LaggingCell) -> tuple[int, float, str]:
    urgent = -cell.priority if cell.standing is Standing.LAGGING else 0.0
    return _ORDER.index(cell.standing) if cell.standing else len(_ORDER), urgent, cell.cell.code


def rows(listed: Lagging, reason: Reason | None = None, part: ListPart | None = None) -> list[LaggingRow]:
    """The list as rows; with `reason`, only the cells for which it holds; with `part`, only that part."""
    return [
        _row(listed, item, rank)
        for item, rank in with_ranks(listed.cells)
        if (reason is None or reason in item.reasons) and (part is None or belongs(item, rank, part))
    ]


def _row(listed: Lagging, item: LaggingCell, rank: int | None) -> LaggingRow:
    line = (item.cell, *listed.tree.ancestors(item.cell.id))
    base = next((above for above in line if above.level is Level.BASE), None)
    district = next((above for above in line if above.level is Level.DISTRICT), None)
    return row_of(item, rank, listed.period, base, district)


def row_of(item: LaggingCell, rank: int | None, period: Period, base: Unit | None, district: Unit | None) -> LaggingRow:
    """The row of one cell; `rank` is its place among the lagging cells of the unit asked about."""
    found = item.ranked
    return LaggingRow(
        unit=item.cell.code,
        unit_name=item.cell.name,
        base=base.code if base else None,
        base_name=base.name if base else None,
        district=district.code if district else None,
        district_name=district.name if district else None,
        period=period,
        reasons=item.reasons,
        course=item.course,
        reasons_before=item.before or (),
        streak=item.streak,
        members=item.members,
        admitted=found.exposure.admitted if found else None,
        expected=found.expected if found else None,
        probability=found.probability if found else None,
        adjusted=found.adjusted if found else None,
        stands_out=found.stands_out if found else None,
        standing=item.standing,
        rank=rank,
        priority=item.priority if rank else None,
        attainable=item.attainable,
    )


def pooled_rows(listed: Lagging, level: Level) -> list[PooledRow]:
    """Base organisations or districts as rows, most surprising first."""
    return [
        PooledRow(
            unit=unit.code,
            unit_name=unit.name,
            admitted=item.exposure.admitted,
            member_years=item.exposure.members,
            expected=item.expected,
            probability=item.probability,
            adjusted=item.adjusted,
            stands_out=item.stands_out,
        )
        for item in listed.pooled_by(level)
        for unit in [listed.tree.units[item.exposure.unit]]
    ]
