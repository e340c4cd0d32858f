"""The rows of a return below its header: groups, leaves, totals, and the end of the table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from data.organisations.units import LEVELS, Level, Unit, UnitKind
from data.returns import Finding
from data.vietnamese.text import clean, key
from loaders.findings import error, row_ranges, warning
from loaders.sheets.recognise import Recognised
from loaders.sheets.row_names import RowNames
from loaders.sheets.senders import unknown_unit
from loaders.sheets.title_block import TitleBlock
from loaders.vietnamese.numbers import show
from loaders.vietnamese.unit_names import UnitNames, parse_name
from loaders.workbook import Value

_TOTALS = "|".join(map(key, ("Tổng cộng", "Tổng số", "Tổng", "Cộng")))
_WHOLES = "|".join(map(key, ("tỉnh", "huyện", "thị xã", "thành phố", "quận", "đảng bộ", "đơn vị", "ngành", "khối")))
_SUMMED = "|".join(map(key, ("chung", "các", "toàn", "mục", "số", "cộng", "đảng viên", "cơ sở", "chi bộ", "đảng bộ")))
# "Cộng Hoà" and "Tổng công ty" are names: a word for a sum must be followed by what is summed, a formula, or nothing.
_WHOLE = f"{key('toàn')} (?:{_WHOLES})"
_TOTAL = re.compile(rf"(?:{_TOTALS})(?: (?:{_WHOLE}|{_SUMMED}|{_WHOLES}|[ivx\d])( .*)?)?|{_WHOLE}( .*)?")
_MOST_TOTAL_WORDS = 10
_PARTS = tuple(map(key, ("Trong đó", "Chia ra", "Bao gồm", "Gồm có", "Phân ra", "Riêng")))
_BULLETS = ("-", "+", "–", "*", "•")
_ENDS = tuple(
    map(
        key,
        ("Ghi chú", "Người lập biểu", "Người lập bảng", "Nơi nhận", "Trưởng ban", "T/M", "K/T", "T/L", "Ký, ghi rõ"),
    )
)
_MOST_SINGLY = 3
_PLACE_AND_DATE = re.compile(r"ngày\b.*\btháng\b.*\bnăm\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A zero-based sheet row and its unit; None when the unit is unknown."""

    row: int
    unit: Unit | None


@dataclass(slots=True)
class SheetBody:
    """Lines of a return: `leaves` are summed, `groups` and `totals` only compared, `hidden` and `parts` ignored.

    `ambiguous`: some lines have only a name that several units share, so that it is not known which units are missing.
    """

    leaves: list[BodyLine] = field(default_factory=list)
    groups: list[BodyLine] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    ambiguous: bool = False
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _RowLabel:
    row: int
    code: str
    name: str
    label: str


def read_body(found: Recognised, head: TitleBlock) -> SheetBody:
    """All lines between the column-number row and the notes or signatures; units are found by code, else by name."""
    reader = _Reader(found, head)
    below = iter(range(found.header.numbers + 1, len(found.sheet.rows)))
    end = next((row for row in below if not reader.take(row)), None)
    body = reader.body
    left = [row for row in below if reader.is_left(row)]
    if left and end is not None:
        about = {"end": end + 1, "rows": row_ranges(left)}
        body.findings.append(error("rows_after_end", found.name, found.cell(left[0], "unit_name"), **about))
    body.ambiguous = bool(reader.row_names.ambiguous)
    body.findings.extend(reader.row_names.findings())
    body.findings.extend(reader.of_others())
    for code, rows in (("hidden_rows_skipped", body.hidden), ("part_rows_skipped", body.parts)):
        if rows:
            place, number = found.cell(rows[0], "unit_name"), show(len(rows))
            body.findings.append(warning(code, found.name, place, number=number, rows=row_ranges(rows)))
    return body


