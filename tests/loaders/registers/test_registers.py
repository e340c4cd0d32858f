"""The registry, plans and the historical series: reading, and the exact message of each rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from data.forms.builtin import BUILTIN, FORMS
from data.forms.model import Form
from data.organisations.units import Event, UnitKind
from data.periods import Period, Term
from data.returns import Finding, ParsedWorkbook, SourceFile
from loaders.reading import read
from loaders.references import References
from loaders.templates import template
from loaders.templates.template import RegisterSheet
from tests.loaders.office import PROVINCE, REFERENCES, Page, Shown, put_together, take_apart

DM, SX, KH, LS, CB = (FORMS[code] for code in ("DM", "SX", "KH", "LS", "CB"))
FIRST = date(2010, 1, 1)

UNITS = (
    ("T", "Đảng bộ tỉnh Bình An", "Đảng bộ tỉnh", None, FIRST, None, None, None),
    ("H1", "Đảng bộ huyện Thuỷ Sơn", "Đảng bộ trực thuộc Tỉnh uỷ", "T", FIRST, None, None, None),
    ("H1.1", "Đảng bộ xã Tân An", "Đảng bộ cơ sở", "H1", FIRST, date(2019, 12, 31), "Xã", None),
    ("H1.1", "Đảng bộ thị trấn Tân An", "Đảng bộ cơ sở", "H1", date(2020, 1, 1), None, "Thị trấn", None),
    ("H1.1.1", "Chi bộ thôn Hoà Bình", "Chi bộ", "H1.1", FIRST, None, None, 1),
)
EVENTS = ((date(2020, 1, 1), "20/NQ-HĐND", "Đổi loại hình", "H1.1", None, None),)
PLANS = (
    ("T", "Đảng bộ tỉnh Bình An", "2020", "village_heads_member_share", Fraction(3, 4), "12-KH/TU", date(2020, 1, 5)),
    ("T", None, "2016..2020", "admissions", 200, "12-KH/TU", date(2016, 1, 5)),
    ("H1", None, "2016..2020", "admissions", 120, "12-KH/TU", date(2016, 1, 5)),
    ("H2", None, "2016..2020", "admissions", 80, "12-KH/TU", date(2016, 1, 5)),
)
HISTORY = tuple(
    (place, code, None, year, count, 5)
    for place, (code, year, count) in enumerate(
        [("H1", 2013, 100), ("H2", 2013, 50), ("H1", 2014, 104), ("H2", 2014, 52)], start=1
    )
)


def sheets(*given: tuple[Form, Sequence[Sequence[Any]]]) -> list[Page]:
    registers = [RegisterSheet(form=form, sender=PROVINCE, rows=rows, subtitle="") for form, rows in given]
    return take_apart(template.workbook(registers))


def reading(pages: list[Page]) -> tuple[ParsedWorkbook | None, list[Finding]]:
    return read(SourceFile(name="x.xlsx", content=put_together(pages)), REFERENCES)


def reported(pages: list[Page]) -> list[str]:
    return [finding.say() for finding in reading(pages)[1]]


def test_a_registry_is_read_as_it_was_written() -> None:
    workbook, findings = reading(sheets((DM, UNITS), (SX, EVENTS)))
    assert not findings
    assert workbook is not None
    assert workbook.registry is not None
    assert [(u.code, u.kind, u.parent, u.valid_from, u.valid_to) for u in workbook.registry.units] == [
        ("T", UnitKind.PROVINCE, None, FIRST, None),
        ("H1", UnitKind.DISTRICT, "T", FIRST, None),
        ("H1.1", UnitKind.BASE_COMMITTEE, "H1", FIRST, date(2019, 12, 31)),
        ("H1.1", UnitKind.BASE_COMMITTEE, "H1", date(2020, 1, 1), None),
        ("H1.1.1", UnitKind.CELL, "H1.1", FIRST, None),
    ]
    assert [u.residential for u in workbook.registry.units] == [False, False, False, False, True]
    (event,) = workbook.registry.successions
    assert (event.event, event.predecessor, event.successor) == (Event.RETYPED, "H1.1", None)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"C14": "Tổ đảng"},
            (
                "DM!C14: loại tổ chức “Tổ đảng” không có trong danh sách; hãy ghi một trong các loại: Đảng bộ tỉnh, "
                "Đảng bộ trực thuộc Tỉnh uỷ, Đảng bộ cơ sở, Chi bộ cơ sở, Đảng bộ bộ phận, Chi bộ."
            ),
        ),
        ({"B12": ""}, "DM!B12: chưa ghi tên tổ chức đảng; hãy bổ sung."),
        (
            {"E12": "31/02/2019"},
            "DM!E12: hiệu lực từ ngày ghi “31/02/2019”, không phải là ngày hợp lệ; hãy ghi theo dạng ngày/tháng/năm.",
        ),
        (
            {"F12": date(2009, 1, 1)},
            "DM!F12: ngày hết hiệu lực 01/01/2009 trước ngày có hiệu lực 01/01/2010; hãy sửa lại.",
        ),
        ({"E14": date(2019, 6, 1)}, "DM!E14: thời gian hiệu lực của H1.1 chồng lên dòng 13; hãy sửa ngày."),
        ({"D15": "H9"}, "DM!D15: mã tổ chức cấp trên “H9” không có trong danh mục; hãy sửa lại."),
        (
            {"D12": "H1.1.1"},
            (
                "DM!D12: tổ chức cấp trên H1.1.1 là Chi bộ, không thể là cấp trên của "
                "Đảng bộ trực thuộc Tỉnh uỷ; hãy sửa lại."
            ),
        ),
        (
            {"F14": date(2020, 6, 30)},
            "DM!D15: tổ chức cấp trên H1.1 không có hiệu lực suốt thời gian của H1.1.1; hãy sửa ngày hoặc tách dòng.",
        ),
        (
            {"D12": ""},
            "DM!A12: H1 không ghi mã tổ chức cấp trên, trong khi T đã là cấp cao nhất; hãy ghi mã tổ chức cấp trên.",
        ),
        ({"C15": Shown("#REF!")}, "DM!C15: ô báo lỗi #REF!; hãy sửa công thức hoặc nhập nội dung."),
        ({"H15": "có"}, "DM!H15: khu dân cư (ghi 1) ghi “có”; hãy ghi 1 hoặc để trống."),
    ],
)
def test_each_fault_of_a_registry_is_named(cells: dict[str, Any], sentence: str) -> None:
    page = sheets((DM, UNITS))[0].put(**cells)
    assert any(found.startswith(sentence) for found in reported([page])), reported([page])


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (
            (FIRST, "1", "Nhập vào", "H1", "T", None),
            (
                "SX!C11: hình thức sắp xếp “Nhập vào” không có trong danh sách; hãy ghi một trong các hình thức: "
                "Sáp nhập, Hợp nhất, Chia tách, Đổi tên, Đổi loại hình, Chuyển trực thuộc, Giải thể, Thành lập."
            ),
        ),
        (
            (FIRST, "1", "Sáp nhập", "H1", "H7", None),
            "SX!E11: mã tổ chức “H7” không có trong biểu danh mục; hãy sửa lại hoặc bổ sung danh mục.",
        ),
        (
            (FIRST, "1", "Sáp nhập", "H1", None, None),
            "SX!E11: hình thức “Sáp nhập” cần ghi mã tổ chức ở cột này; hãy bổ sung.",
        ),
        (
            (FIRST, "1", "Thành lập", None, None, None),
            "SX!E11: hình thức “Thành lập” cần ghi mã tổ chức ở cột này; hãy bổ sung.",
        ),
        (
            (FIRST, "1", "Chia tách", "H1", "H1.1", "150 %"),
            "SX!F11: tỷ lệ chia là 1,5; hãy ghi tỷ lệ lớn hơn 0 và không quá 100 %.",
        ),
    ],
)
def test_each_fault_of_a_reorganisation_is_named(event: tuple[Any, ...], sentence: str) -> None:
    found = reported(sheets((DM, UNITS), (SX, [event])))
    assert found == [sentence]


def test_a_registry_has_one_unit_that_stands_above_all() -> None:
    assert reported(sheets((DM, ()))) == ["DM: biểu danh mục chưa có tổ chức nào; hãy điền rồi gửi lại."]
    below = [(*line[:3], line[3] or "H1", *line[4:]) for line in UNITS]
    assert reported(sheets((DM, below)))[0] == (
        "DM: danh mục chưa có đảng bộ cấp cao nhất (dòng không ghi mã tổ chức cấp trên); hãy bổ sung."
    )


def test_shares_of_one_predecessor_may_not_exceed_the_whole() -> None:
    split = [(FIRST, "1", "Chia tách", "H1", code, Fraction(3, 5)) for code in ("H1.1", "T")]
    assert reported(sheets((DM, UNITS), (SX, split))) == [
        "SX!F12: tổng tỷ lệ chia của H1 là 120 %, quá 100 %; hãy sửa lại."
    ]


@pytest.mark.parametrize(("share", "refused"), [(Fraction(1, 2), True), (Fraction(99, 100), False), (None, False)])
def test_a_unit_that_ends_hands_on_all_of_it(share: Fraction | None, refused: bool) -> None:
    cell = ("H1.1.2", "Chi bộ thôn Mới", "Chi bộ", "H1.1", FIRST, date(2019, 12, 31), None, 1)
    merger = (date(2020, 1, 1), "1", "Sáp nhập", "H1.1.2", "H1.1.1", share)
    said = (
        "SX!F11: H1.1.2 kết thúc, nhưng tổng tỷ lệ chia cho các tổ chức kế tục chỉ là 50 %; phần còn lại không thuộc "
        "tổ chức nào: hãy sửa tỷ lệ hoặc bổ sung dòng."
    )
    assert reported(sheets((DM, (*UNITS, cell)), (SX, [merger]))) == [said] * refused


def test_reorganisations_come_with_their_registry() -> None:
    assert reported(sheets((SX, EVENTS))) == [
        "SX: biểu sắp xếp tổ chức phải đi cùng biểu danh mục tổ chức đảng trong một tệp; hãy gộp hai biểu rồi gửi lại."
    ]


def test_plans_are_exact() -> None:
    workbook, findings = reading(sheets((KH, PLANS)))
    assert not findings
    assert workbook is not None
    assert workbook.plans is not None
    assert [(p.unit, p.term, p.indicator, p.value, p.cell) for p in workbook.plans.plans] == [
        ("T", Term(2020, 2020), "village_heads_member_share", Fraction(3, 4), "E11"),
        ("T", Term(2016, 2020), "admissions", Fraction(200), "E12"),
        ("H1", Term(2016, 2020), "admissions", Fraction(120), "E13"),
        ("H2", Term(2016, 2020), "admissions", Fraction(80), "E14"),
    ]


@pytest.mark.parametrize("written", ["75 %", "75%", "0,75", 0.75])
def test_a_share_may_be_written_as_text_or_number(written: str | float) -> None:
    workbook, _ = reading([sheets((KH, PLANS))[0].put(E11=written)])
    assert workbook is not None
    assert workbook.plans is not None
    assert workbook.plans.plans[0].value == Fraction(3, 4)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"E13": "nhiều"},
            "KH!E13: giá trị kế hoạch ghi “nhiều”, không phải là số; hãy ghi số hoặc tỷ lệ, ví dụ 120 hoặc 75 %.",
        ),
        ({"E13": -5}, "KH!E13: giá trị kế hoạch là -5; hãy ghi từ 0 trở lên."),
        (
            {"E11": 75},
            (
                "KH!E11: giá trị kế hoạch của village_heads_member_share là 75, nhưng đây là tỷ lệ; "
                "hãy ghi, ví dụ 75 % hoặc 0,75."
            ),
        ),
        ({"C13": "giai đoạn"}, "KH!C13: kỳ kế hoạch ghi “giai đoạn”; hãy ghi năm (2020) hoặc giai đoạn (2016..2020)."),
        (
            {"D13": "Kết nạp"},
            "KH!D13: mã chỉ tiêu “Kết nạp” không đúng dạng; hãy ghi mã như trong danh mục chỉ tiêu, ví dụ admissions.",
        ),
        ({"F13": ""}, "KH!F13: chưa ghi số quyết định; hãy bổ sung."),
        ({"A13": "K9"}, "KH!A13: mã tổ chức “K9” không có trong danh mục; hãy kiểm tra lại."),
        (
            {"A13": "H01"},
            "KH!A13: mã tổ chức “H01” không có trong danh mục; có phải H1 (Đảng bộ huyện Thuỷ Sơn)?",
        ),
        (
            {"A13": "H1.1.1"},
            (
                "KH!A13: chỉ tiêu được giao đến tổ chức cơ sở đảng, không giao cho Chi bộ thôn Hoà Bình (H1.1.1); "
                "hãy sửa mã tổ chức."
            ),
        ),
        ({"A14": "H1"}, "KH!E14: chỉ tiêu này của đơn vị đã có ở ô E13 với cùng ngày quyết định; hãy để lại một dòng."),
        (
            {"E14": 90},
            (
                "KH!E12: kế hoạch admissions giao cho Đảng bộ tỉnh Bình An (T) là 200, "
                "nhưng cộng 2 đơn vị cấp dưới được 210; hãy kiểm tra lại."
            ),
        ),
    ],
)
def test_each_fault_of_a_plan_is_named(cells: dict[str, Any], sentence: str) -> None:
    assert reported([sheets((KH, PLANS))[0].put(**cells)]) == [sentence]


def test_a_sheet_without_a_plan_is_refused() -> None:
    assert reported(sheets((KH, ()))) == ["KH: biểu kế hoạch chưa có chỉ tiêu nào; hãy điền rồi gửi lại."]


def test_the_historical_series_is_a_return_whose_rows_have_years() -> None:
    workbook, findings = reading(sheets((LS, HISTORY)))
    assert not findings
    assert workbook is not None
    (given,) = workbook.returns
    assert (given.form.code, given.unit, given.period) == ("LS", "T", None)
    assert [(row.unit, row.period, row.values) for row in given.rows][:2] == [
        ("H1", Period(2013), (100, 5)),
        ("H2", Period(2013), (50, 5)),
    ]


PUBLISHED = ("T", "Đảng bộ tỉnh Bình An", "2010-2014", 310, 4, "Kết luận của Ban Thường vụ Tỉnh uỷ")


def test_what_was_published_comes_with_the_historical_series() -> None:
    workbook, findings = reading(sheets((LS, HISTORY), (CB, [PUBLISHED])))
    assert not findings
    assert workbook is not None
    (line,) = workbook.returns[0].published
    assert (line.unit, line.term, line.total, line.years, line.mean) == (
        "T",
        Term(2010, 2014),
        310,
        4,
        Fraction(155, 2),
    )
    assert line.source == "Kết luận của Ban Thường vụ Tỉnh uỷ"


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            {"E11": 6},
            (
                "CB!E11: số năm tính bình quân là 6, không nằm trong giai đoạn 2010..2014; "
                "hãy ghi số năm từ 1 đến hết giai đoạn."
            ),
        ),
        ({"A11": "K9"}, "CB!A11: mã tổ chức “K9” không có trong danh mục vào năm này; hãy kiểm tra lại."),
        ({"F11": ""}, None),
        ({"C11": "lâu nay"}, None),
        ({"D11": -1}, None),
    ],
)
def test_each_fault_of_what_was_published_is_named(cells: dict[str, Any], sentence: str | None) -> None:
    pages = sheets((LS, HISTORY), (CB, [PUBLISHED]))
    pages[1].put(**cells)
    workbook, findings = reading(pages)
    (found,) = findings
    assert workbook is None
    assert (found.sheet, found.cell) == ("CB", next(iter(cells)))
    assert sentence in {None, found.say()}


def test_published_figures_need_the_series_beside_them_and_may_be_left_blank() -> None:
    alone = reported(sheets((CB, [PUBLISHED])))
    assert alone == [
        "CB: biểu số liệu đã công bố phải đi cùng biểu chuỗi lịch sử trong một tệp; hãy gộp hai biểu rồi gửi lại."
    ]
    workbook, findings = reading(sheets((LS, HISTORY), (CB, ())))
    assert not findings
    assert workbook is not None
    assert workbook.returns[0].published == ()


def test_a_line_of_the_whole_province_is_compared_and_not_added() -> None:
    whole = [*HISTORY, (5, "T", None, 2013, 151, 10), (6, "T", None, 2014, 156, 10)]
    workbook, findings = reading(sheets((LS, whole)))
    assert workbook is not None
    assert {row.unit for row in workbook.returns[0].rows} == {"H1", "H2"}
    assert [finding.say() for finding in findings] == [
        (
            "LS!E15: số đảng viên trong danh sách cuối kỳ của Đảng bộ tỉnh Bình An (T) năm 2013 là 151, "
            "nhưng cộng các đơn vị "
            "được 150; số cộng được sử dụng."
        )
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"D12": "hai nghìn"}, "LS!D12: năm ghi “hai nghìn”; hãy ghi bốn chữ số, ví dụ 1997."),
        ({"D13": 2013}, "LS!D13: số liệu năm 2013 của Đảng bộ huyện Thuỷ Sơn (H1) đã có ở ô D11; hãy để lại một dòng."),
        (
            {"B12": "H21"},
            "LS!B12: mã tổ chức “H21” không có trong danh mục vào năm này; có phải H2.1 (Đảng bộ xã Phúc Sơn)?",
        ),
        ({"B12": "K9"}, "LS!B12: mã tổ chức “K9” không có trong danh mục vào năm này; hãy kiểm tra lại."),
        (
            {"F12": 51},
            (
                "LS!F12: số kết nạp năm 2013 của Đảng bộ huyện Bắc Lý (H2) là 51, lớn hơn số đảng viên cuối năm là 50 "
                "(ô E12); hãy kiểm tra hai ô này."
            ),
        ),
        ({"E12": -1}, "LS!E12: số đảng viên trong danh sách cuối kỳ là -1; hãy nhập số nguyên từ 0 trở lên."),
    ],
)
def test_each_fault_of_the_series_is_named(cells: dict[str, Any], sentence: str) -> None:
    assert reported([sheets((LS, HISTORY))[0].put(**cells)]) == [sentence]


def test_a_year_unlike_those_around_it_is_queried() -> None:
    years = [
        (place, "H1", None, 2010 + place, count, 5) for place, count in enumerate((100, 104, 1070, 108, 112), start=1)
    ]
    assert reported(sheets((LS, years))) == [
        (
            "LS!E13: số đảng viên trong danh sách cuối kỳ năm 2013 của Đảng bộ huyện Thuỷ Sơn (H1) là 1.070, khác hẳn "
            "các năm liền kề (100, 104, 108, 112); hãy kiểm tra lại."
        )
    ]


def test_nothing_but_a_registry_can_be_read_without_one() -> None:
    content = put_together(sheets((KH, PLANS)))
    workbook, findings = read(SourceFile(name="x.xlsx", content=content), References(vocabulary=BUILTIN))
    assert workbook is None
    assert [finding.say() for finding in findings] == [
        "KH: chưa có danh mục tổ chức đảng nên chưa nhận được biểu này; hãy nạp tệp danh mục trước."
    ]
