"""Reads .xlsx and .xlsm, transitional and strict: values by calamine, what it does not expose from the XML parts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

from python_calamine import CalamineWorkbook

from loaders.formats.calamine import refusing_faults
from loaders.formats.decoding import decode_cells
from loaders.formats.formulas import uncomputed
from loaders.formats.grids import MOST_CELLS, CellBudget, clipped, ignored_sheets, stray_remarks
from loaders.formats.ooxml_styles import CellStyles
from loaders.formats.package import Package, for_calamine, unpacked
from loaders.formats.sheet_xml import (
    Extent,
    Stray,
    extent,
    faults,
    formulas,
    linked,
    place_of,
    plain,
    without_strays,
    zero_formulas,
)
from loaders.workbook import (
    CellNote,
    Container,
    Fault,
    NoteKind,
    Percent,
    Place,
    Remark,
    Sheet,
    Unreadable,
    Value,
    Workbook,
)

# What has no height or no width is as invisible as what is marked as hidden.
_HIDDEN_ROW = re.compile(
    rb"""<(?:\w+:)?row\b(?=[^>]*\s(?:hidden\s*=\s*["'](?:1|true)|ht\s*=\s*["']0(?:\.0*)?["']))"""
    rb"""[^>]*?\sr\s*=\s*["'](\d{1,7})"""
)
_HIDDEN_COLUMN = re.compile(
    rb"""<(?:\w+:)?col\b(?=[^>]*\s(?:hidden\s*=\s*["'](?:1|true)|width\s*=\s*["']0(?:\.0*)?["']))([^>]*)>"""
)
_ENDS = re.compile(rb"""\b(min|max)\s*=\s*["'](\d{1,5})["']""")


def read(content: bytes) -> Workbook:
    """All worksheets of an .xlsx or .xlsm; macros are not run, external links not followed.

    Raises:
        Unreadable: it is encrypted, broken, declares what no workbook needs, or is larger than any return.
    """
    package, budget = unpacked(content), CellBudget()
    # A sheet whose part is missing makes the file broken: unread XML could hide error cells.
    if any(path not in package.parts for _, path in package.sheets):
        raise Unreadable("broken")
    xmls = {sheet.name: plain(package.parts[path]) for sheet, path in package.sheets}
    if len(xmls) < len(package.sheets):
        raise Unreadable("broken")
    for xml in xmls.values():
        budget.fill(xml.count(b"<v>") + xml.count(b":v>") // 2 + xml.count(b"<is>"))
    near, strays = _without_strays(xmls, budget)
    sheets = tuple(_sheets(package, {**xmls, **near}, strays))
    if not sheets:
        raise Unreadable("broken")
    remarks = [Remark(message="macros_ignored")] if _has_macros(package) else []
    remarks.extend(ignored_sheets(package.ignored))
    return Workbook(
        sheets=sheets, container=Container.OOXML, remarks=tuple(remarks), outside_texts=tuple(package.outside_texts())
    )


def _has_macros(package: Package) -> bool:
    return any(name.endswith("/vbaproject.bin") for name in package.names)


def _without_strays(xmls: Mapping[str, bytes], budget: CellBudget) -> tuple[dict[str, bytes], dict[str, list[Stray]]]:
    """The sheets that have filled cells far from their table, stripped of these; and those cells."""
    near, strays = {}, {}
    for name, whole in xmls.items():
        reached = extent(whole)
        if reached:
            xml, cells = without_strays(whole)
            if cells:
                near[name], strays[name] = xml, cells
                reached = extent(xml) or Extent(0, 0)
            budget.spread(*reached)
    return near, strays


def _sheets(package: Package, xmls: Mapping[str, bytes], strays: Mapping[str, list[Stray]]) -> Iterator[Sheet]:
    styles = CellStyles(package)
    content = for_calamine(package, xmls)
    with refusing_faults(), CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for entry, _ in package.sheets:
            name, xml = entry.name, xmls[entry.name]
            cells = book.get_sheet_by_name(name)
            rows: list[list[Value]] = [list(row) for row in cells.to_python(skip_empty_area=False)]
            _mark(rows, faults(xml))
            _show_percents(rows, styles.percents(xml))
            decoded, remarks = decode_cells(rows, styles.runs(xml))
            doubtful = dict(zero_formulas(xml)) if package.is_uncalculated else {}
            links = tuple(_linked(xml))
            link_remarks = (Remark(message="links_not_followed", values={"number": len(links)}),) if links else ()
            yield Sheet(
                name=name,
                rows=rows,
                merges=tuple(clipped(cells.merged_cell_ranges or (), len(rows), len(rows[0]) if rows else 0)),
                hidden=entry.state in {"hidden", "veryHidden"},
                hidden_rows=frozenset(row for row in _hidden_rows(xml) if row < len(rows)),
                hidden_columns=frozenset(_hidden_columns(xml, len(rows[0]) if rows else 0)),
                stale=frozenset(formulas(xml)) if package.is_uncalculated else frozenset(),
                uncomputed=frozenset(uncomputed(doubtful.items(), rows)),
                zero_results=frozenset(doubtful),
                notes=(*decoded, *links),
                strays=tuple(_stray_text(package, stray) for stray in strays.get(name, ())),
                remarks=(*remarks, *link_remarks, *stray_remarks([stray.place for stray in strays.get(name, ())])),
            )


def _stray_text(package: Package, stray: Stray) -> str:
    text = stray.text.decode("utf-8", "replace")
    return package.shared_text(int(text)) if stray.is_shared and text.isdecimal() else unescape(text)


def _mark(rows: list[list[Value]], found: Mapping[Place, Fault]) -> None:
    """Puts faults into their cells; extends the sheet where a fault lies outside it."""
    if not found:
        return
    width = max(len(rows[0]) if rows else 0, max(column for _, column in found) + 1)
    height = max(len(rows), max(row for row, _ in found) + 1)
    if width * height > MOST_CELLS:
        raise Unreadable("too_many_cells")
    for cells in rows:
        cells.extend([""] * (width - len(cells)))
    rows.extend([""] * width for _ in range(height - len(rows)))
    for (row, column), fault in found.items():
        rows[row][column] = fault


def _show_percents(rows: list[list[Value]], places: Iterable[Place]) -> None:
    for row, column in places:
        if row < len(rows) and column < len(rows[row]) and isinstance(value := rows[row][column], float):
            rows[row][column] = Percent(value)


def _hidden_rows(xml: bytes) -> Iterator[int]:
    found = _HIDDEN_ROW.findall(xml) if b"hidden" in xml or b'ht="0' in xml or b"ht='0" in xml else ()
    return (int(row) - 1 for row in found)


def _hidden_columns(xml: bytes, width: int) -> Iterator[int]:
    head = xml[: max(0, xml.find(b"sheetData"))]
    for attributes in _HIDDEN_COLUMN.findall(head):
        ends = {key: int(number) for key, number in _ENDS.findall(attributes)}
        yield from range(ends.get(b"min", 1) - 1, min(ends.get(b"max", 0), width))


def _linked(xml: bytes) -> Iterator[CellNote]:
    for attributes in linked(xml):
        if place := place_of(attributes):
            yield CellNote(row=place[0], column=place[1], kind=NoteKind.LINKED)
