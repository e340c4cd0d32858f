"""The effect of a replacement: worked out before it, equal to what then happens, told within what the reader sees."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from data.returns import Effect, ParsedWorkbook, RegisteredUnit
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.effect import effect
from layouts.views.effects import assess, assess_for_sender
from tests.small_province import START, movement, planned, registry

CELLS = ("H1.1.1", "H1.1.2", "H1.2")


def sent(admitted: Mapping[str, int]) -> ParsedWorkbook:
    return movement("H1", "2020", {unit: {"admitted": admitted.get(unit, 10)} for unit in CELLS})


@pytest.fixture
def holding(province: Store) -> Store:
    """H1 has admitted 30 people, and planned 25."""
    province.accept(sent({}), viewer=SYSTEM)
    province.accept(planned(("H1", "2020", "admissions", "25", "2020-01-05")), viewer=SYSTEM)
    return province


def lines(given: Effect | None) -> list[str]:
    assert given is not None
    return [line.vi for line in given.lines]


def test_the_effect_names_values_and_verdicts_that_would_move(holding: Store) -> None:
    found = assess(holding, sent({"H1.1.1": 3}), SYSTEM)
    assert found.count == len(found.lines)
    assert lines(found)[0] == (
        "Tổ chức H1, năm 2020, đảng viên mới kết nạp: 30 xuống 23 đảng viên; đạt kế hoạch thành chưa đạt kế hoạch"
    )
    assert "Tổ chức T, năm 2020, đảng viên mới kết nạp: 30 xuống 23 đảng viên" in lines(found)
    assert not [line for line in lines(found) if "H2" in line]


@pytest.mark.every_backend
def test_the_effect_is_what_then_happens_and_asking_leaves_nothing(holding: Store) -> None:
    change, before = sent({"H1.1.1": 3}), verify(holding)
    now = holding.reader(SYSTEM)
    instant = holding.now()
    with holding.rehearse(change, viewer=SYSTEM) as after:
        expected = [(row.unit, row.indicator.code, row.value, row.status) for row in effect(now, after, change)]
    assert verify(holding) == before
    assert holding.reader(SYSTEM).submissions() == now.submissions()
    holding.accept(change, viewer=SYSTEM)
    earlier = holding.reader(SYSTEM, as_of=instant)
    became = effect(earlier, holding.reader(SYSTEM), change)
    assert [(row.unit, row.indicator.code, row.value, row.status) for row in became] == expected


def test_a_sender_is_told_nothing_of_other_units(holding: Store) -> None:
    change = sent({"H1.1.1": 3})
    for told in (
        assess(holding, change, Viewer("h1", Role.DISTRICT, "H1")),
        assess_for_sender(holding, change, SYSTEM),
    ):
        assert {line.split(",")[0] for line in lines(told)} == {"Tổ chức H1"}
    assert assess_for_sender(holding, planned(("H1", "2020", "admissions", "40", "2020-01-05")), SYSTEM) is None


def test_plans_and_registries_move_verdicts_and_sums(holding: Store) -> None:
    plan = planned(("H1", "2020", "admissions", "31", "2020-01-05"))
    assert lines(assess(holding, plan, SYSTEM))[0] == (
        "Tổ chức H1, năm 2020, đảng viên mới kết nạp: kế hoạch 25 thành 31; đạt kế hoạch thành chưa đạt kế hoạch"
    )
    line = next(line for line in registry().registry.units if line.code == "H1.2")  # type: ignore[union-attr]
    moved = RegisteredUnit(
        row=line.row, code="H1.2", name=line.name, kind=line.kind, parent="H2", valid_from=START, valid_to=None
    )
    found = lines(assess(holding, registry(H1_2=moved), SYSTEM))
    assert found[0] == (
        "Tổ chức H1, năm 2020, đảng viên mới kết nạp: 30 xuống 20 đảng viên; đạt kế hoạch thành chưa đạt kế hoạch"
    )
