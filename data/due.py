"""Which returns are due: the forms that each sender owes for an opened period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from data.forms import returns_on
from data.forms.model import Form
from data.periods import Period
from data.schema import opened_periods, submissions
from data.units import Tree


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What decides which forms are owed: opened periods, those opened by hand, and the first period of each form."""

    opened: Collection[Period]
    announced: Collection[Period] = ()
    first: Mapping[str, Period] = field(default_factory=dict)

    def due(self, period: Period) -> tuple[Form, ...]:
        """The forms owed for an opened period: those of its frequency, unless its parts are returned instead."""
        return tuple(form for form in returns_on(period.end) if self._is_due(form, period))

    def _is_due(self, form: Form, period: Period) -> bool:
        if period.frequency not in form.frequencies or period not in self.opened:
            return False
        shorter = {other.frequency for other in self.opened if other != period and period.contains(other)}
        if shorter & form.frequencies:
            return False
        first = self.first.get(form.code)
        return not form.on_call or period in self.announced or (first is not None and first.end <= period.end)


def senders(tree: Tree) -> tuple[int, ...]:
    """The units that send returns: those directly below the province (districts; since 1 July 2025, communes)."""
    return tuple(unit.id for unit in tree.children(tree.root.id)) if tree.root else ()


def read_calendar(connection: Connection, opened: Collection[Period], as_of: datetime | None) -> Calendar:
    """The calendar now, or as it was known at an instant."""
    returned = select(submissions.c.form, submissions.c.period).where(submissions.c.period != "").distinct()
    announced = select(opened_periods.c.period).where(opened_periods.c.announced_at.is_not(None))
    if as_of is not None:
        returned = returned.where(submissions.c.accepted_at <= as_of)
        announced = announced.where(opened_periods.c.announced_at <= as_of)
    first: dict[str, Period] = {}
    for form, code in connection.execute(returned):
        period = Period.parse(code)
        first[form] = min(period, first.get(form, period))
    return Calendar(
        opened=opened, announced=frozenset(map(Period.parse, connection.execute(announced).scalars())), first=first
    )
