"""Reads and caches the registry of organisations in force, now or as of an instant."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import Connection, select

from data.forms.vocabulary import Vocabulary
from data.organisations.reporting_lines import ReportingLines
from data.organisations.units import Event, Registry, Succession, Unit, UnitKind
from data.sums.todays_map import TodaysMap
from data.tables.leaves import as_of_clause
from data.tables.schema import submissions, successions, unit_spells, units

_SPELL = ("unit_id", "name", "kind", "parent_id", "valid_from", "valid_to", "base_type", "residential")
_MAPS = 4  # registries and days that are used alternately


def read_registry(connection: Connection, as_of: datetime | None) -> Registry:
    """The registry in force; empty when none was ever loaded."""
    version = connection.execute(
        select(submissions.c.id).where(submissions.c.form == "DM", as_of_clause(as_of))
    ).scalar()
    if version is None:
        return Registry(0, ())
    codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
    query = select(*(unit_spells.c[name] for name in _SPELL)).where(unit_spells.c.submission_id == version)
    days: dict[date, date] = {}  # interned, since thousands of units share a day
    spells = [
        Unit(
            id=unit,
            code=codes[unit],
            name=name,
            kind=UnitKind(kind),
            parent=parent,
            valid_from=days.setdefault(start, start),
            valid_to=days.setdefault(end, end) if end else None,
            base_type=base_type,
            residential=residential,
        )
        for unit, name, kind, parent, start, end, base_type, residential in connection.execute(
            query.order_by(unit_spells.c.row)
        )
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
    """A cache of registries by version, so that a request does not re-read thousands of unchanged rows."""

    def __init__(self) -> None:
        self._by_version: dict[int, Registry] = {}
        self._maps: OrderedDict[tuple[int, int, date], TodaysMap] = OrderedDict()
        self._lines: dict[int, ReportingLines] = {}

    def get(self, connection: Connection, as_of: datetime | None) -> Registry:
        """The registry in force at `as_of` (None: now)."""
        version = connection.execute(
            select(submissions.c.id).where(submissions.c.form == "DM", as_of_clause(as_of))
        ).scalar()
        if version is None:
            return Registry(0, ())
        if version not in self._by_version:
            self._by_version[version] = read_registry(connection, as_of)
        return self._by_version[version]

    def reporting_lines(self, registry: Registry) -> ReportingLines:
        """Through which senders what is known of units may have come, under a registry."""
        return self._lines.setdefault(registry.version, ReportingLines(registry))

    def todays_map(self, vocabulary: Vocabulary, registry: Registry, today: date) -> TodaysMap:
        """The map of a day under a registry, with everything already computed on it."""
        key = vocabulary.version, registry.version, today
        found = self._maps.setdefault(key, TodaysMap(vocabulary, registry, today))
        while len(self._maps) > _MAPS:
            self._maps.popitem(last=False)
        return found
