"""What the pages say: messages by key, in the language that the reader chose."""

from contextvars import ContextVar
from pathlib import Path

from data.language import Language, MessageCatalogue

CATALOGUE = MessageCatalogue(Path(__file__).parent)
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=Language.VI)


def language() -> Language:
    """The language of the request under way; Vietnamese outside of requests."""
    return _SPOKEN.get()


def set_language(chosen: Language) -> None:
    """Sets the language of the request under way: each thread, and each task, has its own."""
    _SPOKEN.set(chosen)


both = CATALOGUE.both


def t(key: str, /, **values: object) -> str:
    """The sentence for `key` in the request's language.

    Raises:
        MissingMessage: no such key.
    """
    return CATALOGUE.say(key, language(), **values)
