"""Holds the second reading against the tables of the application: every row, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Period as Asked
from data.periods import Term
from data.reading.queries import Reader
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers import task_rows
from indicators.answers.against_plan import PaceRow, level_rows, pace_rows
from indicators.answers.enquiry import Enquiry, each
from indicators.answers.lagging_cells import Lagging, rows
from indicators.answers.rows import ValueRow
from tests.second_reading.catalogue import INDICATORS
from tests.second_reading.cells import paced, reasons, since_january, streak
from tests.second_reading.known import Known
from tests.second_reading.periods import Period
from tests.second_reading.values import Values, Verdict

Levels = Sequence[Level | None]
EVERY_LEVEL: Levels = (None, Level.DISTRICT, Level.BASE, Level.CELL)
"""None is the province."""
DISTRICTS, DOWN_TO_BASES, CELLS = EVERY_LEVEL[:2], EVERY_LEVEL[:3], EVERY_LEVEL[3:]

_MEAN = "admissions_per_year_mean"
_PLANNED = tuple(code for code, indicator in INDICATORS.items() if indicator.plan != "-")


@dataclass
class Comparison:
    """How many fields were compared, and those that differ."""

    fields: int = 0
    differences: list[str] = field(default_factory=list)

    def row(self, place: str, **pairs: tuple[object, object]) -> None:
        """The fields of one row: what the second reading found, and what the application says."""
        self.fields += len(pairs)
        for name, (ours, theirs) in pairs.items():
            if ours != theirs:
                said = f"read {_shown(ours)}, the application says {_shown(theirs)}"
                self.differences.append(f"{name} of {place}: {said}")


def _shown(value: object) -> str:
    return f"{value} ({float(value):.4f})" if isinstance(value, Fraction) and value.denominator > 1 else str(value)


@dataclass(frozen=True)
class Readings:
    """The application and the second reading of the same instant, side by side."""

    reader: Reader
    known: Known
    found: Comparison

    @classmethod
    def of(cls, store: Store, known: Known, found: Comparison) -> Readings:
        """As known at the instant of `known`."""
        return cls(store.reader(SYSTEM, known.as_of), known, found)

    def compare_values(self, periods: Iterable[str], levels: Levels = EVERY_LEVEL, only: Sequence[str] = ()) -> None:
        """Every indicator, or `only` some, of the units of some levels in some periods, on both maps."""
        asked, codes = tuple(map(Asked.parse, periods)), tuple(code for code in only or INDICATORS if code != _MEAN)
        for basis in Basis:
            values = Values(self.known, todays_map=basis is Basis.TODAY)
            for level in levels:
                enquiry = Enquiry(indicators=codes, periods=asked, level=level, basis=basis)
                for row in each(self.reader, enquiry):
                    self._compare_value(values, row, Period.parse(row.period.code))

    def _compare_value(self, values: Values, row: ValueRow, period: Period) -> None:
        code = row.indicator.code
        ours = values.value(code, row.unit, period)
        verdict = values.verdict(code, row.unit, period, ours)
        self._compare(row, ours, verdict, values.breaks(code, row.unit, period))

    def _compare(self, row: ValueRow, ours: object, verdict: Verdict, breaks: set[str]) -> None:
        names = ("value", "numerator", "denominator", "reporting", "expected")
        self.found.row(
            self._place(row.indicator.code, row.unit, row.period.code, row.basis.value),
            **{name: (getattr(ours, name), getattr(row, name)) for name in names},
            **{name: (getattr(verdict, name), getattr(row, name)) for name in ("plan", "gap")},
            state=(getattr(ours, "state", None), row.state.value),
            status=(verdict.status, row.status.value),
            breaks=(breaks, set(map(str, row.break_))),
        )

    def _place(self, *words: str) -> str:
        return " ".join((*words, f"as of {self.known.as_of or 'now'}"))

    def compare_level(self, periods: Iterable[str], levels: Levels = EVERY_LEVEL) -> None:
        """How many more people reach the plan."""
        asked, values = tuple(map(Asked.parse, periods)), Values(self.known)
        for level in levels:
            for row in level_rows(self.reader, Enquiry(indicators=_PLANNED, periods=asked, level=level)):
                code, period = row.indicator.code, Period.parse(row.period.code)
                ours = values.value(code, row.unit, period)
                people = values.people_needed(code, ours, values.plan(code, row.unit, period))
                self.found.row(self._place("level", code, row.unit, period.code), people=(people, row.people))

    def compare_means(self, spans: Iterable[tuple[int, int]], levels: Levels = EVERY_LEVEL) -> None:
        """The mean of several years, or of one."""
        for first, last in spans:
            years = range(first, last + 1)
            for basis in Basis:
                values = Values(self.known, todays_map=basis is Basis.TODAY)
                for level in levels:
                    periods = tuple(map(Asked, years))
                    enquiry = Enquiry(indicators=(_MEAN,), periods=periods, level=level, basis=basis)
                    for row in each(self.reader, enquiry):
                        ours = values.mean(_MEAN, row.unit, list(map(Period, years)))
                        ends = (Period(first).end, Period(last).end)
                        breaks = (
                            values.breaks_between(_MEAN, row.unit, *ends)
                            if isinstance(row.period, Term)
                            else values.breaks(_MEAN, row.unit, Period(last))
                        )
                        self._compare(row, ours, Verdict(None, None, "no_plan"), breaks)

    def compare_pace(self, periods: Iterable[str], levels: Levels = EVERY_LEVEL) -> None:
        """What was done since 1 January of the year's own plan, in quarters; the verdict is a matter of chance."""
        asked = tuple(map(Asked.parse, periods))
        for basis in Basis:
            values = Values(self.known, todays_map=basis is Basis.TODAY)
            for level in levels:
                for row in pace_rows(
                    self.reader, Enquiry(indicators=tuple(paced()), periods=asked, level=level, basis=basis)
                ):
                    self._compare_pace(values, row, Period.parse(row.period.code))

    def _compare_pace(self, values: Values, row: PaceRow, period: Period) -> None:
        code = row.indicator.code
        plan, (done, state) = (
            values.plan_of_year(code, row.unit, period.year),
            since_january(values, code, row.unit, period),
        )
        self.found.row(
            self._place("pace", code, row.unit, period.code, row.basis.value),
            plan=(plan.value if plan else None, row.plan),
            done=(done, row.done),
            state=(state, row.state.value),
        )

    def compare_tasks(self, periods: Iterable[str]) -> None:
        """How many lines of each task of the register are owed in a year, and done by the end of a period."""
        tasks = Values(self.known).tasks
        for code in periods:
            period = Period.parse(code)
            lines = tasks.lines(self.known.registry.at(period.end).root, period)
            for row in task_rows.rows(self.reader, Asked.parse(code)):
                assert isinstance(row, task_rows.TaskCoverageRow)
                of_task = [line for line in lines if line.task == row.task]
                done = sum(tasks.is_done(line, period) for line in of_task)
                due = [line for line in of_task if tasks.is_due(line, period)]
                self.found.row(
                    self._place(row.task, code),
                    owed=(len(of_task), row.owed),
                    done=(done, row.done),
                    due=(len(due), row.tasks_due),
                    due_done=(sum(tasks.is_done(line, period) for line in due), row.tasks_due_done),
                )

    def compare_cells(self, periods: Iterable[str]) -> None:
        """The reasons for which each cell is listed."""
        values = Values(self.known)
        for code in periods:
            period = Period.parse(code)
            verdicts = {
                row.unit: str(row.verdict)
                for level in (Level.BASE, Level.CELL)
                for row in pace_rows(
                    self.reader, Enquiry(indicators=("admissions",), periods=(Asked.parse(code),), level=level)
                )
            }
            listed = {row.unit: row for row in rows(Lagging(self.reader, Asked.parse(code)))}
            for cell in self.known.registry.at(period.end).at_level("cell"):
                row = listed.get(cell)
                theirs = list(map(str, row.reasons)) if row else []
                place = self._place("cell", cell, code)
                self.found.row(place, reasons=(reasons(values, cell, period, verdicts), theirs))
                if row is not None:
                    members = values.read(["admitted", "members_end"], cell, period).sums.get("members_end")
                    self.found.row(
                        place, streak=(streak(values, cell, period), row.streak), members=(members, row.members)
                    )
