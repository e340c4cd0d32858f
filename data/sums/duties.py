"""What is owed, counted when it is asked for: returns by their senders, tasks of the conclusion by their owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from data.forms.builtin import TASKS, TIMELINESS
from data.observations import Basis, Leaf, Totals
from data.organisations.units import Registry
from data.periods import Period
from data.sums import rollup
from data.sums.due import senders
from data.sums.todays_map import TodaysMap
from data.tasks import Task, first_year

OWED = frozenset({TIMELINESS.code, TASKS.code})

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCount:
    """What became of one due return, as a row of the derived source `returns`."""

    unit: int
    form: str
    on_time: bool
    complete: bool
    received: bool


@dataclass(frozen=True, slots=True)
class _Duty:
    """What a unit owes for a period, counted; `above` are the units whose counts it is in."""

    owner: int
    above: frozenset[int]
    counts: Counts


@dataclass(frozen=True)
class Duties:
    """Answers for the derived sources of what is owed, on the map that is asked for; of them nothing is unknown."""

    registry: Registry
    basis: Basis
    todays_map: TodaysMap
    opened: Sequence[Period]
    returns: Callable[[Period], Sequence[ReturnCount]]
    tasks: Callable[[], Sequence[Task]]
    _known: dict[tuple[str, Period], Sequence[_Duty]] = field(default_factory=dict, repr=False)
    _summed: dict[tuple[str, Period], Mapping[int, Counts]] = field(default_factory=dict, repr=False)

    def totals(self, source: str, unit: int, period: Period) -> Totals | None:
        """What a unit and all below it owe for exactly that period, and what of it was done; None: they owe nothing."""
        sums = self._sums(source, period).get(unit)
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
        if source == TASKS.code:
            return self._sums(source, Period(day.year)).get(unit, {}).get("tasks_owed", 0)
        tree = self.registry.at(day if self.basis is Basis.REPORTED else self.todays_map.today)
        return len({below.id for below in tree.within(unit)}.intersection(senders(tree)))

    def _sums(self, source: str, period: Period) -> Mapping[int, Counts]:
        if (source, period) not in self._summed:
            duties = self._duties(source, period)
            self._summed[source, period] = _added([(unit, duty.counts) for duty in duties for unit in duty.above])
        return self._summed[source, period]

    def _duties(self, source: str, period: Period) -> Sequence[_Duty]:
        if (source, period) not in self._known:
            found = self._of_returns(period) if source == TIMELINESS.code else self._of_tasks(period)
            self._known[source, period] = tuple(found)
        return self._known[source, period]

    def _of_returns(self, period: Period) -> Iterator[_Duty]:
        """Of an opened period and the opened ones inside it: a year's form is due beside its quarters'."""
        parts = [part for part in self.opened if period.contains(part)] if period in self.opened else []
        for part in parts:
            for due in self.returns(part):
                counts = {"returns_due": 1, "returns_on_time": int(due.on_time), "returns_complete": int(due.complete)}
                yield _Duty(due.unit, self._above(due.unit, part.end), counts)

    def _of_tasks(self, period: Period) -> Iterator[_Duty]:
        """Lines of the register that are owed in the year, as they stand on the period's last day; the root has all."""
        lines, root = self.tasks(), self.registry.at(period.end).root
        first, day = first_year(lines), min(period.end, self.todays_map.today)
        for line in lines:
            if root is not None and line.is_owed_in(period.year, first):
                above = frozenset() if line.unit is None else self._above(line.unit, period.end)
                done = line.is_done_by(day)
                counts = {"tasks_owed": 1, "tasks_done": int(done), "tasks_overdue": int(line.is_overdue_on(day))}
                yield _Duty(root.id if line.unit is None else line.unit, above | {root.id}, counts)

    def _above(self, owner: int, day: date) -> frozenset[int]:
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
