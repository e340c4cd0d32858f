"""Withdrawals: as if it had never been accepted, from then on; as known before, it stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from data.periods import Period
from data.returns import LineWithdrawal, OutcomeStatus, ParsedWorkbook, RegistryWithdrawal, ReturnWithdrawal
from data.sums import rollup_writes
from data.tables.audit import Action
from data.tables.records import ReturnStatus
from data.tables.schema import audit
from data.upkeep.verify import verify
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from data.writing.withdrawals import WithdrawalError
from tests.small_province import KINDS, movement, official, planned, registry
from tests.stores import Database, NewDatabase

BOARD, H1, ANALYST = Viewer("ban", Role.BOARD), Viewer("h1", Role.DISTRICT, "H1"), Viewer("pt", Role.ANALYST)
Q1 = Period.parse("2020-Q1")


def sent(admitted: int, form: str = "B1", period: str = "2020-Q1") -> ParsedWorkbook:
    return movement("H1", period, {"H1.1.1": {"admitted": admitted}, "H1.1.2": {}, "H1.2": {}}, form=form)


def other() -> ParsedWorkbook:
    return movement("H2", "2020-Q1", {"H2.1.1": {"admitted": 7}, "H2.1.2": {}})


def sums(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every stored sum."""
    with store.engine.connect() as connection:
        return {
            source: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for source, table in rollup_writes.sum_tables(store.vocabulary).items()
        }


def statuses(store: Store, period: Period = Q1) -> dict[tuple[str, str], ReturnStatus]:
    return {(due.unit.code, due.form): due.status for due in store.reader(SYSTEM).returns(period)}


@pytest.fixture
def never(backend: str, small_database: Database, new_database: NewDatabase) -> Callable[..., Any]:
    """Opens a store that was only ever given some workbooks."""

    @contextmanager
    def given(*workbooks: ParsedWorkbook) -> Iterator[Store]:
        with new_database(backend, small_database(backend)) as url, closing(Store.open(url).of_past_series()) as store:
            fill(store, *workbooks)
            yield store

    return given


def fill(store: Store, *workbooks: ParsedWorkbook) -> None:
    for workbook in workbooks:
        assert not store.accept(workbook, viewer=SYSTEM).refused


def test_a_withdrawn_return_is_as_if_it_had_never_been_sent(province: Store, never: Callable[..., Any]) -> None:
    later = sent(4, period="2020-Q2"), official("H1", "2020", admitted=9)
    fill(province, other(), sent(2), sent(3, "B2"), *later, sent(1))
    before, was = province.now(), sums(province)
    done = province.withdraw(ReturnWithdrawal(unit="H1", period=Q1), viewer=BOARD, reason="nhầm quý")
    assert done.returns == (("B2", "H1", "2020-Q1"), ("B1", "H1", "2020-Q1"))
    assert verify(province).faults == ()
    with never(other(), *later) as store:
        assert sums(province) == sums(store)
        assert statuses(province) == statuses(store)
        assert statuses(province)["H1", "B1"] is ReturnStatus.MISSING
    assert sums(province) != was
    then = province.reader(SYSTEM, as_of=before)
    assert then.closings("H1", "B1", "admitted", Q1)["H1.1.1"] == 1
    assert {due.form: due.versions for due in then.returns(Q1) if due.unit.code == "H1" and due.versions} == {
        "B1": 2,
        "B2": 1,
    }
    assert not province.reader(SYSTEM).closings("H1", "B1", "admitted", Q1)
    # The same bytes are a new version.
    assert province.accept(sent(1), viewer=SYSTEM).status is OutcomeStatus.ACCEPTED


def test_an_earlier_version_comes_back_only_when_asked(province: Store, never: Callable[..., Any]) -> None:
    fill(province, sent(2), sent(5))
    before = province.now()
    form = ReturnWithdrawal(unit="H1", period=Q1, forms=("B1",), restore=True)
    assert province.withdraw(form, viewer=BOARD, reason="đính chính sai").restored == 1
    with never(sent(2)) as store:
        assert sums(province) == sums(store)
    assert province.reader(SYSTEM, as_of=before).closings("H1", "B1", "admitted", Q1)["H1.1.1"] == 5
    assert verify(province).faults == ()
    with pytest.raises(WithdrawalError, match="không có bản trước"):
        province.withdraw(form, viewer=BOARD, reason="nữa")
    assert province.accept(sent(2), viewer=SYSTEM).status is OutcomeStatus.ALREADY_STORED


