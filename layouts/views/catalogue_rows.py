"""Rows of returns and of the catalogue, for commands and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from data.language import Language
from data.periods import Period
from indicators.answers.rows import TableRow
from indicators.values.model import Direction, Format, Indicator, PlanKind

if TYPE_CHECKING:
    from data.forms.vocabulary import Vocabulary
    from data.tables.records import DueReturn, ReturnStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow(TableRow):
    """A return owed by a unit, with its status."""

    unit: str
    unit_name: str
    form: str
    period: Period
    status: ReturnStatus
    due: date
    received_at: datetime | None
    versions: int
    reporting: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow(TableRow):
    """A full catalogue entry, in both languages.

    `plan` is whose plan applies to a unit: none, own, inherited; `standard` applies without a decision.
    """

    indicator: Indicator
    title_vi: str
    title_en: str
    unit_vi: str
    unit_en: str
    direction: Direction
    formula: str
    formula_vi: str
    formula_en: str
    measures: tuple[str, ...]
    forms: tuple[str, ...]
    clause: str
    meaning_vi: str
    meaning_en: str
    format: Format
    plan: PlanKind
    standard: Fraction | None
    note_vi: str | None
    note_en: str | None


def due_row(due: DueReturn) -> ReturnRow:
    """The row of a return owed by a unit."""
    return ReturnRow(
        unit=due.unit.code,
        unit_name=due.unit.name,
        form=due.form,
        period=due.period,
        status=due.status,
        due=due.due,
        received_at=due.received_at,
        versions=due.versions,
        reporting=due.reporting,
        expected=due.expected,
    )


def catalogue_row(indicator: Indicator, vocabulary: Vocabulary) -> CatalogueRow:
    """The row of a catalogue entry."""
    from indicators.values.model import measures_of
    from indicators.values.reading import sources
    from layouts.words import formulas

    given = dict.fromkeys(code for group in indicator.operands for code in sources(vocabulary, group))
    derived = vocabulary.derived
    forms = dict.fromkeys(form for code in given for form in (derived[code].reads_from if code in derived else (code,)))
    return CatalogueRow(
        indicator=indicator,
        title_vi=indicator.title.vi,
        title_en=indicator.title.en,
        unit_vi=indicator.unit.vi,
        unit_en=indicator.unit.en,
        direction=indicator.direction,
        formula=formulas.in_codes(indicator),
        formula_vi=formulas.in_words(indicator, Language.VI),
        formula_en=formulas.in_words(indicator, Language.EN),
        measures=measures_of(indicator.formula),
        forms=tuple(forms),
        clause=indicator.clause,
        meaning_vi=indicator.meaning.vi,
        meaning_en=indicator.meaning.en,
        format=indicator.format,
        plan=indicator.plan,
        standard=indicator.standard,
        note_vi=indicator.note.vi if indicator.note else None,
        note_en=indicator.note.en if indicator.note else None,
    )
