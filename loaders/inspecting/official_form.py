"""How the reader interprets an official form: every line with its count, stored or merely listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.forms.official.builtin import official_by_printed_code
from data.forms.vocabulary import Vocabulary
from loaders.official import OfficialSheet, listed
from loaders.vietnamese.numbers import Count, NumberState, show


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedLine:
    """A line of an official form: the cell of its count, its label, the cell's content, its measure ("" for none)."""

    cell: str
    line: str
    value: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedOfficial:
    """An official form: its number such as 1-BTCTW, and its lines in printed order."""

    corner: str
    lines: tuple[InspectedLine, ...]


def inspect_official(found: OfficialSheet) -> InspectedOfficial:
    """Inspects an official form on a sheet."""
    return InspectedOfficial(
        corner=found.official.corner,
        lines=tuple(
            InspectedLine(
                cell=line.cell, line=line.place.line.label, value=_shown(line.count), code=line.place.line.measure or ""
            )
            for line in listed(found)
        ),
    )


def _shown(count: Count) -> str:
    if count.value is not None:
        return show(count.value)
    return "x" if count.state is NumberState.NOT_APPLICABLE else count.shown


def official_messages(seen: InspectedOfficial, vocabulary: Vocabulary) -> Iterator[tuple[str, dict[str, object]]]:
    """Message keys (after "inspect_") and their values, line by line."""
    yield "official", {"form": seen.corner, "title": official_by_printed_code(seen.corner).title}
    for line in seen.lines:
        about: dict[str, object] = {"cell": line.cell, "line": line.line, "value": line.value or "…"}
        if line.code:
            yield "official_line", {**about, "code": line.code, "title": vocabulary.measures[line.code].title}
        else:
            yield "official_listed", about
