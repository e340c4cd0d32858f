"""The commands that query the store: tables, corrections, lagging cells, traces, returns, tasks, catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.observations import Basis
from data.organisations.units import Level
from data.periods import Frequency, Period, parse_span
from data.viewers import SYSTEM
from indicators.answers.statements import Statement, TaskView
from indicators.methods.reasons import ListPart
from layouts.console.messages import LANGUAGE, InvalidUsage, say, sentence
from layouts.console.opening import environment, log_export, open_store
from layouts.documents.tables import FileFormat, Table

if TYPE_CHECKING:
    from indicators.answers.rows import RowKind, TableRow

queries = typer.Typer(rich_markup_mode=None)

OneIndicator = Annotated[str, typer.Option("--indicator", help=say("option.one_indicator"), metavar="CODE")]
Indicators = Annotated[list[str], typer.Option("--indicator", help=say("option.indicator"), metavar="CODE")]
OneUnit = Annotated[str, typer.Option("--unit", help=say("option.one_unit"), metavar="CODE")]
AnyUnit = Annotated[str | None, typer.Option("--unit", help=say("option.unit"), metavar="CODE")]
AnyLevel = Annotated[Level | None, typer.Option("--level", help=say("option.level"))]
OnePeriod = Annotated[str, typer.Option("--period", help=say("option.one_period"), metavar="P")]
Periods = Annotated[str | None, typer.Option("--period", help=say("option.period"), metavar="P|P..P")]
Every = Annotated[Frequency | None, typer.Option("--frequency", help=say("option.frequency"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=say("option.as_of"), metavar="ISO")]
OnBasis = Annotated[Basis, typer.Option("--basis", help=say("option.basis"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
Format = Annotated[FileFormat | None, typer.Option("--format", help=say("option.format"))]
Output = Annotated[Path | None, typer.Option("-o", "--output", help=say("option.output"), metavar="FILE")]


@queries.command(help=say("table"))
def table(
    indicator: Indicators,
    unit: AnyUnit = None,
    level: AnyLevel = None,
    period: Periods = None,
    frequency: Every = None,
    as_of: AsOf = None,
    basis: OnBasis = Basis.REPORTED,
    show: Annotated[Statement, typer.Option(help=say("table.show"))] = Statement.VALUES,
    file_format: Format = None,
    output: Output = None,
) -> None:
    """Indicators as rows with stable columns and exact numbers."""
    from indicators.answers import enquiry as answers
    from indicators.answers.statements import rows_of
    from layouts.console import arguments, report
    from layouts.documents import table_metadata

    known_at = arguments.instant(as_of, end_of_day=True) if as_of else None
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM, known_at)
        enquiry = answers.Enquiry(
            indicators=tuple(arguments.indicator(code, reader) for code in indicator),
            unit=unit,
            level=level,
            periods=arguments.span(period, frequency, reader),
            basis=basis,
        )
        kind, rows = rows_of(show)
        metadata = table_metadata.of_enquiry(reader, enquiry, show, store.now(), LANGUAGE)
        made = Table(kind=kind, rows=rows(reader, enquiry), language=LANGUAGE, metadata=metadata)
        report.emit(made, file_format, output)
        log_export(store, "table", *indicator, unit, period, as_of)


@queries.command(help=say("corrections"))
def corrections(
    indicator: Indicators,
    since: Annotated[str, typer.Option(help=say("corrections.since"), metavar="ISO")],
    unit: AnyUnit = None,
    level: AnyLevel = None,
    period: Periods = None,
    frequency: Every = None,
    as_of: AsOf = None,
    file_format: Format = None,
    output: Output = None,
) -> None:
    """Values and verdicts changed since an earlier instant."""
    from indicators.answers import corrections as changed
    from indicators.answers import enquiry as answers
    from layouts.console import arguments, report
    from layouts.documents import table_metadata

    then, now = (arguments.instant(text, end_of_day=True) if text else None for text in (since, as_of))
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM, now)
        enquiry = answers.Enquiry(
            indicators=tuple(arguments.indicator(code, reader) for code in indicator),
            unit=unit,
            level=level,
            periods=arguments.span(period, frequency, reader),
        )
        rows = changed.corrections(store.reader(SYSTEM, then), reader, enquiry)
        metadata = table_metadata.of_list(reader, "corrections", store.now(), LANGUAGE, since=since)
        report.emit(
            Table(kind=changed.CorrectionRow, rows=rows, language=LANGUAGE, metadata=metadata), file_format, output
        )
        log_export(store, "corrections", *indicator, unit, period, since, as_of)


@queries.command(help=say("lagging"))
def lagging(
    unit: AnyUnit = None,
    period: Annotated[str | None, typer.Option(help=say("option.one_period"), metavar="P")] = None,
    reason: Annotated[str | None, typer.Option(help=say("lagging.reason"), metavar="CODE")] = None,
    course: Annotated[ListPart | None, typer.Option(help=say("lagging.course"))] = None,
    pooled: Annotated[Level | None, typer.Option(help=say("lagging.pooled"))] = None,
    as_of: AsOf = None,
    file_format: Format = None,
    output: Output = None,
) -> None:
    """Lagging cells with every reason that holds, or pooled by unit."""
    from indicators.answers import lagging_cells
    from layouts.console import arguments, report
    from layouts.documents import table_metadata

    if pooled and (reason or course or pooled not in {Level.BASE, Level.DISTRICT}):
        raise InvalidUsage(sentence("lagging.no_pool"))
    known_at = arguments.instant(as_of, end_of_day=True) if as_of else None
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM, known_at)
        last = arguments.span(period, None, reader)[-1]
        asked = lagging_cells.Lagging(reader, last, reader.unit(unit).id if unit else None)
        why = arguments.reason(reason)
        kind: RowKind = lagging_cells.PooledRow if pooled else lagging_cells.LaggingRow
        found: Sequence[TableRow] = (
            lagging_cells.pooled_rows(asked, pooled) if pooled else lagging_cells.rows(asked, why, course)
        )
        facts = {"unit": unit, "periods": last.title(LANGUAGE), "reason": reason, "course": course}
        metadata = table_metadata.of_list(reader, "lagging", store.now(), LANGUAGE, **facts)
        report.emit(Table(kind=kind, rows=found, language=LANGUAGE, metadata=metadata), file_format, output)
        log_export(store, "lagging", unit, period, as_of)


@queries.command(help=say("trace"))
def trace(
    indicator: OneIndicator,
    unit: OneUnit,
    period: OnePeriod,
    as_json: AsJson = False,
    basis: OnBasis = Basis.REPORTED,
) -> None:
    """The workbook cells behind one value."""
    from indicators.answers import enquiry as answers
    from layouts.console import arguments, report

    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM)
        asked = arguments.indicator(indicator, reader)
        cells = answers.trace(reader, asked, unit, *parse_span(period), basis=basis)
        report.listing(answers.TraceRow, cells, as_json=as_json)


@queries.command(help=say("returns"))
def returns(period: OnePeriod, as_json: AsJson = False) -> None:
    """The status of a period's returns."""
    from layouts.console import report
    from layouts.views.catalogue_rows import ReturnRow, due_row

    with closing(open_store(environment())) as store:
        due = store.reader(SYSTEM).returns(Period.parse(period))
        report.listing(ReturnRow, [due_row(item) for item in due], as_json=as_json)


