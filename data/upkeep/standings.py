"""Stores how cells stand in the latest periods, where it is not stored or was forgotten."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from data.periods import Period
from data.reading.queries import Reader
from data.tables.engine import writing
from data.tables.last_changes import newest_change
from data.tables.standings import is_fresh, read_fresh
from data.viewers import SYSTEM
from data.writing.store import Store

_YEARS = 2
_TRIES = 3  # judgements of a period that returns may overtake


def kept_periods(reader: Reader) -> tuple[Period, ...]:
    """The periods whose standings are kept: those of the current year and the year before, and these years, once over.

    Earlier ones are rarely read and never change without being asked for: they are judged from the returns.
    """
    current, opened = reader.current_period, reader.opened()
    if current is None:
        return ()
    latest = [period for period in opened if period.year > current.year - _YEARS]
    years = {period.whole_year for period in latest if period.end == period.whole_year.end}
    return tuple(sorted({*latest, *years}))


def make_standings(store: Store, periods: Iterable[Period] | None = None) -> tuple[Period, ...]:
    """Stores how cells stand in some periods, else in those that are kept, where it is not stored; returns which.

    Each period has a transaction of its own, so that returns are accepted in between.
    """
    return tuple(period for period in lacking_standings(store, periods) if _make(store, period))


def _make(store: Store, period: Period) -> bool:
    """Judges a period while others write, and stores it if they changed nothing; at last while they wait.

    Returns whether it was stored: another process may have made it meanwhile.
    """
    for _ in range(_TRIES):
        with store.engine.connect() as connection:
            newest = newest_change(connection)  # read first: what is committed later has a newer one
            judged = store.standings(connection).judge(period)
        with writing(store.engine) as connection:
            if _is_made(store, connection, period):
                return False
            if judged is not None and newest_change(connection) == newest:
                store.standings(connection).store(judged)
                return True
    with writing(store.engine) as connection:
        standings = store.standings(connection)
        judged = None if _is_made(store, connection, period) else standings.judge(period)
        if judged is not None:
            standings.store(judged)
    return judged is not None


def _is_made(store: Store, connection: Connection, period: Period) -> bool:
    return store.rule is not None and is_fresh(connection, store.rule.code, period)


def lacking_standings(store: Store, periods: Iterable[Period] | None = None) -> tuple[Period, ...]:
    """The periods, of some or else of those that are kept, whose standings are not stored; none without the rule.

    The latest come first, each after the one before it, whose reasons it tells.
    """
    if store.rule is None:
        return ()
    wanted = kept_periods(store.reader(SYSTEM)) if periods is None else periods
    with store.engine.connect() as connection:
        lacking = frozenset(wanted).difference(read_fresh(connection, store.rule.code))
    pairs = ((period.previous, period) for period in sorted(lacking, reverse=True))
    return tuple(dict.fromkeys(each for pair in pairs for each in pair if each in lacking))
