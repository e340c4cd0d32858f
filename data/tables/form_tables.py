"""The wide tables of a form, generated from its declaration: one of leaf rows and one of sums."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

from data.forms.model import Form
from data.forms.vocabulary import Source, Vocabulary
from data.tables import standings
from data.tables.schema import metadata


def leaf_table(form: Form) -> Table:
    """The table of a form's rows, with a column per measure; cached by set of columns."""
    return _leaf_table(form.code, form.stored_columns)


def rollup_table(source: Source) -> Table:
    """The table of a source's sums, with a column per count; cached by set of columns."""
    return _rollup_table(source.code, source.count_codes)


def leaf_tables(vocabulary: Vocabulary) -> Mapping[str, Table]:
    """The tables of rows by form."""
    return {code: leaf_table(form) for code, form in vocabulary.stored.items()}


def rollup_tables(vocabulary: Vocabulary) -> Mapping[str, Table]:
    """The tables of sums by source."""
    return {code: rollup_table(source) for code, source in vocabulary.summed.items()}


def metadata_of(vocabulary: Vocabulary) -> MetaData:
    """All tables: the fixed ones and those of the vocabulary's forms and families."""
    found = MetaData(naming_convention=metadata.naming_convention)
    tables = (metadata.tables, standings.TABLES, leaf_tables(vocabulary), rollup_tables(vocabulary))
    for table in (table for some in tables for table in some.values()):
        table.to_metadata(found)
    return found


@cache
def _leaf_table(code: str, columns: tuple[tuple[str, bool], ...]) -> Table:
    name = code.lower()
    return Table(
        name,
        MetaData(naming_convention=metadata.naming_convention),
        Column("submission_id", Integer, ForeignKey("submissions.id"), primary_key=True),
        Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
        Column("period", String(16), primary_key=True),
        Column("row", Integer, nullable=False),
        *(Column(measure, String(16) if is_category else Integer) for measure, is_category in columns),
        Column("not_applicable", Text),
        Index(f"ix_{name}_period_unit_id", "period", "unit_id"),  # whole periods are read as often as single units
    )


@cache
def _rollup_table(code: str, counts: tuple[str, ...]) -> Table:
    return Table(
        f"{code.lower()}_rollup",
        MetaData(naming_convention=metadata.naming_convention),
        Column("period", String(16), primary_key=True),
        Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
        Column("reporting", Integer, nullable=False),
        *(Column(measure, Integer) for measure in counts),
        Column("blanks", JSON),
    )
