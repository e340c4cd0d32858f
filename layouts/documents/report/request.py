"""The report that an address asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from data.periods import Period
from data.viewers import Role, Viewer
from layouts.documents.report.composing import compose
from layouts.documents.report.model import Document, Profile
from layouts.views.ask import COMMON, Ask

READERS: Final = frozenset({Role.VIEWER, Role.BOARD, Role.ANALYST, Role.ADMIN})


def profile(asked: Ask) -> Profile:
    """The rules of layout that the address names, else those in force."""
    named = asked.query.get("layout", "")
    return Profile(named) if named in set(Profile) else Profile.HD05_2026


def composed(asked: Ask, *, with_links: bool = False) -> Document:
    """The report of the period; without an instant in the address as known now, the same until the data changes.

    `with_links` anchors its figures at the pages that state them.
    """
    kept = tuple(asked.query.get(name) for name in COMMON) if with_links else ()
    return asked.cached(_composed, asked.reader.viewer, asked.period, profile(asked), kept)


def _composed(asked: Ask, _viewer: Viewer, period: Period, rules: Profile, linked: tuple[str | None, ...]) -> Document:
    reader = asked.reader
    if reader.as_of is None:
        reader = asked.at_instant(datetime.now(UTC)).reader
    return compose(reader, period, profile=rules, language=asked.language, links=asked if linked else None)
