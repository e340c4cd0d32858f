"""The commands on reporting periods."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from data.periods import Period, parse_span
from data.viewers import SYSTEM
from layouts.console.messages import LANGUAGE, InvalidUsage, note, say, sentence
from layouts.console.opening import environment, open_store

if TYPE_CHECKING:
    from data.writing.periods import DueDay
    from data.writing.store import Store

periods = typer.Typer(help=say("periods"), invoke_without_command=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
Span = Annotated[str, typer.Argument(help=say("periods.span"), metavar="P|P..P")]
Due = Annotated[str | None, typer.Option(help=say("periods.due"), metavar="DATE")]
Unit = Annotated[str | None, typer.Option(help=say("periods.unit"), metavar="CODE")]
Reason = Annotated[str, typer.Option(help=say("periods.reason"), metavar="TEXT")]


@periods.callback()
def all_periods(asked: typer.Context, as_json: AsJson = False) -> None:
    """Every opened period."""
    if asked.invoked_subcommand is None:
        list_periods(as_json=as_json)


@periods.command("list", help=say("periods.list"))
def list_periods(as_json: AsJson = False) -> None:
    """Every opened period: state, forms, due days, returns received and missing."""
    from layouts.console import report
    from layouts.views.period_rows import OpenedPeriodRow, period_rows

    with closing(open_store(environment())) as store:
        report.listing(OpenedPeriodRow, period_rows(store.reader(SYSTEM)), as_json=as_json)


@periods.command("open", help=say("periods.open"))
def open_periods(
    span: Span,
    due: Due = None,
    form: Annotated[list[str] | None, typer.Option(help=say("periods.form"), metavar="CODE")] = None,
    unit: Unit = None,
    reason: Reason = "",
) -> None:
    """Opens a period, or each of a range that is not open yet."""
    day, forms = _due_day(due, unit), tuple(form or ())

    def change(store: Store, period: Period) -> None:
        store.open_period(period, viewer=SYSTEM, forms=forms, due=day, reason=reason)

    _each(span, "periods.opened", change, skip_open=".." in span)


@periods.command("close", help=say("periods.close"))
def close_periods(span: Span, reason: Reason = "") -> None:
    """Closes open periods."""
    _each(span, "periods.closed", lambda store, period: store.close_period(period, viewer=SYSTEM, reason=reason))


@periods.command("extend", help=say("periods.extend"))
def extend_period(
    period: Span,
    due: Annotated[str, typer.Option(help=say("periods.due"), metavar="DATE")],
    unit: Unit = None,
    reason: Reason = "",
) -> None:
    """Sets a later due day."""
    day = _due_day(due, unit)

    def change(store: Store, each: Period) -> None:
        if day is not None:
            store.extend_period(each, day, viewer=SYSTEM, reason=reason)

    _each(period, "periods.extended", change)


@periods.command("reopen", help=say("periods.reopen"))
def reopen_periods(span: Span, due: Due = None, unit: Unit = None, reason: Reason = "") -> None:
    """Opens closed periods again."""
    day = _due_day(due, unit)
    _each(
        span, "periods.reopened", lambda store, each: store.reopen_period(each, viewer=SYSTEM, due=day, reason=reason)
    )


@periods.command("cancel", help=say("periods.cancel"))
def cancel_periods(span: Span, reason: Reason = "") -> None:
    """Takes back openings made in error."""
    _each(span, "periods.cancelled", lambda store, each: store.cancel_period(each, viewer=SYSTEM, reason=reason))


def _due_day(text: str | None, unit: str | None) -> DueDay | None:
    """The due day of a unit or of all; a unit needs one."""
    from data.writing.periods import DueDay
    from layouts.console import arguments

    if text is None:
        if unit is not None:
            raise InvalidUsage(sentence("periods.unit_without_due", unit=unit))
        return None
    return DueDay(day=arguments.day(text), unit=unit)


def _each(span: str, done: str, change: Callable[[Store, Period], None], *, skip_open: bool = False) -> None:
    """Changes each period of a range, and says so."""
    wanted = parse_span(span)
    with closing(open_store(environment())) as store:
        opened = store.reader(SYSTEM).opened_periods
        for period in wanted:
            if skip_open and period in opened and opened[period].is_open:
                note("periods.was_open", period=period.title(LANGUAGE))
                continue
            change(store, period)
            day = store.reader(SYSTEM).due_day(period)
            note(done, period=period.title(LANGUAGE), due=f"{day:%d/%m/%Y}")
