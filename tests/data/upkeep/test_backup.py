"""A backup taken during writes restores intact; damaged or foreign files are refused; nothing is overwritten."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import inspect, make_url

from data.people.accounts import Accounts
from data.returns import Outcome, ParsedWorkbook
from data.upkeep.backup import BackupError, Manifest, backup, restore
from data.upkeep.dumps import SqliteDump
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role
from data.writing.store import Store
from tests.postgres import programs
from tests.small_province import movement, registry

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
PASSWORD = "mat-khau-rat-dai"


@pytest.fixture
def filled(database_url: str) -> Iterator[Store]:
    """A store with the small province, a return and an account."""
    with closing(Store.open(database_url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
        store.accept(sent(1), viewer=SYSTEM)
        Accounts(store).add("ban", PASSWORD, Role.BOARD)
        yield store


def sent(number: int) -> ParsedWorkbook:
    """A return of the first district, different for each number."""
    return movement("H1", "2020-Q1", {"H1.1.1": {"admitted": number}, "H1.1.2": {}, "H1.2": {}}, name=f"{number}.xlsx")


def restore_backup(url: str, source: Path, *, force: bool = False) -> tuple[Manifest, str]:
    return restore(url, source, at=NOW, force=force, programs=programs())


def test_a_backup_taken_during_writes_restores_intact(filled: Store, elsewhere: str, tmp_path: Path) -> None:
    started, stop = Event(), Event()
    counted: list[Outcome] = []

    def load() -> None:
        while not stop.is_set():
            counted.append(filled.accept(sent(len(counted) + 2), viewer=SYSTEM))
            started.set()

    loading = Thread(target=load)
    loading.start()
    assert started.wait(20)
    made = backup(filled, tmp_path / "x.backup", programs())
    before = len(counted)
    stop.set()
    loading.join()
    assert before
    taken, kept = restore_backup(elsewhere, tmp_path / "x.backup")
    assert (taken, kept) == (made, "")
    with closing(Store.open(elsewhere).of_past_series()) as store:
        found = verify(store, made.log_head)
        assert found.faults == ()
        assert 2 <= found.files <= len(counted) + 2
        assert Accounts(store).get("ban") is not None


def test_a_backup_is_readable_by_its_owner_only_and_overwrites_nothing(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    backup(filled, path, programs())
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir()] == ["x.backup"]
    with pytest.raises(BackupError, match="ghi đè"):
        backup(filled, path, programs())


def test_a_store_that_is_not_empty_is_replaced_only_by_force_and_kept(
    filled: Store, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.backup"
    backup(filled, path, programs())
    filled.accept(sent(7), viewer=SYSTEM)
    filled.close()
    with pytest.raises(BackupError, match="--force"):
        restore_backup(database_url, path)
    _, kept = restore_backup(database_url, path, force=True)
    assert "before_20260105_080000" in kept
    with closing(Store.open(database_url).of_past_series()) as store:
        assert verify(store).faults == ()
        assert not store.stored(sent(7).source.sha256)
        if store.engine.dialect.name == "postgresql":
            assert inspect(store.engine).has_table("audit", schema=kept)
    if Path(kept).exists():
        with closing(Store.open(f"sqlite:///{kept}").of_past_series()) as old:
            assert old.stored(sent(7).source.sha256)


def test_a_store_in_use_is_not_replaced(filled: Store, database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    backup(filled, path, programs())
    with filled.engine.connect(), pytest.raises(BackupError, match="đang được"):
        restore_backup(database_url, path, force=True)
    assert verify(filled).faults == ()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of a small store."""
    folder = tmp_path_factory.mktemp("backup")
    with closing(Store.open(f"sqlite:///{folder / 'store.sqlite'}").of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
        backup(store, folder / "x.backup")
    return (folder / "x.backup").read_bytes()


def flipped(path: Path, share: float) -> Path:
    """A copy with one byte of the stored data changed: in a header it may be one that means nothing."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as container:
        largest = max(container.infolist(), key=lambda part: part.compress_size)
    name, extra = (int.from_bytes(content[largest.header_offset + at :][:2], "little") for at in (26, 28))
    start = largest.header_offset + 30 + name + extra
    content[start + int(largest.compress_size * share)] ^= 0xFF
    path.write_bytes(content)
    return path


def rewritten(path: Path, old: bytes, new: bytes) -> Path:
    """A copy with a modified manifest."""
    with zipfile.ZipFile(path) as container:
        parts = {name: container.read(name) for name in container.namelist()}
    with zipfile.ZipFile(path, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content.replace(old, new) if name == "manifest.json" else content)
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: flipped(path, 0.3),
        lambda path: flipped(path, 0.7),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_text("Báo cáo quý I"),
        lambda path: zipfile.ZipFile(path, "w").close(),
        lambda path: rewritten(path, b'"revision": "0', b'"revision": "9'),
        lambda path: rewritten(path, b'"sha256": "', b'"sha256": "0'),
        lambda path: rewritten(path, b"theo-doi", b"mot-thu"),
        lambda path: rewritten(rewritten(path, b"sqlite", b"mysql"), b"postgresql", b"mysql"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_before_anything_is_touched(
    sound: bytes, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    path, store = tmp_path / "x.backup", tmp_path / "store.sqlite"
    path.write_bytes(sound)
    damage(path)
    store.write_bytes(b"something")
    with pytest.raises(BackupError, match=r"hỏng|phiên bản|là của"):
        restore_backup(f"sqlite:///{store}", path, force=True)
    assert store.read_bytes() == b"something"


def test_a_damaged_database_in_an_intact_container_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with closing(Store.open(url).of_past_series()) as store:
        store.accept(registry(), viewer=SYSTEM)
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as store_file:
        store_file.execute("PRAGMA journal_mode = DELETE")
    with (tmp_path / "store.sqlite").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 30 * 4096)
    with pytest.raises(BackupError, match="toàn vẹn"):
        SqliteDump(make_url(f"sqlite:///{tmp_path / 'other.sqlite'}")).read(tmp_path / "store.sqlite", "before")
