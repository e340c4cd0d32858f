"""The group of commands: a user's fault is one sentence and exit code 2; ours crash loudly."""

from __future__ import annotations

import io
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from layouts.console.messages import WRONG_USE, WrongUse


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
    from layouts.console.ports import PortBusy

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
