"""A small province, its filled-in workbooks, and the modifications that offices make before sending."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook, SheetVisibleEnum
from xlsxwriter.utility import xl_cell_to_rowcol

from data.forms.builtin import BUILTIN, FORMS, form_on
from data.forms.model import Form
from data.organisations.units import EVENT_TITLES, KIND_TITLES, Event, Registry, Succession, Tree, Unit, UnitKind
from data.periods import Period
from data.returns import Finding, ParsedWorkbook, SourceFile
from loaders.reading import read
from loaders.references import References
from loaders.templates import template
from loaders.templates.template import RegisterSheet, ReturnSheet, outline, sender_of
from loaders.workbook import Merge

START = date(2010, 1, 1)
PERIOD = Period.parse("2020-Q2")

_UNITS = (
    ("T", "Đảng bộ tỉnh Bình An", UnitKind.PROVINCE, None, False),
    ("H1", "Đảng bộ huyện Thuỷ Sơn", UnitKind.DISTRICT, "T", False),
    ("H1.1", "Đảng bộ xã Tân An", UnitKind.BASE_COMMITTEE, "H1", False),
    ("H1.1.1", "Chi bộ thôn Hoà Bình", UnitKind.CELL, "H1.1", True),
    ("H1.1.2", "Chi bộ Trường tiểu học", UnitKind.CELL, "H1.1", False),
    ("H1.1.S", "Đảng bộ bộ phận Đồi Chè", UnitKind.SECTION, "H1.1", False),
    ("H1.1.3", "Chi bộ thôn Đồi", UnitKind.CELL, "H1.1.S", True),
    ("H1.2", "Đảng bộ xã Tân Ân", UnitKind.BASE_COMMITTEE, "H1", False),
    ("H1.2.1", "Chi bộ thôn Hoà Bình", UnitKind.CELL, "H1.2", True),
    ("H1.3", "Chi bộ cơ sở Bệnh viện", UnitKind.BASE_CELL, "H1", False),
    ("H2", "Đảng bộ huyện Bắc Lý", UnitKind.DISTRICT, "T", False),
    ("H2.1", "Đảng bộ xã Phúc Sơn", UnitKind.BASE_COMMITTEE, "H2", False),
    ("H2.1.1", "Chi bộ thôn Trung", UnitKind.CELL, "H2.1", True),
)
_IDS = {code: place for place, (code, *_) in enumerate(_UNITS, start=1)}

REGISTRY = Registry(
    1,
    [
        Unit(
            id=_IDS[code],
            code=code,
            name=name,
            kind=kind,
            parent=_IDS[parent] if parent else None,
            valid_from=START,
            residential=residential,
        )
        for code, name, kind, parent, residential in _UNITS
    ],
    [
        Succession(
            date=date(2020, 4, 1),
            decision="12-QĐ/TU",
            event=Event.ABSORBED,
            predecessor=_IDS["H1.2.1"],
            successor=_IDS["H1.1.2"],
        )
    ],
)
REFERENCES = References(vocabulary=BUILTIN, registry=REGISTRY)
TREE: Tree = REGISTRY.at(PERIOD.end)
PROVINCE = sender_of(TREE, TREE.by_code["T"])

USUAL = {
    "B1": {"members_start": 20, "admitted": 2, "died": 1, "members_end": 21, "female_end": 5},
    "B2": {"admitted": 2, "female_admitted": 1, "course_attended": 3, "course_tested": 2, "course_passed": 2},
    "B3": {"villages": 1, "village_heads": 1, "village_heads_members": 1, "village_heads_in_committee": 1},
    "B4": {"duty_due": 19, "duty_assigned": 18, "residence_due": 9, "residence_introduced": 8, "residence_feedback": 7},
    "B5": {"private_units": 4, "private_units_with_party": 2, "private_workers": 90, "zone_members_resident": 3},
    "B6": {"reviewed_due": 20, "reviewed": 20, "rated_excellent": 3, "rated_good": 15, "not_rated": 3},
}
RATED = {"cell_rating": "HTTNV", "cell_class": "TSVM"}


@dataclass(frozen=True)
class Shown:
    """A cell that is a formula: what Excel shows in it, "" when no result was ever stored."""

    result: str = ""


@dataclass
class Page:
    """A disassembled sheet: cells from A1, merges, whether it is hidden."""

    name: str
    rows: list[list[Any]]
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False

    def put(self, **cells: Any) -> Page:
        """Writes into cells by address."""
        for cell, value in cells.items():
            row, column = xl_cell_to_rowcol(cell)
            self.rows[row][column] = value
        return self

    def insert_row(self, row: int) -> Page:
        """A blank row before the given one, counted from 1 as Excel does."""
        self.rows.insert(row - 1, [""] * len(self.rows[0]))
        at = row - 1
        self.merges = [
            ((top + (top >= at), left), (bottom + (bottom >= at), right))
            for (top, left), (bottom, right) in self.merges
        ]
        return self

    def reorder(self, order: Sequence[int]) -> Page:
        """Columns in another order; merges are spelled out, as when a clerk unmerges and copies."""
        self.spell_out()
        self.rows = [[row[column] for column in order] for row in self.rows]
        return self

    def spell_out(self) -> Page:
        """Unmerges, with the words of a horizontal merge in each of its columns."""
        for (top, left), (_, right) in self.merges:
            for column in range(left, right + 1):
                self.rows[top][column] = self.rows[top][left]
        self.merges = []
        return self

    def retype(self, change: Callable[[str], str]) -> Page:
        """Changes every text."""
        self.rows = [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in self.rows]
        return self


def take_apart(content: bytes) -> list[Page]:
    """The sheets of a workbook."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        pages = []
        for meta in book.sheets_metadata:
            sheet = book.get_sheet_by_name(meta.name)
            merges = list(sheet.merged_cell_ranges or ())
            hidden = meta.visible is not SheetVisibleEnum.Visible
            pages.append(Page(meta.name, sheet.to_python(skip_empty_area=False), merges, hidden))
    return pages


