"""Obligations, counted on demand: returns due from senders, tasks of the conclusion due from their owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.observations import Basis, Leaf, Totals
from data.organisations.units import Registry
from data.periods import Period
from data.sums import rollup
from data.sums.families.builtin import OBLIGATION_FAMILIES
from data.sums.families.model import Counts, Obligation, ReturnCount
from data.sums.todays_map import TodaysMap
from data.tasks import Task


@dataclass(frozen=True)
class Obligations:
    """Computes the derived sources of obligations on the requested map; they are never incomplete."""

    registry: Registry
    basis: Basis
    todays_map: TodaysMap
    opened: Sequence[Period]
    returns: Callable[[Period], Sequence[ReturnCount]]
    tasks: Callable[[], Sequence[Task]]
    _by_period: dict[tuple[str, Period], Sequence[Obligation]] = field(default_factory=dict, repr=False)
    _summed: dict[tuple[str, Period], Mapping[int, Counts]] = field(default_factory=dict, repr=False)

    def totals(self, source: str, unit: int, period: Period) -> Totals | None:
        """Counts of what a unit and all below it owe for exactly that period; None when they owe nothing."""
        sums = self.sums(source, period).get(unit)
        if sums is None:
            return None
        expected = self.expected(source, unit, period.end)
        return Totals(reporting=expected, expected=expected, sums=sums, blanks={})

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The same by the unit that has the obligation."""
        owed = [(each.owner, each.counts) for each in self._obligations(source, period) if unit in each.above]
        return [Leaf(owner, counts) for owner, counts in _add_up(owed).items()]

    def expected(self, source: str, unit: int, day: date) -> int:
        """The number of senders at or below the unit, or of register lines owed there in that year."""
        return OBLIGATION_FAMILIES[source].expected(self, unit, day)

    def sums(self, source: str, period: Period) -> Mapping[int, Counts]:
        """Counts of obligations by unit, including all units below."""
        if (source, period) not in self._summed:
            obligations = self._obligations(source, period)
            self._summed[source, period] = _add_up([(unit, each.counts) for each in obligations for unit in each.above])
        return self._summed[source, period]

    def _obligations(self, source: str, period: Period) -> Sequence[Obligation]:
        if (source, period) not in self._by_period:
            self._by_period[source, period] = tuple(OBLIGATION_FAMILIES[source].obligations(self, period))
        return self._by_period[source, period]

    def above(self, owner: int, day: date) -> frozenset[int]:
        """The units whose counts include an owner of that day; obligations are never counted in part."""
        if self.basis is Basis.REPORTED:
            return frozenset(rollup.propagate(self.registry.at(day), {owner: 1}))
        lineage = self.todays_map.lineage
        shares = rollup.propagate(lineage.tree, lineage.placement(owner, day).shares)
        return frozenset(unit for unit, share in shares.items() if share == 1)


def _add_up(counts: Sequence[tuple[int, Counts]]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for unit, given in counts:
        own = found.setdefault(unit, dict.fromkeys(given, 0))
        for measure, value in given.items():
            own[measure] += value
    return found
