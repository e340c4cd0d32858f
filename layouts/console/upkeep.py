"""The commands that keep a store sound."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from layouts.console import LANGUAGE, REFUSED, note, say
from layouts.console.opening import environment, open_store

upkeep = typer.Typer(rich_markup_mode=None)


@upkeep.command("verify", help=say("verify"))
def verify(
    head: Annotated[str, typer.Option(help=say("verify.head"), metavar="HASH")] = "",
) -> None:
    """What is wrong with the store, a line each."""
    from data.verify import verify as verified

    with closing(open_store(environment())) as store:
        found = verified(store.engine, head)
    for fault in found.faults:
        typer.echo(fault[LANGUAGE])
    note("verified", entries=found.entries, files=found.files, sums=found.sums, faults=len(found.faults))
    note("verify.note_head", head=found.head)
    if found.faults:
        raise typer.Exit(REFUSED)
