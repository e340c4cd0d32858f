"""What grows with history and provinces and what does not, `python -m tests.benchmarks.growth`; SQLite and PostgreSQL.

A quarter of one province is loaded from workbooks; the database copies it to earlier quarters and to provinces beside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import count, cycle
from math import inf
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from sqlalchemy import func, make_url, select, text

from data.organisations.units import Level
from data.periods import Period
from data.returns import ParsedWorkbook, SourceFile
from data.tables.form_tables import leaf_tables
from data.viewers import SYSTEM
from data.writing.store import Store
from layouts.pages.registry import PAGES
from loaders.returns.stored_checks import check_stored
from tests.benchmarks.accepted import accepting, opened
from tests.benchmarks.plans import WHOLE, StatementLog, plans_of, record_statements
from tests.benchmarks.processes import ROOT
from tests.benchmarks.readers import read_by_board, reader
from tests.benchmarks.report import RESULTS, Goal, Section, save, table
from tests.benchmarks.rounds import Contender, measure
from tests.benchmarks.stores import PROVINCE, copy, fill, load, remove, url
from tests.benchmarks.workbooks import PERIOD, Size, Workbooks, make
from tests.postgres import fresh_database, programs, start
from tests.runs import run_folder

NewStore = Callable[[str | None], AbstractContextManager[str]]

SCALES, COUNTRY = (1, 4, 16), (1, 34)
LARGE_PROVINCE = replace(
    PROVINCE, values=PROVINCE.values * 5_600 // 4_300
)  # as many cells in a province of the country
QUARTERS = 60
CALLS, PAGE_CALLS = 9, 4
SLOW = 4  # seconds: a page slower than this is skipped at larger scales, to bound the run time
RETURNS = ("a new return", "a correction")
_ABOUT = """\
Each store holds {quarters} quarters of five forms for so many provinces below one root. A new return is the next
quarter's of one district (its forms at once): checked against the store, stored, summed up. A correction is the last
quarter's return again. A page is asked for the root, with all districts of all provinces on it, and for one district,
each time at once after a correction with other numbers. All in rounds, once a round in each store; ratios are taken
within a round. What took more than {slow} s is asked for once, and not at a larger scale; rows are those that
PostgreSQL gave. Workbooks are not copied: each keeps {book:.0f} kB more on disk. PostgreSQL without fsync, on a
socket."""


class Database(StrEnum):
    """Where it is measured."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMeasurements:
    """Measurements of one store: bytes, rows, seconds by operation, rows read by pages, query plans."""

    bytes: int
    rows: int
    seconds: dict[str, tuple[float, ...]]
    read: dict[str, int]
    plans: tuple[tuple[str, str], ...]


def sections(
    folder: Path,
    databases: Sequence[Database] = tuple(Database),
    *,
    size: Size = PROVINCE,
    scales: tuple[int, ...] = SCALES,
    quarters: int = QUARTERS,
    calls: int = CALLS,
) -> Iterator[Section]:
    """Measures every scale on one database, then on the other."""
    books = make(size, folder)
    for kind in databases:
        with ExitStack() as running:
            new = _sqlite(folder) if kind is Database.SQLITE else _postgres(running)
            template = running.enter_context(new(None))
            load(template, books)
            stores = {}
            for scale in scales:
                address = running.enter_context(new(template))
                stores[scale] = running.enter_context(closing(Store.open(address).of_past_series()))
                fill(stores[scale].engine, quarters - 1, scale)
            yield _section(kind, measured(stores, books, calls), quarters, books)


def measured(stores: Mapping[int, Store], books: Workbooks, calls: int) -> dict[int, StoreMeasurements]:
    """Loads and corrects in rounds, in each of them once for every scale; asks for pages; looks at the statements."""
    sizes = {scale: (_bytes(store), _rows(store)) for scale, store in stores.items()}
    with ExitStack() as running:
        logs = {scale: running.enter_context(record_statements(store.engine)) for scale, store in stores.items()}
        loaded = measure([each for scale, store in stores.items() for each in _returns(scale, store, books)], calls)
        pages = _pages(stores, logs, books)
        return {
            scale: StoreMeasurements(
                bytes=sizes[scale][0],
                rows=sizes[scale][1],
                seconds={what: loaded[f"{what}, {scale}"].seconds for what in RETURNS}
                | {what: read.seconds for (what, at), read in pages.items() if at == scale},
                read={what: read.rows for (what, at), read in pages.items() if at == scale},
                plans=plans_of(store.engine, logs[scale]),
            )
            for scale, store in stores.items()
        }


