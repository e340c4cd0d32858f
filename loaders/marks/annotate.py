"""Writes an annotated copy of the sender's workbook: cells coloured and commented, preceded by a summary sheet.

The package is edited part by part: everything not annotated (formulas and their values, widths, validations,
protection, drawings, macros) stays byte for byte. A file that cannot be edited so is copied cell by cell to an .xlsx.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePath

from xlsxwriter.utility import xl_cell_to_rowcol

from data.language import Language
from data.returns import PERSONAL_DATA, Finding, Severity, SourceFile, cells_in
from loaders.findings import sort_findings
from loaders.formats import dispatch as formats
from loaders.formats.worker_pool import WorkerPool
from loaders.marks.cells import Place, deselect, restyle
from loaders.marks.comments import add_notes
from loaders.marks.copied_workbook import Marks, copied_names, copy_workbook
from loaders.marks.parts import CannotMark, Parts, children, root
from loaders.marks.styles import MarkStyles
from loaders.marks.summary import add_summary, printable, severity_word, summary
from loaders.messages import MESSAGES
from loaders.workbook import Container, Unreadable, Workbook

_HIDDEN = frozenset({"hidden", "veryHidden"})


def annotate(source: SourceFile, findings: Sequence[Finding], language: Language = Language.VI) -> SourceFile:
    """The annotated file in a language, under a name of its own; always an .xlsx or .xlsm.

    Of a file that lists persons, or that cannot be opened, only the list of findings is returned.
    """
    if any(finding.code == PERSONAL_DATA for finding in findings):
        return _new(source, findings, None, "findings_personal", language)
    try:
        book = formats.read(source.content)
    except Unreadable:
        return _new(source, findings, None, "findings_not_opened", language)
    found = sort_findings(findings, [sheet.name for sheet in book.sheets])
    if book.container is Container.OOXML:
        try:
            return _in_place(source, found, book, language)
        except (CannotMark, Unreadable):
            pass  # falls through to the copy, which holds all that was read
    return _new(source, found, book, "findings_copied", language)


def annotate_isolated(source: SourceFile, findings: Sequence[Finding], language: Language = Language.VI) -> SourceFile:
    """Annotates in a process with memory and CPU limits, as unknown files need; falls back to the list of findings."""
    with WorkerPool(1, preload=(__name__,)) as pool:
        try:
            return pool.run(partial(annotate, source, language=language), tuple(findings))
        except Unreadable:
            return annotate(SourceFile(name=source.name, content=b""), findings, language)


def annotated_name(name: str, suffix: str = ".xlsx", language: Language = Language.VI) -> str:
    """The name of the annotated file: "B1.xls" gives "B1 - kết quả kiểm tra.xlsx"."""
    return f"{PurePath(name).stem or name} - {MESSAGES.say('findings_file', language)}{suffix}"


def _in_place(source: SourceFile, findings: Sequence[Finding], book: Workbook, language: Language) -> SourceFile:
    parts = Parts(source.content)
    styles = MarkStyles(parts)
    marked = _marks(findings, language)
    paths, shown = _sheet_paths(parts)
    for path in paths.values():
        parts.parts[path] = deselect(parts.parts[path])
    for name, marks in marked.items():
        if name in paths:
            _mark_sheet(parts, styles, paths[name], marks)
    add_summary(parts, styles, summary(source.name, findings, {name: name for name in shown}, language=language))
    content = parts.save()
    _require_unchanged(content, book)
    suffix = ".xlsm" if "xl/vbaProject.bin" in parts.parts else ".xlsx"
    return SourceFile(name=annotated_name(source.name, suffix, language), content=content)


def _mark_sheet(parts: Parts, styles: MarkStyles, path: str, marks: Marks) -> None:
    colours = {place: partial(styles.coloured, severity=severity) for place, (severity, _) in marks.items()}
    parts.parts[path] = restyle(parts.parts[path], colours)
    add_notes(parts, path, {place: text for place, (_, text) in marks.items()})


def _sheet_paths(parts: Parts) -> tuple[dict[str, str], list[str]]:
    """The part of each worksheet by sheet name, and the names of the visible ones."""
    paths: dict[str, str] = {}
    shown = []
    for sheets in children(root(parts.xml(parts.workbook)), "sheets"):
        for sheet in children(sheets, "sheet"):
            key = next(
                (sheet.getAttribute(name) for name in dict(sheet.attributes.items()) if name.endswith(":id")), ""
            )
            paths[sheet.getAttribute("name")] = parts.target(parts.workbook, key)
            if sheet.getAttribute("state") not in _HIDDEN:
                shown.append(sheet.getAttribute("name"))
    if not set(paths.values()) <= parts.parts.keys():
        raise CannotMark("sheets")
    return paths, shown


def _require_unchanged(content: bytes, book: Workbook) -> None:
    """Reads the annotated file back and checks that every original cell is intact."""
    before = formats.read(content).sheets[1:]
    if [sheet.name for sheet in before] != [sheet.name for sheet in book.sheets]:
        raise CannotMark("sheets")
    for there, here in zip(before, book.sheets, strict=True):
        if there.rows != here.rows:
            raise CannotMark("cells")


def _marks(findings: Sequence[Finding], language: Language) -> Mapping[str, Marks]:
    """By sheet and zero-based cell: the highest severity, and all messages, one per line."""
    texts: dict[str, dict[Place, list[str]]] = defaultdict(lambda: defaultdict(list))
    gravest: dict[tuple[str, Place], Severity] = {}
    placed = ((finding, cell) for finding in findings if finding.sheet for cell in cells_in(finding.cell))
    for finding, cell in placed:
        place: Place = xl_cell_to_rowcol(cell)
        texts[finding.sheet][place].append(f"{severity_word(finding.severity, language)}: {finding.message[language]}")
        if gravest.get((finding.sheet, place)) is not Severity.ERROR:
            gravest[finding.sheet, place] = finding.severity
    return {
        sheet: {place: (gravest[sheet, place], printable("\n".join(lines))) for place, lines in cells.items()}
        for sheet, cells in texts.items()
    }


def _new(
    source: SourceFile, findings: Sequence[Finding], book: Workbook | None, remark: str, language: Language
) -> SourceFile:
    sheets = book.sheets if book else ()
    names = copied_names([sheet.name for sheet in sheets])
    links = {sheet.name: names[sheet.name] for sheet in sheets if not sheet.hidden}
    overview = summary(source.name, findings, links, MESSAGES.say(remark, language), language)
    return SourceFile(
        name=annotated_name(source.name, language=language),
        content=copy_workbook(overview, sheets, _marks(findings, language)),
    )
