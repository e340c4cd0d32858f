"""Rows of the periods that the Board opened, for the page, commands and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from data.periods import Period
from data.reading.queries import Reader
from data.tables.opened import OpenedPeriod, PeriodState
from data.tables.records import ReturnStatus
from indicators.answers.rows import TableRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPeriodRow(TableRow):
    """An opened period as it stands, with the returns due from the reader's senders.

    `due` is the reader's own due day; `unit_dues` are those of single senders, as code=day. `forms` is empty where it
    is open for all forms of its frequency.
    """

    period: Period
    state: PeriodState
    forms: tuple[str, ...]
    opened_at: datetime
    due: date
    unit_dues: tuple[str, ...]
    closed_at: datetime | None
    received: int
    late: int
    missing: int
    changed_at: datetime
    changed_by: str
    reason: str


def period_row(reader: Reader, opened: OpenedPeriod) -> OpenedPeriodRow:
    """The row of one period."""
    due = reader.returns(opened.period)
    missing = sum(item.status is ReturnStatus.MISSING for item in due)
    return OpenedPeriodRow(
        period=opened.period,
        state=opened.state,
        forms=tuple(sorted(opened.forms)),
        opened_at=opened.opened_at,
        due=reader.due_day(opened.period, reader.viewer.unit),
        unit_dues=tuple(f"{unit}={day.isoformat()}" for unit, day in sorted(opened.unit_dues.items())),
        closed_at=opened.closed_at,
        received=len(due) - missing,
        late=sum(item.status is ReturnStatus.LATE for item in due),
        missing=missing,
        changed_at=opened.at,
        changed_by=opened.actor,
        reason=opened.reason,
    )


def period_rows(reader: Reader, latest: int | None = None) -> list[OpenedPeriodRow]:
    """The rows of all opened periods, or of some latest ones; newest first."""
    newest = sorted(reader.opened_periods.values(), key=lambda opened: opened.period, reverse=True)
    return [period_row(reader, opened) for opened in newest[:latest]]
