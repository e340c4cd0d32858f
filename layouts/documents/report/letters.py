"""Letters of the Organisation Board: a reminder to who has not returned, and what each unit should look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from data.forms.vocabulary import Vocabulary
from data.language import Language
from data.office_time import office_day
from data.organisations.units import Unit
from data.periods import Period
from data.reading.queries import Reader
from data.returns import OutcomeStatus
from data.tables.records import DueReturn, Receipt, ReturnStatus
from indicators.methods.reasons import REASON_TITLES, Standing
from layouts.documents.report.facts import ReportFacts
from layouts.documents.report.model import AnnexTable, Block, Document, Letterhead, Paragraph, Profile
from layouts.documents.report.wording import Wording
from layouts.words import formats

_RECEIPTS = 500
_FINDINGS = 10


def reminders(
    reader: Reader, period: Period, *, profile: Profile = Profile.HD05_2026, language: Language = Language.VI
) -> Iterator[tuple[Unit, Document]]:
    """A letter for each sender whose returns of a period are missing; a refused file is told with what was found."""
    words, due = Wording(language), reader.returns(period)
    refused = _refused(reader)
    senders = dict.fromkeys(item.unit for item in due if item.status is ReturnStatus.MISSING)
    for unit in senders:
        missing = [item for item in due if item.unit == unit and item.status is ReturnStatus.MISSING]
        blocks = tuple(_reminder(words, reader.vocabulary, unit, period, missing, refused.get(unit.code)))
        yield unit, _letter(reader, words, unit, period, blocks, profile, kind="reminder")


def _reminder(
    words: Wording,
    vocabulary: Vocabulary,
    unit: Unit,
    period: Period,
    missing: list[DueReturn],
    refused: Receipt | None,
) -> Iterator[Block]:
    due = formats.day(missing[0].due, words.language)
    yield Paragraph(text=words.say("letter.missing", unit=unit.name, period=words.period(period), due=due))
    for item in missing:
        form = vocabulary.forms[item.form]
        told = words.say("letter.form", form=item.form, title=form.title[words.language])
        yield Paragraph(text=told, is_item=True)
    if refused is not None:
        came = formats.instant(refused.received_at, words.language)
        yield Paragraph(text=words.say("letter.refused", file=refused.file_name, at=came))
        for finding in refused.findings[:_FINDINGS]:
            place = ", ".join(part for part in (finding.sheet, finding.cell) if part)
            sentence = finding.message[words.language]
            yield Paragraph(text=f"{place}: {sentence}" if place else sentence, is_item=True)
        more = len(refused.findings) - _FINDINGS
        if more > 0:
            yield Paragraph(text=words.say("letter.more_findings", count=more), is_item=True)
    yield Paragraph(text=words.say("letter.please"))


def _refused(reader: Reader) -> dict[str, Receipt]:
    """The last refused file of each sender, unless a later one of the same sender was accepted."""
    found: dict[str, Receipt | None] = {}
    for receipt in reader.receipts(_RECEIPTS):
        is_refused = receipt.status is OutcomeStatus.REFUSED
        for unit in {unit for unit, *_ in receipt.returns}:
            found.setdefault(unit, receipt if is_refused else None)
    return {unit: receipt for unit, receipt in found.items() if receipt is not None}


def feedback(
    reader: Reader, period: Period, *, profile: Profile = Profile.HD05_2026, language: Language = Language.VI
) -> Iterator[tuple[Unit, Document]]:
    """A letter for each unit directly below with cells on the list of a period, and the list as its annex.

    Raises:
        UnknownUnit: there is no registry yet.
    """
    facts, words = ReportFacts(reader, period, language), Wording(language)
    for unit in facts.compared:
        table = _cells(facts, words, unit)
        if table.rows:
            told = words.say("letter.lagging", unit=unit.name, count=len(table.rows), period=words.period(period))
            blocks = (Paragraph(text=told), Paragraph(text=words.say("letter.answer")))
            letter = _letter(reader, words, unit, period, blocks, profile, kind="feedback")
            yield unit, replace(letter, annexes=(table,))


def _cells(facts: ReportFacts, words: Wording, unit: Unit) -> AnnexTable:
    rows = []
    for item in facts.lagging.cells:
        line = facts.lagging.tree.ancestors(item.cell.id)
        if item.standing is not Standing.LAGGING or unit.id not in {above.id for above in line}:
            continue
        reasons = "; ".join(REASON_TITLES[reason][words.language] for reason in item.reasons)
        base = line[0].name if line and line[0].id != unit.id else item.cell.name
        streak = formats.NOTHING if item.streak is None else words.count(item.streak)
        rows.append((base, item.cell.name, words.count(item.members), streak, reasons))
    header = ("number", "base", "cell", "members", "streak", "reasons")
    return AnnexTable(
        number=words.say("annex.number", number=1),
        title=words.say("annex.cells", period=words.period(facts.period)),
        unit=words.say("annex.unit.column"),
        source=words.source(facts.reader.as_of),
        header=tuple(words.say(f"column.{name}") for name in header),
        rows=tuple((str(place), *row) for place, row in enumerate(sorted(rows), start=1)),
        numeric=frozenset({3, 4}),
    )


def _letter(
    reader: Reader,
    words: Wording,
    unit: Unit,
    period: Period,
    blocks: tuple[Block, ...],
    profile: Profile,
    *,
    kind: str,
) -> Document:
    if reader.as_of is None:
        raise ValueError("a letter names the instant of its figures: give the reader one")
    return Document(
        profile=profile,
        letterhead=Letterhead(
            party=words.say("party"),
            superior=words.say("superior.blank"),
            issuer=words.say("issuer"),
            number=words.say("number.letter"),
            place_and_date=words.say("place_and_date", year=office_day(reader.as_of).year),
            mark=words.say("mark"),
            kind="",
            subject=words.say(f"letter.subject.{kind}", period=words.period(period)),
        ),
        blocks=blocks,
        addressee=words.say("letter.to", unit=unit.name),
        recipients_title=words.say("recipients"),
        recipients=(words.say("recipient.above"), words.say("recipient.file")),
        signer=(words.say("signer"),),
        as_of=reader.as_of,
    )