@queries.command(help=say("tasks"))
def tasks(
    period: Annotated[str | None, typer.Option(help=say("option.one_period"), metavar="P")] = None,
    unit: AnyUnit = None,
    by: Annotated[TaskView, typer.Option(help=say("tasks.by"))] = TaskView.TASK,
    as_of: AsOf = None,
    file_format: Format = None,
    output: Output = None,
) -> None:
    """The status of the conclusion's tasks."""
    from indicators.answers import task_rows
    from layouts.console import arguments, report
    from layouts.documents import table_metadata

    known_at = arguments.instant(as_of, end_of_day=True) if as_of else None
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM, known_at)
        last = arguments.span(period, None, reader)[-1]
        found = task_rows.rows(reader, last, by, unit)
        metadata = table_metadata.of_list(
            reader, "tasks", store.now(), LANGUAGE, unit=unit, periods=last.title(LANGUAGE)
        )
        made = Table(kind=task_rows.KINDS[by], rows=found, language=LANGUAGE, metadata=metadata)
        report.emit(made, file_format, output)
        log_export(store, "tasks", unit, period, as_of)


@queries.command(help=say("indicators"))
def indicators(as_json: AsJson = False) -> None:
    """The catalogue."""
    from indicators.catalogue.lookup import builtin_catalogue
    from layouts.console import report, rows
    from layouts.views.catalogue_rows import CatalogueRow, catalogue_row

    catalogue = builtin_catalogue()
    known, vocabulary = catalogue.values(), catalogue.vocabulary
    if as_json:
        report.listing(CatalogueRow, [catalogue_row(item, vocabulary) for item in known], as_json=True)
    else:
        report.listing(rows.IndicatorRow, [rows.indicator_row(item) for item in known], as_json=False)
