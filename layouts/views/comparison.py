"""A comparison of the units of one level, as requested by a URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from statistics import median

from data.organisations.units import Level, Unit, UnitKind
from data.periods import Frequency, Period
from indicators.answers.enquiry import Enquiry
from indicators.answers.rows import ValueRow
from indicators.answers.signals import FunnelRow, compare_units
from indicators.answers.unit_ranks import unit_ranks
from indicators.methods.funnel import rate_limits
from indicators.methods.ranks import Rank
from indicators.values.model import Direction, Indicator, MeanPerYear, Ratio, Shown, shown_in
from indicators.values.target import ThreeWay, three_way, wilson
from indicators.values.value import JUDGED
from layouts.views import freshness
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS_OF_PLAN, BASES_WITHOUT_ADMISSION_SHARE, VILLAGE_HEADS
from layouts.views.rows import answers, by_indicator, rows

_FIRST = (ADMISSIONS_OF_PLAN, BASES_WITHOUT_ADMISSION_SHARE)
_LEVELS: Mapping[UnitKind, tuple[Level, ...]] = {
    UnitKind.PROVINCE: (Level.DISTRICT, Level.BASE),
    UnitKind.DISTRICT: (Level.BASE, Level.CELL),
    UnitKind.BASE_COMMITTEE: (Level.CELL,),
    UnitKind.SECTION: (Level.CELL,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The 95 % interval of a unit's value, and the verdict that allows for it."""

    low: Fraction
    high: Fraction
    reading: ThreeWay | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRank:
    """A unit among its peers on one indicator: rank 1 is the best; `share` runs from the worst (0) to the best (1)."""

    row: ValueRow
    rank: int
    of: int
    share: float
    middle: float
    interval: Rank


@dataclass(frozen=True)
class Comparison:
    """The comparison requested by a URL; each part is computed lazily."""

    asked: Ask

    @cached_property
    def comparable(self) -> tuple[Indicator, ...]:
        """The indicators by which units can be compared within one period."""
        return tuple(each for each in self.asked.catalogue.values() if not isinstance(each.formula, MeanPerYear))

    @cached_property
    def usual_columns(self) -> tuple[str, ...]:
        """The default columns of the comparison."""
        return tuple(dict.fromkeys((*_FIRST, *shown_in(self.asked.catalogue, Shown.COMPARISON))))

    @cached_property
    def whole(self) -> Unit:
        """The unit whose subordinates are compared: the requested one, or its parent if it has none."""
        unit = self.asked.unit
        if unit.kind in _LEVELS:
            return unit
        above = self.asked.tree.ancestors(unit.id)
        return above[0] if above else unit

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The levels below it."""
        return _LEVELS.get(self.whole.kind, ())

    @cached_property
    def level(self) -> Level | None:
        """The level whose units are compared."""
        own = self.asked.unit.level if self.whole is not self.asked.unit else None
        wanted = self.asked.query.get("level") or own
        return next((level for level in self.levels if level == wanted), next(iter(self.levels), None))

    @cached_property
    def indicator(self) -> Indicator:
        """The indicator in the URL."""
        code = self.asked.query.get("indicator", "")
        found = next((each for each in self.comparable if each.code == code), None)
        return found or self.asked.catalogue[VILLAGE_HEADS]

    @cached_property
    def period(self) -> Period:
        """The requested period, or by default the last year completed by its end.

        Plans are annual: a quarter has no level verdict.
        """
        asked = self.asked.period
        if asked.frequency is Frequency.YEAR or self.asked.query.get("span") == "period":
            return asked
        return freshness.last_year(asked, freshness.due(self.asked, asked))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The indicators of the table."""
        known = {each.code for each in self.comparable}
        wanted = [code for code in self.asked.query.get("columns", "").split(".") if code in known]
        return tuple(dict.fromkeys(wanted)) or self.usual_columns

    @cached_property
    def rows(self) -> tuple[ValueRow, ...]:
        """A row of the indicator for each unit."""
        return rows(self.asked, (self.indicator.code,), self.whole, (self.period,), self.level) if self.level else ()

    @cached_property
    def ranks(self) -> Mapping[str, Rank]:
        """The rank of each unit with a complete value, with its interval."""
        return self.asked.cached(_ranks, self.enquiry) if self.level else {}

    @cached_property
    def table(self) -> Mapping[str, tuple[ValueRow, ...]]:
        """Rows of the table's indicators, without indicators that have no value at all."""
        if self.level is None:
            return {}
        found = by_indicator(rows(self.asked, self.columns, self.whole, (self.period,), self.level))
        return {code: each for code, each in found.items() if any(row.value is not None for row in each)}

    @cached_property
    def peer(self) -> str | None:
        """Code of the highlighted unit; empty when it is not among those compared."""
        wanted = self.asked.query.get("peer") or (self.asked.unit.code if self.whole is not self.asked.unit else None)
        return wanted if any(row.unit == wanted for row in self.rows) else None

    @cached_property
    def funnel(self) -> tuple[FunnelRow, ...]:
        """The funnel rows of the units; empty unless the indicator is a ratio."""
        if self.level is None or not isinstance(self.indicator.formula, Ratio):
            return ()
        return self.asked.cached(_funnel, self.enquiry)

    @property
    def enquiry(self) -> Enquiry:
        """The question for the indicator's rows."""
        return Enquiry(
            indicators=(self.indicator.code,),
            unit=self.whole.code,
            level=self.level,
            periods=(self.period,),
            basis=self.asked.basis,
        )

    def places(self, unit: str) -> tuple[PeerRank, ...]:
        """The rank of a unit on each of the table's indicators with a direction."""
        return tuple(place for found in self.table.values() for place in [_place(found, unit)] if place is not None)


