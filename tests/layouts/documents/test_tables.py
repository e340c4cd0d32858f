"""Exported tables: other programs read the same numbers from them as from `table --format json`."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from frictionless import Package
from pyarrow import parquet
from typer.testing import CliRunner

from app import commands
from data.language import Language
from data.organisations.units import Level
from data.periods import Period
from data.tables.audit import Action
from data.upkeep.audit_log import LogFilter, read_log
from data.version import VERSION
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.corrections import CorrectionRow
from indicators.answers.enquiry import Enquiry, TraceRow, answer
from indicators.answers.lagging_cells import LaggingRow, PooledRow
from indicators.answers.rows import PlacedRow, RowKind, TableRow, ValueRow, columns
from indicators.answers.statements import Statement, rows_of
from indicators.answers.task_rows import KINDS
from indicators.catalogue.builtin import CATALOGUE
from layouts.console.rows import FindingRow
from layouts.documents import workbook
from layouts.documents.columns import ColumnKind, described
from layouts.documents.lagging_export import LaggingExportRow
from layouts.documents.tables import FileFormat, Table, TableMetadata, TooLong, cells
from layouts.documents.writing import content, excel_csv, write
from tests.libreoffice import Convert
from tests.stores import Database, NewDatabase

CODES = ("members", "admissions_plan_rate", "village_heads_member_share", "members_growth_since_1997")
NUMBERS = ("value", "numerator", "denominator", "plan", "gap", "reporting", "expected")
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def written(
    tiny_database: Database, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Folder with the same query written by `table` in each format, and the URL of the store."""
    folder = tmp_path_factory.mktemp("tables")
    with new_database("sqlite", tiny_database("sqlite")) as url:
        settings = {"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": ""}
        asked = [part for code in CODES for part in ("--indicator", code)]
        asked += ["--level", "district", "--period", "2018..2020", "--as-of", "2021-01-01"]
        for form in FileFormat:
            name = "package" if form is FileFormat.DATAPACKAGE else f"table{form.suffix}"
            done = CliRunner().invoke(
                commands, ["table", *asked, "--format", form, "-o", str(folder / name)], env=settings
            )
            assert done.exit_code == 0, done.output
        yield folder, url


@pytest.fixture(scope="module")
def expected(written: tuple[Path, str]) -> Rows:
    found: Rows = json.loads((written[0] / "table.json").read_text(encoding="utf-8"))
    assert {row["indicator"] for row in found} == set(CODES)
    assert any(row["value"] is None for row in found)
    return found


def sheet(path: Path, *, formulas: bool = False) -> list[Mapping[str, Any]]:
    """The rows of the first sheet of a workbook, by the codes above the header."""
    lines = list(openpyxl.load_workbook(path, data_only=not formulas).worksheets[0].iter_rows(values_only=True))
    codes = next(place for place, line in enumerate(lines) if line[0] == "indicator")
    return [dict(zip(map(str, lines[codes]), line, strict=True)) for line in lines[codes + 2 :]]


def test_csv_has_the_numbers_of_json(written: tuple[Path, str], expected: Rows) -> None:
    raw = (written[0] / "table.csv").read_bytes()
    assert raw.startswith("\ufeff".encode())
    lines = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert lines == [{name: "" if value is None else str(value) for name, value in row.items()} for row in expected]


# Semicolon, double quote, UTF-8, from line 1, no column formats, Vietnamese (LCID), quoted is no text, numbers found.
_AS_VIETNAMESE_EXCEL = "CSV:59,34,76,1,,1066,false,true"


