"""The relationships of an Office package: which part is what is said there, not by the name of the part."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from loaders.formats.archives import Attributes, Handlers, local, parse


class Link(NamedTuple):
    """A relationship: its kind, the last part of its type; and the target part by lower-case name."""

    kind: str
    target: str


Links = Mapping[str, Link]


def related(source: str, parts: Mapping[str, bytes]) -> dict[str, Link]:
    """The relationships of a part by their ids; "" is the package itself."""
    folder, name = posixpath.split(source)
    xml = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"), b"")
    if not xml:
        return {}
    found = _Relationships(folder)
    parse(xml, found.handlers)
    return found.links


@dataclass(slots=True)
class _Relationships:
    folder: str
    links: dict[str, Link] = field(default_factory=dict)

    @property
    def handlers(self) -> Handlers:
        return Handlers(start=self._start, end=lambda _: None, text=lambda _: None)

    def _start(self, name: str, attributes: Attributes) -> None:
        if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            path = posixpath.join("/", self.folder, unquote(attributes.get("Target", "")).replace("\\", "/"))
            self.links[attributes.get("Id", "")] = Link(kind, posixpath.normpath(path).lstrip("/").lower())
