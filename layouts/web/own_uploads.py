"""The files that the reader who asks has sent, and how a request names one of them."""

from __future__ import annotations

from typing import Any

from data.incoming.uploads import UnknownUpload, Uploads
from layouts.web.request import site, viewer

UPLOAD_PATH = "/_upload"
"""Where a file is sent to."""
_MAX_ID = 2**31 - 1


def viewer_uploads() -> Uploads:
    """What the reader has sent.

    Raises:
        OutOfScope: the reader may send nothing.
    """
    return Uploads(site().store, viewer())


def parse_upload_id(value: Any) -> int:
    """The number of an upload that a request names.

    Raises:
        UnknownUpload: it is none.
    """
    text = str(value)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= _MAX_ID):
        raise UnknownUpload
    return int(text)
