"""The command line, and `server` (WSGI) for production servers: the composition root."""

from __future__ import annotations

import secrets
import sys
from contextlib import closing, nullcontext
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.periods import Period
from data.viewers import SYSTEM
from layouts.console.commands import Commands
from layouts.console.documents import documents
from layouts.console.messages import LANGUAGE, REFUSED, InvalidUsage, note, say, sentence
from layouts.console.opening import environment, open_store, secret_for
from layouts.console.periods import periods
from layouts.console.queries import AsJson, OnePeriod, OneUnit, queries
from layouts.console.thresholds import thresholds
from layouts.console.upkeep import upkeep
from layouts.console.users import users
from layouts.console.withdrawing import withdrawing

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

    from data.forms.header_mappings import HeaderMapping
    from data.returns import Outcome
    from data.settings import Environment
    from data.writing.store import Store
    from loaders.intake import Asking

LOOPBACK = "127.0.0.1"
commands = typer.Typer(
    cls=Commands,
    help=say("app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
commands.add_typer(queries)
commands.add_typer(documents)
commands.add_typer(upkeep)
commands.add_typer(withdrawing)
commands.add_typer(users, name="users")
commands.add_typer(thresholds, name="settings")
commands.add_typer(periods, name="periods")

Port = Annotated[int, typer.Option(help=say("demo.port"), metavar="N", min=1, max=65535)]


class Register(StrEnum):
    """Registers that `template` can write a blank workbook for."""

    DM = "DM"
    KH = "KH"
    LS = "LS"
    NV = "NV"


def print_version(wanted: bool) -> None:
    """Prints the program's name and version and exits."""
    from data.version import NAME, VERSION

    if wanted:
        typer.echo(f"{NAME} {VERSION}")
        raise typer.Exit


@commands.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help=say("app.version"), callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the program itself."""


@commands.command(help=say("demo"))
def demo(
    port: Port = 8050,
    no_serve: Annotated[bool, typer.Option("--no-serve", help=say("demo.no_serve"))] = False,
    data: Annotated[Path | None, typer.Option(help=say("demo.data"), metavar="DIR")] = None,
) -> None:
    """Creates the sample store unless it exists, then serves it."""
    from layouts.console import ports
    from layouts.web import serving

    settings = environment(data)
    if not no_serve:
        ports.require_free(LOOPBACK, port)
    with closing(open_store(settings)) as store:
        if not (store.is_sample or store.is_empty):
            raise InvalidUsage(sentence("not_sample", url=store.engine.url.render_as_string(hide_password=True)))
        make_sample(store, settings.data_dir / "sample")
        if not no_serve:
            pages = make_server(store, settings, secret_key=secrets.token_hex(), demo=True)
            serving.serve(pages, LOOPBACK, port, workers=1, ready=lambda: note("serving", host=LOOPBACK, port=port))


@commands.command(help=say("load"))
def load(
    paths: Annotated[list[Path], typer.Argument(help=say("load.paths"), metavar="PATH...")],
    check: Annotated[bool, typer.Option("--check", help=say("load.check"))] = False,
    findings: Annotated[Path | None, typer.Option(help=say("load.findings"), metavar="FILE")] = None,
    received: Annotated[str | None, typer.Option(help=say("load.received"), metavar="ISO|FILE.csv")] = None,
    workers: Annotated[int | None, typer.Option(help=say("load.workers"), metavar="N", min=1)] = None,
    mapping: Annotated[Path | None, typer.Option("--map", help=say("load.map"), metavar="FILE.toml")] = None,
    scheduler: Annotated[str | None, typer.Option(help=say("load.scheduler"), metavar="tcp://HOST:PORT")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("load.yes"))] = False,
    open_periods: Annotated[bool, typer.Option("--open-periods", help=say("load.open_periods"))] = False,
) -> None:
    """Loads workbooks and prints one line per file, each followed by its findings."""
    from data.returns import OutcomeStatus
    from indicators.catalogue.lookup import named_indicators
    from layouts.console import arguments, progress, report
    from loaders import intake
    from loaders.references import GivenReferences
    from loaders.workers.cluster import cluster
    from loaders.workers.processes import readers

    arguments.require_existing(paths)
    files = intake.workbooks(paths)
    if not files:
        raise InvalidUsage(sentence("nothing_to_load"))
    instants = received_at(received) if received else None
    if findings:
        report.findings_format(findings)
    outcomes: list[Outcome] = []
    readers_there = cluster(scheduler) if scheduler else nullcontext(readers)
    with closing(open_store(environment())) as opened, readers_there as reading:
        store = opened.of_past_series() if open_periods else opened
        before = set(store.reader(SYSTEM).opened_periods)
        said = save_mapping(store, mapping, files, check=check) if mapping else ()
        asking = asking_on_terminal(store, is_asked=sys.stdin.isatty() and not (yes or check))
        loading = intake.load(
            store,
            files,
            viewer=SYSTEM,
            received=instants,
            check=check,
            workers=workers,
            given=GivenReferences(mappings=said, indicators=named_indicators(store.vocabulary)),
            reading=reading,
            ask=None if yes else asking,
        )
        # A question is asked without a progress bar: it would redraw over the answer.
        told = loading if asking.confirm else progress.tracked(loading, say("loading"), len(files), alone=True)
        for outcome in told:
            typer.echo(report.outcome_lines(outcome, store.vocabulary))
            outcomes.append(outcome)
        if new := [period for period in store.reader(SYSTEM).opened_periods if period not in before]:
            note("load.opened", periods=", ".join(period.title(LANGUAGE) for period in new))
    if findings:
        report.save_findings(outcomes, findings)
    report.summary(outcomes)
    if any(outcome.refused or outcome.status is OutcomeStatus.HELD for outcome in outcomes):
        raise typer.Exit(REFUSED)


@commands.command(help=say("inspect"))
def inspect(
    path: Annotated[Path, typer.Argument(help=say("inspect.path"), metavar="FILE")], as_json: AsJson = False
) -> None:
    """Prints how a file is parsed: its sheets, headers and forms."""
    import json

    from data.returns import SourceFile
    from indicators.catalogue.lookup import named_indicators
    from layouts.console import arguments
    from loaders.inspecting import file as inspect_file
    from loaders.references import References

    arguments.require_files([path])
    source = SourceFile(name=path.name, content=path.read_bytes())
    with closing(open_store(environment())) as store:
        reader = store.reader(SYSTEM)
        kept = References(
            vocabulary=reader.vocabulary,
            registry=reader.registry,
            mappings=reader.mappings(),
            indicators=named_indicators(reader.vocabulary),
        )
        seen = inspect_file.inspect_isolated(source, kept)
    if as_json:
        typer.echo(json.dumps(seen.as_json(), ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(inspect_file.lines(seen, kept.vocabulary, LANGUAGE)))
    if seen.refused:
        raise typer.Exit(REFUSED)


@commands.command(help=say("watch"))
def watch(
    folder: Annotated[Path, typer.Argument(help=say("watch.folder"), metavar="DIR")],
    workers: Annotated[int, typer.Option(help=say("load.workers"), metavar="N", min=1)] = 1,
    remove_personal: Annotated[bool, typer.Option("--remove-personal", help=say("watch.remove_personal"))] = False,
) -> None:
    """Loads workbooks dropped into a folder until interrupted."""
    from data.returns import OutcomeStatus
    from indicators.catalogue.lookup import named_indicators
    from layouts.console import arguments, report
    from layouts.console.graceful_stop import GracefulStop
    from layouts.views.effects import assess_for_sender
    from loaders import inbox
    from loaders.intake import Asking
    from loaders.references import GivenReferences

    arguments.require_folder(folder)
    with closing(open_store(environment())) as store, GracefulStop() as stopping:
        note("watching", folder=folder)
        watched = inbox.Inbox(
            store=store,
            folder=folder,
            viewer=SYSTEM,
            workers=workers,
            ask=Asking(assess=assess_for_sender),
            describe=lambda outcome: report.outcome_lines(outcome, store.vocabulary),
            remove_personal=remove_personal,
            given=GivenReferences(indicators=named_indicators(store.vocabulary)),
        )
        for arrival in inbox.watch(watched, stopping.wait):
            typer.echo(report.outcome_lines(arrival.outcome, store.vocabulary))
            if arrival.outcome.lists_people:
                note("watch.removed" if remove_personal else "watch.personal", source=arrival.source, path=arrival.path)
            else:
                note("watch.moved", path=arrival.path)
            if arrival.outcome.status is OutcomeStatus.HELD:
                note("watch.held")
        note("watch.stopped")


@commands.command(help=say("template"))
def template(
    unit: OneUnit,
    period: OnePeriod,
    form: Annotated[Register | None, typer.Option("--form", help=say("template.form"), case_sensitive=False)] = None,
    folder: Annotated[Path | None, typer.Option("-o", "--output", help=say("option.folder"), metavar="DIR")] = None,
) -> None:
    """Writes a workbook to fill in."""
    from indicators.catalogue.lookup import named_indicators
    from layouts.console import report
    from loaders.workbook_services import WorkbookServices

    settings = environment()
    with closing(open_store(settings)) as store:
        services, when = WorkbookServices(store, indicators=named_indicators(store.vocabulary)), Period.parse(period)
        name, content = services.register(SYSTEM, unit, when, form) if form else services.template(SYSTEM, unit, when)
        report.save(content, (folder or settings.data_dir / "templates") / name)


@commands.command(help=say("serve"))
def serve(
    host: Annotated[str, typer.Option(help=say("serve.host"), metavar="H")] = LOOPBACK,
    port: Port = 8050,
    workers: Annotated[int, typer.Option(help=say("serve.workers"), metavar="N", min=1)] = 2,
) -> None:
    """Serves the store's pages."""
    from layouts.console import ports
    from layouts.web import metrics, serving
    from layouts.web.logs import LOGGING

    settings = environment()
    ports.require_free(host, port)

    def ready() -> None:
        if settings.metrics_bind:
            metrics.listen(settings.metrics_bind)
        note("serving", host=host, port=port)

    with closing(open_store(settings)) as store:
        secret = secret_for(settings, store, host)
        if settings.metrics_bind:
            metrics.prepare(settings.data_dir / "metrics")
        pages = make_server(store, settings, secret_key=secret)
        serving.serve(pages, host, port, workers=workers, ready=ready, logging=LOGGING)


def asking_on_terminal(store: Store, *, is_asked: bool) -> Asking:
    """Asks about replacements on the terminal, or holds them where there is none."""
    from layouts.console import report
    from layouts.views.effects import assess
    from loaders.intake import Asking

    return Asking(
        assess=assess, confirm=(lambda outcome: report.confirmed(outcome, store.vocabulary)) if is_asked else None
    )


def received_at(text: str) -> datetime | dict[str, datetime]:
    """When the returns were received: one instant, or an instant by file name, read from a CSV file.

    Raises:
        InvalidUsage, ReceivedError: neither an instant nor such a file.
    """
    from layouts.console import arguments
    from loaders.receipt_times import read_received

    path = Path(text)
    if path.suffix.lower() != ".csv":
        return arguments.instant(text)
    arguments.require_existing([path])
    return read_received(path)


def save_mapping(store: Store, path: Path, files: list[Path], *, check: bool) -> tuple[HeaderMapping, ...]:
    """Binds a mapping to the headers of the files that it fits; stores it unless the files are only checked.

    Raises:
        MappingError: the file is not a mapping, or fits none of the files.
    """
    from data.returns import SourceFile
    from loaders.sheets import mapping

    sources = (SourceFile(name=file.name, content=file.read_bytes()) for file in files)
    bound = mapping.read_bound(path, sources, store.vocabulary)
    if not check:
        for one in bound:
            store.save_mapping(one, viewer=SYSTEM)
    return bound


def make_server(store: Store, settings: Environment | None = None, *, secret_key: str, demo: bool = False) -> Flask:
    """The WSGI server of a store's pages, warmed up; by settings it keeps its answers warm as well."""
    from indicators.catalogue.lookup import named_indicators
    from layouts.app import create_app
    from layouts.views.effects import assess
    from loaders.workbook_services import WorkbookServices

    services = WorkbookServices(store, assess=assess, indicators=named_indicators(store.vocabulary))
    create = partial(create_app, store, services, secret_key=secret_key, demo=demo)
    if settings is not None:
        proxies = 0 if demo else settings.trusted_proxies
        create = partial(create, proxies=proxies, kept_bytes=settings.answers_mb * 1024 * 1024, warm=True)
    server: Flask = create().server
    return server


def make_sample(store: Store, folder: Path) -> None:
    """Writes the sample province to `folder`, loads it and creates the demo accounts; existing data is left as is."""
    from data.people import demonstration
    from data.returns import SourceFile
    from layouts.console import progress
    from loaders import sample

    if not (folder / sample.RECEIVED).exists():
        written = progress.tracked(sample.write(sample.province(sample.FULL), folder), say("sample.writing"))
        note("sample.written", count=len(list(written)), folder=folder)
    files = [SourceFile(name=path.name, content=path.read_bytes()) for path in folder.glob("*.xlsx")]
    if all(store.kept(file.sha256) for file in files):
        note("sample.ready")
    else:
        outcomes = list(progress.tracked(sample.load_sample(store, folder), say("loading"), len(files), alone=True))
        if any(outcome.refused for outcome in outcomes):
            raise RuntimeError([outcome for outcome in outcomes if outcome.refused])
        note("sample.loaded", count=len(outcomes))
    demonstration.make_accounts(store)


def __getattr__(name: str) -> Any:
    """`server`, created when a production server (gunicorn app:server) first looks it up."""
    if name != "server":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from layouts.web.serving import freeze_heap

    settings = environment()
    store = open_store(settings)
    secret = secret_for(settings, store, None)
    globals()["server"] = make_server(store, settings, secret_key=secret)
    freeze_heap()
    return globals()["server"]


if __name__ == "__main__":
    commands()
