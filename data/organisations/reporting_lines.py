"""Through which senders what is known of a unit may have come: its own on every day, and those of what it follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from data.organisations.units import Registry, Succession


class ReportingLines:
    """The senders of units under one registry, on any day: rather too many than one too few."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._above: dict[int, frozenset[int]] = {}

    def senders(self, unit: int) -> frozenset[int]:
        """The senders at or above a unit on any day; none for the root, which is above them all."""
        if unit not in self._above:
            self._above[unit] = frozenset()  # a circle of parents leads nowhere
            self._above[unit] = frozenset(self._senders(unit))
        return self._above[unit]

    def _senders(self, unit: int) -> Iterator[int]:
        for spell in self._registry.spells_of.get(unit, ()):
            if spell.parent in self._roots:
                yield unit
            elif spell.parent is not None:
                yield from self.senders(spell.parent)

    def behind(self, units: Iterable[int]) -> frozenset[int] | None:
        """The senders whose returns may count in any of the units, on whatever map; None: those of all."""
        found: set[int] = set()
        for senders in {self.senders(unit) for unit in units}:
            if not senders:
                return None
            found.update(*(self._joined[sender] for sender in senders))
        return frozenset(found)

    @cached_property
    def _roots(self) -> frozenset[int]:
        return frozenset(spell.id for spell in self._registry.spells if spell.parent is None)

    @cached_property
    def _joined(self) -> Mapping[int, Collection[int]]:
        """Each sender with those whose units were once in its branch, or precede or follow a unit of it."""
        found: dict[int, set[int]] = defaultdict(set)
        registry = self._registry
        for unit in registry.spells_of:
            own = self.senders(unit)
            linked = {unit, *_line(registry.predecessors, unit, "predecessor")}
            linked.update(_line(registry.successors, unit, "successor"))
            for sender in own:
                found[sender].update(own, *(self.senders(each) for each in linked))
        return found


def _line(lines: Mapping[int, Sequence[Succession]], unit: int, end: str) -> frozenset[int]:
    """The units that precede or follow a unit, directly or through others."""
    found: set[int] = set()
    waiting = [unit]
    while waiting:
        nearest = {getattr(line, end) for line in lines.get(waiting.pop(), ())} - {None} - found
        found |= nearest
        waiting.extend(nearest)
    return frozenset(found)
