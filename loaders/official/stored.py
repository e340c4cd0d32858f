"""Checks official forms against the store, and a unit's returns against its stored official forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from data.forms.model import CarriedOver
from data.measures import Kind
from data.observations import Totals
from data.periods import Period
from data.reading.queries import Reader
from data.returns import Finding, ParsedWorkbook, Return
from data.sums.substitutes import enclosing_periods, source_of_measure, sources_of_official
from loaders.findings import measure_text, period_text, warning
from loaders.official.checks import check_official_stored, compare_with_cells
from loaders.vietnamese.numbers import show


def check_officials(workbook: ParsedWorkbook, reader: Reader) -> Iterator[Finding]:
    """All checks of a workbook's official forms, and of its returns against stored official forms."""
    brought = {(given.form.code, given.unit, given.period) for given in workbook.official}
    known = reader.registry.ids
    for given in workbook.official:
        if given.period is None or given.unit not in known:
            continue
        stored = reader.official_counts(given.unit, given.period)
        others = {key: value for key, value in stored.items() if (key[0], given.unit, given.period) not in brought}
        year_before = _year_before(given, given.period, reader)
        yield from check_official_stored(given, same_period=others, year_before=year_before)
        yield from _check_below(given, given.period, workbook.returns, reader)
    counts = cache(reader.official_counts)
    for sent in workbook.returns:
        for period in enclosing_periods(sent.period) if sent.period and sent.unit in known else ():
            stored = counts(sent.unit, period)
            kept = {
                key: value
                for key, value in stored.items()
                if source_of_measure(reader.vocabulary, *key) == sent.form.code
            }
            kept = {key: value for key, value in kept.items() if (key[0], sent.unit, period) not in brought}
            if kept:
                yield from _check_stored(sent, period, kept, workbook.returns, reader)


def _year_before(given: Return, period: Period, reader: Reader) -> Mapping[str, int]:
    """The unit's closing counts of the year before; empty if its subordinate units have changed since."""
    before = period.whole_year.previous
    if _perimeter(given.unit, before.end, reader) != _perimeter(given.unit, period.end, reader):
        return {}
    found: dict[str, int] = {}
    for closing in {rule.closing for rule in given.form.rules if isinstance(rule, CarriedOver)}:
        source = source_of_measure(reader.vocabulary, given.form.code, closing)
        sums = (_Below(reader, given.unit, source, before).sums() if source else None) or {}
        official = reader.official_counts(given.unit, before).get((given.form.code, closing))
        known = official if official is not None else sums.get(closing)
        found |= {closing: known} if known is not None else {}
    return found


def _perimeter(unit: str, day: date, reader: Reader) -> frozenset[int]:
    tree = reader.registry.at(day)
    there = tree.by_code.get(unit)
    return frozenset(below.id for below in tree.within(there.id)) if there else frozenset()


def _check_below(given: Return, period: Period, returns: Sequence[Return], reader: Reader) -> Iterator[Finding]:
    """Compares an official form with the returns of subordinate units if these are complete, else says it is unused."""
    form = given.form.code
    below = [
        _Below(reader, given.unit, source, period, tuple(returns))
        for source in sorted(sources_of_official(reader.vocabulary, form))
    ]
    for found in below:
        sums = found.sums() or {}
        yield from compare_with_cells(
            given, {m: n for m, n in sums.items() if source_of_measure(reader.vocabulary, form, m) == found.source}
        )
    if any(found.is_begun and found.sums() is None for found in below):
        yield warning("official_beside_some", given.sheet, period=period_text(period))


def _check_stored(
    sent: Return, period: Period, kept: Mapping[tuple[str, str], int], returns: Sequence[Return], reader: Reader
) -> Iterator[Finding]:
    """Compares a return with the unit's stored official forms, which it replaces from now on."""
    sums = _Below(reader, sent.unit, sent.form.code, period, tuple(returns)).sums()
    if sums is None:
        if reader.has_substitute(sent.unit, sent.form.code, period):
            numbers = ", ".join(sorted({form.removeprefix("O") for form, _ in kept}))
            yield warning("official_yields", sent.sheet, numbers=numbers, period=period_text(period))
        return
    for (form, measure), count in sorted(kept.items()):
        stored = reader.current_return(sent.unit, form, period.code)
        if stored is not None and sums.get(measure, count) != count:
            yield warning(
                "returns_differ_from_official",
                sent.sheet,
                measure=measure_text(reader.vocabulary.stored[sent.form.code].by_code[measure]),
                period=period_text(period),
                computed=show(sums[measure]),
                shown=show(count),
                file=stored.file,
                place=f"{stored.sheet}!{stored.columns[measure]}",
            )


@dataclass(frozen=True)
class _Below:
    """Returns of a unit's subordinates for a source, for a period or for all the parts that make it up.

    Returns in the current workbook, `brought`, override stored ones.
    """

    reader: Reader
    unit: str
    source: str
    period: Period
    brought: tuple[Return, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether any of them sent anything."""
        return any(part is not None for cover in self._covers for part in cover)

    def sums(self) -> Mapping[str, int] | None:
        """The measures that all of them gave; None when one of them is missing."""
        for cover in self._covers:
            parts = [part for part in cover if part is not None and part.reporting >= part.expected]
            if len(parts) == len(cover):
                return dict(self._over_time(parts))
        return None

    @cached_property
    def _covers(self) -> list[list[Totals | None]]:
        reader, unit = self.reader, self.reader.registry.ids[self.unit]
        observed = reader.observations((self.source,), (unit,), (self.period,))
        brought = {given.period: given for given in self.brought if (given.form.code, given.unit) == self._key}
        own = reader.has_substitute(self.unit, self.source, self.period)

        def part(period: Period) -> Totals | None:
            if period in brought:
                expected = observed.expected(self.source, unit, period.end)
                return _totals(brought[period], expected)
            return None if own and period == self.period else observed.at(self.source, unit, period)

        lengths = reader.vocabulary.stored[self.source].frequencies
        covers = dict.fromkeys(((self.period,), *(self.period.parts(length) for length in lengths)))
        return [[part(period) for period in cover] for cover in covers if cover]

    @property
    def _key(self) -> tuple[str, str]:
        return self.source, self.unit

    def _over_time(self, parts: Sequence[Totals]) -> Iterator[tuple[str, int]]:
        for measure in self.reader.vocabulary.stored[self.source].counts:
            ends = {Kind.OPENING: parts[:1], Kind.STOCK: parts[-1:]}
            needed = ends.get(measure.kind, parts)
            if not any(measure.code in part.blanks for part in needed):
                yield measure.code, int(sum(part.sums[measure.code] for part in needed))


def _totals(given: Return, expected: int) -> Totals | None:
    """The sums of a return not yet stored; None for cumulative figures."""
    if given.cumulative and given.period is not None and given.period.index > 1:
        return None
    columns = dict(zip(given.form.positions, zip(*(row.values for row in given.rows), strict=True), strict=True))
    counts = {code: [value for value in values if isinstance(value, int)] for code, values in columns.items()}
    return Totals(
        reporting=len(given.rows),
        expected=expected,
        sums={code: sum(values) for code, values in counts.items()},
        blanks={
            code: len(given.rows) - len(values) for code, values in counts.items() if len(values) < len(given.rows)
        },
    )
