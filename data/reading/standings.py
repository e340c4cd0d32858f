"""How the viewer's cells stand, as stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from data.forms.b1_movement import B1
from data.forms.kh_plans import KH
from data.periods import Period
from data.reading.reads import note
from data.reading.returns import ReturnReader
from data.tables.standings import (
    CellStanding,
    ListedStanding,
    read_borrowing,
    read_counts,
    read_listed,
    read_name_keys,
    read_sought,
    read_standings,
)

Found = TypeVar("Found")


class StandingReader(ReturnReader):
    """Queries on stored standings; None where the cells must be judged from the returns: as of an instant, or anew.

    `rule` and `forms` are the version of the rule by which they are stored, and the forms that it reads.
    """

    def standings(
        self, period: Period, rule: str, forms: Collection[str], cells: Collection[int] | None = None
    ) -> Mapping[int, CellStanding] | None:
        """How some or each of the viewer's cells stands."""
        within = self._of_viewer(period, cells)
        return self._stored(period, rule, forms, lambda connection: read_standings(connection, period, within))

    def listed_standings(self, period: Period, rule: str, forms: Collection[str]) -> Sequence[ListedStanding] | None:
        """What the places of the viewer's cells in a list follow from."""
        within = self._of_viewer(period)
        return self._stored(period, rule, forms, lambda connection: read_listed(connection, period, within))

    def standing_keys(
        self, period: Period, rule: str, forms: Collection[str], column: str
    ) -> Mapping[int, bytes | None] | None:
        """The sort keys of the viewer's cells, of one of the columns `NAME_KEYS`."""
        within = self._of_viewer(period)
        return self._stored(period, rule, forms, lambda connection: read_name_keys(connection, period, column, within))

    def standings_sought(
        self, period: Period, rule: str, forms: Collection[str], words: Sequence[str]
    ) -> frozenset[int] | None:
        """The viewer's cells that have words beginning with each of some normalised words."""
        within = self._of_viewer(period)
        found = self._stored(period, rule, forms, lambda connection: read_sought(connection, period, words))
        return found if found is None or within is None else found.intersection(within)

    def standing_counts(
        self, period: Period, rule: str, forms: Collection[str], units: Collection[int]
    ) -> Mapping[int, tuple[int, ...]] | None:
        """What is counted of the cells of some of the viewer's units, in the order of `COUNTED`."""
        within = self.tree(period.end).units
        wanted = [unit for unit in units if unit in within]
        return self._stored(period, rule, forms, lambda connection: read_counts(connection, period, wanted))

    def _of_viewer(self, period: Period, cells: Collection[int] | None = None) -> Collection[int] | None:
        """Those of some cells, or of all, that the viewer may see; None: every one."""
        if self.viewer.unit is None:
            return cells
        within = self.tree(period.end).units
        return within.keys() if cells is None else [cell for cell in cells if cell in within]

    def _stored(
        self, period: Period, rule: str, forms: Collection[str], read: Callable[[Connection], Found]
    ) -> Found | None:
        if self.as_of is not None:
            return None
        with self._frame.connect() as connection:
            return read(connection) if self._may_read(connection, period, rule, forms) else None

    def _may_read(self, connection: Connection, period: Period, rule: str, forms: Collection[str]) -> bool:
        """Whether the standings of a period are right; notes what they follow from."""
        borrows = read_borrowing(connection, rule, period)
        if borrows is None:
            return False
        self.note_judged(forms, borrows=borrows)
        return True

    def note_judged(self, forms: Collection[str], *, borrows: bool) -> None:
        """Notes what standings follow from: plans, the own returns and, where a verdict borrows it, all's season."""
        note((KH.code,), None)
        self._note_own(forms)
        if borrows:
            note((B1.code,), None)
