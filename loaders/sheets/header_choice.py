"""Headers that match no form: compared with the nearest one, and mapped as the user chooses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from data.forms.header_mappings import FoundColumn, FoundHeader, HeaderChoice, HeaderMapping
from data.forms.model import Form
from data.forms.vocabulary import Vocabulary
from data.returns import SourceFile
from loaders.findings import is_refused
from loaders.formats import dispatch as formats
from loaders.formats.worker_pool import WorkerPool
from loaders.messages import sentence
from loaders.sheets.header import Header, find_header, guess_header, header_at, matches
from loaders.sheets.mapping import MappingError, fingerprint
from loaders.sheets.personal_data import lists_persons
from loaders.sheets.recognise import last_day, named_in_title, recognise
from loaders.templates.sheet_frame import column_paths
from loaders.workbook import Sheet, Unreadable, column_name

_CLOSE_ENOUGH = 65

_Request = tuple[SourceFile, Vocabulary, tuple[HeaderMapping, ...], tuple[HeaderChoice, ...]]


def found_headers(
    source: SourceFile,
    vocabulary: Vocabulary,
    mappings: Sequence[HeaderMapping],
    choices: Sequence[HeaderChoice] = (),
) -> tuple[FoundHeader, ...]:
    """The headers of a file's sheets that cannot be read as they stand, analysed in a limited process.

    A choice selects another form to compare with, or other header rows. Empty for a file that lists persons or cannot
    be read.
    """
    with WorkerPool(1, preload=(__name__,)) as pool:
        try:
            return pool.run(_analyse, (source, vocabulary, tuple(mappings), tuple(choices)))
        except Unreadable:
            return ()


def mapping_of(source: SourceFile, vocabulary: Vocabulary, choice: HeaderChoice) -> HeaderMapping:
    """The mapping for a choice, bound to the header of its sheet.

    Raises:
        MappingError: a column is not the form's or is chosen twice, or the header is recognised without a mapping.
        Unreadable: the file cannot be read.
    """
    if choice.form not in vocabulary.forms or not choice.columns:
        raise MappingError(sentence("mapping_nothing_chosen"))
    codes = list(choice.columns.values())
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        letters = ", ".join(name for name, code in choice.columns.items() if code == twice)
        raise MappingError(sentence("mapping_chosen_twice", code=twice, columns=letters))
    with WorkerPool(1, preload=(__name__,)) as pool:
        found = pool.run(_bind, (source, vocabulary, choice))
    if isinstance(found, str):
        raise MappingError(sentence(found))
    return found


def _analyse(request: _Request) -> tuple[FoundHeader, ...]:
    source, vocabulary, mappings, choices = request
    sheets = formats.read(source.content).sheets
    if any(lists_persons(sheet) for sheet in sheets):
        return ()
    chosen = {choice.place: choice for choice in choices}
    return tuple(_compared(sheets, vocabulary, mappings, chosen))


def _compared(
    sheets: Sequence[Sheet],
    vocabulary: Vocabulary,
    mappings: Sequence[HeaderMapping],
    chosen: Mapping[int, HeaderChoice],
) -> Iterator[FoundHeader]:
    for place, sheet in enumerate(sheets):
        if sheet.hidden or (place not in chosen and _is_read(sheet, vocabulary, mappings)):
            continue
        choice = chosen.get(place)
        header = _header(sheet, vocabulary, choice)
        if header is not None:
            form, columns = _columns(sheet, vocabulary, header, choice)
            yield FoundHeader(
                place=place,
                sheet=sheet.name,
                form=form.code,
                version=form.version,
                first_row=header.top + 1,
                last_row=header.last + 1,
                is_numbered=header.numbered,
                columns=columns,
            )


def _is_read(sheet: Sheet, vocabulary: Vocabulary, mappings: Sequence[HeaderMapping]) -> bool:
    """Whether no problem with the header prevents the sheet from being read."""
    found, findings = recognise(sheet, vocabulary, mappings)
    return found is not None and not is_refused(findings)


def _header(sheet: Sheet, vocabulary: Vocabulary, choice: HeaderChoice | None) -> Header | None:
    if choice is not None and choice.header_rows is not None:
        return header_at(sheet, *choice.header_rows)
    found = find_header(sheet, vocabulary)
    if found is not None:
        return found
    rows = guess_header(sheet, vocabulary)
    return header_at(sheet, *rows) if rows else None


def _columns(
    sheet: Sheet, vocabulary: Vocabulary, header: Header, choice: HeaderChoice | None
) -> tuple[Form, tuple[FoundColumn, ...]]:
    """The form to compare with (chosen, else named in the title, else the nearest), and its column matches."""
    fits = {form.code: (form, match) for form, match in matches(header, vocabulary, last_day(sheet, header.top))}
    shares = {code: match.share_of(form) for code, (form, match) in fits.items()}
    among = [choice.form] if choice else named_in_title(sheet, header.top, vocabulary) or list(shares)
    form, match = fits[max(among, key=lambda code: shares[code])]
    codes = {column: code for code, column in match.columns.items()}
    columns = [
        FoundColumn(letters=column_name(column), words=header.words(column), code=codes.get(column, ""))
        for column in range(sheet.width)
        if header.words(column) or column in codes
    ]
    return form, tuple(_with_guesses(columns, form))


def _with_guesses(columns: Sequence[FoundColumn], form: Form) -> list[FoundColumn]:
    """Suggests codes for the remaining columns, each code of the form once, most similar words first."""
    taken = {column.code for column in columns}
    known = [
        (column.code, words.lower())
        for column, path in zip(form.columns, column_paths(form), strict=True)
        if column.code not in taken
        for words in {" / ".join(path), path[-1], column.title.vi}
    ]
    likely = [
        (score, place, known[at][0])
        for place, column in enumerate(columns)
        if not column.code
        for _, score, at in process.extract(
            column.words.lower(),
            [words for _, words in known],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_CLOSE_ENOUGH,
            limit=None,
        )
    ]
    found, guessed = list(columns), set[str]()
    for _, place, code in sorted(likely, key=lambda guess: (-guess[0], guess[1])):
        if not found[place].code and code not in guessed:
            guessed.add(code)
            found[place] = replace(found[place], code=code, is_guess=True)
    return found


def _bind(request: tuple[SourceFile, Vocabulary, HeaderChoice]) -> HeaderMapping | str:
    """The mapping for a choice, or the key of the message that explains why there is none."""
    source, vocabulary, choice = request
    sheets = formats.read(source.content).sheets
    if not 0 <= choice.place < len(sheets) or any(lists_persons(sheet) for sheet in sheets):
        return "mapping_no_header"
    sheet = sheets[choice.place]
    header = _header(sheet, vocabulary, choice)
    if header is None:
        return "mapping_no_header"
    # Recognised columns mean the same for everybody: no user may redefine them.
    if _is_read(sheet, vocabulary, ()):
        return "mapping_not_needed"
    form = vocabulary.form_on(choice.form, last_day(sheet, header.top))
    letters = {column_name(column) for column in range(sheet.width)}
    if not (choice.columns.keys() <= letters and set(choice.columns.values()) <= {c.code for c in form.columns}):
        return "mapping_nothing_chosen"
    rows = None if header.numbered else (header.top + 1, header.last + 1)
    return HeaderMapping(
        fingerprint=fingerprint(header), form=form.code, columns=dict(choice.columns), header_rows=rows
    )
