"""The declaration of an indicator (formula, direction, clause, meaning) and the validation of a catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from data.forms.vocabulary import Declared, Vocabulary
from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Level
from data.periods import Period

Measures = tuple[str, ...]


class Direction(StrEnum):
    """Which direction is better; mandatory, since an indicator cannot be judged without it."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Format(StrEnum):
    """How a value is formatted."""

    COUNT = "count"
    SIGNED_COUNT = "signed_count"
    DECIMAL = "decimal"
    PERCENT = "percent"
    SIGNED_PERCENT = "signed_percent"

    @property
    def decimals(self) -> int:
        """Digits after the decimal comma, of the percentage where it is one."""
        return 0 if self in {Format.COUNT, Format.SIGNED_COUNT} else 1

    @property
    def is_share(self) -> bool:
        """Whether the value is a fraction of 1, written times a hundred."""
        return self in {Format.PERCENT, Format.SIGNED_PERCENT}


class Counted(StrEnum):
    """What an indicator's numerator counts, and so in what its gap is expressed."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    VILLAGES = "villages"
    ENTERPRISES = "enterprises"
    DOSSIERS = "dossiers"
    MEETINGS = "meetings"
    ATTENDANCES = "attendances"
    VISITS = "visits"
    INSPECTIONS = "inspections"
    CASES = "cases"
    RETURNS = "returns"
    TASKS = "tasks"


COUNTED_NOUNS: Mapping[Counted, Text] = {
    Counted.PEOPLE: Text("người", "people"),
    Counted.ORGANISATIONS: Text("tổ chức", "organisations"),
    Counted.VILLAGES: Text("thôn, bản, tổ dân phố", "villages"),
    Counted.ENTERPRISES: Text("đơn vị", "enterprises"),
    Counted.DOSSIERS: Text("hồ sơ", "dossiers"),
    Counted.MEETINGS: Text("kỳ sinh hoạt", "meetings"),
    Counted.ATTENDANCES: Text("lượt", "attendances"),
    Counted.VISITS: Text("lượt", "visits"),
    Counted.INSPECTIONS: Text("cuộc kiểm tra", "inspections"),
    Counted.CASES: Text("trường hợp", "cases"),
    Counted.RETURNS: Text("báo cáo", "returns"),
    Counted.TASKS: Text("đầu việc", "tasks"),
}


_ONE_IN_ENGLISH: Mapping[Counted, str] = {
    Counted.PEOPLE: "person",
    Counted.ORGANISATIONS: "organisation",
    Counted.VILLAGES: "village",
    Counted.ENTERPRISES: "enterprise",
    Counted.DOSSIERS: "dossier",
    Counted.MEETINGS: "meeting",
    Counted.ATTENDANCES: "attendance",
    Counted.VISITS: "visit",
    Counted.INSPECTIONS: "inspection",
    Counted.CASES: "case",
    Counted.RETURNS: "return",
    Counted.TASKS: "task",
}


def noun_of(counted: Counted, count: int) -> Text:
    """The noun for some of what is counted."""
    nouns = COUNTED_NOUNS[counted]
    return Text(nouns.vi, _ONE_IN_ENGLISH[counted]) if count == 1 else nouns


def unit_of(unit: Text, value: Fraction) -> Text:
    """The unit of a value; in English "1 person", "1 case"."""
    return Text(unit.vi, "person" if unit.en == "people" else unit.en.removesuffix("s")) if abs(value) == 1 else unit


class ReportPart(StrEnum):
    """The topics of the periodic report, in its order; within one, indicators stand in the catalogue's."""

    DEVELOPMENT = "development"
    MANAGEMENT = "management"
    ROLL = "roll"
    REMOVALS = "removals"
    IRREGULARITIES = "irregularities"
    RATING = "rating"
    ENTERPRISES = "enterprises"
    UNIONS = "unions"


class Shown(StrEnum):
    """The places where an indicator is shown by default.

    On a card of the start page, as a column of the report's annex by unit, as a column of the comparison of units.
    """

    CARD = "card"
    ANNEX = "annex"
    COMPARISON = "comparison"


