"""Smoke tests of the benchmarks: each contender once on a tiny store, without timing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from data.forms.builtin import STORED
from data.people.accounts import Accounts
from data.viewers import Role
from data.writing.store import Store
from tests.benchmarks import callbacks, first_reads, past_reads, reads, rollup
from tests.benchmarks.against import own_rollup, pandas_rollup, sql_rollup
from tests.benchmarks.report import Goal, Section, comparison, save
from tests.benchmarks.rounds import Series
from tests.stores import Database, NewDatabase

pytestmark = pytest.mark.slow


def place_of(address: str) -> Path:
    """The file of an SQLite database."""
    return Path(make_url(address).database or "")


def test_rollups_in_pandas_in_sql_and_ours_agree(tiny_database: Database, new_database: NewDatabase) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as address:
        place = place_of(address)
        own_rollup.main(address)
        pandas_rollup.main(place, (STORED["B1"],))
        sql_rollup.main(place, (STORED["B1"],))
        with closing(sqlite3.connect(place)) as connection:
            query = "SELECT sum(members_end), sum(reporting) FROM {} WHERE period = '2020-Q2'"
            sums = [connection.execute(query.format(t)).fetchone() for t in ("b1_rollup", "pandas_b1", "sql_b1")]
    assert sums[0] == sums[1] == sums[2]
    assert sums[0][0] > 0


def test_answers_of_pandas_and_ours_agree(tiny_database: Database, new_database: NewDatabase) -> None:
    with (
        new_database("sqlite", tiny_database("sqlite")) as address,
        reads.contenders(place_of(address), asked=2) as among,
    ):
        ours, grouped, floor = (contender.program() for contender in among if callable(contender.program))
        assert isinstance(ours, dict)
        assert grouped == {key: value for key, value in ours.items() if value is not None}
        assert floor


def test_benchmarks_of_a_correction_and_a_chart_run(
    tiny_database: Database, new_database: NewDatabase, tiny_workbooks: Path
) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as address:
        with closing(Store.open(address)) as store:
            Accounts(store).add(callbacks.READER, "một mật khẩu dài", Role.BOARD)
        with rollup.contenders(place_of(address), [tiny_workbooks / "H01_2020-Q3.xlsx"]) as among:
            for contender in among:
                assert callable(contender.program)
                contender.program()
        with callbacks.contenders(place_of(address), callbacks.READER) as among:
            for contender in among:
                assert callable(contender.program)
                assert contender.program()


def test_benchmarks_of_reads_after_a_return_and_of_the_past_run(
    tiny_database: Database, new_database: NewDatabase, tiny_workbooks: Path, tmp_path: Path
) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as address:
        stores = dict.fromkeys((first_reads.PLAIN, first_reads.CORRECTED), place_of(address))
        with first_reads.contenders(stores, [tiny_workbooks / "H01_2020-Q3.xlsx"], tmp_path) as among:
            for contender in among:
                contender.prepare()
                assert callable(contender.program)
                assert contender.program()
        with past_reads.contenders(place_of(address)) as among:
            for contender in among:
                assert callable(contender.program)
                assert contender.program()


def test_a_goal_that_is_not_reached_says_what_limits_it() -> None:
    slow = Goal(what="time", at_most=1, reached=2, unit="s", limit="Limited by the disk.")
    few = Goal(what="requests a second", floor=100, reached=50)
    assert slow.line.endswith("measured 2 s, 2.00 of it: not reached. Limited by the disk.")
    assert few.line == "- requests a second: at least 100, measured 50, 0.50 of it: not reached."
    assert Goal(what="time", at_most=3, reached=2, unit="s", limit="Limited by the disk.").line.endswith(": reached.")


def test_results_are_saved_by_name_with_their_goals_in_one_table(tmp_path: Path) -> None:
    results = tmp_path / "results.md"
    measured = {"ours": Series(seconds=(1.0, 3.0)), "theirs": Series(seconds=(4.0, 4.0))}
    for share in (0.9, 0.5):
        goal = Goal(what="time", at_most=0.8, reached=share)
        table = comparison(measured, "theirs")
        save([Section(name="one", title="a thing", about="Why.", table=table, goals=[goal])], results)
    text = results.read_text(encoding="utf-8")
    assert "| one | time | at most 0.8 | 0.5 | 0.62 | reached |" in text
    assert text.count("## one: a thing") == 1
    assert "not reached" not in text
