"""The formats of written workbooks, created once per workbook."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

_FONT: dict[str, Any] = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_FRAME: dict[str, Any] = {**_FONT, "border": 1}
_COUNT: dict[str, Any] = {**_FRAME, "num_format": "#,##0"}
_BOLD: dict[str, Any] = {"bold": True}
_CENTRE: dict[str, Any] = {"align": "center", "text_wrap": True}


class TemplateStyles:
    """Formats by purpose; `input_` ones are unlocked on the protected sheet."""

    def __init__(self, book: Workbook) -> None:
        def style(*parts: dict[str, Any]) -> Format:
            return book.add_format({key: value for part in parts for key, value in part.items()})

        unlocked = {"locked": False}
        self.plain = style(_FONT)
        self.italic = style(_FONT, {"italic": True, "align": "center"})
        self.body_above = style(_FONT, {"align": "center"})
        self.body = style(_FONT, _BOLD, {"align": "center"})
        self.form_number = style(_FONT, _BOLD, {"align": "right"})
        self.title = style(_FONT, _BOLD, {"align": "center", "font_size": 14})
        self.subtitle = style(_FONT, _BOLD, {"align": "center"})
        self.unit_line = style(_FONT, {"italic": True, "align": "right"})
        self.header = style(_FRAME, _BOLD, _CENTRE, {"bg_color": "#F2F2F2"})
        self.column_number = style(_FRAME, _CENTRE, {"italic": True, "font_size": 9})
        self.label = style(_FRAME, {"align": "center"})
        self.name = style(_FRAME)
        self.group_label = style(_FRAME, _BOLD, {"align": "center"})
        self.group_name = style(_FRAME, _BOLD)
        self.group_count = style(_COUNT, _BOLD)
        self.count = style(_COUNT)
        self.total = style(_COUNT, _BOLD, {"bg_color": "#F2F2F2"})
        self.total_name = style(_FRAME, _BOLD, {"align": "center", "bg_color": "#F2F2F2"})
        self.input_count = style(_COUNT, unlocked)
        self.input_choice = style(_FRAME, unlocked, {"align": "center"})
        self.input_text = style(_FRAME, unlocked)
        self.input_number = style(_FRAME, unlocked, {"num_format": "#,##0.####"})
        self.input_year = style(_FRAME, unlocked, {"num_format": "0"})
        self.input_share = style(_FRAME, unlocked, {"num_format": "0.##%"})
        self.input_date = style(_FRAME, unlocked, {"num_format": "dd/mm/yyyy"})
        self.list_heading = style(_FONT, _BOLD)
        self.signature = style(_FONT, _BOLD, {"align": "center"})
