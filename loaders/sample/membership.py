"""Membership of every cell by quarter: form B1, balanced and adding up to the province's trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.forms.b1_movement import DECREASES
from data.periods import Period
from loaders.sample.apportion import Counts, Weights, apportion, draw, part, places_by
from loaders.sample.cells import Habits, SampleCells
from loaders.sample.scale import SampleScale
from loaders.sample.trajectory import Trajectory

Columns = Mapping[str, Counts]

SMALLEST = 3  # an organisation needs three members

# Quarterly losses as fractions of all members; deaths mostly affect villages, departures the other cells.
_DIED, _EXPELLED, _STRUCK_OFF, _RESIGNED, _RESTORED = 0.0018, 0.00012, 0.0006, 0.0001, 0.00003
_OUT_PROVINCE, _OUT_DISTRICT, _OUT_BASE = 0.0035, 0.0032, 0.0026


@dataclass(frozen=True)
class Membership:
    """B1 by quarter: the counts of each measure by cell. `opening` are members before the first quarter.

    `admitted_before` are the admissions of the four quarters before the first, for members still on probation.
    """

    opening: Counts
    admitted_before: tuple[Counts, ...]
    quarters: tuple[Columns, ...]


def membership(
    scale: SampleScale, cells: SampleCells, habits: Habits, course: Trajectory, rng: np.random.Generator
) -> Membership:
    """Simulates form B1 by cell and quarter. A cell keeps three members; people in transit arrive a quarter later."""
    year = scale.yearly[0] - 1
    total = int(course.members[course.place(year)])
    opening = SMALLEST + apportion(total - SMALLEST * len(habits.size), np.maximum(habits.size - 0.22, 0.0))
    chances = habits.chance(opening, year)
    before = tuple(draw(rng, int(n), chances) for n in course.admitted_by_quarter[course.place(year)])
    state = _State(cells, habits, opening, before, rng)
    quarters = []
    for quarter in scale.quarters:
        row, column = course.place(quarter.year), quarter.index - 1
        admitted = int(course.admitted_by_quarter[row, column])
        quarters.append(state.advance(quarter, admitted, admitted - int(course.lost_by_quarter[row, column])))
    return Membership(opening, before, tuple(quarters))


class _State:
    """Members of each cell, those on probation, and people in transit between districts and between bases."""

    def __init__(
        self,
        cells: SampleCells,
        habits: Habits,
        members: Counts,
        admitted: tuple[Counts, ...],
        rng: np.random.Generator,
    ) -> None:
        self.cells, self.habits, self.members, self.rng = cells, habits, members, rng
        self.cohorts = list(admitted)
        self.between_districts = 0
        self.between_bases = np.zeros(len(cells.districts), dtype=np.int64)
        self.leaving = np.where(cells.residential, 0.6, 1.5)
        self.dying = np.where(cells.residential, 1.5, 0.25)

    def advance(self, quarter: Period, admitted: int, growth: int) -> Columns:
        """Simulates a quarter with the given admissions and net growth of the province."""
        members, district = self.members, self.cells.district(quarter.end)
        moves = {"admitted": draw(self.rng, admitted, self.habits.chance(members, quarter.year))}
        moves |= self._departures(members)
        moves |= self._arrivals(members, district, moves)
        balance = growth - _net(moves)
        if balance < 0:
            more = draw(
                self.rng, -balance, members.astype(float), np.maximum(members + _net_by_cell(moves) - SMALLEST, 0)
            )
            moves["transferred_out_province"] = moves["transferred_out_province"] + more
        moves["transferred_in_province"] = draw(self.rng, max(balance, 0), members * self.leaving)
        self.members = members + _net_by_cell(moves)
        self.cohorts.append(moves["admitted"])
        return {
            **moves,
            "members_start": members,
            "members_end": self.members,
            "reorganised_net": np.zeros_like(members),
            "struck_off_probationary": np.minimum(self.rng.binomial(moves["struck_off"], 0.25), self.cohorts[-2]),
            **self._groups(quarter),
        }

    def _departures(self, members: Counts) -> dict[str, Counts]:
        """Deaths and departures; a cell at the minimum size loses nobody."""
        total = int(members.sum())
        found: dict[str, Counts] = {}
        room = np.maximum(members - SMALLEST, 0)
        old, mobile = members * self.dying, members * self.leaving
        for code, rate, weights in (
            ("died", _DIED, old),
            ("expelled", _EXPELLED, members),
            ("struck_off", _STRUCK_OFF, members),
            ("resigned", _RESIGNED, members),
            ("transferred_out_province", _OUT_PROVINCE, mobile),
            ("transferred_out_district", _OUT_DISTRICT, mobile),
            ("transferred_out_base", _OUT_BASE, mobile),
        ):
            found[code] = draw(self.rng, int(self.rng.poisson(rate * total)), weights, room)
            room = room - found[code]
        return found

    def _arrivals(self, members: Counts, district: Counts, left: Columns) -> dict[str, Counts]:
        """Arrivals from elsewhere in the province: those who left, except for a few still in transit."""
        rng, weights = self.rng, members * self.leaving
        departed = int(left["transferred_out_district"].sum()) + self.between_districts
        self.between_districts = min(int(rng.integers(0, 7)), departed)
        from_bases = np.zeros_like(members)
        for number, here in enumerate(places_by(district, len(self.cells.districts))):
            moved = int(left["transferred_out_base"][here].sum() + self.between_bases[number])
            self.between_bases[number] = min(int(rng.choice(3, p=(0.8, 0.15, 0.05))), moved)
            from_bases[here] = draw(rng, moved - int(self.between_bases[number]), weights[here])
        return {
            "transferred_in_district": draw(rng, departed - self.between_districts, weights),
            "transferred_in_base": from_bases,
            "restored": draw(rng, int(rng.poisson(_RESTORED * members.sum())), members.astype(float)),
        }

    def _groups(self, quarter: Period) -> dict[str, Counts]:
        """The groups among the members at the quarter's end."""
        ends, habits, rounding = self.members, self.habits, self.habits.rounding
        drift = (quarter.year - 2015) + quarter.index / 4
        abroad = part(ends, np.full(len(ends), 0.006 + 0.0006 * drift), rounding[4])
        return {
            "probationary_end": np.minimum(np.sum(self.cohorts[-4:], axis=0), ends),
            "female_end": part(ends, _drifted(habits.female, 1 + 0.012 * drift), rounding[0]),
            "ethnic_minority_end": part(ends, habits.minority, rounding[1]),
            "youth_union_end": part(ends, _drifted(habits.youth, 1 + 0.01 * drift), rounding[2]),
            "exempt_end": part(ends, habits.exempt, rounding[3]),
            "abroad_end": abroad,
            "abroad_lost_contact": part(abroad, np.full(len(ends), 0.12), rounding[5]),
        }


def _drifted(share: Weights, factor: float) -> Weights:
    return np.minimum(share * factor, 0.98)


def _net_by_cell(moves: Columns) -> Counts:
    net: Counts = np.sum([-counts if code in DECREASES else counts for code, counts in moves.items()], axis=0)
    return net


def _net(moves: Columns) -> int:
    return int(_net_by_cell(moves).sum())
