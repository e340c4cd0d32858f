"""Builds the application: a Flask server with sign-in and the Dash pages on it; importing has no side effects."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import dash
from dash import Dash
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from data.incoming.uploads import MAX_FILE_BYTES, MEGABYTE
from data.writing.store import Store
from indicators.answers.cache import DEFAULT_BYTES, AnswerCache
from layouts.api import routes
from layouts.frame import scripts, shell
from layouts.pages.registry import PAGES, not_found, render
from layouts.web import callback_guard, downloads, health, metrics, news, paper_downloads, upload_routes
from layouts.web.access import protect, set_headers
from layouts.web.logs import instrument
from layouts.web.request import Site
from layouts.web.services import Services
from layouts.web.warming import Warmer

__all__ = ["Services", "create_app"]

# One workbook plus the multipart envelope.
_REQUEST_LIMIT = MAX_FILE_BYTES + MEGABYTE
# Imported lazily elsewhere; warmed up here so that no request waits for them.
_LATE = ("scipy.special", "statsmodels.tsa.exponential_smoothing.ets")
_HERE = Path(__file__).parent
_INDEX = """<!DOCTYPE html>
<html lang="vi">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<script src="/assets/theme_init.js"></script>
{%early%}
{%css%}
</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def create_app(
    store: Store,
    services: Services,
    *,
    secret_key: str,
    demo: bool = False,
    strict: bool = False,
    proxies: int = 0,
    kept_bytes: int = DEFAULT_BYTES,
    warm: bool = False,
) -> Dash:
    """The application on a store, warmed up and ready to be forked; `app.server` is the WSGI server.

    `demo` lets requests from this machine sign in to the store's accounts without a password. `proxies` is the number
    of reverse proxies whose X-Forwarded-For, -Proto and -Host headers are trusted. `strict` has Dash validate every id
    of every callback against every page, which embeds all pages in each response: for tests. Each process keeps
    `kept_bytes` of answers at most, and asks again after a change if they are to be kept `warm`.
    """
    site = Site(store=store, services=services, demo=demo, cache=AnswerCache(kept_bytes))
    server = _server(secret_key)
    if proxies:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # documented by Flask
            server.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    _register_routes(server, site, warm=warm)
    given: Any = server  # Typed as bool by Dash, which accepts a Flask server too.
    scripts.defer_grid_script()
    scripts.drop_table_script()
    app = scripts.Pages(
        "layouts.app",
        server=given,
        use_pages=True,
        pages_folder="",
        assets_folder=str(_HERE / "assets"),
        assets_ignore=r"theme_init\.js|early\.js|sign_in\.css|plotly-cartesian\.min\.js",
        serve_locally=True,
        index_string=_INDEX,
        title="Theo dõi chỉ tiêu",
        update_title="",
        compress=True,
        suppress_callback_exceptions=not strict,
        include_pages_meta=False,
        use_async=False,
        enable_mcp=False,
        routing_callback_inputs={"shown": dash.State("_pages_store", "data")},
    )
    _register_pages(app)
    app.layout = shell.layout
    shell.register(app)
    callback_guard.guard(app)
    set_headers(server, app.csp_hashes)
    if not strict:
        for library in _LATE:
            import_module(library)
        # Before forking: the first request builds the callback map, and concurrent first requests would race.
        server.test_client().get("/health")
    return app


def _register_routes(server: Flask, site: Site, *, warm: bool) -> None:
    """Adds everything but the pages."""
    site.attach(server)
    instrument(server)
    manager = protect(server, site)
    health.register(server)
    news.register(server)
    if site.store.replica:
        metrics.measure(site.store.replica)
    downloads.register(server)
    paper_downloads.register(server)
    upload_routes.register(server)
    site.upload_reader.register(server)
    if warm:
        Warmer(server, site).register()
    routes.register(server, manager)


def _server(secret_key: str) -> Flask:
    server = Flask("layouts", template_folder=str(_HERE / "templates"), static_folder=None)
    server.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="indicator_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_REQUEST_LIMIT,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        # A tab left open over lunch must still be able to send requests.
        WTF_CSRF_TIME_LIMIT=None,
        # Fastest encodings first: responses are compressed on the fly.
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
    )
    return server


def _register_pages(app: Dash) -> None:
    known: dict[str, Any] = dash.page_registry
    known.clear()
    for order, page in enumerate(PAGES):
        name = f"layouts.pages.{page.code}"
        dash.register_page(
            name, path=page.path, name=page.code, order=order, title=page.title, layout=partial(render, page)
        )
        page.register(app)
    dash.register_page("layouts.pages.not_found_404", path="/404", title="404", layout=not_found)
