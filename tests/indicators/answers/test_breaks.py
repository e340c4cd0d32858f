"""Growth across a reorganisation compares like with like, and rows name the breaks of their series."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from data.observations import Basis
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer, trace
from indicators.answers.rows import ValueRow
from indicators.values.value import State
from tests.data.sums.test_reorganisation import history
from tests.reorganisations import CHANGE, fill, reorganised
from tests.small_province import NewProvince

BEFORE = {"H1.1.1": 10, "H1.1.2": 20, "H1.2": 40, "H2.1.1": 80, "H2.1.2": 160}
AFTER = {cell: 2 * members for cell, members in BEFORE.items()}
PERIMETER = (f"perimeter:{CHANGE}",)

# By event and unit: members at the end of 2019, and of the year before in the same perimeter.
GROWN: Mapping[str, Mapping[str, tuple[int, Fraction | int]]] = {
    "a cell absorbed by another": {"T": (580, 310), "H1": (100, 70), "H1.1.1": (20, 30)},
    "two cells made one, across districts": {
        "T": (440, 310),
        "H1": (100, 50),
        "H2": (340, 260),
        "H1.1": (20, 10),
        "H2.1.9": (20, 100),
    },
    "a cell split by share": {
        "H1": (140, Fraction(190, 3)),
        "H2": (500, Fraction(740, 3)),
        "H1.1.8": (20, Fraction(10, 3)),
    },
    "a base cell moved to another district": {"T": (620, 310), "H1": (60, 30), "H2": (560, 280), "H1.2": (80, 40)},
    "a cell under a new code": {"H1": (140, 70), "H1.1.7": (20, 10)},
    "a cell dissolved": {"H1": (100, 70), "H1.1": (20, 30)},
    "districts abolished": {"T": (620, 310), "H1.1": (60, 30)},
}
BROKEN: Mapping[str, set[str]] = {
    "a cell absorbed by another": {"H1.1.1"},
    "two cells made one, across districts": {"H1", "H2", "H1.1", "H2.1.9"},
    "a cell split by share": {"H1", "H2", "H1.1.8"},
    "a base cell moved to another district": {"H1", "H2"},
    "a cell under a new code": {"H1.1.7"},
}


def cells(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    return {cell: {"members_end": members} for cell, members in counts.items()}


def filled(store: Store, name: str, *periods: str) -> None:
    fill(store, cells(BEFORE), (Period(2018),))
    store.accept(reorganised(name), viewer=SYSTEM)
    fill(store, cells(AFTER), tuple(map(Period.parse, periods)))


def row_of(store: Store, indicator: str, unit: str, period: str = "2019", basis: Basis = Basis.REPORTED) -> ValueRow:
    asked = Enquiry(indicators=(indicator,), unit=unit, periods=(Period.parse(period),), basis=basis)
    (row,) = answer(store.reader(SYSTEM), asked)
    return row


def sums(row: ValueRow) -> tuple[Fraction | None, Fraction | None]:
    return row.numerator, row.denominator


def breaks(row: ValueRow) -> tuple[str, ...]:
    return tuple(map(str, row.break_))


@pytest.mark.parametrize("name", GROWN)
def test_growth_across_a_reorganisation_is_over_the_past_of_todays_cells(new_province: NewProvince, name: str) -> None:
    with new_province() as store:
        filled(store, name, "2019")
        for unit, (now, before) in GROWN[name].items():
            row = row_of(store, "members_growth_yoy", unit)
            assert (sums(row), row.state) == ((Fraction(now), Fraction(before)), State.REPORTED), unit
            behind = trace(store.reader(SYSTEM), "members_growth_yoy", unit, Period(2019))
            assert sum(Fraction(cell.value) for cell in behind if cell.role == "denominator") == before, unit
            expected = PERIMETER if unit in BROKEN.get(name, ()) else ()
            assert breaks(row) == breaks(row_of(store, "members", unit)) == expected, unit
            assert breaks(row_of(store, "members", unit, basis=Basis.TODAY)) == ()


def test_a_part_of_unknown_size_is_in_neither_sum_of_a_growth(new_province: NewProvince) -> None:
    with new_province() as store:
        filled(store, "a cell split without shares", "2019")

        row = row_of(store, "members_growth_yoy", "H1")

        assert (sums(row), row.state) == ((Fraction(120), Fraction(60)), State.INCOMPLETE)
        assert breaks(row) == PERIMETER
        assert breaks(row_of(store, "members", "H1", "2018", Basis.TODAY)) == PERIMETER


def test_growth_over_the_history_of_a_changed_district_is_as_reported_and_says_so(new_province: NewProvince) -> None:
    with new_province() as store:
        store.accept(reorganised("a base cell moved to another district"), viewer=SYSTEM)
        store.accept(history({"H1": 35, "H2": 100}, 2018), viewer=SYSTEM)
        fill(store, cells(AFTER), (Period(2019),))

        district, whole = (row_of(store, "members_growth_yoy", unit) for unit in ("H1", "T"))
        todays = row_of(store, "members_growth_yoy", "H1", basis=Basis.TODAY)

        assert (sums(district), breaks(district)) == ((Fraction(60), Fraction(35)), PERIMETER)
        assert (district.reporting, district.expected) == (1, 1)
        assert (sums(whole), breaks(whole)) == ((Fraction(620), Fraction(135)), ())
        assert (whole.reporting, whole.expected) == (2, 2)
        assert (todays.value, todays.state) == (None, State.NOT_APPLICABLE)


def test_a_series_breaks_in_the_first_period_after_the_change(new_province: NewProvince) -> None:
    with new_province() as store:
        filled(store, "a base cell moved to another district", "2019-Q3", "2019-Q4")

        assert breaks(row_of(store, "members", "H1", "2019-Q3")) == PERIMETER
        assert breaks(row_of(store, "members", "H1", "2019-Q4")) == ()
        assert breaks(row_of(store, "rated_excellent_share", "T", "2018")) == ("definition:2018-03-08",)
