"""Reads an official form: the counts of its lines, checked, as a return of one unit at its own level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.forms.official.builtin import LineKind, LinePlace
from data.language import Text
from data.organisations.units import Registry
from data.returns import Finding, Return, ReturnedRow
from loaders.findings import error, is_refused, warning
from loaders.messages import sentence
from loaders.official.heading import FormHeading, read_heading
from loaders.official.recognise import OfficialSheet
from loaders.sheets.counts import merged_counts
from loaders.vietnamese.numbers import Count, NumberState, read_count, show
from loaders.workbook import Fault, Place, address, ranges


@dataclass(frozen=True, kw_only=True)
class OfficialTable:
    """An official form as read: the count of every line found, for this period and the year before."""

    found: OfficialSheet
    head: FormHeading
    counts: Mapping[str, Count]
    before: Mapping[str, Count]

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.found.name

    def line(self, code: str) -> Text:
        """A line as it reads in a sentence: "dòng “1. Kết nạp”"."""
        return sentence("official_line", label=self.found.official.places[code].line.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """A line as it stands on a sheet; only lines with a measure are stored."""

    place: LinePlace
    cell: str
    count: Count


def listed(found: OfficialSheet) -> tuple[ListedLine, ...]:
    """Every line found, with or without a measure, in printed order."""
    places = found.official.places
    counts = _read(found, found.columns.value)
    return tuple(ListedLine(place=places[code], cell=found.cell(code), count=count) for code, count in counts.items())


def read_official(found: OfficialSheet, registry: Registry | None) -> tuple[OfficialTable | None, list[Finding]]:
    """The form's table and findings for cells that hold no count; identities are checked by `check_official`."""
    if registry is None or not registry.spells:
        return None, [error("no_registry", found.name)]
    head, findings = read_heading(found, registry)
    if head is None:
        return None, findings
    counts = _read(found, found.columns.value)
    before = {} if found.columns.previous is None else _read(found, found.columns.previous)
    table = OfficialTable(found=found, head=head, counts=counts, before=before)
    findings.extend(_unreadable(table))
    rows = [found.rows[code] for code in counts]
    given = [column for column in (found.columns.value, found.columns.previous) if column is not None]
    findings.extend(merged_counts(found.sheet, rows, given))
    if not any(count.state is not NumberState.BLANK for count in counts.values()):
        findings.append(error("nothing_reported", found.name))
    elif not is_refused(findings):
        findings.extend(_blank(table))
    return table, findings


def _read(found: OfficialSheet, column: int) -> dict[str, Count]:
    counts = {}
    for place in found.official.outline:
        row = found.rows.get(place.code)
        if row is not None and place.line.kind is not LineKind.MEAN:
            counts[place.code] = read_count(found.sheet.rows[row][column])
    return counts


def _unreadable(table: OfficialTable) -> list[Finding]:
    findings: list[Finding] = []
    uncomputed: list[Place] = []
    stale: list[Place] = []
    found = table.found
    for code, count in table.counts.items():
        cell, place = found.cell(code), (found.rows[code], found.columns.value)
        if place in found.sheet.uncomputed and found.official.places[code].line.measure is not None:
            stale.append(place)
        elif count.state is NumberState.ERROR:
            value = found.sheet.rows[place[0]][place[1]]
            if isinstance(value, Fault) and value.problem == "formula_without_value":
                uncomputed.append(place)
                continue
            about = {"shown": count.shown, "meant": count.meant}
            findings.append(error(count.problem, found.name, cell, measure=table.line(code), **about))
        elif count.value is not None and count.value < 0 and not _may_be_negative(table, code):
            about = {"shown": show(count.value)}
            findings.append(error("negative", found.name, cell, measure=table.line(code), **about))
    for problem, cells in (("formula_without_value", uncomputed), ("formula_stale", stale)):
        if cells:
            about = {"number": show(len(cells)), "cells": ranges(cells)}
            findings.append(error(problem, found.name, address(*min(cells)), **about))
    return findings


def _may_be_negative(table: OfficialTable, code: str) -> bool:
    """A difference of two lines may be negative, a count of people may not."""
    official = table.found.official
    return official.places[code].line.measure is None and any(r.total == code and r.minus for r in official.totals)


def _blank(table: OfficialTable) -> list[Finding]:
    """One warning for all blank lines: identities count them as 0."""
    places = table.found.official.places
    blank = [
        code
        for code, count in table.counts.items()
        if count.state is NumberState.BLANK and places[code].line.kind is LineKind.COUNT
    ]
    if not blank:
        return []
    return [warning("official_blank", table.name, table.found.cell(blank[0]), number=show(len(blank)))]


def to_official_return(table: OfficialTable) -> Return:
    """The stored form of a table without errors: one row, the unit's own, with full cell addresses in `columns`.

    A measure that several lines give is their sum, and blank where one of them is.
    """
    official, counts = table.found.official, table.counts
    values: list[int | None] = []
    absent, columns = set(), {}
    for measure, codes in official.lines_by_measure.items():
        given = [counts[code] for code in codes]
        known = [count.value for count in given if count.value is not None]
        values.append(sum(known) if len(known) == len(given) else None)
        if all(count.state is NumberState.NOT_APPLICABLE for count in given):
            absent.add(measure)
        columns[measure] = "+".join(table.found.cell(code) for code in codes)
    return Return(
        form=official.form,
        unit=table.head.unit.code,
        period=table.head.period,
        sheet=table.name,
        columns=columns,
        rows=(ReturnedRow(table.head.unit.code, 0, tuple(values), frozenset(absent)),),
    )


def place_of(table: OfficialTable, code: str, column: int) -> str:
    """The address of a line's cell in a zero-based column."""
    return address(table.found.rows[code], column)
