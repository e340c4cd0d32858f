"""One indicator over time as an address asks for it: its values, what of them is signal, what follows, what broke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from data.periods import Frequency, Period, PeriodError
from indicators.answers.enquiry import Enquiry
from indicators.answers.rows import ValueRow
from indicators.answers.signals import ControlRow, ForecastRow, control_series, forecast_series
from indicators.values.model import Indicator, MeanPerYear
from indicators.values.target import Plans, Target, plan_for
from layouts.views.ask import Ask
from layouts.views.breaks import Break, breaks
from layouts.views.featured import MEMBERS
from layouts.views.rows import BELOW, answers, series
from layouts.views.superseded import Superseded, superseded


class Layer(StrEnum):
    """What may be drawn besides the values: what follows if nothing changes, what was known before corrections."""

    FORECAST = "forecast"
    KNOWN = "known"


DEFAULTS: Final = {"indicator": MEMBERS, "frequency": "year", "show": "one", "layers": "forecast.known"}


@dataclass(frozen=True)
class Trending:
    """What one address asks about."""

    asked: Ask

    @cached_property
    def indicator(self) -> Indicator:
        """The one that the address names."""
        catalogue = self.asked.catalogue
        return catalogue.get(self.asked.query.get("indicator", ""), catalogue[DEFAULTS["indicator"]])

    @property
    def frequency(self) -> Frequency:
        """Length of the periods: years or quarters."""
        return Frequency.QUARTER if self.asked.query.get("frequency") == "quarter" else Frequency.YEAR

    @property
    def is_many(self) -> bool:
        """Whether each unit below has a line of its own."""
        return self.asked.query.get("show") == "below" and self.asked.unit.kind in BELOW

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What is drawn besides the values."""
        wanted = (self.asked.query.get("layers") or DEFAULTS["layers"]).split(".")
        return tuple(layer for layer in Layer if layer in wanted)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every kept period of the length up to the one that the frame asks about."""
        last = Period.covering(self.asked.period.end, self.frequency)
        known = series(self.asked, self.frequency, last)
        return known if last in known else (*known, last)

    @property
    def enquiry(self) -> Enquiry:
        """What is asked of the store."""
        return Enquiry(
            indicators=(self.indicator.code,),
            unit=self.asked.unit.code,
            level=BELOW.get(self.asked.unit.kind) if self.is_many else None,
            periods=self.periods,
            basis=self.asked.basis,
        )

    @cached_property
    def rows(self) -> tuple[ValueRow, ...]:
        """A row for each unit and period."""
        return tuple(answers(self.asked, self.enquiry))

    @cached_property
    def shown(self) -> tuple[ValueRow, ...]:
        """Of one unit the rows from the first period on that has a value; all, where none has."""
        first = next((place for place, row in enumerate(self.rows) if row.value is not None), 0)
        return self.rows[first:]

    @cached_property
    def rebase_period(self) -> Period | None:
        """The period from which the address has limits start afresh; None where it names none of the drawn ones.

        Raises:
            PeriodError: it names something that is no period.
        """
        code = self.asked.query.get("rebase")
        period = Period.parse(code) if code else None
        return period if period in self._drawn[1:] else None

    @cached_property
    def rebase_points(self) -> tuple[Period, ...]:
        """Where limits start afresh: where the address says so, and where the definition changed."""
        redefined = {each.period for each in self.breaks if each.is_definition}
        return tuple(sorted(redefined | ({self.rebase_period} if self.rebase_period else set())))

    @cached_property
    def signals(self) -> Sequence[ControlRow]:
        """The XmR chart of the unit, a row a period; none of a mean per year.

        It ends with the last complete period: one that is still being reported would hide what the last one says.
        """
        known = [row.until for row in self.shown if row.is_complete and row.value is not None]
        if not known or self._is_mean:
            return ()
        periods = [period for period in self._drawn if period <= known[-1]]
        rebase_points = [period for period in self.rebase_points if period in periods]
        return tuple(control_series(self.asked.reader, self._series(periods), rebase_points))

    @cached_property
    def forecast(self) -> Sequence[ForecastRow]:
        """What follows if things go on as they did."""
        if Layer.FORECAST not in self.layers or self._is_mean or not self._drawn:
            return ()
        return tuple(forecast_series(self._series(self._drawn)))

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Reorganisations that touched the unit, and changes of what the indicator counts."""
        return breaks(self.asked, self.indicator, self._drawn)

    @cached_property
    def superseded(self) -> tuple[Superseded, ...]:
        """What was known of the drawn periods before returns behind them were corrected."""
        return superseded(self.asked, self.shown) if Layer.KNOWN in self.layers and not self.is_many else ()

    @cached_property
    def targets(self) -> Mapping[Period, Target]:
        """What each drawn period is judged by: a plan with its decision, or the indicator's own standard."""
        unit, registry = self.asked.unit.id, self.asked.reader.registry
        judged = [row.until for row in self.shown if row.plan is not None]
        above = {period: [each.id for each in registry.at(period.end).ancestors(unit)] for period in judged}
        plans = Plans(self.asked.reader.plans((self.indicator.code,), {unit}.union(*above.values())))
        targets = {period: plan_for(self.indicator, unit, period, plans, above[period]) for period in judged}
        return {period: target for period, target in targets.items() if target is not None}

    @property
    def point(self) -> Period | None:
        """The period whose workings the address opens."""
        code = self.asked.query.get("point")
        try:
            return Period.parse(code) if code else None
        except PeriodError:
            return None

    @property
    def _is_mean(self) -> bool:
        """Whether all periods together make one value, which has no course."""
        return isinstance(self.indicator.formula, MeanPerYear)

    def _series(self, periods: Sequence[Period]) -> list[ValueRow]:
        """The answers of some of the drawn periods, which of one unit need not be asked for again."""
        wanted = frozenset(periods)
        return [row for row in self.rows if row.until in wanted]

    @property
    def _drawn(self) -> tuple[Period, ...]:
        return tuple(row.until for row in self.shown)
