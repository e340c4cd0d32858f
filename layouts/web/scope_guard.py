"""Notices a district account that names another's organisation anywhere in a request, before anything answers it.

What a reader gets is decided where data is read; this has every such request refused and logged, whether or not the
page that it was sent to would have looked at the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from flask import request

from data.reading.queries import Reader

# A password is nobody's business.
_NOT_LOOKED_AT = frozenset({"password", "old", "new", "again", "csrf_token"})
_LONGEST = 4000
# Shorter ones would be taken for numbers and letters that mean something else.
_SHORTEST_CODE = 3
_NAMES = re.compile(r"[^\s?&=|,;:\"'{}\[\]()<>/#]+")


def refuse_foreign(reader: Reader, body: Any) -> None:
    """Looks through address, form and JSON body of the request.

    Raises:
        OutOfScope: an organisation is named that never belonged to the reader's branch.
    """
    if reader.viewer.unit is None:
        return
    known = reader.registry.ids
    for text in _texts(body):
        for name in _NAMES.findall(unquote_plus(text[:_LONGEST])):
            if len(name) >= _SHORTEST_CODE and name in known:
                reader.unit(name)


def _texts(body: Any) -> Iterator[str]:
    yield request.path
    yield from request.args.values()
    yield from (value for name, value in request.form.items() if name not in _NOT_LOOKED_AT)
    waiting = [body]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, list):
            waiting += found
        elif isinstance(found, dict) and found.get("property") not in _NOT_LOOKED_AT:
            waiting += (value for name, value in found.items() if name not in _NOT_LOOKED_AT)
