"""Small numbers: whose counts of sex, ethnicity and discipline are not told, because too few people are behind them.

Units with fewer members than the minimum are hidden; so are others (complementary suppression), until what remains told
of siblings, parents and children gives no hidden unit away by a difference. The rule is that of statistical offices for
tables with subtotals (Hundepool et al., Statistical Disclosure Control, 2012, section 4.2): below a unit that is told
none or at least two are hidden, with as many members as the minimum; below one that is hidden at least one is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from threading import Lock

from sqlalchemy import Connection, select

from data.forms.b1_movement import B1
from data.organisations.units import Registry, Tree
from data.periods import Period
from data.tables.form_tables import leaf_table
from data.tables.leaves import known_at
from data.tables.schema import submissions

_KEPT = 64
_MEMBERS = B1.only("members_end")

Members = Mapping[int, int]


class Disclosure:
    """Hidden units by year, remembered for each state of the data."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], frozenset[int]] = OrderedDict()
        self._lock = Lock()

    def hidden(
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
        """The units that are hidden in all of the periods (those of one year) on their maps and on today's.

        A unit that was small in one quarter is hidden in all: the others and the year would give the quarter away.
        """
        key = (periods, registry.version, today, minimum, version, as_of)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        scenes = []
        for period in periods:
            cells = _read_members(connection, period, as_of)
            scenes += [(tree, add_up(tree, cells)) for tree in map(registry.at, (period.end, today))]
        found = hidden(scenes, minimum)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def hidden(scenes: Iterable[tuple[Tree, Members]], minimum: int) -> frozenset[int]:
    """The units hidden on all of some maps at once, each with the members of its units."""
    known = list(scenes)
    found = {unit for _, members in known for unit, count in members.items() if count < minimum}
    before = -1
    while len(found) != before:
        before = len(found)
        for tree, members in known:
            _complement(tree, members, minimum, found)
    return frozenset(found)


def add_up(tree: Tree, cells: Members) -> dict[int, int]:
    """The members of each unit, from those of the cells below it."""
    members: dict[int, int] = {}
    for cell, count in cells.items():
        if cell in tree.units:
            for unit in (cell, *(above.id for above in tree.ancestors(cell))):
                members[unit] = members.get(unit, 0) + count
    return members


def _complement(tree: Tree, members: Members, minimum: int, found: set[int]) -> None:
    """Adds to `found` what the difference between a unit and those below it needs."""
    if tree.root is None:
        return
    line = tree.within(tree.root.id)
    # Of units with nobody everybody knows the counts: they hide nothing.
    below = {unit.id: [c.id for c in tree.children(unit.id) if members.get(c.id)] for unit in line}
    for unit in reversed(line):
        if len(below[unit.id]) == 1 and below[unit.id][0] in found:
            found.add(unit.id)
    for unit in line:
        told = sorted((c for c in below[unit.id] if c not in found), key=lambda c: (members[c], c))
        inside = [c for c in below[unit.id] if c in found]
        if unit.id in found:
            found.update(told[: 0 if inside else 1])
            continue
        while inside and told and (len(inside) < 2 or _total(inside, members) < minimum):
            inside.append(told.pop(0))
        found.update(inside)


def _total(units: Collection[int], members: Members) -> int:
    return sum(members[unit] for unit in units)


def _read_members(connection: Connection, period: Period, as_of: datetime | None) -> dict[int, int]:
    table = leaf_table(_MEMBERS)
    query = (
        select(table.c.unit_id, table.c.members_end)
        .join(submissions, submissions.c.id == table.c.submission_id)
        .where(table.c.period == period.code, known_at(as_of), table.c.members_end.is_not(None))
    )
    return {row.unit_id: row.members_end for row in connection.execute(query)}
