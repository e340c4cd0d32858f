"""The declaration of a return form: columns, grain, frequencies and rules, declared once and used everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from data.language import Text
from data.measures import Kind, Measure
from data.organisations.units import Grain
from data.periods import Frequency


class FieldType(StrEnum):
    """The type of a column that is not a count."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    COUNT = "count"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column that identifies a row or holds a register's attribute; `choices` lists its allowed values."""

    code: str
    title: Text
    type: FieldType = FieldType.TEXT
    header: tuple[str, ...] = ()
    required: bool = True
    aliases: tuple[tuple[str, ...], ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost:
    """`part` may not exceed `whole` (error)."""

    part: str
    whole: str
    code = "part_exceeds_whole"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """`part` may hardly exceed the product of `factors`: attendances, members times meetings (warning)."""

    part: str
    factors: tuple[str, ...]
    code = "beyond_ceiling"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.part, *self.factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """`total` = Σ `plus` - Σ `minus`, tolerance 0 (error)."""

    total: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    code = "balance"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.total, *self.plus, *self.minus)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAs:
    """`measure` equals measure `other` of form `form` for the same unit and period (error)."""

    measure: str
    form: str
    other: str
    code = "differs_between_forms"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.measure,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOver:
    """`opening` equals the unit's `closing` of the previous period (warning)."""

    opening: str
    closing: str
    code = "opening_differs"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.opening, self.closing)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsSuccession:
    """A nonzero `measure` requires a succession of the unit in the registry (warning)."""

    measure: str
    code = "no_succession"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return (self.measure,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumMatches:
    """Σ `parts` equals `other` of form `form` for the same unit at the end of the same period (warning)."""

    parts: tuple[str, ...]
    form: str
    other: str
    code = "sum_differs_between_forms"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeBefore:
    """Each of `measures` is within or near the range of the unit's own recent periods (warning)."""

    measures: tuple[str, ...]
    code = "unlike_before"

    @property
    def named(self) -> tuple[str, ...]:
        """The measures of the form that the rule involves."""
        return self.measures


Rule = AtMost | Ceiling | Balance | SameAs | CarriedOver | NeedsSuccession | SumMatches | LikeBefore


class FormError(ValueError):
    """A contradictory declaration: a programming error, raised when the form is constructed."""


def check_measures(declared: str, measures: Iterable[Measure]) -> None:
    """Rejects measures whose declarations are incomplete.

    Raises:
        FormError: a count of sex, ethnicity or discipline does not declare whether it is sensitive.
    """
    silent = [measure.code for measure in measures if measure.leaves_sensitivity_open]
    if silent:
        raise FormError(
            f"{declared}: {', '.join(silent)}: a count of sex, ethnicity or discipline; declare sensitive=True, "
            "or sensitive=False where it identifies nobody however few are behind it"
        )


@dataclass(frozen=True, kw_only=True)
class Form:
    """One version of a return form.

    A form with measures is a return of counts by unit; one without is a register (DM, KH) whose rows are its fields.
    `number` is printed in the upper right corner of the sheet, `title` in the middle; `counted_in` is the unit of its
    numbers. A form is due for the periods that end while it is valid: `valid_from` is the day of its introduction, so
    that a new form does not change the timeliness of earlier periods. An `on_call` form is due from the first period on
    for which anybody returned it, and for each period that was opened by hand.
    """

    code: str
    number: str
    title: Text
    fields: tuple[Field, ...]
    measures: tuple[Measure, ...] = ()
    rules: tuple[Rule, ...] = ()
    grain: Grain | None = None
    frequencies: frozenset[Frequency] = frozenset()
    on_call: bool = False
    counted_in: Text | None = None
    version: str = "2015"
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        codes = [column.code for column in self.columns]
        if len(set(codes)) != len(codes):
            raise FormError(f"{self.code}: a column is declared twice")
        check_measures(self.code, self.measures)
        for rule in self.rules:
            unknown = set(rule.named) - set(codes)
            if unknown:
                raise FormError(f"{self.code}: rule {rule.code} names {sorted(unknown)}, which it has no column for")
        for measure in self.measures:
            if measure.part_of and measure.part_of not in codes:
                raise FormError(f"{self.code}: {measure.code} is part of {measure.part_of}, which it has no column for")

    @property
    def columns(self) -> tuple[Field | Measure, ...]:
        """All columns, fields first."""
        return (*self.fields, *self.measures)

    @cached_property
    def checks(self) -> tuple[Rule, ...]:
        """All rules: those implied by `part_of`, then the declared ones."""
        implied = (AtMost(part=m.code, whole=m.part_of) for m in self.measures if m.part_of)
        return (*implied, *self.rules)

    @cached_property
    def counts(self) -> tuple[Measure, ...]:
        """The measures that are summed: all but categories."""
        return tuple(measure for measure in self.measures if measure.kind is not Kind.CATEGORY)

    @cached_property
    def count_codes(self) -> tuple[str, ...]:
        """The codes of the summed measures."""
        return tuple(measure.code for measure in self.counts)

    @cached_property
    def stored_columns(self) -> tuple[tuple[str, bool], ...]:
        """The measures' table columns: code, and whether it holds a category's text instead of a number."""
        return tuple((measure.code, measure.kind is Kind.CATEGORY) for measure in self.measures)

    @cached_property
    def by_code(self) -> Mapping[str, Measure]:
        """Measures by code."""
        return {measure.code: measure for measure in self.measures}

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each measure in a row of values."""
        return {measure.code: place for place, measure in enumerate(self.measures)}

    def only(self, *codes: str) -> Form:
        """The form limited to some of its measures, for reading one or two columns of many."""
        chosen = (measure for measure in self.measures if measure.code in codes)
        measures = tuple(m if m.part_of in codes else replace(m, part_of=None) for m in chosen)
        return replace(self, measures=measures, rules=())

    @property
    def is_return(self) -> bool:
        """Whether it is due each period."""
        return bool(self.frequencies)

    def valid_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @cached_property
    def column_numbers(self) -> Mapping[str, str]:
        """The column-number row: `1`, `2`, and for a balance's total `17=1+2+3-4`."""
        numbers = {measure.code: str(place) for place, measure in enumerate(self.measures, start=1)}
        formulas = {}
        for rule in self.rules:
            if isinstance(rule, Balance):
                plus = "+".join(numbers[code] for code in rule.plus)
                minus = "".join(f"-{numbers[code]}" for code in rule.minus)
                formulas[rule.total] = f"{numbers[rule.total]}={plus}{minus}"
        return {**numbers, **formulas}


UNIT_FIELDS = (
    Field(code="order", title=Text("STT", "No."), header=("STT",), required=False, aliases=(("TT",), ("Số TT",))),
    Field(
        code="unit_name",
        title=Text("Tên tổ chức đảng", "Organisation"),
        header=("Tên tổ chức đảng",),
        aliases=(("Tổ chức đảng",), ("Tên đơn vị",), ("Đơn vị",), ("Tên chi bộ",), ("Chi bộ",)),
    ),
    Field(
        code="unit_code",
        title=Text("Mã tổ chức", "Code"),
        type=FieldType.CODE,
        header=("Mã tổ chức",),
        required=False,
        aliases=(("Mã",), ("Mã số",), ("Mã đơn vị",), ("Mã tổ chức đảng",)),
    ),
)

Aliases = tuple[tuple[str, ...], ...]

RETURN_FREQUENCIES = frozenset({Frequency.QUARTER, Frequency.YEAR})


def stock(
    code: str,
    vi: str,
    en: str,
    *header: str,
    of: str | None = None,
    also: Aliases = (),
    sensitive: bool | None = None,
) -> Measure:
    """A count at the end of the period; without `header` its Vietnamese title is the column header."""
    return Measure(
        code=code,
        title=Text(vi, en),
        kind=Kind.STOCK,
        header=header or (vi,),
        part_of=of,
        aliases=also,
        sensitive=sensitive,
    )


def flow(
    code: str,
    vi: str,
    en: str,
    *header: str,
    of: str | None = None,
    signed: bool = False,
    also: Aliases = (),
    sensitive: bool | None = None,
) -> Measure:
    """A count of events during the period."""
    return Measure(
        code=code,
        title=Text(vi, en),
        kind=Kind.FLOW,
        header=header or (vi,),
        part_of=of,
        signed=signed,
        aliases=also,
        sensitive=sensitive,
    )


def flag(code: str, vi: str, en: str, *header: str) -> Measure:
    """A yes/no column: 1 or blank."""
    return Measure(code=code, title=Text(vi, en), kind=Kind.FLAG, header=header or (vi,))


def category(code: str, vi: str, en: str, *header: str, choices: tuple[str, ...]) -> Measure:
    """A column that holds one of a few codes, or blank."""
    return Measure(code=code, title=Text(vi, en), kind=Kind.CATEGORY, header=header or (vi,), choices=choices)
