"""Reads a sheet of plans (KH): exact values and the decisions that set them."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz import fuzz, process

from data.forms.kh_plans import Indicators
from data.organisations.units import LEVELS, Level, Registry, Unit
from data.periods import PeriodError, Term
from data.returns import Finding, PlannedValue, PlanReturn
from data.vietnamese.person_names import masked
from data.vietnamese.text import key
from loaders.findings import error, unit_text
from loaders.registers.plan_sums import check_sums
from loaders.registers.plan_title import check_title
from loaders.registers.register import RegisterRow, checked_term, register_rows
from loaders.registers.register_names import RegisterNames
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import unknown_unit
from loaders.vietnamese.numbers import show

_INDICATOR = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_CLOSE_ENOUGH = 75
_PLANNED_LEVELS = LEVELS[Level.PROVINCE] | LEVELS[Level.DISTRICT] | LEVELS[Level.BASE]

_Key = tuple[str, Term, str]


def read_plans(
    found: Recognised, registry: Registry | None, indicators: Indicators | None = None
) -> tuple[PlanReturn, list[Finding]]:
    """The plans of a sheet; valid only when no finding is an error. Indicators that are not known are refused."""
    findings: list[Finding] = []
    if registry is None or not registry.spells:
        return PlanReturn(sheet=found.name, plans=()), [error("no_registry", found.name)]
    plans: list[PlannedValue] = []
    lines: dict[tuple[_Key, date], PlannedValue] = {}
    names = RegisterNames(registry)
    rows = list(register_rows(found, findings))
    for row in rows:
        plan = _plan(row, registry, indicators)
        if plan is None:
            continue
        of = (plan.unit, plan.term, plan.indicator), plan.decision_date
        if of in lines:
            row.reject("plan_twice", "value", first=lines[of].cell)
            continue
        names.compare(row, "unit_code", "unit_name")
        lines[of] = plan
        plans.append(plan)
    if not rows:
        findings.append(error("nothing_planned", found.name))
    findings.extend(check_title(found, plans, registry))
    findings.extend(check_sums(found.name, plans, registry))
    return PlanReturn(sheet=found.name, plans=tuple(plans)), findings


def _plan(row: RegisterRow, registry: Registry, indicators: Indicators | None) -> PlannedValue | None:
    unit, term, indicator = _unit(row, registry), _term(row), _indicator(row, indicators)
    value = row.exact("value")
    if value is not None and value < 0:
        row.reject("plan_negative", "value", shown=show(value))
    if value is not None and _is_share(indicator, indicators) and value > 1:
        row.reject("share_above_one", "value", shown=show(value), indicator=indicator)
    if value is not None and value.denominator != 1 and _is_count(indicator, indicators):
        row.reject("plan_not_whole", "value", shown=show(value), indicator=indicator)
    decision, decided = row.text("decision"), row.day("decision_date")
    if unit is None or term is None or value is None or decided is None or not row.is_sound:
        return None
    return PlannedValue(
        row=row.number,
        cell=row.cell("value"),
        unit=unit.code,
        term=term,
        indicator=indicator,
        value=value,
        decision=decision,
        decision_date=decided,
    )


def _unit(row: RegisterRow, registry: Registry) -> Unit | None:
    code = row.text("unit_code")
    if not code:
        return None
    unit = registry.latest(registry.ids.get(code, -1))
    if unit is None:
        row.is_sound = False
        units = {spell.id: spell for spell in registry.spells if spell.kind in _PLANNED_LEVELS}
        row.findings.append(
            unknown_unit("unknown_plan_unit", row.found.name, row.cell("unit_code"), code, tuple(units.values()))
        )
    elif unit.kind not in _PLANNED_LEVELS:
        row.reject("plan_below_base", "unit_code", name=unit_text(unit))
    return unit


def _term(row: RegisterRow) -> Term | None:
    written = row.text("term")
    try:
        term = Term.parse(written) if written else None
    except PeriodError:
        row.reject("not_a_term", "term", shown=written)
        return None
    return checked_term(row, "term", term)


def _indicator(row: RegisterRow, indicators: Indicators | None) -> str:
    code = row.text("indicator")
    known = indicators.get(code) if indicators else None
    if known is not None and not known.takes_plan:
        row.reject("indicator_without_plan", "indicator", code=code, title=known.title)
    elif code and indicators and known is None:
        _reject_unknown(row, code, indicators)
    elif code and not _INDICATOR.fullmatch(code):
        row.reject("not_an_indicator", "indicator", shown=code)
    return code


def _reject_unknown(row: RegisterRow, written: str, indicators: Indicators) -> None:
    """Suggests the indicator with the most similar code or title, if any is close."""
    planned = {code: named for code, named in indicators.items() if named.takes_plan}
    words = {code: key(named.title.vi) for code, named in planned.items()}
    near = process.extractOne(written.lower(), list(planned), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    alike = process.extractOne(key(written), words, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    code = near[0] if near else alike[2] if alike else ""
    if code:
        about = {"written": masked(written), "code": code, "title": planned[code].title}
        row.reject("unknown_indicator_suggested", "indicator", **about)
    else:
        row.reject("unknown_indicator", "indicator", written=masked(written))


def _is_share(code: str, indicators: Indicators | None) -> bool:
    known = indicators.get(code) if indicators else None
    return known.is_share if known else code.endswith("_share")


def _is_count(code: str, indicators: Indicators | None) -> bool:
    known = indicators.get(code) if indicators else None
    return known is not None and known.is_count
