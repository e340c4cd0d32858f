"""Why values moved since a year ago: the parts of each change, and the units that they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from data.observations import Basis
from data.organisations.lineage import Lineage
from data.organisations.units import Level, Unit, UnitKind
from data.periods import Period
from data.reading.queries import Reader
from indicators.answers.compared_units import Side, UnitComparison
from indicators.answers.enquiry import Enquiry, fetch_inputs, level_name, requested_units
from indicators.answers.perimeters import PerimeterCache
from indicators.answers.rows import NOT_IN_FILES, PlacedRow
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.decomposition import Cause, Decomposition, Terms, UnitTerms, of_ratio, of_sum
from indicators.values.model import Formula, Growth, GrowthGap, Indicator, MeanPerYear, PlanRate, Ratio, Total
from indicators.values.reading import covers
from indicators.values.value import State, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow(PlacedRow):
    """What one unit directly below contributed to a value's change since `compared_with`; exact fractions.

    The contributions of all rows of a value add up to `moved`, and each is the sum of its row's parts (fields named as
    the causes in `indicators.methods.decomposition`). The unit itself is the contributor of what no one unit below
    gave. Without a contributor: no unit can be compared, and the change is not split.
    """

    compared_with: Period
    value_before: Fraction | None
    value: Fraction | None
    moved: Fraction
    contributor: str | None
    contributor_name: str | None
    contribution: Fraction | None
    units_part: Fraction | None
    mix_part: Fraction | None
    plan_part: Fraction | None
    reporting_part: Fraction | None
    perimeter_part: Fraction | None
    corrections_part: Fraction | None
    state: State
    as_of: datetime | None
    basis: Basis
    estimated: bool = field(default=False, metadata=NOT_IN_FILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A value's change between two periods; `split` are its parts by the ids of `units`, None where it cannot be made.

    `missing`, `partial` and `gained` count the units directly below that gave nothing now, that gave only a part, and
    that lacked some before.
    """

    indicator: Indicator
    unit: Unit
    level: Level | UnitKind
    base: Period
    period: Period
    before: Value
    now: Value
    split: Decomposition[int] | None
    missing: int
    partial: int
    gained: int
    units: Mapping[int, Unit]
    as_of: datetime | None
    basis: Basis

    @property
    def change(self) -> Fraction:
        """By how much the value moved."""
        return (self.now.value or Fraction(0)) - (self.before.value or Fraction(0))

    @property
    def is_complete(self) -> bool:
        """Whether both values are complete."""
        return self.now.state is self.before.state is State.REPORTED

    @property
    def is_estimated(self) -> bool:
        """Whether a decision's share of what a divided unit had returned is in it."""
        return self.now.estimated or self.before.estimated

    def of_corrections(self) -> Moved:
        """The change of one period as known at two instants."""
        return replace(self, split=self.split.of_corrections() if self.split else None)

    def by_unit(self) -> list[tuple[Unit, Mapping[Cause, Fraction]]]:
        """The units with their parts, the largest contribution first."""
        given = self.split.by_unit if self.split else {}
        ordered = sorted(given, key=lambda unit: (-abs(sum(given[unit].values())), self.units[unit].code))
        return [(self.units[unit], given[unit]) for unit in ordered]


def movement_rows(reader: Reader, enquiry: Enquiry) -> Iterator[MovementRow]:
    """The change of each value of the enquiry since the same period of the year before, a row a contributing unit.

    Values of which either is missing, and means over several years, have no rows.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    for moved in movements(reader, enquiry):
        yield from _rows(moved)


def movements(reader: Reader, enquiry: Enquiry) -> list[Moved]:
    """The changes of the enquiry's values since the same period of the year before, in its order.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    ends = _Ends(reader, _timed(reader, enquiry), years_back=(1, 0))
    found = (ends.moved(*case, case[-1].years_ago(1), ends) for case in ends.cases())
    return [moved for moved in found if moved is not None]


