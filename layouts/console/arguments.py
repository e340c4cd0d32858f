"""Parses and validates command arguments: instants, periods, indicators, paths, passwords."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from data.office_time import end_of, localised, start_of
from data.periods import Frequency, Period, parse_span
from data.reading.queries import Reader
from layouts.console.messages import InvalidUsage, say, sentence

if TYPE_CHECKING:
    from indicators.methods.reasons import Reason


def instant(text: str, *, end_of_day: bool = False) -> datetime:
    """An ISO 8601 instant, the office's if without an offset; a day is its first moment, or its last (`end_of_day`).

    Raises:
        InvalidUsage: not an instant.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise InvalidUsage(sentence("no_instant", text=text)) from None
        return localised(moment)
    return end_of(day) if end_of_day else start_of(day)


def day(text: str) -> date:
    """A day, as in ISO 8601.

    Raises:
        InvalidUsage: not a day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidUsage(sentence("no_day", text=text)) from None


def require_existing(paths: Iterable[Path]) -> None:
    """Requires files and folders to exist before long work begins.

    Raises:
        InvalidUsage: one does not exist.
    """
    for path in paths:
        if not path.exists():
            raise InvalidUsage(sentence("no_path", path=path))


def require_files(paths: Iterable[Path]) -> None:
    """Requires paths to be files.

    Raises:
        InvalidUsage: one does not exist.
    """
    for path in paths:
        if not path.is_file():
            raise InvalidUsage(sentence("no_file", path=path))


def require_folder(path: Path) -> None:
    """Requires a path to be a folder.

    Raises:
        InvalidUsage: not a folder.
    """
    if not path.is_dir():
        raise InvalidUsage(sentence("no_folder", path=path))


def span(text: str | None, frequency: Frequency | None, reader: Reader) -> tuple[Period, ...]:
    """The requested periods; by default the latest of that frequency that returns came for.

    Raises:
        PeriodError: the text is neither a period nor a range.
        InvalidUsage: no period given and the store is empty.
    """
    if text:
        return parse_span(text, frequency or Frequency.YEAR)
    latest = reader.current_period
    if latest is None:
        raise InvalidUsage(sentence("empty_store"))
    return (Period.covering(latest.end, frequency or latest.frequency),)


def indicator(code: str, reader: Reader) -> str:
    """The code of an indicator of the reader's catalogue.

    Raises:
        InvalidUsage: unknown code; the message lists similar ones.
    """
    from rapidfuzz import process

    from indicators.catalogue.lookup import catalogue_of

    catalogue = catalogue_of(reader.vocabulary)
    if code in catalogue:
        return code
    alike = [found for found, *_ in process.extract(code, list(catalogue), limit=3, score_cutoff=70)]
    unknown = sentence("unknown_indicator", code=code)
    if not alike:
        raise InvalidUsage(unknown)
    raise InvalidUsage(sentence("maybe", sentence=unknown, codes=", ".join(alike)))


def reason(code: str | None) -> Reason | None:
    """The requested reason for listing; None when not given.

    Raises:
        InvalidUsage: unknown reason; the message lists the known ones.
    """
    from indicators.methods.reasons import Reason

    if code is None or code in set(Reason):
        return None if code is None else Reason(code)
    raise InvalidUsage(sentence("unknown_reason", code=code, codes=", ".join(Reason)))


def password() -> str:
    """A password: prompted for twice at a terminal, else the first line of standard input.

    Raises:
        InvalidUsage: standard input is empty.
    """
    if sys.stdin.isatty():
        return str(
            typer.prompt(say("password.ask"), hide_input=True, confirmation_prompt=say("password.again"), err=True)
        )
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise InvalidUsage(sentence("password.none"))
    return given