def put_together(
    pages: Iterable[Page],
    *,
    hidden_rows: Iterable[int] = (),
    formulas: Mapping[str, int | tuple[str, int | str]] | None = None,
    uncalculated: bool = True,
) -> bytes:
    """A real .xlsx of the sheets; with zero-based rows hidden, and formulas (=D14 unless given) with stored results."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.calc_on_load = uncalculated
        book.set_properties({"created": datetime(2020, 7, 18, tzinfo=UTC)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for page in pages:
            sheet = book.add_worksheet(page.name)
            if page.hidden:
                sheet.hide()
            for (top, left), (bottom, right) in page.merges:
                sheet.merge_range(top, left, bottom, right, "")
            for row, cells in enumerate(page.rows):
                for column, value in enumerate(cells):
                    if isinstance(value, Shown):
                        sheet.write_formula(row, column, "=1/0", None, value.result)
                    elif isinstance(value, date | datetime):
                        sheet.write_datetime(row, column, value, day)
                    elif value != "":
                        sheet.write(row, column, value)
            for cell, result in (formulas or {}).items():
                text, stored = result if isinstance(result, tuple) else ("=D14", result)
                sheet.write_formula(cell, text, None, stored)
            for row in hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
    return file.getvalue()


def counts(form: Form, codes: Iterable[str]) -> dict[str, list[int | str | None]]:
    """The usual values of each unit, in the order of the form's measures; flags blank."""
    usual = USUAL.get(form.code, {}) | RATED
    row = [None if measure.kind == "flag" else usual.get(measure.code, 0) for measure in form.measures]
    return {code: list(row) for code in codes}


def usual_period(form: str) -> Period:
    """The quarter, or its year for a form that is returned by the year only; the first one of a newer form."""
    declared = FORMS[form]
    period = PERIOD if PERIOD.frequency in declared.frequencies else PERIOD.whole_year
    return max(period, Period.covering(declared.valid_from, period.frequency))


def sheet(
    form: str, *, unit: str = "H1", period: Period | None = None, cumulative: bool = False, tree: Tree = TREE
) -> ReturnSheet:
    """A unit's filled-in sheet for the template, in the form's version of the period."""
    period = period or usual_period(form)
    declared = form_on(form, period.end)
    sender = tree.by_code[unit]
    lines = outline(tree, sender.id, declared.grain)
    return ReturnSheet(
        form=declared,
        sender=sender_of(tree, sender),
        period=period,
        lines=lines,
        values=counts(declared, (line.code for line in lines if line.leaf)),
        cumulative=cumulative,
    )


def pages(*forms: str, **options: Any) -> list[Page]:
    """The disassembled sheets of a unit's filled-in workbook."""
    return take_apart(template.workbook([sheet(form, **options) for form in forms]))


def workbook(form: str, /, **cells: Any) -> SourceFile:
    """H1's return of the form with cells changed by address, as a real .xlsx."""
    page = pages(form)[0].put(**cells)
    return SourceFile(name=f"{form}.xlsx", content=put_together([page]))


def reading(given: SourceFile | Page | Iterable[Page]) -> tuple[ParsedWorkbook | None, list[Finding]]:
    """The result of reading a file or sheets."""
    if isinstance(given, SourceFile):
        return read(given, REFERENCES)
    pages = [given] if isinstance(given, Page) else given
    return read(SourceFile(name="tệp.xlsx", content=put_together(pages)), REFERENCES)


def reported(given: SourceFile | Page | Iterable[Page]) -> list[str]:
    """The findings' full messages in Vietnamese."""
    return [finding.say() for finding in reading(given)[1]]


def codes(given: SourceFile | Page | Iterable[Page]) -> list[str]:
    """The findings' codes."""
    return [finding.code for finding in reading(given)[1]]


def registry(known: Registry = REGISTRY) -> SourceFile:
    """The small province's registry as a workbook, or another."""
    code = {unit.id: unit.code for unit in known.spells}
    units = [
        (
            unit.code,
            unit.name,
            KIND_TITLES[unit.kind].vi,
            code.get(unit.parent or 0),
            unit.valid_from,
            unit.valid_to,
            None,
            1 if unit.residential else None,
        )
        for unit in known.spells
    ]
    events = [
        (e.date, e.decision, EVENT_TITLES[e.event].vi, code.get(e.predecessor or 0), code.get(e.successor or 0), None)
        for e in known.successions
    ]
    sheets = [
        RegisterSheet(form=FORMS["DM"], sender=PROVINCE, rows=units),
        RegisterSheet(form=FORMS["SX"], sender=PROVINCE, rows=events),
    ]
    return SourceFile(name="dm.xlsx", content=template.workbook(sheets))
