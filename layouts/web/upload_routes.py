"""Uploads, one file per request, and downloads of the account's own files with findings marked."""

from __future__ import annotations

from flask import Flask, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from data.incoming.uploads import UploadError
from data.returns import OutcomeStatus, SourceFile
from layouts.text import language
from layouts.web.downloads import attachment
from layouts.web.own_uploads import UPLOAD_PATH, parse_upload_id, sent_file, viewer_uploads
from layouts.web.request import site, viewer


def register(server: Flask) -> None:
    """Adds the routes."""
    server.add_url_rule(UPLOAD_PATH, "upload", receive, methods=["POST"])
    server.add_url_rule("/download/marked/<upload>", "download_marked", marked)


def receive() -> ResponseReturnValue:
    """Queues an uploaded file; 422 with the reason if it is rejected."""
    source, mode = sent_file()
    try:
        number = viewer_uploads().add(source, mode)
    except UploadError as error:
        return jsonify(message=error.text[language()]), 422
    site().upload_reader.notify()
    return jsonify(upload=number), 202


def marked(upload: str) -> Response:
    """The annotated copy of a file; the list of findings alone if the file lists people."""
    uploads, number = viewer_uploads(), parse_upload_id(upload)
    found, answer = uploads.get(number)
    outcome = answer.outcome
    if outcome is None or not outcome.findings:
        abort(404)
    if outcome.lists_people:
        content = b""
    elif outcome.status in {OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED}:
        content = site().store.reader(viewer()).file(found.sha256).content
    else:
        content = uploads.source(number).content
    made = site().services.annotate(SourceFile(name=found.name, content=content), outcome, language())
    return attachment(made.name, made.content, "application/octet-stream")
