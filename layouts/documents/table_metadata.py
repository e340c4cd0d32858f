"""Metadata of exported tables: scope, as-of instant, program version, source."""

from __future__ import annotations

from datetime import datetime

from data.language import Language
from data.periods import Period
from data.reading.queries import Reader
from data.version import VERSION
from indicators.answers.enquiry import Enquiry
from indicators.answers.statements import Statement
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import Indicator
from layouts.documents.columns import WORDS
from layouts.documents.tables import TableMetadata
from layouts.words import formats


def of_enquiry(
    reader: Reader, enquiry: Enquiry, statement: Statement, now: datetime, language: Language
) -> TableMetadata:
    """Metadata of a table of indicators; `now` is the export time when there is no as-of instant."""
    unit = reader.root() if enquiry.unit is None else reader.unit(enquiry.unit)
    rows = unit.name
    if enquiry.level is not None:
        rows = _say(f"level.{enquiry.level}", language, unit=unit.name)
    facts = [
        ("rows", rows),
        ("periods", _span(enquiry.periods, language)),
        ("as_of", _instant(reader, now, language)),
        ("basis", _say(f"basis.{enquiry.basis}", language)),
    ]
    catalogue = catalogue_of(reader.vocabulary)
    return _build(f"title.{statement}", facts, language, tuple(catalogue[code] for code in enquiry.indicators))


def of_list(reader: Reader, title: str, now: datetime, language: Language, **facts: str | None) -> TableMetadata:
    """Metadata of another table; `title` and the facts' names are keys below "title." and "fact."; None is omitted."""
    known = [(name, text) for name, text in facts.items() if text]
    return _build(f"title.{title}", [*known, ("as_of", _instant(reader, now, language))], language)


def _build(
    title: str, facts: list[tuple[str, str]], language: Language, indicators: tuple[Indicator, ...] = ()
) -> TableMetadata:
    known = (*facts, ("program", _say("program", language, version=VERSION)), ("source", _say("source", language)))
    named = [(_say(f"fact.{name}", language), text) for name, text in known]
    return TableMetadata(title=_say(title, language), facts=tuple(named), indicators=indicators)


def _span(periods: tuple[Period, ...], language: Language) -> str:
    ends = dict.fromkeys((periods[0], periods[-1]))
    return " – ".join(period.title(language) for period in ends)


def _instant(reader: Reader, now: datetime, language: Language) -> str:
    if reader.as_of is not None:
        return formats.instant(reader.as_of, language)
    return _say("now", language, at=formats.instant(now, language))


_say = WORDS.say
