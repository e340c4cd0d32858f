"""Rejects requests of district accounts that name an organisation outside their scope, anywhere in the request.

Scope is enforced where data is read; this check makes sure that every attempt is refused and logged, whether or not
the requested page uses the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from flask import request

from data.reading.queries import Reader

# Passwords are never inspected.
_IGNORED_FIELDS = frozenset({"password", "old", "new", "again", "csrf_token"})
_MAX_TEXT_LENGTH = 4000
# Shorter codes would match numbers and letters with other meanings.
_MIN_CODE_LENGTH = 3
_CODE = re.compile(r"[^\s?&=|,;:\"'{}\[\]()<>/#]+")


def reject_out_of_scope(reader: Reader, body: Any) -> None:
    """Checks URL, form and JSON body of the request.

    Raises:
        OutOfScope: the request names an organisation that never belonged to the reader's branch.
    """
    if reader.viewer.unit is None:
        return
    own_ids = reader.registry.ids
    for text in _texts(body):
        for name in _CODE.findall(unquote_plus(text[:_MAX_TEXT_LENGTH])):
            if len(name) >= _MIN_CODE_LENGTH and name in own_ids:
                reader.unit(name)


def _texts(body: Any) -> Iterator[str]:
    yield request.path
    yield from request.args.values()
    yield from (value for name, value in request.form.items() if name not in _IGNORED_FIELDS)
    stack = [body]
    while stack:
        found = stack.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            stack += found
        elif isinstance(found, dict) and found.get("property") not in _IGNORED_FIELDS:
            stack += (value for name, value in found.items() if name not in _IGNORED_FIELDS)
