"""The house rules: imports go one way, in no circle, with nothing done on the way; nothing grows too large."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("data", "indicators", "layouts", "loaders")
MODULE_LINES, FUNCTION_LINES = 400, 60


def imported(path: Path, modules: Container[str] = ()) -> Iterator[str]:
    """What a file imports: modules where they are known, else whatever stands behind `from`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in modules else node.module for name in inside)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports() -> Mapping[str, set[str]]:
    """What each module imports of ours: named modules, and the packages that Python runs on the way to them."""
    modules = {module_of(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        named = {name for name in imported(path, modules) if name in modules}
        on_the_way = {parent for name in named for parent in parents(name) if not module.startswith(f"{parent}.")}
        graph[module] = (named | on_the_way) - {module}
    return graph


def parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    yield from (".".join(parts[:length]) for length in range(1, len(parts)))


def circles(graph: Mapping[str, set[str]]) -> list[str]:
    """What is left after taking away, again and again, whatever imports nothing that is still there."""
    left = {module: set(needed) for module, needed in graph.items()}
    while free := {module for module, needed in left.items() if not needed & left.keys()}:
        left = {module: needed for module, needed in left.items() if module not in free}
    # Modules that only look at a circle are not of it.
    while outside := left.keys() - {name for needed in left.values() for name in needed}:
        left = {module: needed for module, needed in left.items() if module not in outside}
    return [f"{module} -> {', '.join(sorted(needed & left.keys()))}" for module, needed in sorted(left.items())]


def test_no_module_imports_in_a_circle() -> None:
    assert circles(imports()) == []


def test_a_circle_is_found_and_told() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b -> c", "c -> b"]


def test_no_room_imports_in_a_circle() -> None:
    """A room is a package directly below one of the four folders; modules beside the rooms are their own."""
    modules = imports()
    rooms: dict[str, set[str]] = {}
    for module, needed in modules.items():
        rooms.setdefault(room(module, modules), set()).update(room(name, modules) for name in needed)
    assert circles({name: needed - {name} for name, needed in rooms.items()}) == []


def room(module: str, modules: Mapping[str, set[str]]) -> str:
    place = ".".join(module.split(".")[:2])
    return place if place in modules else module


@pytest.mark.parametrize(("folder", "most"), [("data", 12), ("loaders", 12), ("indicators", 6), ("layouts", 12)])
def test_few_modules_lie_beside_the_rooms(folder: str, most: int) -> None:
    assert len(list((ROOT / folder).glob("*.py"))) <= most


def test_modules_and_functions_are_short() -> None:
    long: list[str] = []
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > MODULE_LINES:
            long.append(f"{module_of(path)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                long += [f"{module_of(path)}.{node.name}: {lines} lines"] if lines > FUNCTION_LINES else []
    assert long == []


OF_EACH_PAGE = frozenset({"Ids", "View"})
"""What each page has one of, under one name; names with an underscore are seen by their module alone."""


def test_no_two_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name not in OF_EACH_PAGE:
                places.setdefault(node.name, []).append(module_of(path))
    assert {name: sorted(modules) for name, modules in places.items() if len(modules) > 1} == {}


def test_nothing_imports_the_entry_that_sees_all() -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    assert [path for path in files if "app" in imported(path)] == []


def test_the_program_answers_help_without_database_pages_or_frames() -> None:
    heavy = "{'dash', 'pandas', 'sqlalchemy', 'flask', 'plotly', 'statsmodels', 'pyarrow'}"
    script = f"import app, sys; print(sorted({heavy} & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"


def test_importing_every_module_does_nothing_else(tmp_path: Path) -> None:
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    )
    script = f"import importlib, app\nfor name in {modules!r}: importlib.import_module(name)"
    environment = {"PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path / "var"), "DATABASE_URL": "postgresql://nowhere"}
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
