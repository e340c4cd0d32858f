"""What sorts of base organisations there are, by type of the 2021 list, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, cycle


class BaseType(StrEnum):
    """Types of base organisations as the statistical forms of 2021 list them."""

    COMMUNE = "Xã"
    WARD = "Phường"
    TOWN = "Thị trấn"
    PARTY_OFFICE = "Cơ quan Đảng, Mặt trận Tổ quốc, đoàn thể"
    STATE_OFFICE = "Cơ quan Nhà nước"
    PUBLIC_SERVICE = "Đơn vị sự nghiệp công lập"
    PRIVATE_SERVICE = "Đơn vị sự nghiệp ngoài công lập"
    ARMY = "Quân đội"
    POLICE = "Công an"
    STATE_FIRM = "Doanh nghiệp có vốn Nhà nước"
    PRIVATE_FIRM = "Doanh nghiệp ngoài Nhà nước"
    COOPERATIVE = "Hợp tác xã"


FIRMS = frozenset({BaseType.STATE_FIRM, BaseType.PRIVATE_FIRM, BaseType.COOPERATIVE})
PRIVATE = frozenset({BaseType.PRIVATE_FIRM, BaseType.PRIVATE_SERVICE})


@dataclass(frozen=True, slots=True)
class Body:
    """A sort of base organisation; `{place}` in its name is a drawn place name, `{area}` the district or city."""

    type: BaseType
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bloc:
    """A committee directly under the province that has no territory; `weight` is its part of the base organisations."""

    name: str
    weight: float
    bodies: tuple[Body, ...]


_PARTY, _STATE, _SERVICE = BaseType.PARTY_OFFICE, BaseType.STATE_OFFICE, BaseType.PUBLIC_SERVICE
_ARMY, _POLICE = BaseType.ARMY, BaseType.POLICE
_STATE_FIRM, _PRIVATE_FIRM = BaseType.STATE_FIRM, BaseType.PRIVATE_FIRM

_AREA_ONCE = (
    Body(_SERVICE, "Trung tâm Y tế {area}"),
    Body(_SERVICE, "Trường Trung học phổ thông {place}"),
    Body(_PARTY, "cơ quan Đảng - Đoàn thể {area}"),
    Body(_STATE, "cơ quan Uỷ ban nhân dân {area}"),
    Body(_POLICE, "Công an {area}"),
    Body(_ARMY, "Quân sự {area}"),
    Body(_STATE, "Phòng Giáo dục và Đào tạo {area}"),
    Body(_SERVICE, "Trung tâm Bồi dưỡng chính trị {area}"),
    Body(_SERVICE, "Trung tâm Giáo dục nghề nghiệp {area}"),
    Body(_STATE, "Toà án nhân dân {area}"),
    Body(_STATE, "Viện Kiểm sát nhân dân {area}"),
    Body(_STATE, "Chi cục Thuế {area}"),
    Body(_STATE, "Kho bạc Nhà nước {area}"),
    Body(_STATE, "Chi cục Thi hành án dân sự {area}"),
    Body(_STATE, "Hạt Kiểm lâm {area}"),
    Body(_STATE_FIRM, "Điện lực {area}"),
    Body(_STATE_FIRM, "Bưu điện {area}"),
    Body(_STATE_FIRM, "Chi nhánh Ngân hàng {area}"),
)
_AREA_MORE = (
    Body(_SERVICE, "Trường Trung học phổ thông {place}"),
    Body(_PRIVATE_FIRM, "Công ty Cổ phần {place}"),
    Body(_PRIVATE_FIRM, "Công ty TNHH {place}"),
    Body(BaseType.COOPERATIVE, "Hợp tác xã {place}"),
    Body(BaseType.PRIVATE_SERVICE, "Trường Mầm non tư thục {place}"),
)

BLOCS = (
    Bloc(
        name="Đảng uỷ Khối doanh nghiệp tỉnh",
        weight=0.38,
        bodies=(
            Body(_PRIVATE_FIRM, "Công ty Cổ phần May {place}"),
            Body(_PRIVATE_FIRM, "Công ty TNHH Điện tử {place}"),
            Body(_STATE_FIRM, "Công ty Thuỷ nông {place}"),
            Body(_PRIVATE_FIRM, "Công ty Cổ phần Xây dựng {place}"),
            Body(_PRIVATE_FIRM, "Công ty TNHH Chế biến nông sản {place}"),
            Body(_STATE_FIRM, "Công ty Lâm nghiệp {place}"),
            Body(_STATE_FIRM, "Ngân hàng chi nhánh {place}"),
            Body(_PRIVATE_FIRM, "Công ty Cổ phần Vận tải {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Khối các cơ quan tỉnh",
        weight=0.36,
        bodies=(
            Body(_STATE, "Sở Nội vụ"),
            Body(_STATE, "Sở Tài chính"),
            Body(_STATE, "Sở Giáo dục và Đào tạo"),
            Body(_STATE, "Sở Y tế"),
            Body(_STATE, "Sở Nông nghiệp và Phát triển nông thôn"),
            Body(_STATE, "Sở Xây dựng"),
            Body(_STATE, "Sở Giao thông vận tải"),
            Body(_STATE, "Sở Công Thương"),
            Body(_PARTY, "Ban Tổ chức Tỉnh uỷ"),
            Body(_PARTY, "Văn phòng Tỉnh uỷ"),
            Body(_PARTY, "Ban Tuyên giáo Tỉnh uỷ"),
            Body(_PARTY, "Tỉnh đoàn"),
            Body(_PARTY, "Liên đoàn Lao động tỉnh"),
            Body(_STATE, "Thanh tra tỉnh"),
            Body(_STATE, "Cục Thống kê tỉnh"),
            Body(_STATE, "Kho bạc Nhà nước tỉnh"),
            Body(_SERVICE, "Trường Chính trị tỉnh"),
            Body(_SERVICE, "Trung tâm Khuyến nông tỉnh"),
            Body(_SERVICE, "Bảo tàng tỉnh"),
            Body(_SERVICE, "Bệnh viện Phục hồi chức năng tỉnh"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Công an tỉnh",
        weight=0.1,
        bodies=(
            Body(_POLICE, "Phòng Tham mưu"),
            Body(_POLICE, "Phòng Cảnh sát giao thông"),
            Body(_POLICE, "Phòng Cảnh sát hình sự"),
            Body(_POLICE, "Phòng Quản lý hành chính"),
            Body(_POLICE, "Phòng Hậu cần"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Quân sự tỉnh",
        weight=0.09,
        bodies=(
            Body(_ARMY, "Phòng Tham mưu"),
            Body(_ARMY, "Phòng Chính trị"),
            Body(_ARMY, "Phòng Hậu cần - Kỹ thuật"),
            Body(_ARMY, "Trung đoàn {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Trường Đại học {province}",
        weight=0.04,
        bodies=(
            Body(_SERVICE, "Khoa Nông học"),
            Body(_SERVICE, "Khoa Kinh tế"),
            Body(_SERVICE, "Khoa Công nghệ"),
            Body(_SERVICE, "Khoa Sư phạm"),
            Body(_SERVICE, "Phòng Đào tạo"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Bệnh viện Đa khoa tỉnh",
        weight=0.03,
        bodies=(
            Body(_SERVICE, "Khối Nội"),
            Body(_SERVICE, "Khối Ngoại"),
            Body(_SERVICE, "Khối Cận lâm sàng"),
            Body(_SERVICE, "Khối Hành chính"),
        ),
    ),
)


def area_bodies() -> Iterator[Body]:
    """Base organisations of a district other than its communes: each office once, then schools and firms."""
    return chain(_AREA_ONCE, cycle(_AREA_MORE))


def bloc_bodies(bloc: Bloc) -> Iterator[Body]:
    """Base organisations of a bloc; those named for a place can come any number of times, others are numbered."""
    yield from bloc.bodies
    turn = 2
    while True:
        for body in bloc.bodies:
            yield body if "{place}" in body.name else Body(body.type, f"{body.name} {turn}")
        turn += 1
