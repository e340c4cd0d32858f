"""Reads the registry of organisations that is in force, or was at an instant."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Connection, select

from data.leaves import known_at
from data.schema import submissions, successions, unit_spells, units
from data.todays_map import TodaysMap
from data.units import Event, Registry, Succession, Unit, UnitKind

_MAPS = 4  # of as many registries and days as are asked for in turns


def read_registry(connection: Connection, as_of: datetime | None) -> Registry:
    """The registry in force, empty when none was ever loaded."""
    version = connection.execute(select(submissions.c.id).where(submissions.c.form == "DM", known_at(as_of))).scalar()
    if version is None:
        return Registry(0, ())
    codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
    spells = [
        Unit(
            id=row["unit_id"],
            code=codes[row["unit_id"]],
            name=row["name"],
            kind=UnitKind(row["kind"]),
            parent=row["parent_id"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            base_type=row["base_type"],
            residential=row["residential"],
        )
        for row in connection.execute(
            select(unit_spells).where(unit_spells.c.submission_id == version).order_by(unit_spells.c.row)
        ).mappings()
    ]
    events = [
        Succession(
            date=row["date"],
            decision=row["decision"],
            event=Event(row["event"]),
            predecessor=row["predecessor_id"],
            successor=row["successor_id"],
            share=Fraction(row["share"]) if row["share"] else None,
        )
        for row in connection.execute(
            select(successions).where(successions.c.submission_id == version).order_by(successions.c.row)
        ).mappings()
    ]
    return Registry(version, spells, events)


class RegistryCache:
    """Registries by version, so that a request does not read thousands of unchanged lines again."""

    def __init__(self) -> None:
        self._by_version: dict[int, Registry] = {}
        self._maps: OrderedDict[tuple[int, date], TodaysMap] = OrderedDict()

    def get(self, connection: Connection, as_of: datetime | None) -> Registry:
        """The registry in force at `as_of` (None: now)."""
        version = connection.execute(
            select(submissions.c.id).where(submissions.c.form == "DM", known_at(as_of))
        ).scalar()
        if version is None:
            return Registry(0, ())
        if version not in self._by_version:
            self._by_version[version] = read_registry(connection, as_of)
        return self._by_version[version]

    def map_of(self, registry: Registry, today: date) -> TodaysMap:
        """The map of a day by a registry, with all that was worked out on it before."""
        key = registry.version, today
        found = self._maps.setdefault(key, TodaysMap(registry, today))
        while len(self._maps) > _MAPS:
            self._maps.popitem(last=False)
        return found
