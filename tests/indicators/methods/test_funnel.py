"""Funnels and rates against published tables, scipy's distributions, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies
from scipy.stats import binom, poisson

from indicators.methods.funnel import (
    ComparedUnit,
    FunnelKind,
    FunnelVerdict,
    compare,
    decision_limits,
    limits,
    rate_limits,
    verdict,
)

PREVALENCE = 0.8064244785714956
CRUDE = 0.006685089282681704


@pytest.mark.parametrize(
    ("population", "average", "inner", "outer"),
    [
        (1, PREVALENCE, (3.204264, 100), (0, 100)),
        (4, PREVALENCE, (41.923356, 100), (19.594903, 100)),
        (30, PREVALENCE, (66.504234, 94.780661), (58.351036, 100)),
        (1886, PREVALENCE, (78.859312, 82.425583), (77.831017, 83.453878)),
        (110000, PREVALENCE, (80.408963, 80.875933), (80.274317, 81.010578)),
        (33000, 0.8218033787630715, (81.76745696, 82.5932188), (81.52935757, 82.83131819)),
    ],
)
def test_limits_of_proportions(
    population: float, average: float, inner: tuple[float, float], outer: tuple[float, float]
) -> None:
    (found,) = limits([population], average)

    assert (found.lower_95 or 0) * 100 == pytest.approx(inner[0], abs=6e-7)
    assert (found.upper_95 or 0) * 100 == pytest.approx(inner[1], abs=6e-7)
    assert (found.lower_998 or 0) * 100 == pytest.approx(outer[0], abs=6e-7)
    assert (found.upper_998 or 0) * 100 == pytest.approx(outer[1], abs=6e-7)


@pytest.mark.parametrize(
    ("events", "inner", "outer"),
    [
        (1, (0.025317898, 5.571644585), (0.001000547, 9.233410143)),
        (3, (0.618671905, 8.767273828), (0.190533306, 13.06224507)),
        (10, (4.795387629, 18.39035799), (2.960519925, 24.13397235)),
        (45, (32.82330214, 60.21353995), (27.07762173, 69.83304894)),
        (716, (664.5083011, 770.4222128), (636.1521174, 802.60414)),
    ],
)
def test_limits_of_ratios_are_exact(events: float, inner: tuple[float, float], outer: tuple[float, float]) -> None:
    (found,) = limits([events], 1, kind="ratio")

    assert (found.lower_95, found.upper_95) == pytest.approx([limit / events for limit in inner], rel=2e-5)
    assert (found.lower_998, found.upper_998) == pytest.approx([limit / events for limit in outer], rel=2e-5)


RATES = [
    (1, 100, 100, 0.95, 0.025317807984289897, 5.571643390938898),
    (5, 100, 100000, 0.998, 739.3717319178389, 16454.745203680104),
    (10, 200, 100000, 0.95, 2393.7249569837822, 9195.729302878237),
    (20, 100, 100, 0.998, 8.922802365144193, 38.08503562504191),
    (9856, 12345, 100, 0.95, 78.26949058976757, 81.4300165427214),
    (7776456, 7564336677, 100000, 0.998, 102.690317308454, 102.91817639509068),
    (250, 220, 100000, 0.95, 99984.94738532876, 128631.14487455782),
]


@pytest.mark.parametrize(("count", "exposure", "multiplier", "confidence", "lower", "upper"), RATES)
def test_rates_are_exact_under_ten_events_and_byars_from_ten(
    count: int, exposure: int, multiplier: int, confidence: float, lower: float, upper: float
) -> None:
    found = rate_limits(count, exposure, confidence, multiplier)
    assert found is not None
    assert (found.value, found.lower, found.upper) == pytest.approx((count / exposure * multiplier, lower, upper))

    (funnel,) = limits([exposure], count / exposure, kind="rate")
    drawn = (funnel.lower_95, funnel.upper_95) if confidence == 0.95 else (funnel.lower_998, funnel.upper_998)
    assert drawn == pytest.approx((lower / multiplier, upper / multiplier), rel=1e-9)


@pytest.mark.parametrize(
    ("numerator", "denominator", "average", "kind", "expected"),
    [
        (60027.0906, 73079, PREVALENCE, "proportion", "High (0.001)"),
        (38045.3716, 46958, PREVALENCE, "proportion", "High (0.025)"),
        (14493.3552, 17964, PREVALENCE, "proportion", "Not significant"),
        (30277.5312, 37828, PREVALENCE, "proportion", "Low (0.025)"),
        (58379.62, 77324, PREVALENCE, "proportion", "Low (0.001)"),
        (194, 138.7895264, 1, "ratio", "High (0.001)"),
        (128, 97.97168006, 1, "ratio", "High (0.025)"),
        (8, 6.239860227, 1, "ratio", "Not significant"),
        (106, 132.0214223, 1, "ratio", "Low (0.025)"),
        (159, 232.9329036, 1, "ratio", "Low (0.001)"),
        (2078, 272628, CRUDE, "rate", "High (0.001)"),
        (2083, 297424, CRUDE, "rate", "High (0.025)"),
        (1944, 286492, CRUDE, "rate", "Not significant"),
        (1798, 287072, CRUDE, "rate", "Low (0.025)"),
        (0, 297820, CRUDE, "rate", "Low (0.001)"),
    ],
)
def test_published_verdicts(numerator: float, denominator: float, average: float, kind: str, expected: str) -> None:
    assert verdict(numerator, denominator, average, kind=kind) == expected


def by_tails(lower: float, upper: float) -> FunnelVerdict:
    """The verdict that two exact tails give."""
    for tail, low, high in (
        (0.001, FunnelVerdict.LOW_OUTER, FunnelVerdict.HIGH_OUTER),
        (0.025, FunnelVerdict.LOW, FunnelVerdict.HIGH),
    ):
        if lower < tail:
            return low
        if upper < tail:
            return high
    return FunnelVerdict.NONE


@given(strategies.integers(1, 29), strategies.integers(0, 29), strategies.integers(0, 20))
def test_below_thirty_the_exact_binomial_decides(size: int, count: int, twentieths: int) -> None:
    count, average = min(count, size), twentieths / 20

    expected = by_tails(binom.cdf(count, size, average), binom.sf(count - 1, size, average))
    assert verdict(count, size, average) is expected


@given(strategies.integers(0, 300), strategies.integers(1, 300), strategies.sampled_from(["rate", "ratio"]))
def test_rates_and_ratios_are_judged_by_the_exact_poisson(count: int, size: int, kind: str) -> None:
    expected = by_tails(poisson.cdf(count, size * 0.9), poisson.sf(count - 1, size * 0.9))
    assert verdict(count, size, 0.9, kind=kind) is expected


def test_a_small_unit_needs_more_than_the_normal_limits() -> None:
    assert limits([8], 0.9)[0].lower_95 == pytest.approx(0.692, abs=0.001)
    assert verdict(5, 8, 0.9) is FunnelVerdict.NONE
    assert verdict(4, 8, 0.9) is FunnelVerdict.LOW


@pytest.mark.parametrize(
    ("expected", "observed", "field"),
    [
        (5.571644585, 1, "lower_95"),
        (8.767273828, 3, "lower_95"),
        (24.13397235, 10, "lower_998"),
        (770.4222128, 716, "lower_95"),
        (0.025317898, 1, "upper_95"),
        (4.795387629, 10, "upper_95"),
        (636.1521174, 716, "upper_998"),
    ],
)
def test_the_limits_that_decide_on_ratios_are_the_published_funnel(
    expected: float, observed: float, field: str
) -> None:
    (found,) = decision_limits([expected], 1, kind="ratio")
    assert getattr(found, field) == pytest.approx(observed / expected, rel=2e-5)


def position(unit: ComparedUnit) -> FunnelVerdict:
    """Where a unit's dot lies among the limits drawn at its size."""
    value, at = unit.value, unit.limits
    assert value is not None
    assert at is not None
    assert None not in {at.lower_95, at.upper_95, at.lower_998, at.upper_998}
    if value < (at.lower_998 or 0):
        return FunnelVerdict.LOW_OUTER
    if value < (at.lower_95 or 0):
        return FunnelVerdict.LOW
    if value > (at.upper_998 or 0):
        return FunnelVerdict.HIGH_OUTER
    return FunnelVerdict.HIGH if value > (at.upper_95 or 0) else FunnelVerdict.NONE


