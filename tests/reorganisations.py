"""Reorganisations of the small province, and returns of whatever cells it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from data.organisations.units import Event, UnitKind
from data.periods import Period
from data.returns import ParsedWorkbook, RegisteredSuccession, RegisteredUnit, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.small_province import movement, registry

CHANGE = date(2019, 7, 1)
EVE = CHANGE - timedelta(days=1)

AncestorPaths = tuple[tuple[Event, str, str | None, str | None], ...]


def added(code: str, parent: str | None, kind: UnitKind = UnitKind.CELL) -> RegisteredUnit:
    return RegisteredUnit(
        row=90, code=code, name=code, kind=kind, parent=parent, valid_from=CHANGE, valid_to=None, residential=True
    )


ENDED: Mapping[str, tuple[tuple[str, ...], tuple[RegisteredUnit, ...], AncestorPaths]] = {
    "a cell absorbed by another": (("H1.1.2",), (), ((Event.ABSORBED, "H1.1.2", "H1.1.1", None),)),
    "two cells made one, across districts": (
        ("H1.1.2", "H2.1.1"),
        (added("H2.1.9", "H2.1"),),
        ((Event.MERGED, "H1.1.2", "H2.1.9", "1"), (Event.MERGED, "H2.1.1", "H2.1.9", "1")),
    ),
    "a cell split by share": (
        ("H1.1.1",),
        (added("H1.1.8", "H1.1"), added("H2.1.9", "H2.1")),
        ((Event.SPLIT, "H1.1.1", "H1.1.8", "1/3"), (Event.SPLIT, "H1.1.1", "H2.1.9", "2/3")),
    ),
    "a part of a cell that goes on": ((), (added("H2.1.9", "H2.1"),), ((Event.SPLIT, "H1.1.1", "H2.1.9", "2/7"),)),
    "a cell split without shares": (
        ("H1.1.1",),
        (added("H1.1.8", "H1.1"), added("H2.1.9", "H2.1")),
        ((Event.SPLIT, "H1.1.1", "H1.1.8", None), (Event.SPLIT, "H1.1.1", "H2.1.9", None)),
    ),
    "a base cell moved to another district": (("H1.2",), (added("H1.2", "H2", UnitKind.BASE_CELL),), ()),
    "a cell under a new code": (("H1.1.1",), (added("H1.1.7", "H1.1"),), ((Event.RENAMED, "H1.1.1", "H1.1.7", None),)),
    "a cell dissolved": (("H1.1.2",), (), ((Event.DISSOLVED, "H1.1.2", None, None),)),
    "districts abolished": (
        ("H1", "H2", "H1.1", "H1.2", "H2.1"),
        (
            added("H1.1", "T", UnitKind.BASE_COMMITTEE),
            added("H1.2", "T", UnitKind.BASE_CELL),
            added("H2.1", "T", UnitKind.BASE_COMMITTEE),
        ),
        (),
    ),
}
EVENTS = tuple(ENDED)


def reorganised(name: str) -> ParsedWorkbook:
    """The registry after one of the events."""
    ended, new, lines = ENDED[name]
    workbook = registry()
    assert workbook.registry is not None
    units = tuple(replace(u, valid_to=EVE) if u.code in ended else u for u in workbook.registry.units)
    successions = tuple(
        RegisteredSuccession(
            row=row,
            date=CHANGE,
            decision="QĐ",
            event=event,
            predecessor=before,
            successor=after,
            share=Fraction(share) if share else None,
        )
        for row, (event, before, after, share) in enumerate(lines, start=8)
    )
    return replace(
        workbook,
        source=SourceFile(name="dm2.xlsx", content=name.encode()),
        registry=replace(workbook.registry, units=numbered((*units, *new)), successions=successions),
    )


def numbered(units: Iterable[RegisteredUnit]) -> tuple[RegisteredUnit, ...]:
    """The lines of a registry, each on a row of its own."""
    return tuple(replace(unit, row=row) for row, unit in enumerate(units, start=8))


def fill(store: Store, values: Mapping[str, Mapping[str, int]], periods: tuple[Period, ...]) -> None:
    """Stores returns of all existing cells; new cells report the same as the first one."""
    for period in periods:
        tree = store.reader(SYSTEM).registry.at(period.end)
        assert tree.root is not None
        for sender in tree.children(tree.root.id):
            cells = [u.code for u in tree.within(sender.id) if u.kind in {UnitKind.CELL, UnitKind.BASE_CELL}]
            given = {code: values.get(code, values["H1.1.1"]) for code in cells}
            store.accept(movement(sender.code, period.code, given), viewer=SYSTEM)
