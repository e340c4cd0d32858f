"""The summary sheet "Kết quả kiểm tra": all findings of a file, each linked to its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from data.language import Language
from data.returns import Finding, Severity, by_kind, cells_in, gathered_kind, is_many
from loaders.marks.parts import MAIN, RELATIONS, Parts, children, element, root, sheet_kind
from loaders.marks.styles import MarkStyles
from loaders.messages import MESSAGES

COLUMNS = ("number", "severity", "sheet", "cell", "sentence", "code")
WIDTHS = (6, 12, 24, 10, 100, 26)
LINKED = COLUMNS.index("cell")
_LONGEST = 32_000
_LINE, _HIGHEST = 15, 409
# Long lines have more letters than digits would fit, and few of them are cut short by long words.
_WIDE, _LETTERS_OF_WIDTH = 60, 1.2
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One finding as text cells; `link` is its target inside the workbook, "" for none."""

    severity: Severity
    cells: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The content of the summary sheet: `heads` one below the other, then a line for each finding."""

    language: Language
    heads: tuple[str, ...]
    titles: tuple[str, ...]
    lines: tuple[SummaryLine, ...]


def summary(
    file: str,
    findings: Sequence[Finding],
    names: dict[str, str],
    remark: str = "",
    language: Language = Language.VI,
) -> Summary:
    """The summary of a file's findings; `names` maps sheets that can be linked to onto their names in this workbook.

    Kinds with very many findings are said once above the list, which has them all.
    """
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counts = {"errors": errors, "warnings": len(findings) - errors}
    heads = [
        MESSAGES.say("findings_heading", language, file=file),
        MESSAGES.say("findings_counts" if findings else "findings_none", language, **counts),
    ]
    heads.extend([remark] if remark else ())
    if any(finding.cell for finding in findings):
        # With a remark the sheets are copies: it is the sender's own file that is to be corrected and sent.
        legend = ["findings_legend"] if remark else ["findings_legend", "findings_send_again"]
        heads.append(" ".join(MESSAGES.say(words, language) for words in legend))
    heads.extend(gathered_kind(kind).say(language) for kind in by_kind(findings) if is_many(kind))
    return Summary(
        heads=tuple(map(printable, heads)),
        titles=tuple(MESSAGES.say(f"findings_column_{column}", language) for column in COLUMNS),
        language=language,
        lines=tuple(_line(number, finding, names, language) for number, finding in enumerate(findings, start=1)),
    )


def severity_word(severity: Severity, language: Language = Language.VI) -> str:
    """Lỗi, Cảnh báo."""
    return MESSAGES.say(f"findings_{severity}", language)


def sheet_title(taken: Iterable[str], language: Language) -> str:
    """A sheet name not yet taken."""
    wanted = MESSAGES.say("findings_sheet", language)
    known = {name.lower() for name in taken}
    number, free = 1, wanted
    while free.lower() in known:
        number += 1
        free = f"{wanted} ({number})"
    return free


def row_height(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row of wrapped texts, each given with the width of its column; LibreOffice does not find it."""
    wrapped = ((text, width if width < _WIDE else width * _LETTERS_OF_WIDTH) for text, width in texts if text)
    lines = [sum(max(1, ceil(len(line) / width)) for line in text.splitlines()) for text, width in wrapped]
    return min(_LINE * max(lines, default=1), _HIGHEST)


def printable(text: str) -> str:
    """Text with the characters that a cell can hold."""
    return _NO_XML.sub("", text)[:_LONGEST]


def _line(number: int, finding: Finding, names: dict[str, str], language: Language) -> SummaryLine:
    sheet = names.get(finding.sheet, "")
    link = "'{}'!{}".format(sheet.replace("'", "''"), cells_in(finding.cell)[0]) if sheet and finding.cell else ""
    word = severity_word(finding.severity, language)
    cells = (str(number), word, finding.sheet, finding.cell, finding.alone(language), finding.code)
    return SummaryLine(severity=finding.severity, cells=tuple(map(printable, cells)), link=link)


def add_summary(parts: Parts, styles: MarkStyles, overview: Summary) -> None:
    """Inserts the summary as the first and active sheet of a package."""
    workbook = root(parts.xml(parts.workbook))
    sheets = children(workbook, "sheets")[0]
    others = children(sheets, "sheet")
    name = parts.add("xl/worksheets/findings.xml", _sheet_xml(overview, styles), sheet_kind("worksheet"))
    relation = parts.relate(parts.workbook, "worksheet", name)
    number = max((int(other.getAttribute("sheetId")) for other in others), default=0) + 1
    title = sheet_title((other.getAttribute("name") for other in others), overview.language)
    made = element(sheets, "sheet", name=title, sheetId=str(number))
    made.setAttribute("xmlns:r", RELATIONS)
    made.setAttribute("r:id", relation)
    sheets.insertBefore(made, others[0] if others else None)
    for named in (node for group in children(workbook, "definedNames") for node in children(group, "definedName")):
        if named.hasAttribute("localSheetId"):
            named.setAttribute("localSheetId", str(int(named.getAttribute("localSheetId")) + 1))
    for view in (node for group in children(workbook, "bookViews") for node in children(group, "workbookView")):
        view.setAttribute("activeTab", "0")
        view.setAttribute("firstSheet", "0")


def _sheet_xml(overview: Summary, styles: MarkStyles) -> bytes:
    head, text, link = styles.plain(bold=True, wrap=True), styles.plain(wrap=True), styles.plain(link=True)
    marks = {severity: styles.coloured(text, severity) for severity in Severity}
    rows = [
        _row(row, [(words, text if row > 1 else head)], row_height([(words, sum(WIDTHS))]))
        for row, words in enumerate(overview.heads, start=1)
    ]
    first = len(overview.heads) + 2
    rows.append(_row(first, [(title, head) for title in overview.titles], row_height([])))
    links = []
    for row, found in enumerate(overview.lines, start=first + 1):
        looks = [text, marks[found.severity], text, link if found.link else text, text, text]
        height = row_height(zip(found.cells, WIDTHS, strict=True))
        rows.append(_row(row, list(zip(found.cells, looks, strict=True)), height))
        if found.link:
            links.append(f'<hyperlink ref="D{row}" location={quoteattr(found.link)}/>')
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(WIDTHS, 1)
    )
    last = first + len(overview.lines)
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    merged = "".join(f'<mergeCell ref="A{row}:F{row}"/>' for row in range(1, len(overview.heads) + 1))
    filtered = f'<autoFilter ref="A{first}:F{last}"/>' if overview.lines else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="{first}" topLeftCell="A{first + 1}" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>{filtered}<mergeCells>{merged}</mergeCells>{linked}"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _row(number: int, cells: Sequence[tuple[str, int]], height: float) -> str:
    inside = "".join(
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(words)}</t></is></c>'
        for letter, (words, style) in zip("ABCDEF", cells, strict=False)
        if words
    )
    return f'<row r="{number}" ht="{height}" customHeight="1">{inside}</row>'
