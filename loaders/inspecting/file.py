"""How the reader interprets a file: container, sheets, header, form or the nearest one, sender, period, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz, process

from data.forms.model import Form
from data.forms.vocabulary import Vocabulary
from data.language import Language
from data.returns import Finding, Severity, SourceFile
from data.vietnamese.text import clean, key
from loaders.findings import error
from loaders.formats import dispatch as formats
from loaders.formats.worker_pool import WorkerPool
from loaders.inspecting.cells import CopiedNumbers, DecodedCells, copies, decodings
from loaders.inspecting.official_form import InspectedOfficial, inspect_official, official_messages
from loaders.inspecting.table import InspectedTable, inspect_table, table_messages
from loaders.marks.summary import severity_word
from loaders.messages import sentence
from loaders.official import OfficialSheet, read_heading, recognise_official
from loaders.reading import read_book
from loaders.references import References
from loaders.sheets.body import ends_table
from loaders.sheets.header import Header, Match, find_header, matches
from loaders.sheets.mapping import fingerprint, mapped
from loaders.sheets.period_lines import read_period
from loaders.sheets.recognise import Recognised, recognise
from loaders.sheets.title_block import read_title_block
from loaders.templates.sheet_frame import column_paths
from loaders.workbook import Fault, Sheet, Unreadable, Workbook, address, column_name

_CELLS_SHOWN = 20
_CLOSE_ENOUGH = 70
_NEAR_ENOUGH = 0.25
_CUMULATIVE = key("luỹ kế")
_NOTHING_TO_SHOW = frozenset({"personal_data"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedColumn:
    """A sheet column: its letters, its header words, and its code in the form, "" for none.

    `near` is the code of the missing column that it may be meant for.
    """

    letters: str
    header: str
    code: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedHeader:
    """One-based rows, 0 for no column-number row; `missing` are the form's missing columns as code and header."""

    first_row: int
    last_row: int
    number_row: int
    fingerprint: str
    columns: tuple[InspectedColumn, ...]
    missing: tuple[tuple[str, str], ...]
    fits: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedSheet:
    """A sheet: `form` is the form it is read as, `nearest` the form whose header is most similar; "" for none.

    `table` describes a sheet that matches no form, `copy_of` an earlier sheet with mostly the same numbers.
    """

    name: str
    state: str
    rows: int
    columns: int
    cells: int
    form: str = ""
    nearest: str = ""
    by_mapping: bool = False
    header: InspectedHeader | None = None
    unit: str = ""
    unit_name: str = ""
    period: str = ""
    basis: str = ""
    lines: int = 0
    hidden_rows: int = 0
    decoded: tuple[DecodedCells, ...] = ()
    error_cells: tuple[str, ...] = ()
    official: InspectedOfficial | None = None
    table: InspectedTable | None = None
    copy_of: CopiedNumbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedFile:
    """The inspection result for a file."""

    file: str
    sha256: str
    size: int
    container: str
    sheets: tuple[InspectedSheet, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    @property
    def refused(self) -> bool:
        """Whether an error would prevent the file from being loaded."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values under stable names."""
        values = asdict(replace(self, findings=()))
        values["findings"] = [
            {
                "sheet": finding.sheet,
                "cell": finding.cell,
                "severity": finding.severity.value,
                "code": finding.code,
                "message_vi": finding.message.vi,
                "message_en": finding.message.en,
            }
            for finding in self.findings
        ]
        for sheet in values["sheets"]:
            if sheet["header"]:
                missing = sheet["header"]["missing"]
                sheet["header"]["missing"] = [{"code": code, "header": header} for code, header in missing]
        return values


def inspect(source: SourceFile, references: References) -> InspectedFile:
    """Inspects any file; nothing is disclosed of a file that lists persons."""
    try:
        book = formats.read(source.content)
    except Unreadable as refusal:
        return _not_inspected(source, refusal)
    _, findings = read_book(source, book, references)
    seen = _file_failure(source, findings)
    if any(finding.code in _NOTHING_TO_SHOW for finding in findings):
        return seen
    return replace(seen, sheets=tuple(_Inspection(book, references).sheets()))


def inspect_isolated(source: SourceFile, references: References) -> InspectedFile:
    """Inspects a file in a process of its own with memory and CPU limits; exceeding them becomes a finding."""
    with WorkerPool(1, preload=(__name__,)) as pool:
        try:
            return pool.run(_inspect, (source, references.plain()))
        except Unreadable as refusal:
            return _not_inspected(source, refusal)


def _inspect(given: tuple[SourceFile, References]) -> InspectedFile:
    return inspect(*given)


def _not_inspected(source: SourceFile, refusal: Unreadable) -> InspectedFile:
    return _file_failure(source, [error(refusal.message, **refusal.values)])


def _file_failure(source: SourceFile, findings: Sequence[Finding]) -> InspectedFile:
    return InspectedFile(
        file=source.name,
        sha256=source.sha256,
        size=len(source.content),
        container=formats.sniff(source.content).value,
        findings=tuple(findings),
    )


class _Inspection:
    """Inspects sheets one by one."""

    def __init__(self, book: Workbook, references: References) -> None:
        self._book, self._vocabulary, self._registry = book, references.vocabulary, references.registry
        self._mappings = references.mappings

    def sheets(self) -> Iterator[InspectedSheet]:
        alike = copies(self._book.sheets)
        for place, sheet in enumerate(self._book.sheets):
            seen = self._with_form(sheet, self._plain(sheet))
            yield replace(seen, copy_of=alike.get(place))

    def _plain(self, sheet: Sheet) -> InspectedSheet:
        filled = [(r, c) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if cell != ""]
        faults = [(r, c) for r, c in filled if isinstance(sheet.rows[r][c], Fault)]
        return InspectedSheet(
            name=sheet.name,
            state="hidden" if sheet.hidden else "visible",
            rows=len(sheet.rows),
            columns=sheet.width,
            cells=len(filled),
            hidden_rows=len(sheet.hidden_rows),
            decoded=tuple(decodings(sheet)),
            error_cells=tuple(address(*place) for place in faults),
        )

    def _with_form(self, sheet: Sheet, seen: InspectedSheet) -> InspectedSheet:
        official, _ = recognise_official(sheet)
        if official is not None:
            return self._with_official(official, seen)
        by_mapping = mapped(sheet, self._vocabulary, self._mappings)
        header = by_mapping[0] if by_mapping else find_header(sheet, self._vocabulary)
        if header is None:
            return replace(seen, table=inspect_table(sheet, None, self._vocabulary))
        found, _ = recognise(sheet, self._vocabulary, self._mappings)
        forms = self._vocabulary.forms
        fits = {form.code: match for form, match in matches(header, self._vocabulary)}
        nearest = found.form.code if found else max(fits, key=lambda code: fits[code].share_of(forms[code]))
        code, match = by_mapping[1:] if by_mapping else (nearest, fits[nearest])
        seen = replace(
            seen,
            form=found.form.code if found else "",
            nearest=code if found or match.share_of(forms[code]) >= _NEAR_ENOUGH else "",
            by_mapping=by_mapping is not None,
            header=_seen_header(sheet, header, forms[code], match),
            table=None if found else inspect_table(sheet, header, self._vocabulary),
        )
        return self._with_title(sheet, header, found, seen)

    def _with_official(self, found: OfficialSheet, seen: InspectedSheet) -> InspectedSheet:
        code, official = found.official.code, inspect_official(found)
        filled = sum(bool(line.value) for line in official.lines)
        seen = replace(seen, form=code, nearest=code, lines=filled, official=official)
        head, _ = read_heading(found, self._registry) if self._registry.spells else (None, [])
        if head is None:
            return seen
        unit, period = head.unit, head.period
        return replace(seen, unit=unit.code, unit_name=unit.name, period=period.code, basis="cumulative")

    def _with_title(
        self, sheet: Sheet, header: Header, found: Recognised | None, seen: InspectedSheet
    ) -> InspectedSheet:
        above = [clean(cell) for row in sheet.rows[: header.top] for cell in row if isinstance(cell, str) and cell]
        period = next((period.code for text in above if (period := read_period(text))), "")
        basis = "cumulative" if any(_CUMULATIVE in key(text) for text in above) else "in_period"
        seen = replace(seen, period=period, basis=basis if period else "", lines=_lines(sheet, header))
        # Registers, such as plans, are returned for no period: their title block names none that is due.
        if found is None or not found.form.frequencies or not self._registry.spells:
            return seen
        head, _ = read_title_block(found, self._registry)
        if head is None:
            return seen
        return replace(seen, unit=head.sender.code, unit_name=head.sender.name, period=head.period.code)


def _seen_header(sheet: Sheet, header: Header, form: Form, match: Match) -> InspectedHeader:
    codes = {at: code for code, at in match.columns.items()}
    paths = {column.code: " / ".join(path) for column, path in zip(form.columns, column_paths(form), strict=True)}
    missing = {code: path for code, path in paths.items() if code not in match.columns}
    columns = tuple(
        InspectedColumn(
            letters=column_name(column),
            header=header.words(column),
            code=codes.get(column, ""),
            near="" if column in codes else _near(header.words(column), missing),
        )
        for column in range(sheet.width)
        if header.words(column) or column in codes
    )
    return InspectedHeader(
        first_row=header.top + 1,
        last_row=header.last + 1,
        number_row=header.numbers + 1 if header.numbered else 0,
        fingerprint=fingerprint(header),
        columns=columns,
        missing=tuple(missing.items()),
        fits=len(match.columns),
        expected=len(form.columns),
    )


def _near(words: str, missing: Mapping[str, str]) -> str:
    """The missing column whose header is most similar to these words; "" when none is close."""
    if not missing:
        return ""
    paths = {code: path.lower() for code, path in missing.items()}
    _, score, code = process.extractOne(words.lower(), paths, scorer=fuzz.token_sort_ratio)
    return str(code) if score >= _CLOSE_ENOUGH else ""


def _lines(sheet: Sheet, header: Header) -> int:
    """Rows with a number below the header, up to notes or signatures."""
    number = 0
    for row in sheet.rows[header.numbers + 1 :]:
        if ends_table(row):
            break
        number += any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row[1:])
    return number


