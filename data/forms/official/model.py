"""The declaration of an official form: its lines, their sums, and the measures that they report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from data.forms.model import AtMost, Balance, CarriedOver, Form, FormError, Rule, SameAs
from data.language import Text
from data.measures import Measure
from data.periods import Frequency, Period

_MARK = re.compile(r"(?:trong đó|chia ra)?:?\s*(\w+)?", re.IGNORECASE)


class LineKind(StrEnum):
    """The content of a line's cell: a count, an optional value, or a mean (not a count)."""

    COUNT = "count"
    HEADING = "heading"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line of a form: `marker` and `text` as printed, and its `measure` (None: not stored).

    `parts` add up to it, `of` are "trong đó" (each at most the line; they may overlap), `under` are only printed
    below it. Lines with the same measure are added up.
    """

    marker: str
    text: str
    measure: str | None = None
    kind: LineKind = LineKind.COUNT
    parts: tuple[PrintedLine, ...] = ()
    of: tuple[PrintedLine, ...] = ()
    under: tuple[PrintedLine, ...] = ()

    @property
    def label(self) -> str:
        """The line as printed."""
        return f"{self.marker} {self.text}".strip()

    @property
    def children(self) -> tuple[PrintedLine, ...]:
        """The lines directly below, in printed order."""
        return (*self.parts, *self.of, *self.under)


def line(
    marker: str,
    text: str,
    measure: str | None = None,
    *,
    parts: tuple[PrintedLine, ...] = (),
    of: tuple[PrintedLine, ...] = (),
    under: tuple[PrintedLine, ...] = (),
) -> PrintedLine:
    """A line with a count."""
    return PrintedLine(marker=marker, text=text, measure=measure, parts=parts, of=of, under=under)


def heading(
    marker: str, text: str, *, parts: tuple[PrintedLine, ...] = (), under: tuple[PrintedLine, ...] = ()
) -> PrintedLine:
    """A line whose own cell may be blank; a number in it is compared with its parts (warning)."""
    return PrintedLine(marker=marker, text=text, kind=LineKind.HEADING, parts=parts, under=under)


def mean(marker: str, text: str) -> PrintedLine:
    """A line that holds a mean, which is neither read nor summed."""
    return PrintedLine(marker=marker, text=text, kind=LineKind.MEAN)


def lines(marker: str, *texts: str) -> tuple[PrintedLine, ...]:
    """Lines with the same marker and no measure."""
    return tuple(line(marker, text) for text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlace:
    """A line's place in its form: `code` is the path of markers, such as "C.5.a"; the outermost `level` is 0."""

    code: str
    line: PrintedLine
    level: int
    parent: str | None
    is_of: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The lines below `group` partition the count of line `whole`: their sum equals it (error)."""

    group: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The lines below `group` count disjoint subsets of `whole`: their sum is at most it (warning)."""

    group: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SumAtMost:
    """Σ `parts` is at most `whole`; all are line codes (warning)."""

    parts: tuple[str, ...]
    whole: str
    code = "official_sum_exceeds"


