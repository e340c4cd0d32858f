"""A header that matches no form is compared with the nearest one; the chosen mapping is stored and used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.forms.builtin import FORMS
from data.forms.header_mappings import FoundHeader, HeaderChoice
from data.language import Text
from data.periods import Period
from data.returns import IntakeMode, OutcomeStatus, SourceFile
from data.viewers import SYSTEM, OutOfScope, Role, Viewer
from data.writing.store import Store
from loaders.workbook_services import WorkbookServices
from tests.loaders.office import Page, pages, put_together
from tests.loaders.sheets.test_mapping import own, renamed

CHOSEN = {"D": "villages", "E": "villages_without_members"}


@pytest.fixture
def services(province: Store) -> WorkbookServices:
    return WorkbookServices(province)


def only(services: WorkbookServices, source: SourceFile, *choices: HeaderChoice) -> FoundHeader:
    (header,) = services.headers(source, SYSTEM, choices)
    return header


def meant(header: FoundHeader) -> dict[str, str]:
    return {column.letters: column.code for column in header.columns if not column.is_guess}


def guessed(header: FoundHeader) -> dict[str, str]:
    return {column.letters: column.code for column in header.columns if column.is_guess}


def unnumbered(page: Page) -> SourceFile:
    """The sheet without its column-number row, under words that are the office's own."""
    del page.rows[next(place for place, row in enumerate(page.rows) if row[:2] == ["A", "B"])]
    return SourceFile(name="không số.xlsx", content=put_together([page]))


def test_a_header_of_an_office_s_own_is_set_beside_the_form_that_it_is_nearest_to(services: WorkbookServices) -> None:
    header = only(services, own())
    assert (header.form, header.sheet, header.is_numbered) == ("B3", "B3", True)
    assert (header.first_row, header.last_row) == (9, 11)
    assert len(header.columns) == 18
    assert [letters for letters, code in meant(header).items() if not code] == ["D"]
    assert guessed(header) == {"E": "villages_without_members"}


def test_sheets_that_are_read_as_they_stand_are_left_out(services: WorkbookServices) -> None:
    content = put_together([pages("B1")[0], renamed(pages("B3")[0])])
    assert [header.place for header in services.headers(SourceFile(name="x.xlsx", content=content), SYSTEM)] == [1]


def test_another_form_can_be_chosen_to_compare_with(services: WorkbookServices) -> None:
    header = only(services, own(), HeaderChoice(place=0, form="B1"))
    assert (header.form, meant(header)["B"], meant(header)["F"]) == ("B1", "unit_name", "")


def test_a_chosen_mapping_is_stored_and_used_for_the_next_file(services: WorkbookServices) -> None:
    assert services.save_mapping(own(), SYSTEM, HeaderChoice(place=0, form="B3", columns=CHOSEN)) is None
    assert services.headers(own(), SYSTEM) == ()
    assert services.load(own(), SYSTEM, IntakeMode.STORE).status is OutcomeStatus.ACCEPTED
    later = SourceFile(name="sau.xlsx", content=put_together([renamed(pages("B3", period=Period.parse("2020-Q3"))[0])]))
    assert services.load(later, SYSTEM, IntakeMode.CHECK).status is OutcomeStatus.CHECKED


def test_a_header_without_column_numbers_is_guessed_and_its_rows_can_be_chosen(services: WorkbookServices) -> None:
    page = renamed(pages("B3")[0])
    for column, words in enumerate(("Stt.", "Nơi báo cáo", "Ký hiệu")):
        page.rows[8][column] = words
    for column in range(5, 18):
        page.rows[8][column] = page.rows[9][column] = ""
        page.rows[10][column] = f"Chỉ tiêu {column}"
    source = unnumbered(page)
    header = only(services, source)
    assert (header.first_row, header.last_row, header.is_numbered) == (9, 11, False)
    of_b3 = HeaderChoice(place=0, form="B3", header_rows=(9, 11))
    assert only(services, source, of_b3).form == "B3"
    codes = [column.code for column in FORMS["B3"].columns]
    columns = dict(zip("ABCDEFGHIJKLMNOPQR", codes, strict=True))
    assert services.save_mapping(source, SYSTEM, replace(of_b3, columns=columns)) is None
    assert services.load(source, SYSTEM, IntakeMode.STORE).status is OutcomeStatus.ACCEPTED


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (
            HeaderChoice(place=0, form="B3", columns={"D": "villages", "E": "villages"}),
            "các cột D, E được ghép vào cùng một cột của mẫu (villages); hãy để lại một cột.",
        ),
        (
            HeaderChoice(place=0, form="B3"),
            "chưa chọn cột nào của mẫu biểu; hãy chọn cột tương ứng rồi lưu lại.",
        ),
        (
            HeaderChoice(place=0, form="B3", columns={"D": "admitted"}),
            "chưa chọn cột nào của mẫu biểu; hãy chọn cột tương ứng rồi lưu lại.",
        ),
        (
            HeaderChoice(place=7, form="B3", columns=CHOSEN),
            "không thấy đầu bảng ở các dòng đã chọn; hãy ghi lại dòng đầu và dòng cuối của đầu bảng.",
        ),
    ],
)
def test_an_empty_choice_is_not_stored(services: WorkbookServices, choice: HeaderChoice, sentence: str) -> None:
    fault = services.save_mapping(own(), SYSTEM, choice)
    assert isinstance(fault, Text)
    assert fault.vi == sentence
    assert services.store.reader(SYSTEM).mappings() == ()


def test_a_header_that_a_form_knows_cannot_be_given_another_meaning(services: WorkbookServices) -> None:
    known = SourceFile(name="B1.xlsx", content=put_together(pages("B1")))
    swapped = HeaderChoice(place=0, form="B1", columns={"U": "ethnic_minority_end", "V": "female_end"})
    fault = services.save_mapping(known, SYSTEM, swapped)
    assert fault is not None
    assert fault.vi == "đầu cột của trang tính này đã đúng mẫu biểu nên không cần ghép cột."


def test_nothing_is_shown_of_a_list_of_people_or_of_what_cannot_be_read(services: WorkbookServices) -> None:
    sheet = pages("B1")[0]
    sheet.rows = [["STT", "Họ và tên", "Số thẻ đảng"], [1, "Nguyễn Văn An", "012345"]]
    sheet.merges = []
    assert services.headers(SourceFile(name="ds.xlsx", content=put_together([sheet])), SYSTEM) == ()
    broken = SourceFile(name="hỏng.xlsx", content=b"PK\x03\x04")
    assert services.headers(broken, SYSTEM) == ()
    fault = services.save_mapping(broken, SYSTEM, HeaderChoice(place=0, form="B3", columns=CHOSEN))
    assert fault is not None
    assert fault.vi.startswith("tệp bị hỏng")


def test_a_viewer_who_may_not_load_maps_nothing(services: WorkbookServices) -> None:
    with pytest.raises(OutOfScope):
        services.save_mapping(own(), Viewer("xem", Role.VIEWER), HeaderChoice(place=0, form="B3", columns=CHOSEN))
