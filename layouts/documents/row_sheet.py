"""A worksheet that takes whole rows and writes their XML at once.

The library's way through a cell (checks, a record, a dictionary, attributes in pairs) is for cases that tables do not
have. Escapes, dates and number formats are the library's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from math import isfinite

from xlsxwriter.format import Format
from xlsxwriter.utility import _utf16_truncate, xl_col_to_name
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

Content = str | int | float | date
LONGEST = 32_767
"""The most characters of a cell; a longer text is cut, as the library cuts it."""

_REPEATED = 4_096  # texts and days that are kept: titles, states, the instant of a table
_escaping = XMLwriter()


class RowSheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A sheet of a workbook that keeps one row in memory."""

    def write_cells(self, row: int, cells: Iterable[tuple[int, Content, str, str]]) -> None:
        """Writes a whole row below all others.

        Of each cell: its column, content, style, and the formula that gives the content or "".
        """
        self._write_single_row(row)  # completes the row above, if that was written cell by cell
        number, written = row + 1, [f'<row r="{row + 1}">']
        for column, content, style, formula in cells:
            self._check_dimensions(row, column)
            xml = f"><f>{formula}</f><v>{content}</v></c>" if formula else cell_xml(content)
            written.append(f'<c r="{column_name(column)}{number}"{style}{xml}')
        self.fh.write("".join([*written, "</row>"]))


def style(look: Format) -> str:
    """How a cell refers to its format."""
    return f' s="{look._get_xf_index()}"'  # noqa: SLF001


def cell_xml(content: Content) -> str:
    """The rest of a cell's element, after its style.

    Raises:
        ValueError: a number that is none.
    """
    if isinstance(content, str):
        return _text(content)
    if isinstance(content, bool):
        return f' t="b"><v>{content:d}</v></c>'
    if isinstance(content, date):
        return _day(content)
    if not isfinite(content):
        raise ValueError(content)
    return f"><v>{content:.16G}</v></c>"


@lru_cache(_REPEATED)
def _text(content: str) -> str:
    if len(content) > LONGEST // 2:  # characters outside the basic plane count twice
        content = _utf16_truncate(content, LONGEST)
    escaped = _escaping._escape_data(_escaping._escape_control_characters(content))  # noqa: SLF001
    space = ' xml:space="preserve"' if content != content.strip() else ""
    return f' t="inlineStr"><is><t{space}>{escaped}</t></is></c>'


@lru_cache(_REPEATED)
def _day(content: date) -> str:
    return f"><v>{_calendar._convert_date_time(content):.16G}</v></c>"  # noqa: SLF001


@lru_cache(_REPEATED)
def column_name(column: int) -> str:
    """The letters of a column."""
    return str(xl_col_to_name(column))


_calendar = Worksheet()
