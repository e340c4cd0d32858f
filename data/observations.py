"""The input of indicators: sums of measures by unit and period, and the leaf values below them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from data.forms.vocabulary import Vocabulary
from data.organisations.units import Level
from data.periods import Period, Term


class Basis(StrEnum):
    """Which tree a value is summed over: the period's own, or today's."""

    REPORTED = "reported"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums for one unit and one reported period (not aggregated from sub-periods).

    `sums` holds Σ of each measure over the `reporting` leaf units out of `expected`. `blanks` counts, by measure, the
    leaf units that left it blank; the sum is over the others. `estimated`: the sums include shares of what a divided
    unit had reported, apportioned by decision.
    """

    reporting: int
    expected: int
    sums: Mapping[str, int | Fraction]
    blanks: Mapping[str, int]
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf unit's values in one return (or the requested share of them); None where it left a blank.

    The values of an official form are a higher unit's; `substitutes_for` then names the leaf units that they replace.
    So are those of a former unit, which may have reported for its successors; for others it is None.
    """

    unit: int
    values: Mapping[str, int | Fraction | None]
    estimated: bool = False
    substitutes_for: frozenset[int] | None = None


class Observations(Protocol):
    """The sums that indicators are computed from; `source` is a key of the vocabulary's sources."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary that the sums are keyed by."""
        ...

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums of a unit for exactly that period; None when nothing at or below it was reported."""
        ...

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf values behind `at`, for the few cases that sums cannot answer (blanks, partly reported years)."""
        ...

    def additive_children(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The children whose sums add up to the unit's in all of these periods, each leaf belonging to one of them.

        Empty where they do not add up (leaves that moved between children, units with rows of their own, official
        forms), or where the children are leaves.
        """
        ...

    def expected(self, source: str, unit: int, day: date) -> int:
        """The number of leaf units of the source's grain at or below the unit on that day."""
        ...

    def expected_leaves(self, source: str, unit: int, day: date) -> Mapping[int, frozenset[int]]:
        """The leaf units of a day that count in the unit, each with the units of the map that continue it."""
        ...

    def on_map(self, period: Period, past: Period) -> Observations:
        """The same sums, those of a past period on the map of a later one's last day: where units, or successors, are.

        Itself where both have the same map.
        """
        ...

    def perimeter_changes(self, unit: int, after: date, until: date) -> Sequence[date]:
        """The days after one day, up to another, on which the unit gained leaf units from others or lost some to them.

        On today's map: the later days on which what it reported was divided by unknown shares.
        """
        ...

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether a row of the source was expected of that very leaf on that day, whatever happened to it since."""
        ...

    def is_suppressed(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Whether these counts of a unit are too small to be disclosed to the viewer."""
        ...

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on that day; None when it did not exist or has no level (sectional committees)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan in force: its exact value and the decision that set it."""

    unit: int
    term: Term
    indicator: str
    value: Fraction
    decision: str
    decision_date: date
    accepted_at: datetime
    superseded_at: datetime | None = None
