"""Cell comments: the comments part of a sheet and its VML drawing, added to what is already there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.dom.minidom import Element

from loaders.marks.cells import Place, notes_relation, refer_to_notes
from loaders.marks.parts import MAIN, CannotMark, Parts, children, element, root, sheet_kind
from loaders.messages import MESSAGES
from loaders.workbook import address

_EMPTY = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_BOX = (
    f'<v:shapetype {_NAMESPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_WIDE, _CHARACTERS_A_LINE = 4, 34


def add_notes(parts: Parts, sheet: str, texts: Mapping[Place, str]) -> None:
    """Adds a comment to each zero-based cell of a sheet part; an existing comment stays above ours."""
    if parts.related(sheet, "comments"):
        name = parts.related(sheet, "comments")[0]
    else:
        name = parts.add("xl/comments_findings.xml", _EMPTY, sheet_kind("comments"))
        parts.relate(sheet, "comments", name)
    comments = root(parts.xml(name))
    new = [place for place, text in sorted(texts.items()) if _write(comments, address(*place), text)]
    shapes = {place: texts[place] for place in new}
    relation = notes_relation(parts.parts[sheet])
    if relation:
        drawing = parts.target(sheet, relation)
        if drawing not in parts.parts:
            raise CannotMark(drawing)
        parts.parts[drawing] = _draw(parts.parts[drawing], shapes)
    else:
        content = _draw(f"<xml {_NAMESPACES}></xml>".encode(), shapes)
        drawing = parts.add("xl/drawings/vmlDrawing_findings.vml", content, _VML)
        relation = parts.relate(sheet, "vmlDrawing", drawing)
        parts.parts[sheet] = refer_to_notes(parts.parts[sheet], relation)


def _write(comments: Element, cell: str, text: str) -> bool:
    """Writes one comment; returns whether the cell had none before."""
    listed = children(comments, "commentList")[0]
    for comment in children(listed, "comment"):
        if comment.getAttribute("ref") == cell:
            _extend(comment, text)
            return False
    comment = element(listed, "comment", ref=cell, authorId=_author(comments))
    comment.appendChild(element(listed, "text"))
    _extend(comment, text)
    listed.appendChild(comment)
    return True


def _extend(comment: Element, text: str) -> None:
    held = children(comment, "text")[0]
    for plain in children(held, "t"):
        run = element(held, "r")
        held.replaceChild(run, plain)
        run.appendChild(plain)
    run, words = element(held, "r"), element(held, "t")
    words.setAttribute("xml:space", "preserve")
    document = held.ownerDocument
    if document is None:
        raise CannotMark("comments")
    words.appendChild(document.createTextNode(f"\n{text}" if children(held, "r") else text))
    run.appendChild(words)
    held.appendChild(run)


def _author(comments: Element) -> str:
    ours = MESSAGES.say("findings_author")
    authors = children(comments, "authors")[0]
    known = children(authors, "author")
    for place, author in enumerate(known):
        if author.firstChild is not None and author.firstChild.nodeValue == ours:
            return str(place)
    made = element(authors, "author")
    document = authors.ownerDocument
    if document is None:
        raise CannotMark("comments")
    made.appendChild(document.createTextNode(ours))
    authors.appendChild(made)
    return str(len(known))


def _draw(drawing: bytes, texts: Mapping[Place, str]) -> bytes:
    """The drawing with a box for each comment; edited as text, since VML written by Excel is often invalid XML."""
    end = drawing.rfind(b"</")
    if end < 0:
        raise CannotMark("vml")
    number = max((int(found) for found in _SHAPE_NUMBER.findall(drawing)), default=1024)
    boxes = [] if b'id="_x0000_t202"' in drawing else [_BOX]
    boxes.extend(_shape(number + count, place, texts[place]) for count, place in enumerate(texts, start=1))
    return drawing[:end] + "".join(boxes).encode() + drawing[end:]


def _shape(number: int, place: Place, text: str) -> str:
    row, column = place
    height = 2 + sum(len(line) // _CHARACTERS_A_LINE + 1 for line in text.splitlines())
    top = max(0, row - 1)
    anchor = f"{column + 1}, 15, {top}, 4, {column + 1 + _WIDE}, 15, {top + height}, 4"
    return (
        f'<v:shape {_NAMESPACES} id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;visibility:hidden;z-index:1" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
