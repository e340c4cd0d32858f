"""The store keeps every version, sums it up the tree, and can be queried as of any instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from data.forms.builtin import BUILTIN
from data.language import Text
from data.observations import Basis, Totals
from data.periods import Period
from data.returns import Finding, OutcomeStatus, ParsedWorkbook, Severity, SourceFile
from data.tables.engine import delete_rows, writing
from data.tables.form_tables import rollup_tables
from data.tables.records import ReturnStatus
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from tests.small_province import movement, planned, registry

ROLLUPS = rollup_tables(BUILTIN)

Q1, Q2 = Period.parse("2020-Q1"), Period.parse("2020-Q2")
H1_CELLS = {
    "H1.1.1": {"members_start": 10, "admitted": 2, "members_end": 12},
    "H1.1.2": {"members_start": 4, "members_end": 4},
    "H1.2": {"members_start": 20, "admitted": 1, "members_end": 21},
}
H2_CELLS = {"H2.1.1": {"members_start": 7, "members_end": 7}, "H2.1.2": {"members_end": 3, "members_start": 3}}


def totals(store: Store, unit: str, period: Period = Q1, source: str = "B1", **how: object) -> Totals | None:
    """Sums of a unit, from a fresh reader."""
    as_of = how.pop("as_of", None)
    reader = store.reader(SYSTEM, as_of)  # type: ignore[arg-type]
    ids = reader.registry.ids
    return reader.observations([source], [ids[unit]], [period], **how).at(source, ids[unit], period)  # type: ignore[arg-type]


def test_a_return_is_summed_to_its_base_its_district_and_the_province(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    for unit, members, admitted, reporting, expected in (
        ("H1.1.1", 12, 2, 1, 1),
        ("H1.1", 16, 2, 2, 2),
        ("H1.2", 21, 1, 1, 1),
        ("H1", 37, 3, 3, 3),
        ("T", 37, 3, 3, 5),
    ):
        found = totals(province, unit)
        assert found is not None, unit
        assert (found.sums["members_end"], found.sums["admitted"], found.reporting, found.expected) == (
            members,
            admitted,
            reporting,
            expected,
        ), unit
    assert totals(province, "H2") is None


def test_cell_counts_are_those_of_the_viewers_branch_without_cells_that_left_a_blank(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    blank: dict[str, dict[str, int | None]] = {"H2.1.1": {"admitted": None}, "H2.1.2": {"members_end": 3}}
    province.accept(movement("H2", "2020-Q1", blank), viewer=SYSTEM)

    def counts(viewer: Viewer, period: Period = Q1) -> dict[str, tuple[int, ...]]:
        reader = province.reader(viewer)
        codes = {number: code for code, number in reader.registry.ids.items()}
        found = reader.cell_counts("B1", ("members_end", "admitted"), period)
        return {codes[unit]: given for unit, given in found.items()}

    first = {"H1.1.1": (12, 2), "H1.1.2": (4, 0), "H1.2": (21, 1)}
    assert counts(SYSTEM) == {**first, "H2.1.2": (3, 0)}
    assert counts(Viewer(name="h1", role=Role.DISTRICT, unit="H1")) == first
    assert counts(SYSTEM, Q2) == {}


def test_the_province_adds_a_second_district_and_leaves_the_first_alone(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    province.accept(movement("H2", "2020-Q1", H2_CELLS), viewer=SYSTEM)
    whole = totals(province, "T")
    assert whole is not None
    assert (whole.sums["members_end"], whole.reporting) == (47, 5)


def test_a_correction_supersedes_and_the_earlier_value_can_still_be_queried(province: Store) -> None:
    first = province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    before = datetime.now(UTC)
    corrected = H1_CELLS | {"H1.1.1": {"members_start": 10, "admitted": 5, "members_end": 15}}
    second = province.accept(movement("H1", "2020-Q1", corrected, name="sửa.xlsx"), viewer=SYSTEM)
    assert (first.status, second.status) == (OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED)
    now, then = totals(province, "T"), totals(province, "T", as_of=before)
    assert now is not None
    assert now.sums["members_end"] == 40
    assert then is not None
    assert then.sums["members_end"] == 37


def test_rebuilt_sums_equal_stored_ones(province: Store) -> None:
    for sender, cells in (("H1", H1_CELLS), ("H2", H2_CELLS)):
        province.accept(movement(sender, "2020-Q1", cells), viewer=SYSTEM)
        province.accept(movement(sender, "2020-Q1", cells, form="B2"), viewer=SYSTEM)
    later = datetime.now(UTC) + timedelta(hours=1)
    for unit in ("T", "H1", "H2", "H1.1", "H1.2", "H2.1", "H1.1.1"):
        for source in ("B1", "sizes") if unit == "H1.1.1" else ("B1", "B2", "sizes", "bases"):
            stored = totals(province, unit, source=source)
            assert stored is not None, (unit, source)
            assert stored == totals(province, unit, source=source, as_of=later), (unit, source)
            assert stored == totals(province, unit, source=source, basis=Basis.TODAY), (unit, source)


def test_small_cells_and_bases_without_admission_are_counted(province: Store) -> None:
    for sender, cells in (("H1", H1_CELLS), ("H2", H2_CELLS)):
        province.accept(movement(sender, "2020-Q1", cells), viewer=SYSTEM)
        province.accept(movement(sender, "2020-Q1", cells, form="B2"), viewer=SYSTEM)
    small, bases = totals(province, "T", source="sizes"), totals(province, "T", source="bases")
    assert small is not None
    assert small.sums == {"cells": 5, "small_cells": 2}
    assert bases is not None
    assert bases.sums == {"bases_not_excused": 3, "bases_without_admission": 1}
    assert (bases.reporting, bases.expected) == (3, 3)


def test_a_base_without_admissions_and_with_an_unreported_cell_is_undetermined(province: Store) -> None:
    cells = {"H2.1.1": {"members_start": 7, "members_end": 7}}
    province.accept(movement("H2", "2020-Q1", cells), viewer=SYSTEM)
    assert totals(province, "H2", source="bases") is None


def test_an_excused_base_counts_neither_way(province: Store) -> None:
    province.accept(movement("H2", "2020-Q1", H2_CELLS), viewer=SYSTEM)
    flags = {unit: {"no_masses_left": 1} for unit in H2_CELLS}
    province.accept(movement("H2", "2020-Q1", flags, form="B2"), viewer=SYSTEM)
    bases = totals(province, "H2", source="bases")
    assert bases is not None
    assert bases.reporting == 1
    assert bases.sums == {"bases_not_excused": 0, "bases_without_admission": 0}


def test_a_later_quarter_counts_bases_since_january_and_an_earlier_correction_reaches_it(province: Store) -> None:
    nobody = {unit: {"members_start": 5, "members_end": 5} for unit in H2_CELLS}
    for period in ("2020-Q1", "2020-Q2"):
        province.accept(movement("H2", period, nobody), viewer=SYSTEM)
        province.accept(movement("H2", period, nobody, form="B2"), viewer=SYSTEM)
    bases = totals(province, "H2", Q2, source="bases")
    assert bases is not None
    assert bases.sums["bases_without_admission"] == 1
    province.accept(movement("H2", "2020-Q1", nobody | {"H2.1.1": {"admitted": 1, "members_end": 5}}), viewer=SYSTEM)
    bases = totals(province, "H2", Q2, source="bases")
    assert bases is not None
    assert bases.sums["bases_without_admission"] == 0


def test_blanks_are_counted_and_never_summed_as_zero(province: Store) -> None:
    cells = H1_CELLS | {"H1.1.2": {"members_start": 4, "admitted": None, "members_end": 4}}
    province.accept(movement("H1", "2020-Q1", cells), viewer=SYSTEM)
    whole = totals(province, "T")
    assert whole is not None
    assert whole.blanks == {"admitted": 1}
    leaf = totals(province, "H1.1.2")
    assert leaf is not None
    assert leaf.blanks == {"admitted": 1}


def test_a_refusal_leaves_only_its_record(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    before = totals(province, "T")
    finding = Finding(code="not_a_count", severity=Severity.ERROR, message=Text("sai", "wrong"), sheet="B1", cell="F17")
    province.refuse(SourceFile(name="sai.xlsx", content=b"x"), [finding], viewer=SYSTEM)
    assert totals(province, "T") == before
    assert not province.stored(SourceFile(name="", content=b"x").sha256)
    receipt = province.reader(SYSTEM).receipts()[0]
    assert (receipt.status, receipt.findings) == (OutcomeStatus.REFUSED, (finding,))


def test_acceptance_never_runs_backwards(province: Store) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM, at=ahead)
    province.accept(movement("H2", "2020-Q1", H2_CELLS), viewer=SYSTEM)
    newest, before = province.reader(SYSTEM).submissions()[:2]
    assert newest.accepted_at > before.accepted_at == ahead


def test_returns_due_are_on_time_late_or_missing(province: Store) -> None:
    late = datetime(2020, 4, 25, tzinfo=UTC)
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM, received_at=late)
    found = {(d.unit.code, d.form): d for d in province.reader(SYSTEM).returns(Q1)}
    assert found["H1", "B1"].status is ReturnStatus.LATE
    assert found["H1", "B2"].status is ReturnStatus.MISSING
    assert found["H1", "B1"].due.isoformat() == "2020-04-20"
    assert (found["H1", "B1"].reporting, found["H1", "B1"].expected) == (3, 3)


def test_the_cells_behind_a_sum_are_listed_and_add_up(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    reader = province.reader(SYSTEM)
    cells = reader.contributions("B1", ["members_end"], reader.registry.ids["H1"], Q1)
    assert [(c.file, c.sheet, c.cell, c.value) for c in cells] == [
        ("H1 B1 2020-Q1.xlsx", "B1", "S12", 12),
        ("H1 B1 2020-Q1.xlsx", "B1", "S13", 4),
        ("H1 B1 2020-Q1.xlsx", "B1", "S14", 21),
    ]


def test_a_later_decision_replaces_a_plan_and_both_are_kept(province: Store) -> None:
    province.accept(planned(("H1", "2020", "admissions", "10", "2020-01-05")), viewer=SYSTEM)
    between = datetime.now(UTC)
    province.accept(planned(("H1", "2020", "admissions", "12", "2020-07-05")), viewer=SYSTEM)
    assert [p.value for p in province.reader(SYSTEM).plans(["admissions"])] == [12]
    assert [p.value for p in province.reader(SYSTEM, between).plans(["admissions"])] == [10]


def test_an_earlier_decision_loaded_late_does_not_replace_the_plan_in_force(province: Store) -> None:
    province.accept(planned(("H1", "2020", "admissions", "12", "2020-07-05")), viewer=SYSTEM)
    province.accept(planned(("H1", "2020", "admissions", "10", "2020-01-05")), viewer=SYSTEM)
    assert [p.value for p in province.reader(SYSTEM).plans(["admissions"])] == [12]


def test_of_two_decisions_in_one_workbook_the_later_one_is_in_force(province: Store) -> None:
    lines = [("H1", "2020", "admissions", value, day) for value, day in (("12", "2020-07-05"), ("10", "2020-01-05"))]
    province.accept(planned(*lines), viewer=SYSTEM)
    assert [p.value for p in province.reader(SYSTEM).plans(["admissions"])] == [12]


def test_a_new_registry_rebuilds_all_sums(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    moved = registry()
    assert moved.registry is not None
    units = tuple(replace(line, parent="H2") if line.code == "H1.2" else line for line in moved.registry.units)
    workbook = replace(
        moved, source=SourceFile(name="dm2.xlsx", content=b"2"), registry=replace(moved.registry, units=units)
    )
    province.accept(workbook, viewer=SYSTEM)
    here, there, whole = totals(province, "H1"), totals(province, "H2"), totals(province, "T")
    assert here
    assert there
    assert whole
    assert [t.sums["members_end"] for t in (here, there, whole)] == [16, 21, 37]


def cumulative(sender: str, period: str, cells: Mapping[str, Mapping[str, int | None]]) -> ParsedWorkbook:
    """A return whose flows count since 1 January."""
    workbook = movement(sender, period, cells, name=f"luỹ kế {period} {cells}")
    return replace(workbook, returns=tuple(replace(given, cumulative=True) for given in workbook.returns))


def test_a_cumulative_return_counts_what_came_since_the_one_before(province: Store) -> None:
    province.accept(
        cumulative("H2", "2020-Q1", H2_CELLS | {"H2.1.1": {"admitted": 2, "members_end": 9}}), viewer=SYSTEM
    )
    later = H2_CELLS | {"H2.1.1": {"members_start": 7, "admitted": 5, "members_end": 12}}
    province.accept(cumulative("H2", "2020-Q2", later), viewer=SYSTEM)
    quarter = totals(province, "T", Q2)
    assert quarter is not None
    assert (quarter.sums["admitted"], quarter.sums["members_end"], quarter.blanks) == (3, 15, {})
    leaf = totals(province, "H2.1.1", Q2)
    assert leaf is not None
    assert (leaf.sums["members_start"], leaf.sums["admitted"]) == (9, 3)


def test_a_correction_of_one_period_re_derives_the_next_cumulative_one(province: Store) -> None:
    later = H2_CELLS | {"H2.1.1": {"members_start": 7, "admitted": 5, "members_end": 12}}
    province.accept(cumulative("H2", "2020-Q1", H2_CELLS), viewer=SYSTEM)
    province.accept(cumulative("H2", "2020-Q2", later), viewer=SYSTEM)
    corrected = H2_CELLS | {"H2.1.1": {"members_start": 7, "admitted": 4, "members_end": 11}}
    province.accept(cumulative("H2", "2020-Q1", corrected), viewer=SYSTEM)
    quarter = totals(province, "T", Q2)
    assert quarter is not None
    assert quarter.sums["admitted"] == 1
    assert quarter == totals(province, "T", Q2, basis=Basis.TODAY)


def test_without_the_preceding_period_the_flow_of_a_cumulative_return_is_unknown(province: Store) -> None:
    province.accept(
        cumulative("H2", "2020-Q2", H2_CELLS | {"H2.1.1": {"admitted": 5, "members_end": 9}}), viewer=SYSTEM
    )
    quarter = totals(province, "H2", Q2)
    assert quarter is not None
    assert quarter.blanks["admitted"] == 2
    assert quarter.sums["members_end"] == 12


DISTRICT = Viewer("h1", Role.DISTRICT, "H1")


def test_a_district_sees_its_own_branch_only(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    theirs = movement("H2", "2020-Q1", H2_CELLS)
    province.accept(theirs, viewer=SYSTEM)
    reader = province.reader(DISTRICT)
    ids = reader.registry.ids
    assert reader.root().code == "H1"
    observed = reader.observations(["B1"], ids.values(), [Q1])
    assert observed.at("B1", ids["H1"], Q1) is not None
    assert observed.at("B1", ids["H2"], Q1) is None
    assert observed.at("B1", ids["T"], Q1) is None
    assert not observed.leaves("B1", ids["T"], Q1)
    assert not observed.leaves("B1", ids["H2"], Q1)
    assert {d.unit.code for d in reader.returns(Q1)} == {"H1"}
    assert {s.unit_code for s in reader.submissions()} == {"H1"}
    assert not reader.contributions("B1", ["admitted"], ids["H2"], Q1)
    for forbidden in (lambda: reader.unit("H2"), lambda: reader.file(theirs.source.sha256)):
        with pytest.raises(OutOfScope):
            forbidden()


@pytest.mark.parametrize(
    ("viewer", "sender"),
    [(DISTRICT, "H2"), (Viewer("xem", Role.VIEWER), "H1"), (Viewer("phantich", Role.ANALYST), "H1")],
)
def test_a_viewer_who_may_not_send_a_return_changes_nothing(province: Store, viewer: Viewer, sender: str) -> None:
    with pytest.raises(OutOfScope):
        province.accept(movement(sender, "2020-Q1", H1_CELLS if sender == "H1" else H2_CELLS), viewer=viewer)
    assert province.reader(SYSTEM).opened() == ()


def test_sums_are_replaced_even_for_more_units_than_bind_values_fit_a_statement(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    assert totals(province, "H1") is not None
    with writing(province.engine) as connection:
        delete_rows(connection, ROLLUPS["B1"], "2020-Q1", range(70_000))
        left = select(func.count()).select_from(ROLLUPS["B1"]).where(ROLLUPS["B1"].c.period == "2020-Q1")
        assert connection.execute(left).scalar_one() == 0


def test_a_threshold_change_recounts_and_is_logged(province: Store) -> None:
    province.accept(movement("H1", "2020-Q1", H1_CELLS), viewer=SYSTEM)
    version = province.reader(SYSTEM).version
    province.set_threshold("small_cell_size", "13", viewer=SYSTEM, reason="thử")
    small = totals(province, "H1", source="sizes")
    assert small is not None
    assert small.sums["small_cells"] == 2
    assert province.reader(SYSTEM).version > version
