"""Tasks of the conclusion that are owed, by whether they are done or overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.forms.derived import TASKS
from data.periods import Period
from data.sums.families.model import Duty, Owed, OwedFamily
from data.tasks import first_year


class TaskFamily(OwedFamily):
    """A duty for each line of the register."""

    declared = TASKS

    def duties(self, owed: Owed, period: Period) -> Iterator[Duty]:
        """Lines of the register that are owed in the year, as they stand on the period's last day; the root has all."""
        lines, root = owed.tasks(), owed.registry.at(period.end).root
        first, day = first_year(lines), min(period.end, owed.todays_map.today)
        for line in lines:
            if root is not None and line.is_owed_in(period.year, first):
                above = frozenset() if line.unit is None else owed.above(line.unit, period.end)
                done = line.is_done_by(day)
                counts = {"tasks_owed": 1, "tasks_done": int(done), "tasks_overdue": int(line.is_overdue_on(day))}
                yield Duty(root.id if line.unit is None else line.unit, above | {root.id}, counts)

    def expected(self, owed: Owed, unit: int, day: date) -> int:
        """Lines that are owed there in that year."""
        return owed.sums(TASKS.code, Period(day.year)).get(unit, {}).get("tasks_owed", 0)
