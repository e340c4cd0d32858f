"""Tasks of the conclusion that are owed, by whether they are done or overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.forms.derived import TASKS
from data.periods import Period
from data.sums.families.model import Obligation, ObligationContext, ObligationFamily
from data.tasks import first_year


class TaskFamily(ObligationFamily):
    """An obligation for each line of the task register."""

    declared = TASKS

    def obligations(self, context: ObligationContext, period: Period) -> Iterator[Obligation]:
        """Register lines owed in the year, in their state on the period's last day; the root counts all of them."""
        lines, root = context.tasks(), context.registry.at(period.end).root
        first, day = first_year(lines), min(period.end, context.todays_map.today)
        for line in lines:
            if root is not None and line.is_owed_in(period.year, first):
                above = frozenset() if line.unit is None else context.above(line.unit, period.end)
                done, due = line.is_done_by(day), line.is_due_by(day)
                counts = {
                    "tasks_owed": 1,
                    "tasks_done": int(done),
                    "tasks_overdue": int(line.is_overdue_on(day)),
                    "tasks_due": int(due),
                    "tasks_due_done": int(due and done),
                }
                yield Obligation(root.id if line.unit is None else line.unit, above | {root.id}, counts)

    def expected(self, context: ObligationContext, unit: int, day: date) -> int:
        """The number of lines owed at or below the unit in that year."""
        return context.sums(TASKS.code, Period(day.year)).get(unit, {}).get("tasks_owed", 0)
