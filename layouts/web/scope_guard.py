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
_IGNORED_FIELDS = frozenset({"password", "old", "new", "again", "csrf_token"})
_MAX_TEXT_LENGTH = 4000
# Shorter ones would be taken for numbers and letters that mean something else.
_MIN_CODE_LENGTH = 3
_CODE = re.compile(r"[^\s?&=|,;:\"'{}\[\]()<>/#]+")


def reject_out_of_scope(reader: Reader, body: Any) -> None:
    """Looks through address, form and JSON body of the request.

    Raises:
        OutOfScope: an organisation is named that never belonged to the reader's branch.
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
