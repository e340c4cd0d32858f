"""`verify` finds a change of every table made behind the program's back, and names table, unit and period."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from data.forms.header_mappings import HeaderMapping
from data.people.accounts import Accounts
from data.people.follow_ups import FollowUpInput, FollowUps
from data.periods import Period, Term
from data.returns import ParsedWorkbook, ReturnWithdrawal, SourceFile
from data.sums import rollup_writes
from data.sums.rollup_reads import stored_counts
from data.tables.engine import writing
from data.tasks import Recurrence, TaskLine, TaskReturn, TaskState
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role
from data.writing.store import Store
from tests.reorganisations import reorganised
from tests.small_province import movement, official, planned

TASK = TaskLine(
    row=8,
    task="NV02",
    clause="II.2.1",
    text="Kế hoạch kết nạp",
    owner_code="H1",
    owner="H1",
    co_owners="",
    recurrence=Recurrence.YEARLY,
    term=Term(2019, 2019),
    due=date(2019, 6, 30),
    evidence_number="",
    evidence_date=None,
    evidence_file="",
    state=TaskState.UNDER_WAY,
    successor="",
)
H1 = {"H1.1.1": {"admitted": 2, "members_end": 9}, "H1.1.2": {"members_end": 8}, "H1.2": {"members_end": 7}}

SEEDED = (
    (
        "UPDATE b1 SET admitted = admitted + 500 WHERE \"row\" = 12 AND period = '2019-Q3'",
        "Table b1, form B1 of H1, period 2019-Q3",
    ),
    ('DELETE FROM b2 WHERE "row" = 13', "Table b2, form B2 of H1, period 2019-Q3"),
    (
        "UPDATE official_values SET value = value + 1 WHERE measure = 'admitted'",
        "Table official_values, form O1 of H2, period 2019",
    ),
    ("UPDATE plans SET value = '99' WHERE \"row\" = 8", "Table plans, form KH of T"),
    ("UPDATE tasks SET state = 'done'", "Table tasks, form NV of T"),
    ("UPDATE unit_spells SET name = 'Khác' WHERE \"row\" = 10", "Table unit_spells, form DM of T"),
    ("UPDATE successions SET decision = 'khác'", "Table successions, form DM of T"),
    ("UPDATE submissions SET received_at = {when} WHERE form = 'B1'", "Table submissions, form B1 of H1"),
    ('UPDATE plans SET superseded_at = {when} WHERE "row" = 9', "Table plans: a row went out of force at"),
    ("DELETE FROM receipts WHERE file_name = 'kh.xlsx'", "Table receipts: the receipt of the file 'kh.xlsx'"),
    ("UPDATE receipts SET received_at = {when} WHERE file_name = 'dm2.xlsx'", "'dm2.xlsx'"),
    ("UPDATE opened_periods SET reason = 'khác' WHERE period = '2020-Q1'", "Table opened_periods: period 2020-Q1"),
    ("DELETE FROM opened_periods WHERE period = '2020-Q2'", "Table opened_periods: the change of period 2020-Q2"),
    (
        "UPDATE sizes_rollup SET cells = cells + 1 WHERE unit_id = 1 AND period = '2019-Q3'",
        "Sum sizes, period 2019-Q3, organisation T",
    ),
    (
        "UPDATE settings SET value = '9' WHERE code LIKE '%small_cell_size'",
        "Table settings: the threshold small_cell_size",
    ),
    ("UPDATE withdrawals SET reason = 'khác'", "Table withdrawals: the withdrawal of 'B1 H2 2019-Q1'"),
    ("UPDATE mappings SET form = 'B2'", "Table mappings: the header mapping for form B3"),
    ("UPDATE accounts SET role = 'admin' WHERE name = 'xem'", "Table accounts: the account 'xem'"),
    ("DELETE FROM accounts WHERE name = 'huyen'", "Table accounts: the account 'huyen'"),
    ("UPDATE follow_ups SET text = 'khác'", "Table follow_ups: note 1"),
    ("UPDATE files SET size = size + 1 WHERE name = 'nv.xlsx'", "File 'nv.xlsx'"),
    ("DELETE FROM b1_rollup WHERE period = '2019-Q2' AND unit_id = 1", "Sum B1, period 2019-Q2, organisation T"),
    (
        "UPDATE bases_rollup SET reporting = 7 WHERE unit_id = 1 AND period = '2019-Q3'",
        "Sum bases, period 2019-Q3, organisation T",
    ),
    ("UPDATE admission_years SET admitted = admitted + 1 WHERE unit_id = 7", "Sum admission_years, period 2019"),
    (
        "INSERT INTO b3_rollup (period, unit_id, reporting) VALUES ('2019-Q1', 1, 1)",
        "Sum B3, period 2019-Q1, organisation T (number 1): there are no rows",
    ),
    ("UPDATE units SET code = 'H9' WHERE code = 'H2'", "B1 of H2, period 2019-Q2"),
    ("DELETE FROM b1 WHERE period = '2019-Q2'", "Table b1, form B1 of H1, period 2019-Q2"),
    ("DELETE FROM b3; DELETE FROM submissions WHERE form = 'B3'", "form B3 of H1, period 2019-Q3"),
)
"""Statements and what is said of them, each on top of the ones before."""

DROPPED = {"sqlite": "DROP TRIGGER audit_no_delete", "postgresql": "ALTER TABLE audit DISABLE TRIGGER audit_no_change"}
WHEN = {"sqlite": "'2019-01-01 00:00:00'", "postgresql": "'2019-01-01 00:00:00+00'"}


def change(store: Store, statements: str) -> None:
    """Executes SQL without the program."""
    with writing(store.engine) as connection:
        for statement in statements.format(when=WHEN[connection.dialect.name]).split("; "):
            connection.execute(text(statement))


@pytest.fixture
def eventful(province: Store) -> Store:
    """The small province with something in every table that the log tells of."""
    province.accept(reorganised("a cell absorbed by another"), viewer=SYSTEM)
    for period in ("2019-Q2", "2019-Q3"):
        province.accept(movement("H1", period, H1), viewer=SYSTEM)
    province.accept(movement("H2", "2019-Q2", {"H2.1.1": {"members_end": 4}, "H2.1.2": {}}), viewer=SYSTEM)
    for form in ("B2", "B3"):
        cells: dict[str, dict[str, int | str | None]] = {cell: {} for cell in H1 if form == "B2" or cell == "H1.1.1"}
        province.accept(movement("H1", "2019-Q3", cells, form=form), viewer=SYSTEM)
    province.accept(official("H2", "2019", admitted=3), viewer=SYSTEM)
    lines = (("T", "2019", "admissions", "5", "2019-01-05"), ("H1", "2019", "admissions", "3", "2019-01-05"))
    province.accept(planned(*lines), viewer=SYSTEM)
    tasks = TaskReturn(sheet="NV", tasks=(TASK, replace(TASK, row=9, owner_code="H2", owner="H2")))
    province.accept(ParsedWorkbook(source=SourceFile(name="nv.xlsx", content=b"nv"), tasks=tasks), viewer=SYSTEM)
    province.accept(movement("H2", "2019-Q1", {"H2.1.1": {}, "H2.1.2": {}}), viewer=SYSTEM)
    province.withdraw(ReturnWithdrawal(unit="H2", period=Period.parse("2019-Q1")), viewer=SYSTEM, reason="nhầm")
    for quarter in ("2020-Q1", "2020-Q2"):
        province.open_period(Period.parse(quarter), viewer=SYSTEM)
    province.set_threshold("small_cell_size", "6", viewer=SYSTEM, reason="thử")
    province.save_mapping(HeaderMapping(fingerprint="f", form="B3", columns={"A": "villages"}), viewer=SYSTEM)
    accounts = Accounts(province)
    for name, role, unit in (("xem", Role.VIEWER, None), ("huyen", Role.DISTRICT, "H1")):
        accounts.add(name, "Ba Con Suoi 73 Xanh", role, unit)
    FollowUps(province, SYSTEM).add({"H1.2": "H1"}, FollowUpInput(text="Mở lớp", due=date(2020, 12, 15)))
    return province


def test_a_change_of_every_table_is_found(eventful: Store) -> None:
    assert verify(eventful).faults == ()
    said: set[str] = set()
    for statement, expected in (*SEEDED, (DROPPED[eventful.engine.dialect.name], "The log is not protected")):
        change(eventful, statement)
        faults = {fault.en for fault in verify(eventful).faults}
        assert any(expected in fault for fault in faults - said), (statement, sorted(faults - said))
        said |= faults


def test_a_changed_value_is_found_although_the_sums_were_rebuilt(eventful: Store) -> None:
    change(eventful, SEEDED[0][0])
    registry = eventful.reader(SYSTEM).registry
    with writing(eventful.engine) as connection:
        rollup_writes.rebuild(stored_counts(connection, eventful.vocabulary, registry))
    (fault,) = verify(eventful).faults
    assert fault.en.startswith("Table b1, form B1 of H1, period 2019-Q3")


def test_a_row_whose_unit_nothing_connects_with_the_tree_is_found(eventful: Store) -> None:
    change(eventful, "DELETE FROM unit_spells WHERE unit_id = (SELECT id FROM units WHERE code = 'H2.1.2')")
    faults = [fault.en for fault in verify(eventful).faults]
    assert any(fault.startswith("Table b1, H2.1.2, period 2019-Q2: no sum holds") for fault in faults)
