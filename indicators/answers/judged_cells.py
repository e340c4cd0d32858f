"""What is known of the cells of a period, and for which reasons each is listed, judged from the returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from indicators.methods.lagging import LONGEST_STREAK
from indicators.methods.reasons import CellFacts, Reason, ReasonThresholds, reasons
from indicators.values.model import Measures
from indicators.values.reading import covers, read

_MOVEMENT = ("admitted", "members_end")
_HEADS = ("village_heads", "village_heads_members")
_DOSSIERS = ("dossiers_due", "dossiers_complete")
_READ: Mapping[str, Measures] = {"B1": _MOVEMENT, "B3": _HEADS, "B4": _DOSSIERS}

COMPARED: Mapping[str, Measures] = {
    **_READ,
    "B2": ("no_masses_left",),
    "B6": ("cell_rating",),
}
"""The measures by which a cell is judged, by form: what a return says in other columns changes no standing."""

Counts = Mapping[int, Sequence[Fraction]]


def reason_thresholds(reader: Reader) -> ReasonThresholds:
    """The thresholds in force."""
    thresholds = reader.thresholds
    return ReasonThresholds(
        years=thresholds.whole("cells_years"),
        few=thresholds.whole("small_cell_size"),
        dossiers=thresholds.share("dossiers_complete_percent"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCell:
    """A cell, the facts that the rules apply to, and the reasons that hold now and held a period before.

    `before` is None where nothing was returned a period before. `record` is that of a residential cell.
    """

    cell: Unit
    facts: CellFacts
    record: CellRecord | None
    reasons: tuple[Reason, ...]
    before: tuple[Reason, ...] | None


@dataclass(frozen=True)
class Judgement:
    """The cells of a period judged from the returns, all or those in `among`; the reader sees the whole province.

    `known` are the reasons of the period before where these are stored; else they are judged too.
    """

    reader: Reader
    period: Period
    among: frozenset[int] | None = None
    known: Mapping[int, tuple[Reason, ...]] | None = field(default=None, repr=False)

    @cached_property
    def limits(self) -> ReasonThresholds:
        """The thresholds in force."""
        return reason_thresholds(self.reader)

    def cells(self) -> Iterator[JudgedCell]:
        """Every cell of the period, or those that are wanted."""
        now, before = self._facts(self.period), self._before
        for cell in _wanted(now.tree, self.among):
            facts = now.facts(cell)
            yield JudgedCell(
                cell=cell,
                facts=facts,
                record=now.records.get(cell.id),
                reasons=reasons(facts, self.limits),
                before=before.get(cell.id),
            )

    @property
    def borrows(self) -> bool:
        """Whether the verdict on a plan may have used the province's season; known when the cells are judged."""
        return self._paces.borrows

    @cached_property
    def _before(self) -> Mapping[int, tuple[Reason, ...]]:
        if self.known is not None:
            return self.known
        if self.period.previous not in reported_periods(self.reader, self.period):
            return {}
        facts = self._facts(self.period.previous)
        return {cell.id: reasons(facts.facts(cell), self.limits) for cell in _wanted(facts.tree, self.among)}

    @cached_property
    def _paces(self) -> AdmissionPaces:
        root = self.reader.tree(self.period.end).root
        periods = (self.period,) if self.known is not None else (self.period, self.period.previous)
        return AdmissionPaces(self.reader, periods, root.id if root else None, self.among)

    def _facts(self, period: Period) -> _Facts:
        return _facts(self.reader, period, self._paces, self.among)


def reported_periods(reader: Reader, period: Period) -> frozenset[Period]:
    """The periods of the same length for which, or for parts of which, returns are due."""
    return frozenset(Period.covering(opened.end, period.frequency) for opened in reader.opened())


def _wanted(tree: Tree, among: Collection[int] | None) -> Collection[Unit]:
    cells = {cell.id: cell for cell in tree.at_level(Level.CELL)}
    return [cell for unit, cell in cells.items() if among is None or unit in among]


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


def _facts(reader: Reader, period: Period, paces: AdmissionPaces, among: frozenset[int] | None) -> _Facts:
    tree = reader.tree(period.end)
    cells = {cell.id for cell in _wanted(tree, among)}
    whole = {measures: _in_full(reader, form, measures, period, among) for form, measures in _READ.items()}
    lacking = frozenset().union(*(cells.difference(counts) for counts in whole.values()))
    (rated,) = complete_years(period, 1)
    ratings = reader.cell_counts(RATINGS.code, ("cells_failed",), rated, among)
    return _Facts(
        tree=tree,
        period=period,
        whole=whole,
        observations=reader.observations(_READ, lacking, (period,), only=chain.from_iterable(_READ.values())),
        failed=frozenset(cell for cell, (count,) in ratings.items() if count),
        behind=_behind(reader, tree, period, paces, among),
        records={record.unit: record for record in reader.cell_records(period, LONGEST_STREAK, among)},
    )


def _behind(
    reader: Reader, tree: Tree, period: Period, paces: AdmissionPaces, among: frozenset[int] | None
) -> frozenset[int]:
    """Units behind their own plan of the year, and cells below that have none and admitted nobody since 1 January."""
    own = paces.behind(tree, period)
    cells = {
        cell.id for unit in own if tree.units[unit].level is Level.BASE for cell in tree.at_level(Level.CELL, unit)
    }
    below = {cell for cell in cells if (among is None or cell in among) and not paces.has_plan(cell, period)}
    so_far = period.whole_year.parts(period.frequency)[: period.index]
    counts = [_in_full(reader, "B1", ("admitted",), part, among) for part in so_far] if below else []
    told = {cell for cell in below if all(cell in part for part in counts)}
    quiet = {cell for cell in told if not any(admitted for part in counts for admitted in part[cell])}
    return own.union(quiet, paces.idle(period, below - told))


def _in_full(reader: Reader, form: str, measures: Measures, period: Period, among: frozenset[int] | None) -> Counts:
    """The fast path for many cells at once: a period's return, or each of its parts', has all of the measures."""
    opened = frozenset(reader.opened())
    found: dict[int, Sequence[Fraction]] = {}
    flows = [reader.vocabulary.measures[measure].aggregation_kind is Kind.FLOW for measure in measures]
    for parts in covers(period):
        if opened.issuperset(parts):
            *_, last = given = [reader.cell_counts(form, measures, part, among) for part in parts]
            for cell in frozenset(last).intersection(*given).difference(found):
                found[cell] = [
                    _exact(sum(counts[cell][place] for counts in given) if flow else last[cell][place])
                    for place, flow in enumerate(flows)
                ]
    return found


@cache  # counts of cells are small and recur
def _exact(count: int) -> Fraction:
    return Fraction(count)
