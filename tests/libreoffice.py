"""LibreOffice, as an independent program that opens written files and computes their formulas."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

NOT_FOUND = (
    "No LibreOffice for the tests of written workbooks: install it so that soffice or libreoffice is found in PATH."
)

_NAMES = ("soffice", "libreoffice")
# By default, files that claim to be written by Excel keep their cached results.
_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""

Convert = Callable[..., list[Path]]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Converts files with formulas recalculated: (format, paths..., infilter=import filter) -> paths of the results."""
    program = next((path for path in map(shutil.which, _NAMES) if path), None)
    if program is None:
        pytest.fail(NOT_FOUND, pytrace=False)
    profile = tmp_path_factory.mktemp("libreoffice")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")

    def converted(kind: str, *paths: Path, infilter: str = "") -> list[Path]:
        folder = tmp_path_factory.mktemp("converted")
        options = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        options += [f"--infilter={infilter}"] if infilter else []
        given = subprocess.run(
            [program, *options, "--convert-to", kind, "--outdir", str(folder), *map(str, paths)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        results = [folder / f"{path.stem}.{kind}" for path in paths]
        assert all(path.is_file() for path in results), given.stdout + given.stderr
        return results

    return converted
