"""Recognises the form on a sheet by its title and header words, never by the sheet's name or position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from data.returns import Finding
from data.vietnamese.person_names import masked
from data.vietnamese.text import key
from loaders.findings import error, warning
from loaders.sheets.header import Header, Match, begins_table, find_header, matches
from loaders.sheets.mapping import mapped
from loaders.sheets.period_lines import read_period
from loaders.templates.sheet_frame import column_paths
from loaders.workbook import Sheet, address, column_name

if TYPE_CHECKING:
    from datetime import date

    from data.forms.header_mappings import HeaderMapping
    from data.forms.model import Form
    from data.forms.vocabulary import Vocabulary

_ENOUGH_WITH_TITLE = 0.3
_ENOUGH_TO_ASK = 0.6
_ENOUGH_ALONE = 0.8
_NEAR = 0.5
_ALMOST_SPELT = 88
_LONGEST_TITLE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A sheet recognised as a form: `columns` holds the zero-based column of each field and measure."""

    sheet: Sheet
    vocabulary: Vocabulary
    form: Form
    header: Header
    columns: dict[str, int]

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.sheet.name

    def cell(self, row: int, code: str) -> str:
        """The address of a column in a zero-based row."""
        return address(row, self.columns[code])


def recognise(
    sheet: Sheet, vocabulary: Vocabulary, mappings: Sequence[HeaderMapping] = ()
) -> tuple[Recognised | None, list[Finding]]:
    """The form on a sheet, with findings about its header; (None, []) when it is not a form.

    A mapping stored for the sheet's header takes precedence.
    """
    by_mapping = mapped(sheet, vocabulary, mappings)
    if by_mapping is not None:
        header, code, match = by_mapping
        form = vocabulary.form_on(code, last_day(sheet, header.top))
        return _with_columns(sheet, vocabulary, header, form, match)
    found = find_header(sheet, vocabulary)
    if found is None:
        return None, []
    fits = {form.code: (form, match) for form, match in matches(found, vocabulary, last_day(sheet, found.top))}
    titled = named_in_title(sheet, found.top, vocabulary)
    if not (found.numbered or titled) and max(_share(*fit) for fit in fits.values()) < _ENOUGH_TO_ASK:
        return None, []
    chosen, finding = _choose(fits, titled, sheet, vocabulary)
    if chosen is None:
        return None, [finding] if finding else []
    return _with_columns(sheet, vocabulary, found, *fits[chosen])


def _with_columns(
    sheet: Sheet, vocabulary: Vocabulary, header: Header, form: Form, match: Match
) -> tuple[Recognised | None, list[Finding]]:
    beside = [column for code, column in match.twice if code not in form.by_code]
    if len(beside) > 1:
        about = {"form": form.code, "column": column_name(min(beside))}
        return None, [error("table_beside", sheet.name, address(header.top, min(beside)), **about)]
    findings = list(_header_findings(sheet, header, form, match))
    if any(finding.code in {"missing_column", "header_misspelt"} for finding in findings):
        return None, findings
    second = next_table(sheet, header, vocabulary)
    if second is not None:
        return None, [error("second_table", sheet.name, address(second, 0), form=form.code, row=second + 1)]
    findings.extend(_other_titles(sheet, header, form, vocabulary))
    found = Recognised(sheet=sheet, vocabulary=vocabulary, form=form, header=header, columns=dict(match.columns))
    return found, findings


def next_table(sheet: Sheet, header: Header, vocabulary: Vocabulary) -> int | None:
    """The zero-based row where another table begins below the one of the header, with its title if it has one."""
    body = range(header.numbers + 1, len(sheet.rows))
    below = next((row for row in body if begins_table(sheet.rows[row], vocabulary)), None)
    if below is None:
        return None
    titled = (row for row in range(max(body.start, below - _LONGEST_TITLE), below) if _titles(sheet, row, vocabulary))
    return next(titled, below)


def _titles(sheet: Sheet, row: int, vocabulary: Vocabulary) -> bool:
    lines = {key(cell) for cell in sheet.rows[row] if isinstance(cell, str) and cell}
    return any({key(form.number), key(form.title.vi)} & lines for form in vocabulary.forms.values())


def _other_titles(sheet: Sheet, header: Header, form: Form, vocabulary: Vocabulary) -> Iterator[Finding]:
    """A warning where number or title is another form's: the columns tell which form it is."""
    lines = [
        (key(cell), address(row, column))
        for row, cells in enumerate(sheet.rows[: header.top])
        for column, cell in enumerate(cells)
        if isinstance(cell, str) and cell
    ]
    for words in (_number, _title):
        own = {words(version) for version in vocabulary.versions[form.code]}
        if not any(known in line for known in own for line, _ in lines):
            others = {words(other): other for other in vocabulary.forms.values()}
            for line, cell in lines:
                if line in others:
                    about = {"title": others[line].title, "form": form.code, "wanted": form.title}
                    yield warning("title_of_other_form", sheet.name, cell, other=others[line].code, **about)


def _number(form: Form) -> str:
    return key(form.number)


