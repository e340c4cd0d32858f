"""Sums up the tree: all of fifteen million facts, and what one corrected return changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import pandas as pd

from data.forms.builtin import STORED
from data.writing.store import Store
from tests.benchmarks.accepted import accepting, opened
from tests.benchmarks.against import pandas_rollup
from tests.benchmarks.against.above import find_above
from tests.benchmarks.processes import Program
from tests.benchmarks.report import Goal, Section, comparison
from tests.benchmarks.rounds import Contender, measure, percentile_95, ratios
from tests.benchmarks.stores import PROVINCE, copy, url, with_history
from tests.benchmarks.workbooks import PERIOD, Size, make

OURS, PANDAS, FLOOR = "this application", "pandas groupby", "floor: SQL alone"
WHOLE, ONE = f"{OURS}: a workbook with all its forms", f"{OURS}: form B1 of it"
QUARTERS = 43
CALLS = 40
_LIBRARIES = ("pandas", "numpy", "SQLAlchemy")
_LIMIT = (
    "Of its time half is reading the rows in force, half of that in the driver; a sixth is the derived counts of "
    "base organisations and a twelfth the yearly admissions, which pandas does not make; a ninth is writing the sums."
)


def sections(folder: Path, rounds: int, size: Size = PROVINCE, quarters: int = QUARTERS) -> list[Section]:
    """Times summing up everything, then corrections."""
    return [_full(folder, rounds, size, quarters), _corrections(folder, rounds * CALLS // 5, size, quarters)]


def _full(folder: Path, rounds: int, size: Size, quarters: int) -> Section:
    origin, store = with_history(size, quarters, folder), folder / "rollup.sqlite"
    among = [
        Contender(
            name=name,
            program=Program(arguments=("-m", f"tests.benchmarks.against.{module}", given)),
            prepare=partial(copy, origin, store),
        )
        for name, module, given in (
            (OURS, "own_rollup", url(store)),
            (PANDAS, "pandas_rollup", str(store)),
            (FLOOR, "sql_rollup", str(store)),
        )
    ]
    measured = measure(among, rounds)
    share = median(ratios(measured[OURS], measured[PANDAS]))
    return Section(
        name="full-roll-up",
        title=f"{facts(origin):,} values of {quarters} quarters in SQLite, summed up the tree",
        about=(
            "All read the rows in force and leave sums, counts of rows and of values given, by period and unit. This "
            "application\nalso counts small cells, bases without admission and yearly admissions, and follows the "
            "tree of each period."
        ),
        table=comparison(measured, PANDAS),
        goals=[Goal(what="summing everything up, of pandas groupby", at_most=0.8, reached=share, limit=_LIMIT)],
        libraries=_LIBRARIES,
    )


def facts(store: Path) -> int:
    """How many values the returns of a store give."""
    total = 0
    with closing(sqlite3.connect(store)) as connection:
        for form in STORED.values():
            given = " + ".join(f'count("{measure.code}")' for measure in form.measures)
            total += connection.execute(f"SELECT {given} FROM {form.code.lower()}").fetchone()[0]
    return total


def _corrections(folder: Path, calls: int, size: Size, quarters: int) -> Section:
    origin, place = with_history(size, quarters, folder), folder / "corrections.sqlite"
    copy(origin, place)
    with contenders(place, make(size, folder).returns) as among:
        measured = measure(among, calls, memory=False)
    corrected = measured[ONE].seconds
    return Section(
        name="correction",
        title=f"one corrected return, of each district in turn, {quarters} quarters in SQLite",
        about=(
            "This application keeps the file, the rows, the sums of every unit up to the province and an entry of the "
            "log, in one\ntransaction. pandas reads the period's rows of form B1, groups them and replaces the sums "
            "of the period, and\ndoes not store the return."
        ),
        table=comparison(measured, PANDAS),
        goals=[
            Goal(
                what="one corrected return, all levels saved", at_most=25, reached=1000 * median(corrected), unit="ms"
            ),
            Goal(what="19 of 20 corrected returns", at_most=40, reached=1000 * percentile_95(corrected), unit="ms"),
        ],
        libraries=_LIBRARIES,
    )


@contextmanager
def contenders(place: Path, workbooks: Sequence[Path]) -> Iterator[list[Contender]]:
    """Those that correct a return of each workbook in turn, or sum up their period, of a store theirs to change."""
    with closing(Store.open(url(place))) as store, closing(sqlite3.connect(place)) as connection:
        find_above(connection)
        above = pd.read_sql("SELECT * FROM above", connection)
        given = [opened(store, workbook) for workbook in workbooks]
        alone = [replace(g, returns=tuple(each for each in g.returns if each.form.code == "B1")) for g in given]
        form = STORED["B1"]

        def grouped() -> None:
            sums = pandas_rollup.summed(pandas_rollup.rows(connection, form, PERIOD), above)
            sums.to_sql("pandas_b1", connection, if_exists="replace")
            connection.commit()

        yield [
            Contender(name=ONE, program=accepting(store, alone)),
            Contender(name=WHOLE, program=accepting(store, given)),
            Contender(name=PANDAS, program=grouped),
        ]
