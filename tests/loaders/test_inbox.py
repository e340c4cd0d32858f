"""The inbox folder with real files: each loaded once and moved whole, despite interruptions."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.periods import Period
from data.returns import OutcomeStatus, SourceFile
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.inbox import Inbox, ProcessedFile, is_temporary, unused_path, watch
from loaders.intake import intake
from tests.loaders.office import pages, put_together, registry, workbook
from tests.stores import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "hộp thư"
    made.mkdir()
    return made


def polls(inbox: Inbox, number: int) -> list[ProcessedFile]:
    return [arrival for _ in range(number) for arrival in inbox.poll()]


def put(folder: Path, source: SourceFile, name: str = "") -> Path:
    path = folder / (name or source.name)
    path.write_bytes(source.content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def fine(name: str = "B3.xlsx") -> SourceFile:
    return SourceFile(name=name, content=workbook("B3").content)


def test_a_sound_file_is_loaded_and_moved(province: Store, folder: Path) -> None:
    put(folder, fine())
    (arrival,) = polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    assert arrival.outcome.status is OutcomeStatus.ACCEPTED
    assert names(folder) == ["done/B3.xlsx"]
    assert arrival.path.read_bytes() == fine().content
    assert province.stored(fine().sha256)


def test_a_refused_file_has_its_marked_copy_beside_it(province: Store, folder: Path) -> None:
    put(folder, workbook("B1", D14=-1))
    polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    assert names(folder) == ["refused/B1 - kết quả kiểm tra.xlsx", "refused/B1.xlsx"]
    book = openpyxl.load_workbook(folder / "refused" / "B1 - kết quả kiểm tra.xlsx")
    assert book["B1"]["D14"].comment.text.startswith(
        "Lỗi: số đảng viên cuối kỳ trước chuyển sang là -1; hãy nhập số nguyên từ 0 trở lên."
    )


def about_a_person() -> SourceFile:
    return SourceFile(name="B1.xlsx", content=workbook("B1", B24="Khai trừ Nguyễn Văn An, sinh 12/3/1972").content)


def test_a_file_with_data_of_persons_is_put_where_only_its_owner_reads(province: Store, folder: Path) -> None:
    before = put(folder, about_a_person())
    (arrival,) = polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    assert (arrival.source, arrival.path) == (before, folder / "personal" / "B1.xlsx")
    assert names(folder) == ["personal/B1.xlsx", "refused/B1 - kết quả kiểm tra.xlsx"]
    assert [(folder / name).stat().st_mode & 0o777 for name in ("personal", "personal/B1.xlsx")] == [0o700, 0o600]
    assert b"1972" not in unzipped(folder / "refused" / "B1 - kết quả kiểm tra.xlsx")


def test_a_file_with_data_of_persons_is_removed_where_that_is_wanted(province: Store, folder: Path) -> None:
    put(folder, about_a_person())
    polls(Inbox(store=province, folder=folder, viewer=SYSTEM, remove_personal=True), 5)
    assert names(folder) == ["refused/B1 - kết quả kiểm tra.xlsx"]


def unzipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def test_a_correction_waits_with_its_difference_until_it_is_approved(province: Store, folder: Path) -> None:
    intake(province, workbook("B1"), viewer=SYSTEM)
    inbox = Inbox(store=province, folder=folder, viewer=SYSTEM, describe=lambda outcome: f"{len(outcome.changes)} ô")
    put(folder, workbook("B1", E14=3, S14=22, E21=11, S21=106), "B1.xlsx")
    (held,) = polls(inbox, 5)
    assert held.outcome.status is OutcomeStatus.HELD
    assert names(folder) == ["waiting/B1 - chênh lệch.txt", "waiting/B1.xlsx"]
    assert (folder / "waiting" / "B1 - chênh lệch.txt").read_text(encoding="utf-8-sig") == "2 ô\n"
    assert polls(inbox, 5) == []
    held.path.rename(folder / "approved" / "B1.xlsx")
    (approved,) = polls(inbox, 5)
    assert approved.outcome.status is OutcomeStatus.SUPERSEDED
    assert names(folder) == ["done/B1.xlsx"]


def test_a_file_waits_while_it_grows(province: Store, folder: Path) -> None:
    inbox, content = Inbox(store=province, folder=folder, viewer=SYSTEM), fine().content
    path = folder / "B3.xlsx"
    for part in range(4):
        with path.open("ab") as file:
            file.write(content[len(content) * part // 4 : len(content) * (part + 1) // 4])
        assert polls(inbox, 2) == []
    assert [arrival.outcome.status for arrival in polls(inbox, 4)] == [OutcomeStatus.ACCEPTED]


def test_an_empty_file_waits_long_before_it_is_refused(province: Store, folder: Path) -> None:
    put(folder, SourceFile(name="rỗng.xlsx", content=b""))
    inbox = Inbox(store=province, folder=folder, viewer=SYSTEM, quiet_incomplete=10)
    assert polls(inbox, 10) == []
    (arrival,) = polls(inbox, 2)
    assert [finding.code for finding in arrival.outcome.findings] == ["empty_file"]


def test_a_copy_that_is_held_up_halfway_waits_long_before_it_is_refused(province: Store, folder: Path) -> None:
    inbox, content = Inbox(store=province, folder=folder, viewer=SYSTEM, quiet_incomplete=10), fine().content
    path = folder / "B3.xlsx"
    path.write_bytes(content[: len(content) // 2])
    assert polls(inbox, 10) == []
    path.write_bytes(content)
    assert [arrival.outcome.status for arrival in polls(inbox, 5)] == [OutcomeStatus.ACCEPTED]
    (folder / "hỏng.xlsx").write_bytes(content[:-40])
    (refused,) = polls(inbox, 12)
    assert [finding.code for finding in refused.outcome.findings] == ["broken"]


@pytest.mark.parametrize("name", ["~$B3.xlsx", ".B3.xlsx", "B3.xlsx.part", "B3.tmp", "~WRL01.tmp", "B3.crdownload"])
def test_temporary_files_are_left_alone(province: Store, folder: Path, name: str) -> None:
    put(folder, fine(), name)
    assert is_temporary(name)
    assert polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5) == []
    assert names(folder) == [name]


def test_a_name_that_is_taken_gets_a_number(province: Store, folder: Path) -> None:
    inbox = Inbox(store=province, folder=folder, viewer=SYSTEM)
    put(folder, workbook("B1", D14=-1))
    polls(inbox, 5)
    put(folder, workbook("B1", D14=-2))
    polls(inbox, 5)
    assert names(folder) == [
        "refused/B1 (2) - kết quả kiểm tra.xlsx",
        "refused/B1 (2).xlsx",
        "refused/B1 - kết quả kiểm tra.xlsx",
        "refused/B1.xlsx",
    ]
    assert unused_path(folder / "refused" / "B1.xlsx").name == "B1 (3).xlsx"


def test_the_same_bytes_under_another_name_are_moved_and_not_stored_again(province: Store, folder: Path) -> None:
    intake(province, fine(), viewer=SYSTEM)
    put(folder, fine("bản gửi lại.xlsx"))
    (arrival,) = polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    assert arrival.outcome.status is OutcomeStatus.ALREADY_STORED
    assert names(folder) == ["done/bản gửi lại.xlsx"]


def test_a_registry_goes_before_the_returns_that_need_it(address: str, folder: Path) -> None:
    put(folder, fine("a.xlsx"))
    put(folder, SourceFile(name="z.xlsx", content=registry().content))
    with closing(Store.open(address).of_past_series()) as empty:
        arrivals = polls(Inbox(store=empty, folder=folder, viewer=SYSTEM), 5)
    assert [arrival.path.relative_to(folder).as_posix() for arrival in arrivals] == ["done/z.xlsx", "done/a.xlsx"]


def test_one_bad_file_does_not_stop_the_others(province: Store, folder: Path) -> None:
    put(folder, SourceFile(name="hỏng.xlsx", content=b"PK\x03\x04 no more"))
    put(folder, fine())
    polls(Inbox(store=province, folder=folder, viewer=SYSTEM, quiet_incomplete=4), 6)
    assert names(folder) == ["done/B3.xlsx", "refused/hỏng - kết quả kiểm tra.xlsx", "refused/hỏng.xlsx"]


def test_of_a_list_of_people_only_the_sentence_is_put_beside(province: Store, folder: Path) -> None:
    rows: list[list[Any]] = [["STT", "Họ và tên", "Ngày sinh"], [1, "Nguyễn Văn An", "1/2/1980"]]
    sheet = pages("B1")[0]
    sheet.rows = rows
    sheet.merges = []
    put(folder, SourceFile(name="ds.xlsx", content=put_together([sheet])))
    polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    marked = folder / "refused" / "ds - kết quả kiểm tra.xlsx"
    assert openpyxl.load_workbook(marked).sheetnames == ["Kết quả kiểm tra"]


def test_what_was_stored_before_a_stop_is_only_moved_after_it(province: Store, folder: Path) -> None:
    path = put(folder, fine())
    intake(province, SourceFile(name=path.name, content=path.read_bytes()), viewer=SYSTEM)
    (folder / "done").mkdir()
    (folder / "done" / "B9.xlsx.writing.tmp").write_bytes(b"half a copy")
    polls(Inbox(store=province, folder=folder, viewer=SYSTEM), 5)
    assert names(folder) == ["done/B3.xlsx"]
    assert len(province.reader(SYSTEM).submissions(unit="H1")) == 1


def test_watching_ends_when_the_wait_says_so(province: Store, folder: Path) -> None:
    put(folder, fine())
    going_on = iter([True] * 6 + [False])
    arrivals = list(watch(Inbox(store=province, folder=folder, viewer=SYSTEM), lambda: next(going_on)))
    assert [arrival.outcome.status for arrival in arrivals] == [OutcomeStatus.ACCEPTED]


def started(address: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "app.py", "watch", str(folder)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DATA_DIR": str(folder.parent / "var")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


@pytest.mark.slow
def test_a_killed_watch_loses_nothing_and_goes_on_where_it_was(province: Store, address: str, folder: Path) -> None:
    sent = {}
    for number in range(1, 5):
        good = number % 2 == 1
        period = f"201{number + 2}-Q1"
        province.open_period(Period.parse(period), viewer=SYSTEM)
        source = put_period(period) if good else workbook("B1", D14=-number)
        path = put(folder, source, f"{number}.xlsx")
        sent[hashlib.sha256(path.read_bytes()).hexdigest()] = "done" if good else "refused"
    province.open_period(Period.parse("2012-Q1"), viewer=SYSTEM)
    slow = put_period("2012-Q1").content
    sent[hashlib.sha256(slow).hexdigest()] = "done"
    (folder / "chậm.xlsx").write_bytes(slow[: len(slow) // 3])
    first = started(address, folder)
    read_until(first, "đã chuyển đến")
    first.kill()
    first.communicate()
    assert (folder / "chậm.xlsx").is_file()
    second = started(address, folder)
    with (folder / "chậm.xlsx").open("ab") as file:
        file.write(slow[len(slow) // 3 :])
    while any(path.is_file() for path in folder.iterdir()):
        read_until(second, "đã chuyển đến")
    second.send_signal(signal.SIGINT)
    output, _ = second.communicate(timeout=30)
    assert (second.returncode, output.splitlines()[-1]) == (0, "Đã dừng theo dõi.")
    moved = {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.parent.name
        for path in folder.rglob("*.xlsx")
        if "kết quả" not in path.name
    }
    assert moved == sent
    assert not [name for name in names(folder) if name.endswith(".tmp")]
    assert len(province.reader(SYSTEM).submissions(unit="H1")) == 3


def put_period(period: str) -> SourceFile:
    return SourceFile(name="", content=put_together(pages("B3", period=Period.parse(period))))
