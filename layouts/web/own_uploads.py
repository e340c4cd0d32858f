"""The uploads of the requesting account, and how a request identifies one of them."""

from __future__ import annotations

from typing import Any

from flask import abort, request

from data.incoming.uploads import UnknownUpload, Uploads
from data.returns import IntakeMode, SourceFile
from layouts.web.request import site, viewer

UPLOAD_PATH = "/_upload"
"""URL that uploads are posted to."""
_MAX_ID = 2**31 - 1


def viewer_uploads() -> Uploads:
    """The uploads of the signed-in account.

    Raises:
        OutOfScope: the account may not upload.
    """
    return Uploads(site().store, viewer())


def sent_file() -> tuple[SourceFile, IntakeMode]:
    """The file of a request, 400 without one; with `check` it is only checked, else asked about."""
    file = request.files.get("file")
    if file is None:
        abort(400)
    name = "".join(letter for letter in file.filename or "" if letter.isprintable())
    is_check = request.form.get("check", "0") not in {"", "0", "false"}
    mode = IntakeMode.CHECK if is_check else IntakeMode.ASK
    return SourceFile(name=name, content=file.read()), mode


def parse_upload_id(value: Any) -> int:
    """The id of the upload that a request names.

    Raises:
        UnknownUpload: the value is not an upload id.
    """
    text = str(value)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= _MAX_ID):
        raise UnknownUpload
    return int(text)
