"""Workbooks of the sample province with changed values, and lookups of their cells."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl import Workbook

from data.forms.builtin import FORMS
from loaders.sample import NOTE, Province, SampleScale, province
from loaders.sample.sheets import drafts
from loaders.templates.template import ReturnSheet, Sheet, workbook

Place = tuple[str, str, str]
"""Form, unit, measure."""


@cache
def made_up(scale: SampleScale) -> Province:
    """The sample province at a scale."""
    return province(scale)


def revised(scale: SampleScale, name: str, changes: Mapping[Place, int | None]) -> bytes:
    """The sample's workbook of that file name with changed values."""
    return workbook([_changed(sheet, changes) for sheet in _sheets(scale, name)], note=NOTE)


def values(scale: SampleScale, name: str, form: str, *measures: str) -> dict[str, tuple[int | None, ...]]:
    """The counts by unit in the sample's workbook of that file name."""
    found = next(s for s in _sheets(scale, name) if isinstance(s, ReturnSheet) and s.form.code == form)
    places = [FORMS[form].positions[measure] for measure in measures]
    return {unit: tuple(_count(row[place]) for place in places) for unit, row in found.values.items()}


def _count(value: int | str | None) -> int | None:
    return value if isinstance(value, int) else None


def address(content: bytes, form: str, unit: str, measure: str) -> str:
    """The cell address of a unit's measure, found by the sheet's own codes and column numbers."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[form]
    number = str(FORMS[form].positions[measure] + 1)
    header = next(row for row in sheet.iter_rows(max_row=40) if row[0].value == "A" and row[1].value == "B")
    column = next(cell.column_letter for cell in header if str(cell.value).partition("=")[0] == number)
    line = next(row[0].row for row in sheet.iter_rows(min_row=header[0].row) if row[2].value == unit)
    return f"{column}{line}"


def cell(path: Path, sheet: str, place: str) -> object:
    """The value of a cell of a workbook on disk."""
    return _book(path)[sheet][place].value


@cache
def _book(path: Path) -> Workbook:
    return openpyxl.load_workbook(path, data_only=True)


def _sheets(scale: SampleScale, name: str) -> list[Sheet]:
    return list(next(draft for draft in drafts(made_up(scale)) if draft.name == name).sheets())


def _changed(sheet: Sheet, changes: Mapping[Place, int | None]) -> Sheet:
    if not isinstance(sheet, ReturnSheet):
        return sheet
    rows = {unit: list(row) for unit, row in sheet.values.items()}
    for (form, unit, measure), value in changes.items():
        if form == sheet.form.code:
            rows[unit][sheet.form.positions[measure]] = value
    return replace(sheet, values=rows)
