"""The command line on the tiny province: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from app import commands
from data.forms.builtin import RETURNS
from data.periods import Frequency, Period
from data.returns import Finding, Outcome, OutcomeStatus, Severity
from data.tables.opened import why_not_open
from indicators.answers.enquiry import TraceRow
from indicators.answers.rows import ValueRow, columns
from indicators.catalogue.builtin import CATALOGUE
from layouts.console.report import summary
from loaders.sample import TINY
from tests.postgres import programs
from tests.stores import ROOT, Database, NewDatabase, run
from tests.workbooks import address, cell, revised, values

RETURN = "H01_2020-Q2.xlsx"
PLACE = ("B3", "H01.001.01", "village_heads_members")

Command = Callable[..., Result]


@pytest.fixture
def settings(
    backend: str, tiny_database: Database, new_database: NewDatabase, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """The environment of a user whose store holds the tiny province."""
    with new_database(backend, tiny_database(backend)) as url:
        yield {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "var"), "SECRET_KEY": ""}


@pytest.fixture
def command(settings: dict[str, str]) -> Command:
    """Runs a command line in this process."""
    return lambda *arguments, stdin="": CliRunner().invoke(commands, [*arguments], env=settings, input=stdin)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[int], Path]:
    """Writes a quarterly return with a changed number of village heads in one cell."""

    def write(number: int) -> Path:
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(revised(TINY, RETURN, {PLACE: number}))
        return path

    return write


def rows(result: Result) -> list[dict[str, str]]:
    """The CSV rows that a command printed."""
    assert (result.exit_code, result.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(result.stdout)))


def all_values(command: Command) -> str:
    """Every indicator of every district over all years, which a refused workbook must not change."""
    codes = [part for code in CATALOGUE for part in ("--indicator", code)]
    result = command("table", *codes, "--level", "district", "--period", "2012..2020")
    assert result.exit_code == 0, result.output
    return result.stdout


def names(group: TyperGroup, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The names of all commands and groups."""
    for name, found in group.commands.items():
        yield (*above, name)
        if isinstance(found, TyperGroup):
            yield from names(found, (*above, name))


