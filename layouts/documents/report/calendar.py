"""When the periodic report is due: so many days after each period of the length that the settings name."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.office_time import end_of
from data.periods import Frequency, Period
from data.reading.queries import Reader

_LENGTHS = {frequency.months: frequency for frequency in Frequency}


def due_reports(reader: Reader, now: datetime) -> tuple[tuple[Period, datetime], ...]:
    """Of each kind of period the last one whose report is due by now, with the instant that its figures are taken at.

    Kinds are the settings' length and the year. The instant is the end of the day on which the report is due, so that
    the same report comes out whenever it is asked for.
    """
    length = _LENGTHS[reader.thresholds.whole("report_months")]
    days = timedelta(days=reader.thresholds.whole("report_days"))
    found = []
    for frequency in dict.fromkeys((length, Frequency.YEAR)):
        periods = {Period.covering(period.end, frequency) for period in reader.opened()}
        ended = {period for period in periods if period.end <= reader.today()}
        due = {period: end_of(period.end + days) for period in ended}
        past = sorted(period for period, instant in due.items() if instant <= now)
        found += [(period, due[period]) for period in past[-1:]]
    return tuple(found)
