"""Counts that no return gives: small and rated cells, bases and cells without admission, returns due, tasks owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from tests.second_reading.counts import FormSource, Leaves, Shares, Source
from tests.second_reading.known import Known
from tests.second_reading.organisations import WHOLE
from tests.second_reading.periods import Period
from tests.second_reading.workbooks import FORMS, TaskLine

# The thresholds that are in force unless the Board sets others.
SMALL_CELL, STREAK_YEARS, DEADLINE_DAYS = 5, 3, 20

# B4, B5 and B6 are owed from the first period on that anybody returned them for; B6 is yearly only.
ON_CALL, YEARLY = {"B4", "B5", "B6"}, {"B6"}


class Counted(Source):
    """A family that counts units of the map: a row for each of which it is known whether it counts."""

    last_part_suffices = True

    def __init__(self, known: Known, b1: FormSource, b2: FormSource, b6: FormSource) -> None:
        super().__init__()
        self.known, self.b1, self.b2, self.b6 = known, b1, b2, b6
        self.map_day = b1.map_day
        self._rows: dict[Period, Leaves] = {}
        self._under: dict[Period, Shares] = {}

    def _tree_day(self, period: Period) -> date:
        return self.map_day or period.end

    def counted_units(self, period: Period) -> Sequence[str]:
        """The units of the map that are counted; on today's map those that had any cell then."""
        tree = self.known.registry.at(self._tree_day(period))
        return [unit for unit in tree.at_level(self.grain) if self.b1.under(period).get(unit)]

    def leaves(self, period: Period) -> Leaves:
        """The rows, of periods that something was returned for."""
        if period not in self._rows:
            opened = period in self.known.opened or period in self.known.history
            rows = ((unit, self.row(unit, period)) for unit in self.counted_units(period)) if opened else ()
            self._rows[period] = {unit: row for unit, row in rows if row is not None}
        return self._rows[period]

    def row(self, unit: str, period: Period) -> Mapping[str, int] | None:
        """The counts of one unit; None where it is not known."""
        raise NotImplementedError

    def under(self, period: Period) -> Shares:
        """The counted units below each unit."""
        if period not in self._under:
            tree, found = self.known.registry.at(self._tree_day(period)), dict[str, dict[str, Fraction]]()
            for unit in self.counted_units(period):
                for above in tree.above[unit]:
                    found.setdefault(above, {})[unit] = WHOLE
            self._under[period] = found
        return self._under[period]


def _in_full(source: FormSource, measure: str, unit: str, period: Period) -> tuple[Fraction, bool]:
    """What is known of a measure in exactly that period, and whether every leaf gave it."""
    rows, leaves = source.leaves(period), source.under(period).get(unit, {})
    values = [(rows[leaf][measure] if leaf in rows else None, share) for leaf, share in leaves.items()]
    complete = all(value is not None for value, _ in values) and not source.missing_parts(unit, period)
    return sum((value * share for value, share in values if value is not None), Fraction(0)), complete


class SmallCells(Counted):
    """Cells with fewer than five members."""

    name, grain = "sizes", "cell"
    measures = dict.fromkeys(["cells", "small_cells"], "stock")

    def row(self, unit: str, period: Period) -> Mapping[str, int] | None:
        """By its members at the end of the period."""
        members, complete = _in_full(self.b1, "members_end", unit, period)
        return {"cells": 1, "small_cells": int(members < SMALL_CELL)} if complete else None


class RatedCells(Counted):
    """Cells by the rating of the year."""

    name, grain = "ratings", "cell"
    measures = dict.fromkeys(["cells_rated", "cells_excellent", "cells_failed", "cells_with_remedy"], "stock")

    def leaves(self, period: Period) -> Leaves:
        """The rated cells, as they were."""
        return {
            unit: {
                "cells_rated": 1,
                "cells_excellent": int(row["cell_rating"] == "HTXSNV"),
                "cells_failed": int(row["cell_rating"] == "KHTNV"),
                "cells_with_remedy": int(bool(row["remedy_plan"])),
            }
            for unit, row in self.b6.leaves(period).items()
            if row["cell_rating"]
        }

    def under(self, period: Period) -> Shares:
        """Ratings are counted with the cells that had them."""
        return self.b6.under(period)

    def missing_parts(self, unit: str, period: Period) -> int:
        """As of B6."""
        return self.b6.missing_parts(unit, period)


