"""The main job, end to end: the store created by `demo` yields the published figures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import commands
from indicators.catalogue.builtin import CATALOGUE
from loaders.sample import FULL
from tests.stores import NewDatabase, run
from tests.workbooks import address, cell, revised, values

DISTRICT = "H03"
RETURN = f"{DISTRICT}_2020-Q2.xlsx"
SHARE = "village_heads_member_share"


@pytest.fixture(scope="module")
def settings(demo_folder: Path, new_database: NewDatabase) -> Iterator[dict[str, str]]:
    """The environment of a user who ran `demo`, on SQLite; test_commands covers PostgreSQL."""
    with new_database("sqlite", f"sqlite:///{demo_folder / 'store.sqlite'}") as url:
        environment = {"DATABASE_URL": url, "DATA_DIR": str(demo_folder)}
        finished = run("demo", "--no-serve", environment=environment)
        assert (finished.returncode, finished.stdout) == (0, "")
        yield environment


def table(settings: dict[str, str], indicator: str, period: str, *more: str) -> list[dict[str, str]]:
    """The rows that `table` prints."""
    return list(
        csv.DictReader(io.StringIO(asked(settings, "table", "--indicator", indicator, "--period", period, *more)))
    )


def asked(settings: dict[str, str], *arguments: str) -> str:
    """What a query prints, asked in this process."""
    result = CliRunner().invoke(commands, arguments, env=settings)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_members_grow_from_43306_to_85659(settings: dict[str, str]) -> None:
    members = table(settings, "members", "1997..2019", "--format", "csv")
    assert [row["period"] for row in members] == [str(year) for year in range(1997, 2020)]
    assert (members[0]["value"], members[-1]["value"]) == ("43306", "85659")
    assert {(row["unit"], row["level"], row["state"]) for row in members} == {
        (members[0]["unit"], "province", "reported")
    }
    (growth,) = table(settings, "members_growth_since_1997", "2019")
    assert f"{float(growth['value']):.3f}" == "0.978"


def test_53800_were_admitted_and_the_mean_shows_its_divisor(settings: dict[str, str]) -> None:
    assert sum(int(row["value"]) for row in table(settings, "admissions", "1997..2019")) == 53800
    (mean,) = table(settings, "admissions_per_year_mean", "1997..2019")
    assert (mean["period"], mean["numerator"], mean["denominator"]) == ("1997..2019", "53800", "23")
    assert f"{float(mean['value']):.0f}" == "2339"


def test_village_heads_miss_their_plan(settings: dict[str, str]) -> None:
    (heads,) = table(settings, SHARE, "2019")
    assert (f"{float(heads['value']):.3f}", heads["plan"], heads["status"]) == ("0.704", "0.75", "not_met")


def test_every_number_behind_a_districts_share_stands_in_its_cell(settings: dict[str, str], demo_folder: Path) -> None:
    about = ("--indicator", SHARE, "--unit", DISTRICT, "--period", "2019")
    cells = json.loads(asked(settings, "trace", *about, "--json"))
    (value,) = table(settings, SHARE, "2019", "--unit", DISTRICT)
    for role in ("numerator", "denominator"):
        assert sum(c["value"] for c in cells if c["role"] == role) == int(value[role]) > 0
    held = [cell(demo_folder / "sample" / c["file"], c["sheet"], c["cell"]) for c in cells]
    assert held == [c["value"] for c in cells]


def test_a_wrong_cell_is_refused_and_its_correction_is_shown_at_once(settings: dict[str, str], tmp_path: Path) -> None:
    def heads(*more: str) -> str:
        return table(settings, SHARE, "2020-Q2", "--unit", DISTRICT, *more)[0]["numerator"]

    def all_values() -> str:
        codes = [part for code in CATALOGUE for part in ("--indicator", code)]
        return asked(settings, "table", *codes, "--unit", DISTRICT, "--period", "2020-Q2")

    given = values(FULL, RETURN, "B3", "village_heads", "village_heads_members")
    unit, (posts, members) = next((unit, row) for unit, row in given.items() if row[0] and row[0] > (row[1] or 0))
    assert posts is not None
    place = ("B3", unit, "village_heads_members")
    path, before, dump = tmp_path / RETURN, heads(), all_values()

    path.write_bytes(revised(FULL, RETURN, {place: posts + 1}))
    refused = run("load", str(path), environment=settings)
    assert refused.returncode == 1
    assert f"B3!{address(path.read_bytes(), *place)}: " in refused.stdout
    assert all_values() == dump

    path.write_bytes(revised(FULL, RETURN, {place: (members or 0) + 1}))
    assert run("load", "--yes", str(path), environment=settings).returncode == 0
    assert heads() == str(int(before) + 1)
    assert heads("--as-of", "2020-12-31") == before
