"""Lists of codes beside a register's template: a sheet to look codes up in, which the columns' drop-downs refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from data.language import Language
from data.vietnamese.text import key
from loaders.messages import MESSAGES
from loaders.templates.styles import TemplateStyles
from loaders.workbook import Value

_FIRST_ROW = 4
_CODE_WIDTH, _WORDS_WIDTH = 30, 70


@dataclass(frozen=True, kw_only=True)
class CodeList:
    """Lines of cells, the code first; `fields` are the form's fields that take a value from each column in turn."""

    fields: tuple[str, ...]
    titles: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class CodeLists:
    """The lists of one workbook, side by side on a sheet of their own."""

    lists: Sequence[CodeList]

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The range that a field's drop-down refers to."""
        found = {}
        for left, given in self._placed:
            for column, field in enumerate(given.fields, start=left):
                letters, last = xl_col_to_name(column, True), _FIRST_ROW + len(given.lines)
                if given.lines:
                    found[field] = f"='{MESSAGES.say('lists_sheet')}'!{letters}${_FIRST_ROW + 1}:{letters}${last}"
        return found

    def write(self, book: Workbook, styles: TemplateStyles) -> None:
        """Writes the sheet; none where there is no list."""
        if not self.lists:
            return
        page = book.add_worksheet(MESSAGES.say("lists_sheet"))
        page.write_string(0, 0, MESSAGES.say("lists_heading"), styles.list_heading)
        page.write_string(1, 0, MESSAGES.say("lists_hint"), styles.plain)
        for left, given in self._placed:
            for column, title in enumerate(given.titles, start=left):
                page.write_string(_FIRST_ROW - 1, column, title, styles.header)
                page.set_column(column, column, _CODE_WIDTH if column == left else _WORDS_WIDTH)
            for row, cells in enumerate(given.lines, start=_FIRST_ROW):
                for column, cell in enumerate(cells, start=left):
                    page.write_string(row, column, cell, styles.name)
        page.freeze_panes(_FIRST_ROW, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.protect("", {"format_columns": True})

    @cached_property
    def _placed(self) -> Sequence[tuple[int, CodeList]]:
        """Each list with its first column; a blank column stands between two."""
        left, placed = 0, []
        for given in self.lists:
            placed.append((left, given))
            left += len(given.titles) + 1
        return placed


def is_code_lists(rows: Sequence[Sequence[Value]]) -> bool:
    """Whether a sheet holds the lists of a template, which nobody fills in."""
    first = rows[0][0] if rows and rows[0] else ""
    headings = {key(MESSAGES.say("lists_heading", language)) for language in Language}
    return isinstance(first, str) and key(first) in headings
