"""The documentation names what exists: links, anchors, files, modules, commands, make targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import typer

from app import commands
from tests.stores import ROOT
from tests.test_newer_store import every_command

DOCUMENTS = sorted(path for folder in (".", "docs", "deploy") for path in (ROOT / folder).glob("*.md"))

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4}.*$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"(?:[\w.-]+/)+[\w.*-]*|[\w-]+\.(?:py|md|toml|po)")
_MODULE = re.compile(r"(?:data|loaders|indicators|layouts|tests)(?:\.\w+)+")
_COMMAND = re.compile(r"(?:python app\.py|^chitieu|&& chitieu)((?: [a-z][a-z|-]*)+)")
_TARGET = re.compile(r"\bmake ([a-z-]+)")

TOP = {path.name for path in ROOT.iterdir()}
MADE_AT_RUN = (".venv/", "var/", "done/", "refused/")
TO_BE_WRITTEN = {"layouts/pages/study.py", "data/forms/b7_study_groups.py"}
"""Files of the recipes' examples."""


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(path)), re.MULTILINE)
    plain = (re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in plain)


def found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    yield from (match.group(1 if pattern.groups else 0) for match in pattern.finditer(text))


def code_of(path: Path) -> Iterator[str]:
    """What stands in backticks or in indented blocks."""
    prose = _FENCE.sub("", text_of(path))
    yield from found(_CODE, prose)
    yield from (match.group().strip() for match in _INDENTED.finditer(prose))


def broken_link(path: Path, link: str) -> bool:
    if "://" in link:
        return False
    file, _, anchor = unquote(link).partition("#")
    target = path.parent / file if file else path
    return not target.exists() or bool(anchor and anchor not in anchors(target))


def test_every_relative_link_and_anchor_leads_somewhere() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in DOCUMENTS
        for link in found(_LINK, _FENCE.sub("", text_of(path)))
        if broken_link(path, link)
    ]
    assert not faults, "\n".join(faults)


def test_every_document_is_linked_from_the_readme() -> None:
    linked = {(ROOT / unquote(link).partition("#")[0]).resolve() for link in found(_LINK, text_of(ROOT / "README.md"))}
    assert [path.name for path in DOCUMENTS if path.resolve() not in linked and path.name != "README.md"] == []


def missing_file(name: str) -> bool:
    """Whether a path of the repository, from its root or from a folder of its own, names nothing."""
    if name.startswith(MADE_AT_RUN) or name in TO_BE_WRITTEN or name.partition("/")[0] not in TOP:
        return False
    return not any(ROOT.glob(name.rstrip("/"))) if "*" in name else not (ROOT / name).exists()


def test_every_file_that_is_named_in_code_exists() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {code}"
        for path in DOCUMENTS
        for code in (word for line in code_of(path) for word in line.split())
        if _FILE.fullmatch(code) and missing_file(code)
    ]
    assert not faults, "\n".join(faults)


def missing_module(name: str) -> bool:
    """Whether no module is named so, nor something that a module defines."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if place.is_dir() or file.is_file():
            rest = parts[length:]
            return bool(rest) and not re.search(rf"\b{rest[0]}\b", text_of(file) if file.is_file() else "")
    return True


def test_every_module_that_is_named_in_code_exists() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in DOCUMENTS
        for code in code_of(path)
        for name in found(_MODULE, code)
        if missing_module(name)
    ]
    assert not faults, "\n".join(faults)


def test_every_command_that_is_named_exists_and_every_command_is_named() -> None:
    known = {words for words, _ in every_command(typer.main.get_command(commands))}
    groups = {words[:length] for words in known for length in range(1, len(words))}
    named: dict[tuple[str, ...], str] = {}
    for path in DOCUMENTS:
        for code in code_of(path):
            for line in found(_COMMAND, code.replace("\\|", "|")):
                *above, last = line.split()
                named |= {(*above, word): str(path.relative_to(ROOT)) for word in last.split("|")}

    def known_part(words: tuple[str, ...]) -> tuple[str, ...]:
        """A command may be followed by arguments; a group is followed by one of its commands."""
        return next((words[:length] for length in range(len(words), 0, -1) if words[:length] in known | groups), ())

    faults = [f"{file}: {' '.join(words)}" for words, file in named.items() if not known_part(words)]
    assert not faults, "\n".join(faults)
    unnamed = known - {known_part(words) for words in named}
    assert not unnamed, f"docs/commands.md names no {sorted(' '.join(words) for words in unnamed)}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    faults = [
        f"{path.relative_to(ROOT)}: make {name}"
        for path in DOCUMENTS
        for code in code_of(path)
        for name in found(_TARGET, code)
        if name not in targets
    ]
    assert not faults, "\n".join(faults)


def test_every_environment_variable_is_documented() -> None:
    settings = set(re.findall(r"^    (\w+): .* = ", text_of(ROOT / "data" / "settings.py"), re.MULTILINE))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(ROOT / "docs" / "commands.md"), re.MULTILINE))
    assert documented == {name.upper() for name in settings} | {"APP_LANGUAGE"}


def test_pre_commit_runs_what_lint_runs() -> None:
    makefile = text_of(ROOT / "Makefile")
    parts = re.findall(r"^lint: (\w+) (\w+)", makefile, re.MULTILINE)[0]
    recipes = "".join(makefile.partition(f"\n{part}:")[2].partition("\n\n")[0] for part in parts)
    programs = re.findall(r"\$\(BIN\)/([\w-]+(?: (?:check|format --check))?)", recipes)
    entries = re.findall(r"entry: \.venv/bin/(.+)", text_of(ROOT / ".pre-commit-config.yaml"))
    assert programs
    assert [program for program in programs if not any(entry.startswith(program) for entry in entries)] == []
