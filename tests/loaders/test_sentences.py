"""Every message that a sheet can trigger appears verbatim in a test."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from data.forms.builtin import VERSIONS
from data.language import Language
from loaders.messages import MESSAGES
from tests.stores import ROOT

READERS = ("intake.py", "reading.py", "sheets/*.py", "returns/*.py", "registers/*.py", "vietnamese/numbers.py")


def strings(path: Path) -> Iterator[str]:
    """The string literals in a module, after concatenation."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


def asked() -> list[str]:
    """Keys of the messages used by the readers of sheets and by rules."""
    named = {text for name in READERS for path in (ROOT / "loaders").glob(name) for text in strings(path)}
    named |= {rule.code for versions in VERSIONS.values() for form in versions for rule in form.checks}
    named |= {f"{key}_suggested" for key in named}
    spoken = {key for key, text in MESSAGES.messages[Language.VI].items() if text.endswith((".", "?", ": {known}."))}
    return sorted(named & spoken)


def written() -> str:
    """Every string literal in the tests of this package."""
    folder = Path(__file__).parent
    texts = [text for path in sorted(folder.rglob("*.py")) for text in strings(path)]
    return "\n".join([*texts, *(path.read_text(encoding="utf-8") for path in folder.rglob("*.tsv"))])


def pattern(key: str) -> str:
    parts = string.Formatter().parse(MESSAGES.messages[Language.VI][key])
    return "".join(re.escape(text) + (".+?" if name is not None else "") for text, name, _, _ in parts)


def test_each_sentence_stands_whole_in_a_test() -> None:
    text = written()
    assert [key for key in asked() if not re.search(pattern(key), text)] == []
