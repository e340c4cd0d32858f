"""Lineage: which units of a later day a unit of an earlier day maps to, and by what shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain, takewhile

from data.organisations.units import Level, Registry, Succession, Tree, Unit

Shares = Mapping[int, Fraction]

_WHOLE = Fraction(1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a unit maps to: shares of 1 by unit; `incomplete` are units that lack a part of unknown size."""

    shares: Shares
    incomplete: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Lineage:
    """Follows successions up to the day `today`, whose tree is the map that all units are placed on."""

    registry: Registry
    today: date
    _placements: dict[tuple[int, date], Placement] = field(default_factory=dict, repr=False)
    _reshaped: dict[date, frozenset[int]] = field(default_factory=dict, repr=False)

    @property
    def tree(self) -> Tree:
        """The tree of `today`."""
        return self.registry.at(self.today)

    def placement(self, unit: int, day: date) -> Placement:
        """Where a unit of `day` is placed today.

        A successor takes the share that the decision states. Where shares are missing, several successors take
        nothing: the unit is placed at their lowest common ancestor. One that ended without a successor is placed at
        its last parent.
        """
        key = (unit, day)
        if key not in self._placements:
            self._placements[key] = self._follow(unit, day, frozenset())
        return self._placements[key]

    def _follow(self, unit: int, after: date, seen: frozenset[tuple[int, date]]) -> Placement:
        if (unit, after) in seen:
            return Placement({})
        seen |= {(unit, after)}
        lines = self._next_lines(unit, after)
        if not lines:
            return self._without_successors(unit, after, seen)
        day = lines[0].date
        successors = {line.successor: line.share for line in lines if line.successor is not None}
        existing = self.registry.at(day).units
        given = sum((share for share in successors.values() if share is not None), start=Fraction(0))
        if unit not in existing and len(successors) == 1:
            successors = dict.fromkeys(successors, _WHOLE)
        elif None not in successors.values() and unit in existing and given < 1:
            successors[unit] = 1 - given
        elif None in successors.values() or given != 1:
            kept = {unit: None} if unit in existing else {}
            return self._unresolved(self._follow_all(successors | kept, day, seen))
        found: dict[int, Fraction] = {}
        incomplete: frozenset[int] = frozenset()
        for share, placement in zip(successors.values(), self._follow_all(successors, day, seen), strict=True):
            incomplete |= placement.incomplete
            for place, part in placement.shares.items():
                found[place] = found.get(place, Fraction(0)) + part * (share or 0)
        return Placement(found, incomplete)

    def branch_placement(self, unit: int, day: date) -> Placement:
        """Where a unit of `day` is placed together with all units below it, when only their sum is known.

        Where a part of it moved elsewhere, the sum is placed at the lowest common ancestor of the parts.
        """
        own = self.placement(unit, day)
        home = {below.id for place in own.shares for below in self.tree.within(place)}
        parts = (self.placement(below.id, day).shares for below in self.registry.at(day).within(unit))
        places = list(dict.fromkeys(chain.from_iterable(parts)))
        if home.issuperset(places):
            return own
        lines = [(place, *(above.id for above in self.tree.ancestors(place))) for place in places]
        common = next((above for above in lines[0] if all(above in line for line in lines)), None)
        return Placement({} if common is None else {common: _WHOLE})

    def _next_lines(self, unit: int, after: date) -> Sequence[Succession]:
        """The successions of the unit's first reorganisation after a day."""
        later = [
            line
            for line in self.registry.successors.get(unit, ())
            if after < line.date <= self.today and line.successor is not None
        ]
        return list(takewhile(lambda line: line.date == later[0].date, later))

    def _follow_all(
        self, successors: Iterable[int], day: date, seen: frozenset[tuple[int, date]]
    ) -> Sequence[Placement]:
        existing = self.registry.at(day).units
        # A successor that ended again on the same day is followed through that day, others from it on.
        return [self._follow(successor, day if successor in existing else day - _DAY, seen) for successor in successors]

    def _without_successors(self, unit: int, after: date, seen: frozenset[tuple[int, date]]) -> Placement:
        """Places a unit without successors: at itself while it exists, else at its last parent."""
        if unit in self.tree.units:
            return Placement({unit: _WHOLE})
        spells = [spell for spell in self.registry.spells_of.get(unit, ()) if spell.valid_from <= self.today]
        if not spells or spells[-1].parent is None:
            return Placement({})
        return self._follow(spells[-1].parent, max(after, spells[-1].valid_to or after), seen)

    def _unresolved(self, placements: Sequence[Placement]) -> Placement:
        """Places parts of unknown size at the lowest common ancestor of the successors."""
        chains = [
            (place, *(above.id for above in self.tree.ancestors(place)))
            for placement in placements
            for place in placement.shares
        ]
        if not chains:
            return Placement({})
        common = next((unit for unit in chains[0][1:] if all(unit in line[1:] for line in chains)), None)
        below = (takewhile(lambda unit: unit != common, line) for line in chains)
        incomplete = frozenset(chain.from_iterable(below)).union(*(placement.incomplete for placement in placements))
        return Placement({} if common is None else {common: _WHOLE}, incomplete)

    def reshaped(self, day: date) -> frozenset[int]:
        """Today's districts that gained a unit from or lost one to another since `day`: their series break there."""
        if day not in self._reshaped:
            self._reshaped[day] = frozenset(chain.from_iterable(map(self._moved_between, self._candidates(day))))
        return self._reshaped[day]

    def _candidates(self, day: date) -> Iterable[tuple[Unit, date]]:
        """Units below districts that may have changed district since `day`, each with a day on which it existed."""
        for unit, spells in self.registry.spells_of.items():
            if len(spells) > 1 or unit in self.registry.successors:
                first = next((spell for spell in spells if spell.valid_to is None or spell.valid_to >= day), None)
                if first is not None and first.valid_from <= self.today:
                    yield first, max(day, first.valid_from)

    def _moved_between(self, changing: tuple[Unit, date]) -> frozenset[int]:
        unit, day = changing
        home = _district(self.registry.at(day), unit.id)
        if home is None or home == unit.id:
            return frozenset()
        before = self.placement(home, day).shares.keys()
        after = {_district(self.tree, place) or place for place in self.placement(unit.id, day).shares}
        changed = frozenset() if before == after else before | after
        return frozenset(place for place in changed if _district(self.tree, place) == place)


def _district(tree: Tree, unit: int) -> int | None:
    """The district that a unit is or belongs to."""
    if unit not in tree.units:
        return None
    line = (tree.units[unit], *tree.ancestors(unit))
    return next((above.id for above in line if above.level is Level.DISTRICT), None)


def all_predecessors(registry: Registry, unit: int, day: date) -> Mapping[int, date]:
    """Every unit merged into `unit` by `day`, directly or through others, with the day of its merger."""
    found: dict[int, date] = {}
    pending = [(unit, day)]
    while pending:
        successor, until = pending.pop()
        for line in registry.predecessors.get(successor, ()):
            if line.predecessor is not None and line.date <= until and line.predecessor not in {unit, *found}:
                found[line.predecessor] = line.date
                pending.append((line.predecessor, line.date))
    return found
