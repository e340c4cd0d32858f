"""Cells of an .xlsx in legacy fonts or with percentage formats: looked up only where the styles have any."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from data.vietnamese.encodings import encoding_of
from loaders.formats.archives import Attributes, Handlers, local, parse
from loaders.formats.decoding import Run, old_fonts
from loaders.formats.package import Package
from loaders.formats.sheet_xml import place_of
from loaders.workbook import Place

_OLD_FONT = re.compile(rb"""<(?:\w+:)?name\s[^>]*val\s*=\s*["'](?:\.vn|vni-)""", re.IGNORECASE)
_OLD_RUN = re.compile(rb"""<(?:\w+:)?rFont\s[^>]*val\s*=\s*["'](?:\.vn|vni-)""", re.IGNORECASE)
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(?:\s*<(?:\w+:)?v>\s*(\d+)\s*<)?)")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_PERCENT = re.compile(rb"""formatCode\s*=\s*["'][^"']*%|numFmtId\s*=\s*["'](?:9|10)["']""")
_PERCENT_FORMATS = frozenset({"9", "10"})
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")


class CellStyles:
    """Fonts and number formats of the cell styles, and the fonts of rich-text runs."""

    def __init__(self, package: Package) -> None:
        styles, strings = package.styles, package.strings
        self._fonts: tuple[str, ...] = ()
        self._percents: frozenset[int] = frozenset()
        if _OLD_FONT.search(styles) or _PERCENT.search(styles):
            self._fonts, self._percents = _looks(styles)
        self._rich = _rich_strings(strings) if _OLD_RUN.search(strings) else {}

    def runs(self, xml: bytes) -> dict[Place, tuple[Run, ...]]:
        """The font runs of cells in a legacy font."""
        return dict(self._runs(xml)) if any(map(encoding_of, self._fonts)) or self._rich else {}

    def percents(self, xml: bytes) -> Iterator[Place]:
        """Cells whose numbers are displayed as percentages."""
        for attributes, _ in _CELL.findall(xml) if self._percents else ():
            style, place = _STYLE.search(attributes), place_of(attributes)
            if place and style and int(style[1]) in self._percents:
                yield place

    def _runs(self, xml: bytes) -> Iterator[tuple[Place, tuple[Run, ...]]]:
        for attributes, string in _CELL.findall(xml):
            place = place_of(attributes)
            style = _STYLE.search(attributes)
            number = int(style[1]) if style else 0
            own = Run(0, self._fonts[number] if number < len(self._fonts) else "")
            rich = self._rich.get(int(string), ()) if string and _SHARED.search(attributes) else ()
            runs = old_fonts(own, *(Run(run.start, run.font or own.font) for run in rich))
            if place and runs:
                yield place, runs


@dataclass(slots=True)
class _Styles:
    fonts: list[str] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)
    formats: set[str] = field(default_factory=lambda: set(_PERCENT_FORMATS))
    inside: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: Attributes) -> None:
        tag, parent = local(name), self.inside[-1] if self.inside else ""
        if tag == "font" and parent == "fonts":
            self.fonts.append("")
        elif tag == "name" and parent == "font" and self.fonts:
            self.fonts[-1] = attributes.get("val", "")
        elif tag == "numFmt" and "%" in attributes.get("formatCode", ""):
            self.formats.add(attributes.get("numFmtId", ""))
        elif tag == "xf" and parent == "cellXfs":
            if attributes.get("numFmtId") in self.formats:
                self.percents.append(len(self.used))
            font = attributes.get("fontId", "0")
            self.used.append(int(font) if font.isdecimal() else 0)
        self.inside.append(tag)

    def end(self, name: str) -> None:
        self.inside.pop()


@dataclass(slots=True)
class _Strings:
    """Shared strings with runs in several fonts."""

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


def _looks(styles: bytes) -> tuple[tuple[str, ...], frozenset[int]]:
    """The font name of each cell style, and the styles that display percentages."""
    found = _Styles()
    parse(styles, Handlers(start=found.start, end=found.end, text=lambda _: None))
    fonts = tuple(found.fonts[font] if font < len(found.fonts) else "" for font in found.used)
    return fonts, frozenset(found.percents)