class BasesWithoutAdmission(Counted):
    """Base organisations that admitted nobody since 1 January, with what merged into them this year.

    One without admissions and with a cell that did not report cannot be told; one whose cells all have no masses left
    is excused and counts neither way.
    """

    name, grain = "bases", "base"
    measures = dict.fromkeys(["bases_not_excused", "bases_without_admission"], "stock")

    def row(self, unit: str, period: Period) -> Mapping[str, int] | None:
        """By the admissions of B1 and the flags of B2."""
        merged = {} if self.map_day else self.known.registry.merged_into(unit, period.end)
        admitted, complete = Fraction(0), True
        for one, until in {unit: date.max, **merged}.items():
            for part in period.since_january:
                if part.end < until:
                    more, all_there = _in_full(self.b1, "admitted", one, part)
                    admitted, complete = admitted + more, complete and all_there
        cells = self.b1.under(period).get(unit, {})
        flags = self.b2.leaves(period)
        if cells and all(leaf in flags and flags[leaf]["no_masses_left"] == 1 for leaf in cells):
            return {"bases_not_excused": 0, "bases_without_admission": 0}
        known = bool(admitted) or complete
        return {"bases_not_excused": 1, "bases_without_admission": int(not admitted)} if known else None


class CellsWithoutAdmission(Counted):
    """Residential cells that admitted nobody in each of the last three complete years, with what merged into them."""

    name, grain = "streaks", "cell"
    measures = dict.fromkeys(["cells_not_excused", "cells_without_admission_3y"], "stock")

    def counted_units(self, period: Period) -> Sequence[str]:
        """The residential ones only."""
        units = self.known.registry.at(self._tree_day(period)).units
        return [unit for unit in super().counted_units(period) if units[unit].residential]

    def row(self, unit: str, period: Period) -> Mapping[str, int] | None:
        """By the years that it existed in; a younger cell is not counted."""
        if self.is_excused(unit, period):
            return {"cells_not_excused": 0, "cells_without_admission_3y": 0}
        years = self.years(unit, period, STREAK_YEARS)
        without = len(years) == STREAK_YEARS and not any(years)
        if without and None in years:
            return None
        return {"cells_not_excused": 1, "cells_without_admission_3y": int(without)}

    def streak(self, unit: str, period: Period) -> int:
        """Complete years without an admission, up to the latest one; at most ten are looked at."""
        years = self.years(unit, period, 10)
        return next((place for place, admitted in enumerate(years) if admitted != 0), len(years))

    def years(self, unit: str, period: Period, count: int) -> list[int | None]:
        """Admissions in the last complete years, the latest first; None where none is known and a return is missing."""
        last = period.year if period.index == period.per_year else period.year - 1
        line, found = self._line(unit, period), list[int | None]()
        for year in range(last, last - count, -1):
            if not any(one in self.known.registry.at(date(year, 1, 1)).units for one in line):
                break
            known = [self._of_year(one, until, Period(year)) for one, until in line.items()]
            admitted = sum(count for count, _ in known)
            found.append(admitted if admitted or all(complete for _, complete in known) else None)
        return found

    def is_excused(self, unit: str, period: Period) -> bool:
        """Whether the latest B2 of the cell and of all that merged into it state that no masses are left."""
        ends = [parts[-1] for parts in period.covers()]
        flags = [
            row["no_masses_left"] == 1
            for one in self._line(unit, period)
            for part in ends
            if (row := self.b2.leaves(part).get(one)) is not None
        ]
        return bool(flags) and all(flags)

    def _line(self, unit: str, period: Period) -> Mapping[str, date]:
        return {unit: date.max, **self.known.registry.merged_into(unit, self._tree_day(period))}

    def _of_year(self, unit: str, until: date, year: Period) -> tuple[int, bool]:
        """Known admissions of a unit while it stood alone, and whether they are all; by year, else by its parts."""
        best, nothing_due = 0, False
        for cover in year.covers():
            if not any(part in self.known.opened for part in cover):
                continue
            due = [p for p in cover if p.end < until and unit in self.known.registry.at(p.end).units]
            rows = [self.b1.leaves(part).get(unit) for part in due]
            values = [None if row is None else row["admitted"] for row in rows]
            if values and None not in values:
                return sum(value or 0 for value in values), True
            best, nothing_due = max(best, sum(value or 0 for value in values)), nothing_due or not due
        return best, nothing_due


class Owed:
    """What units owe: a number of things by owner; never incomplete."""

    last_part_suffices = False

    def __init__(self, known: Known, map_day: date | None) -> None:
        self.known, self.map_day = known, map_day
        self._known_due: dict[Period, Sequence[tuple[str, tuple[int, int, int]]]] = {}

    def above(self, owner: str, day: date) -> Sequence[str]:
        """The owner and the units above it, on the map; on today's, those that have all of it."""
        registry = self.known.registry
        if self.map_day is None:
            return registry.at(day).above.get(owner, ())
        shares: dict[str, Fraction] = {}
        for there, share in registry.place(owner, day, self.map_day).shares.items():
            for unit in registry.at(self.map_day).above[there]:
                shares[unit] = shares.get(unit, Fraction(0)) + share
        return [unit for unit, share in shares.items() if share == 1]


