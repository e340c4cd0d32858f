"""Verifies a store: the log's hash chain, the bytes of files, what it tells of, sums and standings against leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, select

from data.forms.vocabulary import Vocabulary
from data.language import Text
from data.messages import sentence
from data.organisations.shapes import Shape
from data.periods import Period
from data.reading.registries import read_registry
from data.sums import rollup_writes
from data.sums.rollup_reads import stored_counts
from data.tables.audit import Action, is_intact
from data.tables.engine import writing
from data.tables.form_tables import leaf_tables
from data.tables.leaves import as_of_clause
from data.tables.schema import audit, files, submissions, units
from data.tables.standings import forget_standings, read_counts, read_fresh, read_standings
from data.upkeep.log_replay import compare_with_log
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
        faults += compare_with_log(connection, store.vocabulary)
        faults += _unplaced(connection, store.vocabulary)
    counted, wrong = _compare_sums(store.engine, store.vocabulary)
    stood, differing = _compare_standings(store)
    return Verification(
        entries=chain.entries,
        files=files.count,
        sums=counted + stood,
        head=chain.head,
        faults=(*faults, *wrong, *differing),
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
        codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
        rollup_writes.rebuild(stored_counts(connection, vocabulary, read_registry(connection, None)))
        for source, table in tables.items():
            counted += len(before[source])
            faults += _different(source, before[source], _rows(connection, table), codes)
        connection.rollback()
    return counted, faults


def _compare_standings(store: Store) -> tuple[int, list[Text]]:
    """The number of stored standings and counts of cells, and those that differ from what the returns say."""
    compared, faults = 0, list[Text]()
    if store.rule is None:
        return compared, faults
    with writing(store.engine) as connection:
        codes = dict(connection.execute(select(units.c.id, units.c.code)).all())
        periods = tuple(read_fresh(connection, store.rule.code))
        before = {period: _standings(connection, period) for period in periods}
        forget_standings(connection)
        for period in periods:
            standings = store.standings(connection)
            if (judged := standings.judge(period)) is not None:
                standings.store(judged)
            held, made = before[period], _standings(connection, period)
            compared += len(held)
            wrong = sorted(key for key in held.keys() | made.keys() if held.get(key) != made.get(key))
            faults += [
                sentence("verify.standing_differs", period=period.code, unit=codes.get(unit, "–"), number=unit)
                for unit, _ in wrong[:_NAMED]
            ]
        connection.rollback()
    return compared, faults


def _standings(connection: Connection, period: Period) -> Mapping[tuple[int, str], tuple[object, ...]]:
    cells, counts = read_standings(connection, period), read_counts(connection, period)
    return {(unit, "cell"): row for unit, row in cells.items()} | {
        (unit, "counts"): row for unit, row in counts.items()
    }


def _rows(connection: Connection, table: Table) -> dict[tuple[str, int], Mapping[str, Any]]:
    return {(row["period"], row["unit_id"]): dict(row) for row in connection.execute(select(table)).mappings()}


def _different(
    source: str,
    stored: Mapping[tuple[str, int], Mapping[str, Any]],
    recomputed: Mapping[tuple[str, int], Mapping[str, Any]],
    codes: Mapping[int, str],
) -> list[Text]:
    wrong = sorted(
        key for key in stored.keys() | recomputed.keys() if _plain(stored.get(key)) != _plain(recomputed.get(key))
    )
    return [
        sentence(
            _kind(key in stored, key in recomputed),
            source=source,
            period=key[0],
            unit=codes.get(key[1], "–"),
            number=key[1],
        )
        for key in wrong[:_NAMED]
    ]


def _kind(is_stored: bool, has_rows: bool) -> str:
    if not has_rows:
        return "verify.sum_without_rows"
    return "verify.sum_differs" if is_stored else "verify.sum_lost"


def _unplaced(connection: Connection, vocabulary: Vocabulary) -> Iterator[Text]:
    """Rows in force that no sum holds: nothing connects their unit with the tree of the period's last day."""
    registry = read_registry(connection, None)
    for code, table in leaf_tables(vocabulary).items():
        query = (
            select(table.c.period, table.c.unit_id, units.c.code)
            .join(submissions, submissions.c.id == table.c.submission_id)
            .join(units, units.c.id == table.c.unit_id)
            .where(as_of_clause(None))
            .order_by(table.c.period, units.c.code)
            .distinct()
        )
        shapes: dict[str, Shape] = {}
        for period, unit, name in connection.execute(query):
            shape = shapes.setdefault(period, Shape(registry, Period.parse(period).end))
            place = shape.place(unit)
            root = shape.tree.root
            line = () if place is None else (place.unit, *(above.id for above in shape.tree.ancestors(place.unit)))
            if root is None or root.id not in line:
                yield sentence("verify.leaf_unplaced", table=code.lower(), unit=name, period=period)


def _plain(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    # An absence of blanks is stored as NULL.
    return None if row is None else {**row, "blanks": row.get("blanks") or {}}
