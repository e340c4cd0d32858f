"""Every row of every return keeps the rules of its form."""

from __future__ import annotations

import numpy as np
import pytest

from data.forms.b1_movement import DECREASES, INCREASES
from data.forms.builtin import FORMS, RETURNS
from data.forms.model import AtMost, Form
from data.measures import Kind
from loaders.sample import Province
from loaders.sample.books import BLANK, ReturnBook
from tests.loaders.sample.final_returns import final

B1 = FORMS["B1"].positions


def column(book: ReturnBook, form: str, measure: str) -> np.ndarray:
    return book.forms[form].values[:, FORMS[form].positions[measure]]


def test_members_at_the_end_are_those_at_the_start_with_what_came_and_went(either: Province) -> None:
    for book in either.returns:
        came = sum(column(book, "B1", code) for code in (*INCREASES, "reorganised_net"))
        went = sum(column(book, "B1", code) for code in DECREASES)
        np.testing.assert_array_equal(
            column(book, "B1", "members_end"), column(book, "B1", "members_start") + came - went
        )


@pytest.mark.parametrize("form", RETURNS, ids=lambda form: form.code)
def test_no_part_exceeds_its_whole_and_no_count_is_negative(either: Province, form: Form) -> None:
    parts = [rule for rule in form.checks if isinstance(rule, AtMost)]
    assert {rule.part for rule in parts} >= {measure.code for measure in form.measures if measure.part_of}
    for book in either.returns:
        if form.code in book.forms:
            values = book.forms[form.code].values
            assert (values[values != BLANK] >= 0).all()
            for rule in parts:
                part, whole = (values[:, form.positions[code]] for code in (rule.part, rule.whole))
                assert ((part <= whole) | (part == BLANK) | (whole == BLANK)).all(), (book.district, book.period, rule)


def test_both_forms_give_the_same_admissions(either: Province) -> None:
    for book in either.returns:
        assert book.forms["B1"].units == book.forms["B2"].units
        np.testing.assert_array_equal(column(book, "B1", "admitted"), column(book, "B2", "admitted"))


def test_a_cell_opens_with_what_it_closed_with_wherever_it_has_gone(either: Province) -> None:
    closed: dict[str, int] = {}
    for book in final(either):
        starts = dict(zip(book.forms["B1"].units, column(book, "B1", "members_start").tolist(), strict=True))
        assert all(closed.get(cell, start) == start for cell, start in starts.items())
        closed |= zip(book.forms["B1"].units, column(book, "B1", "members_end").tolist(), strict=True)
    assert len(closed) == either.scale.cells


def test_transfers_inside_the_province_balance_but_for_a_few_in_transit(full: Province) -> None:
    for period in full.scale.periods[:-1]:
        totals = sum(book.forms["B1"].values.clip(min=0).sum(axis=0) for book in full.returns if book.period == period)
        assert isinstance(totals, np.ndarray)
        arrived, left = totals[B1["transferred_in_district"]], totals[B1["transferred_out_district"]]
        assert abs(arrived - left) <= 6
        assert left > 100
    for book in full.returns:
        assert (
            abs(column(book, "B1", "transferred_in_base").sum() - column(book, "B1", "transferred_out_base").sum()) <= 2
        )


def test_units_of_a_return_are_those_of_the_tree_at_the_end_of_its_period(either: Province) -> None:
    for book in either.returns:
        tree = either.registry.at(book.period.end)
        for code, counts in book.forms.items():
            grain = FORMS[code].grain
            assert grain is not None
            below = {unit.code for unit in tree.within(tree.by_code[book.district].id) if unit.has_grain(grain)}
            assert set(counts.units) == below
            assert len(counts.units) == len(below)


def test_flags_are_one_or_blank_and_few_other_cells_are_blank(full: Province) -> None:
    blanks = 0
    for book in full.returns:
        for code, counts in book.forms.items():
            for place, measure in enumerate(FORMS[code].measures):
                values = counts.values[:, place]
                if measure.kind is Kind.FLAG:
                    assert set(np.unique(values)) <= {1, BLANK}
                else:
                    blanks += int((values == BLANK).sum())
    assert 0 < blanks < 40


def test_rows_give_none_for_a_blank_cell(tiny: Province) -> None:
    counts = tiny.returns[0].forms["B2"]
    place = FORMS["B2"].positions["no_masses_left"]
    flags = [row[place] for row in counts.rows().values()]
    assert flags == [None if value == BLANK else 1 for value in counts.values[:, place]]
