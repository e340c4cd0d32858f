"""Compares plans for counts with the sum of subordinate units' plans, in a sheet and in the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from data.observations import Plan
from data.organisations.units import LEVELS, Level, Registry, Tree
from data.periods import Term
from data.returns import Finding, PlannedValue, PlanReturn
from loaders.findings import unit_text, warning
from loaders.vietnamese.numbers import show

# Name suffixes of ratio indicators: plans for ratios do not add up over units.
_RATIO_ENDINGS = ("_share", "_rate", "_per_1000", "_gap", "_mean", "_yoy", "_since_1997", "_to_admission")

_Subject = tuple[Term, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """A plan's value, the date of its decision, and its cell in the sheet, "" when it is stored."""

    value: Fraction
    decided: date
    cell: str


def check_sums(sheet: str, plans: Iterable[PlannedValue], registry: Registry) -> Iterator[Finding]:
    """Compares the plans in a sheet with those for the superior unit in it."""
    yield from _differing(sheet, _by_subject(plans), registry, "plan_sum_differs")


def check_stored_sums(given: PlanReturn, stored: Iterable[Plan], registry: Registry) -> Iterator[Finding]:
    """The same where some plans are in the sheet and others in the store; later decisions are in force."""
    subjects = _by_subject(given.plans)
    codes = {unit: code for code, unit in registry.ids.items()}
    for plan in stored:
        among = subjects.get((plan.term, plan.indicator))
        if among is not None and plan.unit in codes:
            code = codes[plan.unit]
            if code not in among or among[code].decided < plan.decision_date:
                among[code] = _Given(plan.value, plan.decision_date, "")
    yield from _differing(given.sheet, subjects, registry, "plan_sum_differs_from_stored", mixed=True)


def _by_subject(plans: Iterable[PlannedValue]) -> dict[_Subject, dict[str, _Given]]:
    """The latest plans for counts by term and indicator, then unit."""
    subjects: dict[_Subject, dict[str, _Given]] = defaultdict(dict)
    for plan in sorted(plans, key=lambda plan: plan.decision_date):
        if not plan.indicator.endswith(_RATIO_ENDINGS) and plan.value.denominator == 1:
            given = _Given(plan.value, plan.decision_date, plan.cell)
            subjects[plan.term, plan.indicator][plan.unit] = given
    return dict(subjects)


def _differing(
    sheet: str, subjects: Mapping[_Subject, Mapping[str, _Given]], registry: Registry, code: str, *, mixed: bool = False
) -> Iterator[Finding]:
    for (term, indicator), given in subjects.items():
        tree = registry.at(date(term.last, 12, 31))
        for unit, whole in given.items():
            name, parts, complete = _below(tree, unit, given)
            cells = [part.cell for part in (whole, *parts)]
            if mixed and (all(cells) or not any(cells)):
                continue
            total = sum((part.value for part in parts), Fraction())
            if parts and total != whole.value and (complete or total > whole.value):
                yield warning(
                    code,
                    sheet,
                    next(filter(None, cells)),
                    indicator=indicator,
                    name=name,
                    shown=show(whole.value),
                    number=show(len(parts)),
                    total=show(total),
                )


def _below(tree: Tree, code: str, given: Mapping[str, _Given]) -> tuple[str, list[_Given], bool]:
    """A unit's name, the plans at the next planned level below it, and whether all units there have one."""
    unit = tree.by_code.get(code)
    if unit is None or unit.kind in LEVELS[Level.BASE]:
        return code, [], False
    level = Level.DISTRICT if unit.kind in LEVELS[Level.PROVINCE] else Level.BASE
    below = tree.at_level(level, unit.id)
    parts = [given[member.code] for member in below if member.code in given]
    return unit_text(unit), parts, len(parts) == len(below)
