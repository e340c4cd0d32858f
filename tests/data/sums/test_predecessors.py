"""Due returns after reorganisations: the same as from every row, and no row is read where senders report their own."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis.strategies import randoms
from sqlalchemy import Connection

from data.forms.model import Form
from data.organisations.units import Tree
from data.periods import Period
from data.sums import predecessors
from data.tables.records import DueReturn
from data.tables.sent_rows import SentRows, read_senders
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.data.sums.test_order import PERIODS, orders
from tests.data.sums.test_reorganisation import SENT
from tests.reorganisations import EVENTS, reorganised
from tests.small_province import NewProvince, movement
from tests.stores import Database, NewDatabase


def every_row(connection: Connection, form: Form, period: Period, tree: Tree, as_of: datetime | None) -> SentRows:
    """All rows as if each were of a unit elsewhere than below its sender."""
    rows = read_senders(connection, form, period, as_of)
    leaves = tree.unit_ids_of_grain(form.grain)
    below = Counter(
        sender
        for unit, sender in rows
        if unit in leaves
        and sender in {above.id for above in tree.senders} & {unit, *(above.id for above in tree.ancestors(unit))}
    )
    return SentRows(below, frozenset(unit for unit, _ in rows))


def due(store: Store, instant: datetime | None = None) -> list[tuple[DueReturn, ...]]:
    return [store.reader(SYSTEM, instant).returns(period) for period in PERIODS]


def due_from_every_row(store: Store, instant: datetime | None = None) -> list[tuple[DueReturn, ...]]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(predecessors, "read_sent_rows", every_row)
        return due(store, instant)


@pytest.mark.slow
@settings(max_examples=12)
@given(random=randoms(use_true_random=False))
def test_due_returns_through_random_reorganisations_are_those_from_every_row(
    backend: str, empty_database: Database, new_database: NewDatabase, random: Random
) -> None:
    (order,) = orders(random, 1)
    with (
        new_database(backend, empty_database(backend)) as url,
        closing(Store.open(url).of_past_series()) as store,
    ):
        past = {}
        for workbook in order:
            store.accept(workbook, viewer=SYSTEM)
            now = datetime.now(UTC)
            past[now] = due(store)
            assert past[now] == due_from_every_row(store)
        for instant, then in past.items():
            assert due(store, instant) == due_from_every_row(store, instant) == then


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("registered_first", [True, False])
def test_due_returns_in_the_shape_of_before_are_those_from_every_row(
    new_province: NewProvince, event: str, registered_first: bool
) -> None:
    with new_province() as store:
        for first in (True, False):
            if first is registered_first:
                store.accept(reorganised(event), viewer=SYSTEM)
                continue
            for sender, cells in SENT.items():
                for period in PERIODS:
                    workbook = movement(sender, period.code, {cell: {"members_end": 10} for cell in cells})
                    store.accept(workbook, viewer=SYSTEM)
                    assert due(store) == due_from_every_row(store)
        found = due(store)
        assert found == due_from_every_row(store)
        assert any(each.reporting for each in found[0])


def test_rows_of_senders_that_report_their_own_units_stay_in_the_database(
    province: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[int, int]] = []

    def noting(*about: object) -> list[tuple[int, int]]:
        read.extend(found := read_senders(*about))  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(predecessors, "read_senders", noting)
    province.accept(reorganised("a cell absorbed by another"), viewer=SYSTEM)
    before, after = PERIODS
    for period in PERIODS:
        for sender, cells in SENT.items():
            workbook = movement(sender, period.code, {cell: {"members_end": 10} for cell in cells})
            province.accept(workbook, viewer=SYSTEM)
    reader = province.reader(SYSTEM)
    assert {each.reporting for each in reader.returns(before) if each.form == "B1"} == {2, 3}
    assert read == []
    assert {each.reporting for each in reader.returns(after) if each.form == "B1"} == {2}
    units = {unit for unit, _ in read}
    assert units == {reader.registry.ids["H1.1.1"], reader.registry.ids["H1.1.2"]}
