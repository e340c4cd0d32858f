"""The office's days: every day that is compared with an instant begins and ends at midnight in Vietnam."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

OFFICE_TIME_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def office_day(instant: datetime) -> date:
    """The day on which an instant falls: 23:30 UTC is 06:30 of the next day."""
    return instant.astimezone(OFFICE_TIME_ZONE).date()


def start_of(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), OFFICE_TIME_ZONE)


def end_of(day: date) -> datetime:
    """The last instant of a day."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def localised(moment: datetime) -> datetime:
    """An instant that was written without an offset, as the office's time; others as they are."""
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_TIME_ZONE)
