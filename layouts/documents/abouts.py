"""What the tables that leave the house say of themselves: of what, as known when, by which version, from where."""

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
from layouts.documents.tables import About
from layouts.words import formats


def of_enquiry(reader: Reader, enquiry: Enquiry, statement: Statement, now: datetime, speech: Language) -> About:
    """Of a table of indicators; `now` is when figures without an instant are taken."""
    unit = reader.root() if enquiry.unit is None else reader.unit(enquiry.unit)
    rows = unit.name
    if enquiry.level is not None:
        rows = _say(f"level.{enquiry.level}", speech, unit=unit.name)
    facts = [
        ("rows", rows),
        ("periods", _span(enquiry.periods, speech)),
        ("as_of", _instant(reader, now, speech)),
        ("basis", _say(f"basis.{enquiry.basis}", speech)),
    ]
    catalogue = catalogue_of(reader.vocabulary)
    return _about(f"title.{statement}", facts, speech, tuple(catalogue[code] for code in enquiry.indicators))


def of_list(reader: Reader, title: str, now: datetime, speech: Language, **facts: str | None) -> About:
    """Of another table (`title` is a message after "title."); facts are messages after "fact.", None ones left out."""
    known = [(name, text) for name, text in facts.items() if text]
    return _about(f"title.{title}", [*known, ("as_of", _instant(reader, now, speech))], speech)


def _about(title: str, facts: list[tuple[str, str]], speech: Language, indicators: tuple[Indicator, ...] = ()) -> About:
    known = (*facts, ("program", _say("program", speech, version=VERSION)), ("source", _say("source", speech)))
    named = [(_say(f"fact.{name}", speech), text) for name, text in known]
    return About(title=_say(title, speech), facts=tuple(named), indicators=indicators)


def _span(periods: tuple[Period, ...], speech: Language) -> str:
    ends = dict.fromkeys((periods[0], periods[-1]))
    return " – ".join(period.title(speech) for period in ends)


def _instant(reader: Reader, now: datetime, speech: Language) -> str:
    if reader.as_of is not None:
        return formats.instant(reader.as_of, speech)
    return _say("now", speech, at=formats.instant(now, speech))


_say = WORDS.say
