"""What is owed, counted when it is asked for: returns by their senders, tasks of the conclusion by their owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.observations import Basis, Leaf, Totals
from data.organisations.units import Registry
from data.periods import Period
from data.sums import rollup
from data.sums.families.builtin import OWED
from data.sums.families.model import Counts, Duty, ReturnCount
from data.sums.todays_map import TodaysMap
from data.tasks import Task


@dataclass(frozen=True)
class Duties:
    """Answers for the derived sources of what is owed, on the map that is asked for; of them nothing is unknown."""

    registry: Registry
    basis: Basis
    todays_map: TodaysMap
    opened: Sequence[Period]
    returns: Callable[[Period], Sequence[ReturnCount]]
    tasks: Callable[[], Sequence[Task]]
    _known: dict[tuple[str, Period], Sequence[Duty]] = field(default_factory=dict, repr=False)
    _summed: dict[tuple[str, Period], Mapping[int, Counts]] = field(default_factory=dict, repr=False)

    def totals(self, source: str, unit: int, period: Period) -> Totals | None:
        """What a unit and all below it owe for exactly that period, and what of it was done; None: they owe nothing."""
        sums = self.sums(source, period).get(unit)
        if sums is None:
            return None
        expected = self.expected(source, unit, period.end)
        return Totals(reporting=expected, expected=expected, sums=sums, blanks={})

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The same, of each that owes something itself."""
        below = [duty for duty in self._duties(source, period) if unit in duty.above]
        return [Leaf(owner, counts) for owner, counts in _added([(duty.owner, duty.counts) for duty in below]).items()]

    def expected(self, source: str, unit: int, day: date) -> int:
        """Senders at or below the unit, or lines of the register that are owed there in that year."""
        return OWED[source].expected(self, unit, day)

    def sums(self, source: str, period: Period) -> Mapping[int, Counts]:
        """The counts of what each unit and all below it owe."""
        if (source, period) not in self._summed:
            duties = self._duties(source, period)
            self._summed[source, period] = _added([(unit, duty.counts) for duty in duties for unit in duty.above])
        return self._summed[source, period]

    def _duties(self, source: str, period: Period) -> Sequence[Duty]:
        if (source, period) not in self._known:
            self._known[source, period] = tuple(OWED[source].duties(self, period))
        return self._known[source, period]

    def above(self, owner: int, day: date) -> frozenset[int]:
        """Whose count an owner's of that day is in: nothing counts a duty in part."""
        if self.basis is Basis.REPORTED:
            return frozenset(rollup.reached(self.registry.at(day), {owner: 1}))
        lineage = self.todays_map.lineage
        shares = rollup.reached(lineage.tree, lineage.standing(owner, day).shares)
        return frozenset(unit for unit, share in shares.items() if share == 1)


def _added(counts: Sequence[tuple[int, Counts]]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for unit, given in counts:
        own = found.setdefault(unit, dict.fromkeys(given, 0))
        for measure, value in given.items():
            own[measure] += value
    return found
