"""What the units below one gave in two periods, told apart by whether they compare: the terms of a movement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, reduce
from itertools import chain

from data.organisations.units import Grain
from data.periods import Period
from indicators.answers.enquiry import Inputs, origins
from indicators.answers.perimeters import Perimeter, PerimeterCache
from indicators.methods.decomposition import Cause, Terms, UnitTerms
from indicators.values.compute import SumPart, SumRole, Working, work
from indicators.values.model import Growth, Indicator, Measures, measures_of
from indicators.values.reading import sources
from indicators.values.value import State

_OWED = frozenset({State.NOT_REPORTED, State.INCOMPLETE})
_ABOVE_CELLS = (Grain.DISTRICT, Grain.BASE)


Amounts = tuple[int | Fraction, int | Fraction]
"""Numerator and denominator, whole numbers as such: there are thousands of leaf units."""

_NOTHING: Amounts = (0, 0)


@dataclass(frozen=True)
class Leaves:
    """What single units gave, and for which units each stands, such as an official form for those that sent nothing."""

    amounts: dict[int, Amounts] = field(default_factory=dict)
    stands_for: dict[int, frozenset[int]] = field(default_factory=dict)

    def add(self, unit: int, amounts: Amounts) -> None:
        """Adds what a unit gave."""
        self.amounts[unit] = _plus(self.amounts.get(unit, _NOTHING), amounts)

    def given(self, members: Iterable[int]) -> frozenset[int]:
        """Those of the members that gave something, and those that they stand for."""
        found = [member for member in members if member in self.amounts]
        return frozenset(chain(found, *(self.stands_for.get(member, ()) for member in found)))

    def sum(self, members: Iterable[int]) -> Amounts:
        """What the members gave together."""
        return reduce(_plus, (self.amounts[each] for each in members if each in self.amounts), _NOTHING)


def _plus(one: Amounts, other: Amounts) -> Amounts:
    return one[0] + other[0], one[1] + other[1]


@dataclass(frozen=True)
class Side:
    """One of the two ends: the workings of an indicator for a unit and those below it in a period."""

    indicator: Indicator
    perimeter: Perimeter
    inputs: Inputs
    _workings: dict[int, Working] = field(default_factory=dict, repr=False)

    @property
    def period(self) -> Period:
        """The period."""
        return self.perimeter.period

    @cached_property
    def whole(self) -> Working:
        """The value of the unit itself with the sums behind it."""
        return self.working(self.perimeter.unit)

    def working(self, unit: int) -> Working:
        """A unit's value with the sums behind it."""
        if unit not in self._workings:
            given = self.inputs.observations, self.inputs.plans
            self._workings[unit] = work(self.indicator, unit, self.period, *given)
        return self._workings[unit]

    def terms(self, *units: int) -> Terms:
        """The numerator and the denominator of some units together."""
        parts = (part for unit in units for part in self.working(unit).parts)
        amounts = (_amounts(part.role, part.reading.total(part.measures) or 0) for part in parts)
        return _terms(reduce(_plus, amounts, _NOTHING))

    def is_complete(self, unit: int) -> bool:
        """Whether every leaf unit below gave everything."""
        parts = self.working(unit).parts
        return bool(parts) and all(part.reading.complete for part in parts)

    def is_owed(self, unit: int) -> bool:
        """Whether something was expected of a unit that gave nothing."""
        return unit in self.perimeter.below and self.working(unit).value.state in _OWED

    def hides(self, unit: int) -> bool:
        """Whether the viewer may not be shown the unit's counts."""
        return self.inputs.observations.is_suppressed(self._measures, unit, self.period)

    @cached_property
    def _measures(self) -> Measures:
        return measures_of(self.indicator.formula)

    def leaves(self, units: Iterable[int]) -> Leaves:
        """What the leaf units of some branches gave, by the unit of the coarsest form."""
        found = Leaves()
        for part in (part for unit in units for part in self.working(unit).parts):
            self._add(part, found)
        return found

    def _add(self, part: SumPart, found: Leaves) -> None:
        observations = self.inputs.observations
        for source, measures, unit, period, chosen in origins(observations.vocabulary, part):
            read = observations if part.reading.map_day is None else observations.on_map(self.period, period)
            for leaf in read.leaves(source, unit, period):
                if chosen is not None and leaf.unit not in chosen:
                    continue
                key = self._coarse(leaf.unit, period)
                counted = sum(leaf.values.get(measure) or 0 for measure in measures)
                found.add(key, _amounts(part.role, counted))
                if leaf.substitutes_for is not None:
                    replaced = {self._coarse(each, period) for each in leaf.substitutes_for}
                    found.stands_for[key] = found.stands_for.get(key, frozenset()) | replaced

    @cached_property
    def _asked(self) -> frozenset[tuple[str, date]]:
        """The sources of the value, and the days on which they expect something of a unit."""
        read = [(part.reading.source, part.reading.returned) for part in self.whole.parts]
        vocabulary = self.inputs.observations.vocabulary
        usual = [next(iter(sources(vocabulary, operand)), None) for operand in self.indicator.operands]
        given = read or [(source, frozenset({self.period})) for source in usual]
        return frozenset((source, period.end) for source, found in given if source is not None for period in found)

    @cached_property
    def _grain(self) -> Grain | None:
        """The grain above cells at which sums are paired, if any."""
        declared = self.inputs.observations.vocabulary.sources
        grains = {declared[source].grain for source, _ in self._asked}
        return next((grain for grain in _ABOVE_CELLS if grain in grains), None)

    def _coarse(self, leaf: int, period: Period) -> int:
        tree = self.perimeter.lineage.registry.at(period.end)
        if self._grain is None or leaf not in tree.units:
            return leaf
        line = (tree.units[leaf], *tree.ancestors(leaf))
        return next((each.id for each in line if each.has_grain(self._grain)), leaf)

    def is_missing(self, members: Collection[int], given: Collection[int]) -> bool:
        """Whether one of the members that belong to the unit owed something and gave nothing."""
        observations = self.inputs.observations
        return any(
            observations.exists(source, member, day)
            for member in members
            if member not in given and self.perimeter.place(member) is not None
            for source, day in self._asked
        )


