"""Returns that differ from the template and are right: they must be accepted, with nothing said or one remark."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tests.data.vietnamese.test_encodings import in_tcvn3
from tests.loaders.office import Page
from tests.mutations.book import Book, Form
from tests.mutations.model import ACCEPTED, Mutation, asked

_SPARSE = ("transferred_in_province", "transferred_out_base", "died", "resigned")


def _lines_moved(book: Book, rng: Random) -> None:
    for form in book:
        order = list(range(len(form.lines)))
        rng.shuffle(order)
        form.move(order)


def _no_group_rows(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    kept = {*form.lines, form.total}
    body = range(form.first, form.total)
    form.page.rows = [cells for row, cells in enumerate(form.page.rows, start=1) if row not in body or row in kept]
    form.page.merges = [merge for merge in form.page.merges if merge[1][0] < form.first - 1]


def _no_total(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    form.page.rows[form.total - 1] = [""] * len(form.page.rows[0])


def _blank_for_0(book: Book, rng: Random) -> None:
    form = book["B4"]
    measure = rng.choice(["dossiers_lost", "violations_found", "irregular_admissions", "transfers_irregular"])
    for line in form.lines:
        if not form.count(line, measure):
            form.put(line, measure, "")


def _dashes(book: Book, rng: Random) -> None:
    sign = rng.choice(["-", "–", "—"])
    for form in book:
        for line in form.lines:
            for measure in form.measures:
                if form.page.rows[line - 1][form.column(measure)] == 0:
                    form.put(line, measure, sign)


def _numbers_as_text(book: Book, rng: Random) -> None:
    write = rng.choice(["{}", " {} ", "{}\u00a0", "'{}"])
    form = book[rng.choice(["B1", "B4"])]
    for line in form.lines:
        for measure in rng.sample(form.measures, 5):
            form.put(line, measure, write.format(form.count(line, measure)).lstrip("'"))


def _thousands(book: Book, rng: Random) -> None:
    form, measure = book["B4"], rng.choice(["meeting_attendance", "meeting_attendance_due"])
    form.put(form.total, measure, f"{form.count(form.total, measure):,}".replace(",", rng.choice([".", " ", "\u00a0"])))


def _full_width(book: Book, rng: Random) -> None:
    form, measure = book["B1"], rng.choice(["members_start", "members_end"])
    for line in form.lines:
        digits = str(form.count(line, measure))
        form.put(line, measure, digits.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}))


def _names(book: Book, rng: Random) -> None:
    change = rng.choice([str.upper, lambda name: f"  {name} ", lambda name: name.replace(" ", "\u3000"), _nbsp])
    for form in book:
        for line in form.lines:
            form.page.rows[line - 1][1] = change(form.page.rows[line - 1][1])


def _nbsp(name: str) -> str:
    return name.replace(" ", "\u00a0")


def _decomposed(book: Book, rng: Random) -> None:
    form: Literal["NFD", "NFKD"] = "NFD" if rng.random() < 0.5 else "NFKD"
    for each in book:
        each.page.retype(lambda text: unicodedata.normalize(form, text))


def _tcvn3(book: Book, rng: Random) -> None:
    """Headers and names typed in the old font, which has no capitals of its own."""
    form = book.only(rng.choice(["B1", "B2", "B3", "B4"]))
    form.page.retype(lambda text: text if text.isupper() or ":" in text else in_tcvn3(text.lower()))


def _notes_below(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    form.page.rows[form.total + 8][0] = rng.choice(
        [
            "Số liệu đã rà soát với các chi bộ.",
            "Nơi nhận: Ban Tổ chức Tỉnh uỷ; lưu VT.",
            "Ghi chú: 3 chi bộ họp trực tuyến.",
        ]
    )


def _blank_rows(book: Book, rng: Random) -> None:
    for form in book:
        form.page.insert_row(rng.choice(form.lines))


def _blank_column(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    at = rng.randint(3, len(form.page.rows[0]) - 1)
    form.page.spell_out()
    for cells in form.page.rows:
        cells.insert(at, "")


def _columns_moved(book: Book, rng: Random) -> None:
    form = book[rng.choice(["B2", "B4", "B5"])]
    order = list(range(3, len(form.page.rows[0])))
    rng.shuffle(order)
    form.page.reorder([0, 1, 2, *order])


def _helper_column(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    head = form.first - 4
    for row, cells in enumerate(form.page.rows):
        cells.append("Ghi chú" if row == head else "đã soát" if row + 1 in form.lines and rng.random() < 0.3 else "")


def _extra_sheet(book: Book, rng: Random) -> None:
    book.more.append(Page(rng.choice(["Sheet1", "Trang tính 2", "Nháp"]), [[""]]))


def _draft_sheet(book: Book, rng: Random) -> None:
    book.more.append(Page("Nháp", [["Việc phải làm", ""], ["Gọi cơ sở", rng.randint(1, 9)]]))


def _sheets_renamed(book: Book, rng: Random) -> None:
    for place, form in enumerate(book, start=1):
        form.page.name = rng.choice([f"Sheet{place}", f"Biểu {place} ({form.code})", f"{place}"])


def _sheets_moved(book: Book, rng: Random) -> None:
    codes = list(book.forms)
    rng.shuffle(codes)
    book.forms = {code: book.forms[code] for code in codes}


def _file_renamed(book: Book, rng: Random) -> None:
    book.name = rng.choice(["báo cáo.xlsx", "Book1.xlsx", "H02 quý III 2020 (bản cuối).xlsx", "bc_2020-Q3.xlsx"])


def _period_words(book: Book, rng: Random) -> None:
    words = rng.choice(["Quý 3 năm 2020", "QUÝ III NĂM 2020", "Quý III/2020", "Kỳ báo cáo: quý III - 2020"])
    for form in book:
        form.retitle("Quý III năm 2020", words)


def _group_sums(book: Book, rng: Random) -> None:
    """Sums in the group rows, as offices add them."""
    form = book[rng.choice(["B1", "B2", "B4"])]
    for row, members in groups(form):
        sums = [sum(form.count(line, measure) for line in members) for measure in form.measures]
        form.page.rows[row - 1][3:] = sums


def groups(form: Form) -> list[tuple[int, list[int]]]:
    """The rows of bases that have cells, with the rows of those: up to the next line numbered like a base."""
    rows, lines, found = form.page.rows, form.lines, list[tuple[int, list[int]]]()
    for row in range(form.first, form.total):
        if str(rows[row - 1][0]).isupper():
            found.append((row, []))
        elif row in lines and found:
            found[-1][1].append(row)
    return [(row, members) for row, members in found if members]


def _no_numbers_row(book: Book, rng: Random) -> None:
    form = rng.choice(list(book))
    form.page.rows[form.first - 2] = [""] * len(form.page.rows[0])


def _merges_undone(book: Book, rng: Random) -> None:
    for form in book:
        if rng.random() < 0.7:
            form.page.spell_out()


def _one_form(book: Book, rng: Random) -> None:
    book.only(rng.choice(["B3", "B4", "B5"]))


def _codes_alone(book: Book, rng: Random) -> None:
    form = book[rng.choice(["B1", "B4"])]
    for line in form.lines:
        form.page.rows[line - 1][1] = ""


def _names_alone(book: Book, rng: Random) -> None:
    """Names that the sender has once need no code."""
    form = rng.choice(list(book))
    names = [form.page.rows[line - 1][1] for line in form.lines]
    for line in form.lines:
        if names.count(form.page.rows[line - 1][1]) == 1 and rng.random() < 0.5:
            form.page.rows[line - 1][2] = ""


def _codes_typed(book: Book, rng: Random) -> None:
    write = rng.choice(["{}", " {}", "{}\u00a0"])
    for form in book:
        for line in form.lines:
            form.page.rows[line - 1][2] = write.format(form.page.rows[line - 1][2].lower())


def _hidden_rows(book: Book, rng: Random) -> None:
    book.hidden_rows = rng.sample(range(5), 2)


def _other_look(book: Book, rng: Random) -> None:
    """Saved by another program, with other fonts, colours and widths."""
    font, colour, width = rng.choice(["Arial", "Calibri"]), rng.choice(["FFFF00", "CCFFCC"]), rng.randint(4, 40)

    def change(workbook: Workbook) -> None:
        for sheet in workbook:
            for cells in sheet.iter_rows(min_row=10, max_row=20):
                for cell in cells:
                    cell.font, cell.fill = Font(name=font, bold=True), PatternFill("solid", fgColor=colour)
            sheet.column_dimensions["B"].width = width

    book.edit(change)


def _remarks(book: Book, rng: Random) -> None:
    text = rng.choice(["Đã soát.", "Số liệu theo sổ của chi bộ; quý trước là 12.", "Xem công văn 15-CV/HU."])

    def change(workbook: Workbook) -> None:
        workbook.worksheets[0]["E15"].comment = Comment(text, "Văn phòng")

    book.edit(change)


def _protected(book: Book, rng: Random) -> None:
    """Sheets protected, rows frozen, a print area: Excel's own settings."""

    def change(workbook: Workbook) -> None:
        for sheet in workbook:
            sheet.protection.sheet = True
            sheet.freeze_panes = "D13"
            sheet.print_area = "A1:Z30"

    book.edit(change)