def random_units(kind: FunnelKind, seed: int) -> tuple[list[float], list[float]]:
    """A thousand units of sizes 1 to 1,000,000, about one in twenty each with nothing and with as much as can be."""
    random = np.random.default_rng(seed)
    sizes = np.floor(10 ** random.uniform(0, 6, 1000))
    average = random.beta(1, 3) if kind is FunnelKind.PROPORTION else 10 ** random.uniform(-3, 0.5)
    if kind is FunnelKind.RATIO:
        average = 1.0
    rates = average * random.gamma(25, 1 / 25, 1000)
    most = sizes if kind is FunnelKind.PROPORTION else np.ceil(3 * average * sizes)
    counts = np.minimum(random.poisson(rates * sizes), most)
    extreme = random.integers(0, 20, 1000)
    return np.where(extreme == 0, 0, np.where(extreme == 1, most, counts)).tolist(), sizes.tolist()


@pytest.mark.parametrize("dispersed", [False, True])
@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        *((FunnelKind.PROPORTION, seed) for seed in range(3)),
        (FunnelKind.RATE, 3),
        (FunnelKind.RATIO, 4),
    ],
)
def test_what_is_drawn_is_what_is_judged(kind: FunnelKind, seed: int, dispersed: bool) -> None:
    counts, sizes = random_units(kind, seed)
    funnel = compare(counts, sizes, kind, overdispersion=dispersed)

    assert [unit.verdict for unit in funnel.units] == [position(unit) for unit in funnel.units]
    assert {unit.verdict for unit in funnel.units} >= {FunnelVerdict.NONE, FunnelVerdict.HIGH_OUTER}
    assert funnel.tau2 > 0
    drawn = decision_limits(sizes, funnel.average or 0, kind, funnel.tau2 * dispersed)
    assert [unit.limits for unit in funnel.units] == list(drawn)


