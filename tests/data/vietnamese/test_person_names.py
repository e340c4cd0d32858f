"""One table of what names a person and what does not, for workbooks and user input alike."""

from __future__ import annotations

import pytest

from data.vietnamese.person_names import find_person_name, find_person_names, masked

PERSONS = [
    ("Nguyễn Văn An", "Nguyễn Văn An"),
    ("NGUYỄN VĂN AN", "NGUYỄN VĂN AN"),
    ("nguyễn văn an", "nguyễn văn an"),
    ("Nguyen Van An", "Nguyen Van An"),
    ("NGUYEN VAN AN", "NGUYEN VAN AN"),
    ("Giao Nguyễn Văn An làm", "Nguyễn Văn An"),
    ("Giao Nguyen Van An lam", "Nguyen Van An"),
    ("Phân công NGUYỄN VĂN AN theo dõi", "NGUYỄN VĂN AN"),
    ("bà Trần Thị Bé", "Trần Thị Bé"),
    ("Bà Trần Thị Bé", "Trần Thị Bé"),
    ("theo đề nghị của bà Trần Thị Bé, chi bộ thôn 5", "Trần Thị Bé"),
    ("gặp ông Tám", "Tám"),
    ("đ/c Hoa phụ trách", "Hoa"),
    ("Đồng chí Hoà theo dõi", "Hoà"),
    ("anh Dũng và chị Lan", "Dũng"),
    ("Ông Lê An đã nghỉ", "Lê An"),
    ("1. Đ/c Lò Văn Cường (1980)", "Lò Văn Cường"),
    ("Giàng A Dơ", "Giàng A Dơ"),
    ("giúp Sùng A Páo vào Đảng", "Sùng A Páo"),
    ("bà Y Bình", "Y Bình"),
    ("ông Ksor Phước", "Ksor Phước"),
    ("Quàng Thị Hoa", "Quàng Thị Hoa"),
    ("Họ và tên: Nguyễn Văn An", "Nguyễn Văn An"),
    ("NguyÔn V¨n An", "NguyÔn V¨n An"),
]

NO_PERSONS = [
    "",
    "Giao Đảng uỷ xã Lê Hồng Phong bồi dưỡng hai quần chúng",
    "xã Lê Hồng Phong",
    "đảng bộ Nguyễn Trãi",
    "Đảng bộ Nguyễn Thị Minh Khai",
    "Chi bộ thôn Nguyễn Văn Trỗi",
    "CHI BỘ THÔN NGUYỄN VĂN TRỖI",
    "đường Nguyễn Thị Minh Khai, phường Trần Hưng Đạo",
    "Chi bộ trường THPT Ngô Gia Tự mở lớp",
    "Trường Tiểu học Lý Thường Kiệt",
    "Trường THCS “Hoàng Văn Thụ”",
    "Tổ dân phố số 5 Lý Thường Kiệt",
    "Công ty TNHH Trần Văn Hùng",
    "Doanh nghiệp tư nhân Trần Văn Hùng",
    "Thôn Trần Phú: chọn hai thanh niên; đồng chí bí thư báo cáo",
    "Nguyễn Trãi là tên phố",
    "Giao đ/c Bí thư chi bộ",
    "đồng chí Phó Chủ tịch UBND xã",
    "Đồng chí Uỷ viên Ban Thường vụ",
    "tỉnh Bà Rịa - Vũng Tàu",
    "huyện Cô Tô",
    "Bác Ái",
    "SỐ ĐỒNG CHÍ ĐƯỢC KHEN THƯỞNG",
    "HỒ SƠ ĐẢNG VIÊN",
    "TĂNG TRONG KỲ SO VỚI CÙNG KỲ",
    "Đoàn Thanh Niên Cộng Sản Hồ Chí Minh",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Văn phòng Huyện uỷ",
    "Hội đồng nhân dân, Uỷ ban nhân dân",
    "Kim Sơn Thượng",
    "Cuộc đối thoại với doanh nghiệp năm 2020",
]


@pytest.mark.parametrize(("text", "name"), PERSONS)
def test_a_person_is_found(text: str, name: str) -> None:
    assert find_person_names(text)[0] == name
    assert find_person_name(text) == name
    assert masked(text) == "…"


@pytest.mark.parametrize("text", NO_PERSONS)
def test_places_organisations_and_posts_are_not_persons(text: str) -> None:
    assert find_person_names(text) == ()
    assert find_person_name(text) is None
    assert masked(text) == text


def test_a_unit_named_after_a_person_is_not_a_person() -> None:
    said = "Giúp Hoàng Văn Thụ mở lớp"
    assert find_person_name(said) == "Hoàng Văn Thụ"
    assert find_person_name(said, ["Chi bộ tổ dân phố Hoàng Văn Thụ"]) is None
