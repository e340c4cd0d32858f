"""Management of the members of every cell: form B4, from the first year that the province requires it."""

from __future__ import annotations

import numpy as np

from data.periods import Period
from loaders.sample.apportion import Counts, Weights, part
from loaders.sample.cells import SampleCells
from loaders.sample.membership import Columns, Membership
from loaders.sample.scale import SampleScale

_COLUMNS = 8
_IRREGULAR, _FOUND, _WRONGLY_ADMITTED = 0.015, 0.04, 0.002


def management(
    scale: SampleScale, cells: SampleCells, members: Membership, rng: np.random.Generator
) -> tuple[Columns, ...]:
    """Form B4 for every cell and quarter; empty before its first year."""
    ways = _Practices(cells, rng)
    return tuple(
        ways.quarter(quarter, moves) if quarter.year >= scale.supplements else {}
        for quarter, moves in zip(scale.quarters, members.quarters, strict=True)
    )


class _Practices:
    """What is constant over quarters: districts differ in diligence, cells in their rounding."""

    def __init__(self, cells: SampleCells, rng: np.random.Generator) -> None:
        self.cells, self.rng = cells, rng
        districts = len(cells.districts)
        care = np.linspace(-1.0, 1.0, districts)[rng.permutation(districts)][cells.district(cells.first)]
        self.care: Weights = care + rng.normal(0.0, 0.35, len(care))
        self.rounding = rng.random((_COLUMNS, len(care)))
        self.visited = cells.residential & (rng.random(len(care)) < 0.8)

    def quarter(self, quarter: Period, moves: Columns) -> Columns:
        """The counts of a quarter, given its changes in membership."""
        members = moves["members_end"]
        active = np.maximum(members - moves["exempt_end"], 0)
        trend = quarter.year - 2019 + quarter.index / 4
        return {
            **self._stocks(members, active, trend),
            **self._meetings(active),
            **self._transfers(moves, members),
            **self._control(quarter, moves),
        }

    def _near(self, whole: Counts, share: float, spread: float, column: int) -> Counts:
        return np.minimum(part(whole, np.clip(share + spread * self.care, 0.0, 1.0), self.rounding[column]), whole)

    def _stocks(self, members: Counts, active: Counts, trend: float) -> Columns:
        working = part(active, np.where(self.cells.residential, 0.1, 0.9), self.rounding[0])
        introduced = self._near(working, 0.93 + 0.005 * trend, 0.03, 1)
        missing = part(members, np.full(len(members), 0.004), self.rounding[2])
        return {
            "duty_due": active,
            "duty_assigned": self._near(active, 0.94 + 0.006 * trend, 0.03, 3),
            "residence_due": np.minimum(working, active),
            "residence_introduced": np.minimum(introduced, active),
            "residence_feedback": self._near(introduced, 0.85 + 0.01 * trend, 0.05, 4),
            "dossiers_due": members,
            "dossiers_complete": np.minimum(self._near(members, 0.89 + 0.01 * trend, 0.05, 5), members - missing),
            "dossiers_updated": self._near(members - missing, 0.86 + 0.01 * trend, 0.06, 6),
            "dossiers_missing": missing,
            "dossiers_lost": self.rng.poisson(0.0003 * members),
            "records_in_database": self._near(members, 0.985, 0.01, 7),
        }

    def _meetings(self, active: Counts) -> Columns:
        rng, count = self.rng, len(active)
        held = 3 - (rng.random(count) < 0.05)
        due = 3 * active
        visits = self.visited.astype(np.int64)
        return {
            "meetings_due": np.full(count, 3),
            "meetings_held": held,
            "meeting_attendance_due": due,
            "meeting_attendance": np.minimum(rng.binomial(due, 0.91), held * active),
            "committee_visits_due": visits,
            "committee_visits_made": rng.binomial(visits, 0.92),
            "study_due": active,
            "study_attended": rng.binomial(active, 0.95),
        }

    def _transfers(self, moves: Columns, members: Counts) -> Columns:
        """Official transfers are the moves of form B1; temporary ones change no membership."""
        came, went = (
            np.sum([moves[f"transferred_{way}_{place}"] for place in ("province", "district", "base")], axis=0)
            for way in ("in", "out")
        )
        return {
            "transfers_official_in": came,
            "transfers_official_out": went,
            "transfers_temporary_in": self.rng.poisson(0.002 * members),
            "transfers_temporary_out": self.rng.poisson(0.003 * members),
            "transfers_irregular": self.rng.binomial(came + went, _IRREGULAR),
        }

    def _control(self, quarter: Period, moves: Columns) -> Columns:
        rng, count = self.rng, len(self.care)
        due = (rng.random(count) < (0.4 if quarter.index in {2, 4} else 0.1)).astype(np.int64)
        done = rng.binomial(due, 0.95)
        return {
            "inspections_due": due,
            "inspections_done": done,
            "supervisions_done": rng.binomial(1, 0.2, count),
            "violations_found": rng.binomial(done, _FOUND),
            "irregular_admissions": rng.binomial(moves["admitted"], _WRONGLY_ADMITTED),
        }