class PlanKind(StrEnum):
    """Whose plan a unit is judged by: none, its own, or that of the nearest organisation above that has one."""

    NONE = "none"
    OWN = "own"
    INHERITED = "inherited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Σ of the measures `of`."""

    of: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Σ `plus` - Σ `minus`."""

    plus: Measures
    minus: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Σ `numerator` / Σ `denominator` over the units that gave both, times `per`.

    Where no one form gives both, they are paired at the coarser grain of the two forms.
    """

    numerator: Measures
    denominator: Measures
    per: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Σ `of` now over Σ `of` at the base, less 1. The base is some years ago, or the end of the year `since`."""

    of: Measures
    years: int = 1
    since: int | None = None

    def base(self, period: Period) -> Period:
        """The period that `period` is compared with."""
        return period.years_ago(self.years) if self.since is None else Period(self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthGap:
    """The growth of Σ `of` over some years less that of Σ `against`, in fractions of 1."""

    of: Measures
    against: Measures
    years: int = 1

    @property
    def growths(self) -> tuple[Growth, Growth]:
        """The two that are compared."""
        return Growth(of=self.of, years=self.years), Growth(of=self.against, years=self.years)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRate:
    """Σ `of` since 1 January over the unit's own plan of the indicator `plan` for the year."""

    of: Measures
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanPerYear:
    """Σ `of` over a span of years / the number of years, which is its denominator."""

    of: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLevel:
    """A difference that depends on the level; not applicable at levels that are not listed."""

    at: tuple[tuple[Level, Difference], ...]


Formula = Total | Difference | Ratio | Growth | GrowthGap | PlanRate | MeanPerYear | ByLevel


def measures_of(formula: Formula) -> Measures:
    """Every measure that a formula names, once each, in its order."""
    return tuple(dict.fromkeys(code for operand in _groups(formula) for code in operand))


def _operands(formula: Formula, vocabulary: Vocabulary) -> tuple[Measures, ...]:
    together = measures_of(formula)
    split = isinstance(formula, Ratio | GrowthGap) and vocabulary.source_of(together) is None
    return _groups(formula) if split else (together,)


def _groups(formula: Formula) -> tuple[Measures, ...]:
    if isinstance(formula, ByLevel):
        return tuple(codes for _, difference in formula.at for codes in _groups(difference))
    named = (getattr(formula, field.name) for field in fields(formula))
    return tuple(codes for codes in named if isinstance(codes, tuple) and codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redefinition:
    """From `date` on the indicator is defined differently; `text` says how, and by which decision."""

    date: date
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One entry of the catalogue.

    `meaning` is one sentence. `counts` says of what the numerator is a number. `clause` points into the conclusion.
    `standard` is the plan that holds where no decision gives another. `note` is printed beside the value.
    Each of `redefined` is a break in the series. `report` is its topic in the periodic report, if any.

    The catalogue fills in the rest: `subject` is the module that declares it; `measures` are what the vocabulary has of
    its formula, and `operands` those that are read together from one source: all, unless only each group has one.
    """

    code: str
    title: Text
    unit: Text
    direction: Direction
    counts: Counted
    formula: Formula
    clause: str
    meaning: Text
    format: Format = Format.COUNT
    plan: PlanKind = PlanKind.NONE
    standard: Fraction | None = None
    note: Text | None = None
    redefined: tuple[Redefinition, ...] = ()
    report: ReportPart | None = None
    shown: tuple[Shown, ...] = ()
    subject: str = ""
    measures: tuple[Measure, ...] = field(default=(), repr=False, compare=False)
    operands: tuple[Measures, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_total(self) -> bool:
        """Whether the value sums what units gave, so that it is too low without some of them; a ratio is not."""
        return isinstance(self.formula, Total | Difference | ByLevel | PlanRate | MeanPerYear)

    @property
    def kinds(self) -> frozenset[Kind]:
        """How its measures add up over time."""
        return frozenset(measure.aggregation_kind for measure in self.measures)

    def __str__(self) -> str:
        return self.code


class CatalogueError(ValueError):
    """Invalid declarations, a programming error. The message lists every fault, one per line."""


_CODE = re.compile(r"[a-z][a-z0-9_]*")
_CLAUSE = re.compile(r"I{1,2}(\.\d)*(\(\d\))?(, I{1,2}(\.\d)*(\(\d\))?)*")
_SHARES = (Ratio, PlanRate, Growth, GrowthGap)


class Catalogue(Declared[Indicator]):
    """Indicators by code, in their order, over the measures of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, indicators: Mapping[str, Indicator]) -> None:
        super().__init__("indicator", indicators)
        self.vocabulary = vocabulary


