"""Completeness of a period: which committees have sent all returns due, and which have not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.language import Language
from data.observations import Basis
from data.organisations.units import LEVELS, Level
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.tables.records import DueReturn, ReturnStatus
from layouts.text import t
from layouts.views.ask import Ask
from layouts.words import formats, listing

_NAMED = 4


@dataclass(frozen=True, slots=True)
class Completeness:
    """Names of the sending committees, and of those with a return missing."""

    committees: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def sent(self) -> int:
        """How many have sent every return."""
        return len(self.committees) - len(self.missing)


def completeness(due: Sequence[DueReturn]) -> Completeness:
    """Completeness by committee: one counts as sent when no return that it owes is missing."""
    names = {item.unit.id: item.unit.name for item in due}
    missing = {item.unit.id for item in due if item.status is ReturnStatus.MISSING}
    return Completeness(tuple(names.values()), tuple(name for unit, name in names.items() if unit in missing))


def sender(asked: Ask) -> str | None:
    """Code of the committee that sends for the requested unit; None for the province, where all do."""
    if asked.unit.kind in LEVELS[Level.PROVINCE]:
        return None
    above = [unit for unit in asked.tree.ancestors(asked.unit.id) if unit.kind in LEVELS[Level.DISTRICT]]
    return above[0].code if above else asked.unit.code


def due(asked: Ask, period: Period) -> tuple[DueReturn, ...]:
    """The returns due that concern the requested unit."""
    return asked.answered(Reader.returns, period, sender(asked))


def has_begun(found: Sequence[DueReturn]) -> bool:
    """Whether any of the returns due has come; also where none is due."""
    return not found or any(item.status is not ReturnStatus.MISSING for item in found)


def last_year(period: Period, found: Sequence[DueReturn]) -> Period:
    """The last year that is over by the end of a period of which these returns are due.

    A year whose last returns nobody has sent is not over yet: all that is read off a year would be blank.
    """
    year = period.whole_year
    is_over = period.frequency is Frequency.YEAR or (period.end == year.end and has_begun(found))
    return year if is_over else year.previous


def line(asked: Ask) -> str:
    """The completeness of the period, and any as-of instant or today's-map basis."""
    if asked.is_empty:
        return ""
    parts = [summary(due(asked, asked.period), asked.period, asked.language)]
    if asked.as_of is not None:
        parts.append(t("context.known_at", instant=formats.instant(asked.as_of, asked.language)))
    if asked.basis is Basis.TODAY:
        parts.append(t("context.on_todays_map"))
    return " ".join(parts)


def named(names: Sequence[str], language: Language) -> str:
    """The first names, and the number of the others."""
    return listing.listed(names, _NAMED, language)


def summary(found: Sequence[DueReturn], period: Period, language: Language) -> str:
    """The summary, such as "Quý III năm 2020: 14/16 đơn vị đã nộp; chưa nộp: ..."."""
    title = period.title(language)
    if not found:
        return t("freshness.none_due", period=title)
    state = completeness(found)
    counted = {"period": title, "sent": state.sent, "all": len(state.committees)}
    if not state.missing:
        return t("freshness.complete", **counted)
    return t("freshness.missing", **counted, names=named(state.missing, language))
