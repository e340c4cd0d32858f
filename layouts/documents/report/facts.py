"""What a report is made from, as known at one instant: values, units below, returns, cells, tasks, pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from data.language import Language
from data.organisations.units import Level, Unit, UnitKind
from data.periods import Period
from data.reading.queries import Reader
from data.tables.records import DueReturn, ReturnStatus
from data.tasks import Task, TaskState, first_year
from indicators.answers.against_plan import PaceRow, pace_rows
from indicators.answers.cell_list import ListCounts, count_reasons
from indicators.answers.corrections import CorrectionRow, corrections
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.lagging_cells import Lagging
from indicators.answers.movement import Moved, movements, revisions
from indicators.answers.rows import ValueRow
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.reasons import Reason
from indicators.values.model import Catalogue, MeanPerYear
from layouts.views import freshness
from layouts.views.featured import ADMISSIONS, MEMBERS
from layouts.views.headlines import Headline, headline
from layouts.views.rows import by_indicator

_EARLIER = 6
"""Periods among which the last complete one is sought: by quarter, one and the same quarter a year before it."""


@dataclass(frozen=True)
class ReportFacts:
    """Everything that the report of a period says of the reader's branch; each part is fetched when asked for."""

    reader: Reader
    period: Period
    language: Language

    @cached_property
    def root(self) -> Unit:
        """The organisation that the report is about."""
        return self.reader.tree(self.period.end).root or self.reader.root()

    @property
    def catalogue(self) -> Catalogue:
        """The indicators that there are."""
        return catalogue_of(self.reader.vocabulary)

    @cached_property
    def before(self) -> Period:
        """What values are compared with: the same period of the year before."""
        return self.period.years_ago(1)

    @cached_property
    def judged_year(self) -> Period:
        """The last whole year: levels are judged by it, because shorter periods have a pace and no level."""
        return freshness.last_year(self.period, self.due)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, Period], ValueRow]:
        periods = tuple(dict.fromkeys((self.period, self.before, self.judged_year)))
        codes = tuple(code for code, item in self.catalogue.items() if not isinstance(item.formula, MeanPerYear))
        found = answer(self.reader, Enquiry(indicators=codes, unit=self.root.code, periods=periods))
        return {(row.indicator.code, row.until): row for row in found}

    def row(self, code: str, period: Period | None = None) -> ValueRow:
        """An indicator's value for the report's own period, the one before or the judged year."""
        return self._rows[code, period or self.period]

    def headline(self, code: str) -> Headline:
        """What is said first of an indicator: in place of a provisional total the last complete one before it."""
        row = self.row(code)
        recent = self._recent.get(code, (self.row(code, self.before), row))
        return headline(recent, (self.row(code, self.judged_year),))

    @property
    def has_begun(self) -> bool:
        """Whether anybody has reported the period."""
        return freshness.has_begun(self.due)

    def is_told(self, code: str) -> bool:
        """Whether there is anything to say of an indicator: a value that is the period's own.

        A year to date that nobody has reported the period of is not, nor a provisional 0 with no complete period
        before it: what a first year counts over several years.
        """
        row, found = self.row(code), self.headline(code)
        if row.value is None or not found.is_provisional:
            return row.value is not None
        return self.has_begun and (found.said is not None or row.value != 0)

    @cached_property
    def _recent(self) -> Mapping[str, tuple[ValueRow, ...]]:
        """Totals that returns are missing from, with the periods before them."""
        lacking = (self.row(code) for code in self.codes)
        codes = tuple(row.indicator.code for row in lacking if row.indicator.is_total and not row.is_complete)
        periods = [self.period]
        while len(periods) < _EARLIER:
            periods.insert(0, periods[0].previous)
        enquiry = Enquiry(indicators=codes, unit=self.root.code, periods=tuple(periods))
        return by_indicator(answer(self.reader, enquiry)) if codes else {}

    @property
    def codes(self) -> Sequence[str]:
        """Indicators of a period, in the catalogue's order."""
        return [code for code, period in self._rows if period == self.period]

    @cached_property
    def below(self) -> Level:
        """The level whose units are compared."""
        return Level.DISTRICT if self.root.kind is UnitKind.PROVINCE else Level.BASE

    def parts(self, codes: Sequence[str], period: Period) -> Mapping[str, tuple[ValueRow, ...]]:
        """Indicators of the units of the level below."""
        enquiry = Enquiry(indicators=tuple(codes), unit=self.root.code, level=self.below, periods=(period,))
        return by_indicator(answer(self.reader, enquiry))

    def years(self, code: str, count: int) -> tuple[ValueRow, ...]:
        """An indicator over the last whole years, oldest first; years of which nothing is known are left out."""
        periods = [self.judged_year.years_ago(back) for back in range(count - 1, -1, -1)]
        enquiry = Enquiry(indicators=(code,), unit=self.root.code, periods=tuple(periods))
        return tuple(row for row in answer(self.reader, enquiry) if row.value is not None)

    @cached_property
    def due(self) -> tuple[DueReturn, ...]:
        """The returns that are owed for the period, by sender and form."""
        return self.reader.returns(self.period)

    def senders(self, status: ReturnStatus) -> Mapping[Unit, tuple[str, ...]]:
        """Senders with the forms that stand so, in the order of the register."""
        found: dict[Unit, tuple[str, ...]] = {}
        for item in self.due:
            if item.status is status:
                found[item.unit] = (*found.get(item.unit, ()), item.form)
        return found

    @cached_property
    def lagging(self) -> Lagging:
        """The list of lagging cells."""
        return Lagging(self.reader, self.period)

    @cached_property
    def cells(self) -> ListCounts:
        """How many cells are on that list, new on it, recovered; how many returns are missing."""
        return self.lagging.counts

    @cached_property
    def reasons(self) -> Mapping[Reason, int]:
        """How many cells are listed for each reason; a cell may have several."""
        return count_reasons(self.lagging.cells)

    @cached_property
    def tasks(self) -> Mapping[str, tuple[Task, ...]]:
        """The register of tasks, by task; what belongs to another year is left out."""
        found: dict[str, tuple[Task, ...]] = {}
        register = self.reader.tasks()
        first = first_year(register)
        for task in register:
            if task.is_owed_in(self.period.year, first):
                found[task.task] = (*found.get(task.task, ()), task)
        return found

    def state(self, task: Task) -> TaskState:
        """How a task stood on the period's last day or, where less is known, on the last day that is."""
        return task.state_on(min(self.period.end, self.reader.today()))

    @cached_property
    def pace(self) -> PaceRow | None:
        """How the admissions go towards the plan of the year."""
        return next(iter(self._paces(None)), None)

    @cached_property
    def paces(self) -> Sequence[PaceRow]:
        """The same for the units of the level below."""
        return self._paces(self.below)

    def _paces(self, level: Level | None) -> Sequence[PaceRow]:
        enquiry = Enquiry(indicators=(ADMISSIONS,), unit=self.root.code, level=level, periods=(self.period,))
        return pace_rows(self.reader, enquiry)

    @cached_property
    def compared(self) -> tuple[Unit, ...]:
        """The units of the level below, in the order of the register."""
        return tuple(self.reader.tree(self.period.end).at_level(self.below))

    def moved(self, code: str) -> Moved | None:
        """Why the value that is said of an indicator differs from that of the year before."""
        return self._moved.get(code)

    @cached_property
    def _moved(self) -> Mapping[str, Moved]:
        """The changes of the indicators of the report's parts, those of one period at once."""
        asked: dict[Period, list[str]] = {}
        for code in self.codes:
            said = self.headline(code).said if self.catalogue[code].report is not None else None
            if said is not None and said.value is not None:
                asked.setdefault(said.until, []).append(code)
        found = (
            moved
            for period, codes in asked.items()
            for moved in movements(
                self.reader, Enquiry(indicators=tuple(codes), unit=self.root.code, periods=(period,))
            )
        )
        return {moved.indicator.code: moved for moved in found}

    def corrected(self, since: Reader) -> list[CorrectionRow]:
        """What later returns made of the judged year's and the previous period's values, since an earlier instant."""
        return corrections(since, self.reader, self._given_before)

    def revised(self, since: Reader) -> Mapping[tuple[str, Period], Moved]:
        """Why these values differ: by indicator and period."""
        found = revisions(since, self.reader, self._given_before)
        return {(moved.indicator.code, moved.period): moved for moved in found}

    @property
    def _given_before(self) -> Enquiry:
        planned = tuple(code for code in self.codes if self.row(code, self.judged_year).plan is not None)
        periods = tuple(dict.fromkeys((self.judged_year, self.period.previous)))
        return Enquiry(indicators=(MEMBERS, ADMISSIONS, *planned), unit=self.root.code, periods=periods)
