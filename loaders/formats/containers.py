"""Detects the container by magic bytes and content, never by file name."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from data.vietnamese.encodings import utf16_without_mark
from loaders.formats.archives import is_aside
from loaders.workbook import Container

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_OTHERS = (
    (b"%PDF", "pdf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"{\\rtf", "word"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"ID;P", "unknown"),
    (b"TABLE\r\n0,1", "unknown"),
    (b"TABLE\n0,1", "unknown"),
)
_WPS_STREAMS = ("ET", "Wps", "WPS", "Kingsoft")
_DIRECTORY_ENTRY = 128
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|style|meta|div|script)\b", re.IGNORECASE)
_BIFF_RAW = {b"\x09\x00": "biff_early", b"\x09\x02": "biff_early", b"\x09\x04": "biff_early", b"\x09\x08": "xls"}
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HEAD = 8192


def sniff(content: bytes) -> Container:
    """The container of a file, detected by its content."""
    if not content.strip(b"\x00 \t\r\n"):
        return Container.EMPTY
    if content.startswith(_OLE):
        return _in_compound_file(content)
    if content.startswith(_ZIP):
        return _in_archive(content)
    for magic, kind in _OTHERS:
        if content.startswith(magic):
            return Container(kind)
    if content[:2] in _BIFF_RAW and content[2:4] in {b"\x04\x00", b"\x06\x00", b"\x08\x00", b"\x10\x00"}:
        return Container(_BIFF_RAW[content[:2]])
    return _in_text(content[:_HEAD])


def _in_compound_file(content: bytes) -> Container:
    streams = _streams(content)
    if "EncryptedPackage" in streams:
        return Container.ENCRYPTED
    if streams & {"Workbook", "WORKBOOK", "Book", "BOOK"}:
        return Container.XLS
    if any(name.startswith(_WPS_STREAMS) for name in streams):
        return Container.WPS
    if "WordDocument" in streams:
        return Container.WORD
    # Even with a damaged directory a reader may still find the workbook stream.
    is_damaged = "Root Entry" not in streams or "Workbook".encode("utf-16-le") in content
    return Container.XLS if is_damaged else Container.UNKNOWN


def is_of_wps(content: bytes) -> bool:
    """Whether WPS Office wrote the compound file; many of its files are ordinary workbooks."""
    return any(name.startswith(_WPS_STREAMS) for name in _streams(content))


def _streams(content: bytes) -> set[str]:
    """Names in anything shaped like a directory entry; found by scanning, without following sector chains."""
    names = set()
    for start in range(512, len(content) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
        length = int.from_bytes(content[start + 64 : start + 66], "little")
        kind, colour = content[start + 66], content[start + 67]
        if kind not in (1, 2, 5) or colour not in (0, 1) or length % 2 or not 4 <= length <= 64:
            continue
        name = content[start : start + length]
        if name.endswith(b"\x00\x00") and b"\x00\x00\x00" not in name[:-2]:
            names.add(name[:-2].decode("utf-16-le", "replace"))
    return names


def _in_archive(content: bytes) -> Container:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist() if not is_aside(name)}
            types = (
                archive.open("[Content_Types].xml").read(_HEAD) if "[Content_Types].xml" in archive.namelist() else b""
            )
            mimetype = archive.open("mimetype").read(100) if "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, OSError, RuntimeError, ValueError):
        return Container.BROKEN
    if b"opendocument.spreadsheet" in mimetype:
        return Container.ODS
    if "xl/workbook.bin" in names:
        return Container.XLSB
    if any(name.startswith("xl/") for name in names) or b"spreadsheetml" in types.replace(b"\0", b""):
        return Container.OOXML
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in mimetype:
        return Container.WORD
    return Container.UNKNOWN if "[content_types].xml" in names or mimetype else Container.ARCHIVE


def _in_text(head: bytes) -> Container:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    elif unmarked := utf16_without_mark(head):
        head = head.decode(unmarked, "replace").encode()
    start = head.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if b"urn:oasis:names:tc:opendocument" in start and re.match(rb"(?:<\?xml[^>]*>\s*)?<(?:\w+:)?document[\s>]", start):
        return Container.ODS
    if start.startswith(b"<") and b"office:spreadsheet" in start:
        return Container.HTML if _HTML.match(start) else Container.SPREADSHEETML
    if start.startswith(b"<") and _HTML.search(start):
        return Container.HTML
    if start[:13].lower() == b"mime-version:":
        return Container.WEB_ARCHIVE
    return Container.UNKNOWN if _BINARY.search(start) or start.startswith((b"<?xml", b"{", b"[{")) else Container.TEXT
