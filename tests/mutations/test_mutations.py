"""No mutation is falsely accepted, none falsely refused; each finding stands where the mistake is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.writing.store import Store
from tests.mutations.kinds import MUTATIONS
from tests.mutations.model import Mutation
from tests.mutations.trying import attempts, fill
from tests.stores import Database, SharedDatabase

_QUICKLY = 1
"""Seeds tried in the quick part of the suite."""


@pytest.fixture(scope="module")
def earlier(shared_database: SharedDatabase, empty_database: Database, tiny_workbooks: Path) -> Iterator[Store]:
    """A store with what the tiny province sent before the return that is mutated."""
    url = shared_database("sqlite", "mutations", empty_database, lambda store: fill(store, tiny_workbooks))
    with closing(Store.open(url)) as store:
        yield store


@pytest.fixture(scope="module")
def seeds(request: pytest.FixtureRequest) -> int | None:
    return _QUICKLY if request.config.getoption("quick") else None


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.kind)
def test_a_mutation_has_the_right_outcome(
    mutation: Mutation, earlier: Store, tiny_workbooks: Path, seeds: int | None
) -> None:
    trials = list(attempts(earlier, tiny_workbooks, [mutation], at_most=seeds))
    assert [str(trial) for trial in trials if trial.fault] == []


def test_there_are_many() -> None:
    assert len({mutation.kind for mutation in MUTATIONS}) == len(MUTATIONS)
    assert sum(mutation.seeds for mutation in MUTATIONS) >= 200
