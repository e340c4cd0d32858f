"""Where organisations went: which units of a later day stand for one of an earlier day, and by what share."""

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
class MapShares:
    """What stands for a unit: shares of 1 by unit; `torn` are units that lack a part that nobody can tell."""

    shares: Shares
    torn: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Lineage:
    """Follows successions up to the day `today`, whose tree is the map that everything is put on."""

    registry: Registry
    today: date
    _standings: dict[tuple[int, date], MapShares] = field(default_factory=dict, repr=False)
    _reshaped: dict[date, frozenset[int]] = field(default_factory=dict, repr=False)

    @property
    def tree(self) -> Tree:
        """The map."""
        return self.registry.at(self.today)

    def standing(self, unit: int, day: date) -> MapShares:
        """What stands today for a unit of `day`.

        A successor takes the share that the decision states. Without shares several heirs take nothing: it stays at
        what is above all of them. A unit that ended without a successor stays at what was above it.
        """
        key = (unit, day)
        if key not in self._standings:
            self._standings[key] = self._follow(unit, day, frozenset())
        return self._standings[key]

    def _follow(self, unit: int, after: date, seen: frozenset[tuple[int, date]]) -> MapShares:
        if (unit, after) in seen:
            return MapShares({})
        seen |= {(unit, after)}
        lines = self._next_lines(unit, after)
        if not lines:
            return self._left(unit, after, seen)
        day = lines[0].date
        heirs = {line.successor: line.share for line in lines if line.successor is not None}
        there = self.registry.at(day).units
        given = sum((share for share in heirs.values() if share is not None), start=Fraction(0))
        if unit not in there and len(heirs) == 1:
            heirs = dict.fromkeys(heirs, _WHOLE)
        elif None not in heirs.values() and unit in there and given < 1:
            heirs[unit] = 1 - given
        elif None in heirs.values() or given != 1:
            kept = {unit: None} if unit in there else {}
            return self._torn(self._of_heirs(heirs | kept, day, seen))
        found: dict[int, Fraction] = {}
        torn: frozenset[int] = frozenset()
        for share, standing in zip(heirs.values(), self._of_heirs(heirs, day, seen), strict=True):
            torn |= standing.torn
            for place, part in standing.shares.items():
                found[place] = found.get(place, Fraction(0)) + part * (share or 0)
        return MapShares(found, torn)

    def standing_with_all_below(self, unit: int, day: date) -> MapShares:
        """What stands today for a unit of `day` and all that was below it, of which only the sum is known.

        Where a part of it went elsewhere, the sum stays at the lowest unit that is above all the parts.
        """
        own = self.standing(unit, day)
        home = {below.id for place in own.shares for below in self.tree.within(place)}
        parts = (self.standing(below.id, day).shares for below in self.registry.at(day).within(unit))
        places = list(dict.fromkeys(chain.from_iterable(parts)))
        if home.issuperset(places):
            return own
        lines = [(place, *(above.id for above in self.tree.ancestors(place))) for place in places]
        common = next((above for above in lines[0] if all(above in line for line in lines)), None)
        return MapShares({} if common is None else {common: _WHOLE})

    def _next_lines(self, unit: int, after: date) -> Sequence[Succession]:
        """The first lines of a reorganisation of the unit after a day."""
        later = [
            line
            for line in self.registry.successors.get(unit, ())
            if after < line.date <= self.today and line.successor is not None
        ]
        return list(takewhile(lambda line: line.date == later[0].date, later))

    def _of_heirs(self, heirs: Iterable[int], day: date, seen: frozenset[tuple[int, date]]) -> Sequence[MapShares]:
        there = self.registry.at(day).units
        # An heir that the same day ends again is followed on that day, others from it on.
        return [self._follow(heir, day if heir in there else day - _DAY, seen) for heir in heirs]

    def _left(self, unit: int, after: date, seen: frozenset[tuple[int, date]]) -> MapShares:
        """A unit without successors: itself where it still is, else what was above it."""
        if unit in self.tree.units:
            return MapShares({unit: _WHOLE})
        spells = [spell for spell in self.registry.spells_of.get(unit, ()) if spell.valid_from <= self.today]
        if not spells or spells[-1].parent is None:
            return MapShares({})
        return self._follow(spells[-1].parent, max(after, spells[-1].valid_to or after), seen)

    def _torn(self, standings: Sequence[MapShares]) -> MapShares:
        """Parts that nobody can tell: they stay at the lowest unit that is above all the heirs."""
        chains = [
            (place, *(above.id for above in self.tree.ancestors(place)))
            for standing in standings
            for place in standing.shares
        ]
        if not chains:
            return MapShares({})
        common = next((unit for unit in chains[0][1:] if all(unit in line[1:] for line in chains)), None)
        below = (takewhile(lambda unit: unit != common, line) for line in chains)
        torn = frozenset(chain.from_iterable(below)).union(*(standing.torn for standing in standings))
        return MapShares({} if common is None else {common: _WHOLE}, torn)

    def reshaped(self, day: date) -> frozenset[int]:
        """Today's districts that since `day` won or lost a unit to another one: their series does not go back."""
        if day not in self._reshaped:
            self._reshaped[day] = frozenset(chain.from_iterable(map(self._moved_between, self._changing(day))))
        return self._reshaped[day]

    def _changing(self, day: date) -> Iterable[tuple[Unit, date]]:
        """Units below districts that may have changed sides since `day`, each with a day on which it was there."""
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
        before = self.standing(home, day).shares.keys()
        after = {_district(self.tree, place) or place for place in self.standing(unit.id, day).shares}
        changed = frozenset() if before == after else before | after
        return frozenset(place for place in changed if _district(self.tree, place) == place)


def _district(tree: Tree, unit: int) -> int | None:
    """The district that a unit is or lies in."""
    if unit not in tree.units:
        return None
    line = (tree.units[unit], *tree.ancestors(unit))
    return next((above.id for above in line if above.level is Level.DISTRICT), None)


def forebears(registry: Registry, unit: int, day: date) -> Mapping[int, date]:
    """Every unit that had gone into `unit` by `day`, directly or through others, with the day on which it did."""
    found: dict[int, date] = {}
    waiting = [(unit, day)]
    while waiting:
        heir, until = waiting.pop()
        for line in registry.predecessors.get(heir, ()):
            if line.predecessor is not None and line.date <= until and line.predecessor not in {unit, *found}:
                found[line.predecessor] = line.date
                waiting.append((line.predecessor, line.date))
    return found
