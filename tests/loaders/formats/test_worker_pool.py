from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from loaders.formats.dispatch import read
from loaders.formats.worker_pool import ProcessLimits, WorkerPool
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

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[False, True], ids=["apart", "fork"])
def pool(request: pytest.FixtureRequest) -> Iterator[WorkerPool]:
    with WorkerPool(2, limits=ProcessLimits(seconds=1), fork=request.param) as workers:
        yield workers


def test_a_result_comes_back(pool: WorkerPool) -> None:
    assert pool.run(read, xlsx({"A1": "x"})).sheets[0].rows == [["x"]]


def test_a_refusal_comes_back_as_it_was(pool: WorkerPool) -> None:
    with pytest.raises(Unreadable) as refusal:
        pool.run(read, b"")
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
    pool: WorkerPool, task: object, key: str
) -> None:
    assert callable(task)
    with pytest.raises(Unreadable) as refusal:
        pool.run(task, 1)
    assert refusal.value.message == key
    assert pool.run(double, 4) == 8


def test_a_fault_is_logged_without_its_message(pool: WorkerPool, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(Unreadable):
        pool.run(stumble, 1)
    assert "KeyError" in caplog.text
    assert "stumble" in caplog.text
    assert "Nguyễn" not in caplog.text.replace('raise KeyError("Nguyễn Văn A")', "")


def test_what_is_allowed_is_allowed(pool: WorkerPool) -> None:
    assert pool.run(take_what_is_allowed, 1) == 200_000_000


def test_one_bad_file_never_stops_the_others(pool: WorkerPool) -> None:
    results = list(pool.run_each(misbehave_at_three, range(8)))
    assert [r.message if isinstance(r, Unreadable) else r for r in results] == [0, 1, 2, "reader_failed", 4, 5, 6, 7]


def test_workers_are_reused(pool: WorkerPool) -> None:
    processes = {pool.run(process, number) for number in range(20)}
    assert len(processes) == 1
    assert len(set(pool.run_each(process, range(64)))) <= 2


def test_a_fork_inherits_what_is_loaded_but_no_files_and_its_replacement_is_no_fork() -> None:
    command = [sys.executable, "-m", "tests.loaders.formats.forked_workers"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert output.splitlines() == ["['loaded'] False", "reader_failed", "prepared", "[]"]
