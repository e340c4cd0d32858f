"""The effect of a change before it is made: values and verdicts that differ between two states of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from data.forms.dm_registry import DM
from data.forms.kh_plans import KH
from data.forms.ls_history import LS
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary
from data.language import UserError
from data.observations import Plan
from data.organisations.units import Level, Registry
from data.periods import Frequency, Period, Term
from data.reading.queries import Reader
from data.returns import ParsedWorkbook, RegistryWithdrawal, ReturnWithdrawal, Withdrawal
from data.sums.substitutes import sources_of_official
from indicators.answers.corrections import CorrectionRow, corrections
from indicators.answers.enquiry import Enquiry
from indicators.catalogue.lookup import catalogue_of
from indicators.values.model import MeanPerYear, PlanKind, PlanRate
from indicators.values.reading import sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a change may move: units by code (None: the root and the units directly below), periods, indicators."""

    units: tuple[str, ...] | None
    periods: tuple[Period, ...]
    indicators: tuple[str, ...]


def effect(before: Reader, after: Reader, change: ParsedWorkbook | Withdrawal) -> list[CorrectionRow]:
    """The values and verdicts that a change moves, changed verdicts first; `after` reads as if it had been made.

    Of returns: the sender, the units above it and the indicators that its forms give, for their period and year. Of a
    registry and of tasks: the province and the units below it in the latest period and year. Of plans: the units whose
    plans change. Units that the viewer may not see are left out.
    """
    return moved(before, after, _touched(before, after, change))


def moved(before: Reader, after: Reader, touched: Sequence[Touched]) -> list[CorrectionRow]:
    """The rows that differ between two readers, changed verdicts first."""
    # What several forms of a workbook touch is asked at once: an enquiry fetches its data once for all indicators.
    asked: dict[tuple[tuple[str, ...] | None, Period], dict[str, None]] = {}
    for one in touched:
        for period in one.periods:
            asked.setdefault((one.units, period), {}).update(dict.fromkeys(one.indicators))
    found: dict[tuple[str, str, str], CorrectionRow] = {}
    for (units, period), indicators in asked.items():
        for enquiry in _enquiries(before, after, units, period, tuple(indicators)):
            for row in corrections(before, after, enquiry):
                found[row.unit, str(row.period), row.indicator.code] = row
    return sorted(found.values(), key=lambda row: row.status_before is row.status)


def _enquiries(
    before: Reader, after: Reader, units: tuple[str, ...] | None, period: Period, indicators: tuple[str, ...]
) -> Iterator[Enquiry]:
    catalogue, is_year = catalogue_of(before.vocabulary), period.frequency is Frequency.YEAR
    codes = tuple(code for code in indicators if is_year or not isinstance(catalogue[code].formula, MeanPerYear))
    if units is None:
        yield Enquiry(indicators=codes, periods=(period,))
        yield Enquiry(indicators=codes, periods=(period,), level=Level.DISTRICT)
        return
    for unit in units:
        if _knows(before, unit) and _knows(after, unit):
            yield Enquiry(indicators=codes, periods=(period,), unit=unit)


def _knows(reader: Reader, unit: str) -> bool:
    """Whether the viewer may see a unit that the registry has."""
    try:
        reader.unit(unit)
    except (LookupError, UserError):
        return False
    return True


def _touched(before: Reader, after: Reader, change: ParsedWorkbook | Withdrawal) -> list[Touched]:
    catalogue, latest = catalogue_of(before.vocabulary), before.opened()[-1:]
    codes = {code for code, _, _ in _parts(before, change)}
    found = [
        _by_return(before, form, unit, period)
        for form, unit, period in _parts(before, change)
        if form not in {DM.code, KH.code, NV.code}
    ]
    if DM.code in codes:
        periods = tuple(dict.fromkeys(each for period in latest for each in (period, period.whole_year)))
        found.append(Touched(units=None, periods=periods, indicators=tuple(catalogue)))
    if KH.code in codes:
        found.extend(_by_plans(before, after))
    if NV.code in codes:
        years = tuple(period.whole_year for period in latest)
        found.append(Touched(units=None, periods=years, indicators=_fed_by(before.vocabulary, {NV.code})))
    return found


