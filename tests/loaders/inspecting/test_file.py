"""Inspection of any file, as a text report and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.forms.builtin import BUILTIN
from data.returns import SourceFile
from loaders.inspecting.file import inspect, inspect_isolated, lines
from loaders.official import Filled, official_workbook
from loaders.references import References
from loaders.sheets.mapping import bind, read_mapping
from tests.loaders.office import REFERENCES, REGISTRY, Page, Shown, pages, put_together, workbook
from tests.loaders.official_pages import Y2022, counted, form
from tests.loaders.sheets.test_mapping import TOML, own


def test_a_return_is_described_whole() -> None:
    seen = inspect(workbook("B3"), REFERENCES)
    (sheet,) = seen.sheets
    header = sheet.header
    assert header is not None
    assert (seen.container, seen.findings, seen.refused) == ("ooxml", (), False)
    assert (sheet.name, sheet.state, sheet.form, sheet.unit, sheet.unit_name) == (
        "B3",
        "visible",
        "B3",
        "H1",
        "Đảng bộ huyện Thuỷ Sơn",
    )
    assert (sheet.period, sheet.basis) == ("2020-Q2", "in_period")
    assert (header.fits, header.expected, header.missing) == (len(header.columns), len(header.columns), ())
    assert [(column.letters, column.code) for column in header.columns[:4]] == [
        ("A", "order"),
        ("B", "unit_name"),
        ("C", "unit_code"),
        ("D", "villages"),
    ]


def test_the_report_is_in_vietnamese() -> None:
    source = workbook("B3")
    report = list(lines(inspect(source, REFERENCES), BUILTIN))
    assert report[0] == f"Tệp B3.xlsx: ooxml, {len(source.content)} byte, SHA-256 {source.sha256}"
    assert report[1].startswith("Trang tính “B3” (đang hiện): ")
    assert "    D: Thôn, bản, tổ dân phố / Tổng số → villages (Thôn, bản, tổ dân phố)" in report or any(
        line.startswith("    D: ") and "→ villages" in line for line in report
    )
    assert report[-4:] == [
        "  Đơn vị gửi: Đảng bộ huyện Thuỷ Sơn (H1)",
        "  Kỳ báo cáo: 2020-Q2, số liệu trong kỳ",
        report[-2],
        "Kết quả kiểm tra: 0 lỗi, 0 cảnh báo",
    ]


def test_an_official_form_is_described_line_by_line_with_what_is_not_loaded() -> None:
    operations = form("7")
    filled = Filled(official=operations, unit="Huyện uỷ Thuỷ Sơn", period=Y2022, values=counted(operations))
    seen = inspect(SourceFile(name="7.xlsx", content=official_workbook([filled])), REFERENCES)
    (sheet,) = seen.sheets
    assert (sheet.form, sheet.unit, sheet.period, sheet.basis) == ("O7", "H1", "2022", "cumulative")
    assert sheet.official is not None
    assert len(sheet.official.lines) == len(operations.outline)
    assert seen.as_json()["sheets"][0]["official"]["corner"] == "7-BTCTW"
    report = list(lines(seen, BUILTIN))
    assert report[2:5] == [
        "  Biểu thống kê: Biểu số 7-BTCTW “Nghiệp vụ công tác đảng viên”",
        "    B9: I. Khen thưởng tổ chức đảng và đảng viên trong năm = … → không nạp",
        "    B10: 1. Khen thưởng tổ chức đảng = … → không nạp",
    ]
    assert any("- Giới thiệu chuyển đi = 0 → transfers_temporary_out (" in line for line in report)
    assert report[-4:-2] == [
        "  Đơn vị gửi: Đảng bộ huyện Thuỷ Sơn (H1)",
        "  Kỳ báo cáo: 2022, số liệu luỹ kế từ đầu năm",
    ]


def test_findings_and_error_cells_are_reported() -> None:
    page = pages("B1")[0].put(D14=-1, E15=Shown("#REF!"))
    seen = inspect(SourceFile(name="B1.xlsx", content=put_together([page])), REFERENCES)
    assert seen.sheets[0].error_cells == ("E15",)
    report = list(lines(seen, BUILTIN))
    assert "  Ô báo lỗi: 1 (E15)" in report
    assert "  Lỗi: B1!D14: số đảng viên cuối kỳ trước chuyển sang là -1; hãy nhập số nguyên từ 0 trở lên." in report


def test_hidden_sheets_and_sheets_of_no_form_are_reported() -> None:
    book = [*pages("B3"), Page("Ẩn", [["x"]], hidden=True), Page("Khác", [["x"]])]
    seen = inspect(SourceFile(name="x.xlsx", content=put_together(book)), REFERENCES)
    assert [(sheet.name, sheet.state, sheet.form) for sheet in seen.sheets] == [
        ("B3", "visible", "B3"),
        ("Ẩn", "hidden", ""),
        ("Khác", "visible", ""),
    ]
    report = list(lines(seen, BUILTIN))
    assert "Trang tính “Ẩn” (đang ẩn): 1 dòng × 1 cột, 1 ô có nội dung" in report
    assert report.count("  Không phải biểu số liệu: không có dòng đánh số cột") == 2


def test_an_unknown_header_is_set_against_the_nearest_form() -> None:
    seen = inspect(own(), REFERENCES)
    (sheet,) = seen.sheets
    assert sheet.header is not None
    assert (sheet.form, sheet.nearest) == ("", "B3")
    assert [code for code, _ in sheet.header.missing] == ["villages", "villages_without_members"]
    report = list(lines(seen, BUILTIN))
    assert (
        f"  Không nhận ra mẫu biểu; gần nhất là B3 “Trưởng thôn”: khớp {sheet.header.fits}/{sheet.header.expected} cột"
        in report
        or any(line.startswith("  Không nhận ra mẫu biểu; gần nhất là B3 ") for line in report)
    )
    assert any(line.startswith("    D: Các thôn, bản → không có trong mẫu") for line in report)
    assert any(line.startswith("    thiếu: ") and line.endswith(" → villages") for line in report)


def test_a_mapping_that_is_stored_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(TOML, encoding="utf-8")
    seen = inspect(own(), replace(REFERENCES, mappings=bind(read_mapping(path, BUILTIN), [own()], BUILTIN)))
    assert (seen.sheets[0].form, seen.sheets[0].by_mapping) == ("B3", True)
    report = lines(seen, BUILTIN)
    assert any(line.startswith("  Mẫu biểu: B3 “") and line.endswith("”, theo ánh xạ đã lưu") for line in report)


def test_the_json_holds_the_same_as_plain_values() -> None:
    seen = inspect(workbook("B1", D14=-1), REFERENCES)
    values = json.loads(json.dumps(seen.as_json()))
    assert values["sheets"][0]["header"]["columns"][4]["code"] == "admitted"
    assert values["findings"][0] == {
        "sheet": "B1",
        "cell": "D14",
        "severity": "error",
        "code": "negative",
        "message_vi": "số đảng viên cuối kỳ trước chuyển sang là -1; hãy nhập số nguyên từ 0 trở lên.",
        "message_en": values["findings"][0]["message_en"],
    }


@pytest.mark.parametrize("registry", [None, REGISTRY])
@given(content=st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
@settings(max_examples=60)
def test_no_file_makes_it_fail(registry: object, content: bytes) -> None:
    references = REFERENCES if registry else References(vocabulary=BUILTIN)
    seen = inspect(SourceFile(name="gì đó.xls", content=content), references)
    assert seen.refused
    assert list(lines(seen, BUILTIN))


def test_inspection_runs_in_a_process_of_its_own() -> None:
    source = workbook("B3")
    assert inspect_isolated(source, REFERENCES) == inspect(source, REFERENCES)


def test_registers_are_described_although_they_are_due_for_no_period(tiny_workbooks: Path) -> None:
    registers = sorted(tiny_workbooks.glob("KH*.xlsx"))
    assert registers
    for path in registers:
        seen = inspect(SourceFile(name=path.name, content=path.read_bytes()), REFERENCES)
        assert any(sheet.form == "KH" for sheet in seen.sheets), path.name
