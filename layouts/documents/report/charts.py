"""Native charts for Word documents: the chart of a workbook, with that workbook inside, so that Word can edit it."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

import xlsxwriter
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm

from layouts.documents.report.model import ReportChart

_FONT = {"name": "Times New Roman", "size": 10}
_COLOURS = ("#1F5A8A", "#B3261E")
_CHART_PART = "xl/charts/chart1.xml"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
_INLINE = (
    '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{id}" name="Chart {id}" descr={title}/>'
    "<wp:cNvGraphicFramePr/><a:graphic>"
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{rel}"/>'
    "</a:graphicData></a:graphic></wp:inline>"
)


_LINK = f'<c:externalData xmlns:r="{_RELATIONS}" r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'


def add_chart(document: WordDocument, chart: ReportChart, number: int, made_at: datetime) -> None:
    """Puts a chart, the `number`-th, at the end of a document."""
    workbook = chart_workbook(chart, made_at)
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        xml = parts.read(_CHART_PART).replace(b"</c:chartSpace>", _LINK.encode())
    package = document.part.package
    drawn = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, xml, package)
    drawn.relate_to(Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), _WORKBOOK_TYPE, workbook, package), _PACKAGE)
    inline = _INLINE.format(
        width=int(Mm(165)),
        height=int(Mm(82)),
        id=100 + number,
        title=quoteattr(chart.title),
        rel=document.part.relate_to(drawn, RELATIONSHIP_TYPE.CHART),
    )
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run().element.add_drawing(parse_xml(inline))


def chart_workbook(chart: ReportChart, made_at: datetime) -> bytes:
    """A workbook with the chart's figures and the chart itself."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        sheet = book.add_worksheet("Sheet1")
        written = book.add_format({"num_format": chart.number_format})
        sheet.write_column(1, 0, chart.categories)
        for column, series in enumerate(chart.series, start=1):
            sheet.write(0, column, series.name)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value, written)
        drawn = _draw(book, chart, "column", is_line=False)
        if any(series.is_line for series in chart.series):
            drawn.combine(_draw(book, chart, "line", is_line=True))
        drawn.set_title({"name": chart.title, "name_font": {**_FONT, "bold": True, "size": 12}, "overlay": False})
        drawn.set_legend({"position": "bottom", "font": _FONT})
        drawn.set_x_axis({"num_font": {**_FONT, "rotation": -45 if len(chart.categories) > 8 else 0}})
        drawn.set_y_axis(
            {"num_font": _FONT, "num_format": chart.number_format, "min": 0, "major_gridlines": {"visible": True}}
        )
        sheet.insert_chart(1, len(chart.series) + 2, drawn)
    return stream.getvalue()


def _draw(book: xlsxwriter.Workbook, chart: ReportChart, kind: str, *, is_line: bool) -> Any:
    drawn = book.add_chart({"type": kind})
    last = len(chart.categories)
    for column, series in enumerate(chart.series, start=1):
        if series.is_line is not is_line:
            continue
        colour = _COLOURS[(column - 1) % len(_COLOURS)]
        look = {"line": {"color": colour, "width": 1.75}} if is_line else {"fill": {"color": colour}, "gap": 60}
        drawn.add_series(
            {
                "name": ["Sheet1", 0, column],
                "categories": ["Sheet1", 1, 0, last, 0],
                "values": ["Sheet1", 1, column, last, column],
                **look,
            }
        )
    return drawn
