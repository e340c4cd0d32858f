"""The commands that write documents: the periodic report, and letters to units."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.periods import Period
from data.viewers import SYSTEM
from layouts.console.messages import LANGUAGE, InvalidUsage, note, say, sentence
from layouts.console.opening import environment, log_export, open_store
from layouts.console.queries import AsOf
from layouts.documents.report.model import Profile

if TYPE_CHECKING:
    from layouts.documents.report.model import Document

documents = typer.Typer(rich_markup_mode=None)

ByRules = Annotated[Profile, typer.Option("--layout", help=say("report.layout"))]
_FOLDER = "reports"


class Letter(StrEnum):
    """The kinds of letters."""

    REMINDER = "reminder"
    FEEDBACK = "feedback"


@documents.command(help=say("report"))
def report(
    period: Annotated[str | None, typer.Option(help=say("option.one_period"), metavar="P")] = None,
    as_of: AsOf = None,
    since: Annotated[str | None, typer.Option(help=say("report.since"), metavar="ISO")] = None,
    layout: ByRules = Profile.HD05_2026,
    due: Annotated[bool, typer.Option("--due", help=say("report.due"))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("report.output"), metavar="FILE")] = None,
) -> None:
    """The periodic report to the Standing Committee, as .docx or .pdf."""
    from layouts.console import arguments
    from layouts.documents.report.calendar import due_reports
    from layouts.documents.report.composing import compose

    if due is bool(period):
        raise InvalidUsage(sentence("report.period_or_due"))
    settings, now = environment(), datetime.now(UTC)
    known_at = arguments.instant(as_of, end_of_day=True) if as_of else now
    with closing(open_store(settings)) as store:
        earlier = store.reader(SYSTEM, arguments.instant(since, end_of_day=True)) if since else None
        if period:
            wanted = Period.parse(period)
            made = compose(store.reader(SYSTEM, known_at), wanted, profile=layout, language=LANGUAGE, earlier=earlier)
            save_paper(made, output or settings.data_dir / _FOLDER / f"{wanted}.docx")
            log_export(store, "report", period, as_of)
            return
        folder = output or settings.data_dir / _FOLDER
        waiting = [(wanted, at, folder / f"{wanted}.docx") for wanted, at in due_reports(store.reader(SYSTEM), now)]
        for wanted, at, path in waiting:
            if not path.exists():
                save_paper(compose(store.reader(SYSTEM, at), wanted, profile=layout, language=LANGUAGE), path)
                log_export(store, "report", wanted.code, at.isoformat())
        if not any(waiting):
            note("report.none_due")


@documents.command(help=say("letters"))
def letters(
    period: Annotated[str, typer.Option(help=say("option.one_period"), metavar="P")],
    kind: Annotated[Letter, typer.Option(help=say("letters.kind"))] = Letter.REMINDER,
    as_of: AsOf = None,
    layout: ByRules = Profile.HD05_2026,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("option.folder"), metavar="DIR")] = None,
) -> None:
    """A letter a unit: what it has not sent, or which of its cells need attention."""
    from layouts.console import arguments
    from layouts.documents.report.letters import feedback, reminders

    settings, wanted = environment(), Period.parse(period)
    known_at = arguments.instant(as_of, end_of_day=True) if as_of else datetime.now(UTC)
    write = {Letter.REMINDER: reminders, Letter.FEEDBACK: feedback}[kind]
    with closing(open_store(settings)) as store:
        made = list(write(store.reader(SYSTEM, known_at), wanted, profile=layout, language=LANGUAGE))
        for unit, letter in made:
            save_paper(letter, (output or settings.data_dir / _FOLDER) / f"{kind}_{unit.code}_{wanted}.docx")
        log_export(store, f"letters {kind}", period, as_of, *(unit.code for unit, _ in made))
    if not made:
        note("letters.none", period=wanted.title(LANGUAGE))


def save_paper(made: Document, path: Path) -> None:
    """Writes a document in the format given by the file name extension.

    Raises:
        InvalidUsage: neither .docx nor .pdf.
    """
    from layouts.console.report import save
    from layouts.documents.report.pdf import pdf
    from layouts.documents.report.word import word

    match path.suffix.lower():
        case ".docx":
            save(word(made), path)
        case ".pdf":
            save(pdf(made, LANGUAGE), path)
        case _:
            raise InvalidUsage(sentence("report.format", path=path))