def _amounts(role: SumRole, amount: int | Fraction) -> Amounts:
    if role is SumRole.DENOMINATOR:
        return 0, amount
    return (-amount if role is SumRole.SUBTRACTED else amount), 0


def _terms(amounts: Amounts) -> Terms:
    return Terms(Fraction(amounts[0]), Fraction(amounts[1]))


@dataclass(frozen=True)
class UnitComparison:
    """Two ends of one unit's value; its terms are what the units directly below gave.

    A unit counts where it is in the later period. What one gave is compared with what its predecessors gave; a unit
    further below that began or ended without any counts for the one that it is in. `missing` are the units that gave
    nothing later although it was owed, `partial` those that gave a part of it, `gained` those that lacked some before.
    """

    before: Side
    after: Side
    perimeters: PerimeterCache
    missing: set[int] = field(default_factory=set)
    partial: set[int] = field(default_factory=set)
    gained: set[int] = field(default_factory=set)

    @cached_property
    def given(self) -> Sequence[UnitTerms[int]] | None:
        """What units gave, taken as wholes where nothing has to be told apart within them.

        None where they would tell counts that the viewer may not be shown.
        """
        unit = self.after.perimeter.unit
        below = sorted({*self.before.perimeter.below, *self.after.perimeter.below})
        together = all(side.terms(*below) == side.terms(unit) for side in self._sides)
        if not below or not together:
            return self._of_leaves((unit,))
        if any(side.hides(each) for side in self._sides for each in below):
            return None
        apart = self.perimeters.reshaped(self.before.perimeter, self.after.perimeter, self._since)
        found = {each: None if each in apart else self._whole(each) for each in below}
        whole = [terms for terms in found.values() if terms is not None]
        mixed = [each for each, terms in found.items() if terms is None]
        # On today's map a divided unit counts in several; on the other one a unit that moved is in two.
        branches = [[each] for each in mixed] if self.after.perimeter.is_todays else [mixed]
        parts = [given for each in branches if (given := self._of_leaves(each)) is not None]
        return (*whole, *chain.from_iterable(parts)) if len(parts) == len(branches) else None

    @property
    def _sides(self) -> tuple[Side, Side]:
        return self.before, self.after

    @property
    def _since(self) -> date:
        """The day after which reorganisations link what is compared; growth looks further back."""
        formula, period = self.after.indicator.formula, self.before.period
        return (formula.base(period) if isinstance(formula, Growth) and formula.since is None else period).start

    def _whole(self, unit: int) -> UnitTerms[int] | None:
        """A unit taken as one; None where only some of its leaf units gave something."""
        before, after = self.before.terms(unit), self.after.terms(unit)
        given = [bool(side.working(unit).parts) for side in self._sides]
        if given != [side.is_complete(unit) for side in self._sides]:
            return None
        lost, gained = given[0] and self.after.is_owed(unit), given[1] and self.before.is_owed(unit)
        if given[0] != given[1] and (lost or gained):
            return UnitTerms(unit, before, after, self._reported_once(unit, lost=lost, gained=gained))
        return UnitTerms(unit, before, after, self._continued(unit))

    def _reported_once(self, unit: int, *, lost: bool, gained: bool) -> Cause:
        if lost:
            (self.partial if self.after.working(unit).parts else self.missing).add(unit)
        if gained:
            self.gained.add(unit)
        return Cause.REPORTING

    def _continued(self, unit: int) -> Cause | None:
        """What is given in one period only is compared, unless the unit directly below existed only then."""
        existed = unit == self.after.perimeter.unit or all(unit in side.perimeter.below for side in self._sides)
        return None if existed else Cause.PERIMETER

    def _of_leaves(self, branches: Sequence[int]) -> Sequence[UnitTerms[int]] | None:
        """What some branches gave, leaf unit by leaf unit, each with those that it came from; added up by unit."""
        before, after = given_by = [side.leaves(branches) for side in self._sides]
        if any(side.hides(leaf) for side, there in zip(self._sides, given_by, strict=True) for leaf in there.amounts):
            return None
        links = self.perimeters.links(self._since, self.after.period.end)
        for unit, replaced in (*before.stands_for.items(), *after.stands_for.items()):
            links.join((unit, *replaced))
        found: dict[tuple[int, Cause | None], tuple[Amounts, Amounts]] = {}
        for together in links.groups((*before.amounts, *after.amounts)):
            members = self._of_branches(together, branches)
            given = before.given(members), after.given(members)
            if any(given):
                key = self._judged(members, self._place(members, branches), given)
                sums = found.get(key, (_NOTHING, _NOTHING))
                found[key] = _plus(sums[0], before.sum(members)), _plus(sums[1], after.sum(members))
        return [UnitTerms(unit, _terms(sums[0]), _terms(sums[1]), apart) for (unit, apart), sums in found.items()]

    def _of_branches(self, members: Collection[int], branches: Sequence[int]) -> Collection[int]:
        """On today's map those of the members of which a part is in the branch."""
        unit = self.after.perimeter.unit
        if not self.after.perimeter.is_todays or branches[0] == unit:
            return members
        return [each for each in members if {branches[0], unit} & {side.perimeter.place(each) for side in self._sides}]

    def _judged(
        self, members: Collection[int], unit: int, given: tuple[frozenset[int], frozenset[int]]
    ) -> tuple[int, Cause | None]:
        """Whether what members gave in the two periods is compared."""
        if any(side.perimeter.is_outside(member) for side in self._sides for member in members):
            return unit, Cause.PERIMETER
        gained, lost = (side.is_missing(members, there) for side, there in zip(self._sides, given, strict=True))
        if gained or lost:
            return unit, self._reported_once(unit, lost=lost, gained=gained)
        return unit, None if all(given) else self._continued(unit)

    def _place(self, members: Collection[int], branches: Sequence[int]) -> int:
        """The unit directly below that members count for: where they are later, or where they were."""
        unit = self.after.perimeter.unit
        if self.after.perimeter.is_todays and branches[0] != unit:
            return branches[0]
        for side in (self.after, self.before):
            places = {place for member in members if (place := side.perimeter.place(member)) is not None}
            if places:
                return places.pop() if len(places) == 1 else unit
        return unit
