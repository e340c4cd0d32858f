"""Takes a stream out of a compound file (OLE 2) and puts one into another; what would never end is not followed."""

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
# What olefile lets through on damaged bytes, besides its own faults (OSError).
_FAULTS = (AttributeError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError, struct.error)


class BrokenChain(ValueError):
    """Sectors that do not lead to an end."""


def stream(content: bytes, *names: str) -> bytes:
    """The first stream of one of the names, wherever the directory has it.

    Raises:
        BrokenChain: there is none, or it cannot be followed.
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


def _streams(file: OleFileIO) -> Iterator[OleDirectoryEntry]:
    """The directory's streams one after another: olefile knows those alone to which the tree of names leads."""
    for place, entry in enumerate(file.direntries):
        found = entry or file._load_direntry(place)  # noqa: SLF001
        if found.entry_type == STGTY_STREAM:
            yield found


def _check_header(content: bytes) -> None:
    """Refuses tables larger than the file: olefile would follow them as long as they say."""
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise BrokenChain(f"sectors of 2^{shift} bytes")
    if max(struct.unpack_from("<I", content, place)[0] for place in (44, 64, 72)) > len(content) >> shift:
        raise BrokenChain("more tables than sectors")


def _ends(following: Sequence[int], sector: int) -> bool:
    """Whether a chain comes to an end: of one in a circle olefile repeats the sectors up to the size of the stream."""
    for _ in following:
        if sector > _LAST_SECTOR or sector >= len(following):
            break
        sector = following[sector]
    return sector > _LAST_SECTOR


def wrapped(records: bytes) -> bytes:
    """A plain compound file with the one stream "Workbook", for a reader that takes nothing else."""
    size = 4096  # smaller sectors need tables of tables; smaller streams need the ministream, hence the zeros
    data = records.ljust(-(-max(len(records), size) // size) * size, b"\0")
    count = len(data) // size
    tables = -(-(count + 2) // (size // 4 - 1))
    chain = [*range(1, count), _END, _END, *([_TABLE] * tables)]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * size, b"\xff")
    root = _entry("Root Entry", _ROOT, child=1, start=_END, size=0)
    book = _entry("Workbook", _STREAM, child=_NONE, start=0, size=len(data))
    places = struct.pack(f"<{tables}I", *range(count + 1, count + 1 + tables)).ljust(109 * 4, b"\xff")
    # Version 3, although sectors are those of 4: calamine takes a 4 without a ministream for empty.
    header = SIGNATURE + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 12, 6)
    header += struct.pack("<9I", 1, tables, count, 0, 0, _END, 0, _END, 0) + places
    return header.ljust(size, b"\0") + data + (root + book).ljust(size, b"\0") + table


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, _NONE, _NONE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
