"""Sums as of an instant: stored ones but in changed branches, and the same as those made from all leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis.strategies import randoms
from sqlalchemy import event

from data.observations import Basis, Totals
from data.periods import Period
from data.returns import ReturnWithdrawal
from data.sums.changes_since import ChangesSince
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from data.writing.withdrawals import WithdrawalError
from tests.data.sums.test_order import orders
from tests.data.sums.test_reorganisation import SENT
from tests.small_province import NewProvince, movement, official
from tests.stores import Database, NewDatabase

QUARTERS = tuple(Period.parse(f"2019-Q{quarter}") for quarter in (1, 2, 3))
SOURCES = ("B1", "B2", "sizes", "bases", "ratings")
BOARD = Viewer("ban", Role.BOARD)
Known = Mapping[Basis, Mapping[tuple[str, int, Period], Totals]]


def known(store: Store, instant: datetime) -> Known:
    reader = store.reader(SYSTEM, instant)
    units = reader.registry.ids.values()
    return {basis: reader.observations(SOURCES, units, QUARTERS, basis).loaded for basis in Basis}


def from_leaves(store: Store, instant: datetime, monkeypatch: pytest.MonkeyPatch) -> Known:
    """The same sums as if everything had changed everywhere."""
    with monkeypatch.context() as patched:
        patched.setattr(ChangesSince, "branches", lambda *_: None)
        return known(store, instant)


def send(store: Store, random: Random) -> None:
    sender, period = random.choice(list(SENT)), random.choice(QUARTERS)
    cells = random.sample(SENT[sender], random.randint(1, len(SENT[sender])))
    counts = {
        cell: {"members_end": random.choice((None, *range(9))), "admitted": random.randint(0, 9)} for cell in cells
    }
    form, values = random.choice(
        [("B1", counts), ("B2", {cell: {"no_masses_left": random.randint(0, 1)} for cell in cells})]
    )
    workbook = movement(sender, period.code, values, form=form, name=f"{random.random()}.xlsx")
    (given,) = workbook.returns
    returns = (replace(given, cumulative=form == "B1" and random.random() < 0.3),)
    store.accept(replace(workbook, returns=returns), viewer=SYSTEM)


def withdraw(store: Store, random: Random) -> None:
    what = ReturnWithdrawal(
        unit=random.choice(list(SENT)), period=random.choice(QUARTERS), restore=random.random() < 0.5
    )
    try:
        store.withdraw(what, viewer=BOARD, reason="gửi nhầm")
    except WithdrawalError:
        return  # nothing is in force there


def set_threshold(store: Store, random: Random) -> None:
    store.set_threshold("small_cell_size", str(random.randint(2, 9)), viewer=SYSTEM, reason="thử")


def send_official(store: Store, random: Random) -> None:
    name = random.choice(("H1", "H2.1"))
    store.accept(official(name, "2019-Q2", members_end=random.randint(1, 90)), viewer=SYSTEM)


ACTS = (*[send] * 12, withdraw, withdraw, set_threshold)


@settings(max_examples=12)
@given(random=randoms(use_true_random=False))
def test_sums_as_of_an_instant_are_those_from_all_leaves_and_never_move(
    new_province: NewProvince, random: Random
) -> None:
    with new_province() as store, pytest.MonkeyPatch.context() as monkeypatch:
        past: dict[datetime, Known] = {}
        for _ in range(4):
            for act in random.choices(ACTS, k=4):
                act(store, random)
            now = datetime.now(UTC)
            past[now] = known(store, now)
        if random.random() < 0.3:
            send_official(store, random)
        for instant, then in past.items():
            assert known(store, instant) == from_leaves(store, instant, monkeypatch) == then


@pytest.mark.slow
@settings(max_examples=6)
@given(random=randoms(use_true_random=False))
def test_sums_as_of_an_instant_never_move_through_random_reorganisations(
    backend: str, empty_database: Database, new_database: NewDatabase, random: Random
) -> None:
    (order,) = orders(random, 1)
    with (
        new_database(backend, empty_database(backend)) as url,
        closing(Store.open(url).of_past_series()) as store,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        past: dict[datetime, Known] = {}
        for workbook in order:
            store.accept(workbook, viewer=SYSTEM)
            now = datetime.now(UTC)
            past[now] = known(store, now)
        for instant, then in past.items():
            assert known(store, instant) == from_leaves(store, instant, monkeypatch) == then


@contextmanager
def rows_asked(store: Store) -> Iterator[Callable[[], list[object]]]:
    """The parameters of the queries of leaf rows of B1 meanwhile."""
    found: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        if "FROM b1 JOIN" in statement and "LIMIT" not in statement:
            found.append(given)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield lambda: found
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def test_only_branches_that_changed_since_are_made_from_leaves(province: Store) -> None:
    for sender, cells in SENT.items():
        workbook = movement(sender, "2019-Q1", {cell: {"members_end": 10} for cell in cells})
        province.accept(workbook, viewer=SYSTEM)
    then = datetime.now(UTC)
    workbook = movement("H1", "2019-Q1", {cell: {"members_end": 11} for cell in SENT["H1"]}, name="again.xlsx")
    province.accept(workbook, viewer=SYSTEM)
    reader = province.reader(SYSTEM, then)
    ids = reader.registry.ids
    units = [ids[code] for code in ("T", "H1", "H2")]
    with rows_asked(province) as asked:
        found = reader.observations(["B1"], units, QUARTERS[:1]).loaded
        assert [int(found["B1", unit, QUARTERS[0]].sums["members_end"]) for unit in units] == [50, 30, 20]
        (given,) = asked()
    numbers = set(given.values() if isinstance(given, Mapping) else given)  # type: ignore[call-overload]
    assert ids["H1.1.1"] in numbers
    assert ids["H2.1.1"] not in numbers
