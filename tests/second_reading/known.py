"""What was known at an instant: of everything that arrived, what was in force then."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path

from tests.second_reading.organisations import Registry
from tests.second_reading.periods import Period
from tests.second_reading.workbooks import Counts, PlanLine, Sheet, TaskLine, Workbook

VIETNAM = timezone(timedelta(hours=7))
Key = tuple[str, str, Period]
"""Form, sender, period: a later return under it is a correction."""


@dataclass(frozen=True)
class Arrival:
    """A workbook, when it was received and when it was accepted."""

    workbook: Workbook
    received: datetime
    accepted: datetime


def arrivals(folder: Path) -> list[Arrival]:
    """The workbooks of a folder by its `received.csv`; each was accepted a minute after it was received."""
    with (folder / "received.csv").open(encoding="utf-8", newline="") as table:
        times = {row["file"]: datetime.fromisoformat(row["instant"]) for row in csv.DictReader(table)}
    return [Arrival(Workbook(folder / name), at, at + timedelta(minutes=1)) for name, at in times.items()]


@dataclass(frozen=True)
class Withdrawn:
    """The returns of a sender for a period, withdrawn at an instant: as if they had never come."""

    sender: str
    period: Period
    at: datetime


@dataclass(frozen=True)
class Version:
    """A return as it arrived; `day` is the day of its receipt in Vietnam."""

    sheet: Sheet
    day: date


class Known:
    """What was known at an instant (None: all), of what arrived, in order."""

    def __init__(
        self, arrivals: Iterable[Arrival], withdrawn: Iterable[Withdrawn] = (), as_of: datetime | None = None
    ) -> None:
        self.as_of = as_of
        past = [(each.accepted, each) for each in arrivals] + [(each.at, each) for each in withdrawn]
        self._events = [event for at, event in sorted(past, key=lambda each: each[0]) if as_of is None or at <= as_of]
        self.versions: dict[Key, list[Version]] = {}
        for event in self._events:
            self._apply(event)

    def _apply(self, event: Arrival | Withdrawn) -> None:
        if isinstance(event, Withdrawn):
            for key in [key for key in self.versions if key[1:] == (event.sender, event.period)]:
                del self.versions[key]
            return
        for sheet in event.workbook.returns:
            day = event.received.astimezone(VIETNAM).date()
            # The latest one last, also among the senders.
            versions = self.versions.pop((sheet.form, sheet.sender, sheet.period), [])
            self.versions[sheet.form, sheet.sender, sheet.period] = [*versions, Version(sheet, day)]

    @property
    def _workbooks(self) -> Sequence[Workbook]:
        return [event.workbook for event in self._events if isinstance(event, Arrival)]

    @cached_property
    def registry(self) -> Registry:
        """The latest registry."""
        return Registry(*[found for book in self._workbooks if (found := book.registry)][-1])

    @cached_property
    def returns(self) -> Mapping[tuple[str, Period], Sequence[Sheet]]:
        """The returns in force by form and period, the latest last."""
        found: dict[tuple[str, Period], list[Sheet]] = {}
        for (form, _, period), versions in self.versions.items():
            found.setdefault((form, period), []).append(versions[-1].sheet)
        return found

    @cached_property
    def history(self) -> Mapping[Period, Mapping[str, Counts]]:
        """The historical series, by year and unit; a later one replaces the whole of it."""
        found: dict[Period, dict[str, Counts]] = {}
        for unit, year, counts in next((book.history for book in reversed(self._workbooks) if book.history), ()):
            found.setdefault(Period(year), {})[unit] = counts
        return found

    @cached_property
    def opened(self) -> Sequence[Period]:
        """The periods that returns were collected for: the first return opens one."""
        books = (sheet.period for book in self._workbooks for sheet in book.returns)
        return sorted(set(books), key=lambda period: (period.end, -period.per_year))

    @property
    def today(self) -> date:
        """The last day of the latest period, whose map is today's."""
        return max(period.end for period in (*self.opened, *self.history))

    @cached_property
    def plans(self) -> Mapping[tuple[str, str], Sequence[PlanLine]]:
        """By indicator and unit; the latest decision last, for each term but the one in force."""
        found: dict[tuple[str, str], dict[tuple[int, int], PlanLine]] = {}
        for line in (line for book in self._workbooks for line in book.plans):
            of_unit = found.setdefault((line.indicator, line.unit), {})
            before = of_unit.get((line.first, line.last))
            if before is None or before.decided <= line.decided:
                of_unit[line.first, line.last] = line
        return {key: sorted(lines.values(), key=lambda line: line.decided) for key, lines in found.items()}

    @cached_property
    def tasks(self) -> Sequence[TaskLine]:
        """The register of tasks: the latest line of each task, owner and term."""
        lines = (line for book in self._workbooks for line in book.tasks)
        return list({(line.task, line.owner, line.name, line.first, line.last): line for line in lines}.values())
