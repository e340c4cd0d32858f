"""Organisations: kinds, levels, validity over time, the tree of a day, successions."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.language import Text


class UnitKind(StrEnum):
    """Kinds of organisation. A base cell (chi bộ cơ sở) is a base organisation and a cell at once."""

    PROVINCE = "province"
    DISTRICT = "district"
    BASE_COMMITTEE = "base_committee"
    BASE_CELL = "base_cell"
    SECTION = "section"
    CELL = "cell"


KIND_TITLES: Mapping[UnitKind, Text] = {
    UnitKind.PROVINCE: Text("Đảng bộ tỉnh", "Provincial party organisation"),
    UnitKind.DISTRICT: Text("Đảng bộ trực thuộc Tỉnh uỷ", "District-level party organisation"),
    UnitKind.BASE_COMMITTEE: Text("Đảng bộ cơ sở", "Base party committee"),
    UnitKind.BASE_CELL: Text("Chi bộ cơ sở", "Base cell"),
    UnitKind.SECTION: Text("Đảng bộ bộ phận", "Sectional committee"),
    UnitKind.CELL: Text("Chi bộ", "Cell"),
}


class Level(StrEnum):
    """The levels at which figures are listed."""

    PROVINCE = "province"
    DISTRICT = "district"
    BASE = "base"
    CELL = "cell"


LEVELS: Mapping[Level, frozenset[UnitKind]] = {
    Level.PROVINCE: frozenset({UnitKind.PROVINCE}),
    Level.DISTRICT: frozenset({UnitKind.DISTRICT}),
    Level.BASE: frozenset({UnitKind.BASE_COMMITTEE, UnitKind.BASE_CELL}),
    Level.CELL: frozenset({UnitKind.BASE_CELL, UnitKind.CELL}),
}


_HIGHEST_LEVEL: Mapping[UnitKind, Level] = {kind: level for level in reversed(Level) for kind in LEVELS[level]}


class Grain(StrEnum):
    """The kind of unit that a form's rows report on; `reporting` and `expected` count these."""

    CELL = "cell"
    RESIDENTIAL_CELL = "residential_cell"
    BASE = "base"
    DISTRICT = "district"


_KINDS_OF_GRAIN: Mapping[Grain, frozenset[UnitKind]] = {
    Grain.CELL: LEVELS[Level.CELL],
    Grain.RESIDENTIAL_CELL: LEVELS[Level.CELL],
    Grain.BASE: LEVELS[Level.BASE],
    Grain.DISTRICT: LEVELS[Level.DISTRICT],
}


class Event(StrEnum):
    """Kinds of reorganisation, as named in the registry's second sheet."""

    ABSORBED = "absorbed"
    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"
    RETYPED = "retyped"
    MOVED = "moved"
    DISSOLVED = "dissolved"
    FOUNDED = "founded"


