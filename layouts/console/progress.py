"""Progress of long work: a bar on a terminal, nothing where the output goes to a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_Item = TypeVar("_Item")


def tracked(items: Iterable[_Item], title: str, total: int | None = None, *, alone: bool = False) -> Iterator[_Item]:
    """Passes items through, with a progress bar on stderr when it is a terminal.

    With `alone` no refresh thread runs, so that the work may fork; the bar redraws on each item.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns,
        console=console,
        transient=True,
        auto_refresh=not alone,
        disable=not console.is_terminal,
        redirect_stdout=sys.stdout.isatty(),  # lines printed meanwhile appear above the bar; piped data is unaffected
    ) as progress:
        yield from progress.track(items, total=total, description=title)
