"""Safe ZIP and XML: sizes are checked before unpacking, document types and entities are rejected."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from xml.parsers import expat

from loaders.workbook import Unreadable

_LARGEST_UNPACKED = 300_000_000
_MOST_PARTS = 2_000
_HIGHEST_RATIO = 250
_SMALL_PART = 5_000_000
_DEEPEST = 200
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)

Attributes = Mapping[str, str]
_SEPARATOR = " "


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """Opens an archive after checking the number, size and compression ratio of its members.

    Raises:
        Unreadable: it is broken, encrypted, or a decompression bomb.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive.infolist())
            yield archive
    except Unreadable:
        raise
    except _BROKEN:
        raise Unreadable("broken") from None


def _check(members: list[zipfile.ZipInfo]) -> None:
    swollen = any(
        member.file_size > _SMALL_PART and member.file_size > _HIGHEST_RATIO * max(1, member.compress_size)
        for member in members
    )
    if len(members) > _MOST_PARTS or sum(m.file_size for m in members) > _LARGEST_UNPACKED or swollen:
        raise Unreadable("suspicious_size")
    ordered = sorted(members, key=lambda member: member.header_offset)
    # Overlapping members occur only in zip bombs.
    overlap = any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(ordered))
    if overlap or len({member.filename for member in members}) < len(members):
        raise Unreadable("broken")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("encrypted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """Callbacks of the XML parser; names carry their namespace, separated by a space."""

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    text: Callable[[str], None]


def parse(xml: bytes, handlers: Handlers) -> None:
    """Parses XML in one streaming pass.

    Raises:
        Unreadable: it is malformed, or declares a document type or an entity, which no spreadsheet needs.
    """
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable("broken")
        handlers.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handlers.end(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handlers.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable("broken") from None


def _refuse(*_declared: object) -> None:
    raise Unreadable("forbidden_markup")


def is_aside(name: str) -> bool:
    """Whether a member is what macOS adds to archives (`__MACOSX/`, `._name`), no part of the document."""
    return name.lower().startswith("__macosx/") or name.rpartition("/")[2].startswith("._")


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(_SEPARATOR)[2]
