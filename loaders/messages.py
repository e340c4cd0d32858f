"""The sentences of this package, in both languages."""

from __future__ import annotations

from pathlib import Path

from data.language import Catalogue, Language, Text

MESSAGES = Catalogue(Path(__file__).parent / "text")


def sentence(key: str, /, **values: object) -> Text:
    """A message in both languages; a value that is itself a `Text` is put in in each of them."""

    def said(language: Language) -> str:
        spoken = {name: value[language] if isinstance(value, Text) else value for name, value in values.items()}
        return MESSAGES.say(key, language, **spoken)

    return Text(said(Language.VI), said(Language.EN))
