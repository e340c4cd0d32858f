"""Which units belong to a unit in a period, and which units of two periods are compared together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

from data.observations import Basis
from data.organisations.lineage import Lineage
from data.organisations.units import Registry, Tree, Unit
from data.periods import Period


@dataclass(frozen=True, eq=False)
class Perimeter:
    """A unit and those below it in a period, on the map of that period or on today's."""

    unit: int
    period: Period
    lineage: Lineage
    basis: Basis

    @property
    def is_todays(self) -> bool:
        """Whether predecessors are placed at their successors."""
        return self.basis is Basis.TODAY

    @cached_property
    def tree(self) -> Tree:
        """The map: the tree of the period's last day, or today's."""
        return self.lineage.tree if self.is_todays else self.lineage.registry.at(self.period.end)

    @cached_property
    def below(self) -> Mapping[int, Unit]:
        """The units directly below, by id."""
        return {child.id: child for child in self.tree.children(self.unit)}

    @cached_property
    def places(self) -> Mapping[int, int]:
        """The unit directly below that each unit within belongs to, or the unit itself."""
        found = {each.id: self.unit for each in self.tree.within(self.unit)}
        for child in self.below:
            found.update((each.id, child) for each in self.tree.within(child))
        return found

    def place(self, member: int) -> int | None:
        """The unit directly below that a unit of the period belongs to, or the unit itself; None outside of it."""
        if not self.is_todays:
            return self.places.get(member)
        shares = self.lineage.placement(member, self._last_day(member)).shares
        found = {place for each in shares if (place := self.places.get(each)) is not None}
        return next(iter(found)) if len(found) == 1 else self.unit if found else None

    def is_outside(self, member: int) -> bool:
        """Whether a unit existed at the period's end but did not belong to the unit; on today's map none did."""
        return not self.is_todays and member in self.tree.units and member not in self.places

    def _last_day(self, member: int) -> date:
        """The last day of the period on which a unit existed; its first one ever if it came later."""
        spells = self.lineage.registry.spells_of[member]
        until = [spell.valid_to or self.period.end for spell in spells if spell.valid_from <= self.period.end]
        return min(until[-1], self.period.end) if until else spells[0].valid_from


class Links:
    """Which units are compared together: predecessors with their successors, after one day and up to another."""

    def __init__(self, registry: Registry, since: date, until: date) -> None:
        self._parents: dict[int, int] = {}
        for line in registry.successions:
            if since < line.date <= until and line.predecessor is not None and line.successor is not None:
                self.join((line.predecessor, line.successor))

    @property
    def linked(self) -> frozenset[int]:
        """Units that came from others or passed into them."""
        return frozenset(unit for group in self.groups(()) for unit in group if len(group) > 1)

    def join(self, units: Iterable[int]) -> None:
        """Compares some units together."""
        first, *others = [self._root(unit) for unit in units]
        for other in others:
            self._parents[self._root(other)] = self._root(first)

    def groups(self, units: Iterable[int]) -> Collection[Collection[int]]:
        """All units, those linked and some others, as groups that are compared together."""
        known: dict[int, list[int]] = {}
        for unit in dict.fromkeys((*self._parents, *units)):
            known.setdefault(self._root(unit), []).append(unit)
        return known.values()

    def _root(self, unit: int) -> int:
        while (parent := self._parents.get(unit, unit)) != unit:
            unit = parent
        return self._parents.setdefault(unit, unit)


@dataclass(frozen=True)
class PerimeterCache:
    """The perimeters of units over periods, each worked out once for all indicators."""

    lineage: Lineage
    basis: Basis
    _known: dict[tuple[int, Period], Perimeter] = field(default_factory=dict, repr=False)
    _reshaped: dict[tuple[Perimeter, Perimeter, date], frozenset[int]] = field(default_factory=dict, repr=False)

    def of(self, unit: int, period: Period) -> Perimeter:
        """The perimeter of a unit in a period."""
        if (unit, period) not in self._known:
            self._known[unit, period] = Perimeter(unit, period, self.lineage, self.basis)
        return self._known[unit, period]

    def links(self, since: date, until: date) -> Links:
        """The links after a day and up to another."""
        return Links(self.lineage.registry, since, until)

    def reshaped(self, before: Perimeter, after: Perimeter, since: date) -> frozenset[int]:
        """Units directly below that gained units from elsewhere, lost some, or have some that came from others.

        None on today's map, whose units have the past of their predecessors.
        """
        key = before, after, since
        if self.basis is Basis.TODAY:
            return frozenset()
        if key not in self._reshaped:
            linked = self.links(since, after.period.end).linked
            self._reshaped[key] = frozenset(_changed(before, after, linked))
        return self._reshaped[key]


def _changed(before: Perimeter, after: Perimeter, linked: Collection[int]) -> Iterable[int]:
    if before.tree is after.tree and not linked:
        return
    for member in dict.fromkeys(chain(before.places, after.places)):
        places = [perimeter.place(member) for perimeter in (before, after)]
        moved = None not in places and places[0] != places[1]
        if moved or member in linked or before.is_outside(member) or after.is_outside(member):
            yield from (place for place in places if place is not None)
