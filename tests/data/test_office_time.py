"""Days begin and end at midnight in Vietnam, whatever zone an instant is written in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from data.office_time import end_of, localised, office_day, start_of

DAY = date(2020, 10, 20)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2020, 10, 20, 16, 59, 59, tzinfo=UTC), 20),
        (datetime(2020, 10, 20, 17, tzinfo=UTC), 21),
        (datetime(2020, 10, 20, 23, 59, tzinfo=UTC), 21),
        (datetime(2020, 10, 19, 17, tzinfo=UTC), 20),
        (datetime(2020, 10, 20, 23, 59, tzinfo=timezone(timedelta(hours=7))), 20),
        (datetime(2020, 10, 20, 23, tzinfo=timezone(timedelta(hours=9))), 20),
    ],
)
def test_an_instant_falls_on_the_day_in_vietnam(instant: datetime, day: int) -> None:
    assert office_day(instant) == date(2020, 10, day)


def test_a_day_lasts_from_midnight_to_the_instant_before_the_next() -> None:
    assert start_of(DAY).astimezone(UTC) == datetime(2020, 10, 19, 17, tzinfo=UTC)
    assert end_of(DAY) + timedelta(microseconds=1) == start_of(date(2020, 10, 21))
    assert office_day(start_of(DAY)) == office_day(end_of(DAY)) == DAY


def test_only_an_instant_without_an_offset_is_taken_as_the_offices() -> None:
    assert localised(datetime.fromisoformat("2020-10-20 06:59")).astimezone(UTC) == datetime(
        2020, 10, 19, 23, 59, tzinfo=UTC
    )
    assert localised(datetime(2020, 10, 20, tzinfo=UTC)) == datetime(2020, 10, 20, tzinfo=UTC)
