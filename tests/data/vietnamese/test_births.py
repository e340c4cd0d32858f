"""Births of persons are detected in sentences; days and years of organisations are not taken for them."""

from __future__ import annotations

import pytest

from data.vietnamese.births import names_a_birth


@pytest.mark.parametrize(
    "text",
    [
        "Kết nạp đ/c Nguyễn Văn An, sinh 12/3/1992, số thẻ 24.012345",
        "Nguyễn Văn An (1975)",
        "NGUYỄN VĂN AN, 1975",
        "Nguyễn Văn An - 12/03/1975",
        "1. Nguyễn Văn An 12.3.1975; 2. Trần Thị Bình 1.1.1980",
        "Lê Lan (SN 1975)",
        "Lê Lan, sinh năm 1975",
        "đ/c Lan, sinh năm 1970",
        "Trần Thị Bình\nsinh ngày 02-09-1968",
        "H'Hen Niê, sinh ngày 12/3/1992",
        "Y Bình, NS: 1/1/1980",
        "ông Ba sinh 12/3/72",
        "Ngày sinh: 12/3/1975",
        "Sinh ngày 12 tháng 3 năm 1975: Lò Văn Pánh",
        "Nguyen Van An, sinh nam 1975",
    ],
)
def test_a_birth_is_known(text: str) -> None:
    assert names_a_birth(text)


@pytest.mark.parametrize(
    "text",
    [
        "Quý IV năm 2020",
        "Đảng viên sinh trước 1/1/1960",
        "Đảng viên sinh từ 1/1/1990 đến nay",
        "Đảng viên sinh năm 1960 trở về trước",
        "Tổng số đảng viên sinh năm 1990",
        "Kế hoạch năm học sinh 1975",
        "vệ sinh 12/3/1992",
        "Chi bộ thôn Đông, thành lập ngày 3/2/1990",
        "Xã Lê Hồng Phong (1975)",
        "Chi bộ Nguyễn Thị Minh Khai 1975",
        "Số 12-QĐ/TU ngày 15/01/2009",
        "Người lập: Nguyễn Văn An, ngày 12/7/2020",
        "Nguyễn Văn An đã kiểm tra ngày 12/7/2009",
        "Song Đồng, ngày 12 tháng 7 năm 2009",
        "Nguyễn Văn An, ĐT 0912345678",
        "Đ/c Nguyễn Văn An đã đối chiếu;\nTrần Thị Bình",
    ],
)
def test_other_days_and_years_are_none(text: str) -> None:
    assert not names_a_birth(text)
