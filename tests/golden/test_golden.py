"""Every indicator against a workbook of spreadsheet formulas, evaluated by a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from data.forms.builtin import FORMS, form_on
from data.observations import Basis
from data.organisations.units import Event, UnitKind
from data.periods import Period, Term, parse_span
from data.returns import (
    ParsedWorkbook,
    PlannedValue,
    PlanReturn,
    RegisteredSuccession,
    RegisteredUnit,
    RegistryReturn,
    Return,
    ReturnedRow,
    SourceFile,
)
from data.tasks import Recurrence, TaskLine, TaskReturn, TaskState
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer
from indicators.catalogue.builtin import CATALOGUE
from tests.golden import make_workbook

WORKBOOK = Path(__file__).with_name("golden.xlsx")
START, MERGER = date(1997, 1, 1), date(2020, 1, 1)

Sheet = Sequence[Mapping[str, Any]]


@cache
def book() -> openpyxl.Workbook:
    """The workbook, opened once: opening it dominates the run time."""
    return openpyxl.load_workbook(WORKBOOK, data_only=True)


@cache
def sheet(name: str) -> Sheet:
    """The rows of a sheet by column name; formulas as their cached values."""
    names, *rows = book()[name].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


@dataclass(frozen=True)
class Lines:
    """The registry of the workbook's province."""

    found: list[RegisteredUnit]

    def add(
        self,
        code: str,
        kind: UnitKind,
        parent: str | None,
        life: tuple[date, date | None],
        *,
        residential: bool = False,
    ) -> None:
        self.found.append(
            RegisteredUnit(
                row=len(self.found) + 8,
                code=code,
                name=code,
                kind=kind,
                parent=parent,
                valid_from=life[0],
                valid_to=life[1],
                residential=residential,
            )
        )


def registry() -> ParsedWorkbook:
    """Units and the merger as the returns show them: a unit of two years ended, one of the last year alone began."""
    cells = {row["unit"]: row["base"] for row in sheet("B1")}
    bases = {row["unit"]: row["district"] for row in sheet("B5")}
    years = {
        code: {row["year"] for row in sheet("B1") if code in {row["unit"], row["base"]}} for code in (*cells, *bases)
    }
    residential = {row["unit"] for row in sheet("B3")}
    life = {
        code: (
            START if min(there) == 2018 else MERGER,
            None if max(there) == 2020 else MERGER - timedelta(days=1),
        )
        for code, there in years.items()
    }
    lines = Lines([])
    lines.add("T", UnitKind.PROVINCE, None, (START, None))
    for district in sorted(set(bases.values())):
        lines.add(district, UnitKind.DISTRICT, "T", (START, None))
    for base, district in bases.items():
        lines.add(base, UnitKind.BASE_CELL if base in cells else UnitKind.BASE_COMMITTEE, district, life[base])
    for cell, base in cells.items():
        if cell != base:
            lines.add(cell, UnitKind.CELL, base, life[cell], residential=cell in residential)
    merged = (("HC.2", "HC.1"), ("HC.1.2", "HC.1.3"), ("HC.2.1", "HC.1.3"))
    successions = tuple(
        RegisteredSuccession(row=row, date=MERGER, decision="QĐ", event=Event.MERGED, predecessor=one, successor=other)
        for row, (one, other) in enumerate(merged, start=8)
    )
    given = RegistryReturn(sheet="DM", units=tuple(lines.found), successions=successions)
    return ParsedWorkbook(source=SourceFile(name="dm.xlsx", content=b"dm"), registry=given)


def plans() -> ParsedWorkbook:
    lines = tuple(
        PlannedValue(
            row=row,
            cell=f"E{row}",
            unit=line["unit"],
            term=Term(line["year"], line["year"]),
            indicator="admissions",
            value=Fraction(line["value"]),
            decision=f"QĐ {row}",
            decision_date=date(line["year"], 1, 5),
        )
        for row, line in enumerate(sheet("KH"), start=8)
    )
    return ParsedWorkbook(source=SourceFile(name="kh.xlsx", content=b"kh"), plans=PlanReturn(sheet="KH", plans=lines))


