"""At which count does an exact tail of a binomial or a Poisson distribution reach a probability?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.typing import NDArray

    Counts = NDArray[float64]

HALVINGS = 64  # of the bracket; more than a float can tell apart
WHOLE_WITHIN = 1e-9  # a crossing so close to a whole count lies on it


def binomial_crossings(sizes: Counts, average: float, tail: float) -> tuple[Counts, Counts]:
    """The counts x with P(X <= x) = `tail` and with P(X >= x) = `tail`, for each size; `average` between 0 and 1.

    The tails are incomplete beta functions, which continue the sums between whole counts: a whole count lies beyond the
    crossing exactly where its own tail is smaller. The first may be below 0, the second above the size: no count is
    that unlikely.
    """
    from scipy.special import betainc

    lower = _crossing(lambda x: betainc(sizes - x, x + 1, 1 - average) > tail, -1 + 0 * sizes, sizes)
    upper = _crossing(lambda x: betainc(x, sizes - x + 1, average) < tail, 0 * sizes, sizes + 1)
    return lower, upper


def poisson_crossings(means: Counts, tail: float) -> tuple[Counts, Counts]:
    """The same for Poisson counts with the given means, above 0; the tails are incomplete gamma functions."""
    import numpy as np
    from scipy.special import gammainc, gammaincc

    far = means + 20 * np.sqrt(means) + 20
    lower = _crossing(lambda x: gammaincc(x + 1, means) > tail, -1 + 0 * means, means)
    upper = _crossing(lambda x: gammainc(x, means) < tail, 0 * means, far)
    return lower, upper


def _crossing(is_beyond: Callable[[Counts], NDArray[bool_]], low: Counts, high: Counts) -> Counts:
    """Where a condition that holds from some count on begins to hold, by bisection."""
    import numpy as np

    for _ in range(HALVINGS):
        middle = (low + high) / 2
        beyond = is_beyond(middle)
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    whole = np.round(high)
    on_whole = np.abs(high - whole) <= WHOLE_WITHIN * np.maximum(1, whole)
    return np.where(on_whole, whole, high)
