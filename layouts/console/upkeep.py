"""Maintenance commands of a store."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layouts.console.messages import LANGUAGE, REFUSED, note, say
from layouts.console.opening import environment, open_store

if TYPE_CHECKING:
    from data.upkeep.verify import Verification

upkeep = typer.Typer(rich_markup_mode=None)


@upkeep.command("verify", help=say("verify"))
def verify(
    head: Annotated[str, typer.Option(help=say("verify.head"), metavar="HASH")] = "",
) -> None:
    """Integrity faults of the store, one per line."""
    from data.upkeep.verify import verify as verified

    with closing(open_store(environment())) as store:
        found = verified(store, head)
    _report(found)


@upkeep.command("backup", help=say("backup"))
def backup(
    target: Annotated[Path, typer.Argument(help=say("backup.target"), metavar="FILE|DIR")],
) -> None:
    """Backs up the whole store to one file."""
    from data.upkeep.backup import backup as backed_up

    settings = environment()
    with closing(open_store(settings)) as store:
        path = target / f"{store.now():%Y%m%d-%H%M%S}.backup" if target.is_dir() else target
        manifest = backed_up(store, path, settings.postgresql_bin)
    typer.echo(path)
    note("backup.made", bytes=path.stat().st_size, head=manifest.log_head)


@upkeep.command("restore", help=say("restore"))
def restore(
    source: Annotated[Path, typer.Argument(help=say("restore.source"), metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help=say("restore.force"))] = False,
) -> None:
    """Restores a backup, then verifies it."""
    from datetime import UTC, datetime

    from data.upkeep.backup import restore as restored
    from data.upkeep.verify import verify as verified
    from layouts.console import arguments

    arguments.require_files([source])
    settings = environment()
    manifest, kept = restored(settings.url, source, at=datetime.now(UTC), force=force, programs=settings.postgresql_bin)
    note("restore.done", made_at=manifest.made_at)
    if kept:
        note("restore.kept", place=kept)
    with closing(open_store(settings)) as store:
        _report(verified(store, manifest.log_head))


def _report(found: Verification) -> None:
    for fault in found.faults:
        typer.echo(fault[LANGUAGE])
    note("verified", entries=found.entries, files=found.files, sums=found.sums, faults=len(found.faults))
    note("verify.note_head", head=found.head)
    if found.faults:
        raise typer.Exit(REFUSED)
