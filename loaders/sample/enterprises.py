"""Private units around every base organisation: form B5. Their workforce outgrows the admissions from it."""

from __future__ import annotations

import numpy as np

from data.periods import Period
from loaders.sample.apportion import Counts, part
from loaders.sample.bodies import PRIVATE
from loaders.sample.cells import SampleCells
from loaders.sample.membership import Columns
from loaders.sample.scale import SampleScale

_GROWTH = 1.022  # of the workforce, per quarter
_FOUNDED = {"party": "party_orgs_founded", "union": "unions_founded", "youth": "youth_cells_founded"}
_SHARES = {"party": (0.06, 0.004), "union": (0.24, 0.012), "youth": (0.12, 0.008)}


def enterprises(scale: SampleScale, cells: SampleCells, rng: np.random.Generator) -> tuple[Columns, ...]:
    """Form B5 by quarter for `cells.bases`; a base that does not exist in a quarter has zeros.

    The surroundings of each initial base are simulated; a merged base has the sum of its predecessors'.
    """
    around = _Surroundings(cells, rng)
    found: list[Columns] = []
    for quarter in scale.quarters:
        if quarter.year < scale.supplements:
            found.append({})
            continue
        now, then = cells.base(quarter.end), cells.base(cells.first)
        heir = np.arange(len(cells.bases))
        heir[then] = now
        counts = around.advance(quarter)
        found.append(
            {
                code: np.bincount(heir, weights=values, minlength=len(heir)).astype(np.int64)
                for code, values in counts.items()
            }
        )
    return tuple(found)


class _Surroundings:
    """Units and workers around each initial base."""

    def __init__(self, cells: SampleCells, rng: np.random.Generator) -> None:
        count, home = len(cells.bases), cells.base(cells.first)
        commune = np.bincount(home, weights=cells.in_commune, minlength=count) > 0
        firm = np.bincount(home, weights=cells.of_type(PRIVATE), minlength=count) > 0
        self.rng = rng
        self.own = firm.astype(np.int64)
        self.units = np.where(commune, rng.poisson(9.0, count), 0) + self.own
        size = np.where(firm, rng.lognormal(5.5, 0.6, count), rng.lognormal(3.2, 0.5, count))
        self.workers = (self.units * size).astype(np.int64)
        self.rounding = rng.random((4, count))
        self.resident: Counts = np.where(commune, rng.poisson(3.0, count), 0)
        self.having: dict[str, Counts] = {}

    def advance(self, quarter: Period) -> Columns:
        """The counts of a quarter."""
        trend = 4 * (quarter.year - 2019) + quarter.index
        units = part(self.units, np.full(len(self.units), 1 + 0.01 * trend), self.rounding[3])
        units = np.where(self.units > 0, units, 0)
        workers = part(self.workers, np.full(len(units), _GROWTH**trend), self.rounding[3])
        persuaded = self.rng.binomial(self.resident, 0.12)
        moved = self.rng.binomial(persuaded, 0.6)
        self.resident = self.resident - moved + self.rng.poisson(0.02 * self.resident)
        return {
            "private_units": units,
            "private_workers": np.where(units > 0, workers, 0),
            **self._organised(units, trend),
            "zone_members_resident": self.resident,
            "zone_members_persuaded": persuaded,
            "zone_members_moved": moved,
        }

    def _organised(self, units: Counts, trend: int) -> Columns:
        """Units with each kind of organisation, and the new ones: the increase since the quarter before."""
        found: dict[str, Counts] = {}
        for place, (sort, (share, rise)) in enumerate(_SHARES.items()):
            more = part(units - self.own, np.full(len(units), share + rise * trend), 0.8 * self.rounding[place])
            now = np.maximum(np.minimum(self.own + more, units), self.having.get(sort, 0))
            found[f"private_units_with_{sort}"] = now
            found[_FOUNDED[sort]] = now - self.having.get(sort, now)
            self.having[sort] = now
        return found
