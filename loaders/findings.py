"""Findings: built from a message key, formatted and sorted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Unit
from data.periods import Period
from data.returns import Finding, Severity
from data.vietnamese.text import lower_first
from loaders.messages import sentence


def error(code: str, sheet: str = "", cell: str = "", /, **values: object) -> Finding:
    """A finding that refuses the workbook; `code` is the key of its message."""
    return Finding(code=code, severity=Severity.ERROR, message=sentence(code, **values), sheet=sheet, cell=cell)


def warning(code: str, sheet: str = "", cell: str = "", /, **values: object) -> Finding:
    """A finding that is reported without refusing the workbook."""
    return Finding(code=code, severity=Severity.WARNING, message=sentence(code, **values), sheet=sheet, cell=cell)


def grouped(warnings: Iterable[Finding]) -> Iterator[Finding]:
    """Warnings of one kind: each by itself where they are few, else the first with their number and first places."""
    found = list(warnings)
    if len(found) <= _SEPARATE:
        yield from found
        return
    cells = ", ".join(finding.cell for finding in found[:_PLACES_SHOWN])
    message = sentence("with_others", message=found[0].message, number=len(found), cells=f"{cells}, …")
    yield replace(found[0], message=message)


_SEPARATE, _PLACES_SHOWN = 5, 3


def measure_text(measure: Measure) -> Text:
    """A measure as it reads in a sentence: "số kết nạp", "cột “Không còn quần chúng”"."""
    if measure.kind in {Kind.FLAG, Kind.CATEGORY}:
        return sentence("the_flag", title=measure.title)
    title = lower_first(measure.title.vi).removeprefix("số ")
    return sentence("the_count", title=Text(title, measure.title.en))


def unit_text(unit: Unit) -> str:
    """A unit as it reads in a sentence: names alone occur several times in a province."""
    return f"{unit.name} ({unit.code})"


def sum_formula(columns: Iterable[str]) -> str:
    """Columns being added, as a formula: "F + G + H"."""
    return " + ".join(columns)


def period_text(period: Period) -> Text:
    """A period as it reads in a sentence: "Quý II năm 2020"."""
    return period.titles


def row_ranges(rows: Iterable[int]) -> str:
    """Zero-based rows as one-based ranges: "12, 15–17"."""
    numbers = sorted(row + 1 for row in rows)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return ", ".join(shown[:_RUNS_SHOWN]) + (", …" if len(shown) > _RUNS_SHOWN else "")


def first_places(places: Iterable[Text]) -> Text:
    """The first three of several places, each described by a phrase: "ô B14 …; ô B15 …; ô B16 …; …"."""
    listed = list(places)
    shown = listed[:_PLACES_SHOWN] + ([Text("…", "…")] if len(listed) > _PLACES_SHOWN else [])
    return Text("; ".join(place.vi for place in shown), "; ".join(place.en for place in shown))


_RUNS_SHOWN, _PLACES_SHOWN = 10, 3
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def sort_findings(findings: Iterable[Finding], sheets: Sequence[str] = ()) -> list[Finding]:
    """Findings by sheet in workbook order (file-level ones first), then row, column; errors before warnings."""
    rank = {name: place for place, name in enumerate(sheets, start=1)}

    def place(finding: Finding) -> tuple[int, int, int, str, bool]:
        where = _PLACE.match(finding.cell)
        row, letters = (int(where[2]), where[1]) if where else (0, "")
        return rank.get(finding.sheet, 0), row, len(letters), letters, finding.severity is not Severity.ERROR

    return sorted(findings, key=place)


def is_refused(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
