"""Prints the results of commands: load outcomes, tables, lists."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import typer

from data.forms.vocabulary import Vocabulary
from data.language import Text
from data.returns import CellState, Change, Effect, Outcome, OutcomeStatus, Severity, gathered
from indicators.answers.rows import RowKind, TableRow, columns
from layouts.console.messages import LANGUAGE, InvalidUsage, note, say, sentence
from layouts.console.rows import FindingRow
from layouts.documents.tables import FileFormat, Table, cells

_CHANGES_SHOWN = 200


def outcome_lines(outcome: Outcome, vocabulary: Vocabulary) -> str:
    """A line for the file and one per finding: place, problem, remedy."""
    returns = ", ".join(" ".join(part for part in given if part) for given in outcome.returns)
    first = say(f"outcome.{outcome.status}", file=outcome.file, returns=returns).rstrip(" :")
    errors_first = sorted(outcome.findings, key=lambda finding: finding.severity is not Severity.ERROR)
    below = (f"  {say(f'severity.{finding.severity}')}: {finding.say(LANGUAGE)}" for finding in gathered(errors_first))
    changed = (
        *_change_lines(outcome.changes, vocabulary),
        *_difference_lines(outcome),
        *(effect_lines(outcome.effect) if outcome.effect else ()),
    )
    return "\n".join((first, *below, *changed))


def _difference_lines(outcome: Outcome) -> Iterator[str]:
    """What else would be replaced, a kind at a time with its first places."""
    for difference in outcome.differences:
        yield f"  {difference.message[LANGUAGE]}"
        yield from _first_lines(difference.lines, difference.count)


def effect_lines(effect: Effect, key: str = "effect") -> Iterator[str]:
    """What a change moves; `key` is the message above the lines, with .none for when there are none."""
    yield say(key, number=effect.count) if effect.count else say(f"{key}.none")
    yield from _first_lines(effect.lines, effect.count)


def _first_lines(lines: Sequence[Text], count: int) -> Iterator[str]:
    for line in lines:
        yield say("difference.line", text=line[LANGUAGE])
    if count > len(lines):
        yield say("difference.left", number=count - len(lines))


def _change_lines(changes: Sequence[Change], vocabulary: Vocabulary) -> Iterator[str]:
    """The changes made by a correction, cell by cell."""
    if changes:
        yield say("changes", number=len(changes))
    for change in changes[:_CHANGES_SHOWN]:
        yield say(
            "change",
            place=f"{change.new_sheet}!{change.new_cell}" if change.new_cell else change.new_sheet,
            unit=change.unit_name or change.unit,
            code=change.unit,
            period=change.period,
            measure=vocabulary.measures[change.measure].title[LANGUAGE],
            old=_cell_words(change.old),
            new=_cell_words(change.new),
            before=", ".join((change.old_file, "!".join(filter(None, (change.old_sheet, change.old_cell))))),
        )
    if len(changes) > _CHANGES_SHOWN:
        yield say("changes_left", number=len(changes) - _CHANGES_SHOWN)


def _cell_words(value: int | str | CellState) -> str:
    if isinstance(value, CellState):
        return say(f"cell.{value}")
    return value if isinstance(value, str) else f"{value:,}".replace(",", ".")


def confirmed(outcome: Outcome, vocabulary: Vocabulary) -> bool:
    """Shows on the terminal what a file would replace, and asks whether it may."""
    typer.echo(outcome_lines(outcome, vocabulary))
    return _agreed(say("load.confirm", file=outcome.file))


def asked(key: str, **values: object) -> bool:
    """Asks a question on the terminal; where there is none, nobody agrees."""
    return sys.stdin.isatty() and _agreed(say(key, **values))


def _agreed(question: str) -> bool:
    try:
        answer = input(question)
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes", "c", "có"}


def summary(outcomes: Sequence[Outcome]) -> None:
    """A summary: number of files, refused files and warnings."""
    warnings = sum(finding.severity is Severity.WARNING for outcome in outcomes for finding in outcome.findings)
    note("load.summary", files=len(outcomes), refused=sum(o.refused for o in outcomes), warnings=warnings)
    if held := sum(outcome.status is OutcomeStatus.HELD for outcome in outcomes):
        note("load.held", number=held)
    if any(outcome.has_unknown_header for outcome in outcomes):
        note("load.map_hint")
    if any(outcome.period_is_not_open for outcome in outcomes):
        note("load.open_hint")


def save_findings(outcomes: Sequence[Outcome], path: Path) -> None:
    """Writes every finding to a .json or .xlsx file, one row each, in both languages.

    Raises:
        InvalidUsage: any other file type.
    """
    rows = [
        FindingRow(
            file=outcome.file,
            status=outcome.status,
            sheet=finding.sheet,
            cell=finding.cell,
            severity=finding.severity,
            code=finding.code,
            message_vi=finding.message.vi,
            message_en=finding.message.en,
        )
        for outcome in outcomes
        for finding in outcome.findings
    ]
    emit(Table(kind=FindingRow, rows=rows, language=LANGUAGE), findings_format(path), path)


def findings_format(path: Path) -> FileFormat:
    """The format given by the extension of a findings file.

    Raises:
        InvalidUsage: neither .json nor .xlsx.
    """
    formats = {".json": FileFormat.JSON, ".xlsx": FileFormat.XLSX}
    if path.suffix.lower() not in formats:
        raise InvalidUsage(sentence("findings_format", path=path))
    return formats[path.suffix.lower()]


def emit(table: Table, wanted: FileFormat | None, output: Path | None = None) -> None:
    """Data to stdout, or to a file; a data package to an archive (.zip), or unpacked to a folder.

    Where no format is wanted, the file's extension decides, else it is csv.

    Raises:
        InvalidUsage: a binary format needs an output file; the extension contradicts the format.
        TooLong: more rows than a workbook can hold.
    """
    from layouts.documents.flat_files import write_csv
    from layouts.documents.writing import write

    file_format = output_format(wanted, output)
    if output is None and not file_format.is_text:
        raise InvalidUsage(sentence("output_needed", format=file_format))
    if output is None:
        sys.stdout.flush()
        if file_format is FileFormat.CSV:
            write_csv(table, sys.stdout.buffer, marked=False)
        else:
            write(table, file_format, sys.stdout.buffer)
        return
    from layouts.console.progress import tracked

    total = len(table.rows) if isinstance(table.rows, Sized) else None
    counted = replace(table, rows=tracked(table.rows, say("writing"), total))
    with _made(output, unpacked=file_format is FileFormat.DATAPACKAGE and output.suffix != ".zip") as stream:
        write(counted, file_format, stream)


def output_format(wanted: FileFormat | None, output: Path | None) -> FileFormat:
    """The format of an output file.

    Raises:
        InvalidUsage: its extension is that of another format than the one asked for.
    """
    named = FileFormat.of_suffix(output.suffix) if output else None
    if wanted and named and wanted is not named:
        raise InvalidUsage(sentence("output_contradicts", path=output, format=wanted, suffix=wanted.suffix))
    return wanted or named or FileFormat.CSV


@contextmanager
def _made(path: Path, *, unpacked: bool = False) -> Iterator[BinaryIO]:
    """A file renamed into place once complete; or the folder into which an archive is unpacked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    try:
        with half.open("wb") as stream:
            yield stream
        if unpacked:
            with zipfile.ZipFile(half) as archive:
                archive.extractall(path)
            half.unlink()
        else:
            half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    note("written", path=path)


def save(content: bytes, path: Path) -> None:
    """Writes a file, creating its folder."""
    with _made(path) as stream:
        stream.write(content)


def listing(kind: RowKind, rows: Sequence[TableRow], *, as_json: bool) -> None:
    """Prints rows in columns on a terminal, tab-separated elsewhere, or as JSON."""
    if as_json:
        emit(Table(kind=kind, rows=rows), FileFormat.JSON)
        return
    titles = [say(f"column.{column}") for column in columns(kind)]
    lines = [["" if cell is None else str(cell) for cell in cells(row).values()] for row in rows]
    if sys.stdout.isatty():
        _columns(titles, lines)
    else:
        typer.echo("\n".join("\t".join(line) for line in (titles, *lines)))


def _columns(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        shown.add_row(*line)
    Console(highlight=False, markup=False).print(shown)
