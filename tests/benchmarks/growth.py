"""What grows with history and provinces and what does not, `python -m tests.benchmarks.growth`; SQLite and PostgreSQL.

A quarter of one province is loaded from workbooks; the database copies it to earlier quarters and to provinces beside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated

import typer
from sqlalchemy import func, make_url, select, text

from data.accounts import Accounts
from data.periods import Period
from data.returns import ReadWorkbook, SourceFile
from data.schema import LEAVES
from data.store import Store
from data.units import Level
from data.viewers import SYSTEM, Role
from layouts.app import create_app
from layouts.pages import PAGES
from layouts.site import Memory
from loaders.desk import Desk
from loaders.stored_checks import check_stored
from tests.benchmarks.callbacks import signed_in
from tests.benchmarks.plans import Heard, listening, plans_of
from tests.benchmarks.processes import ROOT
from tests.benchmarks.report import RESULTS, Goal, Section, keep, table
from tests.benchmarks.rollup import opened
from tests.benchmarks.stores import PROVINCE, copy, fill, load, remove, url
from tests.benchmarks.workbooks import PERIOD, Made, Size, made
from tests.layouts.conftest import PASSWORD, SECRET
from tests.layouts.test_pages import routed
from tests.postgres import _server, fresh_database, programs

NewStore = Callable[[str | None], AbstractContextManager[str]]

SCALES = (1, 4, 16)
QUARTERS = 60
CALLS = 9
SLOW = 3  # seconds after which a page is not asked for at a larger scale, so that the whole stays short
READER = "board"
_ABOUT = """\
Each store holds {quarters} quarters of five forms for so many provinces below one root. A new return is the next
quarter's of one district (its forms at once): checked against the store, stored, summed up. A correction is the last
quarter's return again. A page is asked for the root, with all districts of all provinces on it, and for one district;
each time as if for the first time; what took more than 3 s is not asked for at a larger scale. Workbooks are not
copied: each keeps {book:.0f} kB more on disk. PostgreSQL without fsync, on a socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What was measured of one store: bytes, rows, seconds by what was done, statements by what they took."""

    bytes: int
    rows: int
    seconds: dict[str, float]
    heard: Heard
    plans: tuple[tuple[str, str], ...]


def sections(
    folder: Path, size: Size = PROVINCE, scales: tuple[int, ...] = SCALES, quarters: int = QUARTERS, calls: int = CALLS
) -> list[Section]:
    """Measures every scale on both databases."""
    books, found = made(size, folder), []
    with ExitStack() as servers:
        for kind in ("sqlite", "postgresql"):
            grown: dict[int, Grown] = {}
            new = _sqlite(folder) if kind == "sqlite" else _postgres(servers)
            with new(None) as template:
                load(template, books)
                for scale in scales:
                    with new(template) as address, closing(Store.open(address)) as store:
                        fill(store.engine, quarters - 1, scale)
                        slow = {what for each in grown.values() for what, took in each.seconds.items() if took > SLOW}
                        grown[scale] = measured(store, books, calls, slow)
            found.append(_section(kind, grown, quarters, books))
    return found


def measured(store: Store, books: Made, calls: int, slow: Collection[str] = ()) -> Grown:
    """Loads, corrects, asks for pages but the slow ones, looks at the statements that took longest."""
    Accounts(store).add(READER, PASSWORD, Role.BOARD)
    given = [opened(store, path) for path in books.returns[: calls + 1]]
    rows = _rows(store)
    with listening(store.engine) as heard:
        accept_new = [_of(each, Period.parse(PERIOD).next) for each in given]
        store.accept(accept_new[0], viewer=SYSTEM)  # opens the period for everyone
        seconds = {
            "a new return": _typical([lambda each=each: _load(store, each) for each in accept_new[1:]]),  # type: ignore[misc]
            "a correction": _typical([lambda each=each: _load(store, _again(each)) for each in given[1:]]),  # type: ignore[misc]
        }
        seconds |= dict(_pages(store, 1, slow))
    return Grown(bytes=_bytes(store), rows=rows, seconds=seconds, heard=heard, plans=plans_of(store.engine, heard))


def _of(given: ReadWorkbook, period: Period) -> ReadWorkbook:
    content = given.source.content + period.code.encode()
    returns = tuple(replace(each, period=period) for each in given.returns)
    return replace(given, source=SourceFile(name=given.source.name, content=content), returns=returns)


def _again(given: ReadWorkbook) -> ReadWorkbook:
    return replace(given, source=SourceFile(name=given.source.name, content=given.source.content + b"again"))


def _load(store: Store, given: ReadWorkbook) -> None:
    check_stored(given, store.reader(SYSTEM))
    store.accept(given, viewer=SYSTEM)


def _pages(store: Store, calls: int, slow: Collection[str]) -> Iterator[tuple[str, float]]:
    """Seconds of each page, for the root and for one district."""
    pages = create_app(store, Desk(store), secret_key=SECRET)
    client = signed_in(pages.server.test_client(), store, READER)
    district = store.reader(SYSTEM).tree().at_level(Level.DISTRICT)[0]
    for page in PAGES:
        for who, search in (("root", f"?period={PERIOD}"), ("district", f"?period={PERIOD}&unit={district.code}")):
            what = f"page {page.path}, {who}"
            if (page.has_context or who == "root") and what not in slow:

                def ask(path: str = page.path, search: str = search) -> None:
                    site = pages.server.extensions["indicator_site"]
                    pages.server.extensions["indicator_site"] = replace(site, memory=Memory())
                    if routed(client, path, search).status_code != 200:
                        raise RuntimeError(path + search)

                yield what, _typical([ask] * calls)


def _typical(works: list[Callable[[], None]]) -> float:
    seconds = []
    for work in works:
        began = perf_counter()
        work()
        seconds.append(perf_counter() - began)
    return median(seconds)


def _rows(store: Store) -> int:
    with store.engine.connect() as connection:
        return sum(
            connection.execute(select(func.count()).select_from(leaves)).scalar_one() for leaves in LEAVES.values()
        )


def _bytes(store: Store) -> int:
    if store.engine.dialect.name == "sqlite":
        place = Path(store.engine.url.database or "")
        return sum(each.stat().st_size for each in place.parent.glob(f"{place.name}*"))
    with store.engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _sqlite(folder: Path) -> NewStore:
    @contextmanager
    def new(template: str | None) -> Iterator[str]:
        place = folder / ("growth.sqlite" if template else "growth-template.sqlite")
        remove(place)
        if template:
            copy(Path(make_url(template).database or ""), place)
        yield url(place)
        remove(place)

    return new


def _postgres(running: ExitStack) -> NewStore:
    server = running.enter_context(_server(programs()))

    @contextmanager
    def new(template: str | None) -> Iterator[str]:
        with fresh_database(server, (template and make_url(template).database) or "template1") as address:
            yield address.render_as_string(hide_password=False)

    return new


def _section(kind: str, grown: dict[int, Grown], quarters: int, books: Made) -> Section:
    scales = sorted(grown)
    first, last = grown[scales[0]], grown[scales[-1]]
    rows = [
        ("rows of returns", *(f"{grown[s].rows:,}" for s in scales), f"{last.rows / first.rows:.2f}"),
        ("on disk", *(f"{grown[s].bytes / 1e6:,.0f} MB" for s in scales), f"{last.bytes / first.bytes:.2f}"),
    ]
    for what in first.seconds:
        times = [grown[s].seconds.get(what) for s in scales]
        share = f"{times[-1] / times[0]:.2f}" if times[-1] and times[0] else ""
        rows.append((what, *("not asked" if each is None else f"{1000 * each:.3g} ms" for each in times), share))
    names = ("", *(f"{s} provinces" if s > 1 else "1 province" for s in scales), "last of first")
    goals = [
        Goal(what=f"{what} at {scales[-1]} provinces, of 1 ({kind})", at_most=1.5, reached=_share(what, first, last))
        for what in ("a new return", "a correction")
    ]
    scans = sum("leaf table read whole" in plan for _, plan in last.plans)
    goals.append(Goal(what=f"plans that read a leaf table whole ({kind})", at_most=0, reached=scans))
    book = sum(path.stat().st_size for path in books.returns) / len(books.returns) / 1000
    queries = table(("statement", "how it is read"), last.plans)
    return Section(
        name=f"growth-{kind}",
        title=f"{', '.join(map(str, scales))} provinces' history",
        about=_ABOUT.format(quarters=quarters, book=book),
        table=f"{table(names, rows)}\n\nThe ten statements that took longest at {scales[-1]} provinces:\n\n{queries}",
        goals=goals,
        libraries=("SQLAlchemy", "psycopg"),
    )


def _share(what: str, first: Grown, last: Grown) -> float:
    return last.seconds[what] / first.seconds[what]


def main(
    quarters: Annotated[int, typer.Option(min=1)] = QUARTERS,
    most: Annotated[int, typer.Option(min=1)] = SCALES[-1],
    results: Annotated[Path, typer.Option()] = RESULTS,
) -> None:
    """Measures up to `most` provinces and writes the results."""
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    found = sections(folder, scales=tuple(scale for scale in SCALES if scale <= most), quarters=quarters)
    keep(found, results)
    for section in found:
        typer.echo(section.text)


if __name__ == "__main__":
    typer.run(main)
