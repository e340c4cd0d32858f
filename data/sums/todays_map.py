"""Places the organisations of earlier days on the map of one day; computed once and shared."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache, cached_property

from data.forms.vocabulary import Vocabulary
from data.organisations.lineage import Lineage, Placement
from data.organisations.perimeters import Perimeters
from data.organisations.units import Grain, Registry, Tree, UnitKind
from data.sums import rollup

_CACHE_SIZE = 64

Units = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """How sums of an earlier day combine into those of some units of the map.

    `whole`: units of that day whose stored sums count in full in the given target units. `single`: leaves to be read
    one by one, because they are divided among targets. `above`: units that are divided themselves, whose sums do not
    count, but at which rows of former units may be placed.
    """

    whole: Mapping[int, Units]
    single: Sequence[int]
    above: Sequence[int] = ()


@dataclass(frozen=True)
class TodaysMap:
    """The map of the day `today`, and the placement of everything of earlier days on it."""

    vocabulary: Vocabulary
    registry: Registry
    today: date
    _placements: dict[tuple[str, date], dict[int, Placement]] = field(default_factory=dict, repr=False)
    _same_shape: dict[date, bool] = field(default_factory=dict, repr=False)
    _branch_ids: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)
    _counts: dict[tuple[str, date], Mapping[int, int]] = field(default_factory=dict, repr=False)
    _earlier_maps: dict[date, TodaysMap] = field(default_factory=dict, repr=False)
    _branches: OrderedDict[tuple[str, date, frozenset[int]], Branches] = field(default_factory=OrderedDict, repr=False)

    @cached_property
    def lineage(self) -> Lineage:
        """The lineage up to the map's day."""
        return Lineage(self.registry, self.today)

    @cached_property
    def perimeters(self) -> Perimeters:
        """The changes of units' perimeters."""
        return Perimeters(self.registry)

    def of_day(self, day: date) -> TodaysMap:
        """The map of another day; the days between two reorganisations share one."""
        turn = self._last_reorganisation(day)
        if turn == self._last_reorganisation(self.today):
            return self
        if turn not in self._earlier_maps:
            self._earlier_maps[turn] = TodaysMap(self.vocabulary, self.registry, turn)
        return self._earlier_maps[turn]

    @cached_property
    def _reorganisation_days(self) -> Sequence[date]:
        """The days on which anything was reorganised; between two of them all placements are the same."""
        starts = {spell.valid_from for spell in self.registry.spells}
        return sorted({*starts, *self.registry.changes, *(line.date for line in self.registry.successions)})

    def _last_reorganisation(self, day: date) -> date:
        place = bisect_right(self._reorganisation_days, day)
        return self._reorganisation_days[place - 1] if place else day

    def is_shaped_alike(self, day: date) -> bool:
        """Whether the tree of a day has the map's shape."""
        turn = self._last_reorganisation(day)
        if turn not in self._same_shape:
            self._same_shape[turn] = self.registry.at(day).shape == self.registry.at(self.today).shape
        return self._same_shape[turn]

    def placement(self, source: str, leaf: int, day: date) -> Placement:
        """Where a source's leaf of a day is placed; for a unit above the leaves, with all below it."""
        turn = self._last_reorganisation(day)
        placements = self._placements.setdefault((source, turn), {})
        if leaf not in placements:
            placements[leaf] = self._place(source, leaf, turn)
        return placements[leaf]

    def _place(self, source: str, leaf: int, day: date) -> Placement:
        grain = self.vocabulary.sources[source].grain
        unit = self.registry.at(day).units.get(leaf)
        if unit is not None and not unit.has_grain(grain):
            return self.lineage.branch_placement(leaf, day)
        found = self.lineage.placement(leaf, day)
        if grain is not Grain.DISTRICT or not found.shares.keys() & self.lineage.reshaped(day):
            return found
        # A district whose perimeter changed does not continue its former series, which stays with the province.
        root = self.lineage.tree.root
        return Placement({root.id: Fraction(1)} if root else {}, found.incomplete | found.shares.keys())

    def share(self, source: str, leaf: int, day: date, unit: int) -> int | Fraction:
        """The share of a leaf of a day that counts in the sums of a unit of the map."""
        within = self._within(unit)
        share = sum(part for place, part in self.placement(source, leaf, day).shares.items() if place in within)
        return int(share) if share in {0, 1} else share

    def _within(self, unit: int) -> frozenset[int]:
        if unit not in self._branch_ids:
            self._branch_ids[unit] = frozenset(below.id for below in self.lineage.tree.within(unit))
        return self._branch_ids[unit]

    def expected(self, source: str, unit: int, day: date) -> int:
        """Leaves of a day by placement; for families that count units, today's units that had any leaf then."""
        key = source, self._last_reorganisation(day)
        if key not in self._counts:
            self._counts[key] = self._count(*key)
        return self._counts[key].get(unit, 0)

    def leaves(self, source: str, unit: int, day: date) -> Mapping[int, frozenset[int]]:
        """The leaves of a day that count in a unit of the map, whole or in part, each with its successors."""
        grain, within = self.vocabulary.sources[source].grain, self._within(unit)
        found: dict[int, frozenset[int]] = {}
        for leaf in self.registry.at(day).unit_ids_of_grain(grain):
            placement = self.placement(source, leaf, day)
            places = placement.incomplete.union(placement.shares)
            if not within.isdisjoint(places):
                found[leaf] = places
        return found

    def _count(self, source: str, day: date) -> Mapping[int, int]:
        grain, tree = self.vocabulary.sources[source].grain, self.lineage.tree
        counts: dict[int, int] = defaultdict(int)
        if source in self.vocabulary.unit_counts:
            form = self.vocabulary.derived[source].reads_from[0]
            present = [
                unit.id for unit in tree.units.values() if unit.has_grain(grain) and self.expected(form, unit.id, day)
            ]
            placements = [Placement({unit: Fraction(1)}) for unit in present]
        else:
            leaves = [unit.id for unit in self.registry.at(day).units.values() if unit.has_grain(grain)]
            placements = [self.placement(source, leaf, day) for leaf in leaves]
        paths = rollup.AncestorPaths(tree, cells=True)
        for placement in placements:
            for unit in paths.propagate(placement.shares):
                counts[unit] += 1
        for unit in [unit for placement in placements for unit in placement.incomplete if unit in counts]:
            counts[unit] += 1
        return dict(counts)

    def branches(self, source: str, day: date, wanted: frozenset[int]) -> Branches:
        """The fewest units of a day whose stored sums combine into those of the wanted units of the map."""
        key = source, self._last_reorganisation(day), wanted
        found = self._branches.get(key) or self._divide(*key)
        self._branches[key] = found
        while len(self._branches) > _CACHE_SIZE:
            self._branches.popitem(last=False)
        return found

    def _divide(self, source: str, day: date, wanted: frozenset[int]) -> Branches:
        tree, way = self.registry.at(day), _destinations(self.lineage.tree, wanted)
        grain = self.vocabulary.sources[source].grain
        # Cells other than residential ones have rows that would be added up too.
        rows_of = Grain.CELL if grain is Grain.RESIDENTIAL_CELL else grain
        below: dict[int, Units | None] = {}
        for unit in (tree.units[number] for number in reversed(tree.preorder.ids.tolist())):
            found = {below[child.id] for child in tree.children(unit.id) if child.id in below}
            if unit.has_grain(rows_of):
                found.add(way(self.placement(source, unit.id, day).shares))
            if found:
                below[unit.id] = found.pop() if len(found) == 1 else None
        whole: dict[int, Units] = {}
        single: list[int] = []
        above: list[int] = []
        pending = [unit for unit in tree.units.values() if unit.parent not in tree.units]
        while pending:
            unit = pending.pop()
            alike = below.get(unit.id)
            # Rows of former units may be placed at the unit itself, which is in fewer targets than its only leaf.
            if alike == () or (
                alike is not None
                and unit.kind is not UnitKind.CELL
                and way(self.placement(source, unit.id, day).shares) == alike
            ):
                whole |= {unit.id: alike} if alike else {}
                continue
            (single if unit.has_grain(rows_of) else above).append(unit.id)
            pending += tree.children(unit.id)
        return Branches(whole, single, above)


def _destinations(tree: Tree, wanted: frozenset[int]) -> Callable[[Mapping[int, Fraction]], Units | None]:
    """Returns a function from shares to the wanted units in which they count in full; None where only in part."""
    paths = rollup.AncestorPaths(tree, cells=True)

    @cache
    def of_place(place: int) -> Units:
        return tuple(sorted(wanted.intersection(paths.propagate({place: 1}))))

    def way(shares: Mapping[int, Fraction]) -> Units | None:
        if len(shares) == 1 and 1 in shares.values():
            return of_place(next(iter(shares)))
        by_unit = paths.propagate(shares)
        propagate = tuple(sorted(wanted.intersection(by_unit)))
        return propagate if all(by_unit[unit] == 1 for unit in propagate) else None

    return way
