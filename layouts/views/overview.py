"""The data of the start page: recent and judged rows of its cards, pace, lagging cells, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.periods import Period
from data.tasks import TaskState
from indicators.answers.against_plan import PaceRow, pace_rows
from indicators.answers.cell_list import ListCounts
from indicators.answers.enquiry import Enquiry
from indicators.answers.rows import ValueRow
from indicators.values.model import Shown, shown_in
from layouts.views import freshness, sentences
from layouts.views.ask import Ask
from layouts.views.featured import ADMISSIONS
from layouts.views.freshness import Completeness
from layouts.views.headlines import COMPARED, Headline, headline, judged_years, recent_periods
from layouts.views.rows import by_indicator, rows, series
from layouts.views.task_board import owed
from layouts.views.watchlist import Worklist

_SPARK = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Lines of the register of tasks for the year."""

    due: int
    done: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFacts:
    """The data of the page; `pace` is that of admissions, None where unavailable."""

    recent: Mapping[str, tuple[ValueRow, ...]]
    years: Mapping[str, tuple[ValueRow, ...]]
    completeness: Completeness
    pace: PaceRow | None
    cells: ListCounts
    tasks: Tasks

    def now(self, code: str) -> ValueRow | None:
        """The row of the requested period."""
        return (self.recent.get(code) or (None,))[-1]

    def headline(self, code: str) -> Headline | None:
        """What is said first of an indicator; None where it has no row."""
        recent = self.recent.get(code)
        return headline(recent, self.years.get(code, ())) if recent else None

    def judged(self, code: str) -> ValueRow | None:
        """The last year with a verdict, else the last with a value."""
        return sentences.latest_judged(self.years.get(code, ()))


def figures(asked: Ask) -> tuple[str, ...]:
    """The codes of the indicators that have a card."""
    return shown_in(asked.catalogue, Shown.CARD)


def facts(asked: Ask) -> OverviewFacts:
    """All data of the page; rows are fetched together, since they share returns."""
    codes = figures(asked)
    return OverviewFacts(
        recent=by_indicator(rows(asked, codes, asked.unit, _recent(asked))),
        years=by_indicator(rows(asked, codes, asked.unit, judged_years(asked))),
        completeness=freshness.completeness(freshness.due(asked, asked.period)),
        pace=_pace(asked),
        cells=Worklist(asked).counts,
        tasks=_tasks(asked),
    )


def _recent(asked: Ask) -> tuple[Period, ...]:
    # As-of sums are computed from the cells, which is slower: read only what the comparison needs.
    most = _SPARK if asked.as_of is None else COMPARED
    return recent_periods(asked, most)


def _pace(asked: Ask) -> PaceRow | None:
    """The pace after the last period of the year that has a plan and every return."""
    year = asked.period.whole_year
    known = [p for p in series(asked, asked.period.frequency, asked.period) if year.contains(p)]
    enquiry = Enquiry(indicators=(ADMISSIONS,), unit=asked.unit.code, periods=tuple(known), basis=asked.basis)
    found = asked.answered(pace_rows, enquiry)
    return next((row for row in reversed(found) if row.chance is not None), None)


def _tasks(asked: Ask) -> Tasks:
    states = [line.state for line in owed(asked) if line.is_due]
    return Tasks(due=len(states), done=states.count(TaskState.DONE), overdue=states.count(TaskState.OVERDUE))
