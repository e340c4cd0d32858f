"""Reads .xlsx and .xlsm, transitional and strict: old fonts decoded, hidden rows and links to other files told."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.returns import SourceFile
from loaders.formats.archives import Attributes, Handlers, local, opened, parse
from loaders.formats.containers import Container
from loaders.formats.decoding import Run, decode_cells, old_fonts
from loaders.formats.found import CellNote, FoundSheet, FoundWorkbook, NoteKind, Remark
from loaders.workbook import Sheet, Unreadable, open_workbook

_OLD_FONT = re.compile(rb"""<(?:\w+:)?name\s[^>]*val\s*=\s*["'](?:\.vn|vni-)""", re.IGNORECASE)
_OLD_RUN = re.compile(rb"""<(?:\w+:)?rFont\s[^>]*val\s*=\s*["'](?:\.vn|vni-)""", re.IGNORECASE)
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\shidden\s*=\s*["'](?:1|true))[^>]*?\sr\s*=\s*["'](\d{1,7})""")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(?:\s*<(?:\w+:)?v>\s*(\d+)\s*<)?)")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_LINKED = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*>[^<]*\[\d+\][^<]*<")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")


def read(content: bytes) -> FoundWorkbook:
    """All worksheets of an .xlsx or .xlsm; its macros are not run, its links to other files not followed.

    Raises:
        Unreadable: as `loaders.workbook.open_workbook` says.
    """
    book = open_workbook(SourceFile(name="", content=content))
    if not book.sheets:
        raise Unreadable("broken")
    with opened(content) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        look = _Look(archive, names)
        sheets = tuple(look.sheet(sheet) for sheet in book.sheets)
    remarks = (Remark(message="macros_ignored"),) if "xl/vbaproject.bin" in names else ()
    return FoundWorkbook(sheets=sheets, container=Container.OOXML, remarks=remarks)


class _Look:
    """What the fast reader does not tell, looked up in the parts only where it can be there at all."""

    def __init__(self, archive: zipfile.ZipFile, names: dict[str, str]) -> None:
        self._archive = archive
        self._names = names
        styles = self._part("xl/styles.xml")
        self._fonts = _fonts(styles) if _OLD_FONT.search(styles) else ()
        strings = self._part("xl/sharedstrings.xml")
        self._rich = _rich_strings(strings) if _OLD_RUN.search(strings) else {}
        self._linked = any(name.startswith("xl/externallinks/") for name in names)
        self._paths = self._sheet_paths()

    def sheet(self, sheet: Sheet) -> FoundSheet:
        xml = self._part(self._paths.get(sheet.name, ""))
        runs = dict(self._runs(xml)) if self._fonts or self._rich else {}
        decoded, remarks = decode_cells(sheet.rows, runs)
        linked = tuple(_linked(xml)) if self._linked else ()
        told = (Remark(message="links_not_followed", values={"number": len(linked)}),) if linked else ()
        return FoundSheet(
            name=sheet.name,
            rows=sheet.rows,
            merges=sheet.merges,
            hidden=sheet.hidden,
            notes=(*decoded, *linked),
            hidden_rows=frozenset(
                hidden for row in _HIDDEN_ROW.findall(xml) if (hidden := int(row) - 1) < len(sheet.rows)
            ),
            remarks=(*remarks, *told),
        )

    def _part(self, path: str) -> bytes:
        return self._archive.read(self._names[path]) if path in self._names else b""

    def _sheet_paths(self) -> dict[str, str]:
        targets, sheets = _Pairs("Relationship", "Id", "Target"), _Pairs("sheet", "name", "id")
        parse(self._part("xl/_rels/workbook.xml.rels"), targets.handlers)
        parse(self._part("xl/workbook.xml"), sheets.handlers)
        return {
            name: posixpath.normpath(posixpath.join("/xl", targets.found.get(relation, ""))).lstrip("/").lower()
            for name, relation in sheets.found.items()
        }

    def _runs(self, xml: bytes) -> Iterator[tuple[tuple[int, int], tuple[Run, ...]]]:
        for attributes, string in _CELL.findall(xml):
            place = _place(attributes)
            style = _STYLE.search(attributes)
            number = int(style[1]) if style else 0
            own = Run(0, self._fonts[number] if number < len(self._fonts) else "")
            rich = self._rich.get(int(string), ()) if string and _SHARED.search(attributes) else ()
            runs = old_fonts(own, *(Run(run.start, run.font or own.font) for run in rich))
            if place and runs:
                yield place, runs


@dataclass(slots=True)
class _Pairs:
    """Two attributes of each element of one name, the first as the key of the second."""

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


@dataclass(slots=True)
class _Styles:
    fonts: list[str] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        tag, parent = local(name), self.inside[-1] if self.inside else ""
        if tag == "font" and parent == "fonts":
            self.fonts.append("")
        elif tag == "name" and parent == "font" and self.fonts:
            self.fonts[-1] = attributes.get("val", "")
        elif tag == "xf" and parent == "cellXfs":
            font = attributes.get("fontId", "0")
            self.used.append(int(font) if font.isdecimal() else 0)
        self.inside.append(tag)

    def end(self, name: str) -> None:
        self.inside.pop()


@dataclass(slots=True)
class _Strings:
    """Shared strings made of pieces in several fonts."""

    runs: dict[int, tuple[Run, ...]] = field(default_factory=dict)
    pieces: list[Run] = field(default_factory=list)
    number: int = -1
    length: int = 0
    in_text: bool = False
    in_phonetic: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        tag = local(name)
        if tag == "si":
            self.number, self.length, self.pieces = self.number + 1, 0, []
        elif tag == "r":
            self.pieces.append(Run(self.length, ""))
        elif tag == "rFont" and self.pieces:
            self.pieces[-1] = Run(self.pieces[-1].start, attributes.get("val", ""))
        self.in_phonetic = tag == "rPh" or (self.in_phonetic and tag != "si")
        self.in_text = tag == "t" and not self.in_phonetic

    def end(self, name: str) -> None:
        tag = local(name)
        self.in_text = False
        if tag == "rPh":
            self.in_phonetic = False
        elif tag == "si" and self.pieces:
            self.runs[self.number] = tuple(self.pieces)

    def text(self, text: str) -> None:
        self.length += len(text) if self.in_text else 0


def _rich_strings(strings: bytes) -> dict[int, tuple[Run, ...]]:
    found = _Strings()
    parse(strings, Handlers(start=found.start, end=found.end, text=found.text))
    return found.runs


def _fonts(styles: bytes) -> tuple[str, ...]:
    """The name of the font of each cell style."""
    found = _Styles()
    parse(styles, Handlers(start=found.start, end=found.end, text=lambda _: None))
    return tuple(found.fonts[font] if font < len(found.fonts) else "" for font in found.used)


def _linked(xml: bytes) -> Iterator[CellNote]:
    for attributes in _LINKED.findall(xml):
        if place := _place(attributes):
            yield CellNote(row=place[0], column=place[1], kind=NoteKind.LINKED)


def _place(attributes: bytes) -> tuple[int, int] | None:
    found = _REFERENCE.search(attributes)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]) - 1, column - 1
