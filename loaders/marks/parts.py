"""The parts of an .xlsx package: edited one by one, all others saved byte for byte."""

from __future__ import annotations

import io
import posixpath
import zipfile
from xml.dom.minidom import Document, Element, parseString
from xml.parsers.expat import ExpatError

from loaders.formats.archives import opened

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class CannotMark(ValueError):
    """A package that cannot be edited without risk to its content."""


class Parts:
    """An open package; `xml` returns a part's document, which `save` writes back.

    Raises:
        CannotMark: it is not an ordinary .xlsx.
        Unreadable: the archive is broken or a decompression bomb.
    """

    def __init__(self, content: bytes) -> None:
        with opened(content) as archive:
            self._infos = archive.infolist()
            self.parts = {info.filename: archive.read(info) for info in self._infos}
        self._documents: dict[str, Document] = {}
        self._as_read: dict[str, str] = {}
        self._types = self.xml("[Content_Types].xml")
        self.workbook = self._target_of("", f"{RELATIONS}/officeDocument")
        if root(self.xml(self.workbook)).namespaceURI != MAIN:
            raise CannotMark(self.workbook)

    def xml(self, name: str) -> Document:
        """A part's document, parsed once; changes to it are saved."""
        if name not in self._documents:
            try:
                self._documents[name] = parseString(self.parts[name])  # noqa: S318 - read before by the safe reader
            except (KeyError, ExpatError):
                raise CannotMark(name) from None
            self._as_read[name] = self._documents[name].toxml()
        return self._documents[name]

    def add(self, name: str, content: bytes, kind: str) -> str:
        """Adds a part under an unused name derived from `name`; returns that name."""
        stem, dot, suffix = name.rpartition(".")
        number, free = 1, name
        taken = {part.lower() for part in self.parts}
        while free.lower() in taken:
            number += 1
            free = f"{stem}{number}{dot}{suffix}"
        self.parts[free] = content
        types = root(self._types)
        types.appendChild(element(types, "Override", PartName=f"/{free}", ContentType=kind))
        return free

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that a part refers to by a type of relationship."""
        found = [node for node in self._relations(part) if node.getAttribute("Type") == f"{RELATIONS}/{kind}"]
        return [_resolve(part, node.getAttribute("Target")) for node in found]

    def target(self, part: str, key: str) -> str:
        """The part that a relationship id refers to."""
        for node in self._relations(part):
            if node.getAttribute("Id") == key:
                return _resolve(part, node.getAttribute("Target"))
        raise CannotMark(f"{part}: {key}")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relationship from a part to another; returns its id."""
        name = _relations_of(part)
        if name not in self.parts:
            self.parts[name] = f'<Relationships xmlns="{_PACKAGE}"/>'.encode()
        relations = root(self.xml(name))
        taken = {node.getAttribute("Id") for node in self._relations(part)}
        key = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
        relations.appendChild(
            element(relations, "Relationship", Id=key, Type=f"{RELATIONS}/{kind}", Target=f"/{target}")
        )
        return key

    def save(self) -> bytes:
        """The package; parts that were not requested stay as they came."""
        for name, document in self._documents.items():
            if document.toxml() != self._as_read[name]:
                self.parts[name] = document.toxml(encoding="UTF-8", standalone=True)
        file = io.BytesIO()
        dates = {info.filename: info.date_time for info in self._infos}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.parts.items():
                info = zipfile.ZipInfo(name, dates.get(name, (1980, 1, 1, 0, 0, 0)))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
        return file.getvalue()

    def _relations(self, part: str) -> list[Element]:
        name = _relations_of(part)
        return children(root(self.xml(name)), "Relationship") if name in self.parts else []

    def _target_of(self, part: str, kind: str) -> str:
        for node in self._relations(part):
            if node.getAttribute("Type") == kind:
                return _resolve(part, node.getAttribute("Target"))
        raise CannotMark(kind)


def sheet_kind(name: str) -> str:
    """The content type of a spreadsheet part, such as "worksheet" or "comments"."""
    return f"{_SHEET_TYPE}.{name}+xml"


def root(document: Document) -> Element:
    """The document element."""
    found = document.documentElement
    if found is None:
        raise CannotMark("empty document")
    return found


def children(parent: Element, name: str) -> list[Element]:
    """Child elements by local name, whatever their prefix."""
    return [node for node in parent.childNodes if isinstance(node, Element) and node.localName == name]


def element(like: Element, tag: str, /, **attributes: str) -> Element:
    """A new element with the same prefix as another."""
    document = like.ownerDocument
    if document is None:
        raise CannotMark(tag)
    made = document.createElement(f"{like.prefix}:{tag}" if like.prefix else tag)
    for key, value in attributes.items():
        made.setAttribute(key, value)
    return made


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
