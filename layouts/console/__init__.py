"""What the commands say: messages to stderr, data to stdout, in Vietnamese unless APP_LANGUAGE is en."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from data.language import Catalogue, Language

_MESSAGES = Catalogue(Path(__file__).parent)

LANGUAGE = Language.EN if os.environ.get("APP_LANGUAGE", "").lower() == Language.EN else Language.VI

REFUSED = 1
WRONG_USE = 2


class WrongUse(ValueError):
    """A command was asked for what it cannot do; the message says what to do instead."""


def say(key: str, /, **values: object) -> str:
    """The sentence for `key` in the language of the command line."""
    return _MESSAGES.say(key, LANGUAGE, **values)


def note(key: str, /, **values: object) -> None:
    """A message for the person at the terminal: to stderr, so that it never mixes with data."""
    typer.echo(say(key, **values), err=True)


class Commands(TyperGroup):
    """A group of commands that answers a user's fault with one sentence and exit code 2; ours crash loudly."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line; what it prints is UTF-8 whatever the terminal says."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Runs one command."""
        try:
            return super().invoke(ctx)
        except Exception as fault:
            if not isinstance(fault, _users_faults()):
                raise
            typer.echo(" ".join(str(fault.args[0] if fault.args else fault).split()), err=True)
            raise typer.Exit(WRONG_USE) from fault


def _users_faults() -> tuple[type[Exception], ...]:
    from data.people.accounts import AccountError
    from data.periods import PeriodError
    from data.reading.queries import UnknownFile, UnknownUnit
    from data.tables.engine import StoreUnavailable
    from data.tables.thresholds import ThresholdError
    from data.upkeep.dumps import BackupError
    from data.viewers import OutOfScope
    from layouts.web.serving import PortBusy

    return (
        WrongUse,
        PortBusy,
        AccountError,
        BackupError,
        StoreUnavailable,
        PeriodError,
        ThresholdError,
        UnknownFile,
        UnknownUnit,
        OutOfScope,
    )
