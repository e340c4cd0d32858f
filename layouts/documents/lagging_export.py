"""The list of lagging cells as a table: the command's stable columns, yearly admissions, and follow-up."""

from __future__ import annotations

from dataclasses import dataclass

from data.people.follow_ups import FollowUpState
from data.sums.streaks import complete_years
from indicators.answers.lagging_cells import ListedCellRow, row_of
from indicators.answers.rows import widened
from indicators.methods.reasons import Standing
from layouts.views.watchlist import DRAWN_YEARS, Worklist, WorklistEntry, WorklistFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class LaggingExportRow(ListedCellRow):
    """A lagging cell with its yearly admissions, its current follow-up note and its standing."""

    admitted_by_year: tuple[str, ...]
    follow_up: str | None
    follow_up_owner: str | None
    follow_up_due: str | None
    follow_up_state: FollowUpState | None
    standing: Standing | None
    rank: int | None
    priority: float | None
    attainable: float | None


def rows(work: Worklist, wanted: WorklistFilter) -> list[LaggingExportRow]:
    """The rows that pass the filter, in its order."""
    found = work.select(wanted)
    work.read(found)
    return [_row(work, listed) for listed in found]


def _row(work: Worklist, listed: WorklistEntry) -> LaggingExportRow:
    line, note = listed.line, listed.note
    owner = work.asked.reader.registry.latest(note.owner) if note else None
    years = zip(complete_years(work.asked.period, DRAWN_YEARS), line.years, strict=False)
    return widened(
        LaggingExportRow,
        row_of(line.listed, listed.rank, work.asked.period, line.base, line.district),
        admitted_by_year=tuple(f"{year}:{'' if count is None else count}" for year, count in years),
        follow_up=note.text if note else None,
        follow_up_owner=owner.code if owner else None,
        follow_up_due=note.due.isoformat() if note else None,
        follow_up_state=note.state if note else None,
    )
