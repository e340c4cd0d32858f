"""The command group: user errors end in one sentence and exit code 2; bugs crash loudly."""

from __future__ import annotations

import io
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from data.language import UserError
from layouts.console.messages import EXIT_INVALID_USAGE, LANGUAGE, note
from layouts.console.usage import error_text, localise


class Commands(TyperGroup):
    """A command group that reports user errors in one sentence with exit code 2 and lets bugs crash."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the command line; output is UTF-8 regardless of the terminal's locale."""
        localise(self)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8")
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **kwargs)
        try:
            code = super().main(*args, **kwargs | {"standalone_mode": False})
        except TyperException as fault:
            typer.echo(error_text(fault), err=True)
            sys.exit(fault.exit_code)
        except typer.Abort:
            note("usage.aborted")
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Runs one command."""
        try:
            return super().invoke(ctx)
        except UserError as fault:
            typer.echo(" ".join(fault.text[LANGUAGE].split()), err=True)
            raise typer.Exit(EXIT_INVALID_USAGE) from fault