def revisions(then: Reader, now: Reader, enquiry: Enquiry) -> list[Moved]:
    """Why the enquiry's values differ between two instants: corrections, and returns that came in since.

    Raises: as `indicators.answers.enquiry.answer`.
    """
    timed = _timed(now, enquiry)
    earlier, later = _Ends(then, timed), _Ends(now, timed)
    found = [later.moved(*case, case[-1], earlier) for case in later.cases()]
    return [moved.of_corrections() for moved in found if moved is not None and moved.change]


def _timed(reader: Reader, enquiry: Enquiry) -> Enquiry:
    catalogue = catalogue_of(reader.vocabulary)
    return replace(
        enquiry,
        indicators=tuple(code for code in enquiry.indicators if not isinstance(catalogue[code].formula, MeanPerYear)),
    )


Case = tuple[Indicator, Unit, Period]


class _Ends:
    """The values of an enquiry and of the units below its own, as one reader knows them; also of years back."""

    def __init__(self, reader: Reader, enquiry: Enquiry, years_back: Sequence[int] = (0,)) -> None:
        periods = dict.fromkeys(period.years_ago(back) for period in enquiry.periods for back in years_back)
        self._reader, self._enquiry = reader, enquiry
        self._perimeters = PerimeterCache(Lineage(reader.registry, reader.today()), enquiry.basis)
        self._sides: dict[tuple[str, Formula, int, Period], Side] = {}
        widened = replace(enquiry, periods=tuple(periods))
        units = {unit: dict(spells) for unit, spells in requested_units(reader, widened).items()}
        for unit, period in [(unit, period) for unit, spells in units.items() for period in spells]:
            for child in self._perimeters.of(unit, period).below.values():
                units.setdefault(child.id, {})[period] = child
        self._inputs = fetch_inputs(reader, widened, units)

    def cases(self) -> Iterator[Case]:
        """Each indicator, unit and period of the enquiry."""
        catalogue, units = catalogue_of(self._reader.vocabulary), requested_units(self._reader, self._enquiry)
        for code in self._enquiry.indicators:
            for spells in units.values():
                yield from ((catalogue[code], unit, period) for period, unit in spells.items())

    def side(self, indicator: Indicator, unit: int, period: Period) -> Side:
        """A value with those below it."""
        key = indicator.code, indicator.formula, unit, period
        if key not in self._sides:
            self._sides[key] = Side(indicator, self._perimeters.of(unit, period), self._inputs)
        return self._sides[key]

    def moved(self, indicator: Indicator, unit: Unit, period: Period, base: Period, earlier: _Ends) -> Moved | None:
        """The change since the period `base` as known to `earlier`; None where either has no value."""
        before, now = earlier.side(indicator, unit.id, base), self.side(indicator, unit.id, period)
        values = before.whole.value, now.whole.value
        if values[0].value is None or values[1].value is None:
            return None
        compared = _Compared(earlier, self)
        split = compared.split(before, now)
        exact = split is not None and split.total == values[1].value - values[0].value
        return Moved(
            indicator=indicator,
            unit=unit,
            level=level_name(self._enquiry, unit),
            base=base,
            period=period,
            before=values[0],
            now=values[1],
            split=split if exact else None,
            missing=len(compared.missing),
            partial=len(compared.partial - compared.missing),
            gained=len(compared.gained),
            units={unit.id: unit, **before.perimeter.below, **now.perimeter.below},
            as_of=self._reader.as_of,
            basis=self._enquiry.basis,
        )

    def comparison(self, before: Side, after: Side) -> UnitComparison:
        """Two values to be compared, the later one of this reader."""
        return UnitComparison(before, after, self._perimeters)


