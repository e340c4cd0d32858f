"""Downloads of documents: the periodic report as .docx or PDF, and letters to the units in one archive."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from flask import Flask, Response, abort, request

from data.viewers import OutOfScope, Role
from layouts.documents.report.letters import feedback, reminders
from layouts.documents.report.pdf import pdf
from layouts.documents.report.request import READERS, composed, profile
from layouts.documents.report.word import word
from layouts.text import both, t
from layouts.views.ask import Ask
from layouts.web.downloads import attachment
from layouts.web.request import ask

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_LETTERS = {"reminder": reminders, "feedback": feedback}
_SENDERS = frozenset({Role.BOARD, Role.ADMIN})


def register(server: Flask) -> None:
    """Adds the routes."""
    server.add_url_rule("/download/report.<kind>", "download_report", periodic)
    server.add_url_rule("/download/letters.zip", "download_letters", letters)


def periodic(kind: str) -> Response:
    """The report for the same query."""
    if kind not in _TYPES:
        abort(404)
    asked = _asked(READERS)
    made = composed(asked)
    content = word(made) if kind == "docx" else pdf(made, asked.language)
    return attachment(f"{t('report.file')}_{asked.period.code}.{kind}", content, _TYPES[kind])


def letters() -> Response:
    """An archive with a letter to each unit concerned."""
    asked, kind = _asked(_SENDERS), request.args.get("kind", "")
    if kind not in _LETTERS:
        abort(404)
    reader = asked.reader
    if reader.as_of is None:
        reader = asked.at_instant(datetime.now(UTC)).reader
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit, letter in _LETTERS[kind](reader, asked.period, profile=profile(asked), language=asked.language):
            archive.writestr(f"{unit.code}.docx", word(letter))
    name = f"{t(f'report.letters_file_{kind}')}_{asked.period.code}.zip"
    return attachment(name, stream.getvalue(), "application/zip")


def _asked(roles: frozenset[Role]) -> Ask:
    asked = ask(request.args.to_dict())
    if asked.reader.viewer.role not in roles:
        raise OutOfScope(both("notice.message_403"))
    return asked
