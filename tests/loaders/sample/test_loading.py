"""The sample is loaded through the regular ingest pipeline."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from data.returns import OutcomeStatus
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.receipt_times import read_received
from loaders.sample import RECEIVED, Province, load_sample, write

pytestmark = pytest.mark.slow


def test_every_workbook_is_accepted_without_a_finding_at_its_own_time(
    tiny: Province, store: Store, tmp_path: Path
) -> None:
    assert list(write(tiny, tmp_path, workers=1))
    outcomes = list(load_sample(store, tmp_path))
    received = read_received(tmp_path / RECEIVED)
    assert [outcome.file for outcome in outcomes] == sorted(received, key=received.__getitem__)
    assert all(outcome.findings == () for outcome in outcomes)
    replaced = tiny.scale.corrected + sum(book.revision for book in tiny.plans) + len(tiny.registers) - 1
    replaced += len(tiny.tasks) - 1
    statuses = Counter(outcome.status for outcome in outcomes)
    assert statuses == {
        OutcomeStatus.ACCEPTED: len(outcomes) - replaced,
        OutcomeStatus.SUPERSEDED: replaced,
    }
    for receipt in store.reader(SYSTEM).receipts(limit=1000):
        assert receipt.at - receipt.received_at == timedelta(minutes=1)
    assert store.is_sample
    assert store.reader(SYSTEM).registry.successions


def test_loading_it_again_stores_nothing(tiny: Province, store: Store, tmp_path: Path) -> None:
    assert list(write(tiny, tmp_path, workers=1))
    assert list(load_sample(store, tmp_path))
    stored = store.reader(SYSTEM).submissions()
    assert list(load_sample(store, tmp_path)) == []
    assert store.reader(SYSTEM).submissions() == stored
