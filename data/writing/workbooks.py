"""Stores all parts of an accepted workbook and rolls them up, within the store's transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.messages import sentence
from data.organisations.units import Registry
from data.reading.registries import read_registry
from data.returns import ParsedWorkbook, Return
from data.sums import rollup_writes
from data.sums.rollup_reads import StoredCounts
from data.tables.current import ReturnKey
from data.tables.last_changes import EVERYTHING, DataChange
from data.viewers import OutOfScope, Viewer
from data.writing import acceptance
from data.writing.acceptance import Delivery
from data.writing.changes import changes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWorkbook:
    """A workbook that was stored: whether it superseded anything, the registry then in force, and what it changed."""

    replaced: bool
    registry: Registry
    changes: frozenset[DataChange]


def store_workbook(stored: StoredCounts, delivery: Delivery, workbook: ParsedWorkbook) -> StoredWorkbook:
    """Stores a workbook.

    Raises:
        OutOfScope: the sender may not load these returns.
    """
    connection, viewer = stored.connection, delivery.viewer
    acceptance.store_file(connection, delivery)
    replaced = False
    if workbook.registry is not None:
        require(viewer.unit is None, viewer)
        before = stored.registry
        replaced |= acceptance.accept_registry(connection, delivery, workbook.registry)
        # A registry of this transaction must not be cached: the transaction may yet fail.
        stored = replace(stored, registry=read_registry(connection, None))
        rollup_writes.roll_up_all(stored, before)
    registry = stored.registry
    if workbook.plans is not None:
        require(viewer.unit is None, viewer)
        replaced |= acceptance.accept_plans(connection, delivery, registry, workbook.plans)
    if workbook.tasks is not None:
        require(viewer.unit is None, viewer)
        replaced |= acceptance.accept_tasks(connection, delivery, registry, workbook.tasks)
    for given in workbook.returns:
        require(_may_send(viewer, registry, given), viewer)
        replaced |= acceptance.accept_return(connection, delivery, registry, given)
    for given in workbook.official:
        require(_may_send(viewer, registry, given), viewer)
        replaced |= acceptance.accept_official(connection, delivery, registry, given)
    reshaped = rollup_writes.roll_up_returns(stored, workbook.returns)
    rollup_writes.roll_up_official_forms(stored, workbook.official)
    changes = frozenset({EVERYTHING})
    if workbook.registry is None:
        found = acceptance.contents(workbook)
        keys = [ReturnKey(form, registry.ids.get(unit, 0), period) for form, unit, period in found]
        changes = changes_of(stored, keys, reshaped)
    return StoredWorkbook(replaced=replaced, registry=registry, changes=changes)


def require(allowed: bool, viewer: Viewer) -> None:
    """Lets pass what the viewer may do.

    Raises:
        OutOfScope: it may not.
    """
    if not allowed:
        raise OutOfScope(sentence("may_not.change", name=viewer.name))


def _may_send(viewer: Viewer, registry: Registry, given: Return) -> bool:
    if viewer.unit is None:
        return True
    unit = registry.latest(registry.ids.get(given.unit, -1))
    if unit is None or given.period is None:
        return False
    tree = registry.at(given.period.end)
    above = {u.code for u in tree.ancestors(unit.id)}
    return given.unit == viewer.unit or viewer.unit in above
