"""What pages have done by others: whoever makes the application hands in who does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from data.forms.header_mappings import FoundHeader, HeaderChoice
from data.language import Text
from data.periods import Period
from data.returns import IntakeMode, Outcome, PlannedValue, SourceFile
from data.viewers import Viewer


class Services(Protocol):
    """What pages have done by others: whoever makes the application hands in who does it."""

    def load(self, source: SourceFile, viewer: Viewer, mode: IntakeMode, received_at: datetime) -> Outcome:
        """Takes a file in that came at that instant, or only says what would become of it."""

    def template(self, viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        """Name and content of the workbook that a unit fills in."""

    def plan(self, viewer: Viewer, code: str, lines: Sequence[PlannedValue]) -> tuple[str, bytes]:
        """Name and content of a workbook of plans that a unit gives."""

    def annotate(self, source: SourceFile, outcome: Outcome) -> SourceFile:
        """The file with the outcome's findings marked."""

    def headers(
        self, source: SourceFile, viewer: Viewer, choices: Sequence[HeaderChoice] = ()
    ) -> tuple[FoundHeader, ...]:
        """The headers of a file that no form knows, beside the form that each is nearest to or chosen for."""

    def save_mapping(self, source: SourceFile, viewer: Viewer, choice: HeaderChoice) -> Text | None:
        """Keeps what a header means, for it and all that are like it; says what is wrong, None when it is kept."""
