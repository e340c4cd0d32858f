"""Returns that are due, by whether they came on time and complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.forms.derived import TIMELINESS
from data.observations import Basis
from data.periods import Period
from data.sums.due import senders
from data.sums.families.model import Duty, Owed, OwedFamily


class TimelinessFamily(OwedFamily):
    """A duty for each return that a sender owes."""

    declared = TIMELINESS

    def duties(self, owed: Owed, period: Period) -> Iterator[Duty]:
        """Of an opened period and the opened ones inside it: a year's form is due beside its quarters'."""
        parts = [part for part in owed.opened if period.contains(part)] if period in owed.opened else []
        for part in parts:
            for due in owed.returns(part):
                counts = {"returns_due": 1, "returns_on_time": int(due.on_time), "returns_complete": int(due.complete)}
                yield Duty(due.unit, owed.above(due.unit, part.end), counts)

    def expected(self, owed: Owed, unit: int, day: date) -> int:
        """Senders at or below the unit."""
        tree = owed.registry.at(day if owed.basis is Basis.REPORTED else owed.todays_map.today)
        return len({below.id for below in tree.within(unit)}.intersection(senders(tree)))