@pytest.mark.parametrize("seed", range(3))
def test_from_thirty_a_proportion_is_judged_by_its_score(seed: int) -> None:
    counts, sizes = random_units(FunnelKind.PROPORTION, seed)
    for dispersed in (False, True):
        funnel = compare(counts, sizes, overdispersion=dispersed)
        average, n = funnel.average or 0, np.array(sizes)
        chance = average * (1 - average) / n
        scores = np.abs(np.array(counts) / n - average) / np.sqrt(chance)
        different = scores > 1.959964 * np.sqrt(1 + funnel.tau2 * dispersed / chance)
        found = np.array([unit.verdict is not FunnelVerdict.NONE for unit in funnel.units])

        assert (found == different)[n >= 30].all()


def test_a_unit_far_beyond_its_limits_is_different_however_small_its_tail() -> None:
    # its score is 9 and more: as probabilities both its tail and that of the widened limit are 0 in floating point
    counts, sizes = [60, 40] * 6 + [0, 900_000], [100] * 12 + [500_000, 1_000_000]
    for dispersed in (False, True):
        funnel = compare(counts, sizes, overdispersion=dispersed)
        assert [unit.verdict for unit in funnel.units] == [position(unit) for unit in funnel.units]
    assert compare(counts, sizes, overdispersion=False).units[-2].verdict is FunnelVerdict.LOW_OUTER


@given(strategies.integers(1, 29), strategies.integers(1, 19))
def test_between_whole_counts_the_exact_limits_change_sides(size: int, twentieths: int) -> None:
    average = twentieths / 20
    (found,) = decision_limits([size], average)
    counts = np.arange(size + 1)

    assert ((binom.cdf(counts, size, average) < 0.025) == (counts / size < (found.lower_95 or 0))).all()
    assert ((binom.sf(counts - 1, size, average) < 0.025) == (counts / size > (found.upper_95 or 0))).all()


def test_where_nothing_is_divided_nothing_is_said() -> None:
    assert [limit.lower_95 for limit in limits([None, 0, float("nan")], 0.5)] == [None] * 3
    assert verdict(None, 10, 0.5) is None
    assert verdict(3, None, 0.5) is None
    assert rate_limits(None, 10) is None
    assert rate_limits(3, None) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "average", "kind"),
    [
        (-1, 10, 0.5, "proportion"),
        (11, 10, 0.5, "proportion"),
        (0, 0, 0.5, "proportion"),
        (1, -10, 0.5, "rate"),
        (1, 10, 1.5, "proportion"),
        (1, 10, -0.5, "ratio"),
        (1, 10, 0.5, "mean"),
    ],
)
def test_what_is_no_case_is_refused(numerator: float, denominator: float, average: float, kind: str) -> None:
    with pytest.raises(ValueError, match=r"is no|average|Kind"):
        verdict(numerator, denominator, average, kind=kind)


