"""A store migrated by a later version: every command and server exits with one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from app import commands
from data.tables.engine import connect, head, writing
from data.version import VERSION
from data.writing.store import Store
from layouts.console.messages import EXIT_INVALID_USAGE
from tests.stores import NewDatabase, run

LATER = "9999"
WITHOUT_STORE = {"indicators"}  # prints the catalogue built into the program
MAY_REPLACE = {"restore"}  # the rollback path: replaces any store by a backup

# Values for required parameters.
GIVEN = {
    "account": ["quantri"],
    "code": ["small_cell_size"],
    "days": ["1"],
    "due": ["2020-11-01"],
    "folder": ["{folder}"],
    "indicator": ["members"],
    "name": ["quantri"],
    "number": ["1"],
    "path": ["{file}"],
    "paths": ["{file}"],
    "period": ["2020-Q3"],
    "port": ["{port}"],
    "reason": ["Kết luận mới"],
    "role": ["admin"],
    "scope": ["read"],
    "since": ["2020-10-01"],
    "source": ["{file}"],
    "span": ["2020-Q3"],
    "target": ["{folder}"],
    "title": ["Kho dữ liệu"],
    "unit": ["T"],
    "value": ["5"],
}

ALSO_GIVEN: dict[tuple[str, ...], list[str]] = {
    ("demo",): ["port"],
    ("serve",): ["port"],
    ("report",): ["period"],
    ("withdraw",): ["unit", "period"],
}


def every_command(group: Any, *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All commands of a group, recursively, with their full names."""
    for name, command in getattr(group, "commands", {}).items():
        words = (*above, name)
        yield from every_command(command, *words) if hasattr(command, "commands") else [(words, command)]


COMMANDS = dict(every_command(typer.main.get_command(commands)))
OPENING = [words for words in COMMANDS if words[0] not in WITHOUT_STORE | MAY_REPLACE]


def line_of(words: tuple[str, ...], places: dict[str, str]) -> list[str]:
    """The command line of a command with its required arguments and a free port."""
    line = list(words)
    for parameter in COMMANDS[words].params:
        if parameter.required or parameter.name in ALSO_GIVEN.get(words, ()):
            name = [parameter.opts[0]] if parameter.param_type_name == "option" else []
            line += [*name, *(value.format(**places) for value in GIVEN[str(parameter.name)])]
    return line


def make_newer(url: str) -> None:
    """Creates an empty store at a later revision."""
    Store.open(url).close()
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :later"), {"later": LATER})
    engine.dispose()


@pytest.fixture(scope="module")
def newer(new_database: NewDatabase) -> Iterator[str]:
    """The URL of such a store; must stay unchanged."""
    with new_database("sqlite", None) as url:
        make_newer(url)
        yield url


@pytest.fixture
def settings(newer: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a user of that store."""
    return {"DATABASE_URL": newer, "DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": ""}


@pytest.fixture
def places(tmp_path: Path) -> dict[str, str]:
    """An existing file, an existing folder and a free port."""
    file = tmp_path / "return.xlsx"
    file.write_bytes(b"")
    with socket.create_server(("127.0.0.1", 0)) as free:
        return {"file": str(file), "folder": str(tmp_path), "port": str(free.getsockname()[1])}


@pytest.mark.parametrize(
    "words", [words for words in COMMANDS if words[0] not in WITHOUT_STORE | MAY_REPLACE], ids=" ".join
)
def test_every_command_names_both_versions_and_the_remedy(
    words: tuple[str, ...], settings: dict[str, str], places: dict[str, str]
) -> None:
    result = CliRunner().invoke(commands, line_of(words, places), env=settings, input="mật khẩu dài\n" * 2)
    assert (result.exit_code, result.stdout) == (EXIT_INVALID_USAGE, ""), result.output
    assert result.stderr == (
        f"Kho số liệu ở phiên bản bảng {LATER}, mới hơn chương trình này "
        f"(phiên bản {VERSION}, phiên bản bảng {head()}); hãy chạy phiên bản mới của chương trình, "
        "hoặc dùng lệnh restore --force đưa về bản sao lưu do phiên bản này lập.\n"
    )


@pytest.mark.parametrize("words", [("serve",), ("verify",)], ids=" ".join)
def test_processes_exit_likewise_and_in_english_on_request(
    words: tuple[str, ...], settings: dict[str, str], places: dict[str, str]
) -> None:
    ended = run(*line_of(words, places), environment={**settings, "APP_LANGUAGE": "en"})
    assert (ended.returncode, ended.stdout) == (EXIT_INVALID_USAGE, "")
    assert ended.stderr == (
        f"The store's tables are at revision {LATER}, newer than this program (version {VERSION}, revision {head()}); "
        "run the newer version of the program, or take back a backup made by this version with restore --force.\n"
    )


def test_a_rollback_restores_an_earlier_backup(tmp_path: Path, new_database: NewDatabase) -> None:
    backup = str(tmp_path / "before.backup")
    with new_database("sqlite", None) as url:
        environment = {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": ""}
        assert CliRunner().invoke(commands, ["backup", backup], env=environment).exit_code == 0
        make_newer(url)
        assert CliRunner().invoke(commands, ["restore", backup, "--force"], env=environment).exit_code == 0
        assert CliRunner().invoke(commands, ["verify"], env=environment).exit_code == 0


def test_the_catalogue_is_printed_without_a_store(settings: dict[str, str]) -> None:
    for name in WITHOUT_STORE:
        assert CliRunner().invoke(commands, [name], env=settings).exit_code == 0
