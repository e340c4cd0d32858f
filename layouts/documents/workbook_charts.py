"""The sheet of charts: each indicator against its plan, drawn by the spreadsheet from the table's own cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from data.language import Language
from indicators.answers.corrections import CorrectionRow
from indicators.answers.rows import ValueRow
from indicators.answers.signals import ControlRow
from indicators.values.model import Indicator
from layouts.documents.columns import WORDS
from layouts.documents.tables import Cell, plain
from layouts.documents.workbook_sheets import PATTERNS, for_paper
from layouts.views.rows import period_title

_MOST_CHARTS, _MOST_POINTS = 12, 40
_CHART_HEIGHT_ROWS = 20
_VALUE, _PLAN = "#A61B1B", "#1F4E79"


DrawnRow = ValueRow | ControlRow | CorrectionRow
DRAWN: Final = (ValueRow, ControlRow, CorrectionRow)
"""Rows that have a value and a plan."""


@dataclass(frozen=True, slots=True)
class _Point:
    line: int
    row: DrawnRow

    @property
    def value(self) -> Cell:
        return plain(self.row.value)

    @property
    def plan(self) -> Cell:
        return plain(self.row.plan)


@dataclass(slots=True)
class _IndicatorPoints:
    """The points of an indicator by unit, limited to the first units."""

    units: dict[str, list[_Point]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def note(self, unit: str, point: _Point) -> None:
        if unit in self.units or len(self.units) < _MOST_POINTS:
            self.units.setdefault(unit, []).append(point)
        else:
            self.left_out.add(unit)

    @property
    def has_many(self) -> bool:
        return len(self.units) > 1

    @property
    def points(self) -> list[_Point]:
        """For several units the last period with values, for one unit its periods."""
        if not self.has_many:
            return next(iter(self.units.values()))[-_MOST_POINTS:]
        known = [point for points in self.units.values() for point in points if point.value is not None]
        last = max((point.row.until for point in known), default=None)
        return [point for point in known if point.row.until == last]


class Charts:
    """Charts of the first indicators of a table, over its units or, where there is one, over its periods."""

    def __init__(self, book: Any, data: str, language: Language, places: Mapping[str, int]) -> None:
        self._book, self._data, self._language = book, data, language
        self._columns = (places["value"], places["plan"])
        self._sheet = book.add_worksheet(WORDS.say("sheet.charts", language))
        self._seen: dict[str, _IndicatorPoints] = {}

    def note(self, line: int, row: DrawnRow) -> None:
        """Records the position of a value, within the limits of what is drawn."""
        code = row.indicator.code
        if code in self._seen or len(self._seen) < _MOST_CHARTS:
            self._seen.setdefault(code, _IndicatorPoints()).note(row.unit, _Point(line, row))

    def draw(self, looks: Any) -> None:
        """Draws the charts and writes their points beside them."""
        self._sheet.set_column(0, 0, 34)
        self._sheet.set_column(1, 2, 13)
        for_paper(self._sheet)
        at = 0
        for found in self._seen.values():
            points = found.points
            if len(points) > 1 and any(point.value is not None for point in points):
                indicator = points[0].row.indicator
                title = self._title(indicator, found, points)
                self._points(looks, at, indicator, title, points, many=found.has_many)
                self._chart(indicator, at, title, points, many=found.has_many)
                at += max(len(points) + 3, _CHART_HEIGHT_ROWS)
        if not at:
            self._sheet.write_string(0, 0, WORDS.say("charts.none", self._language), looks["text"])

    def _title(self, indicator: Indicator, found: _IndicatorPoints, points: list[_Point]) -> str:
        name = indicator.title[self._language]
        if not found.has_many:
            return WORDS.say("charts.periods", self._language, title=name, unit=points[0].row.unit_name)
        period = period_title(points[0].row.period, self._language)
        caption = WORDS.say("charts.units", self._language, title=name, period=period[:1].lower() + period[1:])
        return (
            WORDS.say("charts.first", self._language, title=caption, count=_MOST_POINTS) if found.left_out else caption
        )

    def _points(
        self, looks: Any, at: int, indicator: Indicator, title: str, points: list[_Point], *, many: bool
    ) -> None:
        look = looks[PATTERNS[indicator.format]]
        self._sheet.write_string(at, 0, title, looks["section"])
        for place, name in enumerate(("unit_name" if many else "period", "value", "plan")):
            self._sheet.write_string(at + 1, place, WORDS.say(f"column.{name}", self._language), looks["header"])
        for down, point in enumerate(points, start=at + 2):
            self._sheet.write_string(
                down, 0, point.row.unit_name if many else period_title(point.row.period, self._language), looks["text"]
            )
            for place, column, value in zip((1, 2), self._columns, (point.value, point.plan), strict=True):
                if value is not None:
                    cell = f"='{self._data}'!{xl_rowcol_to_cell(point.line, column)}"
                    self._sheet.write_formula(down, place, cell, look, value)

    def _chart(self, indicator: Indicator, at: int, title: str, points: list[_Point], *, many: bool) -> None:
        first, last = at + 2, at + 1 + len(points)
        drawn = self._book.add_chart({"type": "column" if many else "line"})
        drawn.add_series(self._series(at, 1, first, last, _VALUE, filled=many))
        if any(point.plan is not None for point in points):
            plan = self._book.add_chart({"type": "line"}) if many else drawn
            plan.add_series(self._series(at, 2, first, last, _PLAN, filled=False))
            if many:
                drawn.combine(plan)
        drawn.set_title({"name": title, "name_font": {"size": 12, "bold": True}, "overlay": False})
        drawn.set_legend({"position": "bottom"})
        drawn.set_x_axis({"num_font": {"rotation": -45 if len(points) > 8 else 0}})
        drawn.set_y_axis({"num_format": "0%" if indicator.format.is_share else "#,##0", "min": self._least(points)})
        drawn.set_size({"width": 760, "height": 360})
        self._sheet.insert_chart(at, 4, drawn)

    def _least(self, points: list[_Point]) -> int | None:
        return None if any((value or 0) < 0 for p in points for value in (p.row.value, p.row.plan)) else 0

    def _series(
        self, at: int, column: int, first: int, last: int, colour: str, *, filled: bool
    ) -> Mapping[str, object]:
        name = self._sheet.name
        look = {"fill": {"color": colour}, "gap": 60} if filled else {"line": {"color": colour, "width": 2}}
        return {
            "name": [name, at + 1, column],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column],
            **look,
        }