def test_what_is_no_rate_and_no_denominator_is_refused() -> None:
    for count, exposure, confidence in ((-1, 10, 0.95), (1, 0, 0.95), (1, 10, 0.5), (1, 10, 100)):
        with pytest.raises(ValueError, match="no rate"):
            rate_limits(count, exposure, confidence)
    with pytest.raises(ValueError, match="below 0"):
        limits([10, -1], 0.5)


@pytest.mark.parametrize(("average", "numerator", "expected"), [(0, 0, "Not significant"), (1, 40, "Not significant")])
def test_an_average_at_the_end_of_the_scale(average: float, numerator: int, expected: str) -> None:
    for size in (40, 20):
        count = numerator * size // 40
        assert verdict(count, size, average) == expected
        assert limits([size], average)[0].lower_95 == average
        assert decision_limits([size], average)[0].upper_998 == average


def test_the_average_of_a_comparison_is_the_sums() -> None:
    funnel = compare([10, 20, None, 5, 0], [100, 50, 40, None, 0])

    assert funnel.average == 0.2
    assert [unit.value for unit in funnel.units] == [0.1, 0.4, None, None, None]
    assert [unit.verdict for unit in funnel.units] == ["Low (0.025)", "High (0.001)", None, None, None]
    assert compare([None], [3]).average is None


def test_variance_between_units_by_hand() -> None:
    numerators, denominators = [20, 30, 40, 60, 70, 80], [100] * 6
    funnel = compare(numerators, denominators, overdispersion=True)

    # z = (-6, -4, -2, 2, 4, 6); the tenths of six are half way in: -5 and 5; phi = (25 + 16 + 4) / 3
    assert funnel.dispersion == pytest.approx(15)
    assert funnel.tau2 == pytest.approx((6 * 15 - 5) / (6 * 400 - 400))
    assert {unit.verdict for unit in funnel.units} == {FunnelVerdict.NONE}
    first = funnel.units[0].limits
    assert first is not None
    assert first.lower_95 == pytest.approx(0.5 - 1.959964 * (0.0025 + 0.0425) ** 0.5)


def test_over_dispersion_is_on_from_ten_units() -> None:
    few, many = compare([20, 80] * 4, [100] * 8), compare([20, 80] * 5, [100] * 10)

    assert (few.adjusted, few.units[0].verdict) == (False, FunnelVerdict.LOW_OUTER)
    assert (many.adjusted, many.units[0].verdict) == (True, FunnelVerdict.NONE)
    assert compare([20, 80] * 5, [100] * 10, overdispersion=False).units[0].verdict is FunnelVerdict.LOW_OUTER


@given(
    strategies.lists(strategies.tuples(strategies.integers(0, 60), strategies.integers(1, 60)), min_size=1),
    strategies.sampled_from(list(FunnelKind)),
)
def test_allowing_for_over_dispersion_never_finds_more(pairs: list[tuple[int, int]], kind: FunnelKind) -> None:
    numerators, denominators = [min(pair) for pair in pairs], [max(pair) for pair in pairs]
    plain = compare(numerators, denominators, kind, overdispersion=False)
    widened = compare(numerators, denominators, kind, overdispersion=True)

    for before, after in zip(plain.units, widened.units, strict=True):
        assert before.verdict is not FunnelVerdict.NONE or after.verdict is FunnelVerdict.NONE


@given(strategies.integers(1, 500), strategies.floats(0, 1), strategies.sampled_from(list(FunnelKind)))
def test_limits_lie_around_the_average(size: int, average: float, kind: FunnelKind) -> None:
    for (found,) in (limits([size], average, kind=kind), decision_limits([size], average, kind=kind)):
        edges = [found.lower_998, found.lower_95, average, found.upper_95, found.upper_998]

        assert edges == sorted(edge for edge in edges if edge is not None)
