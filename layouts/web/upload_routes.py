"""Files in, one a request, and back again marked: each account's own."""

from __future__ import annotations

from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from data.incoming.uploads import UploadError
from data.returns import IntakeMode, OutcomeStatus, SourceFile
from layouts.text import language
from layouts.web.downloads import attachment
from layouts.web.own_uploads import RECEIVE, number_of, sent
from layouts.web.request import site, viewer


def register(server: Flask) -> None:
    """Adds the routes."""
    server.add_url_rule(RECEIVE, "upload", receive, methods=["POST"])
    server.add_url_rule("/download/marked/<upload>", "download_marked", marked)


def receive() -> ResponseReturnValue:
    """Takes a file of a form up, to be read when its turn comes; 422 with the reason where it is not taken."""
    file = request.files.get("file")
    if file is None:
        abort(400)
    name = "".join(letter for letter in file.filename or "" if letter.isprintable())
    mode = IntakeMode.CHECK if request.form.get("check") else IntakeMode.ASK
    try:
        number = sent().add(SourceFile(name=name, content=file.read()), mode)
    except UploadError as refused:
        return jsonify(message=refused.text[language()]), 422
    site().clerk.call()
    return jsonify(upload=number), 202


def marked(upload: str) -> Response:
    """A file with its findings marked; of one that lists people, the list of findings."""
    mine, number = sent(), number_of(upload)
    found, answer = mine.get(number)
    outcome = answer.outcome
    if outcome is None or not outcome.findings:
        abort(404)
    if outcome.lists_people:
        content = b""
    elif outcome.status in {OutcomeStatus.ACCEPTED, OutcomeStatus.SUPERSEDED}:
        content = site().store.reader(viewer()).file(found.sha256).content
    else:
        content = mine.source(number).content
    made = site().services.annotate(SourceFile(name=found.name, content=content), outcome)
    return attachment(made.name, made.content, "application/octet-stream")
