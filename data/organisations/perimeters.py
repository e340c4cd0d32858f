"""Perimeters: on which days units gained leaf units from others or lost some to them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from data.organisations.lineage import Lineage, Shares
from data.organisations.units import Registry, Tree

_DAY = timedelta(days=1)
_WHOLE = Fraction(1)


@dataclass(frozen=True)
class Perimeters:
    """The changes of all units' perimeters under a registry; a founding or a closure without lineage is none."""

    registry: Registry
    _changed: dict[date, frozenset[int]] = field(default_factory=dict, repr=False)
    _undivided: dict[date, frozenset[int]] = field(default_factory=dict, repr=False)

    @cached_property
    def _candidates(self) -> Mapping[date, frozenset[int]]:
        """By day, the units that ended or changed on the eve, or passed something on."""
        found: dict[date, set[int]] = defaultdict(set)
        for spell in self.registry.spells:
            if spell.valid_to is not None:
                found[spell.valid_to + _DAY].add(spell.id)
        for unit, lines in self.registry.successors.items():
            for line in lines:
                found[line.date].add(unit)
        return {day: frozenset(found[day]) for day in sorted(found)}

    @cached_property
    def _days(self) -> Sequence[date]:
        return tuple(self._candidates)

    def changes(self, unit: int, after: date, until: date) -> tuple[date, ...]:
        """The days after one day, up to another, on which the unit's perimeter changed, oldest first."""
        days = self._days[bisect_right(self._days, after) : bisect_right(self._days, until)]
        return tuple(day for day in days if unit in self._changed_on(day))

    def divisions(self, unit: int, after: date, until: date) -> tuple[date, ...]:
        """The days on which the unit took a part of unknown size of what another had reported, oldest first."""
        return tuple(day for day in self.changes(unit, after, until) if unit in self._undivided[day])

    def _changed_on(self, day: date) -> frozenset[int]:
        if day not in self._changed:
            lineage, before = Lineage(self.registry, day), self.registry.at(day - _DAY)
            changed: set[int] = set()
            undivided: set[int] = set()
            for unit in self._affected(before, lineage.tree, day):
                placement = lineage.placement(unit, day - _DAY)
                there, here = _line(before, {unit: _WHOLE}), _line(lineage.tree, placement.shares)
                changed |= {each for each in there.keys() | here.keys() if there.get(each) != here.get(each)}
                undivided |= placement.incomplete
            self._changed[day], self._undivided[day] = frozenset(changed | undivided), frozenset(undivided)
        return self._changed[day]

    def _affected(self, before: Tree, after: Tree, day: date) -> Iterator[int]:
        """Units of the day before that may count elsewhere from the day on; those below one may go with it."""
        for unit in self._candidates[day]:
            now, passed_on = after.units.get(unit), self.registry.successors.get(unit, ())
            moved = unit in before.units and (now is None or now.parent != before.units[unit].parent)
            if moved or any(line.date == day for line in passed_on):
                yield from (below.id for below in before.within(unit))


def _line(tree: Tree, shares: Shares) -> Mapping[int, Fraction]:
    """The share of a unit that each unit at or above its places has."""
    found: dict[int, Fraction] = {}
    for place, share in shares.items():
        for unit in (place, *(above.id for above in tree.ancestors(place))):
            found[unit] = found.get(unit, Fraction(0)) + share
    return found
