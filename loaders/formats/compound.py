"""Takes a stream out of a compound file (OLE 2) and puts one into another; chains in circles end the reading."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_TABLE, _END, _NONE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY = 128
_STREAM, _ROOT = 2, 5


class BrokenChain(ValueError):
    """Sectors that do not lead to an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def stream(content: bytes, *names: str) -> bytes:
    """The first stream of one of the names, wherever the directory has it.

    Raises:
        BrokenChain: there is none, or it cannot be followed.
    """
    try:
        return _stream(content, names)
    except (struct.error, IndexError):
        raise BrokenChain("the file ends before its header or tables do") from None


def _stream(content: bytes, names: Sequence[str]) -> bytes:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise BrokenChain(f"sectors of 2^{shift} bytes")
    size = 1 << shift
    directory, threshold, mini_table = struct.unpack_from("<I4xII", content, 48)
    table = list(_allocation_table(content, size))
    entries = list(_entries(_joined(content[size:], size, table, directory)))
    try:
        found = next(entry for name in names for entry in entries if entry.name.lower() == name.lower())
        root = next(entry for entry in entries if entry.kind == _ROOT)
    except StopIteration:
        raise BrokenChain("no such stream") from None
    if found.size >= threshold:
        return _joined(content[size:], size, table, found.start)[: found.size]
    ministream = _joined(content[size:], size, table, root.start)
    packed = _joined(content[size:], size, table, mini_table)
    minis = struct.unpack(f"<{len(packed) // 4}I", packed)
    return _joined(ministream, 1 << mini_shift, minis, found.start)[: found.size]


def _allocation_table(content: bytes, size: int) -> Iterator[int]:
    """The next sector of each sector."""
    sectors = [number for number in struct.unpack_from("<109I", content, 76) if number <= _LAST_SECTOR]
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if following > _LAST_SECTOR:
            break
        *more, following = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
        sectors.extend(number for number in more if number <= _LAST_SECTOR)
    if len(sectors) > len(content) // size:
        raise BrokenChain("more tables than sectors")
    for sector in sectors:
        yield from struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)


def _joined(sectors: bytes, size: int, following: Sequence[int], start: int) -> bytes:
    """The bytes of a chain of sectors."""
    pieces: list[bytes] = []
    sector, most = start, len(sectors) // size + 1
    while sector <= _LAST_SECTOR:
        if len(pieces) > most or sector >= len(following):
            raise BrokenChain("a chain in a circle or out of the file")
        pieces.append(sectors[sector * size : (sector + 1) * size])
        sector = following[sector]
    return b"".join(pieces)


def _entries(directory: bytes) -> Iterator[_Entry]:
    for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        start, size = struct.unpack_from("<II", directory, place + 116)
        if kind and 2 <= length <= 64:
            name = directory[place : place + length - 2].decode("utf-16-le", "replace")
            yield _Entry(name=name, kind=kind, start=start, size=size)


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
