"""The sender and period of an official form, from the blanks filled in above its header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from data.organisations.units import Registry, Tree, Unit, UnitKind
from data.periods import Frequency, Period
from data.returns import Finding
from data.vietnamese.text import clean, key
from loaders.findings import error, period_text
from loaders.messages import sentence
from loaders.official.recognise import OfficialSheet
from loaders.sheets.period_lines import impossible_year, read_period
from loaders.sheets.senders import unknown_unit
from loaders.sheets.title_block import year_finding
from loaders.workbook import address

_CODE = re.compile(r"mã\s+(?:số\s+)?(?:đơn vị|tổ chức)(?:\s+báo cáo)?\s*[:：]\s*(\S+)", re.IGNORECASE)
# Three blanks on consecutive lines, which a copy may have joined into one.
_NEXT_BLANK = re.compile(
    r"\n|(?=huyện\s*\(quận)|(?=\bban\s+tổ\s+chức\b)|(?<=[^\s/] )(?=(?:huyện|quận|thị|thành|đảng)\s+(?:ủy|uỷ)\b)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(r"và tương đương", re.IGNORECASE)
_ISSUER = re.compile(r"^ban\s+tổ\s+chức\s*", re.IGNORECASE)
_BODIES = tuple(
    map(
        key,
        (
            "Tỉnh uỷ",
            "Tỉnh thành uỷ",
            "Huyện uỷ",
            "Huyện quận uỷ",
            "Thành uỷ",
            "Thị uỷ",
            "Quận uỷ",
            "Đảng uỷ",
            "Đảng bộ",
        ),
    )
)
_EITHER = key("Tỉnh uỷ/Huyện uỷ")
_PROVINCIAL = tuple(map(key, ("Tỉnh uỷ", "Tỉnh (thành uỷ)", "Đảng bộ tỉnh")))
_LOWER = tuple(map(key, ("Huyện", "Thành uỷ", "Thị uỷ", "Quận uỷ")))
_TERRITORIES = tuple(map(key, ("tỉnh", "huyện", "thị xã", "thành phố", "quận", "xã", "phường", "thị trấn", "đặc khu")))
_DOTS = re.compile(r"[.…_]{2,}|…")
_CLOSE_ENOUGH = 75
_BELOW_BASE = frozenset({UnitKind.CELL, UnitKind.SECTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHeading:
    """The unit that the form covers and its period, with the tree on the period's last day."""

    unit: Unit
    period: Period
    tree: Tree


@dataclass(frozen=True, slots=True)
class _Line:
    cell: str
    text: str


def read_heading(found: OfficialSheet, registry: Registry) -> tuple[FormHeading | None, list[Finding]]:
    """Unit and period, or findings that name what is missing."""
    lines = list(_lines(found))
    period, problem = _period(found, lines)
    if period is None:
        return None, [problem] if problem else []
    tree = registry.at(period.end)
    unit, problem = _unit(found, lines, tree)
    if unit is None:
        return None, [problem] if problem else []
    return FormHeading(unit=unit, period=period, tree=tree), []


