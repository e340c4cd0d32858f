"""Messages of the commands: messages to stderr, data to stdout, in Vietnamese unless APP_LANGUAGE is en."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from data.language import Language, MessageCatalogue, UserError

_MESSAGES = MessageCatalogue(Path(__file__).parent)
sentence = _MESSAGES.both

LANGUAGE = Language.EN if os.environ.get("APP_LANGUAGE", "").lower() == Language.EN else Language.VI

REFUSED = 1
EXIT_INVALID_USAGE = 2


class InvalidUsage(UserError, ValueError):
    """Invalid use of a command; the message says what to do instead."""


def say(key: str, /, **values: object) -> str:
    """The sentence for `key` in the language of the command line."""
    return _MESSAGES.say(key, LANGUAGE, **values)


def note(key: str, /, **values: object) -> None:
    """Prints a message to stderr, so that it never mixes with data."""
    typer.echo(say(key, **values), err=True)
