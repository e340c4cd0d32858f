"""The version is declared once and shown by the program and the changelog."""

from __future__ import annotations

from data.version import NAME, VERSION
from tests.stores import ROOT, run


def test_the_program_prints_its_version() -> None:
    said = run("--version")
    assert (said.returncode, said.stdout, said.stderr) == (0, f"{NAME} {VERSION}\n", "")


def test_the_newest_version_in_the_changelog_is_the_declared_one() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    versions = [line.removeprefix("## ") for line in lines if line.startswith("## ") and line != "## Unreleased"]
    assert versions[0] == VERSION
