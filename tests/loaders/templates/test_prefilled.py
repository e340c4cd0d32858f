"""Templates as units download them: what is prefilled, and that they survive editing in another program."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.forms.builtin import BUILTIN, FORMS, form_on
from data.forms.model import Balance
from data.measures import Kind
from data.periods import Period
from data.returns import SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from loaders.reading import read
from loaders.templates import template
from loaders.workbook_services import WorkbookServices
from tests.libreoffice import Convert
from tests.loaders.office import REFERENCES, TREE, counts, pages, reading, reported, take_apart
from tests.loaders.test_intake import sent

YEAR = Period.parse("2020")
BROUGHT = {"B1": {code: [21, *[None] * 22] for code in ("H1.1.1", "H1.1.2", "H1.1.3", "H1.2.1", "H1.3")}}
ROWS = {"H1.1.1": 14, "H1.1.2": 15, "H1.1.3": 17, "H1.2.1": 19, "H1.3": 20}


def fetched(province: Store, period: str, form: str = "B1") -> Worksheet:
    _, content = WorkbookServices(province).template(SYSTEM, "H1", Period.parse(period))
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[form]
    assert isinstance(page, Worksheet)
    return page


def openings(province: Store, period: str) -> dict[str, object]:
    page = fetched(province, period)
    return {code: page[f"D{row}"].value for code, row in ROWS.items()}


def test_the_first_template_of_all_has_nothing_to_bring_forward(province: Store) -> None:
    assert openings(province, "2020-Q1") == dict.fromkeys(ROWS)


@pytest.mark.parametrize(("last", "next_one"), [("2018", "2019-Q1"), ("2018-Q4", "2019-Q1"), ("2018-Q4", "2019")])
def test_a_template_opens_with_the_closings_of_the_period_before(province: Store, last: str, next_one: str) -> None:
    assert not intake(province, sent("B1", period=last), viewer=SYSTEM).refused
    assert openings(province, next_one) == dict.fromkeys(ROWS, 21)
    assert fetched(province, next_one)["D21"].value == 105
    assert fetched(province, next_one, "B3")["D14"].value is None


def test_openings_are_those_of_the_last_correction(province: Store) -> None:
    intake(province, sent("B1", period="2018"), viewer=SYSTEM)
    intake(
        province,
        sent("B1", period="2018", change=lambda page: page.put(E14=3, S14=22, E21=11, S21=106)),
        viewer=SYSTEM,
    )
    assert openings(province, "2019-Q1") == {**dict.fromkeys(ROWS, 21), "H1.1.1": 22}


def test_a_successor_opens_with_the_sum_of_its_predecessors(province: Store) -> None:
    intake(province, sent("B1", period="2020-Q1"), viewer=SYSTEM)
    # On 1 April 2020 H1.2.1 was absorbed by H1.1.2.
    assert openings(province, "2020-Q2") == {**dict.fromkeys(ROWS, 21), "H1.1.2": 42}


def test_a_period_that_nobody_returned_brings_nothing_forward(province: Store) -> None:
    intake(province, sent("B1", period="2018"), viewer=SYSTEM)
    assert openings(province, "2019-Q2") == dict.fromkeys(ROWS)


def test_a_line_that_holds_only_what_was_brought_forward_is_not_reported() -> None:
    page = pages("B1")[0]
    page.rows[13][4:] = [""] * 22
    workbook, findings = reading(page.put(E21=8, J21=4, S21=84, U21=20))
    assert workbook is not None
    assert "H1.1.1" not in {row.unit for row in workbook.returns[0].rows}
    assert [finding.code for finding in findings] == ["units_missing"]


def test_a_template_sent_back_with_openings_alone_holds_no_figures() -> None:
    page = take_apart(template.blank(BUILTIN, TREE, "H1", Period.parse("2020-Q2"), BROUGHT))[0]
    assert reported(page) == ["B1: biểu chưa có số liệu; hãy điền số liệu rồi gửi lại."]


@pytest.fixture
def typed(tmp_path: Path) -> Path:
    """A yearly template as filled in by a clerk: a line of marks, a line left blank, no formula touched."""
    book = openpyxl.load_workbook(io.BytesIO(template.blank(BUILTIN, TREE, "H1", YEAR, BROUGHT)))
    for page in book:
        form = form_on(page.title, YEAR.end)
        totals = [form.positions[rule.total] for rule in form.rules if isinstance(rule, Balance)]
        for line in page.iter_rows(min_row=int(page.freeze_panes[1:])):
            code = line[2].value
            if not isinstance(code, str) or code == "H1.2.1" or line[3].protection.locked:
                continue
            marked = code == "H1.1.3" and form.code in {"B1", "B2"}
            for place, value in enumerate(counts(form, [code])[code]):
                if place not in totals and form.measures[place].kind is not Kind.OPENING:
                    line[3 + place].value = "-" if marked else value
    path = tmp_path / "đã điền.xlsx"
    book.save(path)
    return path


def test_another_program_opens_a_template_and_what_was_typed_into_it_loads(
    convert: Convert, typed: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "mẫu.xlsx"
    empty.write_bytes(template.blank(BUILTIN, TREE, "H1", YEAR))
    unfilled, filled = convert("xlsx", empty, typed)

    assert {finding.code for finding in read(SourceFile(name="", content=unfilled.read_bytes()), REFERENCES)[1]} == {
        "nothing_reported"
    }
    workbook, findings = read(SourceFile(name="", content=filled.read_bytes()), REFERENCES)
    assert workbook is not None, [finding.say() for finding in findings]
    due = {form.code for form in BUILTIN.returns_on(YEAR.end) if YEAR.frequency in form.frequencies}
    assert {given.form.code for given in workbook.returns} == due
    b1 = {row.unit: row.values for row in workbook.returns[0].rows}
    end = FORMS["B1"].positions["members_end"]
    assert {unit: (values[0], values[end]) for unit, values in b1.items()} == {
        "H1.1.1": (21, 22),
        "H1.1.2": (21, 22),
        "H1.1.3": (21, 21),
        "H1.3": (21, 22),
    }
    page = openpyxl.load_workbook(filled, data_only=True)["B1"]
    assert isinstance(page, Worksheet)
    assert (page["S19"].value or "", page["D21"].value, page["S21"].value) == ("", 105, 87)