class ReturnsDue(Owed):
    """Returns due, one for each opened period, sender and form that it has units for."""

    measures = ("returns_due", "returns_on_time", "returns_complete")

    def senders(self, unit: str, period: Period) -> int:
        """Who sends returns at or below a unit."""
        tree = self.known.registry.at(self.map_day or period.end)
        return len(tree.below.get(unit, set()) & set(tree.senders))

    def sums(self, unit: str, period: Period) -> tuple[str, Mapping[str, int]]:
        """The counts of all opened periods inside; of a period that was not opened, of all its parts or of none."""
        covers = (
            [[period]]
            if period in self.known.opened
            else [c for c in period.covers() if set(c) & set(self.known.opened)]
        )
        if not covers or not self.senders(unit, period):
            return "not_reported" if self.senders(unit, period) else "not_applicable", {}
        usable = next((cover for cover in covers if set(cover) <= set(self.known.opened)), None)
        if usable is None:
            return "incomplete", {}
        inside = [p for p in self.known.opened if any(part.contains(p) for part in usable)]
        due = [one for part in inside for sender, one in self._due_for(part) if unit in self.above(sender, part.end)]
        sums = {measure: sum(one[place] for one in due) for place, measure in enumerate(self.measures)}
        return "reported", sums

    def _due_for(self, period: Period) -> Sequence[tuple[str, tuple[int, int, int]]]:
        if period not in self._known_due:
            self._known_due[period] = list(self._due(period))
        return self._known_due[period]

    def _due(self, period: Period) -> Iterator[tuple[str, tuple[int, int, int]]]:
        tree = self.known.registry.at(period.end)
        for sender in tree.senders:
            for form in self._forms(period):
                leaves = [leaf for leaf in tree.leaves(form) if leaf in tree.below[sender]]
                versions = self.known.versions.get((form, sender, period), [])
                if leaves:
                    on_time = bool(versions) and versions[0].day <= period.end + timedelta(days=DEADLINE_DAYS)
                    rows = versions[-1].sheet.lines if versions else {}
                    complete = all(leaf in rows and not _has_blank(form, rows[leaf]) for leaf in leaves)
                    yield sender, (1, int(on_time), int(complete))

    def _forms(self, period: Period) -> Iterable[str]:
        """Of its frequency, unless they are returned for parts of it."""
        in_parts = any(period.contains(part) for part in self.known.opened if part != period)
        for form in sorted(FORMS.keys() - {"LS"}):
            frequent = period.per_year == 1 if form in YEARLY else not in_parts and period.per_year in {1, 4}
            if frequent and (form not in ON_CALL or self._first(form) <= period.end):
                yield form

    def _first(self, form: str) -> date:
        """The end of the first period that anybody returned the form for."""
        return min((period.end for code, _, period in self.known.versions if code == form), default=date.max)


def _has_blank(form: str, row: Mapping[str, object]) -> bool:
    return any(row[measure] is None for measure, kind in FORMS[form].items() if kind != "flag")


class TasksOwed(Owed):
    """Lines of the register of tasks that are owed in the year of a period, in their state on its last day."""

    measures = ("tasks_due", "tasks_due_done")

    def lines(self, unit: str, period: Period) -> Sequence[TaskLine]:
        """Those of owners at or below a unit; the province has all, also those of bodies outside the registry."""
        root = self.known.registry.at(period.end).root
        return [
            line
            for line in self.known.tasks
            if self._is_owed(line, period.year)
            and (unit == root or (line.owner and unit in self.above(line.owner, period.end)))
        ]

    def is_done(self, line: TaskLine, period: Period) -> bool:
        """Whether it was done by the end of the period, judging by the date of its document."""
        day = min(period.end, self.known.today)
        return line.done and (line.evidence is None or line.evidence <= day)

    def is_due(self, line: TaskLine, period: Period) -> bool:
        """Whether its due date has come by the end of the period; one without a date is never due."""
        return line.due is not None and line.due <= min(period.end, self.known.today)

    def _is_owed(self, line: TaskLine, year: int) -> bool:
        if line.first is not None and line.last is not None:
            return line.first <= year <= line.last
        return year >= (line.due.year if line.due else self._first_year)

    @property
    def _first_year(self) -> int:
        years = (
            line.first if line.first is not None else line.due.year if line.due else None for line in self.known.tasks
        )
        return min((year for year in years if year is not None), default=date.min.year)
