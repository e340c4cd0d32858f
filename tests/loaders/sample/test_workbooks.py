"""The sample's workbooks: real files, deterministic, and labelled as fictitious."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl

from data.forms.builtin import BUILTIN, FORMS
from loaders.sample import NOTE, RECEIVED, TINY, Province, province, write


def test_the_same_seed_gives_the_same_province_another_seed_another(tiny: Province) -> None:
    again, other = province(TINY), province(TINY, seed=7)
    assert again.registry == tiny.registry
    assert again.history == tiny.history
    assert again.plans == tiny.plans
    assert [book.received_at for book in again.returns] == [book.received_at for book in tiny.returns]
    for one, two in zip(again.returns, tiny.returns, strict=True):
        for code in one.forms:
            np.testing.assert_array_equal(one.forms[code].values, two.forms[code].values)
    assert other.history != tiny.history


def test_the_same_province_gives_the_same_bytes_in_any_number_of_processes(tiny: Province, tmp_path: Path) -> None:
    alone = {file.path.name: file.path.read_bytes() for file in write(tiny, tmp_path / "one", workers=1)}
    together = {file.path.name: file.path.read_bytes() for file in write(tiny, tmp_path / "two", workers=2)}
    assert alone == together
    assert (tmp_path / "one" / RECEIVED).read_bytes() == (tmp_path / "two" / RECEIVED).read_bytes()


def test_every_workbook_is_listed_with_its_instant_and_carries_the_note(tiny: Province, tmp_path: Path) -> None:
    files = {file.path.name: file for file in write(tiny, tmp_path, workers=1)}
    with (tmp_path / RECEIVED).open(encoding="utf-8") as listed:
        instants = {row["file"]: datetime.fromisoformat(row["instant"]) for row in csv.DictReader(listed)}
    assert instants == {name: file.received_at for name, file in files.items()}
    assert set(instants) == {path.name for path in tmp_path.glob("*.xlsx")}
    for name in ("DM_2018-12-24.xlsx", "LS_2012-2014.xlsx", "KH_2018_dieu-chinh.xlsx", "H01_2020-Q3_dinh-chinh.xlsx"):
        book = openpyxl.load_workbook(tmp_path / name, read_only=True)
        for sheet in book:
            assert any(NOTE in str(cell) for row in sheet.iter_rows(max_row=12, values_only=True) for cell in row)


def test_a_workbook_holds_the_values_of_its_return(tiny: Province, tmp_path: Path) -> None:
    assert list(write(tiny, tmp_path, workers=1))
    book = next(book for book in tiny.returns if (book.district, book.period.code) == ("H02", "2019-Q4"))
    sheets = openpyxl.load_workbook(tmp_path / "H02_2019-Q4.xlsx", data_only=True)
    assert sheets.sheetnames == [form.code for form in BUILTIN.returns_on(book.period.end)]
    for code, counts in book.forms.items():
        fields = len(FORMS[code].fields)
        read = {row[2]: list(row[fields:]) for row in sheets[code].iter_rows(values_only=True)}
        for unit, values in counts.rows().items():
            assert read[unit][: len(values)] == values
