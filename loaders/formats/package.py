"""The parts of an .xlsx package: unpacked within size limits, free of declarations, found by their relationships."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from loaders.formats.archives import Attributes, Handlers, is_aside, local, opened, parse
from loaders.formats.relationships import Links, related
from loaders.workbook import Unreadable

_MARKUP = re.compile(rb"<!DOCTYPE|<!ENTITY")
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_UNMARKED = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_BOOK = "xl/workbook.xml"
# Kinds of relationships, the last part of their types.
_MACRO_SHEETS = frozenset({"xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
_ASIDES = frozenset(
    {"comments", "threadedComment", "drawing", "vmlDrawing", "diagramData", "diagramDrawing", "chartUserShapes"}
)
_ASIDE = re.compile(r"xl/(?:comments|threadedcomments|drawings|diagrams|charts)[^/]*(?:/.*)?\.(?:xml|vml)")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="r" Type="{_RELATIONS}/officeDocument" Target="{_BOOK}"/></Relationships>'
)
_KEPT_VALUES = ("xl/pivotcache/", "xl/externallinks/", "xl/charts/")
_KEPT_VALUE = re.compile(rb"""<(?:\w+:)?s\s[^>]*?\bv="([^"]*)"|<(?:\w+:)?v>([^<]*)<""")
_PARAGRAPH = re.compile(rb"</(?:\w+:)?(?:p|comment|text|threadedComment|textbox|si)>")
_WORDS = re.compile(rb"<(?:\w+:)?t(?:ext)?(?:\s[^>]*)?>([^<]*)|(\n)")
_TAG = re.compile(rb"<[^>]*>")
_PROPERTIES = "docprops/"
# The name of who wrote the file, and when, says nothing of others.
_WRITER = re.compile(
    rb"<(?:\w+:)?(creator|lastModifiedBy|created|modified|lastPrinted|Manager)\b[^>]*>[^<]*</(?:\w+:)?\1>"
)
_MARGIN = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|[A-Z]|K[0-9A-F+.]{6}|\d{1,3})')
_PROMPT = re.compile(rb'''\s(?:prompt|promptTitle|error|errorTitle)\s*=\s*"([^"]*)"''')


class SheetEntry(NamedTuple):
    """A sheet as the workbook part lists it."""

    name: str
    relation: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """XML parts by lower-case name; `names` lists all parts, XML or not.

    `sheets` are the worksheets with their parts; `ignored` the names of macro and dialog sheets; `asides` the parts of
    comments and shapes.
    """

    parts: Mapping[str, bytes]
    names: frozenset[str]
    book: bytes
    styles: bytes
    strings: bytes
    sheets: tuple[tuple[SheetEntry, str], ...]
    ignored: tuple[str, ...]
    asides: frozenset[str]

    @property
    def is_uncalculated(self) -> bool:
        """Whether the writer left formulas for Excel to compute, as libraries do."""
        calculation = re.search(rb"<(?:\w+:)?calcPr\b[^>]*", self.book)
        return bool(calculation and re.search(rb"""fullCalcOnLoad\s*=\s*["'](?:1|true)""", calculation[0]))

    def outside_texts(self) -> Iterator[str]:
        """Texts that stand in no cell.

        They are those of comments, text boxes, shapes, charts, page headers and footers, prompts of cells and the
        file's properties, cached values of pivot tables and linked workbooks, and texts that only ignored sheets show.
        """
        for name, part in self.parts.items():
            if name in self.asides or _ASIDE.fullmatch(name):
                yield _words(part, is_page=name.endswith(".vml"))
            if name.startswith(_KEPT_VALUES):
                yield _text(b"\n".join(map(b"".join, _KEPT_VALUE.findall(part))))
            if name.startswith(_PROPERTIES):
                yield _text(_TAG.sub(b"\n", _WRITER.sub(b"", part)))
        for _, path in self.sheets:
            yield from _around(self.parts.get(path, b""))
        if self.ignored:
            yield _words(self.strings)

    def shared_text(self, number: int) -> str:
        """A shared string by its index."""
        texts = self.strings.split(b"</si>")
        pieces = _WORDS.findall(texts[number]) if number < len(texts) - 1 else ()
        return unescape(b"".join(map(b"".join, pieces)).decode("utf-8", "replace"))


def _text(content: bytes) -> str:
    return unescape(content.decode("utf-8", "replace"))


def _words(part: bytes, *, is_page: bool = False) -> str:
    """The words of a part in DrawingML or a part of strings; of a page in VML all that is not markup."""
    lines = _PARAGRAPH.sub(b"\n", part)
    return _text(_TAG.sub(b" ", lines) if is_page else b"".join(map(b"".join, _WORDS.findall(lines))))


