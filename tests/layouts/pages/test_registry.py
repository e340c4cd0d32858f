"""The page registry: each page has a name in both languages, an icon, a unique code and path."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from data.language import Language
from layouts.pages.registry import PAGES
from layouts.text import CATALOGUE

ICONS = Path(__file__).parents[3] / "layouts" / "assets" / "icons.css"


def test_each_page_has_its_name_in_both_languages() -> None:
    missing = [
        f"the page {page.code!r} has no name: add page.{page.code} to layouts/text/{speech}.po"
        for page in PAGES
        for speech in Language
        if not CATALOGUE.messages[speech].get(f"page.{page.code}", "").strip()
    ]
    assert not missing, "\n".join(missing)


def test_each_page_has_an_icon() -> None:
    drawn = set(re.findall(r"^\.icon-([a-z_-]+) \{", ICONS.read_text(encoding="utf-8"), re.MULTILINE))
    missing = [
        f"the page {page.code!r} has no icon: add .icon-{page.code} to layouts/assets/icons.css"
        for page in PAGES
        if page.code not in drawn
    ]
    assert not missing, "\n".join(missing)


def test_codes_and_paths_of_pages_are_unique() -> None:
    for named in ([page.code for page in PAGES], [page.path for page in PAGES]):
        assert [name for name, count in Counter(named).items() if count > 1] == []
