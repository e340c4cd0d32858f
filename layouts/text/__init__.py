"""Messages of the pages by key, in the reader's language."""

from contextvars import ContextVar
from pathlib import Path

from data.language import Language, MessageCatalogue

CATALOGUE = MessageCatalogue(Path(__file__).parent)
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=Language.VI)


def language() -> Language:
    """The language of the current request; Vietnamese outside of requests."""
    return _SPOKEN.get()


def set_language(chosen: Language) -> None:
    """Sets the language of the current request; it is local to thread and task."""
    _SPOKEN.set(chosen)


both = CATALOGUE.both


def t(key: str, /, **values: object) -> str:
    """The sentence for `key` in the request's language.

    Raises:
        MissingMessage: unknown key.
    """
    return CATALOGUE.say(key, language(), **values)
