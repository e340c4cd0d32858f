"""The sender of a return: from code and name in the title block, compared with each other and with the rows below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from data.organisations.units import LEVELS, Level, Tree, Unit
from data.returns import Finding
from data.vietnamese.person_names import masked
from data.vietnamese.text import clean, key, proper_key
from loaders.findings import error, is_refused, warning
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import show
from loaders.vietnamese.unit_names import parse_name
from loaders.workbook import Value, address

_CODE = re.compile(r"mã\s+(?:số\s+)?(?:đơn vị|tổ chức)(?:\s+báo cáo)?\s*[:：]?\s*(.*)", re.IGNORECASE)
_CLOSE_ENOUGH = 75
_BODIES = LEVELS[Level.PROVINCE] | LEVELS[Level.DISTRICT] | LEVELS[Level.BASE]


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A text above the header, its zero-based row and address, and the text in the next filled cell of its row."""

    row: int
    cell: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class _Stated:
    """A unit that the title block names, by its code or its name, and the line that does."""

    unit: Unit
    line: TitleLine
    is_code: bool


def title_lines(found: Recognised) -> list[TitleLine]:
    """The texts above the header, row by row."""
    lines = []
    for row, cells in enumerate(found.sheet.rows[: found.header.top]):
        texts = [(column, clean(cell)) for column, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
        for place, (column, text) in enumerate(texts):
            after = texts[place + 1][1] if place + 1 < len(texts) else ""
            lines.append(TitleLine(row, address(row, column), text, after))
    return lines


def find_sender(found: Recognised, tree: Tree, findings: list[Finding]) -> Unit | None:
    """The sender by "Mã đơn vị", else by the name of the issuing body, else by its rows; None with a finding.

    Code, name and rows must not contradict each other: counts would be kept under another unit.
    """
    lines = title_lines(found)
    stated = _by_code(found, lines, tree, findings)
    if stated is not None:
        problems = list(_compare_names(found, stated, lines, tree))
        findings.extend(problems)
        if is_refused(problems):
            return None
    elif is_refused(findings):
        return None
    else:
        stated = _by_name(lines, tree)
    # Of the historical series the province may give the lines of any unit.
    rows = _units_of_rows(found, tree) if found.form.is_return else []
    if stated is None or (not stated.is_code and stated.unit == tree.root and found.form.is_return):
        return _by_rows(found, rows, stated, tree, findings)
    return None if _contradicts_rows(found, stated, rows, tree, findings) else stated.unit


def _by_code(found: Recognised, lines: Sequence[TitleLine], tree: Tree, findings: list[Finding]) -> _Stated | None:
    for line in lines:
        stated = _CODE.fullmatch(line.text)
        code = (stated[1] or line.after).strip(" .") if stated else ""
        if not code:
            continue
        unit = tree.by_code.get(code) or tree.by_code.get(code.upper())
        if unit is not None:
            return _Stated(unit, line, is_code=True)
        findings.append(unknown_unit("unknown_sender", found.name, line.cell, code, tuple(tree.units.values())))
        return None
    return None


def _by_name(lines: Sequence[TitleLine], tree: Tree) -> _Stated | None:
    """The lowest of the units named in the title block: the issuing body, not its superior."""
    for of in (key, proper_key, _body_key):
        by_name: dict[object, list[Unit]] = {}
        for unit in tree.units.values():
            by_name.setdefault(of(unit.name), []).append(unit)
        named = [(line, by_name.get(of(line.text), [])) for line in lines]
        single = [_Stated(units[0], line, is_code=False) for line, units in named if len(units) == 1]
        if single:
            return max(single, key=lambda stated: len(tree.ancestors(stated.unit.id)))
    return None


def _body_key(name: str) -> object:
    """The key shared by "Huyện uỷ Thuỷ Sơn" and "Đảng bộ huyện Thuỷ Sơn"; names without a territory match nothing."""
    parts = parse_name(name)
    return (parts.body, parts.territory, parts.own) if parts.body and parts.territory else object()


def _compare_names(found: Recognised, sender: _Stated, lines: Sequence[TitleLine], tree: Tree) -> Iterable[Finding]:
    """An error where a committee is named that is neither the sender by its code nor above it; a warning at odd names.

    The name stands at or above the code; below it stands the title of the form.
    """
    above = {sender.unit.id, *(unit.id for unit in tree.ancestors(sender.unit.id))}
    bodies = [unit for unit in tree.units.values() if unit.kind in _BODIES]
    about = {"code": sender.unit.code, "name": sender.unit.name}
    for line in lines:
        parts = parse_name(line.text)
        if not parts.body:
            continue
        alike = [u for u in bodies if key(u.name) == key(line.text) or _body_key(u.name) == _body_key(line.text)]
        if any(unit.id in above for unit in alike):
            continue
        if len(alike) == 1:
            other = {"other": alike[0].name, "other_code": alike[0].code}
            yield error("sender_contradicts", found.name, line.cell, **about, **other)
        elif line.row <= sender.line.row and not any(
            parse_name(tree.units[unit].name).own == parts.own for unit in above
        ):
            yield warning("sender_name_differs", found.name, line.cell, written=masked(line.text), **about)


def _units_of_rows(found: Recognised, tree: Tree) -> list[Unit]:
    """The units of the rows by their codes; without any code by names that only one unit has."""
    body = found.sheet.rows[found.header.numbers + 1 :]
    codes, names = (found.columns.get(code) for code in ("unit_code", "unit_name"))
    written = [code for cells in body if codes is not None and (code := _code_of(cells[codes]))]
    units = [tree.by_code[code] for code in written if code in tree.by_code]
    if written or names is None:
        return units
    by_name: dict[str, list[Unit]] = {}
    for unit in tree.units.values():
        by_name.setdefault(key(unit.name), []).append(unit)
    texts = (cell for cells in body if isinstance(cell := cells[names], str) and cell)
    alike = (by_name.get(key(text), []) for text in texts)
    return [among[0] for among in alike if len(among) == 1]


def _code_of(cell: Value) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return clean(cell) if isinstance(cell, str) else ""


def _common_sender(units: Sequence[Unit], tree: Tree) -> Unit | None:
    """The only unit with returns due whose branch holds all of the units."""
    senders = {unit.id: unit for unit in tree.senders}
    found = {next((u.id for u in (unit, *tree.ancestors(unit.id)) if u.id in senders), 0) for unit in units}
    return senders.get(found.pop()) if len(found) == 1 else None


def _by_rows(
    found: Recognised, rows: Sequence[Unit], named: _Stated | None, tree: Tree, findings: list[Finding]
) -> Unit | None:
    """The sender that the rows show; the province only where it is named and the rows are of several of its senders."""
    common = _common_sender(rows, tree)
    if common is not None:
        findings.append(warning("sender_from_rows", found.name, name=common.name, code=common.code))
        return common
    if named is None or len({unit.id for unit in rows}) < len(tree.senders[:2]):
        findings.append(error("no_sender", found.name))
        return None
    return named.unit


def _contradicts_rows(
    found: Recognised, stated: _Stated, rows: Sequence[Unit], tree: Tree, findings: list[Finding]
) -> bool:
    """Whether all rows are another unit's, or the province's return holds the rows of one sender only."""
    below = {unit.id for unit in tree.within(stated.unit.id)}
    inside = sum(unit.id in below for unit in rows)
    common = _common_sender(rows, tree)
    is_partial = stated.unit == tree.root and common is not None and len(tree.senders) > 1
    if common is None or (inside and not is_partial):
        return False
    about = {"number": show(len(rows)), "name": common.name, "code": common.code, "sender": stated.unit.name}
    findings.append(error("rows_of_other_unit", found.name, stated.line.cell, sender_code=stated.unit.code, **about))
    return True


def unknown_unit(code: str, sheet: str, cell: str, written: str, units: tuple[Unit, ...]) -> Finding:
    """A finding about an unknown unit, suggesting the most similar known one, if any is close."""
    by_code = _looks_like_code(written)
    choices = [unit.code if by_code else unit.name for unit in units]
    nearest = process.extractOne(written, choices, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE_ENOUGH)
    if nearest is None:
        return error(code, sheet, cell, written=masked(written))
    unit = units[nearest[2]]
    return error(f"{code}_suggested", sheet, cell, written=masked(written), code=unit.code, name=unit.name)


def _looks_like_code(text: str) -> bool:
    return " " not in text and any(character.isdigit() for character in text)
