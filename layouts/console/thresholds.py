"""The commands on thresholds."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from data.viewers import SYSTEM
from layouts.console.messages import REFUSED, note, say
from layouts.console.opening import environment, open_store

thresholds = typer.Typer(help=say("settings"), no_args_is_help=True, rich_markup_mode=None)


@thresholds.command("list", help=say("settings.list"))
def list_thresholds(as_json: Annotated[bool, typer.Option("--json", help=say("option.json"))] = False) -> None:
    """Every threshold: its value, who set the default, and the last change."""
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        report.listing(rows.ThresholdRow, rows.threshold_rows(store.reader(SYSTEM)), as_json=as_json)


@thresholds.command("set", help=say("settings.set"))
def set_threshold(
    code: Annotated[str, typer.Argument(help=say("settings.code"), metavar="CODE")],
    value: Annotated[str, typer.Argument(help=say("settings.value"), metavar="VALUE")],
    reason: Annotated[str, typer.Option(help=say("settings.reason"), metavar="TEXT")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("settings.yes"))] = False,
) -> None:
    """Shows what a threshold would move, asks on a terminal, and sets it."""
    from data.tables.thresholds import NewThreshold
    from layouts.console import report
    from layouts.views.effects import assess_threshold

    with closing(open_store(environment())) as store:
        effect = assess_threshold(store, NewThreshold.parse(code, value), SYSTEM)
        typer.echo("\n".join(report.effect_lines(effect, "settings.effect")))
        if effect.count and not (yes or report.asked("settings.confirm", code=code, value=value)):
            note("settings.held")
            raise typer.Exit(REFUSED)
        store.set_threshold(code, value, viewer=SYSTEM, reason=reason)
        now = store.reader(SYSTEM).thresholds.value(code)
    note("settings.changed", code=code, value=now)
