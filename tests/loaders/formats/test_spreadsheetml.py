from __future__ import annotations

from datetime import date, datetime

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, NoteKind, Unreadable
from tests.loaders.formats.makers import spreadsheetml

DATA = '<Cell{2}><Data ss:Type="{0}">{1}</Data></Cell>'


def rows(xml: str) -> list[list[object]]:
    return [list(row) for row in read(spreadsheetml(xml)).sheets[0].rows]


def test_values_of_every_type_are_read() -> None:
    typed = [
        ("String", "007"),
        ("Number", "85659.5"),
        ("Boolean", "1"),
        ("DateTime", "2020-06-30T00:00:00.000"),
        ("DateTime", "2020-06-30T14:30:00.000"),
        ("Error", "#REF!"),
    ]
    row = "".join(DATA.format(kind, text, "") for kind, text in typed)
    assert rows(f'<Row>{row}<Cell ss:Formula="=A1"/></Row>') == [
        [
            "007",
            85659.5,
            True,
            date(2020, 6, 30),
            datetime.fromisoformat("2020-06-30T14:30"),
            Fault("#REF!", "error_cell"),
            Fault("", "formula_without_value"),
        ]
    ]


def test_indexes_and_merges_put_cells_in_their_places() -> None:
    first = DATA.format("String", "a", ' ss:MergeAcross="1" ss:MergeDown="1"') + DATA.format("String", "b", "")
    second = DATA.format("String", "c", ' ss:Index="4"')
    sheet = read(spreadsheetml(f'<Row>{first}</Row><Row ss:Index="3">{second}</Row>')).sheets[0]
    assert sheet.rows == [["a", "", "b", ""], [""] * 4, ["", "", "", "c"]]
    assert sheet.merges == (((0, 0), (1, 1)),)


def test_comments_are_not_cells_and_letters_in_pieces_are_one_text() -> None:
    rich = (
        '<Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>Chi</B><Font> bộ</Font></ss:Data>'
        "<Comment><ss:Data>note</ss:Data></Comment></Cell>"
    )
    assert rows(f"<Row>{rich}{DATA.format('Number', '1', '')}</Row>") == [["Chi bộ", 1.0]]


def test_hidden_rows_and_sheets_are_known() -> None:
    options = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    row = f'<Row ss:Hidden="1">{DATA.format("String", "x", "")}</Row>'
    sheet = read(spreadsheetml(row, options=options)).sheets[0]
    assert (sheet.hidden, sheet.hidden_rows) == (True, frozenset({0}))


def test_legacy_fonts_are_decoded_through_parents() -> None:
    styles = (
        '<Style ss:ID="s1"><Font ss:FontName=".VnTimeH"/></Style><Style ss:ID="s2" ss:Parent="s1"/>'
        '<Style ss:ID="s3" ss:Parent="s3"/>'
    )
    row = DATA.format("String", "®¶ng bé", ' ss:StyleID="s2"') + DATA.format("String", "x", ' ss:StyleID="s3"')
    sheet = read(spreadsheetml(f"<Row>{row}</Row>", styles=styles)).sheets[0]
    assert sheet.rows == [["ĐẢNG BỘ", "x"]]
    assert [(note.kind, note.raw) for note in sheet.notes] == [(NoteKind.TCVN3, "®¶ng bé")]


@pytest.mark.parametrize(
    ("declaration", "rows_", "key"),
    [
        ('<!DOCTYPE a [<!ENTITY x "y">]>', "", "forbidden_markup"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/">', "", "forbidden_markup"),
        ("", "<Row><Cell>", "broken"),
        ("", '<Row ss:Index="9999999"/>', "broken"),
        ("", '<Row><Cell ss:Index="99999"/></Row>', "broken"),
        ("", "<B>" * 500 + "</B>" * 500, "broken"),
    ],
)
def test_what_harms_or_is_damaged_is_refused(declaration: str, rows_: str, key: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(spreadsheetml(rows_, declaration=declaration))
    assert refusal.value.message == key


def test_the_last_row_of_the_largest_sheet_is_dropped_and_reported() -> None:
    row = DATA.format("String", "x", "")
    sheet = read(spreadsheetml(f'<Row>{row}</Row><Row ss:Index="65535">{row}</Row>')).sheets[0]
    assert sheet.rows == [["x"]]
    assert [remark.values for remark in sheet.remarks] == [{"cell": "A65535", "number": 1}]
