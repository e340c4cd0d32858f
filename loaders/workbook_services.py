"""Workbook services for pages and commands: ingest, templates, annotated copies, header mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.forms.header_mappings import FoundHeader, HeaderChoice
from data.forms.kh_plans import KH, Indicators
from data.language import Language, Text
from data.periods import Period
from data.returns import IntakeMode, Outcome, PlannedValue, SourceFile
from data.viewers import Viewer
from data.writing.store import Store
from loaders.intake import Assess, intake
from loaders.marks.annotate import annotate_isolated
from loaders.messages import sentence
from loaders.references import GivenReferences
from loaders.registers.choices import lists_of
from loaders.returns.opening_balances import opening_values
from loaders.sheets.header_choice import found_headers, mapping_of
from loaders.sheets.mapping import MappingError
from loaders.templates import template
from loaders.workbook import Unreadable

# The sheets of each register's workbook.
REGISTERS = {"DM": ("DM", "SX"), "KH": ("KH",), "LS": ("LS", "CB"), "NV": ("NV",)}


@dataclass(frozen=True)
class WorkbookServices:
    """What pages and commands do with workbooks on one store; incoming files are read in limited processes.

    `assess` works out the effect of a file that would replace something in force.
    Plans may name `indicators` only; None: any well-formed code.
    """

    store: Store
    assess: Assess | None = None
    indicators: Indicators | None = None

    def load(
        self,
        source: SourceFile,
        viewer: Viewer,
        mode: IntakeMode,
        received_at: datetime | None = None,
        confirmed: frozenset[int] | None = None,
    ) -> Outcome:
        """Ingests a file received at the given instant (None: now), or only reports what ingesting it would do.

        `confirmed` as in `intake`.

        Raises:
            OutOfScope: the viewer may send nothing at all.
        """
        return intake(
            self.store,
            source,
            viewer=viewer,
            received_at=received_at,
            mode=mode,
            given=GivenReferences(indicators=self.indicators),
            isolated=True,
            assess=self.assess,
            confirmed=confirmed,
        )

    def template(self, viewer: Viewer, code: str, period: Period) -> tuple[str, bytes]:
        """Name and content of the workbook that a unit fills in.

        Raises:
            UnknownUnit, OutOfScope: the unit does not exist, or the viewer may not see it.
        """
        reader = self.store.reader(viewer)
        unit, tree = reader.unit(code), reader.tree(period.end)
        due = template.forms_due(reader.vocabulary, tree, unit.id, period)
        prefilled = {form.code: opening_values(form, unit.code, period, reader) for form in due}
        return f"{unit.code}_{period}.xlsx", template.blank(reader.vocabulary, tree, unit.code, period, prefilled)

    def register(self, viewer: Viewer, code: str, period: Period, form: str) -> tuple[str, bytes]:
        """Name and content of a blank register workbook (DM with SX, LS with CB, KH, NV), the unit in its title block.

        Raises:
            UnknownUnit, OutOfScope: the unit does not exist, or the viewer may not see it.
        """
        reader = self.store.reader(viewer)
        unit, tree = reader.unit(code), reader.tree(period.end)
        sender, subtitle = template.sender_of(tree, unit), period.title()
        sheets = [
            template.RegisterSheet(
                form=reader.vocabulary.forms[one],
                sender=sender,
                rows=(),
                subtitle=subtitle,
                lists=lists_of(one, tree, unit, self.indicators or {}),
            )
            for one in REGISTERS[form]
        ]
        return f"{form}_{unit.code}_{period}.xlsx", template.workbook(sheets)

    def plan(self, viewer: Viewer, code: str, lines: Sequence[PlannedValue]) -> tuple[str, bytes]:
        """Name and content of a workbook of plans given by a unit, ready to be loaded.

        Raises:
            UnknownUnit, OutOfScope: a unit does not exist, or the viewer may not see it.
        """
        reader = self.store.reader(viewer)
        giver = reader.unit(code)
        rows = [
            (
                line.unit,
                reader.unit(line.unit).name,
                line.term.code,
                line.indicator,
                line.value if line.value.denominator > 1 else int(line.value),
                line.decision,
                line.decision_date,
            )
            for line in lines
        ]
        sender = template.sender_of(reader.tree(), giver)
        terms = sorted({line.term.code for line in lines})
        sheet = template.RegisterSheet(form=KH, sender=sender, rows=rows)
        return f"KH_{giver.code}_{'_'.join(terms)}.xlsx", template.workbook([sheet])

    def annotate(self, source: SourceFile, outcome: Outcome, language: Language = Language.VI) -> SourceFile:
        """An annotated copy of the file with the outcome's findings marked, in a language."""
        return annotate_isolated(source, outcome.findings, language)

    def headers(
        self, source: SourceFile, viewer: Viewer, choices: Sequence[HeaderChoice] = ()
    ) -> tuple[FoundHeader, ...]:
        """The headers in a file that match no form, each compared with the nearest form or the chosen one."""
        reader = self.store.reader(viewer)
        return found_headers(source, reader.vocabulary, reader.mappings(), choices)

    def save_mapping(self, source: SourceFile, viewer: Viewer, choice: HeaderChoice) -> Text | None:
        """Stores a header mapping, which applies to every identical header; returns the error message, None on success.

        Raises:
            OutOfScope: the viewer may not load.
        """
        try:
            self.store.save_mapping(mapping_of(source, self.store.vocabulary, choice), viewer=viewer)
        except MappingError as fault:
            return fault.text
        except Unreadable as refusal:
            return sentence(refusal.message, **refusal.values)
        return None
