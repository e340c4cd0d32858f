"""A test's child process that stores returns one by one until it is killed, acknowledging each on stdout."""

from __future__ import annotations

import resource
import sys
from contextlib import closing
from itertools import count

from sqlalchemy.exc import DBAPIError

from data.viewers import SYSTEM
from data.writing.store import Store
from tests.small_province import movement


def main(url: str, first: int, room: int) -> None:
    """Writes to the store at `url`; `room` limits the size of its files in bytes, 0 means no limit."""
    with closing(Store.open(url).of_past_series()) as store:
        if room:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        for number in count(first):
            name = f"{number}-{'x' * (room // 20)}.xlsx"
            given = movement("H1", "2020-Q1", {"H1.1.1": {"admitted": number}, "H1.1.2": {}, "H1.2": {}}, name=name)
            try:
                store.accept(given, viewer=SYSTEM)
            except DBAPIError as full:
                sys.stdout.write(f"{type(full.orig).__name__}: {full.orig}\n")
                return
            sys.stdout.write(f"{given.source.sha256}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
