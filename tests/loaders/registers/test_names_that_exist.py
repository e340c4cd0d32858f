"""Plans and tasks name indicators, tasks, clauses and units that exist; the templates offer them as drop-downs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from data.forms.builtin import BUILTIN, FORMS
from data.forms.nv_tasks import CLAUSES, TASKS
from data.periods import Period
from data.returns import IntakeMode, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.catalogue.lookup import named_indicators
from loaders.inbox import Inbox
from loaders.intake import load
from loaders.reading import read
from loaders.references import GivenReferences
from loaders.registers.task_sheet import _part
from loaders.templates import template
from loaders.templates.template import RegisterSheet
from loaders.workbook_services import WorkbookServices
from tests.loaders.office import PROVINCE, REFERENCES, put_together, take_apart

INDICATORS = named_indicators(BUILTIN)
KNOWN = replace(REFERENCES, indicators=INDICATORS)
DECIDED = ("12-KH/TU", date(2020, 1, 5))
PLAN = ("T", "Đảng bộ tỉnh Bình An", "2020", "admissions", 200, *DECIDED)
TASK = ("NV02", "II.2.1", TASKS["NV02"].text.vi, "H1", "Đảng bộ huyện Thuỷ Sơn", None, "Hằng năm", 2020)
REST = (*[None] * 3, "Chưa thực hiện", *[None] * 5)


def workbook(form: str, row: Sequence[Any]) -> SourceFile:
    content = template.workbook([RegisterSheet(form=FORMS[form], sender=PROVINCE, rows=[row])])
    return SourceFile(name=f"{form}.xlsx", content=content)


def changed(row: tuple[Any, ...], **cells: Any) -> tuple[Any, ...]:
    return tuple(cells.get(letter, cell) for letter, cell in zip("ABCDEFGHIJKLMNOPQR", row, strict=False))


@pytest.mark.parametrize(
    ("cells", "sentences"),
    [
        ({}, []),
        (
            {"D": "admision"},
            [
                (
                    "KH!D11: mã chỉ tiêu “admision” không có trong danh mục chỉ tiêu; có phải admissions (Đảng viên "
                    "mới kết nạp)?"
                )
            ],
        ),
        (
            {"D": "Đảng viên mới kết nạp"},
            [
                (
                    "KH!D11: mã chỉ tiêu “Đảng viên mới kết nạp” không có trong danh mục chỉ tiêu; có phải admissions "
                    "(Đảng viên mới kết nạp)?"
                )
            ],
        ),
        ({"E": 20.5}, ["KH!E11: giá trị kế hoạch của admissions là 20,5, nhưng đây là số đếm; hãy ghi số nguyên."]),
        (
            {"D": "xyz"},
            [
                (
                    "KH!D11: mã chỉ tiêu “xyz” không có trong danh mục chỉ tiêu; hãy chọn một mã trong trang “Danh "
                    "mục” của tệp mẫu."
                )
            ],
        ),
        (
            {"D": "members"},
            [
                (
                    f"KH!D11: chỉ tiêu members ({INDICATORS['members'].title.vi}) không giao kế hoạch; hãy bỏ dòng này "
                    "hoặc sửa mã chỉ tiêu."
                )
            ],
        ),
        (
            {"A": "H2"},
            [
                (
                    "KH!B11: tên ghi “Đảng bộ tỉnh Bình An” là tên của T, nhưng mã tổ chức là H2 (Đảng bộ huyện Bắc "
                    "Lý); hãy sửa tên hoặc mã."
                )
            ],
        ),
        ({"C": "2120"}, ["KH!C11: năm 2120 không thể có trong báo cáo; có phải 2020?"]),
        ({"B": "Tỉnh uỷ Bình An"}, []),
        ({"B": "Đảng bộ tỉnh"}, []),
    ],
)
def test_a_plan_names_an_indicator_and_a_unit(cells: dict[str, Any], sentences: list[str]) -> None:
    _, findings = read(workbook("KH", changed(PLAN, **cells)), KNOWN)
    assert [finding.say() for finding in findings] == sentences


@pytest.mark.parametrize(
    ("cells", "sentences"),
    [
        ({}, []),
        ({"B": "Mục II.2.1(4) của Kết luận"}, []),
        ({"C": "Kế hoạch kết nạp của huyện"}, []),
        (
            {"A": "NV12"},
            [
                (
                    "NV!A11: mã nhiệm vụ “NV12” không có trong Kết luận (từ NV01 đến NV11); có phải NV02 (Xây dựng kế "
                    "hoạch kết nạp đảng viên của năm)?"
                )
            ],
        ),
        (
            {"A": "NV99", "C": "Việc khác"},
            ["NV!A11: mã nhiệm vụ “NV99” không có trong Kết luận; hãy ghi một mã từ NV01 đến NV11."],
        ),
        (
            {"B": "III.4"},
            [f"NV!B11: mục “III.4” không có trong Kết luận; hãy ghi một trong các mục: {', '.join(CLAUSES)}."],
        ),
        (
            {"C": TASKS["NV09"].text.vi},
            [
                (
                    "NV!C11: nội dung là của nhiệm vụ NV09, nhưng mã là NV02 (Xây dựng kế hoạch kết nạp đảng viên của "
                    "năm); hãy sửa mã hoặc nội dung."
                )
            ],
        ),
        (
            {"D": "H2"},
            [
                (
                    "NV!E11: tên ghi “Đảng bộ huyện Thuỷ Sơn” là tên của H1, nhưng mã tổ chức là H2 (Đảng bộ huyện Bắc "
                    "Lý); hãy sửa tên hoặc mã."
                )
            ],
        ),
    ],
)
def test_a_task_is_one_of_the_conclusion(cells: dict[str, Any], sentences: list[str]) -> None:
    _, findings = read(workbook("NV", (*changed(TASK, **cells), None, *REST)), KNOWN)
    assert [finding.say() for finding in findings] == sentences


@pytest.mark.parametrize("written", ["II.2.1", "mục ii.2.1", "II.2.1 (4), II.2.3", "Điểm II.2.1."])
def test_a_clause_may_be_written_as_offices_do(written: str) -> None:
    assert _part(written) == "II.2.1"


def test_the_clauses_of_the_tasks_are_clauses_of_the_conclusion() -> None:
    assert {task.clause for task in TASKS.values()} <= set(CLAUSES)


@pytest.mark.parametrize("form", ["KH", "NV"])
def test_a_template_offers_what_exists_and_reads_its_list_as_nothing(province: Store, form: str) -> None:
    services = WorkbookServices(province, indicators=INDICATORS)
    _, content = services.register(SYSTEM, "T", Period(2020), form)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = {str(rule.sqref): rule.formula1 for rule in book[form].data_validations.dataValidation}
    fields = {"KH": {"D": "admissions", "A": "H1.1"}, "NV": {"A": "NV11", "B": "II.2.6", "D": "H2"}}[form]
    for column, code in fields.items():
        source = next(formula for cells, formula in rules.items() if cells.startswith(f"{column}11"))
        name, _, cells = source.partition("!")
        assert name == "'Danh mục'"
        assert code in {cell.value for (cell,) in book["Danh mục"][cells.replace("$", "")]}
    row = PLAN if form == "KH" else (*TASK, None, *REST)
    for place, value in enumerate(row, start=1):
        book[form].cell(11, place).value = value
    filled = io.BytesIO()
    book.save(filled)
    assert read(SourceFile(name="x.xlsx", content=filled.getvalue()), KNOWN)[1] == []


def test_every_way_in_refuses_an_unknown_indicator(province: Store, tmp_path: Any) -> None:
    source, given = workbook("KH", changed(PLAN, D="admision")), GivenReferences(indicators=INDICATORS)
    path = tmp_path / source.name
    path.write_bytes(source.content)
    inbox = Inbox(store=province, folder=tmp_path, viewer=SYSTEM, given=given)
    outcomes = [
        WorkbookServices(province, indicators=INDICATORS).load(source, SYSTEM, IntakeMode.STORE),
        *load(province, [path], viewer=SYSTEM, given=given),
        *[arrival.outcome for _ in range(5) for arrival in inbox.poll()],
    ]
    codes = [[finding.code for finding in outcome.findings] for outcome in outcomes]
    assert codes == [["unknown_indicator_suggested"]] * 3


@pytest.mark.parametrize(
    ("sender", "year", "sentences"),
    [
        ("T", "2020", []),
        (
            "T",
            "2019",
            [
                (
                    "KH!E11: tiêu đề ghi Năm 2019, nhưng 1 dòng ghi kỳ kế hoạch khác: E11; hãy kiểm tra lại tiêu đề và "
                    "cột “Kỳ kế hoạch”."
                )
            ],
        ),
        (
            "H1",
            "2020",
            [
                (
                    "KH!E11: đơn vị ghi ở tiêu đề là Đảng bộ huyện Thuỷ Sơn (H1), nhưng 1 dòng là kế hoạch của tổ chức "
                    "không thuộc đơn vị này: E11; hãy kiểm tra lại tiêu đề và mã tổ chức."
                )
            ],
        ),
    ],
)
def test_plans_agree_with_their_title(sender: str, year: str, sentences: list[str]) -> None:
    (page,) = take_apart(workbook("KH", PLAN).content)
    page.put(A2="Huyện uỷ Thuỷ Sơn" if sender == "H1" else "", A3=f"Mã đơn vị: {sender}", A5=f"Năm {year}")
    _, findings = read(SourceFile(name="KH.xlsx", content=put_together([page])), KNOWN)
    assert [finding.say() for finding in findings] == sentences


def test_a_line_below_the_signatures_is_not_lost() -> None:
    (page,) = take_apart(workbook("KH", PLAN).content)
    last = len(page.rows)
    page.rows.append(list(page.rows[10]))
    _, findings = read(SourceFile(name="x.xlsx", content=put_together([page])), KNOWN)
    assert [(finding.code, finding.cell) for finding in findings] == [("rows_after_end", f"A{last + 1}")]
