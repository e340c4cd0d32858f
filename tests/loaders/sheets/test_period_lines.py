"""Title lines as offices write them, and the periods that they name."""

from __future__ import annotations

import pytest

from loaders.sheets.period_lines import counts_from_january, read_period


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Quý II năm 2020", "2020-Q2"),
        ("QUÝ IV NĂM 2019", "2019-Q4"),
        ("(Quý I-2020)", "2020-Q1"),
        ("Qúy 3/2020", "2020-Q3"),
        ("Quí III/2020", "2020-Q3"),
        ("Quý thứ nhất năm 2020", "2020-Q1"),
        ("Q.II-2020", "2020-Q2"),
        ("Quý 02/2020", "2020-Q2"),
        ("Quý II năm 2020 (tính đến ngày 30/6/2020)", "2020-Q2"),
        ("Số liệu đến 30/6/2020, Quý II năm 2020", "2020-Q2"),
        ("Kỳ báo cáo: Quý III năm 2020", "2020-Q3"),
        ("Năm 2019", "2019"),
        ("BÁO CÁO NĂM 2020 (ban hành kèm theo Hướng dẫn số 12-HD/BTC năm 2015)", "2020"),
        ("Kỳ báo cáo: 2020", "2020"),
        ("6 tháng đầu năm 2020", "2020-H1"),
        ("6 tháng cuối năm 2020", "2020-H2"),
        ("06 tháng năm 2020", "2020-H1"),
        ("6T2020", "2020-H1"),
        ("6T/2020", "2020-H1"),
        ("nửa đầu năm 2020", "2020-H1"),
        ("9 tháng đầu năm 2020", "2020-Q3"),
        ("9T2020", "2020-Q3"),
        ("Tháng 9 năm 2020", "2020-M09"),
        ("tháng 6/2020", "2020-M06"),
        ("T12/2019", "2019-M12"),
        ("12/2019", "2019-M12"),
        ("Kỳ báo cáo: 12/2019", "2019-M12"),
    ],
)
def test_period_lines_are_read(line: str, code: str) -> None:
    period = read_period(line)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize(
    "line",
    [
        "Bình An, ngày 05 tháng 7 năm 2020",
        "…, ngày … tháng … năm 2020",
        "(Có đến ngày 31/12 năm 2017)",
        "đến 31 tháng 12 năm 2019",
        "có đến 31/12/2019",
        "Quý V năm 2020",
        "Quý I, II năm 2020",
        "Tháng 13 năm 2020",
        "Số 12/2019/QĐ-TU",
        "Ban hành kèm theo Hướng dẫn số 12-HD/BTC năm 2015",
        "giai đoạn 2016-2020",
        "năm 2016-2020",
        "2020",
        "Quý II",
    ],
)
def test_lines_that_name_no_period_are_passed_over(line: str) -> None:
    assert read_period(line) is None


def test_nine_months_are_figures_since_january() -> None:
    assert counts_from_january("9 tháng đầu năm 2020")
    assert not counts_from_january("6 tháng đầu năm 2020")
