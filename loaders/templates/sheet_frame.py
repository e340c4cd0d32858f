"""The frame around the body of a written sheet: title block, header, column numbers, notes, signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from data.forms.model import FieldType, Form
from loaders.messages import MESSAGES
from loaders.templates.fast_page import FastPage
from loaders.templates.styles import TemplateStyles

HEADER_ROW = 8
_WIDTHS = {
    FieldType.DATE: 13,
    FieldType.NUMBER: 12,
    FieldType.COUNT: 10,
    FieldType.FLAG: 10,
    FieldType.CODE: 14,
    FieldType.TEXT: 26,
}
_NARROW, _NAME, _COUNT = 6, 34, 10
_LINE_HEIGHT, _HEADER_HEIGHT = 15, 66


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The sender in the title block: the issuing body, its code, and its superior body."""

    code: str
    name: str
    superior: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A header cell: zero-based rows relative to the header, zero-based columns, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


def column_paths(form: Form) -> tuple[tuple[str, ...], ...]:
    """The header words above each column, outermost first: fields, then measures."""
    return (*(f.header or (f.title.vi,) for f in form.fields), *(m.header for m in form.measures))


def header_blocks(paths: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    """The merged cells of a header: equal neighbouring parents share a cell, shorter paths extend to the bottom."""
    depth = max(map(len, paths))
    for level in range(depth):
        left = 0
        while left < len(paths):
            right = left
            prefix = paths[left][: level + 1]
            is_end = len(paths[left]) <= level + 1
            while not is_end and right + 1 < len(paths) and paths[right + 1][: level + 1] == prefix:
                right += 1
            if len(paths[left]) > level:
                yield Block(level, left, depth - 1 if is_end else level, right, prefix[-1])
            left = right + 1


def column_labels(form: Form) -> tuple[str, ...]:
    """The column-number row: letters for fields, numbers (with the formula of a balance) for measures."""
    if not form.measures:
        return tuple(str(place) for place in range(1, len(form.fields) + 1))
    letters = (xl_col_to_name(place) for place in range(len(form.fields)))
    return (*letters, *(form.column_numbers[m.code] for m in form.measures))


@dataclass(frozen=True, kw_only=True)
class SheetFrame:
    """Writes the frame of one form's sheet."""

    page: FastPage
    styles: TemplateStyles
    form: Form

    @property
    def last_column(self) -> int:
        """Zero-based."""
        return len(self.form.fields) + len(self.form.measures) - 1

    def title_block(
        self, sender: Sender, subtitle: str, *, basis: str = "", counted: str = "", note: str | None = None
    ) -> None:
        """Superior body, issuing body, code; form number; title, period, basis, note, unit of measure."""
        styles, last = self.styles, self.last_column
        left, right = min(2, last), max(min(2, last) + 1, last - 3)
        self._across(0, 0, left, sender.superior.upper(), styles.body_above)
        self._across(1, 0, left, sender.name.upper(), styles.body)
        self._across(2, 0, left, MESSAGES.say("sender_code", code=sender.code), styles.body_above)
        self._across(0, right, last, self.form.number, styles.form_number)
        self._across(3, 0, last, self.form.title.vi.upper(), styles.title)
        self._across(4, 0, last, subtitle, styles.subtitle)
        self._across(5, 0, last, basis, styles.italic)
        self._across(6, 0, last, note or "", styles.italic)
        self._across(7, right, last, counted, styles.unit_line)

    def header(self) -> int:
        """Writes the header and the column-number row; returns the zero-based row below them."""
        paths = column_paths(self.form)
        for block in header_blocks(paths):
            top, bottom = HEADER_ROW + block.top, HEADER_ROW + block.bottom
            if (top, block.left) == (bottom, block.right):
                self.page.write_string(top, block.left, block.text, self.styles.header)
            else:
                self.page.merge_range(top, block.left, bottom, block.right, block.text, self.styles.header)
        row = HEADER_ROW + max(map(len, paths))
        labels = column_labels(self.form)
        for column, label in enumerate(labels):
            self.page.write_string(row, column, label, self.styles.column_number)
        self.page.set_row(HEADER_ROW, 2 * _LINE_HEIGHT)
        self.page.set_row(row - 1, _HEADER_HEIGHT if self.form.measures else 2 * _LINE_HEIGHT)
        self.page.set_row(row, _LINE_HEIGHT * max(ceil(len(label) / _COUNT) for label in labels))
        self._set_up(row)
        return row + 1

    def notes(self, row: int, keys: Sequence[str]) -> int:
        """Writes notes below the body; returns the row below them."""
        self.page.write_string(row, 0, MESSAGES.say("notes"), self.styles.plain)
        for place, key in enumerate(keys, start=1):
            self.page.write_string(row + place, 0, MESSAGES.say(key), self.styles.plain)
        return row + len(keys) + 2

    def signatures(self, row: int) -> None:
        """Place and date, then the signature blocks of preparer and approver: names stay blank."""
        last = self.last_column
        middle = max(1, last // 2)
        self._across(row, middle + 1, last, MESSAGES.say("place_and_date"), self.styles.italic)
        self._across(row + 1, 0, middle, MESSAGES.say("made_by"), self.styles.signature)
        self._across(row + 1, middle + 1, last, MESSAGES.say("signed_by"), self.styles.signature)
        self._across(row + 2, 0, middle, MESSAGES.say("made_by_hint"), self.styles.italic)
        self._across(row + 2, middle + 1, last, MESSAGES.say("signed_by_hint"), self.styles.italic)

    def _across(self, row: int, left: int, right: int, text: str, style: Format) -> None:
        if not text:
            return
        if left < right:
            self.page.merge_range(row, left, row, right, text, style)
        else:
            self.page.write_string(row, left, text, style)

    def _set_up(self, column_number_row: int) -> None:
        page, fields = self.page, self.form.fields
        for column, named in enumerate(fields):
            width = _NARROW if named.code == "order" else _NAME if named.code == "unit_name" else _WIDTHS[named.type]
            page.set_column(column, column, width)
        if self.form.measures:
            page.set_column(len(fields), self.last_column, _COUNT)
        page.freeze_panes(column_number_row + 1, min(3, len(fields)) if self.form.measures else 0)
        page.repeat_rows(HEADER_ROW, column_number_row)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.set_footer("&R&P/&N")
        page.fit_to_pages(1, 0)
        page.protect("", {"format_columns": True, "format_rows": True})
