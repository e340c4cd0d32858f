"""Why a value moved, in words: each cause is named, what is written adds up, parts of nothing are left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from data.language import Language
from data.observations import Basis
from data.organisations.units import Level, Unit, UnitKind
from data.periods import Period
from indicators.answers.movement import Moved
from indicators.catalogue.builtin import CATALOGUE
from indicators.methods.decomposition import Cause, Decomposition
from indicators.values.value import State, Value
from layouts.words import changes

UNITS = {
    number: Unit(id=number, code=f"H{number}", name=f"Huyện uỷ {number}", kind=kind, parent=None, valid_from=date.min)
    for number, kind in enumerate((UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.DISTRICT))
}


def moved(
    code: str, by_unit: Mapping[int, Mapping[Cause, Fraction]], counts: tuple[int, int, int] = (0, 0, 0)
) -> Moved:
    split = Decomposition(by_unit)
    return Moved(
        indicator=CATALOGUE[code],
        unit=UNITS[0],
        level=Level.PROVINCE,
        base=Period(2018),
        period=Period(2019),
        before=Value(state=State.REPORTED, value=Fraction(1, 2)),
        now=Value(state=State.INCOMPLETE, value=Fraction(1, 2) + split.total),
        split=split,
        missing=counts[0],
        partial=counts[1],
        gained=counts[2],
        units=UNITS,
        as_of=None,
        basis=Basis.REPORTED,
    )


def test_parts_are_written_so_that_they_add_up_to_the_written_change() -> None:
    given = {
        1: {Cause.UNITS: Fraction(1044, 100_000), Cause.MIX: Fraction(44, 100_000)},
        2: {Cause.REPORTING: Fraction(-194, 100_000)},
    }
    found = moved("village_heads_member_share", given, (2, 0, 0))

    # 1.044 + 0.044 - 0.194 = 0.894: written 0.9; rounded one by one the parts would make 0.8.
    assert changes.change(found, Language.VI) == "+0,9 điểm phần trăm"
    told = changes.causes(found, Language.VI)
    assert told == "gồm +1,1 do các đơn vị thực hiện, −0,2 do thiếu báo cáo của 2 đơn vị"
    assert changes.change(found, Language.EN) == "+0.9 percentage points"
    assert changes.causes(found, Language.EN).endswith("−0.2 because 2 of the units below sent no return")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((2, 0, 0), "do thiếu báo cáo của 2 đơn vị"),
        ((0, 1, 0), "do 1 đơn vị báo cáo chưa đủ"),
        ((2, 1, 0), "do thiếu báo cáo của 2 đơn vị và 1 đơn vị báo cáo chưa đủ"),
        ((0, 0, 3), "do năm trước 3 đơn vị báo cáo chưa đủ"),
        ((1, 0, 3), "do số đơn vị có báo cáo giữa hai lần khác nhau"),
    ],
)
def test_who_reported_is_told_by_numbers(counts: tuple[int, int, int], told: str) -> None:
    found = moved("members", {1: {Cause.REPORTING: Fraction(-40)}}, counts)

    assert changes.causes(found, Language.VI) == f"hoàn toàn {told}"


def test_the_leading_units_are_those_that_moved_it_most_by_what_they_did() -> None:
    given = {
        0: {Cause.UNITS: Fraction(90)},
        1: {Cause.UNITS: Fraction(-7), Cause.REPORTING: Fraction(500)},
        2: {Cause.UNITS: Fraction(1200)},
    }
    found = moved("members", given)

    assert changes.leading(found, Language.VI) == "Huyện uỷ 2 +1.200, Huyện uỷ 1 −7"
    assert changes.leading(moved("members", {1: {}}), Language.VI) == ""
    assert changes.causes(moved("members", {1: {}}), Language.VI) == ""
