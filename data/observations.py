"""What indicators are computed from: sums of measures per unit and period, and the leaves below them."""

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
    """Which tree a value is summed over: that of its period, or today's."""

    REPORTED = "reported"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums for one unit and one period as returned (no period made from others).

    `sums` gives Σ of each measure over the `reporting` leaf units, of `expected`. A measure that some of them left
    blank has the number of blanks in `blanks`; its sum is over the rest. `estimated`: a decision's share of what a
    divided unit had returned is in the sums.
    """

    reporting: int
    expected: int
    sums: Mapping[str, int | Fraction]
    blanks: Mapping[str, int]
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf unit's values in one return (or the share of them that is asked for); None where it left a blank.

    An official form's values are those of a higher unit; `stands_for` then are the leaf units in whose place they are.
    """

    unit: int
    values: Mapping[str, int | Fraction | None]
    estimated: bool = False
    stands_for: frozenset[int] = frozenset()


class Observations(Protocol):
    """Where computing takes its sums from; `source` is a key of the vocabulary's sources."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What the sums are of."""
        ...

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums of a unit for exactly that period; None when nobody below it returned anything for it."""
        ...

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The leaf rows behind `at`, for the few cases that sums cannot answer (blanks, partly reported years)."""
        ...

    def below(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The units directly below of which the unit's sums for all of these periods are made up, each leaf below one.

        Empty where that is not so (leaves that went from one to another, units whose own rows count, official forms),
        or where leaves come next.
        """
        ...

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaf units of the source's grain at or below the unit on that day."""
        ...

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether a row of the source was expected of just that leaf on that day, whatever became of it since."""
        ...

    def hides(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Whether too few people are behind these counts of a unit for them to be told to who asks."""
        ...

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on that day; None when it was not there, or has none (sectional committees)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan in force: exact value, and the decision that gave it."""

    unit: int
    term: Term
    indicator: str
    value: Fraction
    decision: str
    decision_date: date
    accepted_at: datetime
    superseded_at: datetime | None = None
