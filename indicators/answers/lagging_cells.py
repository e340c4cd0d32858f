"""The lagging cells of a period: reasons that hold, how surprising their few admissions are, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from indicators.answers.against_plan import pace_rule
from indicators.answers.rows import TableRow
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.lagging import Exposure, Ranked, pooled, ranked
from indicators.methods.pace import SHORT_OF_PACE
from indicators.methods.reasons import CellFacts, ListChange, Reason, ReasonThresholds, course, reasons
from indicators.values.against_plan import PaceCase, pace_periods
from indicators.values.model import Measures, measures_of
from indicators.values.reading import covers, read, sources
from indicators.values.target import Plans

_PLANNED = "admissions"
_LONGEST = 10
_MOVEMENT = ("admitted", "members_end")
_HEADS = ("village_heads", "village_heads_members")
_DOSSIERS = ("dossiers_due", "dossiers_complete")
_READ: Mapping[str, Measures] = {"B1": _MOVEMENT, "B3": _HEADS, "B4": _DOSSIERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggingRow(TableRow):
    """A lagging cell with its place in the tree and, where judged, how surprising its admissions are."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggingCell:
    """A cell with the reasons that hold now and held a period before; `ranked` is the surprise of its admissions.

    `streak` is None for a cell that is not residential or is excused.
    """

    cell: Unit
    reasons: tuple[Reason, ...]
    before: tuple[Reason, ...]
    streak: int | None
    members: Fraction | None
    ranked: Ranked[int] | None

    @property
    def course(self) -> ListChange | None:
        """New, still there, recovered."""
        return course(self.reasons, self.before)


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
        """Cells that are on the list or were on it a period before; most surprising first, then by code."""
        before, names = self._held(self.period.previous), {row.exposure.unit: row for row in self.by_cell}
        now = self._now
        asked = {cell.id: cell for cell in self.tree.at_level(Level.CELL, self.unit)}
        found = [
            LaggingCell(
                cell=cell,
                reasons=reasons(now.facts(cell), self.limits),
                before=before.get(cell.id, ()),
                streak=now.facts(cell).streak,
                members=now.facts(cell).members,
                ranked=names.get(cell.id),
            )
            for cell in asked.values()
        ]
        return tuple(sorted((item for item in found if item.course is not None), key=_surprise_first))

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
        return _facts(self.reader, self.period, self._case)

    @cached_property
    def _case(self) -> PaceCase:
        """The pace after the period; the previous period reuses the values it has read."""
        reader, plans = self.reader, self.reader.plans((_PLANNED,))
        years = {self.period.whole_year, self.period.previous.whole_year}
        return PaceCase(
            indicator=catalogue_of(reader.vocabulary)[_PLANNED],
            period=self.period,
            observations=_admitted(reader, {plan.unit for plan in plans}, years),
            plans=Plans(plans),
            province=self.tree.root.id if self.tree.root else None,
            rule=pace_rule(reader),
            predecessors=reader.registry.predecessors,
        )

    def _held(self, period: Period) -> Mapping[int, tuple[Reason, ...]]:
        if period not in self._reported:
            return {}
        facts = _facts(self.reader, period, self._case)
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
        returned, (admitted, members) = self._read(cell, _MOVEMENT)
        _, (heads, heads_members) = self._read(cell, _HEADS) if cell.residential else (False, (None, None))
        _, (due, complete) = self._read(cell, _DOSSIERS)
        record = self.records.get(cell.id)
        return CellFacts(
            returned=returned,
            streak=None if record is None or record.excused else record.streak,
            members=members,
            behind=cell.id in self.behind or (admitted == 0 and cell.id in self._below_behind),
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

    @cached_property
    def _below_behind(self) -> frozenset[int]:
        """Cells without admissions whose base organisation is behind."""
        bases = (unit for unit in self.behind if self.tree.units[unit].level is Level.BASE)
        return frozenset(cell.id for base in bases for cell in self.tree.at_level(Level.CELL, base))


def _facts(reader: Reader, period: Period, case: PaceCase) -> _Facts:
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
        behind=_behind(reader, tree, replace(case, period=period)),
        records={record.unit: record for record in reader.cell_records(period, _LONGEST)},
    )


def _behind(reader: Reader, tree: Tree, case: PaceCase) -> frozenset[int]:
    """Base organisations and cells that will sooner miss than reach their own plan of the year.

    Past years are read only for candidates.
    """
    below = [unit.id for unit in tree.units.values() if unit.level in {Level.BASE, Level.CELL}]
    few = [unit for unit in below if case.plan(unit) is not None and case.may_fall_short(unit)]
    province = set() if case.province is None else {case.province}
    with_past = case.with_past(_admitted(reader, province.union(few), pace_periods(case.period)))
    return frozenset(unit for unit in few if with_past.pace(unit).verdict in SHORT_OF_PACE)


def _admitted(reader: Reader, units: Iterable[int], years: Iterable[Period]) -> Observations:
    measures = measures_of(catalogue_of(reader.vocabulary)[_PLANNED].formula)
    return reader.observations(sources(reader.vocabulary, measures), units, years, only=measures)


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


def _surprise_first(cell: LaggingCell) -> tuple[bool, float, str]:
    probability = cell.ranked.probability if cell.ranked else None
    return probability is None, probability or 0.0, cell.cell.code


def rows(listed: Lagging, reason: Reason | None = None) -> list[LaggingRow]:
    """The list as rows; with `reason`, only the cells for which it holds."""
    return [_row(listed, item) for item in listed.cells if reason is None or reason in item.reasons]


def _row(listed: Lagging, item: LaggingCell) -> LaggingRow:
    line = (item.cell, *listed.tree.ancestors(item.cell.id))
    base = next((above for above in line if above.level is Level.BASE), None)
    district = next((above for above in line if above.level is Level.DISTRICT), None)
    return row_of(item, listed.period, base, district)


def row_of(item: LaggingCell, period: Period, base: Unit | None, district: Unit | None) -> LaggingRow:
    """The row of one cell."""
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
        reasons_before=item.before,
        streak=item.streak,
        members=item.members,
        admitted=found.exposure.admitted if found else None,
        expected=found.expected if found else None,
        probability=found.probability if found else None,
        adjusted=found.adjusted if found else None,
        stands_out=found.stands_out if found else None,
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
