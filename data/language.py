"""The two languages of everything that people read: declared titles and message catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path


class Language(StrEnum):
    """Vietnamese is the language of the office; English is the second."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A title in both languages, declared beside what it names."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == Language.VI else self.en


class UsersFault(Exception):
    """What a user asked for cannot be done: `text` says why and what to do, in both languages.

    Whoever shows it says it in the reader's language; as a string, in logs and tracebacks, it is Vietnamese.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return self.text.vi


class MissingMessage(KeyError):
    """A message key that a catalogue does not hold: a fault of ours, never shown to users."""


class MessageCatalogue:
    """Messages of one package: `folder` holds vi.po and en.po, keyed by the same message ids."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def messages(self) -> Mapping[Language, Mapping[str, str]]:
        """All messages by language and id; read once, when the first is asked for."""
        from babel.messages.pofile import read_po

        found: dict[Language, dict[str, str]] = {}
        for language in Language:
            with (self.folder / f"{language}.po").open("rb") as file:
                catalogue = read_po(file, locale=str(language))
            found[language] = {str(m.id): str(m.string) for m in catalogue if m.id}
        return found

    def say(self, key: str, language: Language = Language.VI, /, **values: object) -> str:
        """The sentence for `key`, with its places filled from `values`.

        Raises:
            MissingMessage: no such key in that language.
        """
        try:
            sentence = self.messages[language][key]
        except KeyError:
            raise MissingMessage(f"{self.folder.name}: {language}: {key}") from None
        return sentence.format(**values)

    def both(self, key: str, /, **values: object) -> Text:
        """The sentence for `key` in both languages; a value that is itself a `Text` is put in in each of them.

        Raises:
            MissingMessage: no such key.
        """

        def said(language: Language) -> str:
            spoken = {name: value[language] if isinstance(value, Text) else value for name, value in values.items()}
            return self.say(key, language, **spoken)

        return Text(said(Language.VI), said(Language.EN))
