"""The forms' declarations agree with themselves, with the tables and with the migrations."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.forms import FORMS, MEASURES, RETURNS, SOURCES, source_of
from data.forms.model import AtMost, Balance, Form, FormError
from data.language import Text
from data.schema import LEAVES, ROLLUPS, metadata
from data.store import Store


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_column_has_titles_in_both_languages_and_a_header_of_its_own(form: Form) -> None:
    assert all(column.title.vi and column.title.en for column in form.columns)
    headers = [column.header for column in form.columns]
    assert len(set(headers)) == len(headers)


@pytest.mark.parametrize("form", RETURNS, ids=lambda form: form.code)
def test_every_measure_of_a_return_has_its_column_in_table_and_roll_up(form: Form) -> None:
    for measure in form.measures:
        assert measure.code in LEAVES[form.code].columns
        assert measure.code in ROLLUPS[form.code].columns


def test_a_measure_that_several_sources_give_is_of_one_kind() -> None:
    for source in SOURCES.values():
        for measure in source.measures:
            assert measure.kind == MEASURES[measure.code].kind


def test_the_balance_of_b1_stands_in_its_column_numbers() -> None:
    assert FORMS["B1"].column_numbers["members_end"] == "16=1+2+3+4+5+6+15-7-8-9-11-12-13-14"


def test_parts_are_not_decreases() -> None:
    balance = next(rule for rule in FORMS["B1"].rules if isinstance(rule, Balance))
    parts = {measure.code for measure in FORMS["B1"].measures if measure.part_of}
    assert not parts & {*balance.plus, *balance.minus}


def test_a_rule_about_an_unknown_column_is_refused_when_the_form_is_made() -> None:
    with pytest.raises(FormError):
        Form(code="X", number="X", title=Text("x", "x"), fields=(), rules=(AtMost(part="nothing", whole="admitted"),))


def test_the_first_source_that_gives_all_measures_is_taken() -> None:
    assert source_of(("admitted",)) == "B1"
    assert source_of(("female_admitted", "admitted")) == "B2"
    assert source_of(("female_admitted", "villages")) is None


def test_the_migrations_lead_to_the_declared_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
