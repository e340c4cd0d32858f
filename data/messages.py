"""The messages of this package, in both languages."""

from __future__ import annotations

from pathlib import Path

from data.language import MessageCatalogue

MESSAGES = MessageCatalogue(Path(__file__).parent / "text")
sentence = MESSAGES.both
