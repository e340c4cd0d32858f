"""A store that knows the units which the tests' workbooks name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from data.returns import OutcomeStatus
from data.viewers import SYSTEM
from data.writing.store import Store
from loaders.intake import intake
from tests.loaders.office import registry
from tests.stores import Database, NewDatabase, SharedDatabase


@pytest.fixture
def address(shared_database: SharedDatabase, empty_database: Database, new_database: NewDatabase) -> Iterator[str]:
    """The address of a database with those units and nothing else."""
    with new_database("sqlite", shared_database("sqlite", "registry", empty_database, _register)) as url:
        yield url


@pytest.fixture
def province(address: str) -> Iterator[Store]:
    """The store in it."""
    with closing(Store.open(address).of_past_series()) as opened:
        yield opened


def _register(store: Store) -> None:
    assert intake(store, registry(), viewer=SYSTEM).status is OutcomeStatus.ACCEPTED
