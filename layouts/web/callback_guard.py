"""Validates the payload of callback requests before Dash parses it: malformed ones get 400, never 500."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import Dash
from flask import abort, request

_PATH = "/_dash-update-component"
_WILDCARDS_MANY = (["ALL"], ["ALLSMALLER"])
_WILDCARDS = (*_WILDCARDS_MANY, ["MATCH"])
_URL_PARTS = frozenset({"search", "pathname", "href", "hash"})
_ROWS = "getRowsRequest"

_Property = Mapping[str, Any]


def guard(app: Dash) -> None:
    """Rejects callback requests that do not match their declaration; to be registered after access control."""

    def check() -> None:
        if (
            request.path == _PATH
            and request.method == "POST"
            and not _is_valid_call(app.callback_map, request.get_json())
        ):
            abort(400)

    app.server.before_request(check)


def _is_valid_call(callbacks: Mapping[str, Any], body: Any) -> bool:
    """Whether a body names a server-side callback and has its declared inputs and states, in order."""
    if not isinstance(body, dict):
        return False
    output, sent, state = body.get("output"), body.get("inputs"), body.get("state", [])
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        return False
    whole = _inputs_match(callback["inputs"], sent) and _inputs_match(callback["state"], state)
    return whole and _are_outputs(body.get("outputs")) and _are_inputs(body.get("changedPropIds", []), sent)


def _inputs_match(declared: Sequence[_Property], sent: Any) -> bool:
    if not isinstance(sent, list) or len(sent) != len(declared):
        return False
    return all(_input_matches(prop, value) for prop, value in zip(declared, sent, strict=True))


def _input_matches(declared: _Property, sent: Any) -> bool:
    name = str(declared["id"])
    if not name.startswith("{"):
        return _is_property(sent, declared["property"]) and sent["id"] == name and _has_expected_type(sent)
    pattern: dict[str, Any] = json.loads(name)
    if any(part in _WILDCARDS_MANY for part in pattern.values()):
        return isinstance(sent, list) and all(_matches_pattern(pattern, declared["property"], each) for each in sent)
    return _matches_pattern(pattern, declared["property"], sent)


def _matches_pattern(pattern: Mapping[str, Any], name: str, sent: Any) -> bool:
    if not _is_property(sent, name) or not isinstance(sent["id"], dict) or sent["id"].keys() != pattern.keys():
        return False
    fixed = all(part in _WILDCARDS or sent["id"][key] == part for key, part in pattern.items())
    return (
        fixed and not any(isinstance(part, (list, dict)) for part in sent["id"].values()) and _has_expected_type(sent)
    )


def _is_property(sent: Any, name: str) -> bool:
    return isinstance(sent, dict) and "id" in sent and sent.get("property") == name


def _has_expected_type(sent: _Property) -> bool:
    """Whether a value has the type that its property has in every page; properties that vary by page pass."""
    name, value = sent["property"], sent.get("value")
    if value is None:
        return True
    if name in _URL_PARTS:
        return isinstance(value, str) and (name != "pathname" or value.startswith("/"))
    if name == _ROWS:
        return _is_rows_request(value)
    return name != "n_clicks" or _is_count(value)


def _is_rows_request(value: Any) -> bool:
    """Whether a value is a valid row request of an infinite-scrolling grid."""
    if not isinstance(value, dict) or not isinstance(value.get("sortModel") or [], list):
        return False
    sorts = all(isinstance(order, dict) for order in value.get("sortModel") or [])
    return sorts and all(value.get(name) is None or _is_count(value[name]) for name in ("startRow", "endRow"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_outputs(sent: Any) -> bool:
    if isinstance(sent, list):
        return all(_are_outputs(each) for each in sent)
    if not isinstance(sent, dict) or not isinstance(sent.get("property"), str):
        return False
    where = sent.get("id")
    return isinstance(where, dict) or (isinstance(where, str) and not where.startswith("{"))


def _are_inputs(changed: Any, sent: Any) -> bool:
    """Whether the changed properties are among the inputs."""
    known = set(_property_names(sent))
    return isinstance(changed, list) and all(isinstance(name, str) and name in known for name in changed)


def _property_names(sent: Sequence[Any]) -> Iterator[str]:
    for each in sent:
        if isinstance(each, list):
            yield from _property_names(each)
        else:
            where = each["id"]
            text = (
                where
                if isinstance(where, str)
                else json.dumps(where, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            )
            yield f"{text}.{each['property']}"