def check_catalogue(indicators: Sequence[Indicator], vocabulary: Vocabulary) -> Catalogue:
    """The catalogue of some indicators.

    Raises:
        CatalogueError: duplicate codes, unknown measures, missing direction, counted noun, clause or title,
            a plan that the formula cannot have; all faults at once.
    """
    counts = Counter(indicator.code for indicator in indicators)
    faults = [f"{code}: declared {count} times" for code, count in counts.items() if count > 1]
    by_code = {indicator.code: indicator for indicator in indicators}
    for indicator in indicators:
        found = (*_text_faults(indicator), *_formula_faults(indicator, vocabulary), *_plan_faults(indicator, by_code))
        faults += [f"{indicator.code}: {fault}" for fault in found]
    if faults:
        raise CatalogueError("\n".join(faults))
    return Catalogue(vocabulary, {code: _resolved(indicator, vocabulary) for code, indicator in by_code.items()})


def _resolved(indicator: Indicator, vocabulary: Vocabulary) -> Indicator:
    measures = tuple(vocabulary.measures[code] for code in measures_of(indicator.formula))
    return replace(indicator, measures=measures, operands=_operands(indicator.formula, vocabulary))


def shown_in(catalogue: Mapping[str, Indicator], where: Shown) -> tuple[str, ...]:
    """Codes of the indicators shown by default in a place, in catalogue order."""
    return tuple(code for code, indicator in catalogue.items() if where in indicator.shown)


def _text_faults(indicator: Indicator) -> list[str]:
    faults = []
    if not _CODE.fullmatch(indicator.code):
        faults.append("the code is not lower-case words joined by _")
    for name in ("title", "unit", "meaning"):
        text: Text = getattr(indicator, name)
        faults += [f"no {name} in {language}" for language in ("vi", "en") if not getattr(text, language).strip()]
    faults += [
        f"the meaning in {language} is not one sentence"
        for language in ("vi", "en")
        if not re.fullmatch(r"[^.]+\.", getattr(indicator.meaning, language))
    ]
    if not isinstance(indicator.direction, Direction):
        faults.append("no direction")
    if not isinstance(indicator.counts, Counted):
        faults.append("does not say what it counts")
    if not indicator.subject:
        faults.append("no subject")
    if not _CLAUSE.fullmatch(indicator.clause):
        faults.append(f"{indicator.clause!r} is no clause of the conclusion")
    return faults


def _formula_faults(indicator: Indicator, vocabulary: Vocabulary) -> list[str]:
    measures = measures_of(indicator.formula)
    faults = [f"no form gives {code}" for code in measures if code not in vocabulary.measures]
    if not measures:
        faults.append("the formula names no measure")
    elif not faults:
        read_together = _operands(indicator.formula, vocabulary)
        without = (codes for codes in read_together if vocabulary.source_of(codes) is None)
        faults += ["no one form gives all of " + ", ".join(codes) for codes in without]
    return faults


def _plan_faults(indicator: Indicator, by_code: Mapping[str, Indicator]) -> list[str]:
    faults = []
    share = isinstance(indicator.formula, _SHARES)
    if indicator.plan is PlanKind.OWN and share:
        faults.append("a share's plan is inherited by the units below")
    if indicator.plan is PlanKind.INHERITED and not share:
        faults.append("a count's plan is not inherited by the units below")
    if indicator.standard is not None and indicator.plan is PlanKind.NONE:
        faults.append("a standard without a kind of plan")
    if isinstance(indicator.formula, PlanRate):
        planned = by_code.get(indicator.formula.plan)
        if planned is None or planned.plan is not PlanKind.OWN:
            faults.append(f"{indicator.formula.plan} is no indicator with a plan of the unit's own")
    return faults
