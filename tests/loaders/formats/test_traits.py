"""Traits shared by several containers: percentages, links to other files, hidden columns, comments, spellings."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from loaders.formats.containers import sniff
from loaders.formats.dispatch import read
from loaders.workbook import Container, NoteKind, Percent, Unreadable, Workbook
from tests.loaders.formats.makers import (
    biff5,
    compound_file,
    ods,
    rezipped,
    spreadsheetml,
    xlsb,
    xlsb_record,
    xlsx,
)

ODS_CELL = '<table:table table:name="B1"><table:table-row>{}</table:table-row></table:table>'


def in_xlsx(number_format: str) -> Workbook:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 0.704, book.add_format({"num_format": number_format}))
        sheet.write(0, 1, 0.704)
    return read(buffer.getvalue())


def in_spreadsheetml(number_format: str) -> Workbook:
    styles = f'<Style ss:ID="s1"><NumberFormat ss:Format="{number_format}"/></Style>'
    cells = '<Cell{}><Data ss:Type="Number">0.704</Data></Cell>'
    rows = "<Row>{}{}</Row>".format(cells.format(' ss:StyleID="s1"'), cells.format(""))
    return read(spreadsheetml(rows, styles=styles))


@pytest.mark.parametrize(
    "book",
    [in_xlsx("0.0%"), in_xlsx("0%"), in_spreadsheetml("Percent"), in_spreadsheetml("0.0%")],
    ids=["xlsx", "built-in", "XML", "XML own format"],
)
def test_a_number_shown_as_a_percentage_is_known_as_one(book: Workbook) -> None:
    assert [type(cell) for cell in book.sheets[0].rows[0]] == [Percent, float]
    assert book.sheets[0].rows[0] == [0.704, 0.704]


def test_percentages_of_opendocument_are_known() -> None:
    cell = '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>'
    (value,) = read(ods(ODS_CELL.format(cell))).sheets[0].rows[0]
    assert isinstance(value, Percent)


def test_the_flat_form_of_opendocument_is_read() -> None:
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>'
    content = (
        f'<?xml version="1.0"?><office:document {names}><office:body><office:spreadsheet>{ODS_CELL.format(cell)}'
        "</office:spreadsheet></office:body></office:document>"
    ).encode()
    assert sniff(content) is Container.ODS
    assert read(content).sheets[0].rows == [[5.0]]


def messages(book: Workbook) -> list[str]:
    return [remark.message for remark in book.remarks]


def test_links_to_other_files_are_reported() -> None:
    link = "of:='file:///a.ods'#$B1.A1"
    formula = f'<table:table-cell table:formula="{link}" office:value-type="float" office:value="5"/>'
    assert messages(read(ods(ODS_CELL.format(formula)))) == ["links_in_file"]
    cell = '<Cell ss:Formula="=[Nguon.xls]B1!R1C1"><Data ss:Type="Number">5</Data></Cell>'
    assert messages(read(spreadsheetml(f"<Row>{cell}</Row>"))) == ["links_in_file"]
    linked = rezipped(xlsb({0: {0: 1.0}}), {"xl/externalLinks/externalLink1.bin": b"x"})
    assert messages(read(linked)) == ["links_in_file"]


def test_hidden_columns_are_known() -> None:
    rows = '<Column ss:Index="2" ss:Span="1" ss:Hidden="1"/><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>'
    assert read(spreadsheetml(rows)).sheets[0].hidden_columns == {1, 2} & {0}
    wide = rows.replace("</Row>", '<Cell ss:Index="4"><Data ss:Type="Number">1</Data></Cell></Row>')
    assert read(spreadsheetml(wide)).sheets[0].hidden_columns == {1, 2}


def test_comments_are_found() -> None:
    note = '<Cell><Data ss:Type="Number">1</Data><Comment><Data>Đã đối chiếu</Data></Comment></Cell>'
    assert "Đã đối chiếu" in "".join(read(spreadsheetml(f"<Row>{note}</Row>")).outside_texts)
    annotation = "<office:annotation><text:p>Đã đối chiếu</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="float" office:value="5">{annotation}</table:table-cell>'
    book = read(ods(ODS_CELL.format(cell)))
    assert "Đã đối chiếu" in "".join(book.outside_texts)
    assert book.sheets[0].rows == [[5.0]]
    text = "Đã đối chiếu"
    wide = len(text).to_bytes(4, "little") + text.encode("utf-16-le")
    comments = xlsb_record(637, b"\0" + wide)
    assert read(rezipped(xlsb({0: {0: 1.0}}), {"xl/comments1.bin": comments})).outside_texts == (text,)


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["DDa?ng bo^. xa~ Ta^n An", "To^?ng so^'", "Ke^'t na.p dda?ng vie^n. Ghi chu"], NoteKind.VIQR),
        ([text.encode().decode("cp1252") for text in ("Từ trần", "Tổng số", "Kết nạp mới")], NoteKind.UTF8),
    ],
)
def test_misencoded_text_is_repaired(texts: list[str], kind: NoteKind) -> None:
    sheet = read(xlsx({f"A{row}": text for row, text in enumerate(texts, start=1)})).sheets[0]
    assert [note.kind for note in sheet.notes] == [kind] * 3
    assert [remark.message for remark in sheet.remarks] == [f"decoded_{kind}"]
    assert sheet.rows[1] == ["Tổng số"]


@pytest.mark.parametrize(
    "texts",
    [
        ["3=1+2", "17=1+2+3-4", "Add 2+3", "wedding"],
        ["Ghi chu.", "No.", "To be (or not)", "a(1)"],
        ["Đảng bộ", "3=1+2", "bo^.", "xa~", "Ta^n"],
        ["Ãm", "Tên", "São Paulo"],
    ],
)
def test_sound_text_stays(texts: list[str]) -> None:
    sheet = read(xlsx({f"A{row}": text for row, text in enumerate(texts, start=1)})).sheets[0]
    assert sheet.rows == [[text] for text in texts]


@pytest.mark.parametrize("start", [b"ID;PSCALC3\nC;Y1;X1;K5\nE\n", b"TABLE\r\n0,1\r\n"])
def test_older_exchange_formats_are_no_workbooks(start: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(start)
    assert refusal.value.message == "not_excel"


def test_a_broken_file_of_wps_asks_to_be_saved_in_another_format() -> None:
    with pytest.raises(Unreadable) as refusal:
        read(compound_file("Workbook", "ETExtData"))
    assert refusal.value.message == "wps_sheet"


def test_percentages_of_old_excel_are_known() -> None:
    assert [type(cell) for cell in read(biff5([[Percent(0.5), 0.5]])).sheets[0].rows[0]] == [Percent, float]
