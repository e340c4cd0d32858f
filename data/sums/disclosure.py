"""Disclosure control: which units' counts of sex, ethnicity and discipline are suppressed because they are too small.

Units with fewer members than the minimum are suppressed (primary suppression), and further ones (complementary
suppression) until no suppressed unit can be derived from published siblings, parents and children by subtraction. The
rule is that of statistical offices for tables with subtotals (Hundepool et al., Statistical Disclosure Control, 2012,
section 4.2): of the children of a published unit none or at least two are suppressed, which together reach the minimum;
of those of a suppressed unit at least one is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from threading import Lock

from sqlalchemy import Connection

from data.forms.b1_movement import B1
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.tables.leaves import read_leaves

_CACHE_SIZE = 64
_MEMBERS = B1.only("members_end")

Members = Mapping[int, int]


class Disclosure:
    """A cache of suppressed units by periods and version of the data."""

    def __init__(self) -> None:
        self._cache: OrderedDict[tuple[object, ...], frozenset[int]] = OrderedDict()
        self._lock = Lock()

    def suppressed(
        self,
        connection: Connection,
        registry: Registry,
        periods: Sequence[Period],
        today: date,
        *,
        minimum: int,
        version: int,
        as_of: datetime | None,
    ) -> frozenset[int]:
        """The units suppressed in all of the periods (those of one year), on their own trees and on today's.

        A unit that was small in one quarter is suppressed in all: the others and the year would reveal the quarter.
        """
        key = (periods, registry.version, today, minimum, version, as_of)
        with self._lock:
            if key in self._cache:
                return self._cache[key]
        trees = []
        for period in periods:
            cells = _read_members(connection, period, registry, as_of)
            trees += [(tree, sum_members(tree, cells)) for tree in map(registry.at, (period.end, today))]
        found = suppressed(trees, minimum)
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
        return found


def suppressed(trees: Iterable[tuple[Tree, Members]], minimum: int) -> frozenset[int]:
    """The units to suppress on several trees at once, each given with the members of its units."""
    every = list(trees)
    found = {unit for _, members in every for unit, count in members.items() if count < minimum}
    before = -1
    while len(found) != before:
        before = len(found)
        for tree, members in every:
            _complement(tree, members, minimum, found)
    return frozenset(found)


def sum_members(tree: Tree, cells: Members) -> dict[int, int]:
    """The members of each unit, summed from the cells below it."""
    members: dict[int, int] = {}
    for cell, count in cells.items():
        if cell in tree.units:
            for unit in (cell, *(above.id for above in tree.ancestors(cell))):
                members[unit] = members.get(unit, 0) + count
    return members


def _complement(tree: Tree, members: Members, minimum: int, found: set[int]) -> None:
    """Adds the complementary suppressions of one tree to `found`."""
    if tree.root is None:
        return
    line = tree.within(tree.root.id)
    # The counts of units without members are known to be zero, so they protect nothing.
    below = {unit.id: [c.id for c in tree.children(unit.id) if members.get(c.id)] for unit in line}
    for unit in reversed(line):
        if len(below[unit.id]) == 1 and below[unit.id][0] in found:
            found.add(unit.id)
    for unit in line:
        published = sorted((c for c in below[unit.id] if c not in found), key=lambda c: (members[c], c))
        inside = [c for c in below[unit.id] if c in found]
        if unit.id in found:
            found.update(published[: 0 if inside else 1])
            continue
        while inside and published and (len(inside) < 2 or _total(inside, members) < minimum):
            inside.append(published.pop(0))
        found.update(inside)


def _total(units: Collection[int], members: Members) -> int:
    return sum(members[unit] for unit in units)


def _read_members(connection: Connection, period: Period, registry: Registry, as_of: datetime | None) -> dict[int, int]:
    rows = read_leaves(connection, _MEMBERS, period, registry, as_of=as_of)
    members: dict[int, int] = {}
    for unit, (count,) in zip(rows.units, rows.values.tolist(), strict=True):
        if count == count:
            place = rows.placed.get(unit, unit)
            members[place] = members.get(place, 0) + int(count)
    return members
