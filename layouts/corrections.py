"""What changed between two instants: values and verdicts that later returns, plans or registries made others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.queries import Reader
from layouts.answers import Enquiry, answer

COLUMNS = (
    "indicator",
    "unit",
    "unit_name",
    "level",
    "period",
    "value_before",
    "value",
    "plan_before",
    "plan",
    "status_before",
    "status",
    "state_before",
    "state",
    "since",
    "as_of",
)

_COMPARED = ("value", "plan", "status", "state")
_KEY = ("indicator", "unit", "period")


def corrections(then: Reader, now: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """Rows (keys: COLUMNS) of the enquiry whose value, plan, status or state is another one now than it was then.

    `then` reads as known at the earlier instant (`since`). A unit that only one of the readers knows has None for the
    other.

    Raises: as `layouts.answers.answer`, of either reader.
    """
    before = {_key(row): row for row in answer(then, enquiry)}
    after = {_key(row): row for row in answer(now, enquiry)}
    found = ((before.get(key, {}), after.get(key, {})) for key in dict.fromkeys((*after, *before)))
    return [_row(then, now, old, new) for old, new in found if _differ(old, new)]


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(name) != new.get(name) for name in _COMPARED)


def _row(then: Reader, now: Reader, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    named = new or old
    row = {name: named[name] for name in ("indicator", "unit", "unit_name", "level", "period")}
    for name in _COMPARED:
        row |= {f"{name}_before": old.get(name), name: new.get(name)}
    return row | {"since": then.as_of, "as_of": now.as_of}
