"""The parts of an .xlsx package: unpacked within size limits, free of declarations, with the path of each sheet."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from loaders.formats.archives import Attributes, Handlers, local, opened, parse
from loaders.workbook import Unreadable

_MARKUP = re.compile(rb"<!DOCTYPE|<!ENTITY")
_BOOK = "xl/workbook.xml"
_ASIDES = re.compile(r"xl/(?:comments|threadedcomments|drawings|diagrams)[^/]*(?:/.*)?\.(?:xml|vml)")
_KEPT_VALUES = ("xl/pivotcache/", "xl/externallinks/")
_KEPT_VALUE = re.compile(rb"""<(?:\w+:)?s\s[^>]*?\bv="([^"]*)"|<(?:\w+:)?v>([^<]*)<""")
_PARAGRAPH = re.compile(rb"</(?:\w+:)?(?:p|comment|text|threadedComment|textbox)>")
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)|(\n)")
_TAG = re.compile(rb"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """XML parts by lower-case name; `names` lists all parts, XML or not; `paths` maps each sheet to its part."""

    parts: Mapping[str, bytes]
    names: frozenset[str]
    paths: Mapping[str, str]

    def part(self, name: str) -> bytes:
        """A part's XML; empty when there is none."""
        return self.parts.get(name, b"")

    @property
    def is_uncalculated(self) -> bool:
        """Whether the writer left formulas for Excel to compute, as libraries do."""
        calculation = re.search(rb"<(?:\w+:)?calcPr\b[^>]*", self.part(_BOOK))
        return bool(calculation and re.search(rb"""fullCalcOnLoad\s*=\s*["'](?:1|true)""", calculation[0]))

    def outside_texts(self) -> Iterator[str]:
        """Texts of comments, text boxes and shapes, and cached values of pivot tables and linked workbooks."""
        for name, part in self.parts.items():
            if _ASIDES.fullmatch(name):
                lines = _PARAGRAPH.sub(b"\n", part)
                is_page = name.endswith(".vml")
                words = _TAG.sub(b" ", lines) if is_page else b"".join(map(b"".join, _WORDS.findall(lines)))
                yield unescape(words.decode("utf-8", "replace"))
            elif name.startswith(_KEPT_VALUES):
                yield unescape(b"\n".join(map(b"".join, _KEPT_VALUE.findall(part))).decode("utf-8", "replace"))

    def shared_text(self, number: int) -> str:
        """A shared string by its index."""
        texts = self.part("xl/sharedstrings.xml").split(b"</si>")
        pieces = _WORDS.findall(texts[number]) if number < len(texts) - 1 else ()
        return unescape(b"".join(map(b"".join, pieces)).decode("utf-8", "replace"))


def unpacked(content: bytes) -> Package:
    """The package with every XML part that is read.

    Raises:
        Unreadable: it is broken, encrypted, a decompression bomb, or declares a document type or an entity.
    """
    with opened(content) as archive:
        names = {member.filename.lower().replace("\\", "/"): member for member in archive.infolist()}
        texts = {name: member for name, member in names.items() if name.endswith((".xml", ".rels", ".vml"))}
        parts = {name: _checked(archive.read(member)) for name, member in texts.items()}
    targets, sheets = _Pairs("Relationship", "Id", "Target"), _Pairs("sheet", "name", "id")
    parse(parts.get("xl/_rels/workbook.xml.rels", b""), targets.handlers)
    parse(parts.get(_BOOK, b""), sheets.handlers)
    paths = {
        name: posixpath.normpath(posixpath.join("/xl", targets.found.get(relation, ""))).lstrip("/").lower()
        for name, relation in sheets.found.items()
    }
    return Package(parts=parts, names=frozenset(names), paths=paths)


def with_parts(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with some parts, by lower-case name, replaced."""
    buffer = io.BytesIO()
    with opened(content) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for member in old.infolist():
            part = changed.get(member.filename.lower().replace("\\", "/"))
            new.writestr(member.filename, old.read(member) if part is None else part)
    return buffer.getvalue()


def _checked(part: bytes) -> bytes:
    if part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        part = part.decode("utf-16").encode()
    elif part[1:2] == b"\x00" or part[:1] == b"\x00":
        raise Unreadable("forbidden_markup")
    if _MARKUP.search(part):
        raise Unreadable("forbidden_markup")
    return part


@dataclass(slots=True)
class _Pairs:
    """Maps one attribute to another over all elements of one name."""

    tag: str
    key: str
    value: str
    found: dict[str, str] = field(default_factory=dict)

    @property
    def handlers(self) -> Handlers:
        return Handlers(start=self._start, end=lambda _: None, text=lambda _: None)

    def _start(self, name: str, attributes: Attributes) -> None:
        if local(name) == self.tag:
            given = {local(key): value for key, value in attributes.items()}
            self.found[given.get(self.key, "")] = given.get(self.value, "")
