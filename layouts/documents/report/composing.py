"""Composes the periodic report to the Standing Committee from facts as known at one instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.language import Language
from data.office_time import office_day
from data.periods import Period
from data.reading.queries import Reader
from data.tables.records import ReturnStatus
from layouts.documents.report import sections
from layouts.documents.report.annexes import annexes
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.model import Block, Document, Letterhead, Paragraph, Profile, ReportHeading
from layouts.documents.report.wording import Wording
from layouts.views.ask import Ask
from layouts.words import formats


class NotFrozen(ValueError):
    """A report is asked for without the instant that its figures are known at."""


def compose(
    reader: Reader,
    period: Period,
    *,
    profile: Profile = Profile.HD05_2026,
    language: Language = Language.VI,
    earlier: Reader | None = None,
    links: Ask | None = None,
) -> Document:
    """The report of a period on the reader's branch, as known at the reader's instant: asked again, it says the same.

    `earlier` reads as known when the last report was made; with it the report says what has changed since. With `links`
    its figures are anchored at the pages that state them, for a page.

    Raises:
        NotFrozen: the reader has no instant.
        UnknownUnit: there is no registry yet.
    """
    if reader.as_of is None:
        raise NotFrozen("a report names the instant of its figures: give the reader one")
    facts, words = ReportFacts(reader, period, language), Wording(language, links)
    blocks: list[Block] = [_opening(facts, words)]
    for part in (sections.leading, sections.results, sections.shortcomings):
        blocks += part(facts, words)
    if earlier is not None:
        blocks.append(ReportHeading(text=words.say("section.corrected"), level=2))
        blocks += sections.corrected(facts, words, earlier)
    blocks += [*sections.prospects(facts, words), *sections.proposals(facts, words)]
    return Document(
        profile=profile,
        letterhead=_letterhead(facts, words, reader.as_of),
        blocks=_ended(blocks, profile),
        recipients_title=words.say("recipients"),
        recipients=tuple(words.say(f"recipient.{name}") for name in ("committee", "office", "senders", "file")),
        signer=(words.say("signer"),),
        annexes=tuple(annexes(facts, words)),
        as_of=reader.as_of,
    )


def _opening(facts: ReportFacts, words: Wording) -> Paragraph:
    everybody = {item.unit for item in facts.due}
    sent = len(everybody) - len(facts.senders(ReturnStatus.MISSING))
    told = words.say(
        "opening",
        period=words.period(facts.period),
        unit=facts.root.name,
        as_of=formats.instant(facts.reader.as_of, words.language),
        sent=words.at(f"{sent}/{len(everybody)}", "/returns", period=facts.period.code, figure="sent"),
    )
    partly = any(not facts.row(code).is_complete for code in facts.codes)
    return Paragraph(text=f"{told} {words.say('opening.incomplete')}" if partly else told)


def _letterhead(facts: ReportFacts, words: Wording, as_of: datetime) -> Letterhead:
    return Letterhead(
        party=words.say("party"),
        superior=words.say("superior.blank"),
        issuer=words.say("issuer"),
        number=words.say("number"),
        place_and_date=words.say("place_and_date", year=office_day(as_of).year),
        mark=words.say("mark"),
        kind=words.say("kind"),
        subject=words.say("subject", period=words.period(facts.period)),
    )


def _ended(blocks: list[Block], profile: Profile) -> tuple[Block, ...]:
    """The last sentence ends as the rules ask: "./." until 2026, a full stop since."""
    last = blocks[-1]
    if profile is Profile.HD36_2018 and isinstance(last, Paragraph):
        return (*blocks[:-1], replace(last, text=last.text.removesuffix(".") + "./."))
    return tuple(blocks)
