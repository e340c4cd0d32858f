"""Refuses what no page of ours sends to a callback, before Dash trips over it: wrong shapes are 400, never 500."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import Dash
from flask import abort, request

_PATH = "/_dash-update-component"
_MANY = (["ALL"], ["ALLSMALLER"])
_ANY = (*_MANY, ["MATCH"])
_TEXTS = frozenset({"search", "pathname", "href", "hash"})
_ROWS = "getRowsRequest"

_Place = Mapping[str, Any]


def guard(app: Dash) -> None:
    """Has an application's callbacks called only with what they declare; to be added after all that protects it."""

    def look() -> None:
        if request.path == _PATH and request.method == "POST" and not _fits(app.callback_map, request.get_json()):
            abort(400)

    app.server.before_request(look)


def _fits(callbacks: Mapping[str, Any], body: Any) -> bool:
    """Whether a body names a callback of the server and gives what it declares, in order."""
    if not isinstance(body, dict):
        return False
    output, given, state = body.get("output"), body.get("inputs"), body.get("state", [])
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        return False
    whole = _all_fit(callback["inputs"], given) and _all_fit(callback["state"], state)
    return whole and _names_outputs(body.get("outputs")) and _names_inputs(body.get("changedPropIds", []), given)


def _all_fit(declared: Sequence[_Place], given: Any) -> bool:
    if not isinstance(given, list) or len(given) != len(declared):
        return False
    return all(_one_fits(place, value) for place, value in zip(declared, given, strict=True))


def _one_fits(declared: _Place, given: Any) -> bool:
    name = str(declared["id"])
    if not name.startswith("{"):
        return _is_place(given, declared["property"]) and given["id"] == name and _has_kind(given)
    pattern: dict[str, Any] = json.loads(name)
    if any(part in _MANY for part in pattern.values()):
        return isinstance(given, list) and all(_matches(pattern, declared["property"], each) for each in given)
    return _matches(pattern, declared["property"], given)


def _matches(pattern: Mapping[str, Any], name: str, given: Any) -> bool:
    if not _is_place(given, name) or not isinstance(given["id"], dict) or given["id"].keys() != pattern.keys():
        return False
    fixed = all(part in _ANY or given["id"][key] == part for key, part in pattern.items())
    return fixed and not any(isinstance(part, (list, dict)) for part in given["id"].values()) and _has_kind(given)


def _is_place(given: Any, name: str) -> bool:
    return isinstance(given, dict) and "id" in given and given.get("property") == name


def _has_kind(given: _Place) -> bool:
    """Whether a value is of the kind that its property has in a browser, as far as that does not depend on the page."""
    name, value = given["property"], given.get("value")
    if value is None:
        return True
    if name in _TEXTS:
        return isinstance(value, str) and (name != "pathname" or value.startswith("/"))
    if name == _ROWS:
        return _asks_for_rows(value)
    return name != "n_clicks" or _is_count(value)


def _asks_for_rows(value: Any) -> bool:
    """Whether a grid that fetches its rows as they are looked at may ask so."""
    if not isinstance(value, dict) or not isinstance(value.get("sortModel") or [], list):
        return False
    sorts = all(isinstance(order, dict) for order in value.get("sortModel") or [])
    return sorts and all(value.get(name) is None or _is_count(value[name]) for name in ("startRow", "endRow"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _names_outputs(given: Any) -> bool:
    if isinstance(given, list):
        return all(_names_outputs(each) for each in given)
    if not isinstance(given, dict) or not isinstance(given.get("property"), str):
        return False
    where = given.get("id")
    return isinstance(where, dict) or (isinstance(where, str) and not where.startswith("{"))


def _names_inputs(changed: Any, given: Any) -> bool:
    """Whether what is said to have changed is among the inputs."""
    known = set(_names(given))
    return isinstance(changed, list) and all(isinstance(name, str) and name in known for name in changed)


def _names(given: Sequence[Any]) -> Iterator[str]:
    for each in given:
        if isinstance(each, list):
            yield from _names(each)
        else:
            where = each["id"]
            text = (
                where
                if isinstance(where, str)
                else json.dumps(where, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            )
            yield f"{text}.{each['property']}"
