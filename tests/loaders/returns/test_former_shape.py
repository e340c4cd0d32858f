"""Returns in the shape of before a reorganisation, and corrections in the shape of after it, are both accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.organisations.units import Event, Registry, Succession, Unit
from data.returns import Outcome, OutcomeStatus, SourceFile
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from tests.loaders.office import PERIOD, REGISTRY, TREE, pages, put_together, registry

EVE, DAY = date(2020, 5, 14), date(2020, 5, 15)
FOUNDED = 99


def _reorganised() -> Registry:
    """Two cells of H1 merged into H1.1.9, and the base cell H1.3 moved to H2, within the period."""
    units = {unit.code: unit for unit in REGISTRY.spells}
    merged = [units["H1.1.1"], units["H1.2.1"]]
    moved = units["H1.3"]
    ended = {unit.id for unit in (*merged, moved)}
    kept = [replace(unit, valid_to=EVE) if unit.id in ended else unit for unit in REGISTRY.spells]
    founded = replace(merged[0], id=FOUNDED, code="H1.1.9", name="Chi bộ thôn Đoàn Kết", valid_from=DAY)
    lines = [
        Succession(date=DAY, decision="15-QĐ", event=Event.MERGED, predecessor=unit.id, successor=FOUNDED)
        for unit in merged
    ]
    after = [founded, replace(moved, parent=units["H2"].id, valid_from=DAY)]
    return Registry(2, [*kept, *after], lines)


AFTER = _reorganised()


def sent(unit: str, shape: Registry, form: str = "B1") -> SourceFile:
    tree = shape.at(PERIOD.end)
    return SourceFile(name=f"{unit}.xlsx", content=put_together(pages(form, unit=unit, tree=tree)))


def members(store: Store) -> dict[str, int]:
    reader = store.reader(SYSTEM)
    ids = reader.registry.ids
    found = reader.observations(["B1"], ids.values(), [PERIOD])
    totals = {code: found.at("B1", unit, PERIOD) for code, unit in ids.items()}
    return {code: int(total.sums["members_end"]) for code, total in totals.items() if total is not None}


def accepted(store: Store, source: SourceFile) -> Outcome:
    outcome = intake(store, source, viewer=SYSTEM)
    assert outcome.status in {OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED}, [f.say() for f in outcome.findings]
    return outcome


@pytest.fixture
def merged(province: Store) -> Store:
    """The province after the reorganisation, before any return."""
    accepted(province, registry(AFTER))
    return province


def test_a_return_in_the_former_shape_counts_for_the_successors_and_says_so(merged: Store) -> None:
    outcome = accepted(merged, sent("H1", REGISTRY))
    assert [finding.say() for finding in outcome.findings if finding.code == "counted_by_lineage"] == [
        (
            "B1!B14: báo cáo lập theo tổ chức trước khi sắp xếp; số liệu đã quy đổi theo sáp nhập, chuyển trực thuộc: "
            "Chi bộ thôn Hoà Bình (H1.1.1), Chi bộ thôn Hoà Bình (H1.2.1) → Chi bộ thôn Đoàn Kết (H1.1.9); "
            "Chi bộ cơ sở Bệnh viện (H1.3) → Đảng bộ huyện Bắc Lý (H2)."
        )
    ]
    found = members(merged)
    assert (found["H1.1.9"], found["H1"], found["H2"], found["T"]) == (42, 84, 21, 105)
    assert verify(merged).faults == ()


def test_a_correction_in_the_new_shape_replaces_a_return_in_the_former(merged: Store) -> None:
    accepted(merged, sent("H1", REGISTRY))
    accepted(merged, sent("H2", AFTER))
    accepted(merged, sent("H1", AFTER))
    found = members(merged)
    assert (found["H1.1.9"], found["H1"], found["H1.3"], found["H2"], found["T"]) == (21, 63, 21, 42, 105)
    assert verify(merged).faults == ()


def test_a_correction_in_the_former_shape_replaces_a_return_in_the_new(merged: Store) -> None:
    accepted(merged, sent("H1", AFTER))
    accepted(merged, sent("H1", REGISTRY))
    assert members(merged)["H1.1.9"] == 42
    assert verify(merged).faults == ()


def test_a_form_is_compared_with_another_in_either_shape(merged: Store) -> None:
    accepted(merged, sent("H1", REGISTRY))
    outcome = intake(merged, sent("H1", AFTER, "B2"), viewer=SYSTEM)
    assert [finding.code for finding in outcome.findings if finding.code == "differs_from_stored"] == [
        "differs_from_stored"
    ]
    accepted(merged, sent("H1", REGISTRY, "B2"))


def test_counts_of_an_absorbed_unit_that_another_sender_returned_are_asked_about(province: Store) -> None:
    gone, home = (TREE.by_code[code] for code in ("H1.3", "H2.1.1"))
    line = Succession(date=DAY, decision="1", event=Event.ABSORBED, predecessor=gone.id, successor=home.id)
    accepted(province, sent("H1", REGISTRY))
    ended = [replace(unit, valid_to=EVE) if unit.id == gone.id else unit for unit in REGISTRY.spells]
    absorbed = Registry(2, ended, [line])
    accepted(province, registry(absorbed))
    outcome = accepted(province, sent("H2", absorbed))
    assert [finding.say() for finding in outcome.findings if finding.code == "absorbed_returned_elsewhere"] == [
        (
            "B1!D14: Chi bộ thôn Trung (H2.1.1) đã nhận Chi bộ cơ sở Bệnh viện (H1.3); số liệu của Chi bộ cơ sở Bệnh "
            "viện (H1.3) trong báo cáo của Đảng bộ huyện Thuỷ Sơn (H1) đang được cộng vào Chi bộ thôn Trung (H2.1.1). "
            "Nếu số liệu ở dòng này đã gồm cả phần đó, đề nghị Đảng bộ huyện Thuỷ Sơn (H1) nộp lại báo cáo không còn "
            "dòng ấy."
        )
    ]
    assert members(province)["T"] == 126
    accepted(province, sent("H1", absorbed))
    assert members(province)["T"] == 105


def test_a_unit_that_ended_before_the_year_is_unknown(province: Store) -> None:
    gone = next(unit for unit in REGISTRY.spells if unit.code == "H1.1.1")
    spells: list[Unit] = [replace(u, valid_to=date(2018, 6, 30)) if u == gone else u for u in REGISTRY.spells]
    other = TREE.by_code["H1.1.2"].id
    line = Succession(date=date(2018, 7, 1), decision="1", event=Event.ABSORBED, predecessor=gone.id, successor=other)
    accepted(province, registry(Registry(2, spells, [line])))
    outcome = intake(province, sent("H1", REGISTRY), viewer=SYSTEM)
    assert outcome.status is OutcomeStatus.REFUSED
    assert any("H1.1.1" in finding.say() for finding in outcome.findings)