def lines(seen: InspectedFile, vocabulary: Vocabulary, language: Language = Language.VI) -> Iterator[str]:
    """The result as text lines; `vocabulary` is the one that the file was read with."""

    def line(message: str, **values: object) -> str:
        return sentence(f"inspect_{message}", **values)[language]

    yield line("file", file=seen.file, container=seen.container, size=seen.size, sha256=seen.sha256)
    for sheet in seen.sheets:
        state = line(sheet.state)
        yield line("sheet", name=sheet.name, state=state, rows=sheet.rows, columns=sheet.columns, cells=sheet.cells)
        yield from (line(message, **values) for message, values in _form_messages(sheet, vocabulary))
        yield from (line(message, **values) for message, values in _cell_messages(sheet))
    errors = sum(finding.severity is Severity.ERROR for finding in seen.findings)
    yield line("findings", errors=errors, warnings=len(seen.findings) - errors)
    for finding in seen.findings:
        yield line("finding", severity=severity_word(finding.severity, language), finding=finding.say(language))


def _form_messages(sheet: InspectedSheet, vocabulary: Vocabulary) -> Iterator[tuple[str, dict[str, object]]]:
    if sheet.official is not None:
        yield from official_messages(sheet.official, vocabulary)
        yield from _title_messages(sheet)
        return
    if sheet.header is None or not sheet.nearest:
        yield "none_fits" if sheet.header else "no_form", {}
        if sheet.table:
            yield from table_messages(sheet.table, with_columns=True)
        return
    form, header = vocabulary.forms[sheet.nearest], sheet.header
    message = "mapped" if sheet.by_mapping else "form" if sheet.form else "nearest"
    yield message, {"form": form.code, "title": form.title, "fits": header.fits, "expected": header.expected}
    yield (
        "header" if header.number_row else "unnumbered_header",
        {
            "first": header.first_row,
            "last": header.last_row,
            "numbers": header.number_row,
            "fingerprint": header.fingerprint[:12],
        },
    )
    titles = {column.code: column.title for column in form.columns}
    for column in header.columns:
        code = column.code or column.near
        message = "column" if column.code else "suggested_column" if code else "unknown_column"
        yield (
            message,
            {"letters": column.letters, "header": column.header, "code": code, "title": titles.get(code, "")},
        )
    for code, path in header.missing:
        yield "missing", {"header": path, "code": code}
    yield from _title_messages(sheet)


def _title_messages(sheet: InspectedSheet) -> Iterator[tuple[str, dict[str, object]]]:
    if sheet.unit:
        yield "unit", {"unit": f"{sheet.unit_name} ({sheet.unit})"}
    if sheet.period:
        yield "period", {"period": sheet.period, "basis": sentence(f"inspect_{sheet.basis}")}
    if sheet.table:
        yield from table_messages(sheet.table, with_columns=False)
    else:
        yield "lines", {"number": sheet.lines}


def _cell_messages(sheet: InspectedSheet) -> Iterator[tuple[str, dict[str, object]]]:
    if sheet.copy_of:
        about = sheet.copy_of
        yield "copy", {"sheet": about.sheet, "same": about.same, "number": about.numbers}
    for decoding in sheet.decoded:
        yield (
            decoding.kind,
            {"number": decoding.cells, "cell": decoding.first_cell, "text": decoding.first_text},
        )
    if sheet.error_cells:
        more = ", …" if len(sheet.error_cells) > _CELLS_SHOWN else ""
        shown = ", ".join(sheet.error_cells[:_CELLS_SHOWN]) + more
        yield "errors", {"number": len(sheet.error_cells), "cells": shown}
