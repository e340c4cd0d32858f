"""B5: private economic units, their party organisations, unions and workers, by base organisation."""

from datetime import date

from data.forms.model import RETURN_FREQUENCIES, UNIT_FIELDS, Form, LikeBefore, flow, stock
from data.language import Text
from data.organisations.units import Grain

_UNITS, _OF, _FOUNDED = "Đơn vị kinh tế tư nhân trên địa bàn", "Trong đó", "Thành lập mới trong kỳ"
_ZONE = "Đảng viên làm việc trong khu, cụm công nghiệp, sinh hoạt nơi cư trú"

B5 = Form(
    code="B5",
    number="Biểu số B5",
    title=Text("Doanh nghiệp, đơn vị kinh tế tư nhân", "Enterprises and private economic units"),
    grain=Grain.BASE,
    frequencies=RETURN_FREQUENCIES,
    on_call=True,
    counted_in=Text("đơn vị, người", "units, people"),
    fields=UNIT_FIELDS,
    measures=(
        stock("private_units", "Đơn vị kinh tế tư nhân", "Private units", _UNITS, "Tổng số"),
        stock(
            "private_units_with_party",
            "Đơn vị kinh tế tư nhân có tổ chức đảng",
            "Private units with a party organisation",
            _UNITS,
            _OF,
            "Có tổ chức đảng",
            of="private_units",
        ),
        stock(
            "private_units_with_union",
            "Đơn vị kinh tế tư nhân có công đoàn",
            "Private units with a union",
            _UNITS,
            _OF,
            "Có công đoàn",
            of="private_units",
        ),
        stock(
            "private_units_with_youth",
            "Đơn vị kinh tế tư nhân có tổ chức đoàn thanh niên",
            "Private units with a youth cell",
            _UNITS,
            _OF,
            "Có đoàn thanh niên",
            of="private_units",
        ),
        stock(
            "private_workers",
            "Công nhân, lao động ở đơn vị kinh tế tư nhân",
            "Workers of private units",
            "Công nhân, lao động",
        ),
        stock(
            "zone_members_resident",
            "Đảng viên làm việc trong khu, cụm công nghiệp sinh hoạt nơi cư trú",
            "Zone members resident",
            _ZONE,
            "Cuối kỳ",
        ),
        flow(
            "party_orgs_founded", "Tổ chức đảng thành lập mới", "Party organisations founded", _FOUNDED, "Tổ chức đảng"
        ),
        flow("unions_founded", "Công đoàn thành lập mới", "Unions founded", _FOUNDED, "Công đoàn"),
        flow(
            "youth_cells_founded", "Đoàn thanh niên thành lập mới", "Youth cells founded", _FOUNDED, "Đoàn thanh niên"
        ),
        flow(
            "zone_members_persuaded",
            "Đảng viên được vận động chuyển sinh hoạt",
            "Zone members persuaded",
            _ZONE,
            "Được vận động",
        ),
        flow(
            "zone_members_moved",
            "Đảng viên đã chuyển sinh hoạt về doanh nghiệp",
            "Zone members moved",
            _ZONE,
            "Đã chuyển sinh hoạt",
        ),
    ),
    rules=(LikeBefore(measures=("private_units", "private_workers", "zone_members_resident")),),
    valid_from=date(1997, 1, 1),
)
