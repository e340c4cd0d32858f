"""Decodes legacy Vietnamese fonts: by the font of each cell where known, else by evidence from the whole sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from data.vietnamese.encodings import decode_by_font, decode_likely, encoding_of, guess
from loaders.vietnamese.misencoding import repaired
from loaders.workbook import CellNote, NoteKind, Remark, Value


class Run(NamedTuple):
    """A run of a cell's text from `start` on, in one font."""

    start: int
    font: str


Runs = Mapping[tuple[int, int], tuple[Run, ...]]
_DECODED = {kind: f"decoded_{kind}" for kind in (NoteKind.TCVN3, NoteKind.VNI, NoteKind.VIQR, NoteKind.UTF8)}


def old_fonts(*runs: Run) -> tuple[Run, ...]:
    """The font runs if one of them is in a legacy font, otherwise none: ordinary cells cost nothing."""
    return runs if any(encoding_of(run.font) for run in runs) else ()


def decode_cells(rows: list[list[Value]], runs: Runs) -> tuple[tuple[CellNote, ...], tuple[Remark, ...]]:
    """Decodes legacy fonts in place; returns a note for each changed cell and a remark for each encoding."""
    notes = list(_by_font(rows, runs))
    notes.extend(_by_evidence(rows, runs))
    counted = Counter(note.kind for note in notes)
    remarks = (
        Remark(message=message, values={"number": counted[kind]}) for kind, message in _DECODED.items() if counted[kind]
    )
    return tuple(sorted(notes, key=lambda note: (note.row, note.column))), tuple(remarks)


def _by_font(rows: list[list[Value]], runs: Runs) -> Iterator[CellNote]:
    for (row, column), fonts in runs.items():
        if row >= len(rows) or column >= len(rows[row]):
            continue
        raw = rows[row][column]
        if not isinstance(raw, str):
            continue
        starts = [*(run.start for run in fonts), len(raw)]
        pieces = (raw[start:end] for start, end in pairwise(starts))
        text = "".join(decode_by_font(piece, run.font) for piece, run in zip(pieces, fonts, strict=True))
        if text != raw:
            encoding = next(found for run in fonts if (found := encoding_of(run.font)))
            rows[row][column] = text
            yield CellNote(row=row, column=column, kind=NoteKind(encoding), raw=raw)


def _by_evidence(rows: list[list[Value]], runs: Runs) -> Iterator[CellNote]:
    texts = {
        (r, c): value
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if isinstance(value, str) and value and (r, c) not in runs
    }
    misencoding, meant = repaired(texts)
    if misencoding is not None:
        for (row, column), text in meant.items():
            yield CellNote(row=row, column=column, kind=NoteKind(misencoding), raw=texts[row, column])
            rows[row][column] = text
        return
    foreign = {place: raw for place, raw in texts.items() if not raw.isascii()}
    encoding = guess(foreign.values())
    if encoding is None:
        return
    for (row, column), raw in foreign.items():
        text, found = decode_likely(raw, encoding)
        if found and text != raw:
            rows[row][column] = text
            yield CellNote(row=row, column=column, kind=NoteKind(found), raw=raw)
