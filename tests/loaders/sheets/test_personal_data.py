"""Lists of persons are detected; returns with names in their signature block pass."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from data.forms.builtin import BUILTIN, VERSIONS
from data.organisations.units import Registry
from data.returns import PERSONAL_DATA, SourceFile
from data.vietnamese.person_names import find_person_names, is_full_name
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.inspecting.file import inspect
from loaders.intake import intake
from loaders.marks.annotate import annotate
from loaders.references import References
from loaders.sheets.personal_data import lists_persons, personal_data
from loaders.workbook import Container, Sheet, Workbook
from tests.loaders.formats.makers import rezipped
from tests.loaders.office import REGISTRY, Page, codes, pages, put_together, reported

REFUSAL = (
    "tệp có danh sách cá nhân (họ tên, số thẻ đảng, ngày sinh hoặc số căn cước); hệ thống chỉ nhận số liệu "
    "tổng hợp. Hãy xoá danh sách rồi gửi lại; tệp này không được lưu."
)
PEOPLE = ["Nguyễn Văn An", "TRẦN THỊ BÌNH", "Lò Văn Cường", "Giàng A Dơ", "Lê Hoàng Minh Đức", "Quàng Thị Hoa"]


def sheet(rows: list[list[Any]]) -> Sheet:
    width = max(map(len, rows))
    return Sheet(name="S", rows=[[*row, *[""] * (width - len(row))] for row in rows])


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["Họ và tên", "Số thẻ đảng"], ["A", "1"]], id="two personal headers"),
        pytest.param([["STT", "HỌ VÀ TÊN", "Chức vụ"], [1, "A", "B"]], id="a numbered list of names"),
        pytest.param(
            [["Chức vụ", "Họ và tên đảng viên", "x"], ["a", "Lê An", ""], ["b", "Y Bình", ""]], id="names below"
        ),
        pytest.param([["Đơn vị", "Năm sinh", "x"], ["a", "01/02/1980", 1], ["b", "3/4/1991", 2]], id="births below"),
        pytest.param([["STT", "Họ, tên khai sinh", "Quê quán"]], id="an empty personal form"),
        pytest.param([["a", name] for name in PEOPLE], id="a column of full names without header"),
        pytest.param([[name, "12/05/1985"] for name in PEOPLE[:3]] + [["Chi bộ thôn"]] * 9, id="few names with births"),
        pytest.param([["Số"], ["001080001234"], ["036190001235"], ["096300001236"]], id="identity numbers"),
        pytest.param([[24185001234.0], [24185001235.0], [24185001236.0]], id="identity numbers as numbers"),
        pytest.param(
            [["Chi bộ thôn", 1.0]] * 40 + [["", ""]] + [["Tổ", name] for name in PEOPLE[:4]],
            id="a second table below many units",
        ),
        pytest.param([["Chi bộ"] * 3 + PEOPLE[:5]], id="names in a row"),
        pytest.param([["\n".join(PEOPLE[:5])], ["Chi bộ thôn"]], id="names in one cell"),
        pytest.param([[f"{n}. Đ/c {name} (1980)"] for n, name in enumerate(PEOPLE[:4])], id="names with titles"),
        pytest.param(
            [["Nguyễn Văn", "An"], ["Trần Thị", "Bình"], ["Lò Văn", "Cường"], ["Lê Văn", "Ba"]], id="two columns"
        ),
        pytest.param(
            [["HỌ VÀ", "x", "y"], ["TÊN", "", ""], ["Lê An", 1, 2], ["Y Bình", 2, 3]], id="a header over two rows"
        ),
        pytest.param([["Đồng chí", "x"], ["Lê An", 1], ["Y Bình", 2], ["Lò Pó", 3]], id="a column of comrades"),
        pytest.param([[name.lower()] for name in PEOPLE[:3]] + [["đỗ thị hoa"]], id="names in small letters"),
        pytest.param(
            [["Nguyen Van An"], ["Tran Thi Binh"], ["Lo Van Cuong"], ["Do Thi Hoa"]], id="names without accents"
        ),
        pytest.param([["NguyÔn V¨n An"], ["TrÇn ThÞ B×nh"], ["Lß V¨n C\u00adêng"], ["§ç ThÞ Hoa"]], id="TCVN3"),
        pytest.param([["001 080 001 234"], ["036.190.001.235"], ["096300001236"]], id="identity numbers in groups"),
    ],
)
def test_a_list_of_people_is_known(rows: list[list[Any]]) -> None:
    assert lists_persons(sheet(rows))


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(
            [["NGƯỜI LẬP BIỂU", "", "TRƯỞNG BAN"], ["Nguyễn Văn An", "", "Trần Thị Bình"], ["Lê Văn Ba"]],
            id="signatures",
        ),
        pytest.param([["(Ký, ghi rõ họ và tên)", "", "(Ký, ghi rõ họ và tên)"]], id="hints below signatures"),
        pytest.param(
            [["Họ và tên: ", "", "Họ và tên:"], ["Nguyễn Văn An", "", "Lê Thị Bình"]], id="names to be signed"
        ),
        pytest.param(
            [["Người lập", "Họ và tên", "Trưởng ban"], ["", "Nguyễn Văn An", ""]], id="one name below one header"
        ),
        pytest.param(
            [[name] for name in ("Trần Phú", "Lê Lợi", "Nguyễn Huệ", "Lý Thường Kiệt", "Trần Hưng Đạo", "Tân An")],
            id="wards named for people",
        ),
        pytest.param([[f"Chi bộ thôn {name}"] for name in PEOPLE], id="organisations named for people"),
        pytest.param(
            [["Tên", "Mã tổ chức"], *[["x", f"00108000{number}"] for number in (1234, 1235, 1236, 1237)]],
            id="long codes of organisations",
        ),
        pytest.param([[1e9 + 1000 * number, 0.5] for number in range(9)], id="large sums"),
        pytest.param(
            [[f"Kim Sơn {end}"] for end in ("Đông", "Tây", "Bắc", "Thượng", "Hạ")], id="villages told apart by place"
        ),
        pytest.param([[1e10 + 123_457 * n] for n in range(1, 40)], id="sums of money to the last đồng"),
        pytest.param([["Đồng chí", "Đảng viên"], *[[float(n), float(n)] for n in range(9)]], id="numbers of comrades"),
        pytest.param([["TĂNG TRONG KỲ", "QUẢN LÝ ĐẢNG VIÊN", "HỒ SƠ ĐẢNG VIÊN", "ĐOÀN VIÊN NỮ"] * 3], id="headings"),
        pytest.param([["Văn phòng Huyện uỷ"], ["Danh sách đơn vị"], ["Cao su Hà Tây"], ["Lý do khác"]], id="words"),
        pytest.param([["Ngày", "Quyết định"], *[[f"0{day}/02/2009", "12-QĐ/TU"] for day in range(1, 9)]], id="dates"),
    ],
)
def test_what_organisations_send_is_not_taken_for_people(rows: list[list[Any]]) -> None:
    assert not lists_persons(sheet(rows))


@pytest.mark.parametrize("form", VERSIONS)
def test_no_heading_of_a_form_looks_like_a_name(form: str) -> None:
    for version in VERSIONS[form]:
        words = {version.title.vi, *(text for column in version.columns for text in (column.title.vi, *column.header))}
        assert not [text for text in words for shown in (text, text.upper(), text.title()) if find_person_names(shown)]


HEROES = ("Trần Hưng Đạo", "Lý Thường Kiệt", "Nguyễn Thị Minh Khai", "Hoàng Văn Thụ")


def test_units_named_for_heroes_are_no_people_where_the_registry_knows_them() -> None:
    spells = [
        dataclasses.replace(REGISTRY.spells[0], id=place, code=f"X{place}", name=f"Chi bộ {name}")
        for place, name in enumerate(HEROES, start=1)
    ]
    rows = [[name, 5.0] for name in HEROES]
    assert personal_data(book(rows)) is not None
    assert personal_data(book(rows), Registry(1, spells, [])) is None


def book(rows: list[list[Any]], **options: Any) -> Workbook:
    return Workbook(sheets=(dataclasses.replace(sheet(rows), **options),), container=Container.OOXML)


BORN = "Khai trừ đ/c Nguyễn Văn An, sinh 12/3/1972, thôn Đồi"


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        pytest.param(["", "", BORN], "C12", id="in a note"),
        pytest.param(["Nguyễn Văn An", 5, date(1972, 3, 12)], "C12", id="a name and a day in a row"),
        pytest.param(["Lê Lan (sinh năm 1975)"], "A12", id="a name of two words"),
        pytest.param(["Kết nạp:\nTrần Thị Bình\n02-09-1988"], "A12", id="on several lines"),
        pytest.param(["Lò Thị Pành", "sinh 1985"], "B12", id="the birth in the cell beside"),
        pytest.param(["Lê Thị An", "", "1985-09-02"], "C12", id="the year first"),
        pytest.param(["Nguyễn Văn An", 1985.0], "B12", id="a year beside"),
        pytest.param(["Nguyễn Văn An", 31_292.0], "B12", id="a day as Excel counts it"),
        pytest.param(["Nguyễn Văn An sinh năm 85"], "A12", id="a short year"),
        pytest.param(["Đ/c Nguyễn Văn An, s. 1985"], "A12", id="abbreviated"),
        pytest.param(["02/9/1985 - Nguyễn Văn An"], "A12", id="the day before the name"),
    ],
)
def test_a_name_with_a_birth_refuses_the_file_and_only_the_place_is_told(row: list[Any], cell: str) -> None:
    finding = personal_data(book([["x", "", ""]] * 11 + [row]))
    assert finding is not None
    assert (finding.code, finding.sheet, finding.cell) == (PERSONAL_DATA, "S", cell)
    assert finding.say() == (
        f"S!{cell}: ô này hoặc dòng này ghi họ tên kèm ngày sinh của một người; hệ thống chỉ nhận số liệu tổng hợp. "
        "Hãy xoá nội dung đó rồi gửi lại; tệp này không được lưu."
    )


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([["Người lập", ""], ["Nguyễn Văn An", "Ngày 12/7/2020"]], id="a signature with its day"),
        pytest.param([["Tên", "Ngày sáp nhập"], ["x"], ["Lê Văn Tám", date(1999, 1, 1)]], id="a day below its header"),
        pytest.param([["Tên", "Năm thành lập"], ["Lê Văn Tám", 1999.0]], id="a year below its header"),
        pytest.param([["Lê Văn Tám", 912.0], ["Người lập: Nguyễn Văn An", 85.0]], id="counts beside names"),
        pytest.param([["Có 3 đảng viên sinh năm 85 đến 90"], ["Từ 1/1/1985 - 31/12/1985: Chi bộ Lê Lợi"]], id="spans"),
        pytest.param([["Tên", "Ngày có hiệu lực"], ["Trường Lê Văn Tám", date(1990, 1, 1)]], id="days of a register"),
        pytest.param([["Đảng viên sinh trước 1/1/1960: 12"], ["Chi bộ Nguyễn Văn Trỗi, lập năm 1965"]], id="words"),
    ],
)
def test_days_of_organisations_are_no_births(rows: list[list[Any]]) -> None:
    assert personal_data(book(rows)) is None


@pytest.mark.parametrize("name", ["Nguyễn Văn An 1985", "ly_lich_Nguyễn Văn An_sinh 12-3-1985"])
def test_a_file_or_a_sheet_named_after_a_person_with_a_birth_is_refused(name: str) -> None:
    named = personal_data(book([["x"]], name=name)), personal_data(book([["x"]]), file=f"{name}.xlsx")
    assert {finding and finding.say() for finding in named} == {
        (
            "tên tệp hoặc tên trang tính ghi họ tên kèm ngày sinh của một người; hệ thống chỉ nhận số liệu tổng hợp. "
            "Hãy đổi tên rồi gửi lại; tệp này không được lưu."
        )
    }


def test_a_form_about_one_person_is_known() -> None:
    assert lists_persons(sheet([["Họ và tên", "Lê An"], ["Quê quán", "x"], ["Ngày sinh", "y"]]))
    assert not lists_persons(sheet([["Họ và tên", "Lê An"], ["Chức vụ", "x"], ["Họ và tên", "Y Bình"]]))


ASIDE = ("comment", "text box", "page header", "property", "prompt of a cell", "chart")


@pytest.mark.parametrize("where", ASIDE)
def test_a_birth_outside_the_cells_refuses_the_file(where: str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet()
        page.write_row("A1", ["Chi bộ thôn", 1, 2])
        if where == "comment":
            page.write_comment("A1", BORN)
        elif where == "text box":
            page.insert_textbox("F1", BORN)
        elif where == "page header":
            page.set_header(f'&C&"Times New Roman"&12{BORN}')
        elif where == "property":
            made.set_properties({"comments": BORN})
        elif where == "prompt of a cell":
            page.data_validation("B1", {"validate": "any", "input_title": "x", "input_message": BORN})
        else:
            chart = made.add_chart({"type": "column"})
            chart.add_series({"values": "=Sheet1!$B$1:$C$1"})
            chart.set_title({"name": BORN})
            page.insert_chart("F1", chart)
    (said,) = reported(SourceFile(name="x.xlsx", content=buffer.getvalue()))
    assert said == (
        "chú thích của ô, đầu trang, chân trang, hộp văn bản hoặc thuộc tính của tệp ghi họ tên kèm ngày sinh của một "
        "người; hệ thống chỉ nhận số liệu tổng hợp. Hãy xoá nội dung đó rồi gửi lại; tệp này không được lưu."
    )


@pytest.mark.parametrize("where", ["comment", "text box", "far cell", "pivot cache"])
def test_people_outside_the_table_refuse_the_file(where: str) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet()
        page.write_row("A1", ["Chi bộ thôn", 1, 2])
        if where == "comment":
            page.write_comment("A1", "\n".join(PEOPLE))
        elif where == "text box":
            page.insert_textbox("F1", "\n".join(PEOPLE))
        elif where == "far cell":
            page.write_column("AAB60000", PEOPLE)
    content = buffer.getvalue()
    if where == "pivot cache":
        items = "".join(f'<s v="{name}"/>' for name in PEOPLE)
        content = rezipped(content, {"xl/pivotCache/pivotCacheDefinition1.xml": f"<d>{items}</d>".encode()})
    assert codes(SourceFile(name="x.xlsx", content=content)) == ["personal_data"]


def test_a_comment_with_a_name_or_two_passes() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet()
        page.write_comment("A1", "Đ/c Nguyễn Văn An đã đối chiếu;\nTrần Thị Bình")
        page.write("A1", "x")
    assert codes(SourceFile(name="x.xlsx", content=buffer.getvalue())) == ["no_known_form"]


def test_no_message_repeats_a_name() -> None:
    page = pages("B1")[0].put(E14="Nguyễn Văn An", C15="", B15="Trần Thị Bình", A3="Mã đơn vị: H1")
    said_ = reported(page)
    assert "B1!E14: số kết nạp ghi “…”, không phải là số; hãy nhập số nguyên từ 0 trở lên." in said_
    assert "B1!B15: “…” không có trong danh mục tổ chức của đơn vị gửi; hãy kiểm tra lại tên, mã tổ chức." in said_


@pytest.mark.parametrize("form", ["B1", "B2", "B3"])
def test_a_signed_return_passes(form: str) -> None:
    page = pages(form)[0]
    width = len(page.rows[0])
    page.rows.append(["", "Nguyễn Văn An", *[""] * (width - 4), "Trần Thị Bình", ""])
    page.rows.append(["", "Họ và tên: Nguyễn Văn An", *[""] * (width - 4), "Họ và tên:", ""])
    assert codes(page) == []


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Nguyễn Văn An", True),
        ("TRẦN THỊ BÌNH", True),
        ("Lê An", False),
        ("Nguyễn văn An", False),
        ("Trường tiểu học", False),
        ("Tổng số đảng viên", False),
        ("Nguyễn Van Smith", False),
    ],
)
def test_the_shape_of_a_full_name(text: str, is_name: bool) -> None:
    assert is_full_name(text) is is_name


def with_people() -> SourceFile:
    rows: list[list[Any]] = [
        ["STT", "Họ và tên", "Ngày sinh"],
        *[[n, name, "1/2/1980"] for n, name in enumerate(PEOPLE)],
    ]
    pages_ = [pages("B1")[0], Page("Nguyễn Văn Mật", rows, hidden=True)]
    return SourceFile(name="danh sách.xlsx", content=put_together(pages_))


def test_nothing_of_people_is_stored_logged_or_given_back(store: Store, tmp_path: Path) -> None:
    source = with_people()
    outcome = intake(store, source, viewer=SYSTEM)
    assert [finding.say() for finding in outcome.findings] == [REFUSAL]
    assert not store.stored(source.sha256)
    marked = put_down(annotate(source, outcome.findings), tmp_path)
    seen = inspect(source, References(vocabulary=BUILTIN))
    outputs = [repr(store.reader(SYSTEM).receipts()), repr(seen.as_json()), marked]
    assert not any(name in text for text in outputs for name in (*PEOPLE, "Nguyễn Văn Mật"))


def put_down(marked: SourceFile, folder: Path) -> str:
    """All text of a workbook."""
    import zipfile

    path = folder / "marked.xlsx"
    path.write_bytes(marked.content)
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
