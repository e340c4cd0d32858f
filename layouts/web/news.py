"""News: open pages learn whether the data that they show has changed, by a poll that is nearly free.

A poll and not server-sent events, because an open stream would hold one of the few threads of a worker for as long as
its page is open, while an unchanged answer is a 304 without a body.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask, Response, after_this_request, current_app, request

from layouts.views.ask import Ask
from layouts.web.request import ask
from layouts.web.sessions import NEWS

SHOWN = "X-Data-Shown"
"""Response header with the tag of the data that a page has been filled with."""


def register(server: Flask) -> None:
    """Adds the address that open pages poll with the tag of the data that they show."""
    server.add_url_rule(NEWS, "news", _news)


def _news() -> Response:
    answer = Response(status=204, mimetype="text/plain")
    answer.set_etag(_tag(ask(None)))
    answer.cache_control.private, answer.cache_control.no_cache = True, True
    answer.make_conditional(request)
    return answer


def tell_shown(asked: Ask) -> None:
    """Adds the tag of the reader's data to the response, before the page is filled with it.

    As of an instant nothing changes any more: such a page is not told of news.
    """
    if asked.as_of is not None:
        return
    tag = f'"{_tag(asked)}"'

    @after_this_request
    def add(response: Response) -> Response:
        response.headers[SHOWN] = tag
        return response


def _tag(asked: Ask) -> str:
    """A tag for each state of what the reader may see, from which nobody can tell how much else has changed."""
    state = repr((asked.reader.latest_news, asked.reader.viewer.unit)).encode()
    return hmac.new(str(current_app.secret_key).encode(), state, hashlib.sha256).hexdigest()[:32]
