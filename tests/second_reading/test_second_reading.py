"""The application agrees with the second reading, in every field."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from data.periods import Period as Asked
from data.returns import ReturnWithdrawal
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.catalogue.lookup import builtin_catalogue
from loaders.sample import load_sample
from tests.second_reading import later
from tests.second_reading.catalogue import INDICATORS
from tests.second_reading.comparison import CELLS, DISTRICTS, DOWN_TO_BASES, Comparison, Readings
from tests.second_reading.known import Arrival, Known, Withdrawn, arrivals
from tests.second_reading.periods import Period
from tests.stores import Database, NewDatabase

# Who holds one program against the other knows both; so does who writes the workbooks.
_BETWEEN = {"comparison.py", "later.py", "__main__.py", Path(__file__).name}
_LIBRARY = {
    "abc",
    "calendar",
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "fractions",
    "functools",
    "math",
    "pathlib",
    "re",
    "typing",
}


@pytest.fixture(scope="module")
def store(tiny_database: Database, new_database: NewDatabase, later_workbooks: Path) -> Iterator[Store]:
    """The tiny province and what came later; at last a return is withdrawn."""
    with new_database("sqlite", tiny_database("sqlite")) as url, closing(Store.open(url)) as opened:
        assert not [outcome for outcome in load_sample(opened, later_workbooks, workers=1) if outcome.refused]
        unit, period = later.WITHDRAWN
        then = Store(opened.engine, lambda: later.WITHDRAWN_AT)
        then.withdraw(ReturnWithdrawal(unit=unit, period=Asked.parse(period)), viewer=SYSTEM, reason="Nhầm kỳ")
        yield opened


@pytest.fixture(scope="module")
def later_workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("later")
    later.write(folder)
    return folder


@pytest.fixture(scope="module")
def arrived(tiny_workbooks: Path, later_workbooks: Path) -> list[Arrival]:
    """All workbooks; each is read once."""
    return [*arrivals(tiny_workbooks), *arrivals(later_workbooks)]


_WITHDRAWN = (Withdrawn(later.WITHDRAWN[0], Period.parse(later.WITHDRAWN[1]), later.WITHDRAWN_AT),)


def test_every_indicator_is_read_again() -> None:
    """Whoever adds an indicator adds its line to the second reading's catalogue, from the definition."""
    assert INDICATORS.keys() == builtin_catalogue().keys()


def test_it_shares_no_code() -> None:
    for path in Path(__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
        roots = {name.split(".")[0] for name in named if not name.startswith("tests.second_reading")}
        if path.name not in _BETWEEN:
            assert roots <= _LIBRARY | {"__future__", "openpyxl"}, path.name
            assert not any(name.endswith((".later", ".comparison")) for name in named), path.name


# First years, halves, a year of quarters, of quarters with one missing, and those around each reorganisation.
_OTHERS = ("1997", "2013", "2015", "2018-H1", "2019", "2020-Q1", "2021-Q1")


def test_values(store: Store, arrived: list[Arrival]) -> None:
    readings = _readings(store, Known(arrived, _WITHDRAWN))
    readings.compare_values(["2020-Q3"], CELLS)
    readings.compare_values(["2020-Q3", "2021"], DOWN_TO_BASES)
    readings.compare_values(_OTHERS, DISTRICTS)
    readings.compare_means([(1997, 2021), (2012, 2015), (2018, 2018)], DISTRICTS)
    readings.compare_level(["2019", "2021"], DISTRICTS)
    _agree(readings)


@pytest.mark.parametrize(
    ("instant", "periods"),
    [
        (later.BEFORE_CORRECTION, ["2021-Q2", "2021-Q3"]),
        (later.BEFORE_WITHDRAWAL, ["2021"]),
        (later.FIRST_RETURN, ["2020-Q3", "2020"]),
        (later.BEFORE_MERGER, ["2020-Q1"]),
    ],
)
def test_values_as_known_before(store: Store, arrived: list[Arrival], instant: datetime, periods: list[str]) -> None:
    readings = _readings(store, Known(arrived, _WITHDRAWN, instant))
    readings.compare_values(periods, DISTRICTS)
    _agree(readings)


def test_pace_tasks_and_cells(store: Store, arrived: list[Arrival]) -> None:
    readings = _readings(store, Known(arrived, _WITHDRAWN))
    readings.compare_pace(["2020-Q3", "2021-Q2"], DISTRICTS)
    readings.compare_tasks(["2019-Q4", "2020-Q2", "2020-Q3", "2020", "2021-Q1"])
    readings.compare_cells(["2018-Q3", "2019-Q4", "2020-Q3", "2021-Q1"])
    _agree(readings)


def _readings(store: Store, known: Known) -> Readings:
    return Readings.of(store, known, Comparison())


def _agree(readings: Readings) -> None:
    assert readings.found.fields > 500
    assert not readings.found.differences, "\n".join(readings.found.differences[:20])
