"""Villages and their heads by residential cell: form B3, with the published share of heads who are members."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from data.periods import Period
from loaders.sample.apportion import Counts, Weights, part
from loaders.sample.cells import Flags, SampleCells
from loaders.sample.membership import Columns
from loaders.sample.scale import SampleScale

_RISE_A_YEAR = 0.0105
_RISE_AFTER = 0.006
_ELECTIONS = frozenset({(2015, 1), (2017, 3), (2020, 1)})


def villages(scale: SampleScale, cells: SampleCells, rng: np.random.Generator) -> tuple[Columns, ...]:
    """Form B3 by quarter for the residential cells, in registry order."""
    here = np.flatnonzero(cells.residential)
    home = cells.district(cells.first)[here]
    state = _Heads(scale, home, len(cells.districts), rng)
    return tuple(state.advance(quarter) for quarter in scale.quarters)


class _Heads:
    """Each village's head, simulated by quarter; arrays have one element per village.

    `standing` ranks villages by the propensity of their head to be a member: each quarter the first ones are members,
    as many as the province's share requires. Elections bring new heads, and so new ranks.
    """

    def __init__(self, scale: SampleScale, home: Counts, districts: int, rng: np.random.Generator) -> None:
        self.scale, self.rng, self.cells = scale, rng, len(home)
        size = rng.choice((1, 2, 3), p=(0.9, 0.08, 0.02), size=self.cells)
        self.cell = np.repeat(np.arange(self.cells), size)
        count = len(self.cell)
        lean = (0.42 * np.linspace(-1.2, 1.2, districts)[rng.permutation(districts)])[home][self.cell]
        self.lean = lean
        self.standing = lean + rng.normal(size=count)
        self.rank_in_cell = rng.random(count)
        self.vacant = rng.random(count) < 0.008
        self.deputies = rng.choice((0, 1, 2), p=(0.35, 0.55, 0.1), size=count)
        self.mass_heads = rng.integers(7, 11, count)
        self.eager = rng.random((3, count))
        self.aligned_from = 2015.0 + rng.gamma(3.0, 1.5, count)

    def advance(self, quarter: Period) -> Columns:
        """Counts by cell at the quarter's end."""
        election = (quarter.year, quarter.index) in _ELECTIONS
        self._renew(0.22 if election else 0.01, 0.15 if election else 0.05)
        posts = ~self.vacant
        member = self._members(posts, quarter)
        trend = quarter.year - 2015 + quarter.index / 4
        secretary = member & (self.rank_in_cell < 0.2 + 0.016 * trend)
        deputy = member & ~secretary & (self.rank_in_cell < 0.36 + 0.022 * trend)
        nominated = self.rng.poisson(1.05 if election else 0.015, len(member))
        deputies = self._part(self.deputies, 0.44 + 0.008 * trend, 0)
        mass = self._part(self.mass_heads, 0.36 + 0.006 * trend, 1)
        empty = np.bincount(self.cell, minlength=self.cells) > 1
        return {
            "villages": self._by_cell(np.ones(len(member))),
            "villages_without_members": self._by_cell(empty[self.cell] & ~member & (self.eager[2] < 0.1)),
            "village_heads": self._by_cell(posts),
            "village_heads_vacant": self._by_cell(self.vacant),
            "village_heads_members": self._by_cell(member),
            "village_heads_in_committee": self._by_cell(member & (self.rank_in_cell < 0.7 + 0.008 * trend)),
            "village_heads_deputy_secretary": self._by_cell(deputy),
            "village_heads_secretary": self._by_cell(secretary),
            "village_deputies": self._by_cell(self.deputies),
            "village_deputies_members": self._by_cell(deputies),
            "mass_heads": self._by_cell(self.mass_heads),
            "mass_heads_members": self._by_cell(mass),
            "village_terms_aligned": self._by_cell(self.aligned_from < 2015 + trend),
            "members_nominated": self._by_cell(nominated),
            "members_elected": self._by_cell(self.rng.binomial(nominated, 0.74)),
        }

    def _renew(self, heads: float, posts: float) -> None:
        """Replaces some heads; some posts fall vacant or are filled."""
        count = len(self.cell)
        new = self.rng.random(count) < heads
        self.standing = np.where(new, self.lean + self.rng.normal(size=count), self.standing)
        self.vacant = np.where(self.rng.random(count) < posts, self.rng.random(count) < 0.008, self.vacant)

    def _members(self, posts: Flags, quarter: Period) -> Flags:
        wanted = round(_share(self.scale, quarter) * int(posts.sum()))
        order = np.argsort(np.where(posts, -self.standing, np.inf), kind="stable")
        member = np.zeros(len(posts), dtype=np.bool_)
        member[order[:wanted]] = True
        return member

    def _part(self, whole: Counts, share: float, eager: int) -> Counts:
        return part(whole, np.full(len(whole), share), self.eager[eager])

    def _by_cell(self, by_village: Counts | Flags | Weights) -> Counts:
        counts: Counts = np.bincount(self.cell, weights=by_village, minlength=self.cells).astype(np.int64)
        return counts


def _share(scale: SampleScale, quarter: Period) -> Fraction:
    """The province's share of heads who are members: it rises to the published one at the end of the last year."""
    known = scale.calibration
    ahead = (quarter.year - known.last) * 4 + quarter.index - 4
    rise = _RISE_AFTER if ahead > 0 else _RISE_A_YEAR
    return known.heads + Fraction(ahead, 4) * Fraction(str(rise))
