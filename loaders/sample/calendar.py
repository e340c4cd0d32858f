"""Arrival times of workbooks: instants in working hours, before or after the deadline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np

from data.office_time import OFFICE_TIME_ZONE
from data.periods import Period
from data.tables.thresholds import THRESHOLDS

_DEADLINE_DAYS = int(THRESHOLDS["deadline_days"].default)
_LATE_ONES = 0.03
_SATURDAY = 5


@dataclass
class SampleCalendar:
    """Draws distinct instants of arrival; `period` is the period of the return that arrives."""

    rng: np.random.Generator
    _given: set[datetime] = field(default_factory=set)

    def usual(self, period: Period) -> datetime:
        """On time, except for a few returns."""
        if self.rng.random() < _LATE_ONES:
            return self.late(period)
        return self.on_time(period)

    def on_time(self, period: Period) -> datetime:
        """A day before the deadline."""
        return self.on(_working_day(period.end + timedelta(days=int(self.rng.integers(6, _DEADLINE_DAYS))), back=True))

    def late(self, period: Period) -> datetime:
        """One to six days after the deadline."""
        due = period.end + timedelta(days=_DEADLINE_DAYS)
        return self.working(due + timedelta(days=int(self.rng.integers(1, 7))))

    def working(self, day: date) -> datetime:
        """That day, or the following Monday."""
        return self.on(_working_day(day, back=False))

    def on(self, day: date) -> datetime:
        """A distinct instant during a day's working hours."""
        while True:
            second = int(self.rng.integers(0, 3 * 3600))
            start = time(8) if self.rng.random() < 0.5 else time(13, 30)
            instant = datetime.combine(day, start, OFFICE_TIME_ZONE) + timedelta(seconds=second)
            if instant not in self._given:
                self._given.add(instant)
                return instant


def _working_day(day: date, *, back: bool) -> date:
    step = timedelta(days=-1 if back else 1)
    while day.weekday() >= _SATURDAY:
        day += step
    return day
