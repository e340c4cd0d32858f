"""Small files of every container, built byte by byte where no library writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import xlsxwriter

from loaders.workbook import Percent

FILES = Path(__file__).parent / "files"  # made with LibreOffice from made-up content

BiffCell = str | bytes | float | bool | None
ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def rezipped(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, **changed})


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def biff(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def biff2(rows: Iterable[Iterable[BiffCell]]) -> bytes:
    cells = []
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            place = struct.pack("<HH", row, column) + b"\0\0\0"
            if isinstance(value, bytes):
                cells.append(biff(0x04, place + bytes([len(value)]) + value))
            elif isinstance(value, float):
                cells.append(biff(0x03, place + struct.pack("<d", value)))
    return biff(0x09, struct.pack("<HH", 2, 0x10)) + b"".join(cells) + biff(0x0A)


def biff5(rows: Iterable[Iterable[BiffCell]], *, font: bytes = b"Arial", locked: bool = False, dates: int = 0) -> bytes:
    """A BIFF5 book without a compound file around it: one sheet in one font; error cells are bytes such as b"#REF!"."""
    fonts = biff(0x31, struct.pack("<HHHHHBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, len(font)) + font) * 5
    styles = b"".join(biff(0xE0, struct.pack("<HHHBBIi", 0, form, 1, 0, 0, 0, 0)) for form in (0, 14, 10))
    bof = biff(0x809, struct.pack("<HHHH", 0x0500, 5, 0, 0))
    lock = biff(0x2F, b"\x12\x34\x56\x78") if locked else b""
    head = bof + lock + biff(0x42, struct.pack("<H", 1252)) + biff(0x22, struct.pack("<H", dates)) + fonts + styles
    name = b"B1"
    start = len(head) + 4 + 7 + len(name) + 4
    bound = biff(0x85, struct.pack("<IHB", start, 0, len(name)) + name)
    cells = [_biff5_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row)]
    sheet = biff(0x809, struct.pack("<HHHH", 0x0500, 0x10, 0, 0)) + b"".join(cells) + biff(0x0A)
    return head + bound + biff(0x0A) + sheet


def _biff5_cell(row: int, column: int, value: BiffCell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bytes) and value.decode("latin-1") in ERROR_CODES:
        return biff(0x205, place + bytes([ERROR_CODES[value.decode("latin-1")], 1]))
    if isinstance(value, bytes):
        return biff(0x204, place + struct.pack("<H", len(value)) + value)
    if isinstance(value, bool):
        return biff(0x205, place + bytes([value, 0]))
    if isinstance(value, int):  # a serial day
        return biff(0x203, struct.pack("<HHH", row, column, 1) + struct.pack("<d", value))
    if isinstance(value, Percent):
        return biff(0x203, struct.pack("<HHH", row, column, 2) + struct.pack("<d", value))
    return biff(0x203, place + struct.pack("<d", value)) if isinstance(value, float) else b""


def compound_file(*streams: str) -> bytes:
    """A compound file whose directory names empty streams."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(48, b"\0") + struct.pack("<I", 0)
    entries = []
    for name in ("Root Entry", *streams):
        text = name.encode("utf-16-le") + b"\0\0"
        entries.append(text.ljust(64, b"\0") + struct.pack("<HBB", len(text), 5 if name == "Root Entry" else 2, 1))
    return header.ljust(512, b"\0") + b"".join(entry.ljust(128, b"\0") for entry in entries).ljust(1024, b"\0")


def xlsb_record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(content)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(
    rows: Mapping[int, Mapping[int, str | float]], *, hidden: Iterable[int] = (), merge: tuple[int, ...] = ()
) -> bytes:
    """One sheet named B1; texts as "#REF!" are error cells."""
    body = xlsb_record(129) + xlsb_record(148, struct.pack("<4I", 0, max(rows), 0, 9)) + xlsb_record(145)
    for row, cells in rows.items():
        flags = b"\0" + (b"\x10" if row in hidden else b"\0") + b"\0"
        body += xlsb_record(0, struct.pack("<IIH", row, 0, 300) + flags + struct.pack("<I", 0))
        for column, value in cells.items():
            place = struct.pack("<II", column, 0)
            if isinstance(value, float):
                body += xlsb_record(5, place + struct.pack("<d", value))
            elif value in ERROR_CODES:
                body += xlsb_record(3, place + bytes([ERROR_CODES[value]]))
            else:
                body += xlsb_record(6, place + _wide(value))
    body += xlsb_record(146)
    if merge:
        body += xlsb_record(177, struct.pack("<I", 1)) + xlsb_record(176, struct.pack("<4I", *merge)) + xlsb_record(178)
    body += xlsb_record(130)
    sheet = xlsb_record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("B1"))
    book = xlsb_record(131) + xlsb_record(143) + sheet + xlsb_record(144) + xlsb_record(132)
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
                f'Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
            ),
            "xl/worksheets/sheet1.bin": body,
        }
    )


ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def ods(tables: str, *, styles: str = "", manifest: str = "<manifest/>") -> bytes:
    """An .ods with the given rows of XML; prefixes as usual."""
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    }
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    content = (
        f"<office:document-content {declared}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS_MIMETYPE, "content.xml": content, "META-INF/manifest.xml": manifest})


def spreadsheetml(rows: str, *, styles: str = "", options: str = "", declaration: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{declaration}<?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
        f' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="B1"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    ).encode()


def xlsx(cells: Mapping[str, str | float], *, fonts: Mapping[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("B1")
        for place, value in cells.items():
            font = (fonts or {}).get(place)
            sheet.write(place, value, book.add_format({"font_name": font}) if font else None)
    return buffer.getvalue()
