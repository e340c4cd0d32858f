"""Writes official forms as workbooks in their printed layout, blank or filled in."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.forms.model import Balance
from data.forms.official.builtin import LineKind, LinePlace, OfficialForm
from data.periods import Period
from loaders.messages import MESSAGES
from loaders.templates.styles import TemplateStyles

_WRITTEN = datetime(2015, 1, 1, tzinfo=UTC)
_HEADER_ROW = 5
_WIDTHS = (62, 14, 14, 16)


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form of one unit: `values` and `previous` are counts by line code; other lines stay blank.

    `unit` and `superior` are written verbatim into the upper left corner, such as "Huyện uỷ Tân Yên".
    """

    official: OfficialForm
    unit: str
    period: Period
    superior: str = ""
    values: Mapping[str, int] = field(default_factory=dict)
    previous: Mapping[str, int] = field(default_factory=dict)


def totalled(official: OfficialForm, measures: Mapping[str, int]) -> dict[str, int]:
    """Counts by line code from measures: the lines that give them, and every line that sums them.

    A measure that several lines give is written to the first of them.
    """
    values: dict[str, int] = {}
    for measure, codes in official.lines_by_measure.items():
        if measure in measures:
            values |= dict.fromkeys(codes, 0) | {codes[0]: measures[measure]}
    sums = [rule for rule in official.checks if isinstance(rule, Balance)]
    while True:
        known = [r for r in sums if r.total not in values and all(c in values for c in (*r.plus, *r.minus))]
        if not known:
            return values
        for rule in known:
            values[rule.total] = sum(values[c] for c in rule.plus) - sum(values[c] for c in rule.minus)


def official_workbook(forms: Sequence[Filled], *, note: str | None = None) -> bytes:
    """The bytes of an .xlsx with one sheet per form; `note` ("Số liệu minh hoạ") stands below each title."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _WRITTEN})
        styles = TemplateStyles(book)
        own = _Own(book)
        for place, filled in enumerate(forms, start=1):
            sheet = book.add_worksheet(MESSAGES.say("official_sheet", form=filled.official.number, place=place))
            page = _Page(sheet, styles, own, filled)
            page.write(note)
    return file.getvalue()


class _Own:
    """Formats specific to these forms: the index, and wrapped line labels."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        frame = {"font_name": "Times New Roman", "font_size": 11, "border": 1, "valign": "vcenter"}
        self.index = book.add_format({**frame, "num_format": "0.00"})
        self.line = book.add_format({**frame, "text_wrap": True})
        self.strong = book.add_format({**frame, "text_wrap": True, "bold": True})


class _Page:
    """Writes one form to one worksheet."""

    def __init__(self, sheet: Worksheet, styles: TemplateStyles, own: _Own, filled: Filled) -> None:
        self.sheet, self.styles, self.own, self.filled = sheet, styles, own, filled
        self.headers = filled.official.headers

    def write(self, note: str | None) -> None:
        """Writes title block, lines and signatures."""
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self._head(note)
        first = self._header()
        for row, place in enumerate(self.filled.official.outline, start=first):
            self._line(row, place)
        self._signatures(first + len(self.filled.official.outline) + 1)

    def _head(self, note: str | None) -> None:
        filled, styles = self.filled, self.styles
        last = len(self.headers.numbers) - 1
        self.sheet.write_string(0, 0, filled.superior.upper(), styles.body_above)
        self.sheet.write_string(1, 0, filled.unit.upper(), styles.body)
        self.sheet.write_string(2, 0, MESSAGES.say("official_issuer"), styles.body)
        self.sheet.write_string(0, last, filled.official.form.number, styles.form_number)
        title = f"{filled.official.form_set.noun} {filled.official.title.vi} {filled.period.title()}".upper()
        self.sheet.merge_range(3, 0, 3, last, title, styles.title)
        self.sheet.merge_range(4, 0, 4, last, note or "", styles.italic)

    def _header(self) -> int:
        """Writes the header and the column-number row; returns the row below them."""
        sheet, styles, headers, top = self.sheet, self.styles, self.headers, _HEADER_ROW
        sheet.merge_range(top, 0, top + 1, 0, headers.lines, styles.header)
        if headers.previous:
            sheet.merge_range(top, 1, top, 2, headers.above, styles.header)
            sheet.write_string(top + 1, 1, headers.value, styles.header)
            sheet.write_string(top + 1, 2, headers.previous, styles.header)
            sheet.merge_range(top, 3, top + 1, 3, headers.percent, styles.header)
        else:
            sheet.merge_range(top, 1, top + 1, 1, headers.value, styles.header)
            sheet.merge_range(top, 2, top + 1, 2, headers.percent, styles.header)
        for column, number in enumerate(headers.numbers):
            sheet.write_string(top + 2, column, number, styles.column_number)
        sheet.freeze_panes(top + 3, 1)
        sheet.repeat_rows(top, top + 2)
        return top + 3

    def _line(self, row: int, place: LinePlace) -> None:
        own, filled, code = self.own, self.filled, place.code
        is_strong = place.level == 0 or place.line.kind is LineKind.HEADING
        self.sheet.write_string(row, 0, place.line.label, own.strong if is_strong else own.line)
        value = filled.values.get(code)
        before = filled.previous.get(code) if self.headers.previous else None
        self._count(row, 1, value)
        if self.headers.previous:
            self._count(row, 2, before)
        if value is not None and before:
            formula, index = f"=B{row + 1}*100/C{row + 1}", Fraction(value * 100, before)
            self.sheet.write_formula(row, 3, formula, own.index, float(index))
        else:
            self.sheet.write_blank(row, len(self.headers.numbers) - 1, None, own.index)

    def _count(self, row: int, column: int, value: int | None) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, self.styles.input_count)
        else:
            self.sheet.write_number(row, column, value, self.styles.input_count)

    def _signatures(self, row: int) -> None:
        last, styles = len(self.headers.numbers) - 1, self.styles
        self.sheet.merge_range(row, 1, row, last, MESSAGES.say("place_and_date"), styles.italic)
        self.sheet.write_string(row + 1, 0, MESSAGES.say("made_by"), styles.signature)
        self.sheet.merge_range(row + 1, 1, row + 1, last, MESSAGES.say("signed_by"), styles.signature)
        self.sheet.write_string(row + 2, 0, MESSAGES.say("official_made_by_hint"), styles.italic)
        self.sheet.merge_range(row + 2, 1, row + 2, last, MESSAGES.say("signed_by_hint"), styles.italic)
