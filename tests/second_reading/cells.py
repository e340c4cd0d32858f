"""Lagging cells: the reasons that hold, each a fact of the returns, and what is known since 1 January."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tests.second_reading.catalogue import INDICATORS
from tests.second_reading.counted import SMALL_CELL, STREAK_YEARS
from tests.second_reading.counts import INCOMPLETE, NOT_REPORTED, REPORTED
from tests.second_reading.periods import Period
from tests.second_reading.values import Values

DOSSIERS = Fraction(80, 100)


def reasons(values: Values, cell: str, period: Period, verdicts: Mapping[str, str]) -> Sequence[str]:
    """Every reason that holds, given the verdicts on the pace of units with a plan, which are a matter of chance."""
    movement = values.read(["admitted", "members_end"], cell, period)
    heads = values.read(["village_heads", "village_heads_members"], cell, period)
    dossiers = values.read(["dossiers_due", "dossiers_complete"], cell, period)
    last_year = Period(period.year if period.index == period.per_year else period.year - 1)
    rating = values.sources().forms["B6"].leaves(last_year).get(cell, {})
    is_residential = values.known.registry.at(period.end).units[cell].residential
    holds = {
        "no_admission": (streak(values, cell, period) or 0) >= STREAK_YEARS,
        "few_members": bool(movement.sums) and movement.sums["members_end"] < SMALL_CELL,
        "behind_plan": is_behind(values, cell, period, verdicts),
        "head_not_member": is_residential
        and bool(heads.sums)
        and heads.sums["village_heads_members"] < heads.sums["village_heads"],
        "rated_failed": rating.get("cell_rating") == "KHTNV",
        "dossiers_incomplete": bool(dossiers.sums)
        and dossiers.sums["dossiers_complete"] < DOSSIERS * dossiers.sums["dossiers_due"],
        "return_missing": not movement.complete,
    }
    return [reason for reason, does in holds.items() if does]


def is_behind(values: Values, cell: str, period: Period, verdicts: Mapping[str, str]) -> bool:
    """Whether the cell may miss its plan; without one, its base's, and it has admitted nobody since 1 January."""
    tree = values.known.registry.at(period.end)
    if values.plan_of_year("admissions", cell, period.year):
        return verdicts.get(cell) in {"at_risk", "unlikely"}
    base = next((up for up in tree.above[cell] if "base" in tree.units[up].levels), cell)
    idle = since_january(values, "admissions", cell, period) == (Fraction(0), REPORTED)
    return idle and verdicts.get(base) in {"at_risk", "unlikely"}


def streak(values: Values, cell: str, period: Period) -> int | None:
    """Complete years running without an admission; None for a cell that is not residential, or has no masses left."""
    counted = values.sources().cells
    if not values.known.registry.at(period.end).units[cell].residential or counted.is_excused(cell, period):
        return None
    return counted.streak(cell, period)


def paced() -> Sequence[str]:
    """The indicators with a pace: counts of a year with a plan of the unit's own, of which more is better."""
    return [code for code, one in INDICATORS.items() if one.plan == "own" and one.direction == "+"]


def since_january(values: Values, code: str, unit: str, period: Period) -> tuple[Fraction | None, str]:
    """What is known of a count since 1 January, and whether that is all."""
    found = [values.value(code, unit, part) for part in period.since_january]
    known = [one.value for one in found if one.value is not None]
    if not known:
        return None, NOT_REPORTED
    complete = all(one.state == REPORTED for one in found)
    return sum(known, Fraction(0)), REPORTED if complete else INCOMPLETE
