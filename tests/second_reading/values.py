"""The value of an indicator for a unit and a period: exact, with its state, who reported, the plan and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from tests.second_reading.catalogue import INDICATORS, REDEFINED, Indicator
from tests.second_reading.counted import (
    BasesWithoutAdmission,
    CellsWithoutAdmission,
    RatedCells,
    ReturnsDue,
    SmallCells,
    TasksOwed,
)
from tests.second_reading.counts import (
    INCOMPLETE,
    NOT_APPLICABLE,
    NOT_REPORTED,
    REPORTED,
    FormSource,
    Source,
    Sum,
    add_up,
)
from tests.second_reading.known import Known
from tests.second_reading.pairs import Operand, coarseness, pair
from tests.second_reading.periods import Period
from tests.second_reading.workbooks import FORMS, PlanLine


@dataclass(frozen=True)
class Value:
    """What a row of a table says of an indicator, a unit and a period."""

    state: str
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reporting: int = 0
    expected: int = 0


@dataclass(frozen=True)
class Verdict:
    """The plan that judges a value, the distance from it, and what comes of it."""

    plan: Fraction | None
    gap: Fraction | None
    status: str


class Sources:
    """The forms and families on one map."""

    def __init__(self, known: Known, map_day: date | None) -> None:
        forms = {form: FormSource(form, known, map_day) for form in FORMS}
        counted = [
            family(known, forms["B1"], forms["B2"], forms["B6"])
            for family in (SmallCells, RatedCells, BasesWithoutAdmission, CellsWithoutAdmission)
        ]
        self.all: Sequence[Source] = [*forms.values(), *counted]
        self.forms = forms
        self.cells = next(family for family in counted if isinstance(family, CellsWithoutAdmission))

    def of(self, measures: Sequence[str]) -> Sequence[Source]:
        """The sources that give all of some measures, the first choice first; LS opens with the year before."""
        return [
            s for s in self.all if all(m in s.measures or (s.name == "LS" and m == "members_start") for m in measures)
        ]


class Values:
    """Works out values from what was known at an instant, on the map of each period's time or on today's."""

    def __init__(self, known: Known, *, todays_map: bool = False) -> None:
        self.known = known
        self.map_day = known.today if todays_map else None
        self._maps: dict[date | None, Sources] = {}
        self._read: dict[tuple[object, ...], Sum] = {}
        self.returns = ReturnsDue(known, self.map_day)
        self.tasks = TasksOwed(known, self.map_day)

    def sources(self, map_day: date | None = None) -> Sources:
        """Those on this map, or on that of a day."""
        day = map_day or self.map_day
        if day not in self._maps:
            self._maps[day] = Sources(self.known, day)
        return self._maps[day]

    def source(self, name: str, map_day: date | None = None) -> Source:
        """A form or family on this map, or on that of a day."""
        return next(source for source in self.sources(map_day).all if source.name == name)

    def read(self, measures: Sequence[str], unit: str, period: Period, map_day: date | None = None) -> Sum:
        """The sums from the first source that came in full, else from the first that came at all."""
        key = tuple(measures), unit, period, map_day
        if key not in self._read:
            self._read[key] = self._first(self.sources(map_day).of(measures), measures, unit, period)
        return self._read[key]

    def _first(self, sources: Sequence[Source], measures: Sequence[str], unit: str, period: Period) -> Sum:
        found = [given for source in sources if (given := add_up(source, measures, unit, period))]
        for wanted in (lambda given: given.complete, lambda given: given.sums, lambda _: True):
            if best := next(filter(wanted, found), None):
                return best
        for source in sources:
            if expected := source.expected(unit, period):
                return Sum(source, NOT_REPORTED, came=False, expected=expected)
        return Sum(sources[0], NOT_APPLICABLE, came=False)

    def value(self, code: str, unit: str, period: Period) -> Value:
        """The value of an indicator."""
        indicator = INDICATORS[code]
        formula = indicator.formula
        if formula.startswith("growth of "):
            return self._growths(formula.removeprefix("growth of "), unit, period)
        if formula.endswith(" by year"):
            return self.mean(code, unit, [period.whole_year])
        if " over the plan of " in formula:
            measure, _, planned = formula.partition(" over the plan of ")
            return self._plan_rate(measure, planned, unit, period)
        if formula == "in transit":
            return self._in_transit(unit, period)
        if indicator.over[0].startswith(("returns_", "tasks_")):
            return self._owed(indicator, unit, period)
        if indicator.under:
            return self._ratio(indicator, unit, period)
        plus, _, minus = formula.partition(" - ")
        return self._difference(plus.split(" + "), [minus] if minus else [], unit, period)

    def _difference(self, plus: Sequence[str], minus: Sequence[str], unit: str, period: Period) -> Value:
        found = self.read([*plus, *minus], unit, period)
        added, taken = found.total(plus), found.total(minus)
        if added is None or taken is None:
            return Value(found.why_none, None, None, None, found.reporting, found.expected)
        value = added - taken
        return Value(found.state, value, value, None, found.reporting, found.expected)

    def _in_transit(self, unit: str, period: Period) -> Value:
        """Who has left one place and not yet arrived at another: inside the province, inside a district."""
        levels = self.known.registry.at(self.map_day or period.end).units[unit].levels
        inside = ["base"] if "district" in levels else ["district", "base"]
        arrived, left = ([f"transferred_{way}_{place}" for place in inside] for way in ("in", "out"))
        found = self._difference(arrived, left, unit, period)
        if levels & {"province", "district"}:
            return found
        return Value(NOT_APPLICABLE, None, None, None, found.reporting, found.expected)

    def _owed(self, indicator: Indicator, unit: str, period: Period) -> Value:
        if indicator.code == "task_coverage":
            owed = self.tasks.lines(unit, period)
            if not owed:
                return Value(NOT_APPLICABLE)
            come = [line for line in owed if self.tasks.is_due(line, period)]
            done = Fraction(sum(self.tasks.is_done(line, period) for line in come))
            if not come:
                return Value(NOT_APPLICABLE, None, done, Fraction(0), len(owed), len(owed))
            return Value(REPORTED, done / len(come), done, Fraction(len(come)), len(owed), len(owed))
        state, sums = self.returns.sums(unit, period)
        senders = self.returns.senders(unit, period)
        if not sums:
            return Value(state, expected=senders)
        done, due = Fraction(sums[indicator.over[0]]), Fraction(sums["returns_due"])
        return Value(state, done / due, done, due, senders, senders)

    def _ratio(self, indicator: Indicator, unit: str, period: Period) -> Value:
        together = list(dict.fromkeys([*indicator.over, *indicator.under]))
        if self.sources().of(together):
            both = self.read(together, unit, period)
            if both.came and both.state == NOT_REPORTED and not self.read(indicator.under, unit, period).sums:
                return Value(NOT_APPLICABLE, expected=both.expected)
            over, under = both, both
        else:
            over, under = pair(self, unit, Operand(indicator.over, period), Operand(indicator.under, period))
        return self._quotient(over, under, indicator.over, indicator.under, indicator.per)

    def _quotient(
        self, over: Sum, under: Sum, numerators: Sequence[str], denominators: Sequence[str], per: int = 1, less: int = 0
    ) -> Value:
        """One sum over the other, over the units that gave both; the coarser of the two is counted."""
        counted = max(over, under, key=lambda found: coarseness(found.source))
        numerator, denominator = over.total(numerators), under.total(denominators)
        if numerator is None:
            return Value(over.why_none, None, None, None, over.reporting, counted.expected)
        if denominator is None:
            state = INCOMPLETE if under.state == INCOMPLETE else NOT_APPLICABLE
            return Value(state, None, None, None, (over if less else under).reporting, counted.expected)
        if not denominator:
            return Value(NOT_APPLICABLE, None, numerator, denominator, counted.reporting, counted.expected)
        state = REPORTED if over.complete and under.complete else INCOMPLETE
        value = per * numerator / denominator - less
        return Value(state, value, numerator, denominator, counted.reporting, counted.expected)

    def _growths(self, formula: str, unit: str, period: Period) -> Value:
        measure, _, since = formula.partition(" since ")
        if since:
            return self._growth(measure, Period(int(since)), unit, period)
        one, _, other = measure.partition(" - ")
        first = self._growth(one, period.years_before(1), unit, period)
        if not other:
            return first
        second = self._growth(other, period.years_before(1), unit, period)
        complete = first.state == second.state == REPORTED
        units = self._coarser_units([one], [other], unit, period)
        if first.value is None or second.value is None:
            # What never can have a value says so first, then what came in part.
            states = {value.state for value in (first, second) if value.value is None}
            lacking = next(state for state in (NOT_APPLICABLE, INCOMPLETE, NOT_REPORTED) if state in states)
            return Value(lacking, None, None, None, self._gave_both(one, other, unit, period), len(units))
        reporting = self._gave_both(one, other, unit, period)
        state = REPORTED if complete else INCOMPLETE
        return Value(state, first.value - second.value, None, None, reporting, len(units))

    def _gave_both(self, one: str, other: str, unit: str, period: Period) -> int:
        """How many units of the coarser form gave all that both growths need."""
        units = self._coarser_units([one], [other], unit, period)
        whole = self._compared(one, other, unit, period)
        if not all(given.sums for given in whole):
            return 0
        if all(given.complete for given in whole):
            return len(units)
        below = [self._compared(one, other, leaf, period) for leaf in units]
        return sum(all(given.sums and given.complete for given in leaf) for leaf in below)

    def _compared(self, one: str, other: str, unit: str, period: Period) -> Sequence[Sum]:
        base, found = period.years_before(1), list[Sum]()
        for measure in (one, other):
            found += pair(self, unit, Operand([measure], period), self._past([measure], base, unit, period))
        return found

    def _coarser_units(self, one: Sequence[str], other: Sequence[str], unit: str, period: Period) -> Sequence[str]:
        """The units of the coarser of two forms."""
        source = max((self.read(m, unit, period).source for m in (one, other)), key=coarseness)
        return list(source.under(period).get(unit, ()))

    def _growth(self, measure: str, base: Period, unit: str, period: Period) -> Value:
        if base.end > period.end:
            now = self.read([measure], unit, period)
            return Value(NOT_APPLICABLE, None, None, None, now.reporting, now.expected)
        over, under = pair(self, unit, Operand([measure], period), self._past([measure], base, unit, period))
        return self._quotient(over, under, [measure], [measure], less=1)

    def _past(self, measures: Sequence[str], base: Period, unit: str, period: Period) -> Operand:
        """The past of the unit's own cells, wherever they were; of what cannot be divided (LS) that of the unit."""
        mapped = Operand(measures, base, self.map_day or period.end)
        return mapped if self.read(*mapped.asked(unit)).sums else Operand(measures, base)

    def _plan_rate(self, measure: str, planned: str, unit: str, period: Period) -> Value:
        """Since 1 January over the unit's own plan of the year; as far as it is known."""
        found = self._since_january(measure, unit, period)
        given = [one for one in found if one.sums]
        plan = self.plan_of_year(planned, unit, period.year)
        last = given[-1] if given else found[-1]
        if plan is None or not plan.value or not given:
            no_plan = plan is None or not plan.value
            state = NOT_APPLICABLE if no_plan else found[-1].state
            return Value(state, None, None, None, found[-1].reporting, found[-1].expected)
        done = sum((one.sums[measure] for one in given), Fraction(0))
        state = REPORTED if all(one.complete for one in found) else INCOMPLETE
        expected = found[-1].expected
        return Value(state, done / plan.value, done, plan.value, min(last.reporting, expected), expected)

    def _since_january(self, measure: str, unit: str, period: Period) -> Sequence[Sum]:
        whole = self.read([measure], unit, period)
        if period.per_year == 1 and (
            whole.complete or any(source.came(unit, period) for source in self.sources().of([measure]))
        ):
            return [whole]
        for per_year in (12, 4, 2, 1):
            parts = [p for p in period.whole_year.parts(per_year) if p.end <= period.end]
            found = [self.read([measure], unit, part) for part in parts]
            if any(one.sums for one in found):
                return found
        return [whole]

    def mean(self, code: str, unit: str, years: Sequence[Period]) -> Value:
        """Σ over a span of years over their number: the years of which anything is known."""
        measure = INDICATORS[code].formula.removesuffix(" by year")
        found = [self.read([measure], unit, year) for year in years]
        given = [one for one in found if one.sums]
        if not given:
            return Value(found[-1].state, expected=found[-1].expected)
        total = sum((one.sums[measure] for one in given), Fraction(0))
        state = REPORTED if all(one.complete for one in found) else INCOMPLETE
        count = Fraction(len(given))
        expected = found[-1].expected
        return Value(state, total / count, total, count, min(given[-1].reporting, expected), expected)

    def verdict(self, code: str, unit: str, period: Period, value: Value) -> Verdict:
        """Of a year's value: whether its plan is met. Quarters have no level, whatever the year's plan is."""
        indicator = INDICATORS[code]
        plan = self.plan(code, unit, period)
        gap = None if plan is None or value.value is None else value.value - plan
        if plan is None:
            return Verdict(None, None, "no_plan")
        if period.per_year > 1:
            return Verdict(plan, None, "not_judged")
        if gap is None or value.state != REPORTED:
            return Verdict(plan, gap, "cannot_tell")
        met = gap >= 0 if indicator.direction == "+" else gap <= 0 if indicator.direction == "-" else gap == 0
        return Verdict(plan, gap, "met" if met else "not_met")

    def people_needed(self, code: str, value: Value, plan: Fraction | None) -> int | None:
        """The fewest more people that reach the plan; None where more is not better, or it does not count people."""
        indicator = INDICATORS[code]
        if indicator.counts != "people" or indicator.direction != "+" or plan is None or value.value is None:
            return None
        if value.numerator is None or indicator.formula.startswith("growth of ") or indicator.per > 1:
            return None
        return max(0, ceil(plan * (value.denominator or 1) - value.numerator))

    def breaks(self, code: str, unit: str, period: Period) -> set[str]:
        """What parts a value from the one before it, or from the one that its growth is over."""
        formula, after = INDICATORS[code].formula, period.before.end
        if formula.startswith("growth of "):
            since = formula.partition(" since ")[2]
            base = Period(int(since)) if since else period.years_before(1)
            # Admissions are of all the days of the base, members of its last one.
            after = base.before.end if "admitted" in formula else base.end
        return self.breaks_between(code, unit, after, period.end)

    def breaks_between(self, code: str, unit: str, after: date, until: date) -> set[str]:
        """The days after one day, up to another, of another perimeter or definition."""
        registry = self.known.registry
        if self.map_day is None:
            days = {day for day in registry.turns if after < day <= until and unit in registry.changed(day)}
        else:  # today's map has one perimeter, but what was divided by unknown shares later is not all there
            days = {day for day in registry.turns if until < day <= self.map_day and unit in registry.lacking(day)}
        redefined = {day for day in REDEFINED.get(code, ()) if after < day <= until}
        return {f"perimeter:{day}" for day in days} | {f"definition:{day}" for day in redefined}

    def plan(self, code: str, unit: str, period: Period) -> Fraction | None:
        """The unit's own, of a share also the nearest one above, else the standard; a year's before a term's."""
        indicator = INDICATORS[code]
        if indicator.plan == "-" or (period.per_year > 1 and indicator.plan != "above"):
            return None
        if indicator.code == "admissions_plan_rate":
            own = self.plan_of_year("admissions", unit, period.year)
            if own is None or not own.value:
                return None
        line = self.known.registry.at(self.map_day or period.end).above.get(unit, [unit])
        flows = any(FORMS[f].get(m) == "flow" for m in indicator.over for f in FORMS) or indicator.code == "in_transit"
        for holder in line if indicator.plan == "above" else [unit]:
            plans = self.known.plans.get((indicator.code, holder), ())
            covering = [plan for plan in plans if plan.first <= period.year <= plan.last]
            of_year = [plan for plan in covering if plan.first == plan.last]
            # A term's plan of a flow is a sum over its years, no level of one of them.
            of_term = [] if flows and indicator.plan == "own" else [plan for plan in covering if plan not in of_year]
            if found := of_year or of_term:
                return found[-1].value
        return indicator.standard

    def plan_of_year(self, indicator: str, unit: str, year: int) -> PlanLine | None:
        """The plan of a unit for just that year."""
        plans = self.known.plans.get((indicator, unit), ())
        return next((plan for plan in reversed(plans) if plan.first == plan.last == year), None)
