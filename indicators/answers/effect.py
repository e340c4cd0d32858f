"""The effect of a change before it is made: values and verdicts that differ between two states of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from data.forms.ls_history import LS
from data.forms.nv_tasks import NV
from data.forms.vocabulary import Vocabulary
from data.language import UserError
from data.organisations.units import Level, Registry
from data.periods import Frequency, Period
from data.reading.queries import Reader
from data.returns import ParsedWorkbook, Return
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


def effect(before: Reader, after: Reader, workbook: ParsedWorkbook) -> list[CorrectionRow]:
    """The values and verdicts that a workbook moves, changed verdicts first; `after` reads as if it were accepted.

    Of returns: the sender, the units above it and the indicators that its forms give, for their period and year. Of a
    registry: the province and the units below it in the latest period and year. Of plans and tasks: the units named.
    Units that the viewer may not see are left out.
    """
    return moved(before, after, _touched(before, workbook))


def moved(before: Reader, after: Reader, touched: Sequence[Touched]) -> list[CorrectionRow]:
    """The rows that differ between two readers, changed verdicts first."""
    found: dict[tuple[str, str, str], CorrectionRow] = {}
    for one in touched:
        for enquiry in _enquiries(before, after, one):
            for row in corrections(before, after, enquiry):
                found[row.unit, str(row.period), row.indicator.code] = row
    return sorted(found.values(), key=lambda row: row.status_before is row.status)


def _enquiries(before: Reader, after: Reader, touched: Touched) -> Iterator[Enquiry]:
    catalogue = catalogue_of(before.vocabulary)
    for period in touched.periods:
        is_year = period.frequency is Frequency.YEAR
        codes = tuple(
            code for code in touched.indicators if is_year or not isinstance(catalogue[code].formula, MeanPerYear)
        )
        if touched.units is None:
            yield Enquiry(indicators=codes, periods=(period,))
            yield Enquiry(indicators=codes, periods=(period,), level=Level.DISTRICT)
            continue
        for unit in touched.units:
            if _knows(before, unit) and _knows(after, unit):
                yield Enquiry(indicators=codes, periods=(period,), unit=unit)


def _knows(reader: Reader, unit: str) -> bool:
    """Whether the viewer may see a unit that the registry has."""
    try:
        reader.unit(unit)
    except (LookupError, UserError):
        return False
    return True


def _touched(reader: Reader, workbook: ParsedWorkbook) -> list[Touched]:
    catalogue, latest = catalogue_of(reader.vocabulary), reader.opened()[-1:]
    found = [_by_return(reader, given) for given in (*workbook.returns, *workbook.official)]
    if workbook.registry is not None:
        periods = tuple(dict.fromkeys(each for period in latest for each in (period, period.whole_year)))
        found.append(Touched(units=None, periods=periods, indicators=tuple(catalogue)))
    if workbook.plans is not None:
        found.extend(_by_plans(reader, workbook))
    if workbook.tasks is not None:
        owners = tuple(dict.fromkeys(line.owner_code for line in workbook.tasks.tasks if line.owner_code))
        roots = tuple(root.code for root in (reader.registry.at(reader.today()).root,) if root)
        years = tuple(period.whole_year for period in latest)
        found.append(Touched(units=(*roots, *owners), periods=years, indicators=_fed_by(reader.vocabulary, {NV.code})))
    return found


def _by_return(reader: Reader, given: Return) -> Touched:
    """A return moves its sender and the units above; the historical series those of its rows, in the latest year."""
    vocabulary, registry, code = reader.vocabulary, reader.registry, given.form.code
    forms = {code} if code in vocabulary.stored else sources_of_official(vocabulary, code)
    if given.period is None:
        years = tuple(period.whole_year for period in reader.opened()[-1:])
        units = tuple(dict.fromkeys(row.unit for row in given.rows))
        return Touched(units=units, periods=years, indicators=_fed_by(vocabulary, {LS.code}))
    periods = tuple(dict.fromkeys((given.period.whole_year, given.period)))
    return Touched(
        units=_line(registry, given.unit, given.period), periods=periods, indicators=_fed_by(vocabulary, forms)
    )


def _line(registry: Registry, unit: str, period: Period) -> tuple[str, ...]:
    """A unit and those above it at the end of a period."""
    above = registry.at(period.end).ancestors(registry.ids.get(unit, -1))
    return unit, *(each.code for each in above)


def _by_plans(reader: Reader, workbook: ParsedWorkbook) -> Iterator[Touched]:
    """A plan moves its unit's verdict in each opened year of its term; one that is inherited, those directly below."""
    catalogue = catalogue_of(reader.vocabulary)
    years = sorted({period.whole_year for period in reader.opened()})
    root = reader.registry.at(reader.today()).root
    for line in workbook.plans.plans if workbook.plans else ():
        judged = tuple(
            indicator.code
            for indicator in catalogue.values()
            if indicator.code == line.indicator
            or (isinstance(indicator.formula, PlanRate) and indicator.formula.plan == line.indicator)
        )
        periods = tuple(year for year in years if line.term.covers(year.year))[-1:]
        inherited = any(catalogue[code].plan is PlanKind.INHERITED for code in judged)
        everywhere = inherited and root is not None and root.code == line.unit
        yield Touched(units=None if everywhere else (line.unit,), periods=periods, indicators=judged)


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
