"""What is said of the list of lagging cells, with the same counts wherever it is said; and why a cell comes early."""

from __future__ import annotations

from collections.abc import Iterator

from data.language import Language
from data.periods import Period
from indicators.answers.cell_list import LaggingCell, ListCounts
from indicators.methods.lagging import LONGEST_STREAK, Ranked
from indicators.methods.reasons import REASON_TITLES, ListPart
from layouts.text import CATALOGUE
from layouts.views.ask import Ask
from layouts.views.figure_links import anchored
from layouts.words import formats

say = CATALOGUE.say
_COMPARED = (ListPart.NEW, ListPart.STILL, ListPart.RECOVERED)
_LEAST = 0.001
_HALF = 0.5  # less than half a person is written as none


def inside(title: str) -> str:
    """A title in the middle of a sentence."""
    return title[0].lower() + title[1:]


def parts(counts: ListCounts, speech: Language) -> Iterator[tuple[ListPart, str]]:
    """The parts of the list besides the whole, each with its count: "22 mới phát sinh".

    None about changes where nothing can be compared; missing returns only where there are any.
    """
    for part in _shown(counts):
        yield part, say(f"lagging.part_{part}", speech, count=formats.number(counts.of(part), speech))


def linked_parts(asked: Ask, counts: ListCounts) -> Iterator[tuple[ListPart, str]]:
    """The same parts, each count with the address of what it counts."""
    for part in _shown(counts):
        yield part, say(f"lagging.part_{part}", asked.language, count=figure(asked, counts, part))


def figure(asked: Ask, counts: ListCounts, part: ListPart) -> str:
    """The count of a part with the address of its list; none is no link."""
    text = formats.number(counts.of(part), asked.language)
    return anchored(text, asked.address("/lagging", course=part)) if counts.of(part) else text


def _shown(counts: ListCounts) -> Iterator[ListPart]:
    if counts.totals.compared:
        yield from _COMPARED
        if counts.uncompared:
            yield ListPart.UNCOMPARED
    if counts.missing:
        yield ListPart.MISSING


def compared_with(counts: ListCounts, period: Period, speech: Language) -> str:
    """What the changes are compared with, or why they cannot be."""
    before = period.previous.inside(speech)
    if not counts.totals.reported:
        return say("lagging.none_reported", speech, period=period.inside(speech))
    return say("lagging.compared" if counts.totals.compared else "lagging.not_compared", speech, before=before)


def summary(counts: ListCounts, period: Period, speech: Language) -> str:
    """What changed and what is missing, as one sentence."""
    told = dict(parts(counts, speech))
    lacking = told.pop(ListPart.MISSING, "")
    text = compared_with(counts, period, speech) + (f": {', '.join(told.values())}" if told else "")
    note = f"{lacking}, {say('lagging.not_counted', speech)}" if lacking else ""
    known = (text, note) if counts.totals.reported or not note else (note,)
    sentence = "; ".join(part for part in known if part)
    return f"{sentence[0].upper()}{sentence[1:]}."


def why(cell: LaggingCell, speech: Language) -> str:
    """Why a cell comes early in the list: "7 năm liền không kết nạp; 2 lý do"."""
    grounds = list(_grounds(cell, speech)) or [inside(REASON_TITLES[reason][speech]) for reason in cell.reasons]
    return "; ".join(grounds)


def _grounds(cell: LaggingCell, speech: Language) -> Iterator[str]:
    if cell.streak:
        key = "lagging.why_years_most" if cell.streak >= LONGEST_STREAK else "lagging.why_years"
        yield say(key, speech, count=cell.streak)
    if len(cell.reasons) > 1:
        yield say("lagging.why_reasons", speech, count=len(cell.reasons))
    if cell.streak and cell.ranked is not None and cell.ranked.probability is not None:
        yield say("lagging.why_chance", speech, share=chance(cell.ranked, speech))
    if cell.attainable is not None and cell.attainable >= _HALF:
        yield say("lagging.why_people", speech, count=formats.number(cell.attainable, speech))


def chance(ranked: Ranked[int] | None, speech: Language) -> str:
    """The probability of so few admissions."""
    if ranked is None or ranked.probability is None:
        return ""
    written = formats.share(max(ranked.probability, _LEAST), speech)
    return f"< {written}" if ranked.probability < _LEAST else written