def _title(form: Form) -> str:
    return key(form.title.vi)


def last_day(sheet: Sheet, top: int) -> date | None:
    """The last day of the period named above the header."""
    texts = (cell for row in sheet.rows[:top] for cell in row if isinstance(cell, str))
    return next((period.end for period in map(read_period, texts) if period), None)


def named_in_title(sheet: Sheet, top: int, vocabulary: Vocabulary) -> list[str]:
    """Codes of the forms whose number or title stands above the header."""
    lines = [f" {key(cell)} " for row in sheet.rows[:top] for cell in row if isinstance(cell, str) and cell]
    return [
        form.code
        for form in vocabulary.forms.values()
        if any(f" {key(words)} " in line for words in (form.number, form.title.vi) for line in lines)
    ]


def _choose(
    fits: Mapping[str, tuple[Form, Match]], titled: Sequence[str], sheet: Sheet, vocabulary: Vocabulary
) -> tuple[str | None, Finding | None]:
    """The code of the form, or the reason for refusing."""
    forms = vocabulary.forms
    shares = {code: _share(*fit) for code, fit in fits.items()}
    best = max(shares, key=lambda code: shares[code])
    if not titled:
        if shares[best] >= _ENOUGH_ALONE:
            return best, None
        if shares[best] < _NEAR:
            return None, error("unknown_form_far", sheet.name)
        return None, error("unknown_form", sheet.name, nearest=best, title=forms[best].title)
    named = max(titled, key=lambda code: shares[code])
    if shares[best] >= _ENOUGH_ALONE and best not in titled:
        return None, error("title_contradicts_header", sheet.name, title=forms[named].title, header=forms[best].title)
    if shares[named] < _ENOUGH_WITH_TITLE:
        return None, error("unknown_form", sheet.name, nearest=named, title=forms[named].title)
    return named, None


def _share(form: Form, match: Match) -> float:
    """How much of a form's header was found; of a return none, where only the columns of every return were."""
    return 0.0 if form.is_return and form.by_code.keys().isdisjoint(match.columns) else match.share_of(form)


def _header_findings(sheet: Sheet, header: Header, form: Form, match: Match) -> list[Finding]:
    findings = []
    missing = {
        code: path
        for code, path in zip(_codes(form), column_paths(form), strict=True)
        if code not in match.columns and _is_needed(form, code)
    }
    taken = set(match.columns.values())
    for code, column in match.twice:
        taken.add(column)
        first = address(header.numbers, match.columns[code])
        place = address(header.numbers, column)
        findings.append(error("column_twice", sheet.name, place, header=masked(header.words(column)), first=first))
    findings.extend(_hidden_columns(sheet, header, sorted(taken & sheet.hidden_columns)))
    for column in range(sheet.width):
        if column in taken:
            continue
        words = header.words(column)
        meant = _misspelt(header.raw[column], missing)
        place = address(header.numbers, column)
        if meant:
            about = {"column": column_name(column), "written": masked(header.raw[column][-1])}
            findings.append(error("header_misspelt", sheet.name, place, meant=missing.pop(meant)[-1], **about))
        elif words:
            findings.append(warning("extra_column", sheet.name, place, header=masked(words)))
        elif _has_numbers(sheet, header, column):
            findings.append(warning("unnamed_column", sheet.name, place))
    absent = [error("missing_column", sheet.name, header=" / ".join(p), form=form.code) for p in missing.values()]
    return [*absent, *findings]


def _misspelt(path: Sequence[str], missing: Mapping[str, Sequence[str]]) -> str:
    """The code of the missing column that a header is meant for: its last words are almost the same; "" for none."""
    if not path:
        return ""
    words = {code: key(" ".join(wanted)) for code, wanted in missing.items()}
    ends = {code: key(wanted[-1]) for code, wanted in missing.items()}
    for written, known in ((" ".join(path), words), (path[-1], ends)):
        near = process.extract(key(written), known, scorer=fuzz.ratio, score_cutoff=_ALMOST_SPELT, limit=2)
        if near and (len(near) == 1 or near[0][1] > near[1][1]):
            return str(near[0][2])
    return ""


def _hidden_columns(sheet: Sheet, header: Header, columns: Sequence[int]) -> Iterator[Finding]:
    """Hidden columns of the form are read, since no return is complete without them, and reported."""
    filled = [column for column in columns if any(row[column] != "" for row in sheet.rows[header.numbers + 1 :])]
    if filled:
        letters = ", ".join(map(column_name, filled))
        yield warning("hidden_columns_read", sheet.name, address(header.numbers, filled[0]), columns=letters)


def _codes(form: Form) -> Sequence[str]:
    return [*(named.code for named in form.fields), *(measure.code for measure in form.measures)]


def _is_needed(form: Form, code: str) -> bool:
    return code in form.by_code or any(named.code == code and named.required for named in form.fields)


def _has_numbers(sheet: Sheet, header: Header, column: int) -> bool:
    body = sheet.rows[header.numbers + 1 :]
    return any(isinstance(row[column], int | float) for row in body)
