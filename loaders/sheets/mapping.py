"""Mappings for headers that fit no form: parsed from TOML, bound to a header's words, applied to a sheet."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rapidfuzz import process

from data.forms.header_mappings import HeaderMapping
from data.forms.model import Form
from data.forms.vocabulary import Vocabulary
from data.language import UserError
from data.returns import SourceFile
from data.vietnamese.text import compact_key
from loaders.formats import dispatch as formats
from loaders.formats.worker_pool import WorkerPool
from loaders.messages import sentence
from loaders.sheets.header import Header, Match, find_header, header_at, matches
from loaders.workbook import Sheet, Unreadable, column_name

_LETTERS = re.compile(r"[A-Z]{1,3}")
_CLOSE_ENOUGH = 60
_KEYS = frozenset({"form", "columns", "header"})


class MappingError(UserError, ValueError):
    """An unusable mapping; the message says what is wrong and what to write."""


def read_mapping(path: Path, vocabulary: Vocabulary) -> HeaderMapping:
    """Parses a mapping onto a form of the vocabulary from a TOML file, not yet bound to a header.

    It holds form = "B1", [columns] "header words or column letters" = "code", and, for a sheet without a
    column-number row, header = [first row, last row].

    Raises:
        MappingError: the file is not a valid mapping.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise MappingError(sentence("mapping_no_toml", file=path.name)) from None
    form, columns, rows = table.get("form"), table.get("columns"), table.get("header")
    if not isinstance(form, str) or form not in vocabulary.forms:
        raise MappingError(sentence("mapping_form", file=path.name, shown=form, known=", ".join(vocabulary.forms)))
    if not isinstance(columns, dict) or not columns or not table.keys() <= _KEYS:
        raise MappingError(sentence("mapping_columns", file=path.name))
    _check_codes(path, vocabulary.forms[form], columns)
    return HeaderMapping(fingerprint="", form=form, columns=columns, header_rows=_rows(path, rows))


def _check_codes(path: Path, form: Form, columns: Mapping[str, Any]) -> None:
    known = [column.code for column in form.columns]
    for written in columns.values():
        if written not in known:
            near = process.extractOne(str(written), known, score_cutoff=_CLOSE_ENOUGH)
            key, values = ("mapping_code_suggested", {"near": near[0]}) if near else ("mapping_code", {})
            raise MappingError(sentence(key, file=path.name, shown=written, form=form.code, **values))
    twice = next((code for code in columns.values() if list(columns.values()).count(code) > 1), None)
    if twice:
        raise MappingError(sentence("mapping_twice", file=path.name, shown=twice))


def _rows(path: Path, rows: object) -> tuple[int, int] | None:
    if rows is None:
        return None
    if isinstance(rows, int) and not isinstance(rows, bool):
        rows = [rows, rows]
    match rows:
        case [int() as first, int() as last] if 1 <= first <= last:
            return first, last
    raise MappingError(sentence("mapping_header", file=path.name))


def fingerprint(header: Header) -> str:
    """A hash shared by headers with the same words in the same columns, however they are spelt."""
    words = "\n".join(compact_key(header.words(column)) for column in range(len(header.raw))).rstrip("\n")
    return hashlib.sha256(words.encode()).hexdigest()


def header_of(mapping: HeaderMapping, sheet: Sheet, vocabulary: Vocabulary) -> Header | None:
    """The sheet's header: as given by the mapping, else as detected."""
    return header_at(sheet, *mapping.header_rows) if mapping.header_rows else find_header(sheet, vocabulary)


def bind(mapping: HeaderMapping, files: Iterable[SourceFile], vocabulary: Vocabulary) -> tuple[HeaderMapping, ...]:
    """The mapping bound to each distinct header of the files that has all of its columns."""
    with WorkerPool(1, preload=(__name__,)) as pool:
        found = pool.run_each(_headers, ((mapping, file, vocabulary) for file in files))
        # An unreadable file is reported when it is loaded.
        prints = dict.fromkeys(one for each in found if not isinstance(each, Unreadable) for one in each)
    return tuple(replace(mapping, fingerprint=one) for one in prints)


def read_bound(path: Path, files: Iterable[SourceFile], vocabulary: Vocabulary) -> tuple[HeaderMapping, ...]:
    """Parses a mapping from a TOML file and binds it to the headers of the files that it fits.

    Raises:
        MappingError: the file is not a valid mapping, or it fits none of the files.
    """
    bound = bind(read_mapping(path, vocabulary), files, vocabulary)
    if not bound:
        raise MappingError(sentence("mapping_fits_none", file=path.name))
    return bound


def _headers(given: tuple[HeaderMapping, SourceFile, Vocabulary]) -> list[str]:
    """Fingerprints of the headers in one file that have all columns of the mapping."""
    mapping, file, vocabulary = given
    sheets = formats.read(file.content).sheets
    headers = [header_of(mapping, sheet, vocabulary) for sheet in sheets if not sheet.hidden]
    fitting = (header for header in headers if header and len(_columns(mapping, header)) == len(mapping.columns))
    return [fingerprint(header) for header in fitting]


def mapped(sheet: Sheet, vocabulary: Vocabulary, mappings: Sequence[HeaderMapping]) -> tuple[Header, str, Match] | None:
    """Header, form and columns of a sheet by the mapping stored for its header; None when there is none."""
    for mapping in mappings:
        header = header_of(mapping, sheet, vocabulary)
        if header is not None and fingerprint(header) == mapping.fingerprint:
            return header, mapping.form, _match(mapping, header, vocabulary)
    return None


def _match(mapping: HeaderMapping, header: Header, vocabulary: Vocabulary) -> Match:
    """The mapping's columns, and those that the form's own words match among the others."""
    by_mapping = _columns(mapping, header)
    by_words = next(match for form, match in matches(header, vocabulary) if form.code == mapping.form)
    taken = set(by_mapping.values())
    others = {code: at for code, at in by_words.columns.items() if code not in by_mapping and at not in taken}
    twice = tuple((code, at) for code, at in by_words.twice if at not in taken and code not in by_mapping)
    return Match(columns={**others, **by_mapping}, twice=twice)


def _columns(mapping: HeaderMapping, header: Header) -> dict[str, int]:
    """Zero-based columns by code, matched by the whole header, else its last words, else column letters."""
    width = len(header.raw)
    places: dict[str, int] = {column_name(column): column for column in reversed(range(width))}
    ends: dict[str, int] = {}
    wholes: dict[str, int] = {}
    for column in reversed(range(width)):
        if header.raw[column]:
            ends[compact_key(header.raw[column][-1])] = column
        for path in (header.filled[column], header.raw[column]):
            if path:
                wholes[compact_key(" ".join(path))] = column
    found = {}
    for words, code in mapping.columns.items():
        wanted = compact_key(words)
        letters = places if _LETTERS.fullmatch(words) else {}
        for known, name in ((wholes, wanted), (ends, wanted), (letters, words)):
            if name in known:
                found[code] = known[name]
                break
    return found
