"""Answers as the pages use them: typed, and computed once for each state of the data and each reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from data.organisations.units import Level, Unit, UnitKind
from data.periods import Frequency, Period
from indicators.answers.enquiry import Enquiry, answer
from indicators.catalogue.builtin import CATALOGUE
from indicators.values.against_plan import gap_in_people
from indicators.values.model import Indicator
from indicators.values.value import STATE_TITLES, State, Status, Value
from layouts.text import language
from layouts.views.ask import Ask
from layouts.words import formats

BELOW: Mapping[UnitKind, Level] = {
    UnitKind.PROVINCE: Level.DISTRICT,
    UnitKind.DISTRICT: Level.BASE,
    UnitKind.BASE_COMMITTEE: Level.CELL,
    UnitKind.SECTION: Level.CELL,
}

OF_PEOPLE = frozenset(
    {
        "admissions_plan_rate",
        "village_heads_member_share",
        "village_deputies_member_share",
        "mass_heads_member_share",
        "village_heads_in_committee_share",
        "village_heads_deputy_secretary_share",
        "village_heads_secretary_share",
        "duty_assigned_share",
        "residence_contact_share",
        "reviewed_share",
    }
)
"""Shares of which a gap can be said in people; of others more meetings, files or firms are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value of one indicator, with all that a page says about it; exact fractions."""

    indicator: Indicator
    unit: str
    unit_name: str
    period: Period
    span: str
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    plan: Fraction | None
    gap: Fraction | None
    status: Status
    state: State
    reporting: int
    expected: int

    @property
    def is_complete(self) -> bool:
        """Whether every expected unit reported everything that the value needs."""
        return self.state is State.REPORTED

    @property
    def written(self) -> str:
        """The value as its indicator's format says, in the reader's language."""
        return formats.value(self.value, self.indicator.format, language())

    @property
    def reason(self) -> str:
        """Why there is no value."""
        return STATE_TITLES[self.state][language()]

    @property
    def people_short(self) -> int | None:
        """How many more people reach the plan; None where that is no question of people."""
        if self.plan is None or self.indicator.code not in OF_PEOPLE:
            return None
        value = Value(state=self.state, value=self.value, numerator=self.numerator, denominator=self.denominator)
        return gap_in_people(self.indicator, value, self.plan)


def rows(
    asked: Ask, indicators: Sequence[str], unit: Unit, periods: Iterable[Period], level: Level | None = None
) -> tuple[Row, ...]:
    """The indicators for a unit (or for the units of a level below it) and periods, in the order asked for."""
    wanted = tuple(periods)
    enquiry = Enquiry(indicators=tuple(indicators), unit=unit.code, level=level, periods=wanted, basis=asked.basis)
    return tuple(map(row_of, answers(asked, enquiry)))


def answers(asked: Ask, enquiry: Enquiry) -> Sequence[Mapping[str, Any]]:
    """The rows (keys: `answers.enquiry.COLUMNS`) of an enquiry, kept for as long as the data does not change."""
    return asked.remembered(enquiry, lambda: answer(asked.reader, enquiry))


def by_indicator(found: Iterable[Row]) -> Mapping[str, tuple[Row, ...]]:
    """Rows by indicator code, in their order."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row.indicator.code, []).append(row)
    return {code: tuple(group) for code, group in groups.items()}


def series(asked: Ask, frequency: Frequency, until: Period, most: int | None = None) -> tuple[Period, ...]:
    """Periods of a length that are kept, up to the end of `until`, oldest first, the last `most` of them."""
    known = [p for p in asked.periods if p.frequency is frequency and p.end <= until.end]
    return tuple(known[-most:] if most else known)


def row_of(values: Mapping[str, Any]) -> Row:
    """A row of `indicators.answers.enquiry.answer`, typed."""
    span = str(values["period"])
    return Row(
        indicator=CATALOGUE[values["indicator"]],
        unit=values["unit"],
        unit_name=values["unit_name"],
        period=Period.parse(span.rpartition("..")[2]),
        span=span,
        value=_exact(values["value"]),
        numerator=_exact(values["numerator"]),
        denominator=_exact(values["denominator"]),
        plan=_exact(values["plan"]),
        gap=_exact(values["gap"]),
        status=values["status"],
        state=values["state"],
        reporting=values["reporting"],
        expected=values["expected"],
    )


def _exact(value: Any) -> Fraction | None:
    return None if value is None or value == "" else Fraction(value)
