"""Cached answers for pages, and their values in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from data.language import Language
from data.organisations.units import Level, Unit, UnitKind
from data.periods import Frequency, Period, Term
from indicators.answers.enquiry import Enquiry, answer
from indicators.answers.rows import ValueRow
from indicators.values.against_plan import gap_in_counts
from indicators.values.model import noun_of
from indicators.values.value import STATE_TITLES, Status
from layouts.text import language
from layouts.views.ask import Ask
from layouts.words import formats

BELOW: Mapping[UnitKind, Level] = {
    UnitKind.PROVINCE: Level.DISTRICT,
    UnitKind.DISTRICT: Level.BASE,
    UnitKind.BASE_COMMITTEE: Level.CELL,
    UnitKind.SECTION: Level.CELL,
}


def written(row: ValueRow) -> str:
    """The formatted value, in the reader's language."""
    return formats.value(row.value, row.indicator.format, language())


def planned(row: ValueRow) -> str:
    """The formatted plan; a share without decimals that say nothing: "75 %"."""
    whole = row.plan is not None and row.indicator.format.is_share and (row.plan * 100).denominator == 1
    return (
        formats.share(row.plan, language(), 0) if whole else formats.value(row.plan, row.indicator.format, language())
    )


def period_title(period: Period | Term, lang: Language) -> str:
    """A period in words; a term as its code."""
    return period.code if isinstance(period, Term) else period.title(lang)


def why_missing(row: ValueRow) -> str:
    """Why there is no value."""
    return STATE_TITLES[row.state][language()]


def short_of_plan(row: ValueRow) -> int | None:
    """How many more of what it counts a share needs to reach its plan; None unless it is a share that is judged."""
    if row.plan is None or row.status is Status.NOT_JUDGED or not row.indicator.format.is_share:
        return None
    return gap_in_counts(row.indicator, row.computed, row.plan)


def noun_short(row: ValueRow) -> str:
    """The noun for what a share needs to reach its plan: "người", "hồ sơ"."""
    return noun_of(row.indicator.counts, short_of_plan(row) or 0)[language()]


def rows(
    asked: Ask, indicators: Sequence[str], unit: Unit, periods: Iterable[Period], level: Level | None = None
) -> tuple[ValueRow, ...]:
    """The indicators for a unit (or for the units of a level below it) and periods, in the requested order."""
    wanted = tuple(periods)
    enquiry = Enquiry(indicators=tuple(indicators), unit=unit.code, level=level, periods=wanted, basis=asked.basis)
    return tuple(answers(asked, enquiry))


def answers(asked: Ask, enquiry: Enquiry) -> Sequence[ValueRow]:
    """The rows of an enquiry, cached while the data is unchanged."""
    return asked.answered(answer, enquiry)


def by_indicator(found: Iterable[ValueRow]) -> Mapping[str, tuple[ValueRow, ...]]:
    """Rows by indicator code, in their order."""
    groups: dict[str, list[ValueRow]] = {}
    for row in found:
        groups.setdefault(row.indicator.code, []).append(row)
    return {code: tuple(group) for code, group in groups.items()}


def series(asked: Ask, frequency: Frequency, until: Period, most: int | None = None) -> tuple[Period, ...]:
    """Stored periods of a frequency up to the end of `until`, oldest first, at most the last `most`."""
    known = [p for p in asked.periods if p.frequency is frequency and p.end <= until.end]
    return tuple(known[-most:] if most else known)
