"""Reads indicators: all districts over years, from stored sums, against summing the returns with pandas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path

import pandas as pd

from data.forms.builtin import STORED
from data.organisations.units import Level
from data.periods import Period
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.enquiry import Enquiry, answer
from tests.benchmarks.against import pandas_rollup
from tests.benchmarks.against.above import find_above
from tests.benchmarks.report import Section, comparison
from tests.benchmarks.rounds import Contender, measure
from tests.benchmarks.stores import PROVINCE, url, with_history
from tests.benchmarks.workbooks import Size

OURS, PANDAS, FLOOR = "this application", "pandas groupby of the returns", "floor: SQL of the sums, rows only"
QUARTERS, ASKED = 43, 12
CALLS = 30
INDICATORS = ("members", "admission_rate", "admissions")
Read = dict[tuple[str, str, str], object]

_SUMS = """
SELECT u.code, r.period, r.members_end, r.admitted, r.members_start, r.reporting, r.blanks
FROM b1_rollup r JOIN units u ON u.id = r.unit_id
"""


def sections(folder: Path, rounds: int, size: Size = PROVINCE, quarters: int = QUARTERS) -> list[Section]:
    """Times reads of some indicators of all districts over some quarters."""
    store = with_history(size, quarters, folder)
    with contenders(store, ASKED) as among:
        measured = measure(among, rounds * CALLS // 5, memory=False)
    return [
        Section(
            name="reads",
            title=f"{len(INDICATORS)} indicators of {size.workbooks} districts in {ASKED} of {quarters} quarters",
            about=(
                "This application answers exact fractions, how many reported of how many expected, the plan, the "
                "verdict; each call is\na reader who asks for the first time. pandas reads the returns and groups "
                "them; SQL alone reads the stored sums and computes nothing."
            ),
            table=comparison(measured, PANDAS),
            libraries=("pandas", "SQLAlchemy"),
        )
    ]


@contextmanager
def contenders(place: Path, asked: int) -> Iterator[list[Contender]]:
    """Those that answer, on a store that none of them changes."""
    with closing(Store.open(url(place))) as store, closing(sqlite3.connect(place)) as connection:
        reader = store.reader(SYSTEM)
        periods = reader.opened()[-asked:]
        districts = {unit.id: unit.code for unit in reader.tree().at_level(Level.DISTRICT)}
        find_above(connection)
        above = pd.read_sql("SELECT * FROM above", connection)
        above = above[above["above_id"].isin(list(districts))]

        def ours() -> Read:
            enquiry = Enquiry(indicators=INDICATORS, periods=periods, level=Level.DISTRICT)
            rows = answer(store.reader(SYSTEM), enquiry)
            return {(row.indicator.code, row.unit, row.period.code): row.value for row in rows}

        def grouped() -> Read:
            return _grouped(connection, periods, above, districts)

        def sums() -> list[tuple[object, ...]]:
            marks = [", ".join("?" * len(each)) for each in (periods, districts)]
            query = f"{_SUMS} WHERE r.period IN ({marks[0]}) AND r.unit_id IN ({marks[1]})"
            return connection.execute(query, [*(period.code for period in periods), *districts]).fetchall()

        yield [
            Contender(name=OURS, program=ours),
            Contender(name=PANDAS, program=grouped),
            Contender(name=FLOOR, program=sums),
        ]


def _grouped(
    connection: sqlite3.Connection, periods: tuple[Period, ...], above: pd.DataFrame, districts: dict[int, str]
) -> Read:
    parts = [pandas_rollup.rows(connection, STORED["B1"], period.code) for period in periods]
    sums = pandas_rollup.summed(pd.concat(parts), above)
    found: Read = {}
    for row in sums.reset_index().to_dict("records"):
        code, period = districts[row["above_id"]], str(row["period"])
        found["members", code, period] = int(row["members_end"])
        found["admissions", code, period] = int(row["admitted"])
        opening = int(row["members_start"])
        found["admission_rate", code, period] = Fraction(int(row["admitted"]), opening) if opening else None
    return found