def _parts(reader: Reader, change: ParsedWorkbook | Withdrawal) -> list[tuple[str, str, Period | None]]:
    """The parts of a change: form, unit, period."""
    if isinstance(change, ParsedWorkbook):
        registers = {DM.code: change.registry, KH.code: change.plans, NV.code: change.tasks}
        returns = [(given.form.code, given.unit, given.period) for given in (*change.returns, *change.official)]
        return [*returns, *((code, "", None) for code, given in registers.items() if given is not None)]
    if isinstance(change, ReturnWithdrawal):
        forms = change.forms or tuple(reader.vocabulary.stored)
        return [(form, change.unit, change.period) for form in forms]
    return [(DM.code if isinstance(change, RegistryWithdrawal) else change.form, "", None)]


def _by_return(reader: Reader, form: str, unit: str, period: Period | None) -> Touched:
    """A return moves its sender and the units above; the historical series all units, in the latest year."""
    vocabulary = reader.vocabulary
    forms = {form} if form in vocabulary.stored else sources_of_official(vocabulary, form)
    if period is None:
        years = tuple(period.whole_year for period in reader.opened()[-1:])
        return Touched(units=None, periods=years, indicators=_fed_by(vocabulary, {LS.code}))
    periods = tuple(dict.fromkeys((period.whole_year, period)))
    return Touched(units=_line(reader.registry, unit, period), periods=periods, indicators=_fed_by(vocabulary, forms))


def _line(registry: Registry, unit: str, period: Period) -> tuple[str, ...]:
    """A unit and those above it at the end of a period."""
    above = registry.at(period.end).ancestors(registry.ids.get(unit, -1))
    return unit, *(each.code for each in above)


def _by_plans(before: Reader, after: Reader) -> Iterator[Touched]:
    """A plan moves its unit's verdict in the last opened year of its term; one that is inherited, those below too."""
    catalogue = catalogue_of(before.vocabulary)
    years = sorted({period.whole_year for period in before.opened()})
    root = before.registry.at(before.today()).root
    changed = {_plan(plan) for plan in before.plans()} ^ {_plan(plan) for plan in after.plans()}
    for unit, indicator, term in dict.fromkeys((unit, indicator, term) for unit, indicator, term, _ in sorted(changed)):
        judged = tuple(
            each.code
            for each in catalogue.values()
            if each.code == indicator or (isinstance(each.formula, PlanRate) and each.formula.plan == indicator)
        )
        periods = tuple(year for year in years if term.covers(year.year))[-1:]
        inherited = any(catalogue[code].plan is PlanKind.INHERITED for code in judged)
        latest = before.registry.latest(unit)
        if inherited and root is not None and root.id == unit:
            yield Touched(units=None, periods=periods, indicators=judged)
        elif latest is not None:
            yield Touched(units=(latest.code,), periods=periods, indicators=judged)


def _plan(plan: Plan) -> tuple[int, str, Term, Fraction]:
    return plan.unit, plan.indicator, plan.term, plan.value


def _fed_by(vocabulary: Vocabulary, forms: Collection[str]) -> tuple[str, ...]:
    """The indicators that are computed from some forms, or from what is counted from these."""
    # Timeliness reads no form: it counts the returns themselves.
    counted = {
        code
        for code, family in vocabulary.derived.items()
        if not family.reads_from or set(family.reads_from) & set(forms)
    }
    fed = {*forms, *counted}
    return tuple(
        code
        for code, indicator in catalogue_of(vocabulary).items()
        if not fed.isdisjoint(source for measures in indicator.operands for source in sources(vocabulary, measures))
    )
