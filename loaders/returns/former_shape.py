"""Returns in the shape of before a reorganisation: read with the tree of then, counted for the successors of today."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from data.organisations.shapes import Shape
from data.organisations.units import Registry, Unit
from data.returns import Finding, Return, ReturnedRow
from loaders.findings import warning
from loaders.returns.return_table import ReturnTable
from loaders.sheets.recognise import Recognised
from loaders.sheets.title_block import read_title_block

Read = tuple[ReturnTable | None, list[Finding]]

_DAY = timedelta(days=1)
_SHOWN = 3


def in_former_shape(
    found: Recognised, registry: Registry, first: Read, read: Callable[[Recognised, Registry], Read]
) -> Read:
    """A return whose units are unknown on its period's last day, read in the newest shape of its year that knows more.

    `first` is what was read in the shape of the last day, and is returned where no former shape knows more units, or
    where one of them has no successor.
    """
    unknown = _unknown(first)
    for eve in _eves(registry) if unknown else ():
        former = _as_on(registry, eve)
        head = first[0].head if first[0] else read_title_block(found, former)[0]
        if head is None or eve >= head.period.end or former.at(eve).shape == registry.at(head.period.end).shape:
            continue
        if eve < head.period.whole_year.start - _DAY:
            break
        table, findings = again = read(found, former)
        if table is not None and _unknown(again) < unknown:
            remarks = _counted_elsewhere(table, Shape(registry, table.head.period.end))
            if remarks is not None:
                return table, [*findings, *remarks]
    return first


def _unknown(given: Read) -> float:
    """The number of lines whose units are unknown; infinite if not even the sender is known."""
    table, _ = given
    return math.inf if table is None else sum(line.unit is None for line in table.body.leaves)


def _eves(registry: Registry) -> Iterator[date]:
    return (day - _DAY for day in reversed(registry.changes[1:]))


def _as_on(registry: Registry, day: date) -> Registry:
    """The registry as if nothing had changed since a day."""
    lasting = [replace(unit, valid_to=None) for unit in registry.at(day).units.values()]
    return Registry(registry.version, lasting, registry.successions)


def _counted_elsewhere(table: ReturnTable, shape: Shape) -> list[Finding] | None:
    """A remark that names the units that count elsewhere; None if one of them counts nowhere."""
    below = {unit.id for unit in shape.tree.within(table.head.sender.id)}
    groups: dict[int, list[Unit]] = {}
    cell = ""
    for line in table.body.leaves:
        if line.unit is None or line.unit.id in below:
            continue
        place = shape.place(line.unit.id)
        if place is None:
            return None
        moved_to = shape.tree.units[place.unit].parent if place.unit == line.unit.id else place.unit
        groups.setdefault(moved_to if moved_to is not None else place.unit, []).append(line.unit)
        cell = cell or table.found.cell(line.row, "unit_name")
    if not groups:
        return []
    parts = [f"{_listed(units)} → {_named(shape.tree.units[place])}" for place, units in groups.items()]
    about = "; ".join(parts[:_SHOWN]) + ("; …" if len(parts) > _SHOWN else "")
    return [warning("counted_by_lineage", table.found.name, cell, changes=about)]


def _named(unit: Unit) -> str:
    return f"{unit.name} ({unit.code})"


def _listed(units: Sequence[Unit]) -> str:
    return ", ".join(map(_named, units[:_SHOWN])) + (", …" if len(units) > _SHOWN else "")


def in_current_shape(given: Return, registry: Registry) -> Return:
    """A return with the lines of former units merged into their successors', to be compared with what is stored.

    Lines of units that were divided, or whose successor has other predecessors, are left out.
    """
    if given.period is None:
        return given
    shape, ids = Shape(registry, given.period.end), registry.ids
    by_unit = {ids[row.unit]: row for row in given.rows if row.unit in ids}
    if by_unit.keys() <= shape.tree.units.keys():
        return given
    among: dict[int, list[ReturnedRow]] = {}
    for unit, row in by_unit.items():
        place = shape.place(unit)
        if place is not None and not place.successors:
            among.setdefault(place.unit, []).append(row)
    rows = [
        replace(rows[0], unit=shape.tree.units[unit].code, values=_together(rows))
        for unit, rows in among.items()
        if shape.has_reported(unit, by_unit)
    ]
    return replace(given, rows=tuple(rows))


def _together(rows: Sequence[ReturnedRow]) -> tuple[int | str | None, ...]:
    return rows[0].values if len(rows) == 1 else tuple(map(_sum, zip(*(row.values for row in rows), strict=True)))


def _sum(values: Sequence[int | str | None]) -> int | None:
    counts = [value for value in values if isinstance(value, int)]
    return sum(counts) if len(counts) == len(values) else None


def dropped_units(given: Return, stored: Collection[str], registry: Registry) -> frozenset[str]:
    """The codes of units of the sender that a stored return counts for, and its correction does not.

    Units that have another sender by the end of the period are not the sender's to return any more.
    """
    codes = frozenset(row.unit for row in given.rows)
    if given.period is None:
        return frozenset(stored) - codes
    shape, ids = Shape(registry, given.period.end), registry.ids
    before, after = (_counted_at(shape, [ids[code] for code in some if code in ids]) for some in (stored, codes))
    dropped = (before - after) & shape.tree.unit_ids_of_grain(given.form.grain)
    own = {unit.id for unit in shape.tree.within(ids.get(given.unit, -1))}
    return frozenset(shape.tree.units[unit].code for unit in (dropped & own if own else dropped))


def _counted_at(shape: Shape, units: Sequence[int]) -> frozenset[int]:
    places = [place for unit in units if (place := shape.place(unit)) is not None]
    return frozenset(unit for place in places for unit in place.successors or {place.unit})
