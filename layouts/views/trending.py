"""One indicator over time as requested by a URL: values, signals, forecast and breaks."""

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
from indicators.values.target import Plans, Target, plan_in_force
from indicators.values.value import State
from layouts.views.ask import Ask
from layouts.views.breaks import Break, breaks
from layouts.views.featured import MEMBERS
from layouts.views.rows import BELOW, answers, series
from layouts.views.superseded import Superseded, superseded


class Layer(StrEnum):
    """Optional layers of the chart: forecast, superseded values."""

    FORECAST = "forecast"
    KNOWN = "known"


DEFAULTS: Final = {"indicator": MEMBERS, "frequency": "year", "show": "one", "layers": "forecast.known"}


@dataclass(frozen=True)
class Trending:
    """The trend requested by a URL."""

    asked: Ask

    @cached_property
    def indicator(self) -> Indicator:
        """The indicator in the URL."""
        catalogue = self.asked.catalogue
        return catalogue.get(self.asked.query.get("indicator", ""), catalogue[DEFAULTS["indicator"]])

    @property
    def frequency(self) -> Frequency:
        """Length of the periods: years or quarters."""
        return Frequency.QUARTER if self.asked.query.get("frequency") == "quarter" else Frequency.YEAR

    @property
    def is_many(self) -> bool:
        """Whether each subordinate unit has its own line."""
        return self.asked.query.get("show") == "below" and self.asked.unit.kind in BELOW

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The optional layers drawn."""
        wanted = (self.asked.query.get("layers") or DEFAULTS["layers"]).split(".")
        return tuple(layer for layer in Layer if layer in wanted)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every stored period of that frequency up to the requested one."""
        last = Period.covering(self.asked.period.end, self.frequency)
        known = series(self.asked, self.frequency, last)
        return known if last in known else (*known, last)

    @property
    def enquiry(self) -> Enquiry:
        """The enquiry for the store."""
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
        """The rows from the first period with a value; where none has one, from the first that applies to the unit."""
        last = len(self.rows) - 1
        applies = (place for place, row in enumerate(self.rows) if row.state is not State.NOT_APPLICABLE)
        valued = (place for place, row in enumerate(self.rows) if row.value is not None)
        return self.rows[next(valued, next(applies, last)) :]

    @cached_property
    def rebase_period(self) -> Period | None:
        """The period in the URL from which limits are recomputed; None unless it is drawn.

        Raises:
            PeriodError: not a period.
        """
        code = self.asked.query.get("rebase")
        period = Period.parse(code) if code else None
        return period if period in self._drawn[1:] else None

    @cached_property
    def rebase_points(self) -> tuple[Period, ...]:
        """Periods from which limits are recomputed: the one in the URL, and redefinitions."""
        redefined = {each.period for each in self.breaks if each.is_definition}
        return tuple(sorted(redefined | ({self.rebase_period} if self.rebase_period else set())))

    @cached_property
    def signals(self) -> Sequence[ControlRow]:
        """The XmR chart of the unit, one row per period; empty for a mean per year.

        It ends with the last complete period: an incomplete one would mask its flags.
        """
        known = [row.until for row in self.shown if row.is_complete and row.value is not None]
        if not known or self._is_mean:
            return ()
        periods = [period for period in self._drawn if period <= known[-1]]
        rebase_points = [period for period in self.rebase_points if period in periods]
        return tuple(control_series(self.asked.reader, self._series(periods), rebase_points))

    @cached_property
    def forecast(self) -> Sequence[ForecastRow]:
        """The forecast."""
        if Layer.FORECAST not in self.layers or self._is_mean or not self._drawn:
            return ()
        return tuple(forecast_series(self._series(self._drawn)))

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Reorganisations of the unit, and redefinitions of the indicator."""
        return breaks(self.asked, self.indicator, self._drawn)

    @cached_property
    def superseded(self) -> tuple[Superseded, ...]:
        """Values of the drawn periods before the returns behind them were corrected."""
        return superseded(self.asked, self.shown) if Layer.KNOWN in self.layers and not self.is_many else ()

    @cached_property
    def targets(self) -> Mapping[Period, Target]:
        """The target of each drawn period: a plan with its decision, or the indicator's own standard."""
        unit, registry = self.asked.unit.id, self.asked.reader.registry
        judged = [row.until for row in self.shown if row.plan is not None]
        above = {period: [each.id for each in registry.at(period.end).ancestors(unit)] for period in judged}
        plans = Plans(self.asked.reader.plans((self.indicator.code,), {unit}.union(*above.values())))
        targets = {period: plan_in_force(self.indicator, unit, period, plans, above[period]) for period in judged}
        return {period: target for period, target in targets.items() if target is not None}

    @property
    def point(self) -> Period | None:
        """The period whose workings are open."""
        code = self.asked.query.get("point")
        try:
            return Period.parse(code) if code else None
        except PeriodError:
            return None

    @property
    def _is_mean(self) -> bool:
        """Whether all periods together make one value, so that there is no series."""
        return isinstance(self.indicator.formula, MeanPerYear)

    def _series(self, periods: Sequence[Period]) -> list[ValueRow]:
        """The rows of some of the drawn periods, already fetched."""
        wanted = frozenset(periods)
        return [row for row in self.rows if row.until in wanted]

    @property
    def _drawn(self) -> tuple[Period, ...]:
        return tuple(row.until for row in self.shown)
