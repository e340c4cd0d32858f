"""The server asks again by itself what was asked before a return, for who may still see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import enumerate as threads
from typing import Any

import pytest
from dash import Dash

from data.people.accounts import Accounts
from data.upkeep.standings import lacking_standings, make_standings
from data.viewers import SYSTEM
from data.writing.store import Store
from indicators.answers.cache import AnswerCache
from indicators.answers.cell_standings import RULE
from layouts.app import create_app
from layouts.pages.overview.page import view
from layouts.parts.page import cached_view
from layouts.web.request import Site, ask
from layouts.web.warming import Warmer
from loaders.workbook_services import WorkbookServices
from tests.browser import wait_for_uploads
from tests.layouts.conftest import MakeApp, SignIn, accounts, asking
from tests.stores import Database, NewDatabase


@pytest.fixture
def pages(make_app: MakeApp, own_province: Store) -> Dash:
    return make_app(own_province)


@pytest.fixture
def site(pages: Dash) -> Site:
    found: Site = pages.server.extensions["indicator_site"]
    return found


@pytest.fixture
def warmer(pages: Dash, site: Site) -> Iterator[Warmer]:
    made = Warmer(pages.server, site)
    made.step()
    yield made
    made.stop()


def open_overview(pages: Dash, account: str) -> Any:
    """What an account's reader sees of Tổng quan."""
    with asking(pages, account):
        return cached_view(ask(None), view)


def change(store: Store) -> None:
    """Changes everything, and no figure."""
    store.set_threshold("deadline_days", "30", viewer=SYSTEM, reason="thử")


def is_warm(pages: Dash, cache: AnswerCache, account: str) -> bool:
    before = cache.misses
    open_overview(pages, account)
    return cache.misses == before


def test_after_a_change_the_next_reader_finds_the_answer_made(pages: Dash, site: Site, warmer: Warmer) -> None:
    for account in ("board", "district1"):
        open_overview(pages, account)
    change(site.store)
    assert warmer.step() == 2
    assert [is_warm(pages, site.cache, account) for account in ("board", "district1")] == [True, True]
    assert warmer.step() == 0


def test_standings_that_a_change_has_forgotten_are_made_at_once(
    make_app: MakeApp, tiny_database: Database, new_database: NewDatabase
) -> None:
    with new_database("sqlite", tiny_database("sqlite")) as url, closing(Store.open(url, rule=RULE)) as store:
        server = make_app(store).server
        warmer = Warmer(server, server.extensions["indicator_site"])
        make_standings(store)
        warmer.step()
        store.set_threshold("small_cell_size", "14", viewer=SYSTEM, reason="thử")
        assert lacking_standings(store)
        warmer.step()
        wait_for_uploads()
        assert not lacking_standings(store)


def test_what_was_asked_of_the_whole_comes_first(pages: Dash, site: Site, warmer: Warmer) -> None:
    for account in ("board", "district1"):
        open_overview(pages, account)
    change(site.store)
    whose = Accounts(site.store).get("district1")
    assert whose is not None
    assert [asked.viewer.unit for asked in warmer._stale()] == [None, whose.viewer.unit]


def test_nothing_is_asked_for_an_account_that_is_gone(pages: Dash, site: Site, warmer: Warmer) -> None:
    open_overview(pages, "district2")
    Accounts(site.store).disable("district2")
    change(site.store)
    assert warmer.step() == 0


def test_what_the_server_asks_itself_does_not_count_as_asked(
    pages: Dash, site: Site, warmer: Warmer, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_overview(pages, "board")
    change(site.store)
    warmer.step()
    monkeypatch.setattr("layouts.web.warming._RECENT", 0.0)
    change(site.store)
    assert warmer.step() == 0


def test_the_thread_begins_with_a_reader_s_request_and_ends_when_told(own_province: Store, sign_in: SignIn) -> None:
    accounts(own_province)
    pages = create_app(own_province, WorkbookServices(own_province), secret_key="for tests only", warm=True)
    warmer: Warmer = pages.server.extensions["warmer"]
    client = sign_in(pages, "board")
    assert client.get("/health").status_code == 200
    begun = [each.name for each in threads()].count("warmer")
    client.get("/")
    assert ([each.name for each in threads()].count("warmer"), begun) == (1, 0)
    assert warmer._under_way == 0
    warmer.stop()
    assert "warmer" not in [each.name for each in threads()]