def _other_suffix(book: Book, rng: Random) -> None:
    book.name = book.name.replace(".xlsx", rng.choice([".xls", ".XLSX", ".xlsm"]))


HARMLESS = (
    Mutation(kind="lines in another order", right=ACCEPTED, change=_lines_moved),
    Mutation(kind="group rows deleted", right=ACCEPTED, change=_no_group_rows),
    Mutation(kind="row of totals deleted", right=ACCEPTED, change=_no_total),
    Mutation(kind="blanks for 0", right=ACCEPTED, change=_blank_for_0),
    Mutation(kind="dashes for 0", right=ACCEPTED, change=_dashes),
    Mutation(kind="numbers as text", right=ACCEPTED, change=_numbers_as_text),
    Mutation(kind="thousands separated", right=ACCEPTED, change=_thousands),
    Mutation(kind="full-width digits", right=ACCEPTED, change=_full_width),
    Mutation(kind="names in capitals, with other spaces", right=ACCEPTED, change=_names),
    Mutation(kind="decomposed Unicode", right=ACCEPTED, change=_decomposed),
    Mutation(kind="texts in TCVN3", right=asked("decoded_tcvn3"), change=_tcvn3),
    Mutation(kind="notes below the table", right=ACCEPTED, change=_notes_below),
    Mutation(kind="blank rows inserted", right=ACCEPTED, change=_blank_rows),
    Mutation(kind="blank column inserted", right=ACCEPTED, change=_blank_column),
    Mutation(kind="columns in another order", right=ACCEPTED, change=_columns_moved),
    Mutation(kind="helper column", right=asked("extra_column"), change=_helper_column),
    Mutation(kind="blank sheet added", right=ACCEPTED, change=_extra_sheet),
    Mutation(kind="draft sheet added", right=asked("sheet_skipped"), change=_draft_sheet),
    Mutation(kind="sheets renamed", right=ACCEPTED, change=_sheets_renamed),
    Mutation(kind="sheets in another order", right=ACCEPTED, change=_sheets_moved),
    Mutation(kind="file renamed", right=ACCEPTED, change=_file_renamed),
    Mutation(kind="period in other words", right=ACCEPTED, change=_period_words),
    Mutation(kind="sums in group rows", right=ACCEPTED, change=_group_sums),
    Mutation(kind="row of column numbers deleted", right=ACCEPTED, change=_no_numbers_row),
    Mutation(kind="merged cells taken apart", right=ACCEPTED, change=_merges_undone),
    Mutation(kind="one form alone", right=ACCEPTED, change=_one_form),
    Mutation(kind="codes without names", right=ACCEPTED, change=_codes_alone),
    Mutation(kind="names without codes", right=ACCEPTED, change=_names_alone),
    Mutation(kind="codes typed otherwise", right=ACCEPTED, change=_codes_typed),
    Mutation(kind="another look", right=ACCEPTED, change=_other_look, seeds=2),
    Mutation(kind="remarks in comments", right=ACCEPTED, change=_remarks, seeds=3),
    Mutation(kind="sheets protected", right=ACCEPTED, change=_protected, seeds=1),
    Mutation(kind="another suffix", right=ACCEPTED, change=_other_suffix, seeds=3),
    Mutation(kind="title rows hidden", right=ACCEPTED, change=_hidden_rows),
)
