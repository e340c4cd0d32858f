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
from loaders.sample import RECEIVED, Province, load_sample

pytestmark = pytest.mark.slow


def test_every_workbook_is_accepted_without_a_finding_at_its_own_time(
    tiny: Province, store: Store, tiny_workbooks: Path
) -> None:
    outcomes = list(load_sample(store, tiny_workbooks))
    received = read_received(tiny_workbooks / RECEIVED)
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


def test_loading_it_again_stores_nothing(changing_store: Store, tiny_workbooks: Path) -> None:
    stored = changing_store.reader(SYSTEM).submissions()
    assert stored
    assert list(load_sample(changing_store, tiny_workbooks)) == []
    assert changing_store.reader(SYSTEM).submissions() == stored
