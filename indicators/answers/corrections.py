"""What changed between two instants: values and verdicts that later returns, plans or registries made others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.reading.queries import Reader
from indicators.answers.enquiry import Enquiry, answer

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

RETURN_COLUMNS = ("unit", "unit_name", "form", "period", "file", "accepted_at", "corrects")

_ALL = 1_000_000
_COMPARED = ("value", "plan", "status", "state")
_KEY = ("indicator", "unit", "period")


def corrections(then: Reader, now: Reader, enquiry: Enquiry) -> list[dict[str, Any]]:
    """Rows (keys: COLUMNS) of the enquiry whose value, plan, status or state is another one now than it was then.

    `then` reads as known at the earlier instant (`since`). A unit that only one of the readers knows has None for the
    other.

    Raises: as `indicators.answers.enquiry.answer`, of either reader.
    """
    before = {_key(row): row for row in answer(then, enquiry)}
    after = {_key(row): row for row in answer(now, enquiry)}
    found = ((before.get(key, {}), after.get(key, {})) for key in dict.fromkeys((*after, *before)))
    return [_row(then, now, old, new) for old, new in found if _differ(old, new)]


def returns_since(then: Reader, now: Reader) -> list[dict[str, Any]]:
    """Rows (keys: RETURN_COLUMNS) of what was accepted after the earlier instant, the newest first.

    `corrects` says whether a version in force until then was replaced.
    """
    versions = now.submissions(limit=_ALL)
    replaced = {(one.unit_code, one.form, one.period_code, one.superseded_at) for one in versions}
    return [
        {
            "unit": one.unit_code,
            "unit_name": one.unit_name,
            "form": one.form,
            "period": one.period_code,
            "file": one.file_name,
            "accepted_at": one.accepted_at,
            "corrects": (one.unit_code, one.form, one.period_code, one.accepted_at) in replaced,
        }
        for one in versions
        if then.as_of is not None and one.accepted_at > then.as_of
    ]


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
