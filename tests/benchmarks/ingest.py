"""Loading: this application against pandas, pandera and to_sql on the same workbooks; its checks against frictionless.

Each starts with a database that knows the units and nothing else, and ends with every value checked and kept.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.processes import Program, time_process
from tests.benchmarks.report import Goal, Section, comparison
from tests.benchmarks.rounds import Contender, Measured, measure, ratios
from tests.benchmarks.stores import remove
from tests.benchmarks.workbooks import Size, Workbooks, make

OURS = "this application"
PANDAS = "pandas (openpyxl), pandera, to_sql"
PANDAS_FAST = "pandas (calamine), pandera, to_sql"
FRICTIONLESS = "frictionless validate"
FLOOR = "floor: unzip and find the values"
LARGE, SMALL = Size(), Size(workbooks=8, values=275_000)
_LIMIT = (
    "Of what storing takes in the process that waits for the readers, by a profile, two fifths are sums and derived "
    "counts, a quarter the checks against what is stored, an eighth the digests of the audit log."
)
_ROUNDS_OF_ONE = 4  # 64 workbooks take pandas minutes: of 5 rounds they have 1
_LIBRARIES = ("pandas", "openpyxl", "python-calamine", "pandera", "frictionless", "numpy", "SQLAlchemy")


def sections(folder: Path, rounds: int) -> list[Section]:
    """Times the loading of 64 workbooks, in a quarter of the rounds, and the checks of 8, in three at most."""
    few = max(1, rounds // _ROUNDS_OF_ONE)
    return [_loading(make(LARGE, folder), folder, few), _checking(make(SMALL, folder), folder, min(rounds, 3))]


def contenders(books: Workbooks, folder: Path) -> Mapping[str, Contender]:
    """All of them, by name."""
    known, facts = _units(books, folder / "units.sqlite"), folder / "facts.sqlite"
    found = [_ours(books, folder)]
    for name, module, more in (
        (PANDAS, "pandas_ingest", [str(facts), "openpyxl"]),
        (PANDAS_FAST, "pandas_ingest", [str(facts), "calamine"]),
        (FRICTIONLESS, "frictionless_check", [str(facts)]),
        (FLOOR, "floor", []),
    ):
        arguments = ("-m", f"tests.benchmarks.against.{module}", str(books.folder), *more)
        program, prepare = Program(arguments=arguments), partial(_copy, known, facts)
        found.append(Contender(name=name, program=program, prepare=prepare, single=True))
    return {contender.name: contender for contender in found}


def _ours(books: Workbooks, folder: Path) -> Contender:
    empty, store = folder / "registry.sqlite", folder / "store.sqlite"
    remove(empty)
    time_process(Program(arguments=("app.py", "load", str(books.registry)), environment=_settings(empty)))
    loading = Program(
        arguments=("app.py", "load", "--yes", "--open-periods", *map(str, books.returns)), environment=_settings(store)
    )
    return Contender(name=OURS, program=loading, prepare=partial(_copy, empty, store))


def _settings(store: Path) -> dict[str, str]:
    return {"DATABASE_URL": f"sqlite:///{store.as_posix()}", "DATA_DIR": str(store.parent)}


def _units(books: Workbooks, path: Path) -> Path:
    remove(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE units (code TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO units VALUES (?)", [(code,) for code in books.units])
    return path


def _copy(origin: Path, to: Path) -> None:
    remove(to)
    shutil.copyfile(origin, to)


def _loading(books: Workbooks, folder: Path, rounds: int) -> Section:
    among = contenders(books, folder)
    measured = measure([among[name] for name in (OURS, PANDAS, FLOOR)], rounds)
    return Section(
        name="ingest",
        title=f"{len(books.returns)} workbooks, {books.values:,} values, read, checked and stored in SQLite",
        about=(
            "Both refuse counts that are none, broken balances, parts above their whole, totals that differ, unknown "
            "units and units\ntwice. pandas keeps a line for each value with file, sheet and row. This application "
            "keeps the file as it came, a wide\nrow for each cell, the sums of every unit up to the province, and "
            "looks at what is stored already; it reads in as many\nprocesses as there are cores. "
            f"Rounds: {rounds}, as pandas takes minutes."
        ),
        table=comparison(measured, PANDAS),
        goals=goals(measured),
        libraries=_LIBRARIES,
    )


def goals(measured: Measured) -> list[Goal]:
    """At most a tenth of the time of pandas, and half its memory."""
    ours, theirs = measured[OURS], measured[PANDAS]
    found = [Goal(what="time, of pandas (openpyxl)", at_most=0.1, reached=median(ratios(ours, theirs)), limit=_LIMIT)]
    if ours.usage and theirs.usage:
        share = ours.usage.memory / theirs.usage.memory
        found.append(Goal(what="peak memory, of pandas (openpyxl)", at_most=0.5, reached=share))
    return found


def _checking(books: Workbooks, folder: Path, rounds: int) -> Section:
    among = contenders(books, folder)
    measured = measure([among[name] for name in (OURS, PANDAS_FAST, FRICTIONLESS)], rounds)
    return Section(
        name="checks",
        title=f"{len(books.returns)} workbooks, {books.values:,} values, checked",
        about=(
            "frictionless checks types, choices, unknown units, balances and parts, is told where each table ends, and "
            "stores nothing;\nit does not check totals and units that stand twice. This application does all of "
            "that and stores, as pandas does."
        ),
        table=comparison(measured, FRICTIONLESS),
        libraries=_LIBRARIES,
    )
