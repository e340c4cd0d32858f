"""Reads what documents published of the historical series (CB): a total over some years, and its mean's divisor."""

from __future__ import annotations

from datetime import date

from data.forms.ls_history import PublishedTotal
from data.organisations.units import Registry
from data.periods import PeriodError, Term
from data.returns import Finding
from loaders.registers.register import RegisterRow, checked_term, register_rows
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import unknown_unit


def read_published(found: Recognised, registry: Registry, findings: list[Finding]) -> tuple[PublishedTotal, ...]:
    """The lines of the sheet; those with an error are left out and reported."""
    lines = (_line(row, registry) for row in register_rows(found, findings))
    return tuple(line for line in lines if line is not None)


def _line(row: RegisterRow, registry: Registry) -> PublishedTotal | None:
    code, source, term = row.text("unit_code"), row.text("source"), _term(row)
    total, years = row.count("total"), row.count("years")
    if term is not None and years is not None and not 1 <= years <= term.last - term.first + 1:
        row.reject("published_years", "years", shown=str(years), term=term.code)
    if term is None or total is None or years is None or not row.is_sound:
        return None
    units = registry.at(date(term.last, 12, 31)).by_code
    if code not in units:
        among = tuple(units.values()) or tuple(registry.spells)
        row.is_sound = False
        row.findings.append(unknown_unit("unknown_history_unit", row.found.name, row.cell("unit_code"), code, among))
        return None
    return PublishedTotal(row=row.number, unit=code, term=term, total=total, years=years, source=source)


def _term(row: RegisterRow) -> Term | None:
    written = row.text("term")
    try:
        return checked_term(row, "term", Term.parse(written)) if written else None
    except PeriodError:
        row.reject("not_a_term", "term", shown=written)
        return None
