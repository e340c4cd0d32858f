"""What the pages say: messages by key, in the language that the reader chose."""

from pathlib import Path

from flask import has_request_context, request

from data.language import Catalogue, Language

COOKIE = "language"
CATALOGUE = Catalogue(Path(__file__).parent)


def language() -> Language:
    """The language of the request's cookie; Vietnamese when it names none."""
    chosen = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return Language(chosen) if chosen in set(Language) else Language.VI


def t(key: str, /, **values: object) -> str:
    """The sentence for `key` in the request's language.

    Raises:
        MissingMessage: no such key.
    """
    return CATALOGUE.say(key, language(), **values)
