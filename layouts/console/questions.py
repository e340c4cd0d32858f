"""The commands that ask the store: indicators, lagging cells, the cells behind a value, returns due, the catalogue."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from data.observations import Basis
from data.periods import Frequency, Period
from data.units import Level
from data.viewers import SYSTEM
from layouts.console import say
from layouts.console.opening import environment, open_store
from layouts.documents.tables import FileFormat

questions = typer.Typer(rich_markup_mode=None)

OneIndicator = Annotated[str, typer.Option("--indicator", help=say("option.one_indicator"), metavar="CODE")]
OneUnit = Annotated[str, typer.Option("--unit", help=say("option.one_unit"), metavar="CODE")]
OnePeriod = Annotated[str, typer.Option("--period", help=say("option.one_period"), metavar="P")]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]


@questions.command(help=say("table"))
def table(
    indicator: Annotated[list[str], typer.Option(help=say("option.indicator"), metavar="CODE")],
    unit: Annotated[str | None, typer.Option(help=say("option.unit"), metavar="CODE")] = None,
    level: Annotated[Level | None, typer.Option(help=say("option.level"))] = None,
    period: Annotated[str | None, typer.Option(help=say("option.period"), metavar="P|P..P")] = None,
    frequency: Annotated[Frequency | None, typer.Option(help=say("option.frequency"))] = None,
    as_of: Annotated[str | None, typer.Option(help=say("option.as_of"), metavar="ISO")] = None,
    basis: Annotated[Basis, typer.Option(help=say("option.basis"))] = Basis.REPORTED,
    file_format: Annotated[FileFormat, typer.Option("--format", help=say("option.format"))] = FileFormat.CSV,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("option.output"), metavar="FILE")] = None,
) -> None:
    """Indicators as rows of stable columns; numbers exact."""
    from layouts import answers
    from layouts.console import arguments, report

    known_at = arguments.instant(as_of, end_of_day=True) if as_of else None
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM, known_at)
        enquiry = answers.Enquiry(
            indicators=tuple(arguments.indicator(code) for code in indicator),
            unit=unit,
            level=level,
            periods=arguments.span(period, frequency, reader),
            basis=basis,
        )
        report.emit(answers.answer(reader, enquiry), answers.COLUMNS, file_format, output)


@questions.command(help=say("lagging"))
def lagging(
    unit: Annotated[str | None, typer.Option(help=say("option.unit"), metavar="CODE")] = None,
    period: Annotated[str | None, typer.Option(help=say("option.one_period"), metavar="P")] = None,
    reason: Annotated[str | None, typer.Option(help=say("lagging.reason"), metavar="CODE")] = None,
    file_format: Annotated[FileFormat, typer.Option("--format", help=say("option.format"))] = FileFormat.CSV,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("option.output"), metavar="FILE")] = None,
) -> None:
    """Cells with every reason that holds."""
    from layouts import lagging_list
    from layouts.console import arguments, report

    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM)
        asked = lagging_list.Lagging(
            reader, arguments.span(period, None, reader)[-1], reader.unit(unit).id if unit else None
        )
        rows = lagging_list.rows(asked, arguments.reason(reason))
        report.emit(rows, lagging_list.COLUMNS, file_format, output)


@questions.command(help=say("trace"))
def trace(indicator: OneIndicator, unit: OneUnit, period: OnePeriod, as_json: AsJson = False) -> None:
    """The workbook cells behind one value."""
    from layouts import answers
    from layouts.console import arguments, report

    with closing(open_store(environment())) as store:
        asked = arguments.indicator(indicator)
        cells = answers.trace(store.reader(SYSTEM), asked, unit, Period.parse(period))
        report.listing(cells, answers.TRACE_COLUMNS, as_json=as_json)


@questions.command(help=say("returns"))
def returns(period: OnePeriod, as_json: AsJson = False) -> None:
    """How the returns of a period stand."""
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        due = store.reader(SYSTEM).returns(Period.parse(period))
        report.listing([rows.due_row(item) for item in due], rows.RETURNS, as_json=as_json)


@questions.command(help=say("indicators"))
def indicators(as_json: AsJson = False) -> None:
    """The catalogue."""
    from indicators import CATALOGUE
    from layouts.console import report, rows

    report.listing([rows.indicator_row(item) for item in CATALOGUE.values()], rows.INDICATORS, as_json=as_json)
