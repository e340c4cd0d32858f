"""The forms' declarations are consistent with each other, with the tables and with the migrations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.forms.builtin import (
    BUILTIN,
    DERIVED,
    FORMS,
    MEASURES,
    SOURCES,
    VERSIONS,
    form_on,
    form_version,
    returns_on,
    source_of,
)
from data.forms.model import AtMost, Balance, Form, FormError, stock
from data.language import Text
from data.measures import Kind
from data.sums.families.builtin import FAMILIES
from data.sums.families.model import StoredFamily
from data.tables.form_tables import leaf_tables, metadata_of, rollup_tables
from data.writing.store import Store

LEAVES = leaf_tables(BUILTIN)
ROLLUPS = rollup_tables(BUILTIN)

EVERY_VERSION = [form for versions in VERSIONS.values() for form in versions]


@pytest.mark.parametrize("form", EVERY_VERSION, ids=lambda form: f"{form.code}-{form.version}")
def test_every_column_has_titles_in_both_languages_and_a_header_of_its_own(form: Form) -> None:
    assert all(column.title.vi and column.title.en for column in form.columns)
    headers = [column.header for column in form.columns]
    assert len(set(headers)) == len(headers)


@pytest.mark.parametrize("form", EVERY_VERSION, ids=lambda form: f"{form.code}-{form.version}")
def test_every_measure_has_its_column_in_the_table_and_every_count_in_the_roll_up(form: Form) -> None:
    for measure in form.measures:
        assert measure.code in LEAVES[form.code].columns
        assert (measure.code in ROLLUPS[form.code].columns) == (measure.kind is not Kind.CATEGORY)


def test_no_two_versions_are_in_force_on_the_same_day() -> None:
    for versions in VERSIONS.values():
        for older, newer in pairwise(versions):
            assert older.valid_to is not None
            assert older.valid_to + timedelta(days=1) == newer.valid_from


@pytest.mark.parametrize(
    ("code", "day", "version"),
    [
        ("B1", date(1997, 12, 31), "2015"),
        ("B1", date(2025, 6, 30), "2015"),
        ("B1", date(2025, 9, 30), "2025"),
        ("B6", date(2017, 12, 31), "2012"),
        ("B6", date(2018, 12, 31), "2018"),
    ],
)
def test_the_day_determines_the_version(code: str, day: date, version: str) -> None:
    assert form_on(code, day).version == version
    assert form_version(code, version) is form_on(code, day)
    assert [form.version for form in returns_on(day) if form.code == code] == [version]


def test_the_versions_of_b1_give_one_series_and_those_of_b6_two() -> None:
    old, new = VERSIONS["B1"]
    assert [m.code for m in old.measures] == [m.code for m in new.measures]
    old, new = VERSIONS["B6"]
    assert {m.code for m in old.measures} & {m.code for m in new.measures} == {"reviewed_due", "reviewed"}


@pytest.mark.parametrize("form", EVERY_VERSION, ids=lambda form: f"{form.code}-{form.version}")
def test_no_alias_is_the_header_of_another_column(form: Form) -> None:
    headers = {column.header: column.code for column in form.columns}
    for column in form.columns:
        for alias in column.aliases:
            whole = (*column.header[:-1], *alias) if len(alias) == 1 else alias
            assert headers.get(whole, column.code) == column.code


def test_every_derived_family_is_implemented_once_and_reads_from_existing_forms() -> None:
    assert {code: family.declared for code, family in FAMILIES.items()} == DERIVED
    assert {code for code, family in FAMILIES.items() if isinstance(family, StoredFamily)} == DERIVED.keys() & ROLLUPS
    assert all(set(family.reads_from) <= FORMS.keys() for family in DERIVED.values())


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


def test_a_rule_about_an_unknown_column_is_refused_when_the_form_is_constructed() -> None:
    with pytest.raises(FormError):
        Form(
            code="X",
            number="X",
            title=Text("x", "x"),
            fields=(),
            rules=(AtMost(part="nothing", whole="admitted"),),
            valid_from=date(2020, 1, 1),
        )


@pytest.mark.parametrize("code", ["female_heads", "ethnic_candidates", "heads_resigned", "violations_settled"])
def test_counts_of_sex_ethnicity_and_discipline_declare_whether_they_are_sensitive(code: str) -> None:
    silent = stock(code, "Số", "Number")
    with pytest.raises(FormError, match=f"B3: {code}: .* declare sensitive=True"):
        replace(FORMS["B3"], measures=(*FORMS["B3"].measures, silent))
    for said in (True, False):
        replace(FORMS["B3"], measures=(*FORMS["B3"].measures, replace(silent, sensitive=said)))


def test_the_first_source_that_gives_all_measures_is_taken() -> None:
    assert source_of(("admitted",)) == "B1"
    assert source_of(("female_admitted", "admitted")) == "B2"
    assert source_of(("female_admitted", "villages")) is None


def test_the_migrations_lead_to_the_declared_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        missing = compare_metadata(context, metadata_of(BUILTIN))
    assert not missing, f'no migration makes these: run .venv/bin/python -m data.migrations "what changed"\n{missing}'
