from __future__ import annotations

from datetime import date, time

import pytest

from loaders.formats.dispatch import read
from loaders.workbook import Fault, Unreadable
from tests.loaders.formats.makers import ODS_MIMETYPE, ods, part, rezipped, zipped

TABLE = '<table:table table:name="B1">{}</table:table>'
NUMBER = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'


def rows(xml: str) -> list[list[object]]:
    return [list(row) for row in read(ods(TABLE.format(xml))).sheets[0].rows]


def refusal_of(content: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(content)
    return refusal.value.message


def test_values_of_every_type_are_read() -> None:
    cells = (
        '<table:table-cell office:value-type="percentage" office:value="0.704"><text:p>70,4%</text:p>'
        "</table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2020-06-30"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT14H30M00S"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="false"/>'
        '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p>'
        "</table:table-cell>"
    )
    assert rows(f"<table:table-row>{cells}</table:table-row>") == [
        [0.704, date(2020, 6, 30), time(14, 30), False, "a  b\nc"]
    ]


def test_errors_and_formulas_without_a_value_surface() -> None:
    cells = (
        '<table:table-cell table:formula="of:=A9" office:value-type="string"><text:p>#REF!</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=A9" office:value-type="float" office:value="0"><text:p>Err:502</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=A9"/>'
    )
    assert rows(f"<table:table-row>{cells}</table:table-row>") == [
        [Fault("#REF!", "error_cell"), Fault("Err:502", "error_cell"), Fault("", "formula_without_value")]
    ]


def test_repeats_are_filled_and_blank_ones_cost_nothing() -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    repeated = NUMBER.format(7).replace("office:value-type", 'table:number-columns-repeated="3" office:value-type', 1)
    row = f'<table:table-row table:number-rows-repeated="2">{repeated}</table:table-row>'
    end = '<table:table-cell table:number-columns-repeated="16384"/>'
    assert rows(f"{row}{blank}<table:table-row>{end}</table:table-row>") == [[7.0] * 3] * 2


def test_a_cell_far_below_is_dropped_and_reported() -> None:
    gap = '<table:table-row table:number-rows-repeated="65530"/>'
    row = f"<table:table-row>{NUMBER.format(1)}</table:table-row>"
    sheet = read(ods(TABLE.format(row + gap + row))).sheets[0]
    assert sheet.rows == [[1.0]]
    assert [(remark.message, remark.values) for remark in sheet.remarks] == [
        ("far_cells_ignored", {"cell": "A65532", "number": 1})
    ]


def test_comments_drawings_and_tracked_changes_are_not_cells() -> None:
    changes = "<table:tracked-changes><table:table-cell><text:p>old</text:p></table:table-cell></table:tracked-changes>"
    cell = (
        "<table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>x</text:p>"
        "</table:table-cell>"
    )
    content = ods(changes + TABLE.format(f"<table:table-row>{cell}</table:table-row>"))
    assert read(content).sheets[0].rows == [["x"]]


def test_spans_hidden_columns_and_hidden_sheets_are_known() -> None:
    unseen = '<style:table-properties table:display="false"/>'
    styles = f'<style:style style:name="ta2" style:family="table">{unseen}</style:style>'
    wide = NUMBER.format(5).replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="3"')
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    row = f"<table:table-row>{wide}<table:covered-table-cell table:number-columns-repeated='2'/>{NUMBER.format(6)}"
    table = TABLE.replace("table:name", 'table:style-name="ta2" table:name')
    sheet = read(ods(table.format(f"{columns}{row}</table:table-row>"), styles=styles)).sheets[0]
    assert (sheet.rows, sheet.merges) == ([[5.0, "", "", 6.0]], (((0, 0), (0, 2)),))
    assert (sheet.hidden, sheet.hidden_columns) == (True, frozenset({1}))


def test_repeats_that_swell_are_refused() -> None:
    wide = '<table:table-cell table:number-columns-repeated="16384"'
    repeated = NUMBER.format(7).replace("<table:table-cell", wide)
    row = f'<table:table-row table:number-rows-repeated="1048576">{repeated}</table:table-row>'
    assert refusal_of(ods(TABLE.format(row))) == "too_many_cells"


@pytest.mark.parametrize(
    "manifest", ["<m><file-entry><encryption-data/></file-entry></m>", "<m:x><m:encryption-data a='b'/></m:x>"]
)
def test_encryption_in_the_manifest_is_named(manifest: str) -> None:
    assert refusal_of(ods("", manifest=manifest)) == "encrypted"


def test_the_encryption_of_whole_packages_is_named() -> None:
    assert refusal_of(zipped({"mimetype": ODS_MIMETYPE, "encrypted-package": b"x"})) == "encrypted"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY x "xxxx"><!ENTITY y "&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]>',
    ],
)
def test_document_types_and_entities_are_refused(declared: str) -> None:
    content = ods(TABLE.format(""))
    xml = part(content, "content.xml")
    assert refusal_of(rezipped(content, {"content.xml": declared.encode() + xml})) == "forbidden_markup"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refusal_of(rezipped(ods(""), {"content.xml": b" " * 50_000_000})) == "suspicious_size"


def test_no_sheet_at_all_is_broken() -> None:
    assert refusal_of(ods("")) == "broken"
    assert refusal_of(rezipped(ods(TABLE), {"content.xml": b"<a><b>"})) == "broken"


def test_page_headers_properties_and_prompts_stand_outside_cells() -> None:
    prompt = "<table:help-message><text:p>nhắc</text:p></table:help-message>"
    styles = "<style:header-left><text:p>đầu <text:span>trang</text:span></text:p></style:header-left>"
    plain = ods(TABLE.format("<table:table-row/>"), styles=prompt)
    parts = {"styles.xml": f"<s xmlns:style='s' xmlns:text='t'>{styles}</s>", "meta.xml": "<dc:subject>về</dc:subject>"}
    seen = read(rezipped(plain, {name: xml.encode() for name, xml in parts.items()})).outside_texts
    assert [" ".join(words.split()) for words in seen] == ["nhắc", "đầu trang", "về"]