def _around(sheet: bytes) -> Iterator[str]:
    """Page headers and footers, and what is said when a cell is selected or refuses an input."""
    behind = sheet[max(0, sheet.find(b"sheetData>")) :] if b"Header>" in sheet or b"Footer>" in sheet else b""
    for margin in _MARGIN.findall(behind):
        yield _MARGIN_CODE.sub(" ", _text(margin))
    for prompt in dict.fromkeys(_PROMPT.findall(sheet) if b"<dataValidation" in sheet else ()):
        yield _text(prompt)


def for_calamine(package: Package, sheets: Mapping[str, bytes]) -> bytes:
    """The worksheets, by name, as a package with every part where calamine looks for it, whatever the relations say."""
    is_1904 = re.search(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*["'](?:1|true|on)["']""", package.book)
    entries, relations = [], []
    for number, (sheet, _) in enumerate(package.sheets):
        state = sheet.state if sheet.state in {"hidden", "veryHidden"} else "visible"
        entries.append(f'<sheet name={quoteattr(sheet.name)} sheetId="{number + 1}" state="{state}" r:id="r{number}"/>')
        relations.append(
            f'<Relationship Id="r{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/{number}.xml"/>'
        )
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr date1904="{int(bool(is_1904))}"/>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr(_BOOK, f"{book}<sheets>{''.join(entries)}</sheets></workbook>")
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{"".join(relations)}</Relationships>'
        )
        for name, part in (("xl/sharedStrings.xml", package.strings), ("xl/styles.xml", package.styles)):
            if part:
                archive.writestr(name, part)
        for number, (sheet, _) in enumerate(package.sheets):
            archive.writestr(f"xl/worksheets/{number}.xml", sheets[sheet.name])
    return buffer.getvalue()


def unpacked(content: bytes) -> Package:
    """The package with every XML part that is read.

    Raises:
        Unreadable: it is broken, encrypted, a decompression bomb, or declares a document type or an entity.
    """
    with opened(content) as archive:
        members = {low: member for member in archive.infolist() if not is_aside(low := _low(member.filename))}
        texts = {name: member for name, member in members.items() if name.endswith((".xml", ".rels", ".vml"))}
        parts = {name: _checked(archive.read(member)) for name, member in texts.items()}
        links = {name: related(name, parts) for name in ("", *parts) if not name.endswith(".rels")}
        for target in {
            link.target for found in links.values() for link in found.values()
        } & members.keys() - texts.keys():
            if not target.endswith((".bin", ".png", ".jpeg", ".jpg", ".emf", ".wmf", ".gif")):
                parts[target] = _checked(archive.read(members[target]))
    book = next((link.target for link in links[""].values() if link.kind == "officeDocument"), _BOOK)
    return _package(book, parts, frozenset(members), links)


def _package(book: str, parts: dict[str, bytes], names: frozenset[str], links: Mapping[str, Links]) -> Package:
    own = links.get(book, {})
    first = {link.kind: link.target for link in reversed(list(own.values()))}
    sheets = _Sheets()
    parse(parts.get(book, b""), sheets.handlers)
    known = [(sheet, own[sheet.relation]) for sheet in sheets.found if sheet.relation in own]
    if len(known) < len(sheets.found):
        raise Unreadable("broken")
    return Package(
        parts=parts,
        names=names,
        book=parts.get(book, b""),
        styles=parts.get(first.get("styles", "xl/styles.xml"), b""),
        strings=parts.get(first.get("sharedStrings", "xl/sharedstrings.xml"), b""),
        sheets=tuple((sheet, link.target) for sheet, link in known if link.kind == "worksheet"),
        ignored=tuple(sheet.name for sheet, link in known if link.kind in _MACRO_SHEETS),
        asides=frozenset(link.target for found in links.values() for link in found.values() if link.kind in _ASIDES),
    )


def _low(name: str) -> str:
    return name.lower().replace("\\", "/").lstrip("/")


def _checked(part: bytes) -> bytes:
    encoding = "utf-16" if part[:2] in (b"\xff\xfe", b"\xfe\xff") else _UNMARKED.get(part[:2])
    if encoding:
        try:
            text = part.decode(encoding)
        except UnicodeDecodeError:
            raise Unreadable("broken") from None
        part = _DECLARATION.sub("", text, count=1).encode()
    elif b"\x00" in part[:4]:
        raise Unreadable("forbidden_markup")
    if _MARKUP.search(part):
        raise Unreadable("forbidden_markup")
    return part


@dataclass(slots=True)
class _Sheets:
    """The sheets that the workbook part lists."""

    found: list[SheetEntry] = field(default_factory=list)

    @property
    def handlers(self) -> Handlers:
        return Handlers(start=self._start, end=lambda _: None, text=lambda _: None)

    def _start(self, name: str, attributes: Attributes) -> None:
        if local(name) == "sheet":
            given = {local(key): value for key, value in attributes.items()}
            self.found.append(SheetEntry(given.get("name", ""), given.get("id", ""), given.get("state", "visible")))
