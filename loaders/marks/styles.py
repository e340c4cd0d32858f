"""Adds styles to a workbook: a marked cell keeps its format and gets a fill colour."""

from __future__ import annotations

from xml.dom.minidom import Element

from data.returns import Severity
from loaders.marks.parts import CannotMark, Parts, children, element, root

COLOURS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C"}


class MarkStyles:
    """A workbook's cell formats, extended on demand."""

    def __init__(self, parts: Parts) -> None:
        names = parts.related(parts.workbook, "styles")
        if not names:
            raise CannotMark("styles")
        self._root = root(parts.xml(names[0]))
        self._formats = self._list("cellXfs")
        self._fills = {severity: self._add_fill(colour) for severity, colour in COLOURS.items()}
        self._coloured: dict[tuple[int, Severity], int] = {}

    def coloured(self, style: int, severity: Severity) -> int:
        """The index of a format that differs from `style` only in its fill colour."""
        if (style, severity) not in self._coloured:
            formats = children(self._formats, "xf")
            if not formats:
                raise CannotMark("cellXfs")
            like = formats[style if style < len(formats) else 0].cloneNode(deep=True)
            if like is None:
                raise CannotMark("xf")
            like.setAttribute("fillId", str(self._fills[severity]))
            like.setAttribute("applyFill", "1")
            self._coloured[style, severity] = _append(self._formats, like)
        return self._coloured[style, severity]

    def plain(self, *, bold: bool = False, link: bool = False, wrap: bool = False) -> int:
        """The index of a new text format."""
        fonts = self._list("fonts")
        font = element(fonts, "font")
        if bold:
            font.appendChild(element(fonts, "b"))
        if link:
            font.appendChild(element(fonts, "u"))
        font.appendChild(element(fonts, "sz", val="11"))
        font.appendChild(element(fonts, "color", rgb="FF0563C1" if link else "FF000000"))
        font.appendChild(element(fonts, "name", val="Times New Roman"))
        number = str(_append(fonts, font))
        made = element(self._formats, "xf", numFmtId="49", fontId=number, fillId="0", borderId="0", xfId="0")
        for applied in ("applyNumberFormat", "applyFont", "applyAlignment"):
            made.setAttribute(applied, "1")
        alignment = element(made, "alignment", vertical="top")
        if wrap:
            alignment.setAttribute("wrapText", "1")
        made.appendChild(alignment)
        return _append(self._formats, made)

    def _list(self, name: str) -> Element:
        found = children(self._root, name)
        if not found:
            raise CannotMark(name)
        return found[0]

    def _add_fill(self, colour: str) -> int:
        fills = self._list("fills")
        fill, pattern = element(fills, "fill"), element(fills, "patternFill", patternType="solid")
        pattern.appendChild(element(fills, "fgColor", rgb=colour))
        pattern.appendChild(element(fills, "bgColor", indexed="64"))
        fill.appendChild(pattern)
        return _append(fills, fill)


def _append(parent: Element, node: Element) -> int:
    parent.appendChild(node)
    place = len([child for child in parent.childNodes if isinstance(child, Element)]) - 1
    parent.setAttribute("count", str(place + 1))
    return place
