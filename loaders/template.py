"""Writes a form's workbook: blank for the clerk to fill in, or filled.

Build `lines` once with `outline(tree, unit, grain)` (many workbooks can share them), then call
`workbook([ReturnSheet(...), ...], note=...)`. The same arguments give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name

from data.forms import returns_on
from data.forms.model import Balance, FieldType, Form
from data.measures import Kind, Measure
from data.periods import Period
from data.units import LEVELS, Grain, Level, Tree, Unit, UnitKind
from loaders.messages import MESSAGES
from loaders.page import Page
from loaders.sheet_frame import Frame, Sender
from loaders.styles import Styles

__all__ = ["Line", "RegisterSheet", "ReturnSheet", "Sender", "Sheet", "blank", "outline", "sender_of", "workbook"]

Cell = str | int | Fraction | date | None

_WRITTEN = datetime(2015, 1, 1, tzinfo=UTC)
_COUNTED_IN: Mapping[str, str] = {
    "B1": "counted_in_people",
    "B2": "counted_in_people",
    "B3": "counted_in_villages",
    "B5": "counted_in_firms",
    "B6": "counted_in_people",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a return: a group (base organisation, section) or a leaf, with its number in the first column."""

    number: str
    name: str
    code: str
    leaf: bool = True


@dataclass(frozen=True, kw_only=True)
class ReturnSheet:
    """A return of counts; `values` gives a leaf code its values in the order of `form.measures`, None for a blank.

    A leaf without an entry in `values` gets blank cells for the clerk. A balance's total is a formula, whose stored
    result is the given count.
    """

    form: Form
    sender: Sender
    period: Period
    lines: Sequence[Line]
    values: Mapping[str, Sequence[int | str | None]] = field(default_factory=dict)
    cumulative: bool = False


@dataclass(frozen=True, kw_only=True)
class RegisterSheet:
    """A register (DM, SX, KH, LS, NV): `rows` hold a cell for each field, then each measure, in the form's order.

    A fraction is written as a per cent cell, an int as a number; "75 %" may also be given as text.
    """

    form: Form
    sender: Sender
    rows: Sequence[Sequence[Cell]]
    subtitle: str = ""


Sheet = ReturnSheet | RegisterSheet


def workbook(sheets: Sequence[Sheet], *, note: str | None = None, written: datetime = _WRITTEN) -> bytes:
    """The bytes of an .xlsx with one sheet a form; `note` ("Số liệu minh hoạ") stands in every title block."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": written})
        styles = Styles(book)
        for sheet in sheets:
            frame = Frame(
                page=book.add_worksheet(sheet.form.code, worksheet_class=Page), styles=styles, form=sheet.form
            )
            if isinstance(sheet, ReturnSheet):
                _write_return(frame, sheet, note)
            else:
                _write_register(frame, sheet, note)
    return file.getvalue()


def blank(tree: Tree, unit: str, period: Period) -> bytes:
    """The workbook that a unit fills in for a period: every form due, with the units that it reports on.

    Raises:
        KeyError: the tree has no unit of that code.
    """
    top = tree.by_code[unit]
    return workbook(
        [
            ReturnSheet(form=form, sender=sender_of(tree, top), period=period, lines=outline(tree, top.id, form.grain))
            for form in returns_on(period.end)
            if period.frequency in form.frequencies and tree.expected(top.id, form.grain)
        ]
    )


def sender_of(tree: Tree, unit: Unit) -> Sender:
    """The title block's names for a unit of the tree."""
    above = tree.ancestors(unit.id)
    return Sender(code=unit.code, name=unit.name, superior=above[0].name if above else "")


def outline(tree: Tree, unit: int, grain: Grain | None) -> tuple[Line, ...]:
    """The rows of a unit's return: base organisations I, II, ..., their sections a, b, ..., leaves 1, 2, ...

    A base cell is a leaf that is numbered like a group. Groups without a leaf of the grain are left out.
    """
    return tuple(_lines(tree, unit, grain))


def _lines(tree: Tree, unit: int, grain: Grain | None) -> Iterator[Line]:
    bases = sections = leaves = 0
    for member in tree.within(unit):
        if not tree.expected(member.id, grain):
            continue
        if member.kind in LEVELS[Level.BASE]:
            bases, sections, leaves = bases + 1, 0, 0
            number = roman(bases)
        elif member.kind is UnitKind.SECTION:
            sections, leaves = sections + 1, 0
            number = xl_col_to_name(sections - 1).lower()
        elif member.holds(grain):
            leaves += 1
            number = str(leaves)
        else:
            continue
        yield Line(number, member.name, member.code, leaf=member.holds(grain))


