"""Reads a spreadsheet in any supported container into one type; the container is detected by content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from loaders.formats import delimited_text, html, ods, ooxml, spreadsheetml, xls, xlsb
from loaders.formats.containers import is_of_wps, sniff
from loaders.workbook import Container, Unreadable, Workbook

__all__ = ["read", "sniff"]

_LARGEST_FILE = 30_000_000

_READERS: Mapping[Container, Callable[[bytes], Workbook]] = {
    Container.OOXML: ooxml.read,
    Container.XLSB: xlsb.read,
    Container.ODS: ods.read,
    Container.XLS: xls.read,
    Container.BIFF_EARLY: xls.read,
    Container.HTML: html.read,
    Container.SPREADSHEETML: spreadsheetml.read,
    Container.TEXT: delimited_text.read,
}
_REFUSALS: Mapping[Container, str] = {
    Container.ENCRYPTED: "encrypted",
    Container.WPS: "wps_sheet",
    Container.WORD: "word_document",
    Container.PDF: "pdf",
    Container.PICTURE: "picture",
    Container.ARCHIVE: "archive",
    Container.WEB_ARCHIVE: "web_archive",
    Container.EMPTY: "empty_file",
    Container.BROKEN: "broken",
    Container.UNKNOWN: "not_excel",
}


def read(content: bytes) -> Workbook:
    """The sheets of a file, whatever its name.

    Raises:
        Unreadable: it is not a spreadsheet, is encrypted or broken, or is larger than any return.
    """
    if len(content) > _LARGEST_FILE:
        raise Unreadable("file_too_large", megabytes=_LARGEST_FILE // 1_000_000)
    kind = sniff(content)
    if kind in _REFUSALS:
        raise Unreadable(_REFUSALS[kind])
    try:
        return _READERS[kind](content)
    except Unreadable as refusal:
        if refusal.message == "broken" and kind is Container.XLS and is_of_wps(content):
            raise Unreadable("wps_sheet") from None
        raise