def test_the_sender_is_told_and_the_log_says_why(province: Store) -> None:
    fill(province, sent(2), sent(2, "B2"))
    province.withdraw(ReturnWithdrawal(unit="H1", period=Q1), viewer=BOARD, reason=" nhầm quý ")
    told_by = [each for each in province.reader(H1).receipts() if each.status is OutcomeStatus.WITHDRAWN]
    assert [receipt.findings[0].say() for receipt in told_by] == [
        f"Ban Tổ chức đã rút lại {form} Quý I năm 2020; lý do: nhầm quý" for form in ("B2", "B1")
    ]
    (told,) = province.reader(H1).withdrawn()
    assert (told.unit_code, told.forms, told.period_code, told.reason) == ("H1", ("B1", "B2"), "2020-Q1", "nhầm quý")
    assert not province.reader(Viewer("h2", Role.DISTRICT, "H2")).withdrawn()
    with province.engine.connect() as connection:
        entry = connection.execute(select(audit).where(audit.c.action == Action.WITHDRAWN)).mappings().one()
    assert (entry["actor"], entry["details"]["reason"]) == ("ban", "nhầm quý")
    fill(province, sent(3), sent(3, "B2"))
    assert not province.reader(H1).withdrawn()


@pytest.mark.parametrize("viewer", [H1, ANALYST])
def test_only_the_board_withdraws_and_says_why(province: Store, viewer: Viewer) -> None:
    fill(province, sent(2))
    asked = ReturnWithdrawal(unit="H1", period=Q1)
    with pytest.raises(OutOfScope):
        province.withdraw(asked, viewer=viewer, reason="x")
    with pytest.raises(WithdrawalError, match="lý do"):
        province.withdraw(asked, viewer=BOARD, reason=" ")
    with pytest.raises(WithdrawalError, match="H2 không có báo cáo Quý I năm 2020"):
        province.withdraw(ReturnWithdrawal(unit="H2", period=Q1), viewer=BOARD, reason="x")


def test_plans_are_withdrawn_whole_or_by_unit(province: Store) -> None:
    first = planned(("H1", "2020", "admissions", "5", "2020-01-01"), ("H2", "2020", "admissions", "6", "2020-01-01"))
    second = planned(("H1", "2020", "admissions", "8", "2020-02-01"), ("H2", "2020", "admissions", "9", "2020-02-01"))

    def plans() -> dict[str, int]:
        codes = {unit: code for code, unit in province.reader(SYSTEM).registry.ids.items()}
        return {codes[plan.unit]: int(plan.value) for plan in province.reader(SYSTEM).plans()}

    fill(province, first, second)
    sha256 = second.source.sha256
    asked = LineWithdrawal(form="KH", file=sha256, unit="H2", restore=True)
    province.withdraw(asked, viewer=BOARD, reason="sai đơn vị")
    assert plans() == {"H1": 8, "H2": 6}
    province.withdraw(LineWithdrawal(form="KH", file=sha256), viewer=BOARD, reason="sai cả")
    assert plans() == {"H2": 6}
    assert province.accept(second, viewer=SYSTEM).status is OutcomeStatus.SUPERSEDED
    assert plans() == {"H1": 8, "H2": 9}
    with pytest.raises(WithdrawalError, match="không có dòng KH"):
        province.withdraw(LineWithdrawal(form="KH", file="không có.xlsx"), viewer=BOARD, reason="x")


def test_a_registry_is_withdrawn_in_favour_of_the_one_before(province: Store, never: Callable[..., Any]) -> None:
    line = next(line for line in registry().registry.units if line.code == "H1.2")  # type: ignore[union-attr]
    moved = replace(line, parent="H2")
    with pytest.raises(WithdrawalError, match="không có danh mục"):
        province.withdraw(RegistryWithdrawal(), viewer=BOARD, reason="x")
    fill(province, sent(2), registry(H1_2=moved))
    before = province.now()
    province.withdraw(RegistryWithdrawal(), viewer=BOARD, reason="chuyển nhầm")
    with never(sent(2)) as store:
        assert sums(province) == sums(store)
    assert verify(province).faults == ()
    ids = province.reader(SYSTEM).registry.ids
    assert province.reader(SYSTEM).tree(Q1.end).units[ids["H1.2"]].parent == ids["H1"]
    assert province.reader(SYSTEM, as_of=before).tree(Q1.end).units[ids["H1.2"]].parent == ids["H2"]
    assert len(KINDS) == len(ids)
