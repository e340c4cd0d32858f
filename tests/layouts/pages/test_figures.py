"""Each number leads to itself: the page that a figure links to states it first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from plotly.io.json import to_json_plotly

from data.language import Language
from data.writing.store import Store
from layouts.pages import report
from layouts.pages.registry import PAGES
from layouts.text import set_language
from layouts.views.figure_links import anchored, pieces, plain
from layouts.web.request import COOKIE, ask
from tests.browser import enter, headline
from tests.layouts.conftest import MakeApp, SignIn, asking
from tests.layouts.pages.test_pages import components, shown, text_of, visible

NUMBER = re.compile(r"\d[\d.,]*(?:/\d[\d.,]*)?")
DAY = r"\d\d/\d\d/\d{4}|\d+ [A-Z][a-z]{2,3} \d{4}"
ALONE = r"(?<=, )\d{4}(?=[,:])|^\d{4}[,:]"
YEAR = rf"(quý [IV]+ )?năm \d{{4}}|(quarter \d of|year|of|in) \d{{4}}|\d{{4}}–\d{{4}}|\d{{4}} against \d{{4}}|{ALONE}"
PERIOD = re.compile(f"{DAY}|{YEAR}|Q\\d/\\d{{4}}", re.IGNORECASE)


def first_number(text: str) -> str:
    """The first number of a text that is no part of a period's name; "96 of 181" is "96/181"."""
    told = PERIOD.sub("", text.replace("1.000 lao động", "").replace("per 1,000", ""))
    found = NUMBER.search(re.sub(r"(\d) of (\d)", r"\1/\2", told))
    return found[0].rstrip(".,") if found else ""


def states(said: str, number: str) -> bool:
    """Whether a number stands first in a sentence, alone or as the first part of "96/181"."""
    return first_number(said) == number or first_number(said).partition("/")[0] == number


def figures(tree: object) -> Iterator[tuple[str, str]]:
    """The text and the address of each figure that is a link."""
    for part in components(tree):
        if part["type"] == "Link" and part["props"].get("className") == "figure":
            yield visible(part), part["props"]["href"]


def test_a_sentence_gives_its_anchored_figures_back() -> None:
    said = f"năm 2019: {anchored('70,4 %', '/trend?period=2019')}, kế hoạch {anchored('75 %', '/plans')}"
    assert plain(said) == "năm 2019: 70,4 %, kế hoạch 75 %"
    assert [*pieces(said)] == [
        ("năm 2019: ", ""),
        ("70,4 %", "/trend?period=2019"),
        (", kế hoạch ", ""),
        ("75 %", "/plans"),
    ]


@pytest.mark.parametrize(
    ("language", "search"),
    [
        (Language.VI, ""),
        (Language.VI, "?period=2020-Q2&unit=H01"),
        (Language.VI, "?period=2019"),
        (Language.VI, "?period=2012"),
        (Language.EN, "?period=2020-Q3"),
    ],
)
def test_every_figure_of_the_start_page_stands_first_on_its_own_page(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, language: Language, search: str
) -> None:
    client = sign_in(make_app(tiny_store), "board")
    client.set_cookie(COOKIE, language)
    found = dict.fromkeys(figures(shown(client, "/", search)))
    assert len(found) > 3
    led = {href: said(shown(client, *parted(href))) for _, href in found}
    wrong = {(text, href): led[href] for text, href in found if not states(led[href], first_number(text))}
    assert wrong == {}


@pytest.mark.parametrize(("language", "period"), [(Language.VI, "2020-Q3"), (Language.EN, "2019")])
def test_every_figure_of_the_reports_preview_stands_first_on_its_own_page(
    make_app: MakeApp, sign_in: SignIn, tiny_store: Store, language: Language, period: str
) -> None:
    app = make_app(tiny_store)
    client = sign_in(app, "board")
    client.set_cookie(COOKIE, language)
    with asking(app, "board"):
        set_language(language)
        asked = replace(ask(f"?period={period}"), language=language)
        paper = json.loads(to_json_plotly(report.view(asked).paper))
    found = dict.fromkeys(figures(paper))
    assert len(found) > 50
    by_kind = {kind(href): (text, href) for text, href in found}
    led = {href: said(shown(client, *parted(href))) for _, href in by_kind.values()}
    wrong = {(text, href): led[href] for text, href in by_kind.values() if not states(led[href], first_number(text))}
    assert wrong == {}


def kind(href: str) -> tuple[str, ...]:
    """The page of an address, and what is said there."""
    query = parse_qs(urlsplit(href).query)
    return (urlsplit(href).path, *(query.get(name, [""])[0] for name in ("figure", "state")))


def parted(href: str) -> tuple[str, str]:
    path = urlsplit(href)
    return path.path, f"?{path.query}"


def said(tree: object) -> str:
    """The headline of a page."""
    return visible(next(part for part in components(tree) if part["type"] == "H1"))


def test_corrections_are_shown_with_what_they_changed(make_app: MakeApp, sign_in: SignIn, tiny_store: Store) -> None:
    tree = shown(sign_in(make_app(tiny_store), "board"), "/returns", "?corrected=2020-07-30")
    assert said(tree).startswith("1 báo cáo được sửa từ 30/07/2020: ")
    assert re.search(r"Q3/2020, .+: từ \S+ thành \S+", visible(tree))


@pytest.mark.parametrize("path", [page.path for page in PAGES if page.has_context])
def test_no_anchor_is_left_in_a_page(make_app: MakeApp, sign_in: SignIn, tiny_store: Store, path: str) -> None:
    assert not re.search("[\ue000-\ue002]", text_of(shown(sign_in(make_app(tiny_store), "board"), path)))


def test_a_click_on_a_figure_opens_the_page_that_states_it_first(page: Page, served: str) -> None:
    enter(page, served, "/")
    links = page.locator("a.figure")
    expect(links.first).to_be_visible()
    # One figure for each page that figures lead to: the tests without a browser follow every one, in each language.
    by_page = {urlsplit(link.get_attribute("href") or "").path: place for place, link in enumerate(links.all())}
    assert len(by_page) > 4
    for place in by_page.values():
        number, before = first_number(links.nth(place).inner_text()), headline(page).inner_text()
        links.nth(place).click()
        expect(headline(page)).not_to_have_text(before)
        assert states(headline(page).inner_text(), number), (number, page.url)
        page.go_back()
        expect(links.nth(place)).to_be_visible()
