"""Writes the sheet of a register (DM, SX, KH, LS, NV), filled or with blank rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from xlsxwriter.format import Format

from data.forms.model import FieldType, Form
from loaders.templates.code_lists import CodeList
from loaders.templates.input_validation import add_validation
from loaders.templates.sheet_frame import Sender, SheetFrame
from loaders.templates.styles import TemplateStyles

Cell = str | int | Fraction | date | None

_SPARE_ROWS = 50


@dataclass(frozen=True, kw_only=True)
class RegisterSheet:
    """A register (DM, SX, KH, LS, NV): `rows` hold a cell for each field, then each measure, in the form's order.

    A fraction is written as a percent cell, an int as a number; "75 %" may also be given as text. `lists` are what
    its fields may be chosen from.
    """

    form: Form
    sender: Sender
    rows: Sequence[Sequence[Cell]]
    subtitle: str = ""
    lists: Sequence[CodeList] = ()


def write_register(frame: SheetFrame, sheet: RegisterSheet, note: str | None, sources: Mapping[str, str]) -> None:
    """Writes the register to a new page; without rows it gets blank ones to fill in.

    `sources` are the ranges of its drop-downs.
    """
    form, styles, page = sheet.form, frame.styles, frame.page
    frame.title_block(sheet.sender, sheet.subtitle, note=note)
    first = frame.header()
    kinds = {place: named.type for place, named in enumerate(form.fields)}
    for row, cells in enumerate(sheet.rows, start=first):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                page.write_datetime(row, column, cell, styles.input_date)
            elif isinstance(cell, str):
                page.write_string(row, column, cell, styles.input_text)
            elif cell is None:
                page.write_blank(row, column, None, _blank_style(styles, kinds.get(column)))
            else:
                page.write_number(row, column, float(cell), _number_style(styles, cell, kinds.get(column)))
    rows = len(sheet.rows) or _SPARE_ROWS
    if not sheet.rows:
        for row in range(first, first + rows):
            for column in range(frame.last_column + 1):
                page.write_blank(row, column, None, _blank_style(styles, kinds.get(column)))
    add_validation(page, form, first, first + rows - 1, sources)
    frame.signatures(first + rows + 2)


def _number_style(styles: TemplateStyles, value: int | Fraction, kind: FieldType | None) -> Format:
    if isinstance(value, Fraction):
        return styles.input_share
    if kind is None:
        return styles.input_count
    return styles.input_year if kind is FieldType.NUMBER and 1900 <= value <= 2200 else styles.input_number


def _blank_style(styles: TemplateStyles, kind: FieldType | None) -> Format:
    return styles.input_date if kind is FieldType.DATE else styles.input_text
