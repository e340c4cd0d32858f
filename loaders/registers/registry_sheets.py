"""Reads the registry: organisations (DM) and reorganisations (SX), and checks their consistency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from data.organisations.units import EVENT_TITLES, KIND_TITLES, Event, UnitKind
from data.returns import Finding, RegisteredSuccession, RegisteredUnit, RegistryReturn
from data.vietnamese.text import key
from loaders.findings import error
from loaders.registers.register import RegisterRow, register_rows
from loaders.sheets.recognise import Recognised
from loaders.vietnamese.numbers import show

_KINDS: Mapping[str, UnitKind] = {key(title.vi): kind for kind, title in KIND_TITLES.items()}
_EVENTS: Mapping[str, Event] = {key(title.vi): event for event, title in EVENT_TITLES.items()}
_RANK = {
    UnitKind.PROVINCE: 0,
    UnitKind.DISTRICT: 1,
    UnitKind.BASE_COMMITTEE: 2,
    UnitKind.SECTION: 3,
    UnitKind.BASE_CELL: 4,
    UnitKind.CELL: 4,
}
_NEARLY_WHOLE = Fraction(95, 100)  # thirds are written as 33 %
_LEAVES = frozenset({UnitKind.BASE_CELL, UnitKind.CELL})
_NEEDS_BOTH = frozenset({Event.ABSORBED, Event.MERGED, Event.SPLIT, Event.MOVED})


def read_registry(
    units_sheet: Recognised, successions_sheet: Recognised | None
) -> tuple[RegistryReturn, list[Finding]]:
    """The registry from both sheets; valid only when no finding is an error."""
    findings: list[Finding] = []
    rows = list(register_rows(units_sheet, findings))
    units = [unit for row in rows if (unit := _unit(row))]
    if not rows:
        findings.append(error("nothing_registered", units_sheet.name))
    codes = {row.text("unit_code") for row in rows}
    findings.extend(_check_units(units_sheet, units, codes))
    successions: list[RegisteredSuccession] = []
    if successions_sheet is not None:
        event_rows = list(register_rows(successions_sheet, findings))
        successions = [event for row in event_rows if (event := _succession(row, codes))]
        findings.extend(_check_shares(successions_sheet, successions, units))
    return RegistryReturn(sheet=units_sheet.name, units=tuple(units), successions=tuple(successions)), findings


def _unit(row: RegisterRow) -> RegisteredUnit | None:
    code, name, written = row.text("unit_code"), row.text("unit_name"), row.text("kind")
    kind = _KINDS.get(key(written))
    if written and kind is None:
        row.reject("unknown_kind", "kind", shown=written, known=", ".join(t.vi for t in KIND_TITLES.values()))
    valid_from, valid_to = row.day("valid_from"), row.day("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        row.reject("dates_reversed", "valid_to", first=show(valid_from), last=show(valid_to))
    residential = row.flag("residential")
    parent, base_type = row.text("parent_code") or None, row.text("base_type")
    if kind is None or valid_from is None or not row.is_sound:
        return None
    return RegisteredUnit(
        row=row.number,
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        valid_from=valid_from,
        valid_to=valid_to,
        base_type=base_type,
        residential=residential,
    )


def _check_units(sheet: Recognised, units: list[RegisteredUnit], codes: set[str]) -> Iterator[Finding]:
    spells: dict[str, list[RegisteredUnit]] = defaultdict(list)
    for unit in units:
        spells[unit.code].append(unit)
    roots = {unit.code: unit for unit in units if unit.parent is None}
    for unit in units:
        yield from _check_parent(sheet, unit, spells, codes)
    if units and not roots:
        yield error("no_root", sheet.name)
    for unit in list(roots.values())[1:]:
        yield error(
            "several_roots", sheet.name, sheet.cell(unit.row - 1, "unit_code"), code=unit.code, root=next(iter(roots))
        )
    for code, held in spells.items():
        held.sort(key=lambda unit: unit.valid_from)
        for before, after in pairwise(held):
            if before.valid_to is None or before.valid_to >= after.valid_from:
                place = sheet.cell(after.row - 1, "valid_from")
                yield error("spells_overlap", sheet.name, place, code=code, row=before.row)


def _check_parent(
    sheet: Recognised, unit: RegisteredUnit, spells: Mapping[str, list[RegisteredUnit]], codes: set[str]
) -> Iterator[Finding]:
    if unit.parent is None:
        return
    place = sheet.cell(unit.row - 1, "parent_code")
    if unit.parent not in codes:
        yield error("unknown_parent", sheet.name, place, parent=unit.parent)
        return
    above = spells.get(unit.parent, [])
    if any(parent.kind in _LEAVES or _RANK[parent.kind] >= _RANK[unit.kind] for parent in above):
        kind, parent_kind = KIND_TITLES[unit.kind], KIND_TITLES[above[0].kind]
        yield error("parent_not_above", sheet.name, place, kind=kind, parent=unit.parent, parent_kind=parent_kind)
    elif above and not _covers(above, unit.valid_from, unit.valid_to):
        yield error("parent_not_valid", sheet.name, place, code=unit.code, parent=unit.parent)


def _covers(spells: list[RegisteredUnit], first: date, last: date | None) -> bool:
    """Whether the spells together cover the whole interval."""
    day = first
    for spell in sorted(spells, key=lambda spell: spell.valid_from):
        if spell.valid_from <= day and (spell.valid_to is None or spell.valid_to >= day):
            if spell.valid_to is None:
                return True
            if last is not None and spell.valid_to >= last:
                return True
            day = date.fromordinal(spell.valid_to.toordinal() + 1)
    return False


def _succession(row: RegisterRow, codes: set[str]) -> RegisteredSuccession | None:
    day, decision, written = row.day("date"), row.text("decision"), row.text("event")
    event = _EVENTS.get(key(written))
    if written and event is None:
        row.reject("unknown_event", "event", shown=written, known=", ".join(t.vi for t in EVENT_TITLES.values()))
    before, after = row.text("from_code") or None, row.text("to_code") or None
    for field, code in (("from_code", before), ("to_code", after)):
        if code and code not in codes:
            row.reject("unknown_successor", field, code=code)
    _require_sides(row, event, before, after)
    share = row.exact("share")
    if share is not None and not 0 < share <= 1:
        row.reject("share_out_of_range", "share", shown=show(share))
    if day is None or event is None or not row.is_sound:
        return None
    return RegisteredSuccession(
        row=row.number, date=day, decision=decision, event=event, predecessor=before, successor=after, share=share
    )


def _require_sides(row: RegisterRow, event: Event | None, before: str | None, after: str | None) -> None:
    if event is None:
        return
    title = EVENT_TITLES[event]
    if before is None and event is not Event.FOUNDED:
        row.reject("side_missing", "from_code", event=title)
    if after is None and event in _NEEDS_BOTH | {Event.FOUNDED}:
        row.reject("side_missing", "to_code", event=title)


def _check_shares(
    sheet: Recognised, successions: list[RegisteredSuccession], units: Sequence[RegisteredUnit]
) -> Iterator[Finding]:
    """The shares that a predecessor hands on add up to at most the whole; to the whole, rounded, where it ends."""
    handed: dict[tuple[str, date], Fraction] = defaultdict(Fraction)
    last: dict[tuple[str, date], RegisteredSuccession] = {}
    unknown = {(line.predecessor, line.date) for line in successions if line.share is None}
    for line in successions:
        if line.predecessor and line.share is not None and line.predecessor != line.successor:
            of = (line.predecessor, line.date)
            handed[of] += line.share
            last[of] = line
            if handed[of] > 1:
                place = sheet.cell(line.row - 1, "share")
                yield error(
                    "shares_exceed_whole", sheet.name, place, code=line.predecessor, shown=show(handed[of] * 100)
                )
    ends = {(unit.code, unit.valid_to + timedelta(days=1)) for unit in units if unit.valid_to}
    goes_on = {(unit.code, unit.valid_from) for unit in units}
    for of in (ends - goes_on - unknown) & last.keys():
        if handed[of] < _NEARLY_WHOLE:
            place = sheet.cell(last[of].row - 1, "share")
            yield error("shares_below_whole", sheet.name, place, code=of[0], shown=show(handed[of] * 100))