OfficialRule = Balance | AtMost | SumAtMost


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """Column headers; `previous` is the same period of the preceding year, None where there is no such column.

    `percent` is `value` as an index of `previous`: 100 means unchanged.
    """

    lines: str
    value: str
    above: str = ""
    previous: str | None = None
    percent: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSet:
    """A set of official forms: its suffix in the corner of each form, the document that introduced it, its validity.

    `noun` is the word that its titles begin with.
    """

    code: str
    suffix: str
    noun: str
    document: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class OfficialForm:
    """One form of one set; a file covers one unit and has a row per line.

    `totals` are published identities between lines, by code, `splits` those between groups of lines. `agrees` and
    `opens` relate measures to the same count on another form and to the closing count of the preceding year.
    """

    number: str
    form_set: FormSet
    title: Text
    lines: tuple[PrintedLine, ...]
    headers: Headers
    frequencies: frozenset[Frequency]
    totals: tuple[Balance, ...] = ()
    splits: tuple[Split | Within, ...] = ()
    agrees: tuple[SameAs, ...] = ()
    opens: tuple[CarriedOver, ...] = ()
    measures: Mapping[str, Measure]

    def __post_init__(self) -> None:
        if len(self.places) != len(self.outline):
            raise FormError(f"{self.corner}: two lines have one code")
        for rule in self.totals:
            unknown = set(rule.named) - set(self.places)
            if unknown:
                raise FormError(f"{self.corner}: an identity names {sorted(unknown)}, which it has no line for")
        for split in self.splits:
            if not {split.group, split.whole} <= set(self.places):
                raise FormError(f"{self.corner}: {split.group} or {split.whole} is no line")

    @property
    def code(self) -> str:
        """The code under which returns of any set are stored: O1, O2, ..."""
        return f"O{self.number}"

    @property
    def corner(self) -> str:
        """The printed code in the upper right corner, without "Biểu số": 1-BTCTW."""
        return f"{self.number}-{self.form_set.suffix}"

    @cached_property
    def outline(self) -> tuple[LinePlace, ...]:
        """Every line in printed order, with its place."""
        return tuple(_outline(self.lines, None, 0))

    @cached_property
    def places(self) -> Mapping[str, LinePlace]:
        """Places by code."""
        return {place.code: place for place in self.outline}

    @cached_property
    def below(self) -> Mapping[str | None, tuple[LinePlace, ...]]:
        """Places by the code of the line above them; None for the outermost."""
        parents: dict[str | None, list[LinePlace]] = {}
        for place in self.outline:
            parents.setdefault(place.parent, []).append(place)
        return {parent: tuple(places) for parent, places in parents.items()}

    @cached_property
    def lines_by_measure(self) -> Mapping[str, tuple[str, ...]]:
        """The codes of the lines that report each measure, in printed order."""
        found: dict[str, tuple[str, ...]] = {}
        for place in self.outline:
            if place.line.measure:
                found[place.line.measure] = (*found.get(place.line.measure, ()), place.code)
        return found

    @cached_property
    def checks(self) -> tuple[OfficialRule, ...]:
        """All identities by line code: those implied by parts and "trong đó", then totals and splits."""
        return (*self._implied(), *self.totals, *map(self._between, self.splits))

    def _implied(self) -> Iterator[OfficialRule]:
        for place in self.outline:
            added = tuple(p.code for p in self.below.get(place.code, ()) if p.line in place.line.parts)
            if added:
                yield Balance(total=place.code, plus=added)
            if place.is_of and place.parent and place.line.kind is LineKind.COUNT:
                yield AtMost(part=place.code, whole=place.parent)

    def _between(self, split: Split | Within) -> OfficialRule:
        counted = tuple(p.code for p in self.below[split.group] if p.line.kind is LineKind.COUNT)
        if isinstance(split, Split):
            return Balance(total=split.whole, plus=counted)
        return SumAtMost(parts=counted, whole=split.whole)

    @cached_property
    def form(self) -> Form:
        """The equivalent return form, with measures in the order of the lines."""
        codes = set(self.lines_by_measure)
        listed = (self.measures[code] for code in self.lines_by_measure)
        given = tuple(m if m.part_of in codes else replace(m, part_of=None) for m in listed)
        declared: tuple[Rule, ...] = (*self.agrees, *self.opens)
        return Form(
            code=self.code,
            number=f"Biểu số {self.corner}",
            title=self.title,
            fields=(),
            measures=given,
            rules=tuple(rule for rule in declared if set(rule.named) <= codes),
            frequencies=self.frequencies,
            version=self.form_set.code,
            valid_from=self.form_set.valid_from,
            valid_to=self.form_set.valid_to,
        )

    def valid_on(self, day: date) -> bool:
        """Whether its set is in force on a day."""
        return self.form_set.valid_from <= day and (self.form_set.valid_to is None or day <= self.form_set.valid_to)

    def due_for(self, period: Period) -> bool:
        """Whether it is drawn up for that period: as it counts from 1 January, the only half-year is the first."""
        return period.frequency in self.frequencies and period.index == 1


def _outline(below: tuple[PrintedLine, ...], parent: LinePlace | None, level: int) -> Iterator[LinePlace]:
    for number, found in enumerate(below, start=1):
        mark = _MARK.match(found.marker)
        own = mark[1] if mark and mark[1] else f"-{number}"
        place = LinePlace(
            code=f"{parent.code}.{own}" if parent else own,
            line=found,
            level=level,
            parent=parent.code if parent else None,
            is_of=parent is not None and found in parent.line.of,
        )
        yield place
        yield from _outline(found.children, place, level + 1)
