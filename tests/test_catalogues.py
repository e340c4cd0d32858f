"""User-facing text lives in message catalogues: same keys and placeholders in both languages, all present and used."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from data.language import Language, MessageCatalogue
from tests.stores import ROOT

PACKAGES = ("data", "indicators", "layouts", "loaders", "app.py")
# A module uses the nearest catalogue above it; app.py uses that of the commands.
CATALOGUES: Mapping[str, MessageCatalogue] = {
    "app.py": MessageCatalogue(ROOT / "layouts/console"),
    "data": MessageCatalogue(ROOT / "data/text"),
    "layouts": MessageCatalogue(ROOT / "layouts/text"),
    "layouts/console": MessageCatalogue(ROOT / "layouts/console"),
    "layouts/documents": MessageCatalogue(ROOT / "layouts/documents"),
    "layouts/documents/report": MessageCatalogue(ROOT / "layouts/documents/report"),
    "loaders": MessageCatalogue(ROOT / "loaders/text"),
}
EACH = {catalogue.folder: catalogue for catalogue in CATALOGUES.values()}.values()
MESSAGE_FUNCTIONS = frozenset({"both", "note", "say", "_say", "sentence", "t"})
VIETNAMESE = re.compile(r"[à-ãè-êìíò-õùúýăđĩũơưạ-ỹ]", re.IGNORECASE)


@cache
def sources() -> Mapping[Path, ast.Module]:
    """All modules of the project except frozen migrations."""
    files = [file for name in PACKAGES for file in ([ROOT / name] if name == "app.py" else (ROOT / name).rglob("*.py"))]
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files if "migrations" not in file.parts}


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}"


def own_catalogue(file: Path) -> MessageCatalogue:
    path = file.relative_to(ROOT).as_posix()
    return CATALOGUES[max((folder for folder in CATALOGUES if path.startswith(folder)), key=len)]


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def texts(node: ast.AST) -> list[str]:
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def users_faults() -> set[str]:
    """Exception classes whose messages users read."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for module in sources().values()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    found = {"UserError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def literal_keys() -> Iterator[tuple[Path, ast.Call, str]]:
    """Calls with a literal message key."""
    for file, module in sources().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and name_of(node.func) in MESSAGE_FUNCTIONS and node.args:
                key = node.args[0]
                for each in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield file, node, each.value


@cache
def key_candidates() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """All string literals that may be keys, and patterns of f-strings that build keys."""
    whole = {text for module in sources().values() for text in texts(module)}
    for page in (ROOT / "layouts").rglob("*.html"):
        whole |= set(re.findall(r'\bt\("([^"]+)"\)', page.read_text(encoding="utf-8")))
    joined = (node for module in sources().values() for node in ast.walk(module) if isinstance(node, ast.JoinedStr))
    patterns = {"".join(pattern_of(part) for part in node.values) for node in joined}
    # An f-string without literal text would match every key.
    return frozenset(whole), tuple(re.compile(p) for p in patterns if re.search("[a-z]{3}", p))


def pattern_of(part: ast.expr) -> str:
    return re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else r"[\w.]+"


def placeholders_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("catalogue", EACH, ids=lambda catalogue: catalogue.folder.relative_to(ROOT).as_posix())
def test_both_languages_have_the_same_unique_keys_and_placeholders(catalogue: MessageCatalogue) -> None:
    vi, en = catalogue.messages[Language.VI], catalogue.messages[Language.EN]
    lacking = [f"add {key} to vi.po" for key in en.keys() - vi] + [f"add {key} to en.po" for key in vi.keys() - en]
    assert not lacking, "\n".join(lacking)
    for language in Language:
        lines = (catalogue.folder / f"{language}.po").read_text(encoding="utf-8")
        keys = Counter(re.findall(r'^msgid "(.+)"$', lines, re.MULTILINE))
        assert [key for key, count in keys.items() if count > 1] == []
        assert len(re.findall("^msgstr ", lines, re.MULTILINE)) == len(re.findall("^msgid ", lines, re.MULTILINE))
    assert [key for key in vi if placeholders_of(vi[key]) != placeholders_of(en[key])] == []


@pytest.mark.parametrize("catalogue", EACH, ids=lambda catalogue: catalogue.folder.relative_to(ROOT).as_posix())
def test_every_key_is_used(catalogue: MessageCatalogue) -> None:
    whole, patterns = key_candidates()
    left = catalogue.messages[Language.VI].keys() - whole
    unused = sorted(key for key in left if not any(pattern.fullmatch(key) for pattern in patterns))
    assert not unused, f"no code asks for these keys: {', '.join(unused)}"


def test_every_literal_key_is_in_the_catalogue_of_its_package() -> None:
    missing = [
        f"{place(file, node)}: add {key} to vi.po and en.po in {own_catalogue(file).folder.relative_to(ROOT)}"
        for file, node, key in literal_keys()
        if key not in own_catalogue(file).messages[Language.VI]
    ]
    assert not missing, "\n".join(missing)


def test_messages_of_users_faults_come_from_a_catalogue() -> None:
    faults = users_faults()
    assert {"OutOfScope", "PeriodError", "InvalidUsage"} <= faults
    given = (
        (file, text)
        for file, module in sources().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and name_of(node.func) in faults
        for text in node.args
    )
    assert [place(file, text) for file, text in given if texts_of_ours(text)] == []


def texts_of_ours(node: ast.AST) -> bool:
    """Whether an expression contains literal text that is neither a message key nor a placeholder value."""
    if isinstance(node, ast.Call) and name_of(node.func) in MESSAGE_FUNCTIONS:
        return False
    written_here = isinstance(node, ast.JoinedStr) or bool(isinstance(node, ast.Constant) and node.value)
    return written_here or any(map(texts_of_ours, ast.iter_child_nodes(node)))


def test_no_raise_contains_vietnamese() -> None:
    raises = ((f, n) for f, module in sources().items() for n in ast.walk(module) if isinstance(n, ast.Raise))
    assert [place(file, node) for file, node in raises if VIETNAMESE.search(" ".join(texts(node)))] == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 return"),
        (0, "0 returns"),
        (21, "21 returns"),
        ("1.001", "1.001 returns"),
        ("link-12|1", "link-12|1 return"),
    ],
)
def test_a_noun_goes_with_its_count(tmp_path: Path, count: object, said: str) -> None:
    """A count may be written, or be preceded by the address that it leads to."""
    for language in Language:
        (tmp_path / f"{language}.po").write_text('msgid "n"\nmsgstr "{n} {n:return|returns}"\n', encoding="utf-8")
    assert MessageCatalogue(tmp_path).say("n", Language.EN, n=count) == said