def interval(row: ValueRow) -> Interval | None:
    """The Wilson interval of a complete share, the Poisson interval of a rate; None for other values."""
    formula, over, under = row.indicator.formula, row.numerator, row.denominator
    if not isinstance(formula, Ratio) or not row.is_complete or over is None or not under or over < 0:
        return None
    if formula.per == 1 and over <= under:
        found = wilson(float(over), float(under))
        low, high = found or (0.0, 1.0)
        reading = None
        if (
            row.plan is not None
            and row.status in JUDGED
            and 0 <= row.plan <= 1
            and row.indicator.direction is not Direction.NEUTRAL
        ):
            reading = three_way(float(over), float(under), row.plan, row.indicator.direction)
        return Interval(low=Fraction(low), high=Fraction(high), reading=reading)
    limits = rate_limits(float(over), float(under), multiplier=formula.per)
    return Interval(low=Fraction(limits.lower), high=Fraction(limits.upper), reading=None) if limits else None


def _ranks(asked: Ask, enquiry: Enquiry) -> Mapping[str, Rank]:
    return unit_ranks(answers(asked, enquiry))


def _funnel(asked: Ask, enquiry: Enquiry) -> tuple[FunnelRow, ...]:
    return tuple(compare_units(answers(asked, enquiry), asked.reader.thresholds.whole("dispersion_units")))


def _place(found: Sequence[ValueRow], unit: str) -> PeerRank | None:
    own = next((row for row in found if row.unit == unit), None)
    known = [float(row.value) for row in found if row.value is not None]
    if own is None or own.value is None or own.indicator.direction is Direction.NEUTRAL or min(known) == max(known):
        return None
    ranked = unit_ranks(found).get(unit)
    if ranked is None:
        return None
    sign = -1 if own.indicator.direction is Direction.LOWER else 1
    worst, best = sorted((min(known), max(known)), key=lambda value: sign * value)
    return PeerRank(
        row=own,
        rank=1 + sum(sign * value > sign * float(own.value) for value in known),
        of=len(known),
        share=(float(own.value) - worst) / (best - worst),
        middle=(median(known) - worst) / (best - worst),
        interval=ranked,
    )
