"""The yearly review and rating of members and cells: form B6."""

from __future__ import annotations

import numpy as np

from loaders.sample.cells import Flags
from loaders.sample.membership import Columns, Membership
from loaders.sample.scale import SampleScale

_MEMBERS = {"rated_excellent": 0.15, "rated_good": 0.70, "rated_fulfilled": 0.13, "rated_failed": 0.02}
_CELLS = (0.18, 0.69, 0.115, 0.015)
_SHORT_OF = 2  # the first two ratings have few shortcomings to remedy


def ratings(scale: SampleScale, members: Membership, rng: np.random.Generator) -> tuple[Columns, ...]:
    """Form B6 at the end of each year from the first year that it is due; nothing in other quarters.

    The ratings add up to the members at the year's end. `cell_rating` is the one-based index of the choice.
    """
    found: list[Columns] = []
    for place, quarter in enumerate(scale.quarters):
        if quarter.year < scale.supplements or quarter.index < 4:
            found.append({})
            continue
        newest = members.quarters[place]["admitted"] + members.quarters[place - 1]["admitted"]
        found.append(_year(members.quarters[place], newest, rng))
    return tuple(found)


def _year(quarter: Columns, newest: np.ndarray, rng: np.random.Generator) -> Columns:
    """Members admitted in the second half of the year and exempt ones are not rated."""
    ends = quarter["members_end"]
    left_out = np.minimum(newest + quarter["exempt_end"], ends)
    due = ends - left_out
    reviewed = rng.binomial(due, 0.994)
    rated = rng.multinomial(reviewed, tuple(_MEMBERS.values()))
    rating = 1 + rng.choice(len(_CELLS), p=_CELLS, size=len(ends))
    remedy: Flags = rng.random(len(ends)) < np.where(rating > _SHORT_OF, 0.93, 0.55)
    return {
        "reviewed_due": due,
        "reviewed": reviewed,
        **{code: rated[:, place] for place, code in enumerate(_MEMBERS)},
        "not_rated": ends - reviewed,
        "cell_rating": rating,
        "remedy_plan": remedy.astype(np.int64),
    }
