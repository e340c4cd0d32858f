"""What changed between two instants is told value by value, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from data.organisations.units import Level
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.corrections import corrections, returns_since
from indicators.answers.enquiry import Enquiry
from tests.small_province import movement, planned, registry

CELLS = {"H1.1.1": {"admitted": 2}, "H1.1.2": {"admitted": 1}, "H1.2": {"admitted": 1}}
START = datetime(2020, 2, 1, tzinfo=UTC)


def test_a_correction_changes_the_value_and_the_verdict_of_every_level_above_it(store: Store) -> None:
    store.accept(registry(), viewer=SYSTEM, at=START)
    store.accept(planned(("H1", "2019", "admissions", "5", "2019-01-01")), viewer=SYSTEM, at=START)
    store.accept(movement("H1", "2019", CELLS), viewer=SYSTEM, at=START)
    store.accept(movement("H2", "2019", {"H2.1.1": {"admitted": 1}, "H2.1.2": {}}), viewer=SYSTEM, at=START)
    corrected = CELLS | {"H1.2": {"admitted": 2}}
    store.accept(movement("H1", "2019", corrected, name="sửa.xlsx"), viewer=SYSTEM, at=START + timedelta(days=9))
    then, now = store.reader(SYSTEM, START + timedelta(days=1)), store.reader(SYSTEM)
    asked = Enquiry(indicators=("admissions", "members"), periods=(Period(2019),), level=Level.DISTRICT)

    found = corrections(then, now, asked)

    (row,) = found
    assert (row.indicator.code, row.unit, row.value_before, row.value) == ("admissions", "H1", Fraction(4), Fraction(5))
    assert (row.status_before, row.status) == ("not_met", "met")
    assert (row.since, row.as_of) == (then.as_of, None)
    assert corrections(now, now, asked) == []

    (returned,) = returns_since(then, now)
    assert (returned.unit, returned.form, returned.file, returned.corrects) == (
        "H1",
        "B1",
        "sửa.xlsx",
        True,
    )
    assert [row.corrects for row in returns_since(store.reader(SYSTEM, START - timedelta(days=1)), now)][-1] is False
