"""What chances of reaching the plan would have been told of past years, and what came."""

from __future__ import annotations

from collections.abc import Iterator

from data.organisations.units import Level, UnitKind
from data.periods import Frequency
from data.reading.queries import Reader
from indicators.answers.against_plan import pace_rule
from indicators.catalogue.lookup import catalogue_of
from indicators.methods.pace import PaceVerdict, pace
from indicators.methods.reliability import Band, reliability
from indicators.values.against_plan import PaceCase, pace_periods
from indicators.values.model import measures_of
from indicators.values.reading import sources
from indicators.values.target import Plans

_OTHERS = 2  # years that must be left when one is held out
_OPEN = frozenset({PaceVerdict.ON_PACE, PaceVerdict.AT_RISK, PaceVerdict.UNLIKELY})


def held_out_years(reader: Reader, code: str) -> tuple[Band, ...]:
    """Each past year held out and told from the others, after every quarter, against its plan.

    Of the units directly below the reader's own; a year without a plan is held against the mean of the others. Only
    where the verdict was still open.
    """
    opened = reader.opened(Frequency.QUARTER)
    if not opened:
        return ()
    latest, root = opened[-1], reader.root()
    tree = reader.tree(latest.end)
    units = tree.at_level(Level.DISTRICT if root.kind is UnitKind.PROVINCE else Level.BASE)
    indicator = catalogue_of(reader.vocabulary)[code]
    measures, ids = measures_of(indicator.formula), {unit.id for unit in units}
    case = PaceCase(
        indicator=indicator,
        period=latest,
        observations=reader.observations(sources(reader.vocabulary, measures), ids, [*pace_periods(latest)]),
        plans=Plans(reader.plans((code,), ids)),
        rule=pace_rule(reader),
        predecessors=reader.registry.predecessors,
    )
    return reliability(told for unit in units for told in told_of_past_years(case, unit.id))


def told_of_past_years(case: PaceCase, unit: int) -> Iterator[tuple[float, float]]:
    """The chance of each held-out year after each sub-period while it was open, and whether the plan was reached."""
    flows = {year.year: case.flows(unit, year.year) for year in pace_periods(case.period)}
    whole = {year: [flow for flow in each if flow is not None] for year, each in flows.items() if None not in each}
    for year, actual in whole.items():
        others = [each for other, each in whole.items() if other != year]
        if len(others) < _OTHERS:
            continue
        given = case.plans.of_year(case.indicator.code, unit, year)
        plan = given.value if given is not None else sum(map(sum, others)) / len(others)
        for period in range(1, len(actual)):
            found = pace(sum(actual[:period]), plan, others, period, rule=case.rule)
            if found.chance is not None and found.verdict in _OPEN:
                yield found.chance, float(sum(actual) >= plan)
