"""The effect of a replacement in words: which values and verdicts of which units would move, from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from data.language import Language, Text
from data.returns import Effect, ParsedWorkbook, Withdrawal
from data.tables.thresholds import NewThreshold
from data.vietnamese.text import lower_first
from data.viewers import Role, Viewer
from data.writing.store import Store
from indicators.answers.corrections import CorrectionRow
from indicators.answers.effect import effect
from indicators.answers.threshold_effect import units_moved
from indicators.values.value import STATE_TITLES, STATUS_TITLES, State
from layouts.text import both
from layouts.words import formats

_SHOWN = 20


def assess(store: Store, change: ParsedWorkbook | Withdrawal, viewer: Viewer) -> Effect:
    """The values and verdicts that a change would move, as far as the viewer sees them."""
    with store.rehearse(change, viewer=viewer) as after:
        return said(effect(store.reader(viewer), after, change))


def assess_for_sender(store: Store, workbook: ParsedWorkbook, viewer: Viewer) -> Effect | None:
    """The same for a place that senders read: of returns what their sender may see, of registers None."""
    senders = {given.unit for given in (*workbook.returns, *workbook.official)}
    if len(senders) != 1:
        return None
    return assess(store, workbook, Viewer(viewer.name, Role.DISTRICT, *senders))


def assess_threshold(store: Store, changed: NewThreshold, viewer: Viewer) -> Effect:
    """The units whose verdicts or flags another value of a threshold would move, as an analyst sees them.

    An analyst, because small numbers are hidden from one: else nobody would see what hides them.
    """
    analyst = Viewer(viewer.name, Role.ANALYST)
    with store.rehearse(changed, viewer=analyst) as after:
        moved = units_moved(store.reader(analyst), after, changed.code)
    names = [f"{one.unit_name} ({one.unit})" for one in moved]
    return Effect(count=len(names), lines=tuple(Text(name, name) for name in names[:_SHOWN]))


def said(rows: Iterable[CorrectionRow]) -> Effect:
    """The first of some rows in words, and how many there are; without those that rounding hides."""
    seen = [row for row in rows if _moves(row)]
    return Effect(count=len(seen), lines=tuple(map(sentence_of, seen[:_SHOWN])))


def sentence_of(row: CorrectionRow) -> Text:
    """What moves: "Huyện uỷ X, năm 2020, số đảng viên: 422 xuống 391 đảng viên; chưa đạt kế hoạch thành ..."."""
    moves = _moves(row)
    return both(
        "effect.moves",
        unit=row.unit_name,
        period=Text(row.until.inside(Language.VI), row.until.inside(Language.EN)),
        title=_inside(row.indicator.title),
        moves=Text("; ".join(part.vi for part in moves), "; ".join(part.en for part in moves)),
    )


def _moves(row: CorrectionRow) -> list[Text]:
    return [part for part in (_value(row), _plan(row), _verdict(row)) if part is not None]


def _value(row: CorrectionRow) -> Text | None:
    """The value before and after; that it is provisional where returns are missing, and why where there is none."""
    before, after = row.value_before, row.value
    alike = (row.state_before is State.INCOMPLETE) == (row.state is State.INCOMPLETE)
    if before is not None and after is not None and before != after and alike:
        unit = Text("", "") if row.indicator.format.is_share else both("effect.unit", unit=row.indicator.unit)
        key, old, new = "effect.rises" if after > before else "effect.falls", _amount(row, before), _amount(row, after)
        return both(key, old=old, new=new, unit=unit) if old != new else None
    if before == after and row.state_before is row.state:
        return None
    return both("effect.becomes", old=_known(row, before, row.state_before), new=_known(row, after, row.state))


def _known(row: CorrectionRow, value: Fraction | None, state: State | None) -> Text:
    if value is None:
        return _state(state)
    amount = _amount(row, value)
    return both("effect.provisional", state=_state(state), amount=amount) if state is State.INCOMPLETE else amount


def _plan(row: CorrectionRow) -> Text | None:
    old, new = _amount(row, row.plan_before), _amount(row, row.plan)
    return both("effect.plan", old=old, new=new) if old != new else None


def _verdict(row: CorrectionRow) -> Text | None:
    before, after = row.status_before, row.status
    if before is after or before is None or after is None:
        return None
    return both("effect.becomes", old=_inside(STATUS_TITLES[before]), new=_inside(STATUS_TITLES[after]))


def _amount(row: CorrectionRow, amount: Fraction | None) -> Text:
    form = row.indicator.format
    return Text(formats.value(amount, form, Language.VI), formats.value(amount, form, Language.EN))


def _state(state: State | None) -> Text:
    """Why there is no value; a unit that the registry does not have has no state."""
    return both("effect.no_unit") if state is None else _inside(STATE_TITLES[state])


def _inside(title: Text) -> Text:
    return Text(lower_first(title.vi), lower_first(title.en))