@dataclass(frozen=True)
class _Compared:
    """The comparisons behind one change: several for a formula of several sums."""

    earlier: _Ends
    later: _Ends
    missing: set[int] = field(default_factory=set)
    partial: set[int] = field(default_factory=set)
    gained: set[int] = field(default_factory=set)

    def split(self, before: Side, now: Side) -> Decomposition[int] | None:
        """The parts of the change of a value; None where they cannot be told apart."""
        match now.indicator.formula:
            case Ratio() as formula:
                return _ratio(self._given(before, now), formula.per)
            case Growth():
                return _ratio(self._given(before, now))
            case GrowthGap() as formula:
                one, other = (self._of_growth(before, now, growth) for growth in formula.growths)
                return one.plus(other, -1) if one is not None and other is not None else None
            case PlanRate() as formula:
                return self._of_plan_rate(before, now, formula)
            case _:
                given = self._given(before, now)
                return None if given is None else of_sum(given)

    def _given(self, before: Side, now: Side) -> Sequence[UnitTerms[int]] | None:
        compared = self.later.comparison(before, now)
        given = compared.given
        self.missing.update(compared.missing)
        self.partial.update(compared.partial)
        self.gained.update(compared.gained)
        return given

    def _of_growth(self, before: Side, now: Side, growth: Growth) -> Decomposition[int] | None:
        sides = (
            ends.side(replace(side.indicator, formula=growth), side.perimeter.unit, side.period)
            for ends, side in ((self.earlier, before), (self.later, now))
        )
        return _ratio(self._given(*sides))

    def _of_plan_rate(self, before: Side, now: Side, formula: PlanRate) -> Decomposition[int] | None:
        """Sub-period by sub-period, over the shortest ones that add up to both years to date."""
        for earlier, later in zip(to_date(before.period), to_date(now.period), strict=True):
            pairs = [
                (self._total(self.earlier, before, formula, one), self._total(self.later, now, formula, other))
                for one, other in zip(earlier, later, strict=True)
            ]
            sums = [sum((pair[place].terms(now.perimeter.unit) for pair in pairs), start=Terms()) for place in (0, 1)]
            if sums == [side.terms(side.perimeter.unit) for side in (before, now)]:
                given = [each for pair in pairs for each in self._given(*pair) or ()]
                return of_sum(given, (_scale(before), _scale(now)))
        return None

    def _total(self, ends: _Ends, side: Side, formula: PlanRate, period: Period) -> Side:
        return ends.side(replace(side.indicator, formula=Total(of=formula.of)), side.perimeter.unit, period)


def _ratio(given: Sequence[UnitTerms[int]] | None, per: int = 1) -> Decomposition[int] | None:
    return None if given is None else of_ratio(given, per)


def _scale(side: Side) -> Fraction:
    plan = side.whole.plan
    return 1 / plan.value if plan is not None else Fraction(0)


def to_date(period: Period) -> list[tuple[Period, ...]]:
    """The ways in which the year up to a period's end is made up of sub-periods, that of its own length first."""
    parts = [tuple(each for each in cover if each.end <= period.end) for cover in covers(period.whole_year)]
    return list(dict.fromkeys((period.to_date, *(found for found in parts if found and found[-1].end == period.end))))


def _rows(moved: Moved) -> Iterator[MovementRow]:
    for unit, parts in moved.by_unit():
        yield _row(moved, unit, parts)
    if moved.split is None:
        yield _row(moved, None, {})


def _row(moved: Moved, unit: Unit | None, parts: Mapping[Cause, Fraction]) -> MovementRow:
    by_name = {f"{cause}_part": parts.get(cause, Fraction(0)) if unit else None for cause in Cause}
    return MovementRow(
        indicator=moved.indicator,
        unit=moved.unit.code,
        unit_name=moved.unit.name,
        level=moved.level,
        period=moved.period,
        compared_with=moved.base,
        value_before=moved.before.value,
        value=moved.now.value,
        moved=moved.change,
        contributor=unit.code if unit else None,
        contributor_name=unit.name if unit else None,
        contribution=sum(parts.values(), start=Fraction(0)) if unit else None,
        **by_name,
        state=State.REPORTED if moved.is_complete else State.INCOMPLETE,
        as_of=moved.as_of,
        basis=moved.basis,
        estimated=moved.is_estimated,
    )
