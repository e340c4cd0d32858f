"""Due returns, by whether they were received on time and complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.forms.derived import TIMELINESS
from data.observations import Basis
from data.periods import Period
from data.sums.due_returns import senders
from data.sums.families.model import Obligation, ObligationContext, ObligationFamily


class TimelinessFamily(ObligationFamily):
    """An obligation for each return that a sender owes."""

    declared = TIMELINESS

    def obligations(self, context: ObligationContext, period: Period) -> Iterator[Obligation]:
        """Returns due for an opened period and those within it: yearly forms are due beside quarterly ones."""
        parts = [part for part in context.opened if period.contains(part)] if period in context.opened else []
        for part in parts:
            for due in context.returns(part):
                counts = {"returns_due": 1, "returns_on_time": int(due.on_time), "returns_complete": int(due.complete)}
                yield Obligation(due.unit, context.above(due.unit, part.end), counts)

    def expected(self, context: ObligationContext, unit: int, day: date) -> int:
        """The number of senders at or below the unit."""
        tree = context.registry.at(day if context.basis is Basis.REPORTED else context.todays_map.today)
        return len({below.id for below in tree.within(unit)}.intersection(senders(tree)))
