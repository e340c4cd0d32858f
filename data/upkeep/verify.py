"""Verifies a store: the hash chain of the audit log, the bytes of every file, every stored sum against its leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from data.forms.vocabulary import Vocabulary
from data.language import Text
from data.reading.registries import read_registry
from data.sums import rollup_writes
from data.sums.rollup_reads import stored_counts
from data.tables.audit import Action, is_intact
from data.tables.engine import writing
from data.tables.schema import audit, files
from data.writing.store import Store

_KEPT = (Action.LOADED.value, Action.SUPERSEDED.value)
_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was verified and the faults found; `head` is the hash of the newest audit entry, to be kept elsewhere."""

    entries: int
    files: int
    sums: int
    head: str
    faults: tuple[Text, ...]


def verify(store: Store, anchor: str = "") -> Verification:
    """Verifies a store; `anchor` is a head recorded earlier, which must still be in the log.

    Without an anchor, a log that was truncated or rewritten from some entry on looks intact. Sums are recomputed in a
    transaction that is rolled back: nothing is changed, and loads wait meanwhile.
    """
    with store.engine.connect() as connection:
        chain = _Chain(anchor)
        faults = [*chain.faults(connection)]
        files = _Files(chain.loaded)
        faults += files.faults(connection)
    counted, wrong = _compare_sums(store.engine, store.vocabulary)
    return Verification(
        entries=chain.entries, files=files.count, sums=counted, head=chain.head, faults=(*faults, *wrong)
    )


class _Chain:
    """Checks the audit log entry by entry."""

    def __init__(self, anchor: str) -> None:
        self._anchor = anchor
        self.entries = 0
        self.head = ""
        self.loaded: dict[str, int] = {}

    def faults(self, connection: Connection) -> Iterator[Text]:
        """The faults of the log."""
        anchored = not self._anchor
        for row in connection.execute(select(audit).order_by(audit.c.id)).mappings():
            yield from self._entry(row)
            anchored = anchored or row["hash"] == self._anchor
            self.entries, self.head = self.entries + 1, row["hash"]
            if row["action"] in _KEPT:
                self.loaded[row["details"].get("sha256", "")] = row["id"]
        if not anchored:
            yield Text(
                f"Nhật ký không còn mục mang mã {self._anchor}: phần cuối đã bị cắt hoặc bị viết lại.",
                f"The log no longer has an entry with the hash {self._anchor}: its tail was cut off or written anew.",
            )

    def _entry(self, row: RowMapping) -> Iterator[Text]:
        number = row["id"]
        if not is_intact(row):
            yield Text(
                f"Nhật ký, mục {number}: nội dung không khớp mã băm của mục.",
                f"Log, entry {number}: its content does not fit its hash.",
            )
        if row["previous_hash"] != self.head:
            yield Text(
                f"Nhật ký, mục {number}: không nối tiếp mục đứng trước.",
                f"Log, entry {number}: it does not follow from the entry before.",
            )


class _Files:
    """Checks the stored workbooks; `loaded` gives the log entry of each digest that the log mentions."""

    def __init__(self, loaded: Mapping[str, int]) -> None:
        self._loaded = loaded
        self.count = 0

    def faults(self, connection: Connection) -> Iterator[Text]:
        """The faults of the files."""
        found: set[str] = set()
        # One at a time: together they may not fit into memory.
        for key in connection.execute(select(files.c.sha256).order_by(files.c.sha256)).scalars().all():
            name, size, content = connection.execute(
                select(files.c.name, files.c.size, files.c.content).where(files.c.sha256 == key)
            ).one()
            found.add(key)
            if hashlib.sha256(content).hexdigest() != key or len(content) != size:
                yield Text(
                    f"Tệp {name!r} ({key}): nội dung không khớp mã băm.",
                    f"File {name!r} ({key}): its bytes do not fit its hash.",
                )
        self.count = len(found)
        for key, entry in self._loaded.items():
            if key not in found:
                yield Text(
                    f"Thiếu tệp {key}, đã nạp theo mục {entry} của nhật ký.",
                    f"The file {key} is missing, which the log's entry {entry} says was loaded.",
                )


def _compare_sums(engine: Engine, vocabulary: Vocabulary) -> tuple[int, list[Text]]:
    """The number of stored sums, and those that differ from the leaf rows."""
    counted, faults = 0, []
    with writing(engine) as connection:
        tables = rollup_writes.sum_tables(vocabulary)
        before = {source: _rows(connection, table) for source, table in tables.items()}
        rollup_writes.rebuild(stored_counts(connection, vocabulary, read_registry(connection, None)))
        for source, table in tables.items():
            counted += len(before[source])
            faults += _different(source, before[source], _rows(connection, table))
        connection.rollback()
    return counted, faults


def _rows(connection: Connection, table: Table) -> dict[tuple[str, int], Mapping[str, Any]]:
    return {(row["period"], row["unit_id"]): dict(row) for row in connection.execute(select(table)).mappings()}


def _different(
    source: str,
    stored: Mapping[tuple[str, int], Mapping[str, Any]],
    recomputed: Mapping[tuple[str, int], Mapping[str, Any]],
) -> list[Text]:
    wrong = sorted(
        key for key in stored.keys() | recomputed.keys() if _plain(stored.get(key)) != _plain(recomputed.get(key))
    )
    return [
        Text(
            f"Số cộng {source}, kỳ {period}, tổ chức số {unit}: không bằng tổng các dòng bên dưới.",
            f"Sum {source}, period {period}, organisation number {unit}: it is not what the rows below add up to.",
        )
        for period, unit in wrong[:_NAMED]
    ]


def _plain(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    # An absence of blanks is stored as NULL.
    return None if row is None else {**row, "blanks": row.get("blanks") or {}}
