"""The contents of each workbook of the fictitious province, as template sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from data.forms.dm_registry import DM, SX
from data.forms.kh_plans import KH
from data.forms.ls_history import CB, LS
from data.forms.model import Form
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary
from data.organisations.units import EVENT_TITLES, KIND_TITLES, Registry, Tree
from data.periods import Period
from data.tasks import RECURRENCE_TITLES, STATE_TITLES
from loaders.sample.books import ReturnBook
from loaders.sample.plans import PlanBook
from loaders.sample.province import Province, RegistryBook
from loaders.sample.tasks import TaskBook
from loaders.templates.template import OutlineLine, RegisterSheet, ReturnSheet, Sheet, outline, sender_of

REGISTRY_PREFIX = "DM_"


@dataclass(frozen=True, slots=True)
class Draft:
    """A workbook to write: its file name, instant of receipt, sender, and the function that builds its sheets."""

    name: str
    received_at: datetime
    sender: str
    sheets: Callable[[], Sequence[Sheet]]


def drafts(province: Province) -> list[Draft]:
    """Every workbook of the province: registers, history, plans, returns by period."""
    outlines = _Outlines(province.vocabulary, province.registry)
    first, last = province.scale.history
    root = province.registry.spells[0].code
    found = [
        Draft(f"{REGISTRY_PREFIX}{book.received_at:%Y-%m-%d}.xlsx", book.received_at, root, partial(_registry, book))
        for book in province.registers
    ]
    found.append(Draft(f"LS_{first}-{last}.xlsx", province.history_received_at, root, partial(_history, province)))
    found += [
        Draft(
            f"KH_{book.year}{'_dieu-chinh' * book.revision}.xlsx",
            book.received_at,
            root,
            partial(_plans, book, province.registry),
        )
        for book in province.plans
    ]
    found += [
        Draft(f"NV_{book.received_at:%Y-%m-%d}.xlsx", book.received_at, root, partial(_tasks, book, province.registry))
        for book in province.tasks
    ]
    found += [
        Draft(
            f"{book.district}_{book.period}{'_dinh-chinh' * book.correction}.xlsx",
            book.received_at,
            book.district,
            partial(_returns, book, outlines),
        )
        for book in province.returns
    ]
    return found


@dataclass(frozen=True)
class _Outlines:
    """The outlines of districts' returns, cached by tree; the forms come from the vocabulary."""

    vocabulary: Vocabulary
    registry: Registry
    _made: dict[tuple[int, str, str], tuple[OutlineLine, ...]] = field(default_factory=dict)

    def of(self, tree: Tree, district: str, form: Form) -> tuple[OutlineLine, ...]:
        key = (id(tree), district, form.code)
        if key not in self._made and form.grain is not None:
            self._made[key] = outline(tree, tree.by_code[district].id, form.grain)
        return self._made[key]


def _returns(book: ReturnBook, outlines: _Outlines) -> list[Sheet]:
    tree = outlines.registry.at(book.period.end)
    sender = sender_of(tree, tree.by_code[book.district])
    return [
        ReturnSheet(
            form=form,
            sender=sender,
            period=book.period if book.period.frequency in form.frequencies else book.period.whole_year,
            lines=outlines.of(tree, book.district, form),
            values=book.forms[form.code].rows(),
        )
        for form in (outlines.vocabulary.form_on(code, book.period.end) for code in book.forms)
    ]


def _registry(book: RegistryBook) -> list[Sheet]:
    registry = book.registry
    codes = {unit.id: unit.code for unit in registry.spells}
    sender = sender_of(registry.at(registry.spells[0].valid_from), registry.spells[0])
    units = [
        (
            unit.code,
            unit.name,
            KIND_TITLES[unit.kind].vi,
            codes[unit.parent] if unit.parent else None,
            unit.valid_from,
            unit.valid_to,
            unit.base_type or None,
            1 if unit.residential else None,
        )
        for unit in registry.spells
    ]
    successions = [
        (
            line.date,
            line.decision,
            EVENT_TITLES[line.event].vi,
            codes[line.predecessor] if line.predecessor else None,
            codes[line.successor] if line.successor else None,
            line.share,
        )
        for line in registry.successions
    ]
    sheets: list[Sheet] = [RegisterSheet(form=DM, sender=sender, rows=units)]
    if successions:
        sheets.append(RegisterSheet(form=SX, sender=sender, rows=successions))
    return sheets


def _plans(book: PlanBook, registry: Registry) -> list[Sheet]:
    tree = registry.at(Period(book.year).start)
    rows = [
        (
            line.unit,
            tree.by_code[line.unit].name,
            line.term.code,
            line.indicator,
            line.value,
            line.decision,
            line.decision_date,
        )
        for line in book.lines
    ]
    sender = sender_of(tree, registry.spells[0])
    return [RegisterSheet(form=KH, sender=sender, rows=rows, subtitle=Period(book.year).title())]


def _tasks(book: TaskBook, registry: Registry) -> list[Sheet]:
    rows = [
        (
            line.task,
            line.clause,
            line.text,
            line.owner_code or None,
            line.owner,
            line.co_owners or None,
            RECURRENCE_TITLES[line.recurrence].vi,
            line.term.code if line.term else None,
            line.due,
            line.evidence_number or None,
            line.evidence_date,
            line.evidence_file or None,
            STATE_TITLES[line.state].vi,
            line.successor or None,
            line.meetings,
            line.firms,
            line.proposals,
            line.settled,
        )
        for line in book.lines
    ]
    sender = sender_of(registry.at(book.received_at.date()), registry.spells[0])
    return [RegisterSheet(form=NV, sender=sender, rows=rows, subtitle=f"{book.received_at:%d/%m/%Y}")]


def _history(province: Province) -> list[Sheet]:
    first, last = province.scale.history
    tree = province.registry.at(Period(last).end)
    rows = [
        (place, line.district, tree.by_code[line.district].name, line.year, line.members_end, line.admitted)
        for place, line in enumerate(province.history, start=1)
    ]
    sender = sender_of(tree, province.registry.spells[0])
    sheets: list[Sheet] = [RegisterSheet(form=LS, sender=sender, rows=rows, subtitle=f"{first} - {last}")]
    published, root = province.scale.published, province.registry.spells[0]
    if published is not None:
        of = province.scale.calibration
        line = (root.code, root.name, f"{of.first}-{of.last}", of.admitted, published.years, published.source)
        sheets.append(RegisterSheet(form=CB, sender=sender, rows=[line]))
    return sheets