def test_excel_with_vietnamese_settings_reads_the_numbers_of_json(
    written: tuple[Path, str], convert: Convert, tmp_path: Path
) -> None:
    enquiry = Enquiry(indicators=CODES, level=Level.BASE, periods=tuple(map(Period, range(2015, 2020))))
    with closing(Store.open(written[1])) as store:
        rows = list(answer(store.reader(SYSTEM), enquiry))
    path = tmp_path / "table.csv"
    path.write_bytes(excel_csv(Table(kind=ValueRow, rows=rows)))
    (opened,) = convert("xlsx", path, infilter=_AS_VIETNAMESE_EXCEL)
    head, *lines = openpyxl.load_workbook(opened).worksheets[0].iter_rows(values_only=True)
    read = [dict(zip(map(str, head), line, strict=True)) for line in lines]
    given = [cells(row) for row in rows]
    numbers = [(line[name], row[name]) for line, row in zip(read, given, strict=True) for name in NUMBERS]
    assert all(one == (other if other is None else pytest.approx(other, rel=1e-14)) for one, other in numbers)
    assert sum(isinstance(other, float) for _, other in numbers) > 100
    texts = [name for name in head if name not in NUMBERS and name not in {"period", "since"}]
    said = [[row[str(name)] or None for name in texts] for row in given]  # an empty text is an empty cell
    assert [[line[name] for name in texts] for line in read] == said


def test_csv_for_excel_has_semicolons_and_decimal_commas() -> None:
    row = Some(unit="a; 1.5", value=Fraction(25, 2), as_of=datetime(2020, 1, 1, tzinfo=UTC))
    made = excel_csv(Table(kind=Some, rows=[row])).decode("utf-8")
    assert made == '\ufeffunit;value;as_of\r\n"a; 1.5";12,5;2020-01-01T00:00:00+00:00\r\n'


def test_the_extension_of_a_file_says_its_format(
    tiny_database: Database, new_database: NewDatabase, tmp_path: Path
) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as url:
        settings = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path), "SECRET_KEY": ""}
        named, against = ["lagging", "-o", str(tmp_path / "a.XLSX")], ["lagging", "-o", str(tmp_path / "b.xlsx")]
        written = CliRunner().invoke(commands, named, env=settings)
        refused = CliRunner().invoke(commands, [*against, "--format", "csv"], env=settings)
    assert written.exit_code == 0, written.output
    assert openpyxl.load_workbook(tmp_path / "a.XLSX")
    assert (refused.exit_code, (tmp_path / "b.xlsx").exists()) == (2, False)
    assert ".csv" in refused.output


def test_parquet_has_the_numbers_of_json_in_typed_columns(written: tuple[Path, str], expected: Rows) -> None:
    read = parquet.read_table(written[0] / "table.parquet")
    assert [{name: row[name] for name in NUMBERS} for row in read.to_pylist()] == [
        {name: row[name] for name in NUMBERS} for row in expected
    ]
    types = {field.name: str(field.type) for field in read.schema}
    assert (types["value"], types["reporting"], types["as_of"]) == ("double", "int64", "timestamp[us, tz=UTC]")
    assert read.schema.field("value").metadata == {b"title": "Giá trị".encode()}


def test_a_workbook_has_the_numbers_of_json_and_formulas_to_check_them(
    written: tuple[Path, str], expected: Rows
) -> None:
    path = written[0] / "table.xlsx"
    assert [{name: row[name] for name in NUMBERS} for row in sheet(path)] == [
        {name: row[name] for name in NUMBERS} for row in expected
    ]
    shares = [row for row in sheet(path, formulas=True) if row["denominator"] is not None and row["value"] is not None]
    assert shares
    assert all(str(row["value"]).startswith("=") for row in shares)


def test_a_workbook_has_metadata_definitions_charts_and_missing_returns(
    written: tuple[Path, str], expected: Rows
) -> None:
    book = openpyxl.load_workbook(written[0] / "table.xlsx")
    data, charts, definitions, missing = book.worksheets
    assert data.freeze_panes == "A6"
    said = f"{data['A1'].value} {data['A2'].value} {data['A3'].value}"
    for part in ("Giá trị chỉ tiêu", "Năm 2018 – Năm 2020", "01/01/2021 23:59", f"phiên bản {VERSION}", "Nguồn: "):
        assert part in said
    assert charts._charts
    assert {cell.value for cell in definitions["A"]} >= {*CODES, *columns(ValueRow)}
    assert missing.max_row - 2 == sum(row["state"] != "reported" for row in expected)


