from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from loaders.formats.isolated import Isolated, ProcessLimits
from loaders.formats.opening import read
from loaders.workbook import Unreadable
from tests.loaders.formats.makers import xlsx
from tests.loaders.formats.worker_tasks import (
    double,
    end_the_process,
    misbehave_at_three,
    process,
    stumble,
    take_a_gigabyte,
    take_what_is_allowed,
    wait_without_end,
    work_without_end,
)
from tests.stores import ROOT


@pytest.fixture(scope="module", params=[False, True], ids=["apart", "sharing"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Isolated]:
    with Isolated(2, limits=ProcessLimits(seconds=1), sharing=request.param) as workers:
        yield workers


def test_a_result_comes_back(isolated: Isolated) -> None:
    assert isolated.run(read, xlsx({"A1": "x"})).sheets[0].rows == [["x"]]


def test_a_refusal_comes_back_as_it_was(isolated: Isolated) -> None:
    with pytest.raises(Unreadable) as refusal:
        isolated.run(read, b"")
    assert refusal.value.message == "empty_file"


@pytest.mark.parametrize(
    ("task", "key"),
    [
        (work_without_end, "too_slow"),
        (wait_without_end, "too_slow"),
        (take_a_gigabyte, "too_much_memory"),
        (end_the_process, "reader_failed"),
        (stumble, "reader_failed"),
    ],
)
def test_what_breaks_a_limit_or_its_process_is_one_refusal_and_the_next_works(
    isolated: Isolated, task: object, key: str
) -> None:
    assert callable(task)
    with pytest.raises(Unreadable) as refusal:
        isolated.run(task, 1)
    assert refusal.value.message == key
    assert isolated.run(double, 4) == 8


def test_a_fault_is_logged_without_what_it_says(isolated: Isolated, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(Unreadable):
        isolated.run(stumble, 1)
    assert "KeyError" in caplog.text
    assert "stumble" in caplog.text
    assert "Nguyễn" not in caplog.text.replace('raise KeyError("Nguyễn Văn A")', "")


def test_what_is_allowed_is_allowed(isolated: Isolated) -> None:
    assert isolated.run(take_what_is_allowed, 1) == 200_000_000


def test_one_bad_file_never_stops_the_others(isolated: Isolated) -> None:
    results = list(isolated.run_each(misbehave_at_three, range(8)))
    assert [r.message if isinstance(r, Unreadable) else r for r in results] == [0, 1, 2, "reader_failed", 4, 5, 6, 7]


def test_workers_are_used_again(isolated: Isolated) -> None:
    processes = {isolated.run(process, number) for number in range(20)}
    assert len(processes) == 1
    assert len(set(isolated.run_each(process, range(64)))) <= 2


def test_a_copy_knows_what_is_loaded_and_holds_nothing_and_what_replaces_it_is_none() -> None:
    command = [sys.executable, "-m", "tests.loaders.formats.copied_workers"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.splitlines() == ["['loaded'] False", "reader_failed", "prepared", "[]"]
