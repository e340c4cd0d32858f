"""Written workbooks: layout, input validation, and reading them back."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.forms.builtin import BUILTIN, FORMS, RETURNS, form_on
from data.forms.model import Form
from data.periods import Period
from data.returns import SourceFile
from loaders.reading import read
from loaders.templates import template
from loaders.templates.outline import outline, roman
from loaders.templates.sheet_frame import column_paths, header_blocks
from loaders.templates.template import RegisterSheet
from tests.loaders.office import PERIOD, PROVINCE, REFERENCES, TREE, sheet


def opened(content: bytes, form: str, *, results: bool = False) -> Worksheet:
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=results)[form]
    assert isinstance(page, Worksheet)
    return page


QUARTERLY = [f.code for f in BUILTIN.returns_on(PERIOD.end) if PERIOD.frequency in f.frequencies]


@pytest.fixture(scope="module")
def filled() -> bytes:
    return template.workbook([sheet(form.code) for form in RETURNS], note="Số liệu minh hoạ")


@pytest.fixture(scope="module")
def empty() -> bytes:
    return template.blank(BUILTIN, TREE, "H1", PERIOD)


def test_the_title_block_names_sender_form_and_period(filled: bytes) -> None:
    page = opened(filled, "B1")
    assert [page[cell].value for cell in ("A1", "A2", "A3", "W1", "A4", "A5", "A6", "A7", "W8")] == [
        "ĐẢNG BỘ TỈNH BÌNH AN",
        "ĐẢNG BỘ HUYỆN THUỶ SƠN",
        "Mã đơn vị: H1",
        "Biểu số B1",
        "TĂNG, GIẢM ĐẢNG VIÊN",
        "Quý II năm 2020",
        "Số liệu: trong kỳ",
        "Số liệu minh hoạ",
        "Đơn vị tính: người",
    ]


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.code)
def test_every_cell_of_a_header_is_covered_once(form: Form) -> None:
    paths = column_paths(form)
    depth = max(map(len, paths))
    covered = [
        (row, column)
        for block in header_blocks(paths)
        for row in range(block.top, block.bottom + 1)
        for column in range(block.left, block.right + 1)
    ]
    assert sorted(covered) == [(row, column) for row in range(depth) for column in range(len(paths))]


def test_equal_neighbouring_parents_share_a_cell(filled: bytes) -> None:
    merges = {str(merge) for merge in opened(filled, "B1").merged_cells.ranges}
    assert {"E9:I9", "F10:H10", "D9:D11", "S9:Z9", "T10:Z10", "L10:M10"} <= merges


def test_rows_are_numbered_as_offices_number_them() -> None:
    lines = outline(TREE, TREE.by_code["H1"].id, FORMS["B1"].grain)
    assert [(line.number, line.code, line.leaf) for line in lines] == [
        ("I", "H1.1", False),
        ("1", "H1.1.1", True),
        ("2", "H1.1.2", True),
        ("a", "H1.1.S", False),
        ("1", "H1.1.3", True),
        ("II", "H1.2", False),
        ("1", "H1.2.1", True),
        ("III", "H1.3", True),
    ]
    assert [roman(number) for number in (1, 4, 9, 14, 40, 99)] == ["I", "IV", "IX", "XIV", "XL", "XCIX"]


def test_residential_forms_leave_other_cells_and_empty_groups_out() -> None:
    lines = outline(TREE, TREE.by_code["H1"].id, FORMS["B3"].grain)
    assert [line.code for line in lines] == ["H1.1", "H1.1.1", "H1.1.S", "H1.1.3", "H1.2", "H1.2.1"]


def test_totals_and_balances_are_formulas_with_their_results(filled: bytes) -> None:
    formulas, results = opened(filled, "B1"), opened(filled, "B1", results=True)
    assert formulas["E21"].value == '=IF(COUNT(E13:E20)=0,"",SUM(E13:E20))'
    assert results["E21"].value == 10
    assert formulas["S14"].value == (
        '=IF(COUNTA(E14,F14,G14,H14,I14,R14,J14,K14,L14,N14,O14,P14,Q14)=0,"",'
        "SUM(D14,E14,F14,G14,H14,I14,R14)-SUM(J14,K14,L14,N14,O14,P14,Q14))"
    )
    assert results["S14"].value == 21
    assert formulas["S12"].value == "16=1+2+3+4+5+6+15-7-8-9-11-12-13-14"


def test_only_input_cells_are_unlocked(empty: bytes) -> None:
    page = opened(empty, "B1")
    assert page.protection.sheet
    unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert {"D14", "R20", "Z19"} <= unlocked
    assert not unlocked & {"A14", "B14", "C14", "D13", "S14", "D21", "D9", "D12"}


def test_input_cells_take_whole_numbers_only(empty: bytes) -> None:
    rules = {str(rule.sqref): rule for rule in opened(empty, "B2").data_validations.dataValidation}
    assert (rules["D14:D21"].type, rules["D14:D21"].operator, rules["D14:D21"].formula1) == (
        "whole",
        "greaterThanOrEqual",
        "0",
    )
    assert (rules["O14:O21"].type, rules["O14:O21"].formula1) == ("list", '"1"')


def test_the_header_stays_in_sight(empty: bytes) -> None:
    assert opened(empty, "B1").freeze_panes == "D13"


def test_a_blank_template_names_every_unit_and_holds_no_figure(empty: bytes) -> None:
    assert openpyxl.load_workbook(io.BytesIO(empty)).sheetnames == QUARTERLY
    page = opened(empty, "B1", results=True)
    assert [page[f"C{row}"].value for row in (14, 15, 17, 19, 20)] == ["H1.1.1", "H1.1.2", "H1.1.3", "H1.2.1", "H1.3"]
    counts = [cell.value for row in page["D13:Z20"] for cell in row if cell.value not in (None, " ")]
    assert counts == []


def test_a_blank_template_sent_back_unfilled_is_refused_in_one_sentence_a_sheet(empty: bytes) -> None:
    workbook, findings = read(SourceFile(name="x.xlsx", content=empty), REFERENCES)
    assert workbook is None
    assert [finding.code for finding in findings] == ["nothing_reported"] * len(QUARTERLY)


def test_the_same_figures_give_the_same_bytes(filled: bytes) -> None:
    assert template.workbook([sheet(form.code) for form in RETURNS], note="Số liệu minh hoạ") == filled


@pytest.mark.parametrize("code", ["DM", "SX", "KH", "LS", "NV"])
def test_a_blank_register_has_room_to_type(code: str) -> None:
    page = opened(template.workbook([RegisterSheet(form=FORMS[code], sender=PROVINCE, rows=[])]), code)
    row: list[Any] = [cell.protection.locked for cell in page[11]]
    assert not any(row)


WRITTEN = [
    (form, period)
    for form in RETURNS
    for period in map(Period.parse, ["2017", "2020-Q1", "2019", "2025-Q2", "2025-Q3", "2025"])
    if period.frequency in form.frequencies and BUILTIN.form_on(form.code, period.end).valid_on(period.end)
]


@pytest.mark.parametrize(("form", "period"), WRITTEN, ids=lambda given: getattr(given, "code", given))
def test_what_is_written_reads_back_in_every_version(form: Form, period: Period) -> None:
    written = sheet(form.code, period=period)
    source = SourceFile(name="x.xlsx", content=template.workbook([written]))
    workbook, findings = read(source, REFERENCES)
    assert not findings
    assert workbook is not None
    (given,) = workbook.returns
    assert given.form is form_on(form.code, period.end)
    assert {row.unit: list(row.values) for row in given.rows} == written.values
