"""The data of the plans page: pace of the units, what a target still requires, and the division of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from data.organisations.units import Level
from data.periods import Period, Term
from data.returns import PlannedValue
from indicators.answers.against_plan import PaceRow, YearToDateRow, pace_rows, year_to_date_rows
from indicators.answers.enquiry import Enquiry
from indicators.answers.rows import ValueRow
from indicators.methods.allocation import allocate
from indicators.values.against_plan import has_pace
from indicators.values.model import Direction, Indicator, PlanKind, Ratio
from indicators.values.target import people_needed
from indicators.values.value import State
from layouts.views import freshness
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS, MEMBERS, VILLAGE_HEADS
from layouts.views.rows import BELOW, by_indicator, rows, series

_MOST = 1_000_000
_EDIT = re.compile(r"([A-Za-z0-9.-]+)_(\d{1,7})")


def _asks_for_more(indicator: Indicator) -> bool:
    formula = indicator.formula
    share = isinstance(formula, Ratio) and formula.per == 1
    return share and indicator.plan is PlanKind.INHERITED and indicator.direction is Direction.HIGHER


class DivisionRule(StrEnum):
    """The weights by which a plan is divided."""

    MEMBERS = "members"
    GAP = "gap"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A unit's share and how many more reach the target; None where there is no value."""

    row: ValueRow
    more: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """A unit's part of a plan: proposed by the rule, as given, and its weight."""

    code: str
    name: str
    weight: Fraction
    proposed: int
    given: int
    before: Fraction | None