_NUMERALS = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """A positive number in Roman numerals."""
    text = ""
    for value, sign in _NUMERALS:
        text += sign * (number // value)
        number %= value
    return text


def _write_return(frame: Frame, sheet: ReturnSheet, note: str | None) -> None:
    form = sheet.form
    counted = _COUNTED_IN.get(form.code)
    frame.title_block(
        sheet.sender,
        sheet.period.title(),
        basis=MESSAGES.say("basis_cumulative" if sheet.cumulative else "basis_in_period"),
        counted=MESSAGES.say(counted) if counted else "",
        note=note,
    )
    first = frame.header()
    sums = _write_lines(frame, sheet, first)
    total = first + len(sheet.lines)
    _write_total(frame, sums, first, total)
    _validate(frame.page, form, first, total - 1)
    row = frame.notes(total + 2, ("note_counts", "note_of", "note_formulas"))
    frame.signatures(row)


def _write_lines(frame: Frame, sheet: ReturnSheet, first: int) -> list[int]:
    """Writes the body; gives the sum of each measure over the leaves."""
    form, styles = sheet.form, frame.styles
    left = len(form.fields)
    formulas = _balance_formulas(form)
    inputs = [(left + place, place) for place in range(len(form.measures)) if place not in formulas]
    empty = (None,) * len(form.measures)
    sums = [0] * len(form.measures)
    count, string, void = frame.page.put_count, frame.page.write_string, frame.page.put_blank
    for row, line in enumerate(sheet.lines, start=first):
        is_group = not line.leaf
        label, name = (styles.group_label, styles.group_name) if is_group else (styles.label, styles.name)
        string(row, 0, line.number, label)
        string(row, 1, line.name, name)
        string(row, 2, line.code, name)
        if is_group:
            for column in range(left, left + len(empty)):
                void(row, column, styles.group_count)
            continue
        values = sheet.values.get(line.code, empty)
        for column, place in inputs:
            value = values[place]
            if value is None:
                void(row, column, styles.input_count)
            elif isinstance(value, str):
                string(row, column, value, styles.input_choice)
            else:
                count(row, column, value, styles.input_count)
                sums[place] += value
        for place, formula in formulas.items():
            result = values[place]
            # A blank stored as " " keeps the cell marked as text, so that no reader takes it for a missing result.
            stored = " " if result is None else result
            frame.page.write_formula(row, left + place, formula.replace("#", str(row + 1)), styles.count, stored)
            sums[place] += result if isinstance(result, int) else 0
    return sums


def _balance_formulas(form: Form) -> dict[int, str]:
    """Formulas by place of the total; `#` stands for the row. A row without any entry stays blank."""
    name = {m.code: f"{xl_col_to_name(len(form.fields) + place)}#" for place, m in enumerate(form.measures)}
    formulas = {}
    for rule in form.rules:
        if isinstance(rule, Balance):
            parts = ",".join(name[code] for code in (*rule.plus, *rule.minus))
            plus = "+".join(name[code] for code in rule.plus)
            minus = "".join(f"-{name[code]}" for code in rule.minus)
            formulas[form.positions[rule.total]] = f'=IF(COUNT({parts})=0,"",{plus}{minus})'
    return formulas


def _write_total(frame: Frame, sums: Sequence[int], first: int, row: int) -> None:
    """The total row: group rows hold no numbers, so the sum of a column is the sum of its leaves."""
    styles, left = frame.styles, len(frame.form.fields)
    frame.page.write_blank(row, 0, None, styles.total_name)
    frame.page.write_string(row, 1, MESSAGES.say("grand_total"), styles.total_name)
    frame.page.write_blank(row, 2, None, styles.total_name)
    for column, (measure, total) in enumerate(zip(frame.form.measures, sums, strict=True), start=left):
        if measure.kind is Kind.CATEGORY:
            frame.page.write_blank(row, column, None, styles.total)
            continue
        name = xl_col_to_name(column)
        frame.page.write_formula(row, column, f"=SUM({name}{first + 1}:{name}{row})", styles.total, total)


def _validate(page: Page, form: Form, first: int, last: int) -> None:
    if last < first:
        return
    for place, measure in enumerate(form.measures, start=len(form.fields)):
        criteria, error = _allowed(measure)
        # "Stop" would refuse the marks "-" and "x", which the reader takes.
        message = {"error_type": "warning", "error_title": form.number, "error_message": MESSAGES.say(error)}
        page.data_validation(first, place, last, place, {"validate": "integer", **criteria, **message})


def _allowed(measure: Measure) -> tuple[dict[str, Any], str]:
    """What may be typed into a measure's column, and the message for anything else."""
    if measure.kind is Kind.CATEGORY:
        return {"validate": "list", "source": list(measure.choices)}, "only_a_choice"
    if measure.kind is Kind.FLAG:
        return {"criteria": "==", "value": 1}, "only_one_or_blank"
    if measure.signed:
        return {"criteria": "between", "minimum": -9_999_999, "maximum": 9_999_999}, "only_whole"
    return {"criteria": ">=", "value": 0}, "only_whole_from_zero"


_SPARE_ROWS = 50


def _write_register(frame: Frame, sheet: RegisterSheet, note: str | None) -> None:
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
    frame.signatures(first + rows + 2)


def _number_style(styles: Styles, value: int | Fraction, kind: FieldType | None) -> Format:
    if isinstance(value, Fraction):
        return styles.input_share
    if kind is None:
        return styles.input_count
    return styles.input_year if kind is FieldType.NUMBER and 1900 <= value <= 2200 else styles.input_number


def _blank_style(styles: Styles, kind: FieldType | None) -> Format:
    return styles.input_date if kind is FieldType.DATE else styles.input_text
