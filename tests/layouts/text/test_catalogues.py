"""The message catalogues: both languages have the same keys and places, no key is missing, none is left over."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from data.language import Language
from layouts.text import CATALOGUE

LAYOUTS = Path(__file__).parents[3] / "layouts"


def used() -> Iterator[tuple[str, bool]]:
    """Keys in calls of t, and whether the key is only the beginning of one (an f-string)."""
    for path in LAYOUTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    yield str(key.value), False
                elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    yield str(key.values[0].value), True
    for path in LAYOUTS.rglob("*.html"):
        for found in re.finditer(r'\bt\("([^"]+)"\)', path.read_text(encoding="utf-8")):
            yield found[1], False


def test_both_languages_have_the_same_keys() -> None:
    assert CATALOGUE.messages[Language.VI].keys() == CATALOGUE.messages[Language.EN].keys()


@pytest.mark.parametrize("speech", Language)
def test_no_key_stands_twice(speech: Language) -> None:
    written = (CATALOGUE.folder / f"{speech}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', written, re.MULTILINE)
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def places(language: Language, key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(CATALOGUE.messages[language][key]) if name}


def test_both_languages_fill_the_same_places() -> None:
    keys = CATALOGUE.messages[Language.VI]
    assert [key for key in keys if places(Language.VI, key) != places(Language.EN, key)] == []


def test_every_key_that_the_pages_use_is_there() -> None:
    known = CATALOGUE.messages[Language.VI].keys()
    missing = {key for key, begins in used() if not (any(k.startswith(key) for k in known) if begins else key in known)}
    assert missing == set()


def test_every_key_is_used() -> None:
    whole = {key for key, begins in used() if not begins}
    beginnings = tuple(key for key, begins in used() if begins)
    assert {k for k in CATALOGUE.messages[Language.VI] if k not in whole and not k.startswith(beginnings)} == set()
