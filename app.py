"""The command line, and `server` (WSGI) for production servers: the one place that sees every part."""

from __future__ import annotations

import secrets
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.observations import Basis
from data.periods import Frequency, Period
from data.units import Level
from data.viewers import SYSTEM, Viewer
from layouts.console import LANGUAGE, REFUSED, Commands, WrongUse, note, say
from layouts.console.opening import environment, open_store
from layouts.console.users import users
from layouts.documents.tables import FileFormat

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from data.mappings import HeaderMapping
    from data.returns import Outcome, SourceFile
    from data.store import Store
    from layouts.app import Services

LOOPBACK = "127.0.0.1"
commands = typer.Typer(
    cls=Commands,
    help=say("app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
commands.add_typer(users, name="users")

OneIndicator = Annotated[str, typer.Option("--indicator", help=say("option.one_indicator"), metavar="CODE")]
OneUnit = Annotated[str, typer.Option("--unit", help=say("option.one_unit"), metavar="CODE")]
OnePeriod = Annotated[str, typer.Option("--period", help=say("option.one_period"), metavar="P")]
AsJson = Annotated[bool, typer.Option("--json", help=say("option.json"))]
Port = Annotated[int, typer.Option(help=say("demo.port"), metavar="N", min=1, max=65535)]


@commands.command(help=say("demo"))
def demo(
    port: Port = 8050,
    no_serve: Annotated[bool, typer.Option("--no-serve", help=say("demo.no_serve"))] = False,
    data: Annotated[Path | None, typer.Option(help=say("demo.data"), metavar="DIR")] = None,
) -> None:
    """Makes the sample store where there is none, then serves it."""
    from layouts import serving

    settings = environment(data)
    if not no_serve:
        serving.claim(LOOPBACK, port)
    with closing(open_store(settings)) as store:
        if not (store.is_sample or store.is_empty):
            raise WrongUse(say("not_sample", url=store.engine.url.render_as_string(hide_password=True)))
        make_sample(store, settings.data_dir / "sample")
        if not no_serve:
            pages = make_server(store, secret_key=secrets.token_hex(), demo=True)
            serving.serve(pages, LOOPBACK, port, workers=1, ready=lambda: note("serving", host=LOOPBACK, port=port))


@commands.command(help=say("load"))
def load(
    paths: Annotated[list[Path], typer.Argument(help=say("load.paths"), metavar="PATH...")],
    check: Annotated[bool, typer.Option("--check", help=say("load.check"))] = False,
    findings: Annotated[Path | None, typer.Option(help=say("load.findings"), metavar="FILE")] = None,
    received: Annotated[str | None, typer.Option(help=say("load.received"), metavar="ISO|FILE.csv")] = None,
    workers: Annotated[int | None, typer.Option(help=say("load.workers"), metavar="N", min=1)] = None,
    mapping: Annotated[Path | None, typer.Option("--map", help=say("load.map"), metavar="FILE.toml")] = None,
) -> None:
    """Loads workbooks: a line per file, every finding below it."""
    from layouts.console import arguments, progress, report
    from loaders import intake

    arguments.existing(paths)
    files = intake.workbooks(paths)
    if not files:
        raise WrongUse(say("nothing_to_load"))
    instants = received_at(received) if received else None
    if findings:
        report.findings_format(findings)
    outcomes: list[Outcome] = []
    with closing(open_store(environment())) as store:
        said = keep_mapping(store, mapping, files, check=check) if mapping else ()
        loading = intake.load(
            store, files, viewer=SYSTEM, received=instants, check=check, workers=workers, mappings=said
        )
        for outcome in progress.tracked(loading, say("loading"), len(files)):
            typer.echo(report.outcome_lines(outcome))
            outcomes.append(outcome)
    if findings:
        report.save_findings(outcomes, findings)
    report.summary(outcomes)
    if any(outcome.refused for outcome in outcomes):
        raise typer.Exit(REFUSED)


@commands.command(help=say("inspect"))
def inspect(
    path: Annotated[Path, typer.Argument(help=say("inspect.path"), metavar="FILE")], as_json: AsJson = False
) -> None:
    """What the reader sees in a file."""
    import json

    from data.returns import SourceFile
    from layouts.console import arguments
    from loaders import inspect_file

    arguments.existing_files([path])
    source = SourceFile(name=path.name, content=path.read_bytes())
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM)
        seen = inspect_file.inspect_apart(source, reader.registry, reader.mappings())
    if as_json:
        typer.echo(json.dumps(seen.as_json(), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(inspect_file.lines(seen, LANGUAGE)))
    if seen.refused:
        raise typer.Exit(REFUSED)


@commands.command(help=say("watch"))
def watch(
    folder: Annotated[Path, typer.Argument(help=say("watch.folder"), metavar="DIR")],
    workers: Annotated[int, typer.Option(help=say("load.workers"), metavar="N", min=1)] = 1,
) -> None:
    """Loads what is put into a folder, until it is stopped."""
    from layouts.console import arguments, report
    from layouts.console.stopping import Stopping
    from loaders import inbox

    arguments.existing_folder(folder)
    with closing(open_store(environment())) as store, Stopping() as stopping:
        note("watching", folder=folder)
        watched = inbox.Inbox(store=store, folder=folder, viewer=SYSTEM, workers=workers)
        for arrival in inbox.watch(watched, stopping.wait):
            typer.echo(report.outcome_lines(arrival.outcome))
            note("watch.moved", path=arrival.path)
        note("watch.stopped")


@commands.command(help=say("table"))
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


@commands.command(help=say("lagging"))
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


@commands.command(help=say("trace"))
def trace(indicator: OneIndicator, unit: OneUnit, period: OnePeriod, as_json: AsJson = False) -> None:
    """The workbook cells behind one value."""
    from layouts import answers
    from layouts.console import arguments, report

    with closing(open_store(environment())) as store:
        asked = arguments.indicator(indicator)
        cells = answers.trace(store.reader(SYSTEM), asked, unit, Period.parse(period))
        report.listing(cells, answers.TRACE_COLUMNS, as_json=as_json)


@commands.command(help=say("returns"))
def returns(period: OnePeriod, as_json: AsJson = False) -> None:
    """How the returns of a period stand."""
    from layouts.console import report, rows

    with closing(open_store(environment())) as store:
        due = store.reader(SYSTEM).returns(Period.parse(period))
        report.listing([rows.due_row(item) for item in due], rows.RETURNS, as_json=as_json)


@commands.command(help=say("indicators"))
def indicators(as_json: AsJson = False) -> None:
    """The catalogue."""
    from indicators import CATALOGUE
    from layouts.console import report, rows

    report.listing([rows.indicator_row(item) for item in CATALOGUE.values()], rows.INDICATORS, as_json=as_json)


@commands.command(help=say("template"))
def template(
    unit: OneUnit,
    period: OnePeriod,
    folder: Annotated[Path | None, typer.Option("-o", "--output", help=say("option.folder"), metavar="DIR")] = None,
) -> None:
    """A workbook to fill in."""
    from layouts.console import report

    settings = environment()
    with closing(open_store(settings)) as store:
        name, content = services(store).template(SYSTEM, unit, Period.parse(period))
        report.save(content, (folder or settings.data_dir / "templates") / name)


@commands.command(help=say("serve"))
def serve(
    host: Annotated[str, typer.Option(help=say("serve.host"), metavar="H")] = LOOPBACK,
    port: Port = 8050,
    workers: Annotated[int, typer.Option(help=say("serve.workers"), metavar="N", min=1)] = 2,
) -> None:
    """Serves the store's pages."""
    from layouts import serving

    settings = environment()
    if not (settings.secret_key or serving.is_loopback(host)):
        raise WrongUse(say("secret_key_needed"))
    serving.claim(host, port)
    with closing(open_store(settings)) as store:
        pages = make_server(store, secret_key=settings.secret_key or secrets.token_hex())
        serving.serve(pages, host, port, workers=workers, ready=lambda: note("serving", host=host, port=port))


def received_at(text: str) -> datetime | dict[str, datetime]:
    """When returns came: one instant, or a CSV file of file names and instants.

    Raises:
        WrongUse: neither an instant nor such a file.
    """
    from layouts.console import arguments
    from loaders.received import ReceivedError, read_received

    path = Path(text)
    if path.suffix.lower() != ".csv":
        return arguments.instant(text)
    arguments.existing([path])
    try:
        return read_received(path)
    except ReceivedError as fault:
        raise WrongUse(fault.text[LANGUAGE]) from fault


def keep_mapping(store: Store, path: Path, files: list[Path], *, check: bool) -> tuple[HeaderMapping, ...]:
    """A mapping tied to the headers of the files that it fits, and kept for them unless they are only checked.

    Raises:
        WrongUse: it is no mapping, or fits none of the files.
    """
    from data.returns import SourceFile
    from loaders import mapping

    try:
        sources = (SourceFile(name=file.name, content=file.read_bytes()) for file in files)
        bound = mapping.bind(mapping.read_mapping(path), sources)
        if not bound:
            raise mapping.MappingError("mapping_fits_none", file=path.name)
    except mapping.MappingError as fault:
        raise WrongUse(fault.text[LANGUAGE]) from fault
    if not check:
        for one in bound:
            store.keep_mapping(one, viewer=SYSTEM)
    return bound


def services(store: Store) -> Services:
    """What the pages ask of the loaders."""
    from data.returns import SourceFile
    from layouts.app import Services
    from loaders import intake
    from loaders import template as templates
    from loaders.annotate import annotate
    from loaders.formats.isolated import Isolated
    from loaders.workbook import Unreadable

    def take(source: SourceFile, viewer: Viewer, check: bool) -> Outcome:
        return intake.intake(store, source, viewer=viewer, check=check, apart=True)

    def blank(viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        reader = store.reader(viewer)
        unit = reader.unit(code)
        return f"{unit.code}_{period}.xlsx", templates.blank(reader.tree(period.end), unit.code, period)

    def mark(source: SourceFile, outcome: Outcome) -> SourceFile:
        # In a limited process, as the file is unknown; where that fails, the findings alone.
        with Isolated(1, preload=("loaders.annotate",)) as isolated:
            try:
                return isolated.run(partial(annotate, source), outcome.findings)
            except Unreadable:
                return annotate(SourceFile(name=source.name, content=b""), outcome.findings)

    return Services(load=take, template=blank, annotate=mark)


def make_server(store: Store, *, secret_key: str, demo: bool = False) -> Flask:
    """The pages on a store, warmed up."""
    from layouts.app import create_app

    server: Flask = create_app(store, services(store), secret_key=secret_key, demo=demo).server
    return server


def make_sample(store: Store, folder: Path) -> None:
    """Writes the made-up province to `folder`, loads it, makes accounts; what is there already is left as it is."""
    from data import demonstration
    from data.returns import SourceFile
    from layouts.console import progress
    from loaders import sample

    if not (folder / sample.RECEIVED).exists():
        written = progress.tracked(sample.write(sample.province(sample.FULL), folder), say("sample.writing"))
        note("sample.written", count=len(list(written)), folder=folder)
    files = [SourceFile(name=path.name, content=path.read_bytes()) for path in folder.glob("*.xlsx")]
    if all(store.stored(file.sha256) for file in files):
        note("sample.ready")
    else:
        outcomes = list(progress.tracked(sample.load_sample(store, folder), say("loading"), len(files)))
        if any(outcome.refused for outcome in outcomes):
            raise RuntimeError([outcome for outcome in outcomes if outcome.refused])
        note("sample.loaded", count=len(outcomes))
    demonstration.make_accounts(store)


def __getattr__(name: str) -> Any:
    """`server`, made when a production server (gunicorn app:server) asks for it."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    settings = environment()
    if not settings.secret_key:
        raise RuntimeError(say("secret_key_needed"))
    globals()["server"] = make_server(open_store(settings), secret_key=settings.secret_key)
    return globals()["server"]


if __name__ == "__main__":
    commands()
