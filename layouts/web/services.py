"""Services that pages depend on; injected by whoever creates the application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from data.forms.header_mappings import FoundHeader, HeaderChoice
from data.language import Language, Text
from data.periods import Period
from data.returns import IntakeMode, Outcome, PlannedValue, SourceFile
from data.viewers import Viewer


class Services(Protocol):
    """Services that pages depend on; injected by whoever creates the application."""

    def load(
        self,
        source: SourceFile,
        viewer: Viewer,
        mode: IntakeMode,
        received_at: datetime,
        confirmed: frozenset[int] | None,
    ) -> Outcome:
        """Ingests a file received at that instant, or, as a dry run, only returns the outcome.

        It is held if something else is in force than what its sender has `confirmed` that it replaces.
        """

    def template(self, viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        """Name and content of the template for a unit to fill in."""

    def plan(self, viewer: Viewer, code: str, lines: Sequence[PlannedValue]) -> tuple[str, bytes]:
        """Name and content of a plan workbook issued by a unit."""

    def annotate(self, source: SourceFile, outcome: Outcome, language: Language = Language.VI) -> SourceFile:
        """The file with the outcome's findings marked, in a language."""

    def headers(
        self, source: SourceFile, viewer: Viewer, choices: Sequence[HeaderChoice] = ()
    ) -> tuple[FoundHeader, ...]:
        """The unrecognised headers of a file, each with the nearest or the chosen form."""

    def save_mapping(self, source: SourceFile, viewer: Viewer, choice: HeaderChoice) -> Text | None:
        """Stores a mapping for a header and all like it; returns the error, or None on success."""
