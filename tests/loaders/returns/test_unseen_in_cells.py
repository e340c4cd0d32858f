"""What a cell does not show: a formula that nobody computed, the empty result of one, a merge over several lines."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from data.returns import SourceFile
from loaders.reading import read
from loaders.templates import template
from tests.libreoffice import Convert
from tests.loaders.formats.makers import compound_file, part, rezipped
from tests.loaders.office import REFERENCES, codes, pages, put_together, reported, sheet

SHEET = "xl/worksheets/sheet1.xml"


def computed(**formulas: tuple[str, int | str]) -> SourceFile:
    """B1 with formulas in input cells as a library writes them, with the results that it stored."""
    return SourceFile(name="B1.xlsx", content=put_together(pages("B1"), formulas=formulas))


@pytest.mark.parametrize(
    "formula", ["=0+5", "=D14*2", "=SUM(D14:D15)", "=ROUND(D14/3,0)", "=SUM(4,5)", "=B2!C5", '=IF(D14>3,"",1)']
)
def test_an_input_cell_that_nobody_computed_is_refused(formula: str) -> None:
    sentences = reported(computed(U14=(formula, 0), U15=(formula, 0), W14=(formula, 0)))
    assert sentences == [
        (
            "B1!U14: 3 ô có công thức chưa được tính lại từ khi ghi tệp: U14:U15, W14; hãy mở tệp bằng Excel, lưu lại "
            "rồi gửi lại."
        )
    ]


@pytest.mark.parametrize("formula", ["=0+0", "=D14-D14", "=E40", "=SUM(E40:E50)", '=IF(COUNT(E40:E50)=0,"",D14)'])
def test_a_result_of_0_that_follows_from_the_inputs_is_no_trouble(formula: str) -> None:
    assert not reported(computed(V14=(formula, 0)))


def test_a_text_result_that_is_not_there_is_no_blank() -> None:
    content = computed(V14=("=D14", "")).content
    xml = part(content, SHEET)
    emptied = re.sub(rb'<c r="V14"[^>]*><f>D14</f>.*?</c>', b'<c r="V14" t="str"><f>D14</f></c>', xml)
    assert emptied != xml
    found = reported(SourceFile(name="B1.xlsx", content=rezipped(content, {SHEET: emptied})))
    assert found == ["B1!V14: 1 ô có công thức chưa có giá trị: V14; hãy mở tệp bằng Excel, lưu lại rồi gửi lại."]


def test_a_count_in_merged_cells_is_refused_with_its_place() -> None:
    page = pages("B1")[0].put(E15="", E16="")
    page.merges.append(((13, 4), (15, 4)))
    page.rows[13][4] = 6
    assert (
        "B1!E14: có 1 vùng ô gộp mà một số đứng chung cho nhiều dòng hoặc nhiều cột: E14:E16; hãy bỏ gộp ô (Unmerge "
        "Cells) rồi ghi số riêng vào từng ô."
    ) in reported(page)


def test_blank_cells_may_be_merged() -> None:
    page = pages("B1")[0].put(V14="", V15="")
    page.merges.append(((13, 21), (14, 21)))
    assert "merged_counts" not in codes(page)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_blank_line_saved_by_libreoffice_is_blank(kind: str, convert: Convert, tmp_path: Path) -> None:
    given = sheet("B1")
    measures = given.form.measures
    blank = [20 if measure.code == "members_start" else None for measure in measures]
    values = {**given.values, "H1.1.2": blank}
    path = tmp_path / "B1.xlsx"
    path.write_bytes(template.workbook([dataclasses.replace(given, values=values)]))
    [saved] = convert(kind, path)
    workbook, findings = read(SourceFile(name=saved.name, content=saved.read_bytes()), REFERENCES)
    assert [finding.code for finding in findings] == ["units_missing"]
    assert workbook is not None


def test_a_locked_structure_is_told_from_a_password_by_what_to_do() -> None:
    [sentence] = reported(SourceFile(name="B1.xlsx", content=compound_file("EncryptionInfo", "EncryptedPackage")))
    assert "có mật khẩu" in sentence
    assert "“Bảo vệ sổ làm việc”" in sentence
