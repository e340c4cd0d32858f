"""Compares the tables with the log: what it says was stored must be there, unaltered, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, inspect, select, text

from data.forms.vocabulary import Vocabulary
from data.language import Text
from data.messages import sentence
from data.tables.audit import Action
from data.tables.digests import Content, read_contents
from data.tables.schema import (
    accounts,
    audit,
    follow_ups,
    mappings,
    opened_periods,
    plans,
    receipts,
    submissions,
    tasks,
    units,
    withdrawals,
)
from data.tables.thresholds import read_changes, read_thresholds

_STATUSES = {Action.LOADED: "accepted", Action.SUPERSEDED: "superseded", Action.REFUSED: "refused"}
_TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "sqlite": ("audit_no_update", "audit_no_delete", "audit_no_replace"),
    "postgresql": ("audit_no_change", "audit_no_truncate"),
}
_ENABLED_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
}

_Key = tuple[datetime, str, str, str]


@dataclass
class _Stored:
    """The submissions by instant, form, sender and period, and what each consists of."""

    by_key: Mapping[_Key, RowMapping]
    contents: Mapping[int, Content]
    named: set[_Key] = field(default_factory=set)


def compare_with_log(connection: Connection, vocabulary: Vocabulary) -> Iterator[Text]:
    """Every difference between the log and the tables that it tells of, with the table, the unit and the period."""
    entries = connection.execute(select(audit).order_by(audit.c.id)).mappings().all()
    yield from _submissions(connection, vocabulary, entries)
    yield from _instants(connection, {entry["at"] for entry in entries})
    yield from _receipts(connection, entries)
    for action, compare in _COMPARED.items():
        yield from compare(connection, [entry for entry in entries if entry["action"] == action])
    yield from _missing_triggers(connection)


def _submissions(connection: Connection, vocabulary: Vocabulary, entries: Sequence[RowMapping]) -> Iterator[Text]:
    query = select(submissions, units.c.code).join(units, units.c.id == submissions.c.unit_id)
    rows = connection.execute(query).mappings().all()
    stored = _Stored(
        {(row["accepted_at"], row["form"], row["code"], row["period"]): row for row in rows},
        read_contents(connection, vocabulary),
    )
    counted = {(row["accepted_at"], row["form"], row["period"]): key for key, row in stored.by_key.items()}
    for entry in entries:
        if entry["action"] not in (Action.LOADED, Action.SUPERSEDED, Action.WITHDRAWN):
            continue
        told = entry["details"].get("contents")
        if told is None and entry["action"] == Action.WITHDRAWN:
            continue
        for form, code, period, *digests in told if told is not None else entry["details"].get("returns", ()):
            key = (entry["at"], form, code, period)
            # The sender of a plan or a task register was logged otherwise before there were digests.
            found = key if told is not None or key in stored.by_key else counted.get((entry["at"], form, period), key)
            stored.named.add(found)
            yield from _submission(stored, found, digests[0] if digests else None, entry["id"])
    for key in sorted(stored.by_key.keys() - stored.named):
        yield sentence("verify.unlogged", form=key[1], unit=key[2], period=key[3] or "–")


def _submission(stored: _Stored, key: _Key, digests: Mapping[str, str] | None, entry: int) -> Iterator[Text]:
    about = {"form": key[1], "unit": key[2], "period": key[3] or "–", "entry": entry}
    row = stored.by_key.get(key)
    if row is None:
        yield sentence("verify.submission_lost", **about)
        return
    content = stored.contents.get(row["id"], Content())
    if digests is None:
        if content.rows < row["row_count"]:
            yield sentence("verify.rows_lost", found=content.rows, expected=row["row_count"], **about)
        return
    for table in sorted(digests.keys() | content.digests.keys()):
        if digests.get(table) != content.digests.get(table):
            yield sentence("verify.content_differs", table=table, **about)


def _instants(connection: Connection, logged: set[datetime]) -> Iterator[Text]:
    """What went out of force at an instant at which nothing was logged."""
    for table in (submissions, plans, tasks):
        query = select(table.c.superseded_at).where(table.c.superseded_at.is_not(None)).distinct()
        for at in sorted(set(connection.execute(query).scalars()) - logged):
            yield sentence("verify.superseded_unlogged", table=table.name, at=f"{at:%d/%m/%Y %H:%M:%S}")


def _receipts(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    rows = connection.execute(select(receipts)).mappings().all()
    withdrawn = {entry["at"] for entry in entries if entry["action"] == Action.WITHDRAWN}
    found = {
        (row["at"], row["sha256"]): row for row in rows if row["status"] != "withdrawn" or row["at"] not in withdrawn
    }
    for at in sorted(withdrawn - {row["at"] for row in rows}):
        yield sentence("verify.withdrawal_untold", at=f"{at:%d/%m/%Y %H:%M:%S}")
    for entry in entries:
        if entry["action"] not in _STATUSES or "sha256" not in entry["details"]:
            continue
        details = entry["details"]
        row = found.pop((entry["at"], details["sha256"]), None)
        about = {"file": entry["subject"], "entry": entry["id"]}
        if row is None:
            yield sentence("verify.receipt_lost", **about)
        elif not _is_as_logged(row, entry):
            yield sentence("verify.receipt_differs", **about)
    for row in found.values():
        yield sentence("verify.receipt_unlogged", file=row["file_name"], at=f"{row['at']:%d/%m/%Y %H:%M:%S}")


def _is_as_logged(row: RowMapping, entry: RowMapping) -> bool:
    details = entry["details"]
    logged = (_STATUSES[Action(entry["action"])], entry["subject"], entry["actor"])
    if (row["status"], row["file_name"], row["sender"]) != logged:
        return False
    received, returns = details.get("received_at"), details.get("returns")
    same_instant = received is None or row["received_at"] == datetime.fromisoformat(received)
    return same_instant and returns in (None, row["returns"])


def _periods(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    found = {(row["period"], row["at"]): row for row in connection.execute(select(opened_periods)).mappings()}
    for entry in entries:
        details, period = entry["details"], entry["subject"].removeprefix("period ")
        if "change" not in details:
            continue
        row = found.get((period, entry["at"]))
        due = None if row is None or row["due"] is None else row["due"].isoformat()
        if row is None:
            yield sentence("verify.period_lost", period=period, entry=entry["id"])
        elif (row["forms"], due, row["unit_dues"], row["reason"]) != tuple(
            details[name] for name in ("forms", "due", "unit_dues", "reason")
        ):
            yield sentence("verify.period_differs", period=period, entry=entry["id"])


def _withdrawals(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    rows = connection.execute(select(withdrawals)).mappings().all()
    found = {(row["at"], row["actor"], row["reason"]) for row in rows}
    told = {(entry["at"], entry["actor"], entry["details"]["reason"]): entry for entry in entries}
    for key in told.keys() - found:
        yield sentence("verify.withdrawal_differs", subject=told[key]["subject"], entry=told[key]["id"])
    for key in sorted(found - told.keys()):
        yield sentence("verify.withdrawal_unlogged", at=f"{key[0]:%d/%m/%Y %H:%M:%S}")


def _thresholds(connection: Connection, _entries: Sequence[RowMapping]) -> Iterator[Text]:
    now = read_thresholds(connection)
    last = {change.code: change.value for change in read_changes(connection)}
    for code, value in last.items():
        if now.given.get(code) != value:
            yield sentence("verify.threshold_differs", code=code, value=_plain(value))
    for code in now.given.keys() - last.keys():
        yield sentence("verify.threshold_unlogged", code=code, value=_plain(now.given[code]))


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _mappings(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    found = {row["fingerprint"]: row for row in connection.execute(select(mappings)).mappings()}
    for fingerprint, entry in {entry["subject"]: entry for entry in entries}.items():
        row, details = found.get(fingerprint), entry["details"]
        saved = {"form": row["form"], **row["mapping"]} if row is not None else {}
        if saved != details:
            yield sentence("verify.mapping_differs", form=details.get("form", ""), entry=entry["id"])


def _accounts(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    found = {row["name"]: row for row in connection.execute(select(accounts)).mappings()}
    told: dict[str, dict[str, Any]] = {}
    for entry in entries:
        told.setdefault(entry["subject"], {}).update(entry["details"])
    for name, details in told.items():
        if "added" not in details:
            continue
        row = found.get(name)
        expected = details["added"], details.get("unit"), details.get("disabled", False)
        if row is None or (row["role"], row["unit_code"], row["disabled"]) != expected:
            yield sentence("verify.account_differs", name=name)
    for name in sorted(found.keys() - told.keys()):
        yield sentence("verify.account_unlogged", name=name)


def _follow_ups(connection: Connection, entries: Sequence[RowMapping]) -> Iterator[Text]:
    found = {(row["note"], row["at"]): row for row in connection.execute(select(follow_ups)).mappings()}
    for entry in entries:
        details = entry["details"]
        expected = details.get("text"), details.get("due"), details.get("state")
        for note in details.get("notes", ()):
            row = found.get((note, entry["at"]))
            if row is None or (row["text"], _iso(row["due"]), row["state"]) != expected:
                yield sentence("verify.follow_up_differs", note=note, entry=entry["id"])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_COMPARED: Mapping[Action, Callable[[Connection, Sequence[RowMapping]], Iterator[Text]]] = {
    Action.SETTING: _periods,
    Action.WITHDRAWN: _withdrawals,
    Action.THRESHOLD: _thresholds,
    Action.MAPPING: _mappings,
    Action.ACCOUNT: _accounts,
    Action.FOLLOW_UP: _follow_ups,
}


def _missing_triggers(connection: Connection) -> Iterator[Text]:
    """The protections of the log that were dropped or disabled."""
    dialect = inspect(connection).dialect.name
    present = set(connection.execute(text(_ENABLED_TRIGGERS[dialect])).scalars())
    for name in _TRIGGERS[dialect]:
        if name not in present:
            yield sentence("verify.trigger_missing", name=name)
