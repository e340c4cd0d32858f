"""Loading on a Dask cluster: two worker processes on loopback, one of which is killed during the load."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from data.returns import Outcome, OutcomeStatus
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import load
from loaders.sample import TINY
from loaders.workers.cluster import NoCluster, cluster
from tests.stores import ROOT, Database, NewDatabase

pytestmark = pytest.mark.slow


@contextmanager
def two_workers(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its workers, each a process that is not restarted."""
    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs=logging.CRITICAL) as machines:
        address = machines.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1"]
        more = ["--no-dashboard", "--local-directory", str(folder)]
        workers = [subprocess.Popen([*command, *more], cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(2)]
        try:
            with Client(address) as client:
                client.wait_for_workers(2, timeout=60)
            yield address, workers
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()


def test_files_are_read_on_a_cluster_and_stored_in_order_though_a_worker_is_killed(
    empty_database: Database, new_database: NewDatabase, tiny_workbooks: Path, tmp_path: Path
) -> None:
    wanted = [*tiny_workbooks.glob("DM_*.xlsx"), *tiny_workbooks.glob("H0*_2018-Q[12].xlsx")]
    with (
        new_database("sqlite", empty_database("sqlite")) as address,
        closing(Store.open(address).of_past_series()) as store,
        two_workers(tmp_path) as (scheduler, workers),
        cluster(scheduler) as reading,
    ):
        outcomes: list[Outcome] = []
        for outcome in load(store, wanted, viewer=SYSTEM, reading=reading, workers=2):
            if not outcomes:
                workers[0].kill()
            outcomes.append(outcome)
        assert not verify(store).faults
    returns = [outcome.returns[0] for outcome in outcomes if "DM" not in outcome.file]
    assert len(returns) == 2 * TINY.districts
    assert [period for _, _, period in returns] == sorted(period for _, _, period in returns)
    assert {outcome.status for outcome in outcomes} <= {OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED}


def test_a_scheduler_that_nobody_runs_is_named_with_what_to_do() -> None:
    with (
        pytest.raises(NoCluster, match=r"tcp://127.0.0.1:9.*dask scheduler"),
        cluster("tcp://127.0.0.1:9", timeout=0.2),
    ):
        pass


@pytest.mark.parametrize("address", ["nowhere", "tcp://nowhere", "tcp://nowhere:x"])
def test_an_address_without_a_port_is_refused_at_once(address: str) -> None:
    with pytest.raises(NoCluster, match=f"{address};.*dask scheduler"), cluster(address):
        pass


def test_without_dask_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster, match=r"requirements-dask.txt"), cluster("tcp://127.0.0.1:9"):
        pass
