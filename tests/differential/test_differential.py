"""After every step of any sequence both databases say what slow, plain code says, and of the past what they said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from

from data.writing.store import Store
from tests.differential.trial import STEPS, Trial
from tests.stores import BACKENDS, Database, NewDatabase

pytestmark = [pytest.mark.slow]

FAILED = Path(__file__).with_name("failed.json")
"""Sequences that failed once, each a list of steps and their seeds; the first has one step of each kind."""


@contextmanager
def trial(empty: Database, new: NewDatabase) -> Iterator[Trial]:
    """An empty store on each database, and the province founded in both."""
    with ExitStack() as opened:
        urls = [opened.enter_context(new(kind, empty(kind))) for kind in BACKENDS]
        yield Trial([opened.enter_context(closing(Store.open(url))) for url in urls])


def test_sequences_that_hypothesis_chooses(empty_database: Database, new_database: NewDatabase) -> None:
    class Sequences(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self._open = ExitStack()
            self.trial = self._open.enter_context(trial(empty_database, new_database))

        @rule(seed=integers(0, 999))
        def send(self, seed: int) -> None:
            self.trial.take("send", seed)

        @rule(name=sampled_from(sorted(STEPS)), seed=integers(0, 999))
        def step(self, name: str, seed: int) -> None:
            self.trial.take(name, seed)

        def teardown(self) -> None:
            self._open.close()

    few = settings(max_examples=1, stateful_step_count=3, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Sequences, settings=few)


@pytest.mark.parametrize("steps", json.loads(FAILED.read_text(encoding="utf-8")))
def test_sequences_that_failed_once(
    empty_database: Database, new_database: NewDatabase, steps: list[tuple[str, int]]
) -> None:
    with trial(empty_database, new_database) as again:
        for name, seed in steps:
            again.take(name, seed)
        assert len(again.steps) == len(steps)
