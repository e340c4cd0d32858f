"""The sentences of this package, in both languages."""

from __future__ import annotations

from pathlib import Path

from data.language import Catalogue

MESSAGES = Catalogue(Path(__file__).parent / "text")
sentence = MESSAGES.both
