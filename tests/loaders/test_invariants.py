"""Harmless modifications of a valid return do not change its facts; broken identities are named."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.forms.builtin import FORMS, RETURNS
from data.forms.model import Balance
from data.returns import ParsedWorkbook, Severity
from loaders.workbook import address
from tests.loaders.office import PERIOD, Page, pages, reading, usual_period

pytestmark = pytest.mark.slow


FORM_CODES = tuple(form.code for form in RETURNS)
QUARTERLY = tuple(code for code in FORM_CODES if usual_period(code) == PERIOD)[:4]
EXAMPLES = 12
BODY = 12  # rows above are title and header

Facts = dict[str, dict[str, tuple[tuple[int | str | None, ...], frozenset[str]]]]


def facts(book: ParsedWorkbook) -> Facts:
    """Counts and "x" marks by form and unit."""
    return {
        given.form.code: {row.unit: (row.values, row.not_applicable) for row in given.rows} for given in book.returns
    }


@cache
def expected(*forms: str) -> Facts:
    book, findings = reading(pages(*forms))
    assert book is not None
    assert not findings
    return facts(book)


def same(pages_: list[Page], *forms: str) -> None:
    book, findings = reading(pages_)
    assert [finding.say() for finding in findings if finding.severity is Severity.ERROR] == []
    assert book is not None
    assert facts(book) == expected(*forms)


def written(value: float, way: str) -> object:
    """A count typed as text in one of several notations."""
    number = int(value)
    grouped = f"{number:,}"
    return {
        "plain": str(number),
        "dots": grouped.replace(",", "."),
        "spaces": grouped.replace(",", " "),
        "hard spaces": grouped.replace(",", "\u00a0"),
        "quoted": f"'{number}",
        "zeros": f"{number:03d}",
        "people": f"{number} đ/c",
        "number": value,
    }[way]


def respelt(text: str, form: str) -> str:
    """Text in another Unicode form; "mixed" decomposes the tone marks only, as code page 1258 does."""
    if form != "mixed":
        return unicodedata.normalize("NFD" if form == "NFD" else "NFC", text)
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        letters.append(unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones)) + tones)
    return "".join(letters)


@settings(max_examples=EXAMPLES)
@given(st.data())
@pytest.mark.parametrize("form", FORM_CODES)
def test_what_offices_do_to_a_sheet_changes_no_fact(form: str, data: st.DataObject) -> None:
    page = pages(form)[0]
    page.spell_out()
    ways = ["plain", "dots", "spaces", "hard spaces", "quoted", "zeros", "people", "number"]
    forms = ["NFC", "NFD", "mixed"]
    for row in page.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, float) and row is not page.rows[BODY - 1]:
                row[column] = written(cell, data.draw(st.sampled_from(ways)))
            elif isinstance(cell, str) and cell:
                row[column] = respelt(cell, data.draw(st.sampled_from(forms)))
    width = len(page.rows[0])
    order = data.draw(st.permutations(range(width)))
    page.reorder(order)
    for column in sorted(data.draw(st.sets(st.integers(0, width), max_size=3)), reverse=True):
        for row in page.rows:
            row.insert(column, "")
    for row_number in sorted(data.draw(st.sets(st.integers(1, len(page.rows)), max_size=4)), reverse=True):
        page.insert_row(row_number)
    same([page], form)


@settings(max_examples=EXAMPLES)
@given(
    st.permutations(QUARTERLY),
    st.lists(st.sampled_from(["Sheet1", "B1 (2)", "Quý II", "M01+", "Biểu"]), unique=True, min_size=4),
)
def test_sheets_may_stand_in_any_order_under_any_names(order: list[str], names: list[str]) -> None:
    sheets = {page.name: page for page in pages(*QUARTERLY)}
    shuffled = [sheets[form] for form in order]
    for page, name in zip(shuffled, names, strict=False):
        page.name = name
    same(shuffled, *QUARTERLY)


def leaves(form: str, page: Page) -> list[int]:
    """Rows, from 1, of the units that the sheet gives counts of."""
    found = expected(form)[form]
    return [number for number, row in enumerate(page.rows, start=1) if row[2] in found]


def column_of(form: str, measure: str) -> int:
    return len(FORMS[form].fields) + FORMS[form].positions[measure]


@settings(max_examples=25)
@given(st.data())
def test_a_count_that_breaks_a_balance_is_refused_with_all_its_cells_and_the_one_where_the_total_crosses(
    data: st.DataObject,
) -> None:
    page = pages("B1")[0]
    (balance,) = (rule for rule in FORMS["B1"].rules if isinstance(rule, Balance))
    row = data.draw(st.sampled_from(leaves("B1", page)))
    measure = data.draw(st.sampled_from(balance.named))
    column = column_of("B1", measure)
    old = page.rows[row - 1][column]
    page.rows[row - 1][column] = data.draw(st.integers(0, 60).filter(lambda count: count != old))
    book, findings = reading(page)
    assert book is None
    broken = next(finding for finding in findings if finding.code == balance.code)
    assert broken.cell == address(row - 1, column_of("B1", balance.total))
    named = {address(row - 1, column_of("B1", code)) for code in balance.named}
    assert all(cell in f"{broken.cell} {broken.message.vi}" for cell in named)
    assert f"ô {address(row - 1, column)} trước" in broken.message.vi
    total = next(finding for finding in findings if finding.code == "total_differs")
    assert total.cell == address(20, column)
    assert f"ô {address(row - 1, column)} " in total.message.vi


@settings(max_examples=EXAMPLES)
@given(st.data())
@pytest.mark.parametrize("form", FORM_CODES)
def test_a_count_that_breaks_a_total_alone_is_refused_with_the_cells_of_its_column(
    form: str, data: st.DataObject
) -> None:
    page = pages(form)[0]
    balanced = {code for rule in FORMS[form].rules if isinstance(rule, Balance) for code in rule.named}
    free = [m.code for m in FORMS[form].counts if m.code not in balanced and m.kind != "flag"]
    measure, rows = data.draw(st.sampled_from(free)), leaves(form, page)
    column, row = column_of(form, measure), data.draw(st.sampled_from(rows))
    page.rows[row - 1][column] += data.draw(st.integers(1, 500))
    book, findings = reading(page)
    assert book is None
    wrong = next(finding for finding in findings if finding.code == "total_differs")
    assert wrong.cell == address(max(rows), column)
    assert f"({address(min(rows) - 1, column)}:{address(max(rows) - 1, column)})" in wrong.message.vi
