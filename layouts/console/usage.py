"""Localises typer's own usage and error messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import typer

# Typer exposes its formatter and exceptions nowhere else.
from typer._click.core import Command
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup
from typer.exceptions import TyperException

from layouts.console.messages import say

# Typer's messages are English only: each pattern captures the values of a message key.
_SENTENCES = (
    ("missing_option", r"Missing option (?P<name>.+?)\."),
    ("missing_argument", r"Missing argument (?P<name>.+?)\."),
    ("missing_command", r"Missing command\."),
    ("no_option", r"No such option: (?P<name>\S+)"),
    ("no_option_near", r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)"),
    ("no_command", r"No such command (?P<name>[^.]+)\."),
    ("no_command_near", r"No such command (?P<name>.+?)\. Did you mean (?P<near>.+)\?"),
    ("no_choice", r"Invalid value for (?P<name>.+?): (?:Value error, )?(?P<given>.+) is not one of (?P<known>.+)\."),
    ("no_integer", r"Invalid value for (?P<name>.+?): Input should be a valid integer.*"),
    ("at_most", r"Invalid value for (?P<name>.+?): Input should be less than or equal to (?P<limit>.+)"),
    ("at_least", r"Invalid value for (?P<name>.+?): Input should be greater than or equal to (?P<limit>.+)"),
    ("wrong_value", r"Invalid value for (?P<name>.+?): (?P<problem>.+)"),
    ("too_many", r"Got unexpected extra argument\(s\) \((?P<given>.+)\)"),
    ("no_value", r"Option (?P<name>.+) requires an argument\."),
    ("takes_no_value", r"Option (?P<name>.+) does not take a value\."),
)
_HEADINGS = {"Arguments": "usage.arguments", "Options": "usage.options", "Commands": "usage.commands"}
_HELP = "Show this message and exit."
_DEFAULT, _REQUIRED = re.compile(r"(?<=[\[ ])default: "), re.compile(r"(?<=[\[ ])required\]$")


class _Formatter(HelpFormatter):
    """Typer's help formatter, with localised headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or say("usage.usage") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(say(_HEADINGS[heading]) if heading in _HEADINGS else heading)

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _described(text)) for name, text in rows], col_max, col_spacing)


def _described(text: str) -> str:
    if text == _HELP:
        return say("usage.help")
    return _REQUIRED.sub(say("usage.required") + "]", _DEFAULT.sub(say("usage.default") + " ", text))


class _Context(typer.Context):
    formatter_class = _Formatter


def localise(command: Command) -> None:
    """Localises the help of a command and its subcommands."""
    command.context_class = _Context
    for each in command.commands.values() if isinstance(command, TyperGroup) else ():
        localise(each)


def error_text(fault: TyperException) -> str:
    """The localised error, below the usage line."""
    if isinstance(fault, NoArgsIsHelpError):
        return fault.format_message()
    wrong = say("usage.wrong", problem=_sentence(fault.format_message()))
    if not isinstance(fault, UsageError) or fault.ctx is None:
        return wrong
    hint = say("usage.hint", command=fault.ctx.command_path, option=fault.ctx.help_option_names[0])
    return "\n".join((fault.ctx.get_usage(), hint, "", wrong))


def _sentence(message: str) -> str:
    for key, pattern in _SENTENCES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return say(f"usage.{key}", **found.groupdict())
    return message
