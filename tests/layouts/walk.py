"""Discovers every callback and route of an application, and builds requests to each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dash
from dash import Dash
from dash._utils import split_callback_id
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CALLBACK = "/_dash-update-component"
_ADDRESSES = frozenset({"search", "href"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request to one callback or route; `title` identifies it in failures."""

    title: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None

    def send(self, client: FlaskClient) -> TestResponse:
        """The response; a signed-in client must have loaded a page before, for its CSRF token."""
        cookie = client.get_cookie("_csrf_token")
        headers = {"X-CSRFToken": cookie.value} if cookie else {}
        return client.open(self.path, method=self.method, json=self.body, data=self.form, headers=headers)


def callbacks(app: Dash, code: str) -> Iterator[Call]:
    """Calls of each server-side callback with a unit's code in each of its inputs and states in turn."""
    for output, callback in app.callback_map.items():
        if "callback" not in callback:
            continue
        places = [*callback["inputs"], *callback["state"]]
        at_pages = any(place["property"] == "pathname" for place in places)
        for chosen in [number for number, place in enumerate(places) if _can_name(place)]:
            everywhere = at_pages and places[chosen]["property"] in _ADDRESSES
            for path in [page["path"] for page in dash.page_registry.values()] if everywhere else [""]:
                yield Call(
                    title=f"{output} by {places[chosen]['id']}.{places[chosen]['property']} {path}",
                    method="POST",
                    path=CALLBACK,
                    body=_body(output, callback, {chosen: code}, path),
                )


def _can_name(place: Mapping[str, Any]) -> bool:
    """Whether the property can carry a unit's code: a click can only in a pattern-matching id."""
    return place["property"] != "n_clicks" or str(place["id"]).startswith("{")


def _body(output: str, callback: Mapping[str, Any], chosen: Mapping[int, str], path: str) -> dict[str, Any]:
    places = [*callback["inputs"], *callback["state"]]
    given = [_given(place, chosen.get(number), path) for number, place in enumerate(places)]
    inputs, state = given[: len(callback["inputs"])], given[len(callback["inputs"]) :]
    first = inputs[0][0] if isinstance(inputs[0], list) else inputs[0]
    outputs = _filled(split_callback_id(output))
    return {
        "output": output,
        "outputs": outputs,
        "inputs": inputs,
        "state": state,
        "changedPropIds": [f"{_text(first['id'])}.{first['property']}"],
    }


def _filled(outputs: Any) -> Any:
    """The outputs, with wildcards replaced by concrete ids."""
    if isinstance(outputs, list):
        return [_filled(each) for each in outputs]
    name = str(outputs["id"])
    if not name.startswith("{"):
        return outputs
    filled = {key: "0" if isinstance(part, list) else part for key, part in json.loads(name).items()}
    return {**outputs, "id": filled}


def _given(place: Mapping[str, Any], code: str | None, path: str) -> Any:
    name, prop = str(place["id"]), place["property"]
    if not name.startswith("{"):
        value = path if prop == "pathname" and code is None else _value(prop, code)
        return {"id": name, "property": prop, "value": value}
    pattern = json.loads(name)
    filled = {key: (code or "0") if isinstance(part, list) else part for key, part in pattern.items()}
    one = {"id": filled, "property": prop, "value": 1 if prop == "n_clicks" else _value(prop, code)}
    return [one] if ["ALL"] in pattern.values() else one


def _value(prop: str, code: str | None) -> Any:
    if code is None or prop == "n_clicks":
        return None
    if prop == "pathname":
        return f"/{code}"
    return f"?unit={code}&point_unit={code}" if prop in _ADDRESSES else code


def _text(where: str | Mapping[str, Any]) -> str:
    return where if isinstance(where, str) else json.dumps(where, sort_keys=True, separators=(",", ":"))


def routes(app: Dash, code: str) -> Iterator[Call]:
    """Each route with a unit's code in its path, its query and its form."""
    for rule in app.server.url_map.iter_rules():
        if rule.rule == CALLBACK:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            with app.server.test_request_context():
                path = rule.build(dict.fromkeys(rule.arguments, code), append_unknown=False)
            assert path is not None
            form = {"unit": code} if method != "GET" else None
            query = f"?unit={code}&period=2019&indicator=members"
            yield Call(title=f"{method} {rule.rule}", method=method, path=path[1] + query, form=form)
