"""Selects the sheets of a workbook to read and reports the others: hidden ones, copies, our own summary sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from data.forms.header_mappings import HeaderMapping
from data.forms.vocabulary import Vocabulary
from data.language import Language, Text
from data.returns import Finding
from data.vietnamese.text import clean
from loaders.findings import error, is_refused, warning
from loaders.marks.summary import COLUMNS
from loaders.messages import MESSAGES, sentence
from loaders.official import OfficialSheet, claims_official, recognise_official, unread_finding
from loaders.sheets.recognise import Recognised, recognise
from loaders.templates.code_lists import is_code_lists
from loaders.vietnamese.numbers import show
from loaders.workbook import Sheet, Value, address

_NEAR = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two similar sheets: the number of cells that differ, and the first of them with both contents."""

    differing: int
    cell: str = ""
    here: str = ""
    there: str = ""


def choose(
    sheets: Sequence[Sheet], vocabulary: Vocabulary, mappings: Sequence[HeaderMapping]
) -> tuple[list[Recognised], list[OfficialSheet], list[Finding]]:
    """The visible sheets that are forms or official forms, and findings about all others that are not blank."""
    recognised: list[Recognised] = []
    officials: list[OfficialSheet] = []
    findings: list[Finding] = []
    hidden, others, skipped = [], [], []
    for sheet in sheets:
        if _is_blank(sheet) or is_list_of_findings(sheet) or is_code_lists(sheet.rows):
            continue
        if sheet.hidden:
            hidden.append(sheet)
            continue
        official, problems = recognise_official(sheet)
        findings.extend(problems)
        if official is not None:
            officials.append(official)
            continue
        found, problems = recognise(sheet, vocabulary, mappings)
        if found is None and claims_official(sheet):
            others.append(sheet)
            continue
        findings.extend(problems)
        if found is not None:
            recognised.append(found)
        elif not problems:
            skipped.append(warning("sheet_skipped", sheet.name))
    read = [*(found.sheet for found in recognised), *(found.sheet for found in officials)]
    findings.extend(_about_hidden(sheet, read) for sheet in hidden)
    findings.extend(unread_finding(sheet, officials) for sheet in others)
    if not read and not is_refused(findings):
        return [], [], [error("no_known_form"), *findings]
    return recognised, officials, [*findings, *skipped]


def duplicate_sheets(form: str, sheets: Sequence[Recognised]) -> Finding:
    """The finding for several sheets of one form: they may be copies, one of them the corrected one."""
    first, second = sheets[0].sheet, sheets[1].sheet
    alike = likeness(second, first)
    about = {
        "form": form,
        "sheets": ", ".join(found.name for found in sheets),
        "likeness": _said("twice", alike, first.name),
    }
    return error("form_twice", second.name, alike.cell if alike else "", **about)


def likeness(sheet: Sheet, other: Sheet) -> Likeness | None:
    """How two sheets differ that mostly agree; None when they do not."""
    differing = [
        (row, column, one, two)
        for row, cells in enumerate(zip_longest(sheet.rows, other.rows, fillvalue=()))
        for column, (one, two) in enumerate(zip_longest(*cells, fillvalue=""))
        if not _agree(one, two)
    ]
    filled = max(sum(cell != "" for row in one.rows for cell in row) for one in (sheet, other))
    if len(differing) > (1 - _NEAR) * filled:
        return None
    if not differing:
        return Likeness(differing=0)
    row, column, one, two = differing[0]
    return Likeness(differing=len(differing), cell=address(row, column), here=show(one) or "…", there=show(two) or "…")


def is_list_of_findings(sheet: Sheet) -> bool:
    """Whether a sheet is the summary that an annotated copy begins with."""
    titles = {tuple(MESSAGES.say(f"findings_column_{column}", language) for column in COLUMNS) for language in Language}
    return any(tuple(row[: len(COLUMNS)]) in titles for row in sheet.rows[:10])


def _is_blank(sheet: Sheet) -> bool:
    return not any(cell != "" for row in sheet.rows for cell in row)


def _agree(one: Value, two: Value) -> bool:
    return one == two or (isinstance(one, str) and isinstance(two, str) and clean(one) == clean(two))


def _about_hidden(sheet: Sheet, read: Sequence[Sheet]) -> Finding:
    near = ((other, alike) for other in read if (alike := likeness(sheet, other)))
    other, alike = next(near, (None, None))
    return warning("hidden_sheet", sheet.name, likeness=_said("hidden", alike, other.name if other else ""))


def _said(about: str, alike: Likeness | None, other: str) -> Text:
    if alike is None:
        return Text("", "")
    if not alike.differing:
        return sentence(f"{about}_same", other=other)
    return sentence(f"{about}_near", other=other, number=show(alike.differing), here=alike.here, there=alike.there)
