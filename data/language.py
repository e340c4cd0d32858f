"""The two languages of all user-facing text: declared titles and message catalogues."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any


class Language(StrEnum):
    """Vietnamese is the office's language, English the second one."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages, declared beside what it names."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == Language.VI else self.en


class UserError(Exception):
    """A request that cannot be fulfilled: `text` says why and what to do, in both languages.

    It is shown in the reader's language; as a string, in logs and tracebacks, it is Vietnamese.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return self.text.vi


class MissingMessage(KeyError):
    """A message key missing from a catalogue: a programming error, never shown to users."""


class _Sentence(Formatter):
    """A message's template. `{count:return was|returns were}` is the form of a noun that goes with a count."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, divided, more = format_spec.partition("|")
        if not divided:
            return str(super().format_field(value, format_spec))
        # A count may be written with separators, and be preceded by the address that it leads to.
        written = re.search(r"\d[\d.,]*(?=\D*$)", str(value))
        return one if written and written[0] == "1" else more


class MessageCatalogue:
    """Messages of one package: `folder` holds vi.po and en.po, keyed by the same message ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def messages(self) -> Mapping[Language, Mapping[str, str]]:
        """All messages by language and id; parsed once, on first use."""
        from babel.messages.pofile import read_po

        found: dict[Language, dict[str, str]] = {}
        for language in Language:
            with (self.folder / f"{language}.po").open("rb") as file:
                catalogue = read_po(file, locale=str(language))
            found[language] = {str(m.id): str(m.string) for m in catalogue if m.id}
        return found

    def say(self, key: str, language: Language = Language.VI, /, **values: object) -> str:
        """The message for `key`, its placeholders filled from `values`.

        Raises:
            MissingMessage: the language has no such key.
        """
        try:
            sentence = self.messages[language][key]
        except KeyError:
            raise MissingMessage(f"{self.folder.name}: {language}: {key}") from None
        # A formatter of our own takes several times as long, and few sentences have a noun to inflect.
        return _SENTENCE.vformat(sentence, (), values) if "|" in sentence else sentence.format(**values)

    def both(self, key: str, /, **values: object) -> Text:
        """The message for `key` in both languages; a value that is a `Text` is filled in in the matching one.

        Raises:
            MissingMessage: there is no such key.
        """

        def render(language: Language) -> str:
            localised = {name: value[language] if isinstance(value, Text) else value for name, value in values.items()}
            return self.say(key, language, **localised)

        return Text(render(Language.VI), render(Language.EN))


_SENTENCE = _Sentence()
