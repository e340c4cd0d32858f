"""`python -m ...`: prints what forked workers inherit and keep open, and what the replacement of one does.

A program of its own: only a process without other threads is copied, and tests may run beside some.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from loaders.formats.worker_pool import WorkerPool
from loaders.workbook import Unreadable
from tests.loaders.formats.worker_tasks import end_the_process

_LOADED: list[str] = []


def known(_number: int) -> list[str]:
    return _LOADED


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def main() -> None:
    _LOADED.append("loaded")
    with (
        Path(sys.argv[0]).open(encoding="utf-8") as held,
        WorkerPool(1, fork=True, prepare=lambda: typer.echo("prepared")) as pool,
    ):
        typer.echo(f"{pool.run(known, 0)} {pool.run(is_open, held.fileno())}")
        try:
            pool.run(end_the_process, 0)
        except Unreadable as refusal:
            typer.echo(refusal.message)
        typer.echo(pool.run(known, 0))


if __name__ == "__main__":
    main()
