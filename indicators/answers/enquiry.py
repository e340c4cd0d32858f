"""Answers an enquiry: indicators of units and periods as rows, and the workbook cells behind one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.observations import Basis, Leaf, Observations, Plan
from data.organisations.units import Level, Tree, Unit, UnitKind
from data.periods import Frequency, Period, Term
from data.reading.queries import Reader
from data.tables.records import Contribution
from indicators.answers.breaks import breaks_of
from indicators.answers.rows import TableRow, ValueRow
from indicators.catalogue.lookup import catalogue_of
from indicators.values.compute import SumPart, SumRole, Working, compute, compute_span, work, work_span
from indicators.values.model import Growth, GrowthGap, Indicator, MeanPerYear, PlanKind, PlanRate
from indicators.values.reading import addends, fetched, sources
from indicators.values.target import Plans, gap, plan_in_force, verdict
from indicators.values.value import Status, Value

EVIDENCE = "evidence"

SpellsByUnit = Mapping[int, Mapping[Period, Unit]]

_LEVEL_OF = {
    UnitKind.PROVINCE: Level.PROVINCE,
    UnitKind.DISTRICT: Level.DISTRICT,
    UnitKind.BASE_COMMITTEE: Level.BASE,
    UnitKind.BASE_CELL: Level.BASE,
    UnitKind.CELL: Level.CELL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow(TableRow):
    """A workbook cell behind a value, a unit counted by a derived measure, or the plan; fields as in `trace`."""

    role: str
    file: str | None
    sheet: str | None
    cell: str | None
    unit: str | None
    unit_name: str | None
    measure: str
    period: Period | Term
    value: Fraction | int | str
    share: Fraction | int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """Which indicators and periods, of a unit (default: the reader's root) or of the units of a level below it."""

    indicators: tuple[str, ...]
    periods: tuple[Period, ...]
    unit: str | None = None
    level: Level | None = None
    basis: Basis = Basis.REPORTED


def answer(reader: Reader, enquiry: Enquiry) -> list[ValueRow]:
    """One row for each indicator, unit and period, in that order.

    A mean per year gives one row per unit for the whole span. Data is fetched once for all rows.

    Raises:
        UnknownUnit, OutOfScope: raised by the reader for the unit.
        KeyError: no such indicator in the catalogue.
    """
    return list(each(reader, enquiry))


def each(reader: Reader, enquiry: Enquiry) -> Iterator[ValueRow]:
    """The rows of `answer`, computed lazily.

    Raises: as `answer`, before the first row.
    """
    inputs, catalogue = fetch_inputs(reader, enquiry), catalogue_of(reader.vocabulary)
    return (row for code in enquiry.indicators for row in inputs.rows(catalogue[code]))


def trace(
    reader: Reader, indicator: str, unit: str | None, *periods: Period, basis: Basis = Basis.REPORTED
) -> list[TraceRow]:
    """The workbook cells behind a value, a row each; of several years for their mean.

    Σ numerator - Σ subtracted is the value's numerator, Σ denominator its denominator. `value` is a cell's
    contribution: its number times `share`, which on today's map is the share that a decision allots of a divided unit,
    or -1 for the cell subtracted from a count since 1 January. For derived counts the rows are the units counted,
    without a file, followed by the deciding cells as `evidence`. The plan under a plan rate is a row with its decision
    in place of a file.

    Raises: as `answer`.
    """
    inputs = fetch_inputs(reader, Enquiry(indicators=(indicator,), unit=unit, periods=periods, basis=basis))
    asked, declared = next(iter(inputs.units)), catalogue_of(reader.vocabulary)[indicator]
    if isinstance(declared.formula, MeanPerYear):
        working = work_span(declared, asked, periods, inputs.observations)
    else:
        working = work(declared, asked, periods[0], inputs.observations, inputs.plans)
    return [*_cells(reader, inputs, working), *_planned(reader, working.plan)]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The data of an enquiry, fetched once: units of each period, observations and plans."""

    enquiry: Enquiry
    as_of: datetime | None
    units: SpellsByUnit
    trees: Mapping[Period, Tree]
    observations: Observations
    plans: Plans

    def rows(self, indicator: Indicator) -> Iterator[ValueRow]:
        """The rows of one indicator."""
        for unit, spells in self.units.items():
            if isinstance(indicator.formula, MeanPerYear):
                value = compute_span(indicator, unit, self.enquiry.periods, self.observations)
                yield self._row(indicator, spells[max(spells)], _span(self.enquiry.periods), value)
                continue
            for period, spell in spells.items():
                value = compute(indicator, unit, period, self.observations, self.plans)
                yield self._row(indicator, spell, period, value, self._plan(indicator, unit, period))

    def _row(
        self, indicator: Indicator, unit: Unit, period: Period | Term, value: Value, plan: Fraction | None = None
    ) -> ValueRow:
        judged = plan is None or isinstance(period, Term) or period.frequency is Frequency.YEAR
        return ValueRow(
            indicator=indicator,
            unit=unit.code,
            unit_name=unit.name,
            level=level_name(self.enquiry, unit),
            period=period,
            value=value.value,
            numerator=value.numerator,
            denominator=value.denominator,
            plan=plan,
            gap=gap(value, plan) if judged else None,
            status=verdict(value, plan, indicator.direction) if judged else Status.NOT_JUDGED,
            state=value.state,
            reporting=value.reporting,
            expected=value.expected,
            as_of=self.as_of,
            basis=self.enquiry.basis,
            estimated=value.estimated,
            break_=breaks_of(indicator, unit.id, period, self.observations),
        )

    def _plan(self, indicator: Indicator, unit: int, period: Period) -> Fraction | None:
        inherited = indicator.plan is PlanKind.INHERITED
        above = [u.id for u in self.trees[period].ancestors(unit)] if inherited else []
        target = plan_in_force(indicator, unit, period, self.plans, above)
        return target.value if target else None


def fetch_inputs(reader: Reader, enquiry: Enquiry, units: SpellsByUnit | None = None) -> Inputs:
    """Everything that the values of an enquiry are computed from, of the given units or of those it asks for."""
    catalogue = catalogue_of(reader.vocabulary)
    indicators = [catalogue[code] for code in enquiry.indicators]
    days, units = days_of(reader, enquiry), requested_units(reader, enquiry) if units is None else units
    planned = {i.formula.plan for i in indicators if isinstance(i.formula, PlanRate)}
    # Plans are inherited from above the viewer's own branch too.
    trees = {period: reader.registry.at(day) for period, day in days.items()}
    above = {up.id for unit, spells in units.items() for period in spells for up in trees[period].ancestors(unit)}
    return Inputs(
        enquiry=enquiry,
        as_of=reader.as_of,
        units=units,
        trees=trees,
        observations=reader.observations(
            dict.fromkeys(s for i in indicators for m in i.operands for s in sources(reader.vocabulary, m)),
            units,
            {needed for i in indicators for period in enquiry.periods for needed in _periods(i, period)},
            enquiry.basis,
            only=fetched(reader.vocabulary, (measure.code for i in indicators for measure in i.measures)),
            # Needed only where a unit has not reported and sums must be paired.
            on_demand=_paired(reader, indicators, units, days),
        ),
        plans=Plans(reader.plans(planned.union(enquiry.indicators), above.union(units))),
    )


def requested_units(reader: Reader, enquiry: Enquiry) -> dict[int, dict[Period, Unit]]:
    """The units of an enquiry by id, as of each of its periods (or on today's map).

    Raises:
        UnknownUnit, OutOfScope: raised by the reader for the unit.
    """
    asked = reader.root() if enquiry.unit is None else reader.unit(enquiry.unit)
    units: dict[int, dict[Period, Unit]] = {}
    for period, day in days_of(reader, enquiry).items():
        for unit in _units(reader.tree(day), asked, enquiry.level):
            units.setdefault(unit.id, {})[period] = unit
    return units


def level_name(enquiry: Enquiry, unit: Unit) -> Level | UnitKind:
    """The level shown for a unit: the requested one, or the unit's own."""
    return enquiry.level or _LEVEL_OF.get(unit.kind) or unit.kind


def _span(periods: Sequence[Period]) -> Period | Term:
    """The year or the term that the periods span."""
    first, last = min(period.year for period in periods), max(period.year for period in periods)
    return Period(last) if first == last else Term(first, last)


def days_of(reader: Reader, enquiry: Enquiry) -> dict[Period, date]:
    """The day whose tree applies to each period."""
    return {p: p.end if enquiry.basis is Basis.REPORTED else reader.today() for p in enquiry.periods}


def _units(tree: Tree, asked: Unit, level: Level | None) -> Sequence[Unit]:
    if level is None:
        return (tree.units.get(asked.id, asked),)
    whole = tree.root is not None and tree.root.id == asked.id
    return tree.at_level(level, None if whole else asked.id)


def _paired(
    reader: Reader,
    indicators: Sequence[Indicator],
    units: SpellsByUnit,
    days: Mapping[Period, date],
) -> set[int]:
    """Units by which sums of two sources are paired: districts for growth since the historical series, else bases."""
    levels = set()
    if any(isinstance(indicator.formula, Growth) for indicator in indicators):
        levels.add(Level.DISTRICT)
    if any(len(indicator.operands) > 1 for indicator in indicators):
        levels.add(Level.BASE)
    return {
        below.id
        for unit, spells in units.items()
        for period in spells
        for level in levels
        for below in reader.tree(days[period]).at_level(level, unit)
    }


def _periods(indicator: Indicator, period: Period) -> Iterator[Period]:
    """The periods that a value of an indicator is made from."""
    formula = indicator.formula
    yield period.whole_year if isinstance(formula, MeanPerYear) else period
    if isinstance(formula, PlanRate):
        yield from period.to_date
    if isinstance(formula, Growth):
        yield formula.base(period)
    if isinstance(formula, GrowthGap):
        yield formula.growths[0].base(period)
    if Kind.OPENING in indicator.kinds:
        yield period.whole_year.previous


def _cells(reader: Reader, inputs: Inputs, working: Working) -> Iterator[TraceRow]:
    shown: set[tuple[str, Period]] = set()
    for part in working.parts:
        for source, measures, unit, period, leaves in origins(inputs.observations.vocabulary, part):
            role: str = part.role
            if source in reader.vocabulary.derived:
                counted = [
                    leaf
                    for leaf in inputs.observations.leaves(source, unit, period)
                    if leaves is None or leaf.unit in leaves
                ]
                yield from _counted(reader, part.role, counted, measures, period)
                if (source, period) in shown:
                    continue
                shown.add((source, period))
                role = EVIDENCE
            map_day = part.reading.map_day
            for cell in reader.contributions(source, measures, unit, period, inputs.enquiry.basis, map_day):
                if cell.value is not None and (leaves is None or cell.unit in leaves or role == EVIDENCE):
                    yield _cell(cell, role, cell.value)


def _cell(cell: Contribution, role: str, value: int | str) -> TraceRow:
    return TraceRow(
        role=role,
        file=cell.file,
        sheet=cell.sheet,
        cell=cell.cell,
        unit=cell.unit_code,
        unit_name=cell.unit_name,
        measure=cell.measure,
        period=cell.period,
        value=value if role == EVIDENCE or isinstance(value, str) else value * cell.share,
        share=cell.share,
        sha256=cell.sha256,
    )


def _counted(
    reader: Reader, role: SumRole, leaves: Sequence[Leaf], measures: Sequence[str], period: Period
) -> Iterator[TraceRow]:
    """The units that a derived count counts."""
    there = reader.registry.at(period.end).units
    for leaf in leaves:
        unit = there.get(leaf.unit) or reader.registry.latest(leaf.unit)
        for measure in measures:
            if value := leaf.values.get(measure):
                yield _without_cell(role, unit, measure, period, value)


Origin = tuple[str, Sequence[str], int, Period, frozenset[int] | None]


def origins(vocabulary: Vocabulary, part: SumPart) -> Iterator[Origin]:
    """The returns behind a sum: source, measures, unit, period and leaves (None: all)."""
    source = part.reading.source
    if source is None:
        return
    for use in part.reading.uses:
        measures: dict[Period, list[str]] = {}
        for addend in (a for measure in part.measures for a in addends(vocabulary, source, measure, use.cover)):
            measures.setdefault(addend.period, []).append(addend.measure)
        for period, codes in measures.items():
            yield source, codes, use.unit, period, use.leaves


def _planned(reader: Reader, plan: Plan | None) -> Iterator[TraceRow]:
    if plan is not None:
        unit = reader.registry.latest(plan.unit)
        row = _without_cell(SumRole.DENOMINATOR, unit, f"plan:{plan.indicator}", plan.term, plan.value)
        yield replace(row, file=plan.decision)


def _without_cell(
    role: SumRole, unit: Unit | None, measure: str, period: Period | Term, value: Fraction | int
) -> TraceRow:
    return TraceRow(
        role=role,
        file=None,
        sheet=None,
        cell=None,
        unit=unit.code if unit else None,
        unit_name=unit.name if unit else None,
        measure=measure,
        period=period,
        value=value,
        share=1,
        sha256=None,
    )
