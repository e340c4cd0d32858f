"""The other parts of a workbook: title block, definitions, missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from data.language import Language
from indicators.answers.rows import TableRow, ValueRow
from indicators.answers.rows import columns as columns_of
from indicators.values.model import Format, Indicator
from indicators.values.value import STATE_TITLES
from layouts.documents.columns import WORDS, Column
from layouts.documents.row_sheet import RowSheet, style
from layouts.documents.tables import Table, TableMetadata, cells
from layouts.words import formulas

PATTERNS: Final[Mapping[Format, str]] = {
    Format.COUNT: "#,##0",
    Format.SIGNED_COUNT: "+#,##0;-#,##0;0",
    Format.DECIMAL: "#,##0.0",
    Format.PERCENT: "0.0%",
    Format.SIGNED_PERCENT: "+0.0%;-0.0%;0.0%",
}
_BORDER = "#8A8A8A"
_STYLES: Mapping[str, Mapping[str, str | int | bool]] = {
    "title": {"bold": True, "font_size": 14},
    "fact": {"italic": True},
    "code": {"italic": True, "font_size": 9, "font_color": "#666666"},
    "header": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "border_color": _BORDER,
        "bg_color": "#F2E9D8",
    },
    "text": {"valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top", "border": 1, "border_color": _BORDER},
    "section": {"bold": True, "font_size": 12},
}
_MISSING = ("indicator", "title", "unit", "unit_name", "period", "state", "reporting", "expected")


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRow(TableRow):
    """The definition of an indicator."""

    indicator: Indicator
    title: str
    unit_of_measure: str
    meaning: str
    formula: str
    direction: str
    clause: str
    note: str


class Looks:
    """The formats of a workbook by name; any other name is a number format."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, object] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(_STYLES.get(name, {"num_format": name, "valign": "top"}))
        return self._made[name]


def title_block(sheet: Any, looks: Looks, metadata: TableMetadata | None) -> int:
    """Writes the metadata above the rows; returns the first row below it."""
    if metadata is None:
        return 0
    sheet.set_row(0, 22)
    sheet.write_string(0, 0, metadata.title, looks["title"])
    *scope, source = [f"{name}: {text}" for name, text in metadata.facts]
    sheet.write_string(1, 0, "; ".join(scope) + ".", looks["fact"])
    sheet.write_string(2, 0, source + ".", looks["fact"])
    return 3


def for_paper(sheet: Any, *repeated: int) -> None:
    """Print setup: landscape, one page wide, numbered, with the header rows repeated."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if repeated:
        sheet.repeat_rows(*repeated)
    sheet.set_footer("&C&P/&N")


def defined(indicator: Indicator, language: Language) -> DefinitionRow:
    """The definition of an indicator in words."""
    return DefinitionRow(
        indicator=indicator,
        title=indicator.title[language],
        unit_of_measure=indicator.unit[language],
        meaning=indicator.meaning[language],
        formula=formulas.in_words(indicator, language),
        direction=WORDS.say(f"direction.{indicator.direction}", language),
        clause=indicator.clause,
        note=indicator.note[language] if indicator.note else "",
    )


def definitions(book: Any, looks: Looks, table: Table, columns: Sequence[Column]) -> None:
    """Adds the sheet of definitions of indicators and columns."""
    language, metadata = table.language, table.metadata
    sheet = book.add_worksheet(WORDS.say("sheet.definitions", language))
    for place, width in enumerate((26, 40, 18, 60, 60, 22, 14, 40)):
        sheet.set_column(place, place, width)
    at = 0
    if metadata and metadata.indicators:
        rows = [[str(cell) for cell in cells(defined(each, language)).values()] for each in metadata.indicators]
        titles = [WORDS.say(f"column.{name}", language) for name in columns_of(DefinitionRow)]
        at = _block(sheet, looks, at, WORDS.say("definitions.indicators", language), titles, rows)
    titles = [WORDS.say(f"definitions.{name}", language) for name in ("code", "column")]
    rows = [[column.code, column.title(language)] for column in columns]
    at = _block(sheet, looks, at, WORDS.say("definitions.columns", language), titles, rows)
    sheet.write_string(at, 0, WORDS.say("definitions.reading", language), looks["section"])
    for place, name in enumerate(("exact", "blank"), start=1):
        sheet.write_string(at + place, 0, WORDS.say(f"definitions.{name}", language), looks["text"])
    for_paper(sheet)


def _block(sheet: Any, looks: Looks, at: int, title: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    sheet.write_string(at, 0, title, looks["section"])
    for place, name in enumerate(titles):
        sheet.write_string(at + 1, place, name, looks["header"])
    for down, row in enumerate(rows, start=at + 2):
        for place, text in enumerate(row):
            sheet.write_string(down, place, text, looks["wrapped"])
    return at + len(rows) + 3


class Missing:
    """The sheet of missing or incomplete values, written along with the rows."""

    def __init__(self, book: Any, looks: Looks, language: Language) -> None:
        self._looks, self._language = looks, language
        self._count, self._text = style(looks["#,##0"]), style(looks["text"])
        self._sheet = book.add_worksheet(WORDS.say("sheet.missing", language), worksheet_class=RowSheet)
        self._next = 2
        for place, width in enumerate((26, 44, 16, 34, 14, 24, 14, 14)):
            self._sheet.set_column(place, place, width)
        self._sheet.write_string(0, 0, WORDS.say("missing.title", language), looks["title"])
        for place, name in enumerate(_MISSING):
            key = "column.expected.reporting" if name == "expected" else f"column.{name}"
            self._sheet.write_string(1, place, WORDS.say(key, language), looks["header"])
        self._sheet.freeze_panes(2, 0)
        for_paper(self._sheet, 1)

    def note(self, row: ValueRow) -> None:
        """Adds a row of the table."""
        title, state = row.indicator.title[self._language], STATE_TITLES[row.state][self._language]
        cells = (
            row.indicator.code,
            title,
            row.unit,
            row.unit_name,
            str(row.period),
            state,
            row.reporting,
            row.expected,
        )
        self._sheet.write_cells(
            self._next,
            [
                (place, value, self._count if isinstance(value, int) else self._text, "")
                for place, value in enumerate(cells)
            ],
        )
        self._next += 1

    def end(self) -> None:
        """Completes the sheet: states when nothing is missing."""
        if self._next > 2:
            self._sheet.autofilter(1, 0, self._next - 1, len(_MISSING) - 1)
        else:
            self._sheet.write_string(2, 0, WORDS.say("missing.none", self._language), self._looks["text"])