def _lines(found: OfficialSheet) -> Iterator[_Line]:
    for row, cells in enumerate(found.sheet.rows[: found.columns.row]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell.strip():
                yield _Line(address(row, column), cell)


def _period(found: OfficialSheet, lines: list[_Line]) -> tuple[Period | None, Finding | None]:
    impossible = next(((line, year) for line in lines if (year := impossible_year(line.text))), None)
    if impossible is not None:
        return None, year_finding(found.name, impossible[0].cell, impossible[1])
    named = [(line, period) for line in lines if (period := read_period(line.text))]
    periods = list(dict.fromkeys(period for _, period in named))
    if not periods:
        return None, error("official_no_period", found.name)
    line, period = named[0]
    if len(periods) > 1:
        listed = ", ".join(sorted(period.title() for period in periods))
        return None, error("several_periods", found.name, line.cell, periods=listed)
    official = found.official
    if not official.due_for(period):
        due = sentence("official_due_half_year" if Frequency.HALF in official.frequencies else "official_due_year")
        about = {"period": period_text(period), "form": official.corner, "due": due}
        return None, error("wrong_frequency", found.name, line.cell, **about)
    if not official.valid_on(period.end):
        return None, error("form_not_valid", found.name, line.cell, form=official.corner, period=period_text(period))
    return period, None


def _unit(found: OfficialSheet, lines: list[_Line], tree: Tree) -> tuple[Unit | None, Finding | None]:
    # The superior body is named first, the reporting one last.
    named = next(reversed(_bodies(lines)), None)
    for line in lines:
        stated = _CODE.search(clean(line.text))
        if stated:
            code = stated[1].strip(".")
            unit = tree.by_code.get(code) or tree.by_code.get(code.upper())
            if unit is None:
                return None, unknown_unit("unknown_sender", found.name, line.cell, code, tuple(tree.units.values()))
            return _agreeing(found, unit, named, tree)
    return (None, error("official_no_unit", found.name)) if named is None else _by_name(found, named, tree)


def _agreeing(found: OfficialSheet, unit: Unit, named: _Line | None, tree: Tree) -> tuple[Unit | None, Finding | None]:
    """The unit of the code, unless the name beside it is exactly that of another one, not above it."""
    other, _ = _by_name(found, named, tree) if named else (None, None)
    if named is None or other is None or other.id in {unit.id, *(above.id for above in tree.ancestors(unit.id))}:
        return unit, None
    about = {"code": unit.code, "name": unit.name, "other": other.name, "other_code": other.code}
    return None, error("sender_contradicts", found.name, named.cell, **about)


def _bodies(lines: list[_Line]) -> list[_Line]:
    """The committees named in the blanks above the header."""
    filled = [_Line(line.cell, unicodedata.normalize("NFC", line.text)) for line in lines]
    blanks = (
        _Line(line.cell, blank)
        for line in filled
        if not _INSTRUCTION.search(line.text)
        for blank in _NEXT_BLANK.split(line.text)
    )
    return [_Line(blank.cell, body) for blank in blanks if (body := _body(blank.text))]


def _body(text: str) -> str:
    """The committee named by a line, without the dots of the blank; "" when the blank is not filled in."""
    words = _ISSUER.sub("", clean(_DOTS.sub(" ", text)).strip(" .:*-"))
    return words if key(words).startswith(_BODIES) and own_name(words) else ""


def own_name(name: str) -> str:
    """The key of a name without prefixes such as "Tỉnh uỷ", "Đảng bộ", "huyện"."""
    words = key(name)
    while True:
        prefix = next((p for p in (*_BODIES, *_TERRITORIES) if words == p or words.startswith(f"{p} ")), None)
        if prefix is None:
            return words
        words = words[len(prefix) :].strip()


def _by_name(found: OfficialSheet, line: _Line, tree: Tree) -> tuple[Unit | None, Finding | None]:
    units = [unit for unit in tree.units.values() if unit.kind not in _BELOW_BASE]
    alike = [unit for unit in units if key(unit.name) == key(line.text)]
    if not alike:
        alike = [unit for unit in _of_rank(line.text, units) if own_name(unit.name) == own_name(line.text)]
    if not alike:
        return None, _unknown(found, line, units)
    if len(alike) > 1:
        names = ", ".join(f"{unit.name} ({unit.code})" for unit in alike)
        return None, error("official_unit_ambiguous", found.name, line.cell, written=line.text, names=names)
    return alike[0], None


def _unknown(found: OfficialSheet, line: _Line, units: list[Unit]) -> Finding:
    """An unknown unit, suggesting the unit with the most similar name, if any is close."""
    names = [own_name(unit.name) for unit in units]
    nearest = process.extractOne(own_name(line.text), names, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
    if nearest is None:
        return error("official_unknown_unit", found.name, line.cell, written=line.text)
    unit = units[nearest[2]]
    about = {"written": line.text, "name": unit.name, "code": unit.code}
    return error("official_unknown_unit_suggested", found.name, line.cell, **about)


def _of_rank(written: str, units: list[Unit]) -> list[Unit]:
    """The units that a line may mean: a province and its city share their own name, but not the prefix."""
    words = key(written)
    if words.startswith(_EITHER):
        return units
    if words.startswith(_PROVINCIAL):
        return [unit for unit in units if unit.kind is UnitKind.PROVINCE]
    if words.startswith(_LOWER):
        return [unit for unit in units if unit.kind is not UnitKind.PROVINCE]
    return units
