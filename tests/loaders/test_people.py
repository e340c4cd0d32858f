"""Lists of persons are told from returns; returns with names in their signature block pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.returns import SourceFile
from data.store import Store
from data.viewers import SYSTEM
from loaders.annotate import annotate
from loaders.inspect_file import inspect
from loaders.intake import intake
from loaders.people import is_full_name, lists_people
from loaders.workbook import Sheet
from tests.loaders.office import Page, codes, pages, put_together

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
    ],
)
def test_a_list_of_people_is_known(rows: list[list[Any]]) -> None:
    assert lists_people(sheet(rows))


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
        pytest.param([["Ngày", "Quyết định"], *[[f"0{day}/02/2009", "12-QĐ/TU"] for day in range(1, 9)]], id="dates"),
    ],
)
def test_what_organisations_send_is_not_taken_for_people(rows: list[list[Any]]) -> None:
    assert not lists_people(sheet(rows))


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
    said = [repr(store.reader(SYSTEM).receipts()), repr(inspect(source, None).as_json()), marked]
    assert not any(name in text for text in said for name in (*PEOPLE, "Nguyễn Văn Mật"))


def put_down(marked: SourceFile, folder: Path) -> str:
    """All text of a workbook."""
    import zipfile

    path = folder / "marked.xlsx"
    path.write_bytes(marked.content)
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
