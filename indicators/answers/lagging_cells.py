"""The lagging cells of a period: reasons that hold, how surprising their few admissions are, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain

from data.forms.derived import RATINGS
from data.measures import Kind
from data.observations import Observations
from data.organisations.units import Level, Tree, Unit
from data.periods import Period
from data.reading.queries import Reader
from data.sums.streaks import CellRecord, complete_years
from indicators.answers.behind_plan import AdmissionPaces
from indicators.answers.cell_list import (
    CellTotals,
    LaggingCell,
    ListCounts,
    belongs,
    count_list,
    totals,
    with_ranks,
)
from indicators.answers.rows import TableRow
from indicators.methods.lagging import LONGEST_STREAK, Exposure, Ranked, attainable, pooled, ranked
from indicators.methods.reasons import CellFacts, ListChange, ListPart, Reason, ReasonThresholds, Standing, reasons
from indicators.values.model import Measures
from indicators.values.reading import covers, read

_MOVEMENT = ("admitted", "members_end")
_HEADS = ("village_heads", "village_heads_members")
_DOSSIERS = ("dossiers_due", "dossiers_complete")
_READ: Mapping[str, Measures] = {"B1": _MOVEMENT, "B3": _HEADS, "B4": _DOSSIERS}


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
    """The list for a period and a unit (None: the reader's whole scope); each part is computed lazily."""

    reader: Reader
    period: Period
    unit: int | None = None

    @cached_property
    def tree(self) -> Tree:
        """The organisations on the period's last day."""
        return self.reader.tree(self.period.end)

    @cached_property
    def limits(self) -> ReasonThresholds:
        """The thresholds in force."""
        thresholds = self.reader.thresholds
        return ReasonThresholds(
            years=thresholds.whole("cells_years"),
            few=thresholds.whole("small_cell_size"),
            dossiers=thresholds.share("dossiers_complete_percent"),
        )

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
        before, ranks = self._held(self.period.previous), {row.exposure.unit: row for row in self.by_cell}
        return tuple(
            self._cell(cell, before.get(cell.id), ranks.get(cell.id))
            for cell in {cell.id: cell for cell in self.tree.at_level(Level.CELL, self.unit)}.values()
        )

    def _cell(self, cell: Unit, before: tuple[Reason, ...] | None, ranked: Ranked[int] | None) -> LaggingCell:
        facts = self._now.facts(cell)
        people = [None if count is None else float(count) for count in (facts.heads, facts.heads_members)]
        return LaggingCell(
            cell=cell,
            reasons=reasons(facts, self.limits),
            before=before,
            streak=facts.streak,
            members=facts.members,
            ranked=ranked,
            attainable=attainable(*((ranked.expected, ranked.exposure.admitted) if ranked else (None, None)), *people),
        )

    def facts(self, cell: Unit) -> CellFacts:
        """The facts that the rules apply to."""
        return self._now.facts(cell)

    @cached_property
    def years(self) -> Mapping[int, tuple[int | None, ...]]:
        """Admissions of residential cells in the last complete years, latest first."""
        return {unit: record.years for unit, record in self._now.records.items()}

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
        now, years = self._now, self.limits.years
        found: dict[int, Exposure[int]] = {}
        for record in now.records.values():
            last = record.years[:years]
            if record.excused or record.unit not in self.tree.units:
                continue
            members = now.facts(self.tree.units[record.unit]).members
            known = len(last) == years and None not in last
            admitted = sum(count or 0 for count in last) if known else None
            found[record.unit] = Exposure(
                unit=record.unit,
                admitted=admitted,
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

    @cached_property
    def _now(self) -> _Facts:
        return _facts(self.reader, self.period, self._paces)

    @cached_property
    def _paces(self) -> AdmissionPaces:
        return AdmissionPaces(self.reader, self.period, self.tree.root.id if self.tree.root else None)

    def _held(self, period: Period) -> Mapping[int, tuple[Reason, ...]]:
        if period not in self._reported:
            return {}
        facts = _facts(self.reader, period, self._paces)
        cells = facts.tree.at_level(Level.CELL, self.unit)
        return {cell.id: reasons(facts.facts(cell), self.limits) for cell in cells}

    @cached_property
    def _reported(self) -> frozenset[Period]:
        """Periods with at least one return, for the period itself or for its parts."""
        opened = self.reader.opened()
        return frozenset(Period.covering(period.end, self.period.frequency) for period in opened)


Counts = Mapping[int, Sequence[Fraction]]


@dataclass(frozen=True)
class _Facts:
    """The facts of a period's cells; `whole` maps measures to the cells that reported all of them."""

    tree: Tree
    period: Period
    whole: Mapping[Measures, Counts]
    observations: Observations
    failed: frozenset[int]
    behind: frozenset[int]
    records: Mapping[int, CellRecord]

    def facts(self, cell: Unit) -> CellFacts:
        """The facts of one cell."""
        if cell.id not in self._known:
            self._known[cell.id] = self._find(cell)
        return self._known[cell.id]

    @cached_property
    def _known(self) -> dict[int, CellFacts]:
        return {}

    def _find(self, cell: Unit) -> CellFacts:
        returned, (_, members) = self._read(cell, _MOVEMENT)
        _, (heads, heads_members) = self._read(cell, _HEADS) if cell.residential else (False, (None, None))
        _, (due, complete) = self._read(cell, _DOSSIERS)
        record = self.records.get(cell.id)
        return CellFacts(
            returned=returned,
            streak=None if record is None or record.excused else record.streak,
            members=members,
            behind=cell.id in self.behind,
            heads=heads,
            heads_members=heads_members,
            failed=cell.id in self.failed,
            dossiers_due=due,
            dossiers_complete=complete,
        )

    def _read(self, cell: Unit, measures: Measures) -> tuple[bool, Sequence[Fraction | None]]:
        """Whether everything was reported, and the sums of the measures."""
        if (given := self.whole[measures].get(cell.id)) is not None:
            return True, given
        reading = read(self.observations, measures, cell.id, self.period)
        return reading.complete, [reading.total((measure,)) for measure in measures]


def _facts(reader: Reader, period: Period, paces: AdmissionPaces) -> _Facts:
    tree = reader.tree(period.end)
    cells = {cell.id for cell in tree.at_level(Level.CELL)}
    whole = {measures: _in_full(reader, form, measures, period) for form, measures in _READ.items()}
    lacking = frozenset().union(*(cells.difference(counts) for counts in whole.values()))
    (rated,) = complete_years(period, 1)
    ratings = reader.cell_counts(RATINGS.code, ("cells_failed",), rated)
    return _Facts(
        tree=tree,
        period=period,
        whole=whole,
        observations=reader.observations(_READ, lacking, (period,), only=chain.from_iterable(_READ.values())),
        failed=frozenset(cell for cell, (count,) in ratings.items() if count),
        behind=_behind(reader, tree, period, paces),
        records={record.unit: record for record in reader.cell_records(period, LONGEST_STREAK)},
    )


def _behind(reader: Reader, tree: Tree, period: Period, paces: AdmissionPaces) -> frozenset[int]:
    """Units behind their own plan of the year, and cells below that have none and admitted nobody since 1 January."""
    own = paces.behind(tree, period)
    cells = {
        cell.id for unit in own if tree.units[unit].level is Level.BASE for cell in tree.at_level(Level.CELL, unit)
    }
    below = {cell for cell in cells if not paces.has_plan(cell, period)}
    so_far = period.whole_year.parts(period.frequency)[: period.index]
    counts = [_in_full(reader, "B1", ("admitted",), part) for part in so_far] if below else []
    told = {cell for cell in below if all(cell in part for part in counts)}
    quiet = {cell for cell in told if not any(admitted for part in counts for admitted in part[cell])}
    return own.union(quiet, paces.idle(period, below - told))


def _in_full(reader: Reader, form: str, measures: Measures, period: Period) -> Counts:
    """The fast path for all cells at once: a period's return, or each of its parts', has all of the measures."""
    opened = frozenset(reader.opened())
    found: dict[int, Sequence[Fraction]] = {}
    flows = [reader.vocabulary.measures[measure].aggregation_kind is Kind.FLOW for measure in measures]
    for parts in covers(period):
        if opened.issuperset(parts):
            *_, last = given = [reader.cell_counts(form, measures, part) for part in parts]
            for cell in frozenset(last).intersection(*given).difference(found):
                found[cell] = [
                    _exact(sum(counts[cell][place] for counts in given) if flow else last[cell][place])
                    for place, flow in enumerate(flows)
                ]
    return found


@cache  # counts of cells are small and recur
def _exact(count: int) -> Fraction:
    return Fraction(count)


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
