"""Rows of a register: parses cells by the type of their field, reporting those that do not conform."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from data.language import Text
from data.periods import Term
from data.returns import Finding
from data.vietnamese.text import clean, lower_first
from loaders.findings import error, row_ranges
from loaders.sheets.body import ends_table
from loaders.sheets.period_lines import is_possible
from loaders.sheets.recognise import Recognised
from loaders.sheets.title_block import year_finding
from loaders.vietnamese.numbers import read_date, read_exact, show
from loaders.workbook import Fault, Value, address

_FILLED = 4  # cells of a row that is no signature


class RegisterRow:
    """One non-blank row; each field that fails to parse adds a finding."""

    def __init__(self, found: Recognised, row: int, findings: list[Finding]) -> None:
        self.found, self.row, self.findings = found, row, findings
        self.is_sound = True
        self._fields = {named.code: named for named in found.form.fields}

    @property
    def number(self) -> int:
        """The one-based row of the sheet."""
        return self.row + 1

    def cell(self, code: str) -> str:
        """The address of a field."""
        return self.found.cell(self.row, code)

    def reject(self, finding_code: str, field_code: str, **values: object) -> None:
        """Adds an error at a field; the row is dropped."""
        self.is_sound = False
        self.findings.append(error(finding_code, self.found.name, self.cell(field_code), **values))

    def value(self, code: str) -> Value:
        """The raw cell; "" where the register has no such column."""
        column = self.found.columns.get(code)
        value: Value = "" if column is None else self.found.sheet.rows[self.row][column]
        if isinstance(value, Fault):
            self.reject("register_fault", code, shown=value.text or "—")
            return ""
        if (self.row, column) in self.found.sheet.uncomputed:
            address = self.cell(code)
            self.reject("formula_stale", code, number=1, cells=address)
            return ""
        return clean(value) if isinstance(value, str) else value

    def text(self, code: str) -> str:
        """Text; a whole number loses its decimals, since codes and years may be typed as numbers."""
        value = self.value(code)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        text = show(value) if isinstance(value, date) else str(value)
        if not text:
            self._require(code)
        return text

    def day(self, code: str) -> date | None:
        """A date."""
        value = self.value(code)
        if value == "":
            self._require(code)
            return None
        day = read_date(value)
        if day is None:
            self.reject("not_a_date", code, field=self._title(code), shown=show(value))
        return day

    def exact(self, code: str) -> Fraction | None:
        """An exact number."""
        value = self.value(code)
        if value == "":
            self._require(code)
            return None
        number = read_exact(value)
        if number is None:
            self.reject("not_a_plan_value", code, field=self._title(code), shown=show(value))
        return number

    def count(self, code: str) -> int | None:
        """A non-negative whole number, or blank."""
        value = self.value(code)
        if value == "":
            self._require(code)
            return None
        number = read_exact(value)
        if number is None or number.denominator != 1 or number < 0:
            self.reject("not_a_count", code, field=self._title(code), shown=show(value))
            return None
        return int(number)

    def flag(self, code: str) -> bool:
        """1 or blank."""
        value = self.value(code)
        if value in ("", 1, "1"):
            return value != ""
        self.reject("flag_not_one", code, measure=self._title(code), shown=show(value))
        return False

    def _require(self, code: str) -> None:
        if self._fields[code].required:
            self.reject("field_missing", code, field=self._title(code))

    def _title(self, code: str) -> Text:
        title = self._fields[code].title
        return Text(lower_first(title.vi), lower_first(title.en))


def checked_term(row: RegisterRow, code: str, term: Term | None) -> Term | None:
    """The term of a field; a year of it that cannot be is rejected."""
    wrong = next((year for year in (term.first, term.last) if not is_possible(year)), None) if term else None
    if wrong is None:
        return term
    row.is_sound = False
    row.findings.append(year_finding(row.found.name, row.cell(code), wrong))
    return None


def register_rows(found: Recognised, findings: list[Finding]) -> Iterator[RegisterRow]:
    """The non-blank rows below the column-number row, up to notes or signatures, below which no row may be left."""
    columns = [found.columns[named.code] for named in found.form.fields if named.code in found.columns]
    rows = iter(range(found.header.numbers + 1, len(found.sheet.rows)))
    for row in rows:
        cells = found.sheet.rows[row]
        if ends_table(cells):
            filled = (sum(found.sheet.rows[below][column] != "" for column in columns) for below in rows)
            left = [below for below, number in enumerate(filled, start=row + 1) if number >= _FILLED]
            if left:
                about = {"end": row + 1, "rows": row_ranges(left)}
                findings.append(error("rows_after_end", found.name, address(left[0], columns[0]), **about))
            return
        if any(cells[column] != "" for column in columns):
            yield RegisterRow(found, row, findings)
