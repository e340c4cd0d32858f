"""Whether chances of reaching a plan come true: simulated units whose years are drawn, told by `pace`, then ended.

Run whole: `python -m tests.indicators.methods.calibration`. A unit has three past years; its season varies between
years as a Dirichlet of a spread, its level by about a sixth, the rest is chance. What came is the probability that the
drawn season and level leave to the plan, which has the same mean as the outcome and varies less.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc
from scipy.stats import poisson

from indicators.methods.pace import pace

SIZES = (15, 60, 200, 2400)
SPREADS = (60, 200, 1000)
PERIODS = (2, 3)
PAST_YEARS = 3
LEVEL_VARIATION = 0.17
SEASON = (0.17, 0.26, 0.22, 0.35)
BINS = 10
ENOUGH = 200  # cases that a bin is judged from


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A unit-year after a sub-period; `came` is the probability of reaching the plan that it was drawn with."""

    spread: int
    done: int
    plan: int
    past: Sequence[Sequence[int]]
    period: int
    came: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a province is drawn: whether units share a season, the years' levels, and what plans are set by."""

    alike: bool
    levels: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
    from_past: bool


def _gamma(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.gamma(LEVEL_VARIATION**-2, LEVEL_VARIATION**2, shape)


def _uniform(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.uniform(0.7, 1.3, shape)


WAYS = {
    "one season, plans near the mean": Way(alike=True, levels=_gamma, from_past=False),
    "seasons of their own, plans near past years": Way(alike=False, levels=_uniform, from_past=True),
}


def simulated(way: Way, count: int, seed: int) -> Iterator[Case]:
    """`count` cases of each size, spread and period."""
    rng = np.random.default_rng(seed)
    for spread in SPREADS:
        for size in SIZES:
            for period in PERIODS:
                yield from _drawn(rng, way, count, spread, size, period)


def _drawn(rng: np.random.Generator, way: Way, count: int, spread: int, size: int, period: int) -> Iterator[Case]:
    seasons = np.tile(SEASON, (count, 1)) if way.alike else rng.dirichlet(np.array(SEASON) * 60, count)
    shares = rng.gamma(spread * np.repeat(seasons[:, None], PAST_YEARS + 1, axis=1))
    shares /= shares.sum(axis=2, keepdims=True)
    levels = size * way.levels(rng, (count, PAST_YEARS + 1))
    flows = rng.poisson(levels[:, :, None] * shares)
    past = flows[:, :PAST_YEARS]
    means = past.sum(axis=2).mean(axis=1) if way.from_past else np.full(count, size)
    plans = np.maximum(1, np.round(means * rng.uniform(0.85, 1.15, count))).astype(int)
    done = flows[:, -1, :period].sum(axis=1)
    came = poisson.sf(plans - done - 1, levels[:, -1] * shares[:, -1, period:].sum(axis=1))
    for unit in range(count):
        yield Case(
            spread=spread,
            done=int(done[unit]),
            plan=int(plans[unit]),
            past=past[unit].tolist(),
            period=period,
            came=float(came[unit]),
        )


def told(case: Case) -> float:
    """The chance that is told of a case."""
    found = pace(case.done, case.plan, case.past, case.period).chance
    assert found is not None
    return found


def told_by_the_first_version(case: Case) -> float:
    """The chance as first told: the mean share taken as known, and nothing known of the level."""
    shares = [sum(year[: case.period]) / sum(year) for year in case.past if sum(year)]
    missing = case.plan - case.done
    return 1.0 if missing <= 0 else float(betainc(missing, case.done + 0.5, 1 - sum(shares) / len(shares)))


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases told about the same chance: the mean told, the mean that came, their number."""

    told: float
    came: float
    count: int


def bins(chances: np.ndarray, came: np.ndarray) -> list[Bin]:
    """Ten bins of equal width, without those that nobody was told."""
    places = np.minimum((chances * BINS).astype(int), BINS - 1)
    there = [places == place for place in range(BINS) if (places == place).any()]
    return [Bin(float(chances[each].mean()), float(came[each].mean()), int(each.sum())) for each in there]


def furthest(found: Sequence[Bin]) -> float:
    """The largest distance of told from came in a bin of enough cases."""
    return max(abs(each.told - each.came) for each in found if each.count >= ENOUGH)


def brier(chances: np.ndarray, came: np.ndarray) -> float:
    """The mean squared error of the chances; `came` are probabilities of the outcome."""
    return float((came * (1 - chances) ** 2 + (1 - came) * chances**2).mean())


@dataclass(frozen=True, slots=True)
class Calibration:
    """Cases with what was told of them, by this version and by the first."""

    spreads: np.ndarray
    came: np.ndarray
    told: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, cases: Sequence[Case]) -> Calibration:
        """Tells all cases."""
        columns = zip(*((c.spread, c.came, told(c), told_by_the_first_version(c)) for c in cases), strict=True)
        return cls(*(np.array(column) for column in columns))

    @property
    def overall(self) -> list[Bin]:
        """The bins of all cases."""
        return bins(self.told, self.came)

    def within(self, spread: int) -> list[Bin]:
        """The bins of one spread."""
        chosen = self.spreads == spread
        return bins(self.told[chosen], self.came[chosen])


def lines(title: str, found: Sequence[Bin]) -> Iterator[str]:
    """A table of bins, a column each."""
    yield f"{title}: furthest {furthest(found):.3f}\n"
    for name in ("told", "came"):
        yield f"  {name:5} {' '.join(f'{getattr(each, name):7.3f}' for each in found)}\n"
    yield f"  count {' '.join(f'{each.count:7d}' for each in found)}\n"


def main(count: int = 1500) -> None:
    """Writes the table of each way."""
    for name, way in WAYS.items():
        found = Calibration.of(list(simulated(way, count, seed=16)))
        sys.stdout.writelines(lines(f"{name}; all spreads", found.overall))
        for spread in SPREADS:
            sys.stdout.writelines(lines(f"spread {spread}", found.within(spread)))
        sys.stdout.writelines(lines("the first version, all spreads", bins(found.first, found.came)))
        scores = brier(found.told, found.came), brier(found.first, found.came)
        sys.stdout.write("Brier {:.4f}, first version {:.4f}\n\n".format(*scores))


if __name__ == "__main__":
    main()