def tasks() -> ParsedWorkbook:
    """The register; what is owed once is due in its year."""
    lines = tuple(
        TaskLine(
            row=row,
            task=line["task"],
            clause="II.2.1",
            text=line["task"],
            owner_code=line["owner"] if len(line["owner"]) == 2 else "",
            owner=line["owner"],
            co_owners="",
            recurrence=Recurrence.YEARLY if line["yearly"] else Recurrence.ONCE,
            term=Term(line["year"], line["year"]) if line["yearly"] else None,
            due=date(line["year"], 12, 31),
            evidence_number="",
            evidence_date=date(line["year"], 6, 30) if line["done"] else None,
            evidence_file="",
            state=TaskState.DONE if line["done"] else TaskState.UNDER_WAY,
            successor="",
        )
        for row, line in enumerate(sheet("tasks"), start=8)
    )
    return ParsedWorkbook(source=SourceFile(name="nv.xlsx", content=b"nv"), tasks=TaskReturn(sheet="NV", tasks=lines))


def returned(form: str, district: str, year: int | None, lines: Sheet) -> ParsedWorkbook:
    """A return of one sheet; counts that the workbook does not give are 0."""
    declared = FORMS[form] if year is None else form_on(form, date(year, 12, 31))
    rows = tuple(
        ReturnedRow(
            str(line["unit"]),
            row,
            tuple(line.get(m.code, None if m.choices else 0) for m in declared.measures),
            period=Period(int(line["year"])) if year is None else None,
        )
        for row, line in enumerate(lines, start=12)
    )
    name = f"{district} {form} {year}.xlsx"
    given = Return(
        form=declared,
        unit=district,
        period=None if year is None else Period(year),
        sheet=form,
        columns={m.code: get_column_letter(place) for place, m in enumerate(declared.measures, start=4)},
        rows=rows,
    )
    return ParsedWorkbook(source=SourceFile(name=name, content=name.encode()), returns=(given,))


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store loaded with the whole workbook."""
    path = tmp_path_factory.mktemp("golden") / "store.sqlite"
    with closing(Store.open(f"sqlite:///{path.as_posix()}").of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
        store.accept(plans(), viewer=SYSTEM)
        store.accept(tasks(), viewer=SYSTEM)
        history = [{**line, "unit": line["district"]} for line in sheet("LS")]
        store.accept(returned("LS", "T", None, history), viewer=SYSTEM)
        received = {(r["district"], r["form"], r["year"]): from_excel(r["day"]) for r in sheet("received")}
        for form in (name for name in book().sheetnames if name in FORMS and FORMS[name].is_return):
            rows = sheet(form)
            for district, year in sorted({(row["district"], row["year"]) for row in rows}):
                lines = [row for row in rows if (row["district"], row["year"]) == (district, year)]
                when = received[district, form, year].replace(tzinfo=UTC)
                store.accept(returned(form, district, year, lines), viewer=SYSTEM, received_at=when)
        yield store


ANSWERS = [tuple(row.values()) for row in sheet("expected")]


def test_the_workbook_has_an_answer_for_every_indicator() -> None:
    missing = [
        f"{code}: the sheet 'expected' of golden.xlsx has no row for it; write its formula into one of the lists of "
        "tests/golden/make_workbook.py, then run make golden"
        for code in CATALOGUE
        if code not in {code for code, *_ in ANSWERS}
    ]
    assert not missing, "\n".join(missing)


def test_the_workbook_answers_what_its_maker_writes(tmp_path: Path) -> None:
    """A formula that was added to the maker is not in the workbook before `make golden` has run."""
    make_workbook.write(tmp_path / "golden.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "golden.xlsx")["expected"].iter_rows(min_row=2, values_only=True)
    written, there = ({line[:4] for line in found} for found in (rows, ANSWERS))
    assert (written - there, there - written) == (set(), set()), "run make golden"


def test_a_formula_over_an_unknown_measure_is_named() -> None:
    with pytest.raises(SystemExit, match="no sheet gives the measure 'member_end'"):
        make_workbook.formula("{member_end}", {"B1": {}}, "T", 2020)


@pytest.mark.parametrize("code", sorted({code for code, *_ in ANSWERS}))
def test_every_value_is_the_one_that_the_spreadsheet_works_out(golden: Store, code: str) -> None:
    reader = golden.reader(SYSTEM)
    for _, unit, period, basis, value in (line for line in ANSWERS if line[0] == code):
        asked = Enquiry(indicators=(code,), unit=unit, periods=parse_span(period), basis=Basis(basis))
        (row,) = answer(reader, asked)
        assert row.value is not None, (unit, period, basis)
        assert float(row.value) == pytest.approx(value, rel=1e-12), (unit, period, basis)