EVENT_TITLES: Mapping[Event, Text] = {
    Event.ABSORBED: Text("Sáp nhập", "Absorbed"),
    Event.MERGED: Text("Hợp nhất", "Merged"),
    Event.SPLIT: Text("Chia tách", "Split"),
    Event.RENAMED: Text("Đổi tên", "Renamed"),
    Event.RETYPED: Text("Đổi loại hình", "Changed type"),
    Event.MOVED: Text("Chuyển trực thuộc", "Moved"),
    Event.DISSOLVED: Text("Giải thể", "Dissolved"),
    Event.FOUNDED: Text("Thành lập", "Founded"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An organisation during one spell in which its name, kind and parent stay the same.

    `id` and `parent` are the store's ids; `code` is the registry's. `valid_to` is the last day, or None.
    """

    id: int
    code: str
    name: str
    kind: UnitKind
    parent: int | None
    valid_from: date
    valid_to: date | None = None
    base_type: str = ""
    residential: bool = False

    @property
    def level(self) -> Level | None:
        """The highest level at which it is listed; None for a sectional committee."""
        return _HIGHEST_LEVEL.get(self.kind)

    def has_grain(self, grain: Grain | None) -> bool:
        """Whether returns of that grain have a row for this unit."""
        if grain is None or (grain is Grain.RESIDENTIAL_CELL and not self.residential):
            return False
        return self.kind in _KINDS_OF_GRAIN[grain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """One line of a reorganisation: on `date`, `share` of the predecessor passed to the successor."""

    date: date
    decision: str
    event: Event
    predecessor: int | None
    successor: int | None
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Preorder:
    """A tree's units in preorder, so that each branch is contiguous: positions by unit, ids, and ends of branches."""

    places: Mapping[int, int]
    ids: NDArray[np.int64]
    after: NDArray[np.int64]
    plain_cells: NDArray[np.bool_]


@dataclass(frozen=True)
class Tree:
    """The organisations of one day (or of one viewer's subtree of it), in registry order."""

    units: Mapping[int, Unit]
    root: Unit | None
    _branches: dict[int, tuple[Unit, ...]] = field(default_factory=dict, repr=False, compare=False)
    _unit_ids_of_grain: dict[Grain | None, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def by_code(self) -> Mapping[str, Unit]:
        """Units by registry code."""
        return {unit.code: unit for unit in self.units.values()}

    @cached_property
    def _children(self) -> Mapping[int, tuple[Unit, ...]]:
        found: dict[int, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parent is not None:
                found[unit.parent].append(unit)
        return {parent: tuple(units) for parent, units in found.items()}

    @cached_property
    def shape(self) -> Mapping[int, tuple[int | None, UnitKind, bool]]:
        """Everything that sums depend on: each unit's parent, kind and residential flag, but not its name or dates."""
        return {unit.id: (unit.parent, unit.kind, unit.residential) for unit in self.units.values()}

    def children(self, unit: int) -> tuple[Unit, ...]:
        """The units directly below."""
        return self._children.get(unit, ())

    @property
    def senders(self) -> tuple[Unit, ...]:
        """The units that send returns: those directly below the province (districts; since 1 July 2025, communes)."""
        return self.children(self.root.id) if self.root else ()

    @cached_property
    def sender_of(self) -> Mapping[int, int]:
        """The sender at or above each unit below the root."""
        return {below.id: sender.id for sender in self.senders for below in self.within(sender.id)}

    @cached_property
    def sender_ranges(self) -> tuple[tuple[int, int, int], ...]:
        """The ids of senders' branches as ranges of sender, first and last: few, as ids follow the registry's order."""
        found: list[tuple[int, int, int]] = []
        for unit, sender in sorted(self.sender_of.items()):
            if found and found[-1][0] == sender and found[-1][2] == unit - 1:
                found[-1] = sender, found[-1][1], unit
            else:
                found.append((sender, unit, unit))
        return tuple(found)

    def ancestors(self, unit: int) -> tuple[Unit, ...]:
        """The units above, from the parent up to the root."""
        found: list[Unit] = []
        parent = self.units[unit].parent if unit in self.units else None
        while parent is not None and parent in self.units:
            found.append(self.units[parent])
            parent = self.units[parent].parent
        return tuple(found)

    def within(self, unit: int) -> tuple[Unit, ...]:
        """The unit itself and all below it, depth first in registry order."""
        if unit not in self._branches:
            below = (found for child in self.children(unit) for found in self.within(child.id))
            self._branches[unit] = (self.units[unit], *below) if unit in self.units else ()
        return self._branches[unit]

    @cached_property
    def preorder(self) -> Preorder:
        """All units depth first, from the roots down."""
        roots = [unit.id for unit in self.units.values() if unit.parent not in self.units]
        ids = [unit.id for root in roots for unit in self.within(root)]
        after = [place + len(self.within(unit)) for place, unit in enumerate(ids)]
        return Preorder(
            {unit: place for place, unit in enumerate(ids)},
            np.array(ids, dtype=np.int64),
            np.array(after, dtype=np.int64),
            np.array([self.units[unit].kind is UnitKind.CELL for unit in ids], dtype=bool),
        )

    def unit_ids_of_grain(self, grain: Grain | None) -> frozenset[int]:
        """Ids of the units that returns of that grain have rows for."""
        if grain not in self._unit_ids_of_grain:
            self._unit_ids_of_grain[grain] = frozenset(unit.id for unit in self.units.values() if unit.has_grain(grain))
        return self._unit_ids_of_grain[grain]

    def at_level(self, level: Level, unit: int | None = None) -> tuple[Unit, ...]:
        """Units of a level, limited to those at or below `unit` when given."""
        among: Iterable[Unit] = self.units.values() if unit is None else self.within(unit)
        return tuple(u for u in among if u.kind in LEVELS[level])

    @cached_property
    def _expected(self) -> Mapping[Grain, Mapping[int, int]]:
        counts: dict[Grain, dict[int, int]] = {grain: defaultdict(int) for grain in Grain}
        for unit in self.units.values():
            chain = (unit, *self.ancestors(unit.id))
            for grain in Grain:
                if unit.has_grain(grain):
                    for above in chain:
                        counts[grain][above.id] += 1
        return counts

    def expected(self, unit: int, grain: Grain | None) -> int:
        """The number of units of the grain at or below `unit` on this day; 0 without a grain."""
        return 0 if grain is None else self._expected[grain].get(unit, 0)

    def branch(self, unit: int) -> Tree:
        """The subtree from `unit` down."""
        return Tree({u.id: u for u in self.within(unit)}, self.units.get(unit))


@dataclass(frozen=True)
class Registry:
    """One version of the registry: every spell of every unit, and the successions."""

    version: int
    spells: Sequence[Unit]
    successions: Sequence[Succession] = ()
    _trees: dict[int, Tree] = field(default_factory=dict, repr=False, compare=False)
    _outside: dict[int, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def changes(self) -> Sequence[date]:
        """The days on which the tree changes, oldest first."""
        starts = {spell.valid_from for spell in self.spells}
        ends = {spell.valid_to + timedelta(days=1) for spell in self.spells if spell.valid_to is not None}
        return sorted(starts | ends)

    def at(self, day: date) -> Tree:
        """The tree of a day; the days between two changes share one."""
        place = bisect_right(self.changes, day)
        if place not in self._trees:
            units = {s.id: s for s in self.spells if s.valid_from <= day and (s.valid_to is None or day <= s.valid_to)}
            root = next((u for u in units.values() if u.parent is None), None)
            self._trees[place] = Tree(units, root)
        return self._trees[place]

    def outside(self, day: date) -> frozenset[int]:
        """The ids of the units that exist on other days only."""
        place = bisect_right(self.changes, day)
        if place not in self._outside:
            self._outside[place] = frozenset(self.spells_of.keys() - self.at(day).units.keys())
        return self._outside[place]

    def places_alike(self, other: Registry, day: date) -> bool:
        """Whether another version has a tree of the same shape on a day and the same lineage up to it."""
        return self is other or (self.at(day).shape == other.at(day).shape and self._past(day) == other._past(day))

    def _past(self, day: date) -> tuple[object, object]:
        """What the places of units that ended by a day depend on."""
        ended = {
            unit: [(spell.parent, spell.valid_from, spell.valid_to) for spell in self.spells_of[unit]]
            for unit in self.outside(day)
            if self.spells_of[unit][0].valid_from <= day
        }
        lines = {(s.date, s.predecessor, s.successor, s.share) for s in self.successions if s.date <= day}
        return ended, lines

    def warm(self) -> None:
        """Computes what reading returns needs of the newest tree, so that forked processes share it."""
        if self.changes:
            tree = self.at(self.changes[-1])
            _ = tree.by_code, tree.children(0), self.ids, self.names

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """Ids of all units past and present, by code."""
        return {spell.code: spell.id for spell in self.spells}

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of all units past and present."""
        return frozenset(spell.name for spell in self.spells)

    @cached_property
    def spells_of(self) -> Mapping[int, tuple[Unit, ...]]:
        """Each unit's spells, oldest first."""
        found: dict[int, list[Unit]] = defaultdict(list)
        for spell in sorted(self.spells, key=lambda s: s.valid_from):
            found[spell.id].append(spell)
        return {unit: tuple(spells) for unit, spells in found.items()}

    def latest(self, unit: int) -> Unit | None:
        """The last spell of a unit, whether past or current."""
        spells = self.spells_of.get(unit)
        return spells[-1] if spells else None

    @cached_property
    def successors(self) -> Mapping[int, tuple[Succession, ...]]:
        """Successions by predecessor, oldest first; a move is none, as it changes the parent and not the unit."""
        found: dict[int, list[Succession]] = defaultdict(list)
        for succession in sorted(self.successions, key=lambda s: s.date):
            if succession.predecessor is not None and succession.predecessor != succession.successor:
                found[succession.predecessor].append(succession)
        return {unit: tuple(successions) for unit, successions in found.items()}

    @cached_property
    def predecessors(self) -> Mapping[int, tuple[Succession, ...]]:
        """Successions by successor, oldest first."""
        found: dict[int, list[Succession]] = defaultdict(list)
        for succession in sorted(self.successions, key=lambda s: s.date):
            if succession.successor is not None and succession.predecessor not in {None, succession.successor}:
                found[succession.successor].append(succession)
        return {unit: tuple(successions) for unit, successions in found.items()}


def branches(trees: Collection[Tree], unit: int) -> tuple[int, ...]:
    """The children of a unit over several trees; none where a descendant moved from one child to another.

    Nor are there any where a child is a cell, which has no branch.
    """
    under: dict[int, int] = {}
    for tree in trees:
        for child in tree.children(unit):
            if child.kind is UnitKind.CELL:
                return ()
            if any(under.setdefault(each.id, child.id) != child.id for each in tree.within(child.id)):
                return ()
    return tuple(dict.fromkeys(under.values()))
