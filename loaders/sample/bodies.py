"""Kinds of base organisations, by type in the 2021 list, and how they are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, cycle


class BaseType(StrEnum):
    """Types of base organisations in the statistical forms of 2021."""

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
class BaseSort:
    """A kind of base organisation; `{place}` in its name is a random place name, `{area}` the district or city."""

    type: BaseType
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bloc:
    """A committee directly under the province without a territory; `weight` is its share of the base organisations."""

    name: str
    weight: float
    bodies: tuple[BaseSort, ...]


_PARTY, _STATE, _SERVICE = BaseType.PARTY_OFFICE, BaseType.STATE_OFFICE, BaseType.PUBLIC_SERVICE
_ARMY, _POLICE = BaseType.ARMY, BaseType.POLICE
_STATE_FIRM, _PRIVATE_FIRM = BaseType.STATE_FIRM, BaseType.PRIVATE_FIRM

_AREA_ONCE = (
    BaseSort(_SERVICE, "Trung tâm Y tế {area}"),
    BaseSort(_SERVICE, "Trường Trung học phổ thông {place}"),
    BaseSort(_PARTY, "cơ quan Đảng - Đoàn thể {area}"),
    BaseSort(_STATE, "cơ quan Uỷ ban nhân dân {area}"),
    BaseSort(_POLICE, "Công an {area}"),
    BaseSort(_ARMY, "Quân sự {area}"),
    BaseSort(_STATE, "Phòng Giáo dục và Đào tạo {area}"),
    BaseSort(_SERVICE, "Trung tâm Bồi dưỡng chính trị {area}"),
    BaseSort(_SERVICE, "Trung tâm Giáo dục nghề nghiệp {area}"),
    BaseSort(_STATE, "Toà án nhân dân {area}"),
    BaseSort(_STATE, "Viện Kiểm sát nhân dân {area}"),
    BaseSort(_STATE, "Chi cục Thuế {area}"),
    BaseSort(_STATE, "Kho bạc Nhà nước {area}"),
    BaseSort(_STATE, "Chi cục Thi hành án dân sự {area}"),
    BaseSort(_STATE, "Hạt Kiểm lâm {area}"),
    BaseSort(_STATE_FIRM, "Điện lực {area}"),
    BaseSort(_STATE_FIRM, "Bưu điện {area}"),
    BaseSort(_STATE_FIRM, "Chi nhánh Ngân hàng {area}"),
)
_AREA_MORE = (
    BaseSort(_SERVICE, "Trường Trung học phổ thông {place}"),
    BaseSort(_PRIVATE_FIRM, "Công ty Cổ phần {place}"),
    BaseSort(_PRIVATE_FIRM, "Công ty TNHH {place}"),
    BaseSort(BaseType.COOPERATIVE, "Hợp tác xã {place}"),
    BaseSort(BaseType.PRIVATE_SERVICE, "Trường Mầm non tư thục {place}"),
)

BLOCS = (
    Bloc(
        name="Đảng uỷ Khối doanh nghiệp tỉnh",
        weight=0.38,
        bodies=(
            BaseSort(_PRIVATE_FIRM, "Công ty Cổ phần May {place}"),
            BaseSort(_PRIVATE_FIRM, "Công ty TNHH Điện tử {place}"),
            BaseSort(_STATE_FIRM, "Công ty Thuỷ nông {place}"),
            BaseSort(_PRIVATE_FIRM, "Công ty Cổ phần Xây dựng {place}"),
            BaseSort(_PRIVATE_FIRM, "Công ty TNHH Chế biến nông sản {place}"),
            BaseSort(_STATE_FIRM, "Công ty Lâm nghiệp {place}"),
            BaseSort(_STATE_FIRM, "Ngân hàng chi nhánh {place}"),
            BaseSort(_PRIVATE_FIRM, "Công ty Cổ phần Vận tải {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Khối các cơ quan tỉnh",
        weight=0.36,
        bodies=(
            BaseSort(_STATE, "Sở Nội vụ"),
            BaseSort(_STATE, "Sở Tài chính"),
            BaseSort(_STATE, "Sở Giáo dục và Đào tạo"),
            BaseSort(_STATE, "Sở Y tế"),
            BaseSort(_STATE, "Sở Nông nghiệp và Phát triển nông thôn"),
            BaseSort(_STATE, "Sở Xây dựng"),
            BaseSort(_STATE, "Sở Giao thông vận tải"),
            BaseSort(_STATE, "Sở Công Thương"),
            BaseSort(_PARTY, "Ban Tổ chức Tỉnh uỷ"),
            BaseSort(_PARTY, "Văn phòng Tỉnh uỷ"),
            BaseSort(_PARTY, "Ban Tuyên giáo Tỉnh uỷ"),
            BaseSort(_PARTY, "Tỉnh đoàn"),
            BaseSort(_PARTY, "Liên đoàn Lao động tỉnh"),
            BaseSort(_STATE, "Thanh tra tỉnh"),
            BaseSort(_STATE, "Cục Thống kê tỉnh"),
            BaseSort(_STATE, "Kho bạc Nhà nước tỉnh"),
            BaseSort(_SERVICE, "Trường Chính trị tỉnh"),
            BaseSort(_SERVICE, "Trung tâm Khuyến nông tỉnh"),
            BaseSort(_SERVICE, "Bảo tàng tỉnh"),
            BaseSort(_SERVICE, "Bệnh viện Phục hồi chức năng tỉnh"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Công an tỉnh",
        weight=0.1,
        bodies=(
            BaseSort(_POLICE, "Phòng Tham mưu"),
            BaseSort(_POLICE, "Phòng Cảnh sát giao thông"),
            BaseSort(_POLICE, "Phòng Cảnh sát hình sự"),
            BaseSort(_POLICE, "Phòng Quản lý hành chính"),
            BaseSort(_POLICE, "Phòng Hậu cần"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Quân sự tỉnh",
        weight=0.09,
        bodies=(
            BaseSort(_ARMY, "Phòng Tham mưu"),
            BaseSort(_ARMY, "Phòng Chính trị"),
            BaseSort(_ARMY, "Phòng Hậu cần - Kỹ thuật"),
            BaseSort(_ARMY, "Trung đoàn {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Trường Đại học {province}",
        weight=0.04,
        bodies=(
            BaseSort(_SERVICE, "Khoa Nông học"),
            BaseSort(_SERVICE, "Khoa Kinh tế"),
            BaseSort(_SERVICE, "Khoa Công nghệ"),
            BaseSort(_SERVICE, "Khoa Sư phạm"),
            BaseSort(_SERVICE, "Phòng Đào tạo"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Bệnh viện Đa khoa tỉnh",
        weight=0.03,
        bodies=(
            BaseSort(_SERVICE, "Khối Nội"),
            BaseSort(_SERVICE, "Khối Ngoại"),
            BaseSort(_SERVICE, "Khối Cận lâm sàng"),
            BaseSort(_SERVICE, "Khối Hành chính"),
        ),
    ),
)


def area_bodies() -> Iterator[BaseSort]:
    """Base organisations of a district other than its communes: each office once, then schools and firms."""
    return chain(_AREA_ONCE, cycle(_AREA_MORE))


def bloc_bodies(bloc: Bloc) -> Iterator[BaseSort]:
    """Base organisations of a bloc; those named for a place may repeat without end, others are numbered."""
    yield from bloc.bodies
    turn = 2
    while True:
        for body in bloc.bodies:
            yield body if "{place}" in body.name else BaseSort(body.type, f"{body.name} {turn}")
        turn += 1
