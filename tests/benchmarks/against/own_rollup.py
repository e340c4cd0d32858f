"""Sums everything up anew with this application: `python -m ... ADDRESS`."""

from __future__ import annotations

import sys
from contextlib import closing

from data.reading.registries import read_registry
from data.sums.rollup_reads import StoredCounts
from data.sums.rollup_writes import roll_up_all
from data.tables.engine import writing
from data.tables.thresholds import read_thresholds
from data.writing.store import Store


def main(address: str) -> None:
    """Sums up every form and period of a store."""
    with closing(Store.open(address)) as store, writing(store.engine) as connection:
        small = read_thresholds(connection).whole("small_cell_size")
        roll_up_all(StoredCounts(connection, store.vocabulary, read_registry(connection, None), small))


if __name__ == "__main__":
    main(sys.argv[1])
