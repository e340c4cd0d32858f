"""How the viewer's cells stand, as stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from data.forms.b1_movement import B1
from data.forms.kh_plans import KH
from data.periods import Period
from data.reading.reads import note
from data.reading.returns import ReturnReader
from data.tables.standings import CellStanding, read_borrowing, read_counts, read_standings


class StandingReader(ReturnReader):
    """Queries on stored standings; None where the cells must be judged from the returns: as of an instant, or anew.

    `rule` and `forms` are the version of the rule by which they are stored, and the forms that it reads.
    """

    def standings(self, period: Period, rule: str, forms: Collection[str]) -> Mapping[int, CellStanding] | None:
        """How each of the viewer's cells stands."""
        if self.as_of is not None:
            return None
        with self._frame.connect() as connection:
            if not self._may_read(connection, period, rule, forms):
                return None
            within = None if self.viewer.unit is None else self.tree(period.end).units
            return read_standings(connection, period, within)

    def standing_counts(
        self, period: Period, rule: str, forms: Collection[str], units: Collection[int]
    ) -> Mapping[int, tuple[int, ...]] | None:
        """What is counted of the cells of some of the viewer's units, in the order of `COUNTED`."""
        if self.as_of is not None:
            return None
        within = self.tree(period.end).units
        with self._frame.connect() as connection:
            if not self._may_read(connection, period, rule, forms):
                return None
            return read_counts(connection, period, [unit for unit in units if unit in within])

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
