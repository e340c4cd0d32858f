from __future__ import annotations

import time

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, NoteKind, Percent, Unreadable

HEAD = "<tr><th>STT<th>Tên<th>Mã<th>Số</tr><tr><td>A<td>B<td>C<td>1</tr>"
FORM = f"<table>{HEAD}<tr><td>1<td>Chi bộ A<td>007<td>18</tr><tr><td>2<td>Chi bộ B<td>008<td>8</tr></table>"
EMPTY = f"<table>{HEAD}<tr><td>1<td>Chi bộ A<td>007<td></tr><tr><td>2<td>Chi bộ B<td>008<td></tr></table>"


def rows(page: str) -> list[list[object]]:
    return [list(row) for row in read(f"<html>{page}</html>".encode()).sheets[0].rows]


def test_lines_and_layout_above_the_table_come_with_it() -> None:
    page = (
        "<h1>BIỂU 1</h1><table><tr><td>Quý II năm <b>2020</b></td></tr></table><p>Mã đơn vị: H03<br>Số liệu</p>" + FORM
    )
    assert rows(page)[:5] == [
        ["BIỂU 1", "", "", ""],
        ["Quý II năm 2020", "", "", ""],
        ["Mã đơn vị: H03", "", "", ""],
        ["Số liệu", "", "", ""],
        ["STT", "Tên", "Mã", "Số"],
    ]


def test_the_table_with_figures_is_chosen_and_the_empty_copy_listed() -> None:
    book = read(f"<html>{EMPTY}{FORM}<p>Người lập biểu</p></html>".encode())
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("Sheet1", True), ("Sheet2", False)]
    assert [(remark.message, remark.values) for remark in book.remarks] == [
        ("other_tables_hidden", {"chosen": "Sheet2", "others": "Sheet1"})
    ]
    assert book.sheets[1].rows[-1][0] == "Người lập biểu"


def test_spans_of_zero_or_nonsense_are_one_and_others_merge() -> None:
    page = (
        "<table><tr><td rowspan=2 colspan=0>a<td colspan='2'>b<td rowspan='x'>c</tr>"
        "<tr><td rowspan='0'>d<td>e<td>f</tr><tr><td>1<td>2<td>3<td rowspan=9>5</table>"
    )
    sheet = read(f"<html>{page}</html>".encode()).sheets[0]
    assert sheet.rows == [["a", "b", "", "c"], ["", "d", "e", "f"], ["1", "2", "3", "5"]]
    assert sheet.merges == (((0, 0), (1, 0)), ((0, 1), (0, 2)))


def test_scripts_styles_and_comments_are_not_read_and_entities_are() -> None:
    page = (
        "<table><tr><td>x<script>var s='<td>9';</script><td>&#272;&#7843;ng &amp; b&ocirc;<td>1"
        "<tr><td><!-- 5 --><style>td{}</style>y<td>a&nbsp;b<td>#REF!</table>"
    )
    assert rows(page) == [["x", "Đảng & bô", "1"], ["y", "a\u00a0b", Fault("#REF!", "error_cell")]]


def test_what_excel_wrote_exactly_is_taken_exactly() -> None:
    page = "<table><tr><td>a<td>b<td x:num='1234.5'>1.235<tr><td>c<td>d<td x:num>7</table>"
    assert rows(page) == [["a", "b", 1234.5], ["c", "d", "7"]]


def test_what_is_shown_as_a_percentage_is_one() -> None:
    page = "<table><tr><td>a<td>b<td x:num='0.704'>70,4%<tr><td>c<td>d<td x:num='0.5'>0,5</table>"
    ((_, _, percent), (_, _, number)) = rows(page)
    assert (type(percent), percent, type(number)) == (Percent, 0.704, float)


def test_rows_that_are_not_shown_are_known() -> None:
    page = "<table><tr><td>a<td>b<td>1<tr style='display:none'><td>c<td>d<td>2</table>"
    assert read(f"<html>{page}</html>".encode()).sheets[0].hidden_rows == {1}


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="font-family:.VnTime, sans-serif">§¶ng bé',
        "<td class=xl24>§¶ng bé",
        '<td><font face="Arial"></font><font face=".VnTime">§¶ng bé</font>',
    ],
)
def test_legacy_fonts_are_decoded(cell: str) -> None:
    style = "<style>.xl24 {mso-x:1; font-family:.VnTime;}</style>"
    page = f"<html>{style}<table><tr>{cell}<td>b<td>1<tr><td>c<td>d<td>2</table>"
    sheet = read(page.encode()).sheets[0]
    assert sheet.rows[0][0] == "Đảng bộ"
    assert [(note.kind, note.raw) for note in sheet.notes] == [(NoteKind.TCVN3, "§¶ng bé")]


@pytest.mark.parametrize(
    ("meta", "codec"),
    [
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1258'>", "cp1258"),
        ("", "utf-8"),
        ("<meta charset=us-ascii-wrong>", "utf-8"),
        ("<meta charset='ascii'>", "utf-8"),
        ("<meta charset=windows-1252>", "utf-16"),
    ],
)
def test_the_charset_is_the_declared_one_unless_that_is_wrong(meta: str, codec: str) -> None:
    page = f"<html>{meta}<table><tr><td>Hà Tây<td>b<td>1<tr><td>c<td>d<td>2</table>"
    assert read(page.encode(codec)).sheets[0].rows[0][0] == "Hà Tây"


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(Unreadable) as refusal:
        read(b"<html><body><div>Xin ch&agrave;o</div></body></html>")
    assert refusal.value.message == "html_without_table"


def test_tables_without_end_tags_and_within_tables_are_read() -> None:
    assert (
        rows(f"<table><tr><td>BIỂU 1<table>{HEAD}<tr><td>1<td>A<td>007<td>18<tr><td>2<td>B<td>008<td>8")[0][0]
        == "BIỂU 1"
    )


@pytest.mark.parametrize("run", ["<!-- <", "<a ", "<td", "&#", "</", "<![", "<?", "<script>"])
def test_unclosed_markup_takes_linear_time(run: str) -> None:
    page = f"<html>{FORM}{run * 100_000}".encode()
    started = time.perf_counter()
    assert read(page).sheets[0].rows[2][3] == "18"
    assert time.perf_counter() - started < 5


def test_spans_that_swell_are_refused() -> None:
    with pytest.raises(Unreadable):
        read(("<table>" + "<tr>" + "<td colspan=1000 rowspan=60000>1" * 20).encode())
