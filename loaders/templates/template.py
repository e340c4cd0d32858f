"""Writes a form's workbook, blank or filled in.

Build `lines` once with `outline(tree, unit, grain)` (many workbooks can share them), then call
`workbook([ReturnSheet(...), ...], note=...)`. The output is deterministic, byte for byte.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from data.forms.model import Balance, Form
from data.forms.vocabulary import Vocabulary
from data.measures import Kind
from data.organisations.units import Tree
from data.periods import Period
from loaders.messages import MESSAGES
from loaders.templates.code_lists import CodeList, CodeLists
from loaders.templates.fast_page import FastPage
from loaders.templates.input_validation import add_validation
from loaders.templates.outline import OutlineLine, outline, sender_of
from loaders.templates.register_template import RegisterSheet, write_register
from loaders.templates.sheet_frame import Sender, SheetFrame
from loaders.templates.styles import TemplateStyles

__all__ = [
    "CodeList",
    "OutlineLine",
    "RegisterSheet",
    "ReturnSheet",
    "Sender",
    "Sheet",
    "blank",
    "outline",
    "sender_of",
    "workbook",
]

_WRITTEN = datetime(2015, 1, 1, tzinfo=UTC)
# A blank result stored as a space marks the cell as text, so that readers do not report a missing result.
_BLANK_RESULT = " "


@dataclass(frozen=True, kw_only=True)
class ReturnSheet:
    """A return of counts; `values` maps a leaf code to values in the order of `form.measures`, None for a blank.

    A leaf without an entry in `values` gets blank input cells. A balance's total is a formula, cached with the given
    count as its result.
    """

    form: Form
    sender: Sender
    period: Period
    lines: Sequence[OutlineLine]
    values: Mapping[str, Sequence[int | str | None]] = field(default_factory=dict)
    cumulative: bool = False


Sheet = ReturnSheet | RegisterSheet

Prefilled = Mapping[str, Mapping[str, Sequence[int | str | None]]]


def workbook(sheets: Sequence[Sheet], *, note: str | None = None, written: datetime = _WRITTEN) -> bytes:
    """The bytes of an .xlsx with one sheet per form; `note` ("Số liệu minh hoạ") stands in every title block."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": written})
        styles = TemplateStyles(book)
        lists = CodeLists([given for sheet in sheets if isinstance(sheet, RegisterSheet) for given in sheet.lists])
        for sheet in sheets:
            frame = SheetFrame(
                page=book.add_worksheet(sheet.form.code, worksheet_class=FastPage), styles=styles, form=sheet.form
            )
            if isinstance(sheet, ReturnSheet):
                _write_return(frame, sheet, note)
            else:
                write_register(frame, sheet, note, lists.sources if sheet.lists else {})
        lists.write(book, styles)
    return file.getvalue()


def blank(vocabulary: Vocabulary, tree: Tree, unit: str, period: Period, prefilled: Prefilled | None = None) -> bytes:
    """The workbook that a unit fills in for a period: every form due, with the units that it reports on.

    `prefilled` holds values to fill in, by form and unit.

    Raises:
        KeyError: the tree has no unit of that code.
    """
    top = tree.by_code[unit]
    return workbook(
        [
            ReturnSheet(
                form=form,
                sender=sender_of(tree, top),
                period=period,
                lines=outline(tree, top.id, form.grain),
                values=(prefilled or {}).get(form.code, {}),
            )
            for form in forms_due(vocabulary, tree, top.id, period)
        ]
    )


def forms_due(vocabulary: Vocabulary, tree: Tree, unit: int, period: Period) -> list[Form]:
    """The forms in force that a unit returns for a period: those of its frequency for which it has lines."""
    return [
        form
        for form in vocabulary.returns_on(period.end)
        if period.frequency in form.frequencies and tree.expected(unit, form.grain)
    ]


def _write_return(frame: SheetFrame, sheet: ReturnSheet, note: str | None) -> None:
    form = sheet.form
    frame.title_block(
        sheet.sender,
        sheet.period.title(),
        basis=MESSAGES.say("basis_cumulative" if sheet.cumulative else "basis_in_period"),
        counted=MESSAGES.say("counted_in", units=form.counted_in.vi) if form.counted_in else "",
        note=note,
    )
    first = frame.header()
    sums = _write_lines(frame, sheet, first)
    total = first + len(sheet.lines)
    _write_total(frame, sums, first, total)
    add_validation(frame.page, form, first, total - 1)
    notes = ["note_counts", "note_of", "note_formulas"]
    if any(measure.kind is Kind.OPENING for measure in form.measures):
        notes.append("note_openings")
    frame.signatures(frame.notes(total + 2, notes))


def _write_lines(frame: SheetFrame, sheet: ReturnSheet, first: int) -> list[int | None]:
    """Writes the body; returns the sum of each measure over the leaves, None where none has a value."""
    form, styles = sheet.form, frame.styles
    left = len(form.fields)
    formulas = _balance_formulas(form)
    inputs = [(left + place, place) for place in range(len(form.measures)) if place not in formulas]
    empty = (None,) * len(form.measures)
    sums: list[int | None] = [None] * len(form.measures)
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
                sums[place] = (sums[place] or 0) + value
        for place, formula in formulas.items():
            result = values[place]
            stored = _BLANK_RESULT if result is None else result
            frame.page.write_formula(row, left + place, formula.replace("#", str(row + 1)), styles.count, stored)
            if isinstance(result, int):
                sums[place] = (sums[place] or 0) + result
    return sums


def _balance_formulas(form: Form) -> dict[int, str]:
    """Formulas by column index of the total; `#` stands for the row.

    A row with no input other than prefilled openings stays blank; marks such as "-" add 0.
    """
    name = {m.code: f"{xl_col_to_name(len(form.fields) + place)}#" for place, m in enumerate(form.measures)}
    formulas = {}
    for rule in form.rules:
        if isinstance(rule, Balance):
            plus, minus = (",".join(name[code] for code in codes) for codes in (rule.plus, rule.minus))
            typed = [code for code in (*rule.plus, *rule.minus) if form.by_code[code].kind is not Kind.OPENING]
            entries = ",".join(name[code] for code in typed)
            less = f"-SUM({minus})" if minus else ""
            formulas[form.positions[rule.total]] = f'=IF(COUNTA({entries})=0,"",SUM({plus}){less})'
    return formulas


def _write_total(frame: SheetFrame, sums: Sequence[int | None], first: int, row: int) -> None:
    """Writes the total row. Group rows hold no numbers, so the column sum is that of its leaves; of none, blank."""
    styles, left = frame.styles, len(frame.form.fields)
    frame.page.write_blank(row, 0, None, styles.total_name)
    frame.page.write_string(row, 1, MESSAGES.say("grand_total"), styles.total_name)
    frame.page.write_blank(row, 2, None, styles.total_name)
    for column, (measure, total) in enumerate(zip(frame.form.measures, sums, strict=True), start=left):
        if measure.kind is Kind.CATEGORY:
            frame.page.write_blank(row, column, None, styles.total)
            continue
        cells = "{0}{1}:{0}{2}".format(xl_col_to_name(column), first + 1, row)
        formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
        frame.page.write_formula(row, column, formula, styles.total, _BLANK_RESULT if total is None else total)