@dataclass(frozen=True)
class Planning:
    """The page requested by a URL; each part is computed lazily."""

    asked: Ask

    @cached_property
    def paced(self) -> tuple[str, ...]:
        """Codes of the indicators that have a pace and whose plan can be divided."""
        return tuple(code for code, indicator in self.asked.catalogue.items() if has_pace(indicator))

    @cached_property
    def shares(self) -> tuple[str, ...]:
        """Codes of the shares where higher is better and that have a plan."""
        return tuple(code for code, indicator in self.asked.catalogue.items() if _asks_for_more(indicator))

    @property
    def level(self) -> Level | None:
        """The level of the planned units: one below, down to the base organisations."""
        level = BELOW.get(self.asked.unit.kind)
        return level if level in {Level.DISTRICT, Level.BASE} else None

    @cached_property
    def indicator(self) -> Indicator:
        """The planned count."""
        code = self.asked.query.get("indicator", "")
        return self.asked.catalogue[code if code in self.paced else ADMISSIONS]

    @cached_property
    def year(self) -> Period:
        """The last year that is over by the end of the requested period."""
        return freshness.last_year(self.asked.period, freshness.due(self.asked, self.asked.period))

    @cached_property
    def planned_year(self) -> int:
        """The year of the divided plan: the one after the requested period."""
        return self.asked.period.year + 1

    @cached_property
    def whole(self) -> PaceRow | None:
        """The pace of the requested unit."""
        return next(iter(self._paced(None)), None)

    @cached_property
    def spoken(self) -> PaceRow | None:
        """The pace said first: where the unit's count is provisional, that of the year's last complete period."""
        whole = self.whole
        if whole is None or whole.done is None or whole.state is State.REPORTED:
            return whole
        asked = self.asked
        year = (p for p in series(asked, asked.period.frequency, asked.period) if asked.period.whole_year.contains(p))
        enquiry = replace(self._enquiry(None), periods=tuple(year))
        found = asked.answered(pace_rows, enquiry)
        return next((row for row in reversed(found) if row.state is State.REPORTED and row.done is not None), None)

    @cached_property
    def units(self) -> Sequence[PaceRow]:
        """The pace of the units below."""
        return self._paced(self.level) if self.level else ()

    @cached_property
    def course(self) -> Sequence[YearToDateRow]:
        """The unit's year to date, by sub-period."""
        enquiry = self._enquiry(None)
        return self.asked.answered(year_to_date_rows, enquiry)

    def _paced(self, level: Level | None) -> Sequence[PaceRow]:
        enquiry = self._enquiry(level)
        return self.asked.answered(pace_rows, enquiry)

    def _enquiry(self, level: Level | None) -> Enquiry:
        return Enquiry(
            indicators=(self.indicator.code,),
            unit=self.asked.unit.code,
            level=level,
            periods=(self.asked.period,),
            basis=self.asked.basis,
        )

    @cached_property
    def share(self) -> Indicator:
        """The share for which a target is set."""
        code = self.asked.query.get("share", "")
        return self.asked.catalogue[code if code in self.shares else VILLAGE_HEADS]

    @cached_property
    def share_of_whole(self) -> ValueRow | None:
        """That share for the requested unit."""
        return next(iter(rows(self.asked, (self.share.code,), self.asked.unit, (self.year,))), None)

    @cached_property
    def target(self) -> Fraction:
        """The target in the URL, else the plan in force, else 100 %."""
        named = parse_target(self.asked.query.get("target"))
        if named is not None:
            return named
        row = self.share_of_whole
        return row.plan if row is not None and row.plan is not None else Fraction(1)

    def needed(self, target: Fraction) -> tuple[Needed, ...]:
        """How many more each unit below needs."""
        if self.level is None:
            return ()
        found = rows(self.asked, (self.share.code,), self.asked.unit, (self.year,), self.level)
        applies = (row for row in found if row.state is not State.NOT_APPLICABLE)
        return tuple(Needed(row=row, more=shortfall(row, target)) for row in applies)

    @cached_property
    def rule(self) -> DivisionRule:
        """The rule in the URL."""
        return next((rule for rule in DivisionRule if rule == self.asked.query.get("rule")), DivisionRule.MEMBERS)

    @cached_property
    def total(self) -> int:
        """The total to divide: from the URL, else the plan of the requested year."""
        named = self.asked.query.get("total", "")
        if named.isdecimal():
            return min(int(named), _MOST)
        plan = self.whole.plan if self.whole else None
        return int(plan) if plan is not None else 0

    @cached_property
    def parts(self) -> tuple[PlanPart, ...]:
        """The plan divided: by the rule, then as edited by hand."""
        if self.level is None:
            return ()
        unit = self.asked.unit
        found = by_indicator(rows(self.asked, (MEMBERS, self.indicator.code), unit, (self.year,), self.level))
        weights = self._weights(found)
        proposed, edits = allocate(self.total, weights), parse_edits(self.asked.query.get("set", ""))
        before = {row.unit: row.value for row in found[self.indicator.code]}
        return tuple(
            PlanPart(
                code=row.unit,
                name=row.unit_name,
                weight=weights[row.unit],
                proposed=proposed[row.unit],
                given=edits.get(row.unit, proposed[row.unit]),
                before=before[row.unit],
            )
            for row in found[MEMBERS]
        )

    def _weights(self, found: Mapping[str, Sequence[ValueRow]]) -> dict[str, Fraction]:
        if self.rule is DivisionRule.GAP:
            needed = {each.row.unit: each.more for each in self.needed(self.target)}
            return {row.unit: Fraction(needed.get(row.unit) or 0) for row in found[MEMBERS]}
        code = MEMBERS if self.rule is DivisionRule.MEMBERS else self.indicator.code
        return {row.unit: max(Fraction(0), row.value or Fraction(0)) for row in found[code]}

    @property
    def left(self) -> int:
        """The undistributed remainder; negative when over-allocated."""
        return self.total - sum(part.given for part in self.parts)

    @property
    def decision(self) -> str:
        """The number of the decision."""
        return self.asked.query.get("decision", "").strip()[:100]

    @property
    def decided(self) -> date | None:
        """The day of the decision."""
        try:
            return date.fromisoformat(self.asked.query.get("decided", "")[:10])
        except ValueError:
            return None

    def lines(self) -> list[PlannedValue]:
        """The lines of the workbook: the unit's own plan, then its parts.

        Raises:
            ValueError: the decision has no number or day yet.
        """
        if not self.decision or self.decided is None:
            raise ValueError("a plan needs the number and the day of its decision")
        year, decided = Term(self.planned_year, self.planned_year), self.decided
        whole = (self.asked.unit.code, self.total)
        return [
            PlannedValue(
                row=row,
                cell="",
                unit=unit,
                term=year,
                indicator=self.indicator.code,
                value=Fraction(value),
                decision=self.decision,
                decision_date=decided,
            )
            for row, (unit, value) in enumerate([whole, *((part.code, part.given) for part in self.parts)])
        ]


def shortfall(row: ValueRow, target: Fraction) -> int | None:
    """How many more in the numerator a unit needs to reach the target."""
    if row.numerator is None or not row.denominator:
        return None
    return people_needed(row.numerator, row.denominator, target)


def parse_target(text: object) -> Fraction | None:
    """Parses a target of 0 to 100 per cent from a URL or control; None for anything else."""
    try:
        found = Fraction(str(text).replace(",", ".")) / 100
    except (ValueError, ZeroDivisionError):
        return None
    return found if 0 <= found <= 1 else None


def parse_edits(text: str) -> dict[str, int]:
    """Parses manual allocations by unit: `H01_120~H02_90`."""
    return {found[1]: int(found[2]) for part in text.split("~") if (found := _EDIT.fullmatch(part))}
