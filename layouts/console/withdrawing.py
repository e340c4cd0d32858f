"""The command that withdraws what was accepted."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.periods import Period
from data.viewers import SYSTEM
from layouts.console.messages import InvalidUsage, note, say, sentence
from layouts.console.opening import environment, open_store

if TYPE_CHECKING:
    from data.returns import Withdrawal

withdrawing = typer.Typer(rich_markup_mode=None)


@withdrawing.command("withdraw", help=say("withdraw"))
def withdraw(
    reason: Annotated[str, typer.Option(help=say("withdraw.reason"), metavar="TEXT")],
    unit: Annotated[str | None, typer.Option(help=say("option.one_unit"), metavar="CODE")] = None,
    period: Annotated[str | None, typer.Option(help=say("option.one_period"), metavar="P")] = None,
    form: Annotated[list[str] | None, typer.Option(help=say("withdraw.form"), metavar="FORM")] = None,
    plans: Annotated[str | None, typer.Option(help=say("withdraw.plans"), metavar="FILE|SHA256")] = None,
    tasks: Annotated[str | None, typer.Option(help=say("withdraw.tasks"), metavar="FILE|SHA256")] = None,
    indicator: Annotated[str | None, typer.Option(help=say("withdraw.indicator"), metavar="CODE")] = None,
    registry: Annotated[bool, typer.Option("--registry", help=say("withdraw.registry"))] = False,
    restore: Annotated[bool, typer.Option("--restore", help=say("withdraw.restore"))] = False,
    check: Annotated[bool, typer.Option("--check", help=say("withdraw.check"))] = False,
) -> None:
    """Withdraws a return, plans, tasks or the registry, and prints what moved."""
    from layouts.console import report
    from layouts.views.effects import assess

    what = _meant(unit, period, form, plans, tasks, indicator, registry=registry, restore=restore)
    with closing(open_store(environment())) as store:
        effect = assess(store, what, SYSTEM)
        if not check:
            done = store.withdraw(what, viewer=SYSTEM, reason=reason)
            for given in done.returns:
                typer.echo(say("withdrawn", what=" ".join(filter(None, given))))
            if done.restored:
                note("withdrawn.restored", number=done.restored)
        typer.echo("\n".join(report.effect_lines(effect)))


def _meant(
    unit: str | None,
    period: str | None,
    forms: list[str] | None,
    plans: str | None,
    tasks: str | None,
    indicator: str | None,
    *,
    registry: bool,
    restore: bool,
) -> Withdrawal:
    """What the options name: a return, plans, tasks or the registry, exactly one of them.

    Raises:
        InvalidUsage: none, or several.
    """
    from data.returns import LineWithdrawal, RegistryWithdrawal, ReturnWithdrawal

    lines = plans or tasks
    if sum((bool(unit and not lines), bool(plans), bool(tasks), registry)) != 1 or (unit and not lines and not period):
        raise InvalidUsage(sentence("withdraw.one_thing"))
    if registry:
        return RegistryWithdrawal()
    if lines:
        kind = "KH" if plans else "NV"
        return LineWithdrawal(form=kind, file=_file(lines), unit=unit, indicator=indicator, restore=restore)
    return ReturnWithdrawal(
        unit=unit or "", period=Period.parse(period or ""), forms=tuple(forms or ()), restore=restore
    )


def _file(given: str) -> str:
    """The digest of a file that is there; else the name or digest as given."""
    from data.returns import SourceFile

    path = Path(given)
    return SourceFile(name=path.name, content=path.read_bytes()).sha256 if path.is_file() else given
