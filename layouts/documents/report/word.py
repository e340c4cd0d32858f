"""Writes a document as .docx in the layout of a party document (guides 36-HD/VPTW of 2018 and 05-HD/VPTW of 2026)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as WordParagraph

from layouts.documents.report.charts import add_chart
from layouts.documents.report.model import SIZES, AnnexTable, Document, Paragraph, ReportChart, ReportHeading, Sizes

_FONT = "Times New Roman"
_CENTRE, _RIGHT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_ANNEX_WIDTH = 267
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def word(document: Document) -> bytes:
    """The document as the content of a .docx file; the same document gives the same bytes."""
    sizes = SIZES[document.profile]
    made = docx.Document()
    _set_up(made, document, sizes)
    _letterhead(made, document, sizes)
    charts = 0
    for block in document.blocks:
        match block:
            case ReportHeading():
                _heading(made, block, sizes)
            case Paragraph():
                _paragraph(made, block, sizes)
            case ReportChart():
                charts += 1
                add_chart(made, block, charts, document.as_of)
    _ending(made, document, sizes)
    if document.annexes:
        _landscape(made.add_section(WD_SECTION.NEW_PAGE))
        for place, table in enumerate(document.annexes):
            _annex(made, table, sizes, on_new_page=place > 0)
    stream = io.BytesIO()
    made.save(stream)
    return _without_times(stream.getvalue())


def _set_up(made: WordDocument, document: Document, sizes: Sizes) -> None:
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(sizes.body)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    _page_number(section, sizes)
    properties = made.core_properties
    properties.title, properties.author, properties.comments = document.letterhead.subject, "", ""
    properties.created = properties.modified = document.as_of.replace(tzinfo=None)


def _page_number(section: Section, sizes: Sizes) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    run = paragraph.add_run()
    run.font.size = Pt(sizes.head)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run.element.append(part)


def _letterhead(made: WordDocument, document: Document, sizes: Sizes) -> None:
    head = document.letterhead
    grid = made.add_table(rows=1, cols=2)
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = _pair(grid, 70, 95)
    _line(left, head.superior, sizes.head, first=True)
    _line(left, head.issuer, sizes.head, bold=True)
    _line(left, "*", sizes.head)
    _line(left, head.number, sizes.head)
    if document.addressee:
        _line(left, head.subject, sizes.recipients, italic=True)
    _underlined(_line(right, head.party, sizes.party, bold=True, first=True))
    _line(right, "", sizes.head)
    _line(right, head.place_and_date, sizes.head, italic=True)
    _line(right, head.mark, sizes.head, bold=True)
    if document.addressee:
        _text(made, document.addressee, sizes.body, align=_CENTRE, before=12, after=12)
        return
    _text(made, head.kind, sizes.kind, bold=True, align=_CENTRE, before=12)
    _text(made, head.subject, sizes.body, bold=True, align=_CENTRE)
    _text(made, "-----", sizes.body, align=_CENTRE, after=12)


def _pair(grid: WordTable, left: int, right: int) -> tuple[Cell, Cell]:
    """The two cells of a table without lines, in millimetres."""
    grid.autofit = False
    for cell, column, width in zip(grid.rows[0].cells, grid.columns, (left, right), strict=True):
        cell.width = column.width = Mm(width)
    first, second = grid.rows[0].cells
    return first, second


def _line(
    cell: Cell, text: str, size: int, *, first: bool = False, bold: bool = False, italic: bool = False
) -> WordParagraph:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _underlined(paragraph: WordParagraph) -> None:
    """The rule under the party's name, as long as the name."""
    paragraph.runs[0].underline = True


def _text(
    made: WordDocument,
    text: str,
    size: int,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = _JUSTIFY,
    before: int = 0,
    after: int = 0,
) -> WordParagraph:
    paragraph = made.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _heading(made: WordDocument, heading: ReportHeading, sizes: Sizes) -> None:
    paragraph = _text(made, heading.text, sizes.body, bold=True, before=6, after=6)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.first_line_indent = Mm(10)


def _paragraph(made: WordDocument, block: Paragraph, sizes: Sizes) -> None:
    paragraph = _text(made, f"- {block.text}" if block.is_item else block.text, sizes.body, after=6)
    form = paragraph.paragraph_format
    form.first_line_indent = Mm(10)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(sizes.line)


def _ending(made: WordDocument, document: Document, sizes: Sizes) -> None:
    grid = made.add_table(rows=1, cols=2)
    left, right = _pair(grid, 85, 80)
    for cell in (left, right):
        cell.paragraphs[0].paragraph_format.space_before = Pt(sizes.line)
    title = left.paragraphs[0].add_run(document.recipients_title)
    title.underline, title.font.size = True, Pt(sizes.body)
    for place, name in enumerate(document.recipients):
        last = place == len(document.recipients) - 1
        run = left.add_paragraph().add_run(f"- {name}{'.' if last else ','}")
        run.font.size = Pt(sizes.recipients)
    for place, line in enumerate(document.signer):
        _line(right, line, sizes.head, first=place == 0, bold=place < len(document.signer) - 1)
    for _ in range(4):
        _line(right, "", sizes.head)
    _of_last_row(made, "w:cantSplit")


def _landscape(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(15)
    section.different_first_page_header_footer = False


def _annex(made: WordDocument, table: AnnexTable, sizes: Sizes, *, on_new_page: bool) -> None:
    number = _text(made, table.number, sizes.body, bold=True, align=_CENTRE)
    number.paragraph_format.page_break_before = on_new_page
    _text(made, table.title, sizes.body, bold=True, align=_CENTRE)
    _text(made, table.unit, sizes.recipients, italic=True, align=_RIGHT, after=3)
    grid = made.add_table(rows=0, cols=len(table.header))
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    numbers = [str(place) for place in range(1, len(table.header) + 1)]
    for header in (table.header, numbers):
        _row(grid, header, sizes, bold=header is table.header, italic=header is numbers, centred=range(len(header)))
        _of_last_row(made, "w:tblHeader")
    for place, cells in enumerate(table.rows):
        _row(grid, cells, sizes, bold=place in table.totals, right=table.numeric)
        _of_last_row(made, "w:cantSplit")
    _widths(grid, table)
    _text(made, table.source, sizes.recipients, italic=True, before=3)


def _row(
    grid: WordTable,
    texts: Sequence[str],
    sizes: Sizes,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: Sequence[int] | range = (),
    right: frozenset[int] = frozenset(),
) -> None:
    for place, (cell, text) in enumerate(zip(_new_row(grid), texts, strict=True)):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(sizes.annex)
        if place in centred:
            paragraph.alignment = _CENTRE
        elif place in right:
            paragraph.alignment = _RIGHT


def _new_row(grid: WordTable) -> tuple[Cell, ...]:
    added = grid.add_row()  # type: ignore[no-untyped-call]
    cells: tuple[Cell, ...] = added.cells
    return cells


def _of_last_row(made: WordDocument, name: str) -> None:
    """A property of the last row of the last table."""
    made.element.body.tbl_lst[-1].tr_lst[-1].get_or_add_trPr().append(OxmlElement(name))


def _widths(grid: WordTable, table: AnnexTable) -> None:
    grid.autofit = False
    for column, share in zip(grid.columns, table.widths, strict=True):
        width = Mm(_ANNEX_WIDTH * share)
        column.width = width
        for cell in column.cells:
            cell.width = width


def _without_times(content: bytes) -> bytes:
    """The same package with every member dated alike: when it was written says nothing about its figures."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            target.writestr(zipfile.ZipInfo(member.filename, _ZIP_EPOCH), source.read(member), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
