"""The desk that pages and commands go to: files taken in, templates given out, findings marked."""

from __future__ import annotations

from dataclasses import dataclass

from data.periods import Period
from data.returns import Outcome, SourceFile
from data.store import Store
from data.viewers import Viewer
from loaders import template
from loaders.annotate import annotate_apart
from loaders.intake import intake
from loaders.openings import opening_values


@dataclass(frozen=True)
class Desk:
    """What readers have done for them on one store; files that they bring are read in limited processes."""

    store: Store

    def load(self, source: SourceFile, viewer: Viewer, check: bool) -> Outcome:
        """Takes a file in, or with `check` only says what would become of it."""
        return intake(self.store, source, viewer=viewer, check=check, apart=True)

    def template(self, viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        """Name and content of the workbook that a unit fills in.

        Raises:
            UnknownUnit, OutOfScope: of the unit, as the reader says.
        """
        reader = self.store.reader(viewer)
        unit, tree = reader.unit(code), reader.tree(period.end)
        due = template.forms_due(tree, unit.id, period)
        known = {form.code: opening_values(form, unit.code, period, reader) for form in due}
        return f"{unit.code}_{period}.xlsx", template.blank(tree, unit.code, period, known)

    def annotate(self, source: SourceFile, outcome: Outcome) -> SourceFile:
        """The file with the outcome's findings marked."""
        return annotate_apart(source, outcome.findings)
