"""What loaders compare a new return with: the returns in force of units in the viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from data.forms.header_mappings import HeaderMapping
from data.messages import sentence
from data.organisations.shapes import Shape
from data.periods import Period
from data.reading.reads import note
from data.reading.scope import ScopedReader
from data.sums.substitutes import read_substitutes
from data.tables.current import (
    ColumnTotals,
    CountRanges,
    ReturnKey,
    StoredReturn,
    read_column_totals,
    read_corrected,
    read_count_ranges,
    read_current,
    read_is_cumulative,
    read_measure,
    read_official_counts,
    read_reported_units,
    read_units_with_returns,
)
from data.tables.last_changes import RECEIPTS
from data.tables.records import Receipt, mapping_of, receipt_of
from data.tables.schema import mappings, receipts
from data.tables.sent_rows import read_senders
from data.tables.withdrawn import WithdrawnReturn, read_withdrawn
from data.viewers import OutOfScope


class ReturnReader(ScopedReader):
    """Queries on single returns, made before another return under their key is accepted."""

    def closings(self, unit: str, form: str, measure: str, period: Period) -> dict[str, int]:
        """A measure of each leaf unit in the unit's return for exactly that period, by unit code.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        within: set[int] | None = None
        if unit in self.registry.ids or self.viewer.unit is not None:
            days, top = (period.next.start, period.end), self._unit_id(unit)
            within = {u.id for day in days for u in self.registry.at(day).within(top)}
        with self._engine.connect() as connection:
            declared = self.vocabulary.stored[form]
            return read_measure(connection, declared, measure, period, self.registry, within, self.as_of)

    def absorbed(self, form: str, period: Period) -> dict[str, tuple[str, str]]:
        """Former units whose rows in force are added to a successor that existed before: successor and sender, by code.

        Only units that the viewer may see.
        """
        shape = Shape(self.registry, period.end)
        codes = {unit.id: unit.code for unit in self.registry.spells}
        with self._engine.connect() as connection:
            rows = read_senders(connection, self.vocabulary.stored[form], period, self.as_of)
        found: dict[str, tuple[str, str]] = {}
        for unit, sender in (rows[place] for place in shape.counted(rows)):
            place = None if unit in shape.tree.units else shape.place(unit)
            if place is not None and not place.successors and self.may_see(unit):
                found[codes[unit]] = codes[place.unit], codes.get(sender, "")
        return found

    def corrected(self, unit: str | None, most: int) -> tuple[tuple[Period, datetime], ...]:
        """The latest instants, at most so many a period, at which returns of a sender were superseded; oldest first.

        None is every sender of the viewer's branch.
        """
        among = None if self.viewer.unit is None else {below.id for below in self.tree().units.values()}
        if unit is not None:
            among = {self.unit(unit).id} if among is None else among & {self.unit(unit).id}
        note(None, self._own_senders if unit is None else self._senders_behind((self.unit(unit).id,)))
        with self._frame.connect() as connection:
            return read_corrected(connection, among, most, self.as_of)

    def is_cumulative(self, unit: str, form: str, period: Period) -> bool:
        """Whether the unit's return in force under that key counts flows since 1 January.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        with self._engine.connect() as connection:
            key = ReturnKey(form, self._unit_id(unit), period.code)
            return read_is_cumulative(connection, key, self.as_of)

    def mappings(self) -> tuple[HeaderMapping, ...]:
        """The saved header mappings, newest first."""
        query = select(mappings).order_by(mappings.c.at.desc(), mappings.c.fingerprint)
        with self._engine.connect() as connection:
            return tuple(mapping_of(row) for row in connection.execute(query).mappings())

    def current_return(self, unit: str, form: str, period_code: str) -> StoredReturn | None:
        """The return in force under that key, with its rows as reported, or None.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        if unit not in self.registry.ids:
            return None
        with self._engine.connect() as connection:
            return read_current(
                connection, self.vocabulary, ReturnKey(form, self.unit(unit).id, period_code), self.as_of
            )

    def count_ranges(
        self, unit: str, form: str, measures: Sequence[str], periods: Iterable[Period], *, cumulative: bool
    ) -> CountRanges:
        """The ranges of the leaf units' measures over a unit's returns of several periods.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        keys = [ReturnKey(form, self._unit_id(unit), period.code) for period in periods]
        with self._engine.connect() as connection:
            return read_count_ranges(
                connection, self.vocabulary.stored[form], keys, measures, cumulative=cumulative, as_of=self.as_of
            )

    def column_totals(
        self, unit: str, form: str, measures: Sequence[str], periods: Iterable[Period], *, cumulative: bool
    ) -> dict[str, ColumnTotals]:
        """The column totals of a unit's returns of several periods, by period code.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        keys = [ReturnKey(form, self._unit_id(unit), period.code) for period in periods]
        with self._engine.connect() as connection:
            return read_column_totals(
                connection, self.vocabulary.stored[form], keys, measures, cumulative=cumulative, as_of=self.as_of
            )

    def official_counts(self, unit: str, period: Period) -> dict[tuple[str, str], int]:
        """The counts of a unit's official forms for a period, by form and measure.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        with self._engine.connect() as connection:
            return read_official_counts(connection, self.unit(unit).id, period, self.as_of)

    def has_substitute(self, unit: str, source: str, period: Period) -> bool:
        """Whether the unit's official forms substitute for returns that no unit below it sent.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        with self._engine.connect() as connection:
            form = self.vocabulary.stored[source]
            found = read_substitutes(connection, self.vocabulary, form, period, self.registry, self.as_of)
        return self.unit(unit).id in found

    def units_with_returns(self, units: Collection[int]) -> frozenset[int]:
        """Those of some units that sent a return in force, or have a row in one.

        Raises:
            OutOfScope: the viewer sees one branch only.
        """
        if self.viewer.unit is not None:
            raise OutOfScope(sentence("may_not.change", name=self.viewer.name))
        with self._engine.connect() as connection:
            return read_units_with_returns(connection, self.vocabulary, units, self.as_of)

    def reported_units(self, unit: str, form: str, period_code: str) -> frozenset[str]:
        """Codes of the leaf units in the unit's return in force under that key.

        Raises:
            OutOfScope: the unit never belonged to the viewer's branch.
        """
        with self._engine.connect() as connection:
            key = ReturnKey(form, self._unit_id(unit), period_code)
            return read_reported_units(connection, self.vocabulary.stored[form], key, self.as_of)

    def receipts(self, limit: int = 50) -> tuple[Receipt, ...]:
        """Attempts to load, newest first: all of them, or a district account's own."""
        query = select(receipts).order_by(receipts.c.id.desc()).limit(limit)
        if self.viewer.unit is not None:
            root = self.tree().root
            own = receipts.c.sender == self.viewer.name
            query = query.where(own | (receipts.c.sender_unit_id == root.id) if root else own)
        self._note_own((RECEIPTS,))
        with self._frame.connect() as connection:
            return tuple(receipt_of(row) for row in connection.execute(query).mappings())

    def withdrawn(self) -> tuple[WithdrawnReturn, ...]:
        """Returns of the viewer's branch that were withdrawn and not sent again, newest first."""
        self._note_own()
        with self._frame.connect() as connection:
            found = read_withdrawn(connection, self.as_of)
        return tuple(
            replace(one, unit_name=self._name(one.unit, one.unit_code)) for one in found if self.may_see(one.unit)
        )

    def _name(self, unit: int, code: str) -> str:
        latest = self.registry.latest(unit)
        return latest.name if latest else code