def _returns(scale: int, store: Store, books: Workbooks) -> Iterator[Contender]:
    """A new return and a correction, of another district each time that they are run."""
    given = [opened(store, path) for path in books.returns]
    new = [_of(each, Period.parse(PERIOD).next) for each in given]
    _load(store, new[0])  # opens the period for everyone
    for what, each in zip(RETURNS, (cycle(new[1:]), map(_again, cycle(given[1:]), count())), strict=True):
        yield Contender(name=f"{what}, {scale}", program=partial(_load_next, store, each))


def _of(given: ParsedWorkbook, period: Period) -> ParsedWorkbook:
    content = given.source.content + period.code.encode()
    returns = tuple(replace(each, period=period) for each in given.returns)
    return replace(given, source=SourceFile(name=given.source.name, content=content), returns=returns)


def _again(given: ParsedWorkbook, number: int) -> ParsedWorkbook:
    content = given.source.content + f"again {number}".encode()
    return replace(given, source=SourceFile(name=given.source.name, content=content))


def _load_next(store: Store, given: Iterator[ParsedWorkbook]) -> None:
    _load(store, next(given))


def _load(store: Store, given: ParsedWorkbook) -> None:
    check_stored(given, store.reader(SYSTEM))
    store.accept(given, viewer=SYSTEM)


@dataclass(slots=True)
class _PageReads:
    """Seconds of each first read of a page after a return, and the most rows that the database gave for one."""

    seconds: tuple[float, ...] = ()
    rows: int = 0


def _pages(
    stores: Mapping[int, Store], logs: Mapping[int, StatementLog], books: Workbooks
) -> dict[tuple[str, int], _PageReads]:
    """Each page after a return, for the root and for one district, by what was asked and scale; first once, to find
    out what is slow, then in rounds.
    """
    reads: dict[tuple[str, int], _PageReads] = {}
    slow, among = set[str](), list[Contender]()
    for scale, store in sorted(stores.items()):
        for what, contender in _page_contenders(scale, store, logs[scale], books, reads):
            if what not in slow:
                took = reads[what, scale].seconds = measure([contender], 1)[contender.name].seconds
                if max(took) > SLOW:
                    slow.add(what)
                else:
                    among.append(contender)
    again = measure(among, PAGE_CALLS)
    for (what, scale), read in reads.items():
        if (name := f"{what}, {scale}") in again:
            read.seconds += again[name].seconds
    return {each: read for each, read in reads.items() if read.seconds}


def _page_contenders(
    scale: int, store: Store, log: StatementLog, books: Workbooks, reads: dict[tuple[str, int], _PageReads]
) -> Iterator[tuple[str, Contender]]:
    ask, accept = reader(store), accepting(store, [opened(store, path) for path in books.returns])
    district = store.reader(SYSTEM).tree().at_level(Level.DISTRICT)[0]
    addresses = (("root", f"?period={PERIOD}"), ("district", f"?period={PERIOD}&unit={district.code}"))

    def read(path: str, search: str, into: _PageReads) -> None:
        before = log.rows
        ask(path, search)
        into.rows = max(into.rows, log.rows - before)

    for page in filter(read_by_board, PAGES):
        for who, search in addresses:
            what = f"page {page.path}, {who}"
            into = reads[what, scale] = _PageReads()
            program = partial(read, page.path, search, into)
            yield what, Contender(name=f"{what}, {scale}", program=program, prepare=accept)


def _rows(store: Store) -> int:
    with store.engine.connect() as connection:
        tables = leaf_tables(store.vocabulary).values()
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def _bytes(store: Store) -> int:
    if store.engine.dialect.name == "sqlite":
        place = Path(store.engine.url.database or "")
        return sum(each.stat().st_size for each in place.parent.glob(f"{place.name}*"))
    with store.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _sqlite(folder: Path) -> NewStore:
    numbers = count(1)

    @contextmanager
    def new(template: str | None) -> Iterator[str]:
        place = folder / (f"growth-{next(numbers)}.sqlite" if template else "growth-template.sqlite")
        remove(place)
        if template:
            copy(Path(make_url(template).database or ""), place)
        yield url(place)
        remove(place)

    return new