def test_each_command_explains_itself_in_vietnamese() -> None:
    group = typer.main.get_command(commands)
    assert isinstance(group, TyperGroup)
    answers = {name: CliRunner().invoke(commands, [*name, "--help"]) for name in [(), *names(group)]}
    assert [name for name, answer in answers.items() if answer.exit_code or "Cách dùng:" not in answer.stdout] == []
    english = re.compile(r"\b(Usage|Options|Arguments|Commands|Show|required|default):?\b")
    assert [name for name, answer in answers.items() if english.search(answer.stdout)] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("table",), "Lỗi: Thiếu tuỳ chọn '--indicator'."),
        (("load",), "Lỗi: Thiếu tham số 'PATH...'."),
        (("tables",), "Lỗi: Không có lệnh 'tables'; có thể là: 'table'."),
        (("nothing",), "Lỗi: Không có lệnh 'nothing'."),
        (("verify", "--heads"), "Lỗi: Không có tuỳ chọn --heads; có thể là: --head, --help."),
        (("verify", "--nothing"), "Lỗi: Không có tuỳ chọn --nothing."),
        (("verify", "--head"), "Lỗi: Tuỳ chọn '--head' cần một giá trị."),
        (("verify", "x"), "Lỗi: Thừa tham số: x."),
        (("load", "x", "--check=1"), "Lỗi: Tuỳ chọn '--check' không nhận giá trị."),
        (
            ("report", "--due", "--layout", "x"),
            "Lỗi: Giá trị 'x' của '--layout' không dùng được; hãy chọn một trong: 'hd36-2018', 'hd05-2026'.",
        ),
        (("serve", "--port", "x"), "Lỗi: Giá trị của '--port' phải là số nguyên."),
        (("serve", "--port", "0"), "Lỗi: Giá trị của '--port' phải từ 1 trở lên."),
        (("serve", "--port", "70000"), "Lỗi: Giá trị của '--port' phải từ 65535 trở xuống."),
    ],
)
def test_usage_errors_are_in_vietnamese(arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(commands, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == said


def test_a_table_has_the_stable_columns_and_starts_at_the_root(command: Command) -> None:
    result = command("table", "--indicator", "members", "--period", "2012..2019", "--format", "csv")
    table = rows(result)
    assert result.stdout.splitlines()[0] == ",".join(columns(ValueRow))
    assert [row["period"] for row in table] == [str(year) for year in range(2012, 2020)]
    assert (table[0]["value"], table[-1]["value"]) == ("520", "610")
    assert {row["level"] for row in table} == {"province"}


def test_json_holds_the_numbers_of_csv(command: Command) -> None:
    asked = ("table", "--indicator", "village_heads_member_share", "--period", "2019", "--level", "district")
    table = json.loads(command(*asked, "--format", "json").stdout)
    assert [list(row) for row in table] == [list(columns(ValueRow))] * len(table)
    given = ["" if row["value"] is None else str(row["value"]) for row in table]
    assert given == [row["value"] for row in rows(command(*asked))]


def test_a_table_as_a_workbook_requires_an_output_file(command: Command) -> None:
    refused = command("table", "--indicator", "members", "--period", "2019", "--format", "xlsx")
    assert (refused.exit_code, "-o" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("table", "--indicator", "member"), "members_growth_yoy"),
        (("table", "--indicator", "members", "--unit", "X99"), "X99"),
        (("table", "--indicator", "members", "--period", "2020-Q5"), "2020-Q5"),
        (("table", "--indicator", "members", "--as-of", "hôm qua"), "hôm qua"),
        (("trace", "--indicator", "members", "--unit", "X99", "--period", "2019"), "X99"),
        (("lagging", "--pooled", "cell"), "--pooled"),
        (("returns", "--period", "2020/3"), "2020-Q3"),
        (("template", "--unit", "X99", "--period", "2020-Q4"), "X99"),
        (("load", "nowhere.xlsx"), "nowhere.xlsx"),
        (("load", "README.md", "--findings", "findings.txt"), ".json"),
        (("load", "README.md", "--received", "never"), "never"),
        (("serve", "--host", "0.0.0.0"), "SECRET_KEY"),
        (("users", "token", "add", "nobody", "--title", "x", "--scope", "read"), "nobody"),
        (("users", "disable", "nobody"), "nobody"),
        (("settings", "set", "cells_years", "0", "--reason", "thử"), "cells_years"),
    ],
)
def test_wrong_use_prints_one_sentence_and_exits_with_2(
    command: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    result = command(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody:hidden@127.0.0.1:1/none", "nonsense"])
def test_an_unreachable_database_is_named_without_its_password(url: str) -> None:
    result = run("users", "list", environment={"DATABASE_URL": url})
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert "hidden" not in result.stderr


def test_a_wrong_cell_refuses_the_workbook_and_changes_nothing(
    command: Command, workbook: Callable[[int], Path], tmp_path: Path
) -> None:
    before, wrong, findings = all_values(command), workbook(-1), tmp_path / "findings.json"
    result = command("load", str(wrong), "--findings", str(findings))
    place = f"B3!{address(wrong.read_bytes(), *PLACE)}"
    assert result.exit_code == 1
    assert f"{place}: " in result.stdout
    found = json.loads(findings.read_text(encoding="utf-8"))
    assert place in {f"{finding['sheet']}!{finding['cell']}" for finding in found if finding["severity"] == "error"}
    assert all_values(command) == before


def test_a_check_stores_nothing(command: Command, workbook: Callable[[int], Path], tmp_path: Path) -> None:
    before = all_values(command)
    checked = command("load", "--check", str(workbook(1)))
    place = f"B3!{address(workbook(1).read_bytes(), *PLACE)}"
    assert checked.exit_code == 0
    assert "  So với bản đang lưu, 1 ô thay đổi:" in checked.stdout.splitlines()
    assert f"    {place}: " in checked.stdout
    assert f": 0 → 1 (bản đang lưu: {RETURN}, {place})" in checked.stdout
    assert command("load", "--check", str(workbook(-1)), "--findings", str(tmp_path / "f.xlsx")).exit_code == 1
    assert openpyxl.load_workbook(tmp_path / "f.xlsx").active.max_row > 1
    assert all_values(command) == before


@pytest.mark.every_backend
def test_a_correction_takes_effect_at_once_and_as_of_shows_the_earlier_value(
    command: Command, workbook: Callable[[int], Path]
) -> None:
    def heads(*more: str) -> str:
        asked = ("table", "--indicator", "village_heads_member_share", "--unit", PLACE[1], "--period", "2020-Q2")
        return rows(command(*asked, *more))[0]["numerator"]

    assert values(TINY, RETURN, "B3", "village_heads", "village_heads_members")[PLACE[1]] == (1, 0)
    assert heads() == "0"
    held = command("load", str(workbook(1)))
    assert (held.exit_code, heads()) == (1, "0")
    assert "1.xlsx: chờ xác nhận, chưa ghi: B1 H01 2020-Q2" in held.stdout
    assert "nạp lại với --yes" in held.stderr
    assert command("load", "--yes", str(workbook(1))).exit_code == 0
    assert heads() == "1"
    assert heads("--as-of", "2021-01-01") == "0"
    asked = ("--indicator", "village_heads_member_share", "--unit", PLACE[1], "--period", "2020-Q2")
    (changed,) = rows(command("corrections", *asked, "--since", "2021-01-01"))
    assert (changed["value_before"], changed["value"]) == ("0", "1")


def test_a_return_is_withdrawn_and_what_moves_is_told(command: Command) -> None:
    asked = ("withdraw", "--unit", "H01", "--period", "2020-Q2", "--form", "B3", "--reason", "nhầm quý")

    def status() -> str:
        due = json.loads(command("returns", "--period", "2020-Q2", "--json").stdout)
        return str(next(row["status"] for row in due if (row["unit"], row["form"]) == ("H01", "B3")))

    checked = command(*asked, "--check")
    assert (checked.exit_code, status()) == (0, "on_time")
    done = command(*asked)
    assert (done.exit_code, status()) == (0, "missing")
    assert done.stdout.splitlines()[0] == "B3 H01 2020-Q2: đã rút lại"
    assert done.stdout.splitlines()[1:] == checked.stdout.splitlines()
    assert "giá trị hoặc kết luận thay đổi" in checked.stdout
    again = command(*asked)
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == "H01 không có biểu B3 Quý II năm 2020 đang có hiệu lực để rút lại.\n"


def test_identical_files_are_stored_once(command: Command, tiny_workbooks: Path) -> None:
    path = tiny_workbooks / RETURN
    result = command("load", str(path))
    assert result.exit_code == 0
    assert path.name in result.stdout
    assert "đã có trong kho" in result.stdout


def test_a_trace_names_the_source_cells(command: Command, tiny_workbooks: Path) -> None:
    asked = ("--indicator", "village_heads_member_share", "--unit", "H01", "--period", "2019")
    cells = json.loads(command("trace", *asked, "--json").stdout)
    assert list(cells[0]) == list(columns(TraceRow))
    assert {c["cell"]: cell(tiny_workbooks / c["file"], c["sheet"], c["cell"]) for c in cells} == {
        c["cell"]: c["value"] for c in cells
    }
    value = rows(command("table", *asked))[0]
    for role in ("numerator", "denominator"):
        assert sum(c["value"] for c in cells if c["role"] == role) == int(value[role])


def test_pace_and_lagging_units_are_tables_too(command: Command) -> None:
    (pace,) = rows(command("table", "--indicator", "admissions", "--show", "pace", "--period", "2020-Q2"))
    assert (pace["period"], pace["verdict"]) == ("2020-Q2", "on_pace")
    districts = rows(command("lagging", "--pooled", "district", "--period", "2019"))
    assert {row["unit"] for row in districts} <= {"H01", "H02", "H03"}
    assert rows(command("lagging", "--period", "2019", "--as-of", "1990-01-01")) == []
    tasks = rows(command("tasks", "--period", "2020-Q3"))
    assert {row["task"] for row in tasks} == {f"NV{number:02}" for number in range(1, 12)}


def test_a_threshold_is_changed_with_its_reason(command: Command) -> None:
    asked = ("settings", "set", "cells_years", "2", "--reason", "thử")
    held = command(*asked)
    assert held.exit_code == 1
    assert "tổ chức có kết luận, cảnh báo hoặc tình trạng thay đổi" in held.stdout
    assert "chạy lại với --yes" in held.stderr
    assert command(*asked, "--yes").exit_code == 0
    listed = json.loads(command("settings", "list", "--json").stdout)
    (years,) = [row for row in listed if row["setting"] == "cells_years"]
    assert (years["value"], years["default"], years["reason"]) == (2, 3, "thử")
    assert all(row["source"] for row in listed)


def test_returns_say_who_is_late_and_who_is_missing(command: Command) -> None:
    due = json.loads(command("returns", "--period", "2020-Q3", "--json").stdout)
    assert {row["status"] for row in due} == {"on_time", "late", "missing"}
    assert max(row["versions"] for row in due) == 2


def test_the_catalogue_lists_every_indicator(command: Command) -> None:
    listed = {row["indicator"]: row for row in json.loads(command("indicators", "--json").stdout)}
    assert list(listed) == list(CATALOGUE)
    needed = ("title", "unit", "meaning", "formula")
    assert all(row[f"{name}_{speech}"] for row in listed.values() for name in needed for speech in ("vi", "en"))
    heads = listed["village_heads_member_share"]
    assert (heads["formula"], heads["plan"]) == ("Σ village_heads_members : Σ village_heads", "inherited")
    assert (heads["direction"], heads["standard"], heads["format"]) == ("higher", 0.75, "percent")


def test_periods_are_opened_extended_closed_and_taken_back(
    command: Command, workbook: Callable[[int], Path], settings: dict[str, str]
) -> None:
    def periods() -> dict[str, dict[str, Any]]:
        return {row["period"]: row for row in json.loads(command("periods", "--json").stdout)}

    last = periods()["2020-Q2"]
    assert (last["state"], last["due"], last["forms"]) == ("open", "2020-07-20", "")
    assert last["received"] > 0
    opened = command("periods", "open", "2020-Q2..2021-Q1", "--reason", "theo kế hoạch")
    assert opened.stderr.splitlines()[::3] == [
        "Quý II năm 2020: đang mở sẵn, giữ nguyên.",
        "Quý I năm 2021: đã mở, hạn nộp 20/04/2021.",
    ]
    assert command("periods", "extend", "2021-Q1", "--due", "2021-05-04", "--unit", "H01").exit_code == 0
    assert command("periods", "close", "2020-Q2").stderr == "Quý II năm 2020: đã đóng (hạn nộp 20/07/2020).\n"
    found = periods()
    assert next(iter(found)) == "2021-Q1"
    assert (found["2021-Q1"]["unit_dues"], found["2021-Q1"]["reason"]) == ("H01=2021-05-04", "")
    refused = command("load", str(workbook(1)))
    assert refused.exit_code == 1
    assert "Quý II năm 2020 đã đóng ngày" in refused.stdout
    assert command("periods", "reopen", "2020-Q2").exit_code == 0
    assert command("periods", "cancel", "2021-Q1").exit_code == 0
    assert "2021-Q1" not in periods()


def test_a_template_names_the_units_that_report(command: Command, settings: dict[str, str]) -> None:
    assert command("template", "--unit", "H01", "--period", "2020-Q4").exit_code == 0
    (written,) = (Path(settings["DATA_DIR"]) / "templates").iterdir()
    book = openpyxl.load_workbook(written)
    assert book.sheetnames == [form.code for form in RETURNS if Frequency.QUARTER in form.frequencies]
    assert PLACE[1] in {row[2].value for row in book["B3"].iter_rows()}


def test_blank_registers_are_made_of_their_sheets(command: Command, settings: dict[str, str]) -> None:
    assert command("template", "--unit", "H01", "--period", "2020", "--form", "dm").exit_code == 0
    (written,) = (Path(settings["DATA_DIR"]) / "templates").glob("DM_*")
    assert openpyxl.load_workbook(written).sheetnames == ["DM", "SX"]


def test_accounts_are_made_listed_and_disabled(command: Command) -> None:
    assert (
        command("users", "add", "h01", "--role", "district", "--unit", "H01", stdin="a long password\n").exit_code == 0
    )
    assert command("users", "password", "h01", stdin="short\n").exit_code == 2
    assert command("users", "disable", "h01").exit_code == 0
    (account,) = json.loads(command("users", "list", "--json").stdout)
    assert account == {"account": "h01", "role": "district", "unit": "H01", "disabled": True}


def test_a_token_is_shown_once_and_revoked_by_its_number(command: Command) -> None:
    command("users", "add", "ban", "--role", "board", stdin="a long password\n")
    given = command("users", "token", "add", "ban", "--title", "báo cáo", "--scope", "read", "--days", "30")
    assert given.stdout.startswith("dv_")
    assert given.stdout.strip() not in command("users", "token", "list").stdout
    assert command("users", "token", "revoke", "1").exit_code == 0
    (token,) = json.loads(command("users", "token", "list", "--json").stdout)
    assert (token["account"], token["scopes"], bool(token["revoked_at"])) == ("ban", "read", True)


def test_verify_reports_its_checks_and_the_head_of_the_log(command: Command) -> None:
    sound = command("verify")
    assert (sound.exit_code, sound.stdout) == (0, "")
    head = sound.stderr.split()[-1]
    assert command("verify", "--head", head).exit_code == 0
    forged = command("verify", "--head", "0" * 64)
    assert (forged.exit_code, "0" * 64 in forged.stdout) == (1, True)


@pytest.mark.every_backend
def test_a_backup_is_restored_and_verified(command: Command, settings: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    settings["POSTGRESQL_BIN"] = str(programs()) if "postgresql" in settings["DATABASE_URL"] else ""
    made = command("backup", str(folder))
    assert (made.exit_code, made.stdout.strip()) == (0, str(next(folder.iterdir())))
    refused = command("restore", made.stdout.strip())
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    restored = command("restore", made.stdout.strip(), "--force")
    assert restored.exit_code == 0, restored.stderr
    assert restored.stderr.splitlines()[-2].endswith("0 sai lệch.")


def test_a_busy_port_is_reported_before_anything_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        result = run("demo", "--port", port, "--data", str(tmp_path / "var"))
    assert result.returncode == 2
    assert port in result.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.slow
def test_demo_refuses_a_store_with_other_data(new_database: NewDatabase, tiny_workbooks: Path, tmp_path: Path) -> None:
    with new_database("sqlite", None) as url:
        settings = {"DATABASE_URL": url}
        assert run("load", str(tiny_workbooks / "DM_2015-01-05.xlsx"), environment=settings).returncode == 0
        result = run("demo", "--no-serve", "--data", str(tmp_path), environment=settings)
    assert result.returncode == 2
    assert "--data" in result.stderr


@pytest.mark.slow
def test_serve_answers_logs_and_counts_until_interrupted(settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as other:
        port, metrics = free.getsockname()[1], other.getsockname()[1]
    serving = subprocess.Popen(
        [sys.executable, "app.py", "serve", "--port", str(port), "--workers", "1"],
        cwd=ROOT,
        env={"PATH": "", "METRICS_BIND": f"127.0.0.1:{metrics}", **settings},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with serving:
        assert serving.stderr is not None
        assert f"127.0.0.1:{port}" in serving.stderr.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready") as answer:
            assert answer.status == 200
            number = answer.headers["X-Request-ID"]
        said = json.loads(serving.stderr.readline())
        assert (said["request"], said["route"], said["status"]) == (number, "/ready", 200)
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics") as answer:
            assert 'http_answers_total{method="GET",route="/ready",status="200"} 1.0' in answer.read().decode()
        serving.send_signal(signal.SIGTERM)
    assert serving.returncode == 0


@pytest.mark.slow
def test_a_production_server_finds_the_application_by_name(settings: dict[str, str]) -> None:
    script = "import app; print(app.server.test_client().get('/login').status_code)"
    asked = [sys.executable, "-c", script]
    given = subprocess.run(
        asked, cwd=ROOT, env={**settings, "SECRET_KEY": "k" * 32}, capture_output=True, text=True, check=True
    )
    assert given.stdout.split() == ["200"]
    without = subprocess.run(asked, cwd=ROOT, env=settings, capture_output=True, encoding="utf-8", check=False)
    assert "SECRET_KEY" in without.stderr.splitlines()[-1]


def test_who_loads_a_return_of_a_period_that_is_not_open_is_told_how_to_open_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refusal = why_not_open({}, "B1", Period.parse("2021-Q1"))
    assert refusal
    finding = Finding(code=refusal.code, severity=Severity.ERROR, message=refusal.text, sheet="B1")
    summary([Outcome(file="H01_2021-Q1.xlsx", status=OutcomeStatus.REFUSED, findings=(finding,))])
    assert "periods open" in capsys.readouterr().err
