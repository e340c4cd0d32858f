"""Writes a document as PDF, by the typesetter typst and one layout file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typst

from data.language import Language
from layouts.documents.report.model import SIZES, Block, Document, Paragraph, ReportChart, ReportHeading, Series
from layouts.documents.tables import Json
from layouts.words import formats

_LAYOUT = Path(__file__).with_name("party.typ")


def pdf(document: Document, language: Language = Language.VI) -> bytes:
    """The document as the content of a PDF file."""
    values = {
        "language": str(language),
        "sizes": asdict(SIZES[document.profile]),
        "letterhead": asdict(document.letterhead),
        "addressee": document.addressee,
        "blocks": [_block(block, language) for block in document.blocks],
        "recipients_title": document.recipients_title,
        "recipients": document.recipients,
        "signer": document.signer,
        "annexes": [
            {**asdict(table), "numeric": sorted(table.numeric), "totals": sorted(table.totals), "widths": table.widths}
            for table in document.annexes
        ],
    }
    content: bytes = typst.compile(_LAYOUT, sys_inputs={"document": json.dumps(values, ensure_ascii=False)})
    return content


def _block(block: Block, language: Language) -> Json:
    match block:
        case ReportHeading():
            return {"type": "heading", "text": block.text}
        case Paragraph():
            return {"type": "paragraph", "text": f"- {block.text}" if block.is_item else block.text}
        case ReportChart():
            return {"type": "chart", **asdict(block), "series": [_series(block, s, language) for s in block.series]}


def _series(chart: ReportChart, series: Series, language: Language) -> Json:
    is_share = "%" in chart.number_format
    write = formats.share if is_share else formats.number
    return {**asdict(series), "labels": [write(value, language) for value in series.values]}
