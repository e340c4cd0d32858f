"""In-memory observations: rows as returned, summed on demand. An independent implementation to test against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import date

from data.forms.builtin import BUILTIN, SOURCES
from data.observations import Leaf, Totals
from data.organisations.lineage import Lineage
from data.organisations.units import Event, Level, Registry, Succession, Unit, UnitKind, branches
from data.periods import Period

Rows = Mapping[str, Mapping[str, int | None]]

_KINDS = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.BASE_COMMITTEE, UnitKind.CELL)


def unit(code: str, number: int, parent: int | None, life: tuple[date, date | None]) -> Unit:
    """A unit whose level is the depth of its code: T, T.1, T.1.1, T.1.1.1."""
    return Unit(
        id=number,
        code=code,
        name=f"Đơn vị {code}",
        kind=_KINDS[code.count(".")],
        parent=parent,
        valid_from=life[0],
        valid_to=life[1],
        residential=True,
    )


class InMemoryObservations:
    """Returned rows; a measure that a row does not name is blank."""

    vocabulary = BUILTIN

    def __init__(
        self,
        *codes: str,
        lives: Mapping[str, tuple[date, date | None]] | None = None,
        merged: Mapping[str, tuple[str, date]] | None = None,
    ) -> None:
        always = (date(1990, 1, 1), None)
        self.ids = {code: number for number, code in enumerate(codes, start=1)}
        self.registry = Registry(
            1,
            [
                unit(code, number, self.ids.get(code.rpartition(".")[0]), (lives or {}).get(code, always))
                for code, number in self.ids.items()
            ],
            [
                Succession(
                    date=day, decision="", event=Event.MERGED, predecessor=self.ids[one], successor=self.ids[other]
                )
                for one, (other, day) in (merged or {}).items()
            ],
        )
        self._day: date | None = None
        self._rows: dict[tuple[str, Period], dict[int, Mapping[str, int | None]]] = {}

    def put(self, source: str, period: str, rows: Rows) -> InMemoryObservations:
        """Adds rows by unit code to a return."""
        there = self._rows.setdefault((source, Period.parse(period)), {})
        there.update({self.ids[code]: values for code, values in rows.items()})
        return self

    def at(self, source: str, unit: int, period: Period) -> Totals | None:
        """Sums over the rows at or below the unit."""
        leaves = self.leaves(source, unit, period)
        if not leaves:
            return None
        codes = [measure.code for measure in SOURCES[source].measures]
        return Totals(
            reporting=len(leaves),
            expected=self.expected(source, unit, period.end),
            sums={code: sum(leaf.values.get(code) or 0 for leaf in leaves) for code in codes},
            blanks={code: blank for code in codes if (blank := sum(leaf.values.get(code) is None for leaf in leaves))},
        )

    def leaves(self, source: str, unit: int, period: Period) -> Sequence[Leaf]:
        """The rows at or below the unit on the period's last day."""
        rows = self._rows.get((source, period), {})
        return [Leaf(leaf, rows[leaf]) for leaf in self.expected_leaves(source, unit, period.end) if leaf in rows]

    def expected_leaves(self, source: str, unit: int, day: date) -> Mapping[int, frozenset[int]]:
        """The leaves of the day that are below the unit, or whose successors are on the later day of the map."""
        grain = SOURCES[source].grain
        if self._day is None:
            return {u.id: frozenset({u.id}) for u in self.registry.at(day).within(unit) if u.has_grain(grain)}
        there, lineage = self.registry.at(day), Lineage(self.registry, self._day)
        within = {below.id for below in lineage.tree.within(unit)}
        placed = {
            u.id: frozenset(lineage.placement(u.id, day).shares) for u in there.units.values() if u.has_grain(grain)
        }
        return {leaf: places for leaf, places in placed.items() if places & within}

    def on_map(self, period: Period, past: Period) -> InMemoryObservations:
        """The same rows on the map of the later period's last day."""
        mapped = copy(self)
        mapped._day = period.end
        return mapped

    def perimeter_changes(self, unit: int, after: date, until: date) -> Sequence[date]:
        """The days of mergers into the unit."""
        lines = self.registry.predecessors.get(unit, ())
        return [line.date for line in lines if after < line.date <= until]

    def additive_children(self, source: str, unit: int, periods: Collection[Period]) -> Sequence[int]:
        """The units directly below, unless the unit has rows of its own."""
        trees = [self.registry.at(period.end) for period in periods]
        own = any(unit in tree.units and tree.units[unit].has_grain(SOURCES[source].grain) for tree in trees)
        return () if own else branches(trees, unit)

    def expected(self, source: str, unit: int, day: date) -> int:
        """Units of the source's grain at or below the unit."""
        return len(self.expected_leaves(source, unit, day))

    def exists(self, source: str, leaf: int, day: date) -> bool:
        """Whether the leaf existed and has the source's grain."""
        there = self.registry.at(day).units.get(leaf)
        return there is not None and there.has_grain(SOURCES[source].grain)

    def is_suppressed(self, measures: Iterable[str], unit: int, period: Period) -> bool:
        """Never: test data is not suppressed."""
        return False

    def level(self, unit: int, day: date) -> Level | None:
        """The unit's level on the day."""
        there = self.registry.at(day).units.get(unit)
        return there.level if there else None
