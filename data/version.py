"""The name and version of the program, declared in pyproject.toml and nowhere else."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]

NAME: str = _PROJECT["name"]
VERSION: str = _PROJECT["version"]
