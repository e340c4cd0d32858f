"""Tampering is detected: with the log, the files and the sums."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from data.forms.builtin import BUILTIN
from data.tables import audit as log
from data.tables.audit import Action
from data.tables.engine import writing
from data.tables.form_tables import rollup_tables
from data.tables.schema import audit, files
from data.upkeep.verify import verify
from data.viewers import SYSTEM
from data.writing.store import Store
from tests.small_province import movement

ROLLUPS = rollup_tables(BUILTIN)

_OFF = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["ALTER TABLE audit DISABLE TRIGGER ALL"],
}
_TRIGGERS = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def loaded(province: Store) -> Store:
    """The small province with one return."""
    province.accept(movement("H1", "2020-Q1", {"H1.1.1": {"admitted": 2}, "H1.1.2": {}, "H1.2": {}}), viewer=SYSTEM)
    return province


@contextmanager
def unlocked(store: Store) -> Iterator[None]:
    """Without the protection of the log, which an owner of the database can disable and restore."""
    with writing(store.engine) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        kept = connection.execute(text(_TRIGGERS)).scalars().all() if is_sqlite else ()
        for statement in _OFF[connection.dialect.name]:
            connection.execute(text(statement))
    yield
    with writing(store.engine) as connection:
        dropped = [sql for sql in kept if "no_update" in sql or "no_delete" in sql]
        for statement in dropped if is_sqlite else ["ALTER TABLE audit ENABLE TRIGGER ALL"]:
            connection.execute(text(statement))


def rechain(store: Store, first: int) -> None:
    """Rewrites the log from an entry on, so that the chain holds."""
    with writing(store.engine) as connection:
        previous = ""
        for row in connection.execute(select(audit).order_by(audit.c.id)).mappings().all():
            if row["id"] >= first:
                said = (row["at"], row["actor"], row["action"], row["subject"], row["details"])
                values = {"previous_hash": previous, "hash": log.digest(previous, *said)}
                connection.execute(update(audit).where(audit.c.id == row["id"]).values(**values))
                previous = values["hash"]
            else:
                previous = row["hash"]


def test_an_intact_store_verifies_and_returns_the_head_of_its_log(loaded: Store) -> None:
    found = verify(loaded)
    assert found.faults == ()
    assert (found.entries, found.files) == (3, 2)
    assert found.sums > 0
    assert verify(loaded, found.head).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
    ],
)
def test_the_database_refuses_to_change_the_log(loaded: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), writing(loaded.engine) as connection:
        connection.execute(text(statement))
    assert verify(loaded).entries == 3


def test_the_database_refuses_to_replace_or_empty_the_log_too(loaded: Store) -> None:
    by_force = {
        "sqlite": "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 1",
        "postgresql": "TRUNCATE audit",
    }
    statement = by_force[loaded.engine.dialect.name]
    with pytest.raises(DBAPIError, match="append-only"), writing(loaded.engine) as connection:
        connection.execute(text(statement))


def test_a_forged_entry_is_found(loaded: Store) -> None:
    with unlocked(loaded), writing(loaded.engine) as connection:
        connection.execute(update(audit).where(audit.c.id == 2).values(actor="nobody"))
    assert [str(fault.en) for fault in verify(loaded).faults] == ["Log, entry 2: its content does not fit its hash."]


def test_an_entry_removed_from_the_middle_is_found(loaded: Store) -> None:
    loaded.mark_sample()
    with unlocked(loaded), writing(loaded.engine) as connection:
        connection.execute(audit.delete().where(audit.c.id == 2))
    assert any("entry 3" in fault.en for fault in verify(loaded).faults)


def test_a_rechained_tail_is_found_by_a_recorded_head(loaded: Store) -> None:
    head = verify(loaded).head
    with unlocked(loaded):
        with writing(loaded.engine) as connection:
            connection.execute(update(audit).where(audit.c.id == 2).values(actor="nobody"))
        rechain(loaded, 2)
    assert verify(loaded).faults == ()
    assert head in verify(loaded, head).faults[0].en


def test_changed_bytes_and_a_missing_file_are_found(loaded: Store) -> None:
    with writing(loaded.engine) as connection:
        keys = connection.execute(select(files.c.sha256).order_by(files.c.stored_at)).scalars().all()
        connection.execute(update(files).where(files.c.sha256 == keys[0]).values(content=b"other"))
        log.append(
            connection,
            at=datetime.now(UTC),
            actor="x",
            action=Action.LOADED,
            subject="gone.xlsx",
            details={"sha256": "0" * 64},
        )
    told = [fault.en for fault in verify(loaded).faults]
    assert len(told) == 3
    assert keys[0] in told[0]
    assert "0" * 64 in told[1]
    assert "receipts" in told[2]


def test_a_sum_that_differs_from_its_leaves_is_found_and_left_unchanged(loaded: Store) -> None:
    table = ROLLUPS["B1"]
    with writing(loaded.engine) as connection:
        root = loaded.reader(SYSTEM).root().id
        connection.execute(update(table).where(table.c.unit_id == root).values(admitted=999))
        connection.execute(insert(table).values(period="2019-Q1", unit_id=root, reporting=1))
    for _ in range(2):
        assert len([fault for fault in verify(loaded).faults if "Sum B1" in fault.en]) == 2
