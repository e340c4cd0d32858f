"""APP_LANGUAGE=en: errors and help of every command contain no Vietnamese."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest
import typer

from app import commands
from tests.stores import ROOT, NewDatabase
from tests.test_catalogues import VIETNAMESE

# Command line, exit code, stderr, stdout, and the exception that ended it.
Answers = list[tuple[str, int, str, str, str]]
InEnglish = Callable[[list[str]], Answers]
# Invalid input for each command; several lines where it can fail in several ways.
WRONG: Mapping[str, tuple[str, ...]] = {
    "demo": ("--no-serve --port 0",),
    "load": (
        "nowhere.xlsx",
        "README.md --findings findings.txt",
        "README.md --received never",
        "README.md --received README.csv",
        "README.md --scheduler nowhere",
        "README.md --map README.md",
        "README.md",
    ),
    "inspect": ("nowhere.xlsx", "pyproject.toml"),
    "watch": ("nowhere",),
    "template": ("--unit X99 --period 2020", "--unit T --period 2020/3", "--unit T --period 2020-Q5"),
    "serve": ("--host 0.0.0.0", "--port 70000"),
    "table": (
        "--indicator member",
        "--indicator nothing",
        "--indicator members --unit X99",
        "--indicator members --period 1500",
        "--indicator members --period 2020..2019",
        "--indicator members --as-of never",
        "--indicator members --period 2019 --format xlsx",
        "--indicator members --level none",
    ),
    "corrections": ("--indicator members --since never",),
    "lagging": ("--pooled cell", "--reason none", "--unit X99"),
    "trace": ("--indicator members --unit X99 --period 2019",),
    "returns": ("--period 2020/3",),
    "tasks": ("--unit X99",),
    "indicators": ("--nothing",),
    "report": ("--period 2020-Q4 --due", "--period 2020 -o report.txt"),
    "letters": ("--period 2020/3",),
    "verify": ("--nothing",),
    "backup": ("README.md",),
    "withdraw": (
        "--reason x",
        "--unit H01 --reason x",
        "--unit X99 --period 2019 --reason x",
        "--plans nowhere.xlsx --reason x",
        "--registry --tasks nowhere.xlsx --reason x",
    ),
    "restore": ("README.md", "nowhere.backup"),
    "users add": ("somebody --role district", "somebody --role viewer --unit X99", "somebody --role viewer"),
    "users list": ("--nothing",),
    "users disable": ("nobody",),
    "users password": ("nobody",),
    "users sign-out": ("nobody",),
    "users token add": ("nobody --title x --scope read", "nobody --title x --scope read --days 0"),
    "users token list": ("--nothing",),
    "users token revoke": ("99", "x"),
    "periods list": ("--nothing",),
    "periods open": (
        "2020/3",
        "2020-Q2 --due 2020-07-25",
        "2021-Q1 --due never",
        "2021-Q1 --unit H01",
        "2021-Q1 --form X9",
    ),
    "periods close": ("2050-Q1",),
    "periods extend": ("2020-Q2", "2020-Q2 --due 2020-06-30", "2020-Q2 --due 2031-01-01 --unit X99"),
    "periods reopen": ("2020-Q2",),
    "periods cancel": ("2020-Q2",),
    "settings list": ("--nothing",),
    "settings set": ("nothing 1 --reason x", "cells_years 0 --reason x", "cells_years 3 --reason ''"),
}
RUN = """
import json, shlex, sys
from typer.testing import CliRunner
from app import commands

for line in json.load(sys.stdin):
    done = CliRunner().invoke(commands, shlex.split(line), input="1234567890\\n")
    print(json.dumps([line, done.exit_code, done.stderr, done.stdout, repr(done.exception)]), flush=True)
"""


@pytest.fixture(scope="module")
def in_english(
    tiny_database: Callable[[str], str], new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InEnglish]:
    """Runs command lines in English on the tiny province and returns `Answers`."""
    with new_database("sqlite", tiny_database("sqlite")) as url:
        folder = tmp_path_factory.mktemp("var")
        environment = {"APP_LANGUAGE": "en", "DATABASE_URL": url, "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}

        def run(lines: list[str]) -> Answers:
            done = subprocess.run(
                [sys.executable, "-c", RUN],
                input=json.dumps(lines),
                env=environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            return [tuple(json.loads(line)) for line in done.stdout.splitlines()]

        yield run


def command_names(group: typer.core.TyperGroup, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all commands."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from command_names(command, (*above, name))
        else:
            yield " ".join((*above, name))


def test_wrong_input_is_answered_in_english(
    in_english: InEnglish,
) -> None:
    group = typer.main.get_command(commands)
    assert isinstance(group, typer.core.TyperGroup)
    assert set(WRONG) == set(command_names(group))
    answers = in_english([f"{name} {given}" for name, wrong in WRONG.items() for given in wrong])
    assert [one for one in answers if one[1] not in {1, 2} or not (one[2] or one[3]) or "Exit" not in one[4]] == []
    assert [one for one in answers if VIETNAMESE.search(one[2] + one[3])] == []


def test_help_is_in_english(in_english: InEnglish) -> None:
    answers = in_english(["--help", *(f"{name} --help" for name in WRONG)])
    assert [one for one in answers if one[1] != 0 or VIETNAMESE.search(one[3])] == []
