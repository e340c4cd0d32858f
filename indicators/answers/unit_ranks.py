"""Ranks of units on one indicator in one period, with the intervals that chance leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.periods import Period
from indicators.answers.rows import ValueRow, widened
from indicators.methods.funnel import FunnelKind
from indicators.methods.ranks import Rank, chance_ranks, exact_ranks
from indicators.values.model import Direction, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRow(ValueRow):
    """A value with its unit's rank among the `ranked` units of its indicator and period, and the rank's interval."""

    rank: int | None
    rank_low: int | None
    rank_high: int | None
    ranked: int | None


def ranked_rows(rows: Iterable[ValueRow]) -> Iterator[RankedRow]:
    """Rows of units with their ranks, in their order; units without a complete value have none."""
    groups: dict[tuple[str, Period], list[ValueRow]] = {}
    for row in rows:
        groups.setdefault((row.indicator.code, row.until), []).append(row)
    for group in groups.values():
        ranks = unit_ranks(group)
        for row in group:
            own = ranks.get(row.unit)
            yield widened(
                RankedRow,
                row,
                rank=own.rank if own else None,
                rank_low=own.low if own else None,
                rank_high=own.high if own else None,
                ranked=own.of if own else None,
            )


def unit_ranks(rows: Sequence[ValueRow]) -> Mapping[str, Rank]:
    """The rank of each unit with a complete value, 1 the best (the highest where neither way is better).

    Chance is in shares and rates; other values are what was counted, and only equal ones share an interval.
    """
    known = [row for row in rows if row.is_complete and row.value is not None]
    if not known:
        return {}
    lower_is_better = known[0].indicator.direction is Direction.LOWER
    if isinstance(known[0].indicator.formula, Ratio):
        over, under = ([getattr(row, part) for row in known] for part in ("numerator", "denominator"))
        ranks = chance_ranks(over, under, _kind(known), lower_is_better=lower_is_better)
    else:
        ranks = exact_ranks([row.value for row in known], lower_is_better=lower_is_better)
    return {row.unit: rank for row, rank in zip(known, ranks, strict=True) if rank is not None}


def _kind(known: Sequence[ValueRow]) -> FunnelKind:
    formula = known[0].indicator.formula
    whole = all(0 <= (row.numerator or 0) <= (row.denominator or 0) for row in known)
    is_share = isinstance(formula, Ratio) and formula.per == 1 and whole
    return FunnelKind.PROPORTION if is_share else FunnelKind.RATE
