"""The title block above the header: sender, period, and whether figures are for the period or cumulative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce

from data.forms.model import Form
from data.language import Text
from data.organisations.units import Registry, Tree, Unit
from data.periods import Period
from data.returns import Finding
from data.vietnamese.text import key
from loaders.findings import error, period_text
from loaders.messages import sentence
from loaders.sheets.period_lines import counts_from_january, impossible_year, meant_years, read_periods
from loaders.sheets.recognise import Recognised
from loaders.sheets.senders import TitleLine, find_sender, title_lines
from loaders.vietnamese.numbers import show
from loaders.workbook import address

_CUMULATIVE = key("luỹ kế")


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleBlock:
    """The sender and period of a return, with the registry and its tree on the period's last day."""

    sender: Unit
    period: Period
    cumulative: bool
    tree: Tree
    registry: Registry


def read_title_block(found: Recognised, registry: Registry) -> tuple[TitleBlock | None, list[Finding]]:
    """Sender and period, or findings that name what is missing."""
    lines = title_lines(found)
    findings: list[Finding] = []
    period = _period(found, lines, findings)
    if period is None:
        return None, findings
    tree = registry.at(period.end)
    sender = find_sender(found, tree, findings)
    if sender is None:
        return None, findings
    cumulative = any(_CUMULATIVE in key(line.text) or counts_from_january(line.text) for line in lines)
    return TitleBlock(sender=sender, period=period, cumulative=cumulative, tree=tree, registry=registry), findings


def _period(found: Recognised, lines: list[TitleLine], findings: list[Finding]) -> Period | None:
    impossible = next(((line, year) for line in lines if (year := impossible_year(line.text))), None)
    if impossible is not None:
        findings.append(year_finding(found.name, impossible[0].cell, impossible[1]))
        return None
    named = [(line, period) for line in lines for period in read_periods(line.text)]
    periods = list(dict.fromkeys(period for _, period in named))
    shortest = min(periods, key=lambda period: period.frequency.months, default=None)
    if shortest is None:
        findings.append(_no_period(found))
        return None
    line = next(line for line, period in named if period == shortest)
    if any(not period.contains(shortest) for period in periods):
        listed = ", ".join(sorted(period.title() for period in periods))
        findings.append(error("several_periods", found.name, line.cell, periods=listed))
        return None
    if shortest.frequency not in found.form.frequencies:
        due = _frequencies(found.form)
        findings.append(
            error("wrong_frequency", found.name, line.cell, period=period_text(shortest), form=found.form.code, due=due)
        )
        return None
    if not found.form.valid_on(shortest.end):
        findings.append(_not_valid(found, line.cell, shortest))
        return None
    return shortest


def year_finding(sheet: str, cell: str, year: int) -> Finding:
    """The finding about a year that cannot be, with the years that may be meant."""
    meant = [Text(str(known), str(known)) for known in meant_years(year)]
    if not meant:
        return error("year_impossible", sheet, cell, year=str(year))
    known = reduce(lambda one, other: sentence("either", one=one, other=other), meant)
    return error("year_impossible_suggested", sheet, cell, year=str(year), meant=known)


def _no_period(found: Recognised) -> Finding:
    """Where "12/2019" was typed Excel stored a date; that is reported, not guessed at."""
    for row, cells in enumerate(found.sheet.rows[: found.header.top]):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                return error("period_is_a_date", found.name, address(row, column), shown=show(cell))
    return error("no_period", found.name)


def _not_valid(found: Recognised, cell: str, period: Period) -> Finding:
    form, wanted = found.form, found.vocabulary.form_on(found.form.code, period.end)
    about = {"form": form.code, "period": period_text(period)}
    if not wanted.valid_on(period.end):
        return error("form_not_valid", found.name, cell, **about)
    return error("other_version", found.name, cell, version=form.version, wanted=wanted.version, **about)


def _frequencies(form: Form) -> Text:
    listed = sorted(form.frequencies, key=lambda frequency: -frequency.months)
    return sentence(f"frequencies_{'_'.join(listed)}")