class _Reader:
    """Walks down the rows, tracking the current group."""

    def __init__(self, found: Recognised, head: TitleBlock) -> None:
        self.found, self.head = found, head
        self.body = SheetBody()
        self.group = head.sender
        self.below = {unit.id for unit in head.tree.within(head.sender.id)}
        self.seen: dict[int, int] = {}
        self.counted = [found.columns[measure.code] for measure in found.form.measures]
        self.names = UnitNames(head.tree)
        self.row_names = RowNames(found, head.tree, head.registry, head.sender)
        self.others: list[tuple[_RowLabel, Unit]] = []

    def take(self, row: int) -> bool:
        """Processes one row; False when it ends the table."""
        cells = self.found.sheet.rows[row]
        written = self._label(row)
        is_hidden = row in self.found.sheet.hidden_rows
        if not written.code and self._is_total(written):
            self.body.totals.extend([] if is_hidden else [row])
            return True
        if not written.code and (not written.name or key(written.name).startswith(_ENDS)) and ends_table(cells):
            return False
        if is_hidden:
            self._pass_over(written, cells)
        elif written.code or written.name:
            self._take_unit(written, cells)
        elif self._has_counts(cells):
            place = self.found.cell(row, "unit_name")
            self.body.findings.append(error("row_without_unit", self.found.name, place))
            self.body.leaves.append(BodyLine(row, None))
        return True

    def is_left(self, row: int) -> bool:
        """Whether a row below the end of the table has counts of a unit."""
        written = self._label(row)
        return self._has_counts(self.found.sheet.rows[row]) and self._find(written) is not None

    def _label(self, row: int) -> _RowLabel:
        cells = self.found.sheet.rows[row]
        return _RowLabel(row, *(self._text(cells, code) for code in ("unit_code", "unit_name", "order")))

    def _is_total(self, written: _RowLabel) -> bool:
        if not written.name:
            return is_total(written.label)
        return is_total(written.name) and self.names.find(written.name, self._scopes()) is None

    def _text(self, cells: Sequence[Value], code: str) -> str:
        column = self.found.columns.get(code)
        value = "" if column is None else cells[column]
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return clean(value) if isinstance(value, str) else ""

    def _has_counts(self, cells: Sequence[Value]) -> bool:
        return any(isinstance(cells[column], int | float) for column in self.counted)

    def _pass_over(self, written: _RowLabel, cells: Sequence[Value]) -> None:
        """A hidden line is ignored; a hidden group still contains the lines below it."""
        unit = self._find(written)
        self._enter(unit)
        if self._has_counts(cells) and (unit is None or unit.has_grain(self.found.form.grain)):
            self.body.hidden.append(written.row)

    def _enter(self, unit: Unit | None) -> None:
        if unit and unit.id in self.below and (unit.kind in LEVELS[Level.BASE] or unit.kind is UnitKind.SECTION):
            self.group = unit

    def _take_unit(self, written: _RowLabel, cells: Sequence[Value]) -> None:
        unit = self._find(written)
        if unit is None and not written.code and _is_part(written.name):
            self.body.parts.append(written.row)
            return
        if unit is None:
            if self._has_counts(cells) or written.code:
                self.body.leaves.append(BodyLine(written.row, None))
                self.body.findings.extend(self._unknown(written))
            return
        if unit.id not in self.below:
            self.body.leaves.append(BodyLine(written.row, None))
            self.others.append((written, unit))
            return
        self._enter(unit)
        if unit.has_grain(self.found.form.grain):
            self._take_leaf(written, unit)
        elif unit.kind in LEVELS[Level.CELL] and self._has_counts(cells):
            self._reject("not_of_grain", written, unit, form=self.found.form.code)
        else:
            self._compare_name(written, unit)
            self.body.groups.append(BodyLine(written.row, unit))

    def _take_leaf(self, written: _RowLabel, unit: Unit) -> None:
        if unit.id in self.seen:
            first = self.found.cell(self.seen[unit.id], self._naming(written))
            self._reject("unit_twice", written, unit, first=first)
            return
        self.seen[unit.id] = written.row
        self._compare_name(written, unit)
        self.body.leaves.append(BodyLine(written.row, unit))

    def _compare_name(self, written: _RowLabel, unit: Unit) -> None:
        if written.code and written.name:
            self.row_names.compare(written.row, written.name, unit)

    def _find(self, written: _RowLabel) -> Unit | None:
        if written.code:
            return self.head.tree.by_code.get(written.code) or self.head.tree.by_code.get(written.code.upper())
        return self.names.find(written.name, self._scopes())

    def _scopes(self) -> Iterable[Unit]:
        """Where a name is searched: the current group, the groups around it, the sender."""
        yield self.group
        for above in self.head.tree.ancestors(self.group.id):
            if above.id in self.below:
                yield above

    def _naming(self, written: _RowLabel) -> str:
        return "unit_code" if written.code else "unit_name"

    def _reject(self, code: str, written: _RowLabel, unit: Unit, **values: object) -> None:
        """Reports a line whose unit is not a leaf of this return; its counts still belong to the sheet's total."""
        self.body.leaves.append(BodyLine(written.row, None))
        self.body.findings.append(self._misplaced(code, written, unit, **values))

    def _misplaced(self, code: str, written: _RowLabel, unit: Unit, **values: object) -> Finding:
        place = self.found.cell(written.row, self._naming(written))
        return error(
            code, self.found.name, place, name=unit.name, code=unit.code, sender=self.head.sender.name, **values
        )

    def of_others(self) -> Iterator[Finding]:
        """Findings about rows of units that are not the sender's: many of one other sender are one finding."""
        by_sender: dict[int, list[tuple[_RowLabel, Unit]]] = defaultdict(list)
        senders = {unit.id: unit for unit in self.head.tree.senders}
        for written, unit in self.others:
            above = (unit, *self.head.tree.ancestors(unit.id))
            by_sender[next((each.id for each in above if each.id in senders), 0)].append((written, unit))
        for sender, rows in by_sender.items():
            if sender in senders and len(rows) > _MOST_SINGLY:
                cells = [self.found.cell(written.row, self._naming(written)) for written, _ in rows]
                about = {"number": show(len(rows)), "cells": ", ".join((*cells[:_MOST_SINGLY], "…"))}
                about |= {"name": senders[sender].name, "code": senders[sender].code, "sender": self.head.sender.name}
                yield error("rows_not_under_sender", self.found.name, cells[0], **about)
            else:
                for written, unit in rows:
                    yield self._misplaced("not_under_sender", written, unit)

    def _unknown(self, written: _RowLabel) -> Iterator[Finding]:
        if not written.code and self.row_names.is_ambiguous(written.row, written.name):
            return
        place = self.found.cell(written.row, self._naming(written))
        text, grain = written.code or written.name, self.found.form.grain
        meant = self.names.find(written.name, self._scopes()) if written.code and written.name else None
        if meant is not None and meant.id not in self.seen:
            about = {"written": text, "code": meant.code, "name": meant.name}
            yield error("unknown_unit_suggested", self.found.name, place, **about)
            return
        left = [unit for unit in self.head.tree.within(self.head.sender.id) if unit.id not in self.seen]
        among = [unit for unit in left if unit.has_grain(grain)] or left
        yield unknown_unit("unknown_unit", self.found.name, place, text, tuple(among))


def is_total(text: str) -> bool:
    """Whether a text is the label of a total row."""
    words = key(text)
    return _TOTAL.fullmatch(words) is not None and len(words.split()) <= _MOST_TOTAL_WORDS


def _is_part(text: str) -> bool:
    """Whether a row only breaks down the row above it: "Trong đó: nữ", "- Dân tộc thiểu số"."""
    return key(text).startswith(_PARTS) or (text.startswith(_BULLETS) and not parse_name(text).body)


def ends_table(cells: Sequence[Value]) -> bool:
    """Whether a row starts the notes, the place and date, or the signatures."""
    texts = (clean(cell) for cell in cells if isinstance(cell, str) and cell)
    return any(key(text).startswith(_ENDS) or _PLACE_AND_DATE.search(text) for text in texts)