def test_a_data_package_is_valid_and_has_the_numbers_of_json(written: tuple[Path, str], expected: Rows) -> None:
    package = Package(str(written[0] / "package" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten()
    rows = [{name: row[name] for name in NUMBERS} for row in package.get_table_resource("data").read_rows()]
    for read, row in zip(rows, expected, strict=True):
        assert {name: None if value is None else float(value) for name, value in read.items()} == {
            name: row[name] for name in NUMBERS
        }
    fields = {field.name: field for field in package.get_table_resource("data").schema.fields}
    assert fields["gap"].title == "Chênh lệch so với kế hoạch"
    assert fields["value"].custom["unit"]
    assert package.sources


def test_an_export_by_command_is_logged(written: tuple[Path, str]) -> None:
    with closing(Store.open(written[1])) as store:
        admin = replace(SYSTEM, name="quản trị")
        page = read_log(store.engine, admin, LogFilter(action=Action.EXPORTED))
    assert page.fitting == len(FileFormat)
    assert all(entry.subject.startswith("table members ") for entry in page.entries)


ABOUT = TableMetadata(title="Bảng", facts=(("Nguồn", "thử"),), indicators=(CATALOGUE["members"],))
PLACED = PlacedRow(
    indicator=CATALOGUE["members"], unit="H01", unit_name="Huyện 1", level=Level.DISTRICT, period=Period(2020)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Some(TableRow):
    """A row kind with a text, a number and an instant."""

    unit: str
    value: Fraction
    as_of: datetime


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@SUM(A1)"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    table = Table(kind=PlacedRow, rows=[replace(PLACED, unit_name=text)], metadata=ABOUT)
    cell = openpyxl.load_workbook(io.BytesIO(content(table, FileFormat.XLSX))).worksheets[0]["E6"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert content(table, FileFormat.CSV).decode("utf-8-sig").splitlines()[1] == f"members,H01,'{text},district,2020"


@pytest.mark.parametrize("form", FileFormat)
def test_an_empty_table_is_still_a_valid_file(form: FileFormat) -> None:
    assert content(Table(kind=ValueRow, rows=[], metadata=ABOUT), form)


@pytest.mark.parametrize("form", FileFormat)
def test_rows_are_streamed(form: FileFormat) -> None:
    made: list[int] = []

    def rows() -> Iterator[Some]:
        for place in range(3):
            made.append(place)
            yield Some(unit=f"H{place}", value=Fraction(1, 3), as_of=datetime(2020, 1, 1, tzinfo=UTC))

    stream = io.BytesIO()
    write(Table(kind=Some, rows=rows()), form, stream)
    assert made == [0, 1, 2]
    assert stream.tell() > 0


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    table = Table(kind=PlacedRow, rows=repeat(PLACED))
    with pytest.raises(TooLong, match="csv"):
        workbook.write_workbook(table, io.BytesIO(), most=50)


WRITTEN: tuple[RowKind, ...] = (
    *(rows_of(statement).kind for statement in Statement),
    *KINDS.values(),
    *(PooledRow, FindingRow, TraceRow, CorrectionRow, LaggingExportRow),
)


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_column_has_a_title(kind: RowKind) -> None:
    assert all(column.title(language) for column in described(columns(kind)) for language in Language)


def test_columns_hold_their_declared_types() -> None:
    assert {column.code: column.kind for column in described(columns(ValueRow))}["expected"] is ColumnKind.WHOLE
    assert {column.code: column.kind for column in described(columns(LaggingRow))}["expected"] is ColumnKind.NUMBER


def test_archives_are_reproducible() -> None:
    table = Table(kind=PlacedRow, rows=[PLACED], metadata=ABOUT)
    first, again = (content(table, FileFormat.DATAPACKAGE) for _ in range(2))
    assert first == again
    assert {member.date_time[0] for member in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {1980}
