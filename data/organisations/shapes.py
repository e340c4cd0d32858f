"""Where returned units count on the tree of a day: those of another shape by their lineage.

A return counts on the tree of its period's last day, whichever came first, the return or the registry. In the shape of
before a reorganisation it names units that have ended by then; where a later version of the registry dates the
reorganisation later, it names units that are not founded yet. Which rows count, and where, follows from the rows in
force and the registry in force alone:

- Of several rows of one unit that of the sender above it (when it last existed) counts, else the latest one.
- A row of a unit that ended is replaced by a row of a successor that its succession founded; to a successor that
  existed before (which absorbed it) it is added.
- Other rows of units that ended count at their successor; where they were divided, at the lowest unit above all their
  successors, so that counts stay whole; without a successor, at their last parent.
- A unit not yet founded counts at its predecessor, else at the lowest unit above all of them, else at its parent.
- A founded successor has reported when all its predecessors have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from data.organisations.lineage import Lineage
from data.organisations.units import Registry, Succession, Tree

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit counts: a unit of the tree; `successors` are the units there that it was divided among."""

    unit: int
    successors: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shape:
    """The tree of a day, and the places of the units of other days on it."""

    registry: Registry
    day: date
    _places: dict[int, Place | None] = field(default_factory=dict, repr=False)

    @cached_property
    def tree(self) -> Tree:
        """The tree of the day."""
        return self.registry.at(self.day)

    @cached_property
    def _lineage(self) -> Lineage:
        return Lineage(self.registry, self.day)

    def place(self, unit: int) -> Place | None:
        """Where a unit counts; None if nothing connects it with the tree."""
        if unit in self.tree.units:
            return Place(unit)
        if unit not in self._places:
            self._places[unit] = None  # a circle of successions leads nowhere
            self._places[unit] = self._find(unit)
        return self._places[unit]

    def _find(self, unit: int) -> Place | None:
        spells = self.registry.spells_of.get(unit, ())
        past = [spell for spell in spells if spell.valid_from <= self.day]
        if not past:
            return self._before(unit)
        placement = self._lineage.placement(unit, past[-1].valid_to or self.day)
        if len(placement.shares) == 1:
            return Place(next(iter(placement.shares)), placement.incomplete)
        found = self._common(placement.shares)
        return Place(found, frozenset(placement.shares)) if found is not None else None

    def _before(self, unit: int) -> Place | None:
        """The place of a unit that is not founded yet."""
        lines = self.registry.predecessors.get(unit, ())
        places = [self.place(line.predecessor) for line in lines if line.predecessor is not None]
        units = frozenset(place.unit for place in places if place is not None)
        if units:
            found = self._common(units)
            return Place(found, units if len(units) > 1 else frozenset()) if found is not None else None
        spells = self.registry.spells_of.get(unit, ())
        parent = spells[0].parent if spells else None
        above = self.place(parent) if parent is not None else None
        return Place(above.unit) if above is not None else None

    def related(self, units: Iterable[int]) -> frozenset[int]:
        """Some units, where they count, and all that successions connect with these: what decides which rows count."""
        found: set[int] = set()
        waiting = list(units)
        while waiting:
            unit = waiting.pop()
            if unit in found:
                continue
            found.add(unit)
            place = self.place(unit)
            waiting += () if place is None else (place.unit, *place.successors)
            waiting += (line.predecessor for line in self.registry.predecessors.get(unit, ()) if line.predecessor)
            waiting += (line.successor for line in self.registry.successors.get(unit, ()) if line.successor)
        return frozenset(found)

    def _common(self, units: Iterable[int]) -> int | None:
        """The lowest unit at or above all of some."""
        lines = [(unit, *(above.id for above in self.tree.ancestors(unit))) for unit in units]
        return next((unit for unit in lines[0] if all(unit in line for line in lines)), None) if lines else None

    def counted(self, rows: Sequence[tuple[int, int]]) -> list[int]:
        """Which rows count, given the unit and the sender of each, oldest return first."""
        chosen: dict[int, int] = {}
        for place, (unit, sender) in enumerate(rows):
            if unit not in chosen or self._is_above(sender, unit) or not self._is_above(rows[chosen[unit]][1], unit):
                chosen[unit] = place
        if self.registry.outside(self.day).isdisjoint(chosen):
            return sorted(chosen.values())
        return sorted(
            row for unit, row in chosen.items() if unit in self.tree.units or not self._replaced(unit, chosen)
        )

    def _is_above(self, sender: int, unit: int) -> bool:
        """Whether a sender is above a unit on the day, or on the day next to it on which the unit existed."""
        tree = self.tree
        if unit not in tree.units:
            spells = self.registry.spells_of.get(unit, ())
            past = [spell.valid_to for spell in spells if spell.valid_to is not None and spell.valid_to < self.day]
            tree = self.registry.at(past[-1] if past else spells[0].valid_from if spells else self.day)
        return sender in (unit, *(above.id for above in tree.ancestors(unit)))

    def _replaced(self, unit: int, returned: Collection[int]) -> bool:
        """Whether a unit outside the tree is replaced by what other units of another shape returned."""
        first = min((spell.valid_from for spell in self.registry.spells_of.get(unit, ())), default=self.day)
        if first > self.day:
            lines = self.registry.predecessors.get(unit, ())
            return any(line.predecessor in returned for line in lines)
        return any(successor in returned for successor in self._founded_from(unit, {unit}))

    def _founded_from(self, unit: int, seen: set[int]) -> Iterable[int]:
        """The successors of a unit, directly or through others, that did not exist before they followed it."""
        for line in self.registry.successors.get(unit, ()):
            if line.date <= self.day and line.successor is not None and line.successor not in seen:
                seen.add(line.successor)
                if not self._existed_before(line, line.successor):
                    yield line.successor
                yield from self._founded_from(line.successor, seen)

    def _existed_before(self, line: Succession, unit: int) -> bool:
        return unit in self.registry.at(line.date - _DAY).units

    def has_reported(self, unit: int, returned: Collection[int], seen: frozenset[int] = frozenset()) -> bool:
        """Whether a unit returned, or was founded from units that all have."""
        if unit in returned:
            return True
        lines = [
            line
            for line in self.registry.predecessors.get(unit, ())
            if line.date <= self.day and not self._existed_before(line, unit)
        ]
        return bool(lines) and all(
            line.predecessor not in self.tree.units
            and line.predecessor not in seen
            and self.has_reported(line.predecessor, returned, seen | {unit})
            for line in lines
            if line.predecessor is not None
        )

    def origins(self, unit: int, known: Collection[int], present: Collection[int]) -> tuple[int, ...] | None:
        """The units whose earlier returns, among `known`, precede a unit's; None if one of them is missing.

        A predecessor that is `present` beside its successor has its own earlier return.
        """
        lines = [line for line in self.registry.predecessors.get(unit, ()) if line.date <= self.day]
        before = [line.predecessor for line in lines if line.predecessor is not None]
        merged = tuple(each for each in dict.fromkeys(before) if each in known and each not in present)
        if unit in known:
            return (unit, *(each for each in merged if each not in self.tree.units))
        founded = [line.predecessor for line in lines if not self._existed_before(line, unit)]
        whole = bool(founded) and all(each in merged and each not in self.tree.units for each in founded)
        return merged if whole else None