def _postgres(running: ExitStack) -> NewStore:
    server = start(running.enter_context(run_folder()), programs())

    @contextmanager
    def new(template: str | None) -> Iterator[str]:
        with fresh_database(server, (template and make_url(template).database) or "template1") as address:
            yield address.render_as_string(hide_password=False)

    return new


def _section(kind: str, grown: dict[int, StoreMeasurements], quarters: int, books: Workbooks) -> Section:
    scales = sorted(grown)
    first, last = grown[scales[0]], grown[scales[-1]]
    rows = [
        ("rows of returns", *(f"{grown[s].rows:,}" for s in scales), f"{last.rows / first.rows:.2f}"),
        ("on disk", *(f"{grown[s].bytes / 1e6:,.0f} MB" for s in scales), f"{last.bytes / first.bytes:.2f}"),
        *((what, *(_format(grown[s], what) for s in scales), _grew(what, first, last)) for what in first.seconds),
    ]
    names = ("", *(f"{s} provinces" if s > 1 else "1 province" for s in scales), "last of first")
    goals = [*_goals(kind, first, last, scales[-1]), _scans(kind, last)]
    book = sum(path.stat().st_size for path in books.returns) / len(books.returns) / 1000
    queries = table(("statement", "how it is read"), last.plans)
    return Section(
        name="growth-country" if scales == [*COUNTRY] else f"growth-{kind}",
        title=f"{', '.join(map(str, scales))} provinces' history",
        about=_ABOUT.format(quarters=quarters, book=book, slow=SLOW),
        table=f"{table(names, rows)}\n\nThe ten statements that took longest at {scales[-1]} provinces:\n\n{queries}",
        goals=goals,
        libraries=("SQLAlchemy", "psycopg"),
    )


def _goals(kind: str, first: StoreMeasurements, last: StoreMeasurements, most: int) -> Iterator[Goal]:
    """Returns and first reads at the largest scale, of the smallest; the rows of any page."""
    for what, bound in zip(RETURNS, (1.3, 1.5), strict=True):
        yield Goal(what=f"{what} at {most} provinces, of 1 ({kind})", at_most=bound, reached=_share(what, first, last))
    for who in ("root", "district"):
        pages = [what for what in first.seconds if what.endswith(f", {who}")]
        grown = [_share(what, first, last) if what in last.seconds else inf for what in pages]
        what = f"first read after a return at {most} provinces, of 1, most of any page of a {who} ({kind})"
        yield Goal(what=what, at_most=1.5, reached=max(grown))
    if rows := max((*first.read.values(), *last.read.values())):
        yield Goal(what=f"rows read by any page ({kind})", at_most=5_000, reached=rows)


def _scans(kind: str, last: StoreMeasurements) -> Goal:
    scans = sum(WHOLE in plan for _, plan in last.plans)
    return Goal(what=f"plans that read a leaf table whole ({kind})", at_most=0, reached=scans)


def _format(grown: StoreMeasurements, what: str) -> str:
    if what not in grown.seconds:
        return "not asked"
    read = f", {grown.read[what]:,} rows" if grown.read.get(what) else ""
    return f"{1000 * median(grown.seconds[what]):.3g} ms{read}"


def _grew(what: str, first: StoreMeasurements, last: StoreMeasurements) -> str:
    return f"{_share(what, first, last):.2f}" if what in last.seconds else ""


def _share(what: str, first: StoreMeasurements, last: StoreMeasurements) -> float:
    """How many times what it takes in the smallest store, of the same rounds."""
    return median([one / other for one, other in zip(last.seconds[what], first.seconds[what], strict=False)])


def main(
    databases: Annotated[list[Database] | None, typer.Argument(metavar="DATABASE...")] = None,
    quarters: Annotated[int, typer.Option(min=1)] = QUARTERS,
    most: Annotated[int, typer.Option(min=1)] = SCALES[-1],
    country: Annotated[bool, typer.Option("--country")] = False,
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measures up to `most` provinces on the databases, by default both, and writes the results.

    With `country`, 34 provinces of 5,600 cells beside one, on PostgreSQL.
    """
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    chosen, size, scales = databases or tuple(Database), PROVINCE, tuple(scale for scale in SCALES if scale <= most)
    if country:
        chosen, size, scales = (Database.POSTGRESQL,), LARGE_PROVINCE, COUNTRY
    for section in sections(folder, chosen, size=size, scales=scales, quarters=quarters):
        save([section], results)
        typer.echo(section.text)


if __name__ == "__main__":
    typer.run(main)
