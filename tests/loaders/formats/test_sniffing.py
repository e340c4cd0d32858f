from __future__ import annotations

import pytest

from loaders.formats.dispatch import read, sniff
from loaders.workbook import Container, Unreadable
from tests.loaders.formats.makers import FILES, biff2, biff5, compound_file, ods, spreadsheetml, xlsb, xlsx, zipped

PAGE = "<html><table><tr><td>a<td>b<td>1<tr><td>c<td>d<td>2</table></html>"

CONTENTS = {
    "xlsx": (xlsx({"A1": "x"}), Container.OOXML),
    "xlsb": (xlsb({0: {0: "x"}}), Container.XLSB),
    "ods": (ods(""), Container.ODS),
    "xls": ((FILES / "fonts_merges_and_errors_are_read.xls").read_bytes(), Container.XLS),
    "xls without a compound file": (biff5([[b"x"]]), Container.XLS),
    "Excel 2": (biff2([[b"x"]]), Container.BIFF_EARLY),
    "page": (PAGE.encode(), Container.HTML),
    "page after a mark": (b"\xef\xbb\xbf\r\n  " + PAGE.encode(), Container.HTML),
    "page of two-byte letters": (PAGE.encode("utf-16"), Container.HTML),
    "page that Excel saved": (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:o="urn:schemas-microsoft-com:office:office">',
        Container.HTML,
    ),
    "page with an XML declaration": (b'<?xml version="1.0"?><html><body><table></table>', Container.HTML),
    "XML 2003": (spreadsheetml(""), Container.SPREADSHEETML),
    "XML 2003 of two-byte letters": (
        spreadsheetml("").decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"),
        Container.SPREADSHEETML,
    ),
    "text": ("STT;Tên\n1;Chi bộ\n".encode(), Container.TEXT),
    "text of two-byte letters": ("STT\tTên\n1\tChi bộ\n".encode("utf-16"), Container.TEXT),
    "text without a mark": ("STT\tTên\n1\tChi bộ\n".encode("utf-16-le"), Container.TEXT),
}

REFUSED = {
    "nothing": (b"", "empty_file"),
    "zeros": (b"\0" * 5000, "empty_file"),
    "spaces": (b" \r\n" * 9, "empty_file"),
    "encrypted OOXML": (compound_file("EncryptionInfo", "EncryptedPackage"), "encrypted"),
    "WPS": (compound_file("ETExtData", "KSheet"), "wps_sheet"),
    "Word 97": (compound_file("WordDocument", "1Table"), "word_document"),
    "Word": (zipped({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "word_document"),
    "PDF": (b"%PDF-1.4\n%\xe2\xe3", "pdf"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
    "zip of files": (zipped({"B1.xlsx": b"PK", "B2.xlsx": b"PK"}), "archive"),
    "rar": (b"Rar!\x1a\x07\x00", "archive"),
    "web archive": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "web_archive"),
    "half a zip": (xlsx({"A1": "x"})[:372], "broken"),
    "other compound file": (compound_file("PowerPoint Document"), "not_excel"),
    "other XML": (b'<?xml version="1.0"?><a/>', "not_excel"),
    "bytes": (bytes(range(256)) * 20, "not_excel"),
    "a letter": ("Kính gửi: Ban Tổ chức\nChúng tôi gửi báo cáo.\n".encode(), "not_excel"),
    "too large": (b"a;b\n" * 8_000_000, "file_too_large"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_the_container_is_detected_by_content(name: str) -> None:
    content, kind = CONTENTS[name]
    assert sniff(content) is kind


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sheet_is_refused_by_name(name: str) -> None:
    content, key = REFUSED[name]
    with pytest.raises(Unreadable) as refusal:
        read(content)
    assert refusal.value.message == key


@pytest.mark.parametrize("name", ["password_is_refused.xls", "password_is_refused.ods"])
def test_a_password_is_named(name: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read((FILES / name).read_bytes())
    assert refusal.value.message == "encrypted"


def test_a_workbook_with_a_theme_inside_is_no_zip() -> None:
    theme = zipped({"theme/theme1.xml": "<a/>"})
    assert sniff(compound_file("Workbook") + theme) is Container.XLS
