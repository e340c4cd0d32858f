"""Titles, headers, sheets and files that are wrong; persons, of whom nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from random import Random

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.loaders.office import Page
from tests.mutations.book import NEIGHBOUR, SENDER, Book, Form
from tests.mutations.model import KNOWN, NOTHING_KEPT, REPLACES, Change, Mutation, asked, refused

_TITLE = "Quý III năm 2020"
_REGISTRY, _BEFORE = "DM_2019-12-24.xlsx", f"{SENDER}_2020-Q2.xlsx"
_NAMES = ("Nguyễn Văn An", "Trần Thị Bé", "Lê Hoàng Cường", "Phạm Thị Dung", "Vũ Đức Em")


def period(*titles: str) -> Change:
    """Another period in the title of every sheet."""

    def change(book: Book, rng: Random) -> None:
        book.only(rng.choice(["B1", "B3", "B4"])).retitle(_TITLE, rng.choice(titles))

    return change


def _one_sheet_of_another_period(book: Book, rng: Random) -> None:
    book[rng.choice(list(book.forms))].retitle(_TITLE, rng.choice(["Quý II năm 2020", "Quý I năm 2020"]))


def _file_of_another_period(book: Book, rng: Random) -> None:
    book.name = f"{SENDER}_{rng.choice(['2020-Q2', '2020-Q1', '2019-Q3'])}.xlsx"


def _file_of_another_unit(book: Book, rng: Random) -> None:
    book.name = f"{NEIGHBOUR}_{rng.choice(['2020-Q3', '2020-Q3_dinh-chinh'])}.xlsx"


def _other_title(book: Book, rng: Random) -> None:
    """The title of one form over the table of another."""
    here, there = rng.sample(["B1", "B3", "B4", "B5"], 2)
    wanted = [(row, column, book[there].page.rows[row][column]) for row, column in _titles(book, there)]
    form = book.only(here)
    for (row, column), (_, _, text) in zip(_titles(book, here), wanted, strict=True):
        form.page.rows[row][column] = text


def _titles(book: Book, code: str) -> list[tuple[int, int]]:
    """Where the number and the title of a form stand."""
    from data.forms.builtin import FORMS

    form = FORMS[code]
    return [book[code].heads(form.number), book[code].heads(form.title.vi.upper())]


def _no_column(book: Book, rng: Random) -> None:
    form = book.only(rng.choice(["B2", "B4"]))
    form.page.spell_out()
    column = form.column(rng.choice(form.measures))
    for cells in form.page.rows:
        del cells[column]


def _column_twice(book: Book, rng: Random) -> None:
    form = book.only(rng.choice(["B2", "B4"]))
    form.page.spell_out()
    column = form.column(rng.choice(form.measures))
    for cells in form.page.rows:
        cells.insert(column + 1, cells[column])


def _unknown_sender(book: Book, rng: Random) -> None:
    book.only(rng.choice(["B1", "B4"])).retitle(
        f"Mã đơn vị: {SENDER}", f"Mã đơn vị: {rng.choice(['H77', 'X02', 'H9'])}"
    )


def _hidden_copy(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    book.more.append(deepcopy(form.page))
    book.more[-1].name, book.more[-1].hidden = f"{form.code} cũ", True


def _copy_beside(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    book.more.append(deepcopy(form.page))
    book.more[-1].name = f"{form.code} (2)"


def _persons_sheet(book: Book, rng: Random) -> None:
    head = rng.choice([["STT", "Họ và tên", "Ngày sinh"], ["TT", "Họ tên đảng viên", "Năm sinh"]])
    rows = [
        [place, name, f"{rng.randint(1, 28):02}/0{rng.randint(1, 9)}/19{rng.randint(60, 99)}"]
        for place, name in enumerate(_NAMES, 1)
    ]
    book.more.append(Page("Danh sách", [head, *rows]))


def _person_in_note(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    name = rng.choice(_NAMES)
    day = f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1960, 1999)}"
    text = rng.choice([f"Kết nạp đồng chí {name}, sinh ngày {day}", f"Đồng chí {name} (sinh {day}) chuyển đi"])
    form.page.rows[form.total + 8][0] = text


def _truncated(book: Book, rng: Random) -> None:
    share = rng.uniform(0.3, 0.9)
    book.rewrite.append(lambda content: content[: int(len(content) * share)])


def _person_in_comment(book: Book, rng: Random) -> None:
    name, code = rng.choice(_NAMES), rng.choice(list(book.forms))
    day = f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1960, 1999)}"
    cell = rng.choice(["B16", "A1", "E15"])
    book.edit(lambda workbook: _comment(workbook, code, cell, f"Đồng chí {name}, sinh ngày {day}"))


def _comment(workbook: Workbook, sheet: str, cell: str, text: str) -> None:
    workbook[sheet][cell].comment = Comment(text, "Ban Tổ chức")


def _registry_without_units(book: Book, rng: Random) -> None:
    """A registry that forgets units which have sent returns."""
    units, *_ = book.instead(_REGISTRY)
    lost = rng.choice([f"{SENDER}.001.01", f"{SENDER}.001.03", f"{NEIGHBOUR}.001.01"])
    units.rows = [cells for cells in units.rows if not any(str(cell).startswith(lost) for cell in cells[:2])]


def _correction(book: Book, rng: Random) -> None:
    """A return of last quarter with another count."""
    pages = {page.name: page for page in book.instead(_BEFORE)}
    form = Form("B4", pages["B4"])
    line = rng.choice(form.lines)
    form.put(line, "study_due", form.count(line, "study_due") + 1)


def _last_quarter(book: Book, rng: Random) -> None:
    """The figures of last quarter under the title of this one."""
    kept = book.name
    for page in book.instead(_BEFORE):
        page.retype(lambda text: text.replace("Quý II năm 2020", _TITLE))
    book.name = kept


def _no_sender(book: Book, rng: Random) -> None:
    """Code and name of the sender deleted: its lines still say whose they are."""
    form = book.only(rng.choice(["B1", "B4"]))
    for row in form.page.rows[: form.first - 5]:
        row[:] = ["" if "Mã đơn vị" in str(cell) or "UỶ" in str(cell) else cell for cell in row]


def _tables_below(book: Book, rng: Random) -> None:
    """A second form under the first, on one sheet."""
    first, second = rng.sample(["B1", "B3", "B4"], 2)
    form, other = book[first], book[second]
    wide = max(len(form.page.rows[0]), len(other.page.rows[0]))
    rows = [*form.page.rows, *([[""]] * 2), *other.page.rows]
    form.page.rows = [[*cells, *([""] * (wide - len(cells)))] for cells in rows]
    book.only(first)


def _again(book: Book, rng: Random) -> None:
    book.instead(_BEFORE)
    book.rewrite.append(_constant((book.folder / _BEFORE).read_bytes()))


def bytes_of(*contents: bytes) -> Change:
    """Something else under the name of a workbook."""

    def change(book: Book, rng: Random) -> None:
        content = rng.choice(contents)
        book.rewrite.append(_constant(content))

    return change


def _constant(content: bytes) -> Callable[[bytes], bytes]:
    return lambda _: content


def _no_forms(book: Book, rng: Random) -> None:
    book.forms = {}
    book.more = [Page("Sheet1", [["Kính gửi Ban Tổ chức", ""], ["Số lượng", rng.randint(1, 99)]])]


WRONG_SHEETS = (
    Mutation(
        kind="a period that is not open",
        right=refused("period_not_open"),
        change=period("Quý IV năm 2021", "Quý I năm 2022"),
    ),
    Mutation(
        kind="a year that cannot be", right=refused("year_impossible_suggested"), change=period("Quý III năm 2202")
    ),
    Mutation(kind="a year cut short", right=refused("no_period"), change=period("Quý III năm 20")),
    Mutation(kind="no period", right=refused("no_period"), change=period("", "…")),
    Mutation(kind="two periods", right=refused("several_periods"), change=period("Quý II năm 2020, Quý III năm 2020")),
    Mutation(kind="a month", right=refused("wrong_frequency"), change=period("Tháng 9 năm 2020", "Tháng 8 năm 2020")),
    Mutation(
        kind="one sheet of another period",
        right=refused("sheets_differ_in_period"),
        change=_one_sheet_of_another_period,
    ),
    Mutation(kind="a file named after another period", right=asked("file_name_period"), change=_file_of_another_period),
    Mutation(
        kind="a file named after another unit", right=asked("file_name_sender"), change=_file_of_another_unit, seeds=2
    ),
    Mutation(kind="another form's title", right=refused("title_contradicts_header"), change=_other_title),
    Mutation(kind="a column deleted", right=refused("missing_column"), change=_no_column),
    Mutation(kind="a column twice", right=refused("column_twice"), change=_column_twice),
    Mutation(kind="a sender that does not exist", right=refused("unknown_sender"), change=_unknown_sender),
    Mutation(kind="a hidden copy", right=asked("hidden_sheet"), change=_hidden_copy),
    Mutation(kind="a copy beside the sheet", right=refused("form_twice"), change=_copy_beside),
    Mutation(kind="a list of persons on a sheet", right=NOTHING_KEPT, change=_persons_sheet),
    Mutation(kind="a person in a comment", right=NOTHING_KEPT, change=_person_in_comment, seeds=3),
    Mutation(
        kind="units lost from the registry",
        right=refused("units_with_returns_lost"),
        change=_registry_without_units,
        seeds=3,
    ),
    Mutation(kind="a correction", right=REPLACES, change=_correction, seeds=2),
    Mutation(kind="last quarter's figures", right=asked("same_as_earlier"), change=_last_quarter, seeds=1),
    Mutation(kind="no sender", right=asked("sender_from_rows"), change=_no_sender),
    Mutation(kind="two forms on one sheet", right=refused("second_table"), change=_tables_below),
    Mutation(kind="the same file again", right=KNOWN, change=_again, seeds=1),
    Mutation(kind="a person in a note", right=NOTHING_KEPT, change=_person_in_note),
    Mutation(kind="a file cut short", right=refused("broken"), change=_truncated),
    Mutation(kind="a PDF", right=refused("pdf"), change=bytes_of(b"%PDF-1.4\n", b"%PDF-1.7\n%\xe2\xe3"), seeds=2),
    Mutation(kind="an empty file", right=refused("empty_file"), change=bytes_of(b""), seeds=1),
    Mutation(kind="no form at all", right=refused("no_known_form"), change=_no_forms, seeds=2),
)
