"""All official forms of one workbook, checked individually and against each other."""

from __future__ import annotations

from collections.abc import Sequence

from data.organisations.units import Registry
from data.returns import Finding, Return
from loaders.findings import error, is_refused
from loaders.official.checks import check_official, check_official_across
from loaders.official.reading import read_official, to_official_return
from loaders.official.recognise import OfficialSheet


def read_officials(
    sheets: Sequence[OfficialSheet], registry: Registry | None
) -> tuple[tuple[Return, ...], list[Finding]]:
    """The forms as returns, and all findings; the returns are valid only when no finding is an error."""
    returns: dict[tuple[str, str, str], Return] = {}
    findings: list[Finding] = []
    for found in sheets:
        table, problems = read_official(found, registry)
        findings.extend(problems)
        if table is None:
            continue
        findings.extend(check_official(table))
        if any(code not in table.counts for codes in found.official.lines_by_measure.values() for code in codes):
            continue
        given = to_official_return(table)
        key = (given.form.code, given.unit, str(given.period))
        if key in returns:
            names = f"{returns[key].sheet}, {given.sheet}"
            findings.append(error("form_twice", given.sheet, form=found.official.corner, sheets=names, likeness=""))
        returns.setdefault(key, given)
    found_all = tuple(returns.values())
    if not is_refused(findings):
        findings.extend(check_official_across(found_all))
    return found_all, findings
