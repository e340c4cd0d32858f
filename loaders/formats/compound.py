"""Extracts a stream from a compound file (OLE 2) or wraps one into a new file; rejects cyclic sector chains."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence

from olefile import STGTY_STREAM, OleFileIO
from olefile.olefile import OleDirectoryEntry

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_TABLE, _END, _NONE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
_STREAM, _ROOT = 2, 5
# Exceptions that olefile lets through on damaged input, besides its own (OSError).
_FAULTS = (AttributeError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError, struct.error)


class BrokenChain(ValueError):
    """A sector chain that never ends."""


def stream(content: bytes, *names: str) -> bytes:
    """The first stream with one of the names, anywhere in the directory.

    Raises:
        BrokenChain: there is no such stream, or its sector chain is broken.
    """
    try:
        _check_header(content)
        with OleFileIO(io.BytesIO(content)) as file:
            entries = list(_streams(file))
            found = next(entry for name in names for entry in entries if entry.name.lower() == name.lower())
            if max(found.size, file.root.size) > len(content):
                raise BrokenChain("a stream larger than its file")
            records: bytes = file._open(found.isectStart, found.size).read()  # noqa: SLF001 - the tree may not lead to it
            if not _ends(file.minifat if found.is_minifat else file.fat, found.isectStart):
                raise BrokenChain("a chain in a circle or out of the file")
            return records
    except StopIteration:
        raise BrokenChain("no such stream") from None
    except _FAULTS as fault:
        raise BrokenChain(str(fault)) from None


def properties(content: bytes) -> Iterator[str]:
    """What a file says about itself (title, subject, comments) among other bytes, in each likely encoding."""
    try:
        about = stream(content, "\x05SummaryInformation")
    except BrokenChain:
        return
    yield from (about.replace(b"\0", b"\n").decode(encoding, "replace") for encoding in ("utf-8", "cp1258"))


def _streams(file: OleFileIO) -> Iterator[OleDirectoryEntry]:
    """All streams in the directory: olefile itself lists only those reachable through the name tree."""
    for place, entry in enumerate(file.direntries):
        found = entry or file._load_direntry(place)  # noqa: SLF001
        if found.entry_type == STGTY_STREAM:
            yield found


def _check_header(content: bytes) -> None:
    """Rejects allocation tables larger than the file, which olefile would follow to their declared length."""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise BrokenChain(f"sectors of 2^{shift} bytes")
    if max(struct.unpack_from("<I", content, place)[0] for place in (44, 64, 72)) > len(content) >> shift:
        raise BrokenChain("more tables than sectors")


def _ends(following: Sequence[int], sector: int) -> bool:
    """Whether a sector chain terminates: on a cycle olefile repeats sectors up to the declared size of the stream."""
    for _ in following:
        if sector > _LAST_SECTOR or sector >= len(following):
            break
        sector = following[sector]
    return sector > _LAST_SECTOR


def wrapped(records: bytes) -> bytes:
    """A minimal compound file with the single stream "Workbook", for a reader that accepts nothing else."""
    size = 4096  # smaller sectors need DIFAT sectors, smaller streams the mini stream; hence the padding
    data = records.ljust(-(-max(len(records), size) // size) * size, b"\0")
    count = len(data) // size
    tables = -(-(count + 2) // (size // 4 - 1))
    chain = [*range(1, count), _END, _END, *([_TABLE] * tables)]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * size, b"\xff")
    root = _entry("Root Entry", _ROOT, child=1, start=_END, size=0)
    book = _entry("Workbook", _STREAM, child=_NONE, start=0, size=len(data))
    places = struct.pack(f"<{tables}I", *range(count + 1, count + 1 + tables)).ljust(109 * 4, b"\xff")
    # Version 3 in spite of the version 4 sector size: calamine treats a version 4 file without a mini stream as empty.
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 12, 6)
    header += struct.pack("<9I", 1, tables, count, 0, 0, _END, 0, _END, 0) + places
    return header.ljust(size, b"\0") + data + (root + book).ljust(size, b"\0") + table


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, _NONE, _NONE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
