"""The difference that a correction makes: cells that differ from the return in force that it would supersede."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from data.periods import Period
from data.reading.queries import Reader
from data.returns import CellState, Change, ParsedWorkbook, Return, ReturnedRow, cell_of
from data.tables.current import StoredReturn

_Key: TypeAlias = tuple[str, Period | None]


def changes(workbook: ParsedWorkbook, reader: Reader) -> tuple[Change, ...]:
    """How the returns and official forms of a workbook differ from the store, by return, line and column.

    Raises:
        OutOfScope: the viewer may not see one of the units.
    """
    found: list[Change] = []
    for given in (*workbook.returns, *workbook.official):
        period = given.period.code if given.period else ""
        stored = reader.current_return(given.unit, given.form.code, period)
        if stored is not None:
            names = {unit.code: unit.name for unit in reader.registry.spells}
            found.extend(replace(change, unit_name=names.get(change.unit, "")) for change in difference(given, stored))
    return tuple(found)


def difference(given: Return, stored: StoredReturn) -> Iterator[Change]:
    """The cells in which two returns with the same key differ: lines of the new one in order, then dropped ones."""
    before = {_key(row): row for row in stored.rows}
    after = {_key(row): row for row in given.rows}
    for key in (*after, *(key for key in before if key not in after)):
        yield from _of_line(given, stored, key, before.get(key), after.get(key))


def _of_line(
    given: Return, stored: StoredReturn, key: _Key, old: ReturnedRow | None, new: ReturnedRow | None
) -> Iterator[Change]:
    unit, own_period = key
    period = own_period or given.period
    for place, measure in enumerate(given.form.measures):
        was, now = _value(old, place, measure.code), _value(new, place, measure.code)
        if was == now or {was, now} == {CellState.NO_LINE, CellState.BLANK}:
            continue
        yield Change(
            form=given.form.code,
            period=period.code if period else "",
            unit=unit,
            measure=measure.code,
            old=was,
            new=now,
            old_file=stored.file,
            old_sheet=stored.sheet,
            old_cell=_address(stored.columns, measure.code, old),
            new_sheet=given.sheet,
            new_cell=_address(given.columns, measure.code, new),
        )


def _key(row: ReturnedRow) -> _Key:
    return row.unit, row.period


def _value(row: ReturnedRow | None, place: int, measure: str) -> int | str | CellState:
    if row is None:
        return CellState.NO_LINE
    value = row.values[place] if place < len(row.values) else None
    if value is not None:
        return value
    return CellState.NOT_APPLICABLE if measure in row.not_applicable else CellState.BLANK


def _address(columns: Mapping[str, str], measure: str, row: ReturnedRow | None) -> str:
    return cell_of(columns, measure, row.row) if row is not None and measure in columns else ""
