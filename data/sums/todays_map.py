"""Where the organisations of earlier days stand on the map of one day; worked out once, for all who ask."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, cached_property

from data.forms.vocabulary import Vocabulary
from data.organisations.lineage import Lineage, MapShares
from data.organisations.units import Grain, Registry, Tree, UnitKind
from data.sums import rollup

# Counts of units: on today's map today's units are counted, by all that went into them.
_KEPT = 64

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """How the sums of an earlier day are made into those of some units of the map.

    `whole`: units of then whose stored sums count, whole, in all of the named units. `single`: leaves that are to be
    read one by one, because they went different ways.
    """

    whole: Mapping[int, Way]
    single: Sequence[int]


@dataclass(frozen=True)
class TodaysMap:
    """The map of the day `today`, and how everything of earlier days is put on it."""

    vocabulary: Vocabulary
    registry: Registry
    today: date
    _stood: dict[tuple[str, date], dict[int, MapShares]] = field(default_factory=dict, repr=False)
    _alike: dict[date, bool] = field(default_factory=dict, repr=False)
    _inside: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)
    _counts: dict[tuple[str, date], Mapping[int, int]] = field(default_factory=dict, repr=False)
    _branches: OrderedDict[tuple[str, date, frozenset[int]], Branches] = field(default_factory=OrderedDict, repr=False)

    @cached_property
    def lineage(self) -> Lineage:
        """What stands for whom."""
        return Lineage(self.registry, self.today)

    @cached_property
    def _turns(self) -> Sequence[date]:
        """The days on which anything was reorganised: between two of them everything stands alike."""
        starts = {spell.valid_from for spell in self.registry.spells}
        return sorted({*starts, *self.registry.changes, *(line.date for line in self.registry.successions)})

    def _turn(self, day: date) -> date:
        place = bisect_right(self._turns, day)
        return self._turns[place - 1] if place else day

    def is_shaped_alike(self, day: date) -> bool:
        """Whether the organisations of a day stand as they do on the map."""
        turn = self._turn(day)
        if turn not in self._alike:
            self._alike[turn] = self.registry.at(day).shape == self.registry.at(self.today).shape
        return self._alike[turn]

    def stands(self, source: str, leaf: int, day: date) -> MapShares:
        """What stands for a leaf of a source on a day; of a unit above leaves, for all below it."""
        turn = self._turn(day)
        known = self._stood.setdefault((source, turn), {})
        if leaf not in known:
            known[leaf] = self._find(source, leaf, turn)
        return known[leaf]

    def _find(self, source: str, leaf: int, day: date) -> MapShares:
        grain = self.vocabulary.sources[source].grain
        there = self.registry.at(day).units.get(leaf)
        if there is not None and not there.holds(grain):
            return self.lineage.standing_with_all_below(leaf, day)
        found = self.lineage.standing(leaf, day)
        if grain is not Grain.DISTRICT or not found.shares.keys() & self.lineage.reshaped(day):
            return found
        # A district whose perimeter changed does not have the series that it had: the province keeps it.
        root = self.lineage.tree.root
        return MapShares({root.id: Fraction(1)} if root else {}, found.torn | found.shares.keys())

    def share(self, source: str, leaf: int, day: date, unit: int) -> int | Fraction:
        """How much of a leaf of a day is in the sums of a unit of the map."""
        within = self._within(unit)
        share = sum(part for place, part in self.stands(source, leaf, day).shares.items() if place in within)
        return int(share) if share in {0, 1} else share

    def _within(self, unit: int) -> frozenset[int]:
        if unit not in self._inside:
            self._inside[unit] = frozenset(below.id for below in self.lineage.tree.within(unit))
        return self._inside[unit]

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaves of a day where they stand; of counts of units, today's units for which anything stood then."""
        key = source, self._turn(day)
        if key not in self._counts:
            self._counts[key] = self._count(*key)
        return self._counts[key].get(unit, 0)

    def _count(self, source: str, day: date) -> Mapping[int, int]:
        grain, tree = self.vocabulary.sources[source].grain, self.lineage.tree
        counts: dict[int, int] = defaultdict(int)
        if source in self.vocabulary.unit_counts:
            form = self.vocabulary.derived[source].reads_from[0]
            there = [unit.id for unit in tree.units.values() if unit.holds(grain) and self.expected(form, unit.id, day)]
            standings = [MapShares({unit: Fraction(1)}) for unit in there]
        else:
            then = [unit.id for unit in self.registry.at(day).units.values() if unit.holds(grain)]
            standings = [self.stands(source, leaf, day) for leaf in then]
        lines = rollup.Lines(tree, cells=True)
        for standing in standings:
            for unit in lines.reached(standing.shares):
                counts[unit] += 1
        for unit in [unit for standing in standings for unit in standing.torn if unit in counts]:
            counts[unit] += 1
        return dict(counts)

    def branches(self, source: str, day: date, wanted: frozenset[int]) -> Branches:
        """The fewest units of a day whose stored sums make up those of the wanted units of the map."""
        key = source, self._turn(day), wanted
        found = self._branches.get(key) or self._divide(*key)
        self._branches[key] = found
        while len(self._branches) > _KEPT:
            self._branches.popitem(last=False)
        return found

    def _divide(self, source: str, day: date, wanted: frozenset[int]) -> Branches:
        tree, way = self.registry.at(day), _ways(self.lineage.tree, wanted)
        grain = self.vocabulary.sources[source].grain
        # Rows of other cells than residential ones would be added up too.
        rows_of = Grain.CELL if grain is Grain.RESIDENTIAL_CELL else grain
        below: dict[int, Way | None] = {}
        for unit in (tree.units[number] for number in reversed(tree.walk.ids.tolist())):
            found = {below[child.id] for child in tree.children(unit.id) if child.id in below}
            if unit.holds(rows_of):
                found.add(way(self.stands(source, unit.id, day).shares))
            if found:
                below[unit.id] = found.pop() if len(found) == 1 else None
        whole: dict[int, Way] = {}
        single: list[int] = []
        waiting = [unit for unit in tree.units.values() if unit.parent not in tree.units]
        while waiting:
            unit = waiting.pop()
            alike = below.get(unit.id)
            if alike is not None and (unit.kind is not UnitKind.CELL or not alike):
                whole |= {unit.id: alike} if alike else {}
                continue
            single += [unit.id] if unit.holds(rows_of) else []
            waiting += tree.children(unit.id)
        return Branches(whole, single)


def _ways(tree: Tree, wanted: frozenset[int]) -> Callable[[Mapping[int, Fraction]], Way | None]:
    """Says in which of the wanted units something counts, by what stands for it; None where in part."""
    lines = rollup.Lines(tree, cells=True)

    @cache
    def of_place(place: int) -> Way:
        return tuple(sorted(wanted.intersection(lines.reached({place: 1}))))

    def way(shares: Mapping[int, Fraction]) -> Way | None:
        if len(shares) == 1 and 1 in shares.values():
            return of_place(next(iter(shares)))
        reached = lines.reached(shares)
        among = tuple(sorted(wanted.intersection(reached)))
        return among if all(reached[unit] == 1 for unit in among) else None

    return way
