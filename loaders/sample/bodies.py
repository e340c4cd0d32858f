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
class BaseKind:
    """A kind of base organisation; `{place}` in its name is a random place name, `{area}` the district or city."""

    type: BaseType
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bloc:
    """A committee directly under the province without a territory; `weight` is its share of the base organisations."""

    name: str
    weight: float
    bodies: tuple[BaseKind, ...]


_PARTY, _STATE, _SERVICE = BaseType.PARTY_OFFICE, BaseType.STATE_OFFICE, BaseType.PUBLIC_SERVICE
_ARMY, _POLICE = BaseType.ARMY, BaseType.POLICE
_STATE_FIRM, _PRIVATE_FIRM = BaseType.STATE_FIRM, BaseType.PRIVATE_FIRM

_AREA_ONCE = (
    BaseKind(_SERVICE, "Trung tâm Y tế {area}"),
    BaseKind(_SERVICE, "Trường Trung học phổ thông {place}"),
    BaseKind(_PARTY, "cơ quan Đảng - Đoàn thể {area}"),
    BaseKind(_STATE, "cơ quan Uỷ ban nhân dân {area}"),
    BaseKind(_POLICE, "Công an {area}"),
    BaseKind(_ARMY, "Quân sự {area}"),
    BaseKind(_STATE, "Phòng Giáo dục và Đào tạo {area}"),
    BaseKind(_SERVICE, "Trung tâm Bồi dưỡng chính trị {area}"),
    BaseKind(_SERVICE, "Trung tâm Giáo dục nghề nghiệp {area}"),
    BaseKind(_STATE, "Toà án nhân dân {area}"),
    BaseKind(_STATE, "Viện Kiểm sát nhân dân {area}"),
    BaseKind(_STATE, "Chi cục Thuế {area}"),
    BaseKind(_STATE, "Kho bạc Nhà nước {area}"),
    BaseKind(_STATE, "Chi cục Thi hành án dân sự {area}"),
    BaseKind(_STATE, "Hạt Kiểm lâm {area}"),
    BaseKind(_STATE_FIRM, "Điện lực {area}"),
    BaseKind(_STATE_FIRM, "Bưu điện {area}"),
    BaseKind(_STATE_FIRM, "Chi nhánh Ngân hàng {area}"),
)
_AREA_MORE = (
    BaseKind(_SERVICE, "Trường Trung học phổ thông {place}"),
    BaseKind(_PRIVATE_FIRM, "Công ty Cổ phần {place}"),
    BaseKind(_PRIVATE_FIRM, "Công ty TNHH {place}"),
    BaseKind(BaseType.COOPERATIVE, "Hợp tác xã {place}"),
    BaseKind(BaseType.PRIVATE_SERVICE, "Trường Mầm non tư thục {place}"),
)

BLOCS = (
    Bloc(
        name="Đảng uỷ Khối doanh nghiệp tỉnh",
        weight=0.38,
        bodies=(
            BaseKind(_PRIVATE_FIRM, "Công ty Cổ phần May {place}"),
            BaseKind(_PRIVATE_FIRM, "Công ty TNHH Điện tử {place}"),
            BaseKind(_STATE_FIRM, "Công ty Thuỷ nông {place}"),
            BaseKind(_PRIVATE_FIRM, "Công ty Cổ phần Xây dựng {place}"),
            BaseKind(_PRIVATE_FIRM, "Công ty TNHH Chế biến nông sản {place}"),
            BaseKind(_STATE_FIRM, "Công ty Lâm nghiệp {place}"),
            BaseKind(_STATE_FIRM, "Ngân hàng chi nhánh {place}"),
            BaseKind(_PRIVATE_FIRM, "Công ty Cổ phần Vận tải {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Khối các cơ quan tỉnh",
        weight=0.36,
        bodies=(
            BaseKind(_STATE, "Sở Nội vụ"),
            BaseKind(_STATE, "Sở Tài chính"),
            BaseKind(_STATE, "Sở Giáo dục và Đào tạo"),
            BaseKind(_STATE, "Sở Y tế"),
            BaseKind(_STATE, "Sở Nông nghiệp và Phát triển nông thôn"),
            BaseKind(_STATE, "Sở Xây dựng"),
            BaseKind(_STATE, "Sở Giao thông vận tải"),
            BaseKind(_STATE, "Sở Công Thương"),
            BaseKind(_PARTY, "Ban Tổ chức Tỉnh uỷ"),
            BaseKind(_PARTY, "Văn phòng Tỉnh uỷ"),
            BaseKind(_PARTY, "Ban Tuyên giáo Tỉnh uỷ"),
            BaseKind(_PARTY, "Tỉnh đoàn"),
            BaseKind(_PARTY, "Liên đoàn Lao động tỉnh"),
            BaseKind(_STATE, "Thanh tra tỉnh"),
            BaseKind(_STATE, "Cục Thống kê tỉnh"),
            BaseKind(_STATE, "Kho bạc Nhà nước tỉnh"),
            BaseKind(_SERVICE, "Trường Chính trị tỉnh"),
            BaseKind(_SERVICE, "Trung tâm Khuyến nông tỉnh"),
            BaseKind(_SERVICE, "Bảo tàng tỉnh"),
            BaseKind(_SERVICE, "Bệnh viện Phục hồi chức năng tỉnh"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Công an tỉnh",
        weight=0.1,
        bodies=(
            BaseKind(_POLICE, "Phòng Tham mưu"),
            BaseKind(_POLICE, "Phòng Cảnh sát giao thông"),
            BaseKind(_POLICE, "Phòng Cảnh sát hình sự"),
            BaseKind(_POLICE, "Phòng Quản lý hành chính"),
            BaseKind(_POLICE, "Phòng Hậu cần"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Quân sự tỉnh",
        weight=0.09,
        bodies=(
            BaseKind(_ARMY, "Phòng Tham mưu"),
            BaseKind(_ARMY, "Phòng Chính trị"),
            BaseKind(_ARMY, "Phòng Hậu cần - Kỹ thuật"),
            BaseKind(_ARMY, "Trung đoàn {place}"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Trường Đại học {province}",
        weight=0.04,
        bodies=(
            BaseKind(_SERVICE, "Khoa Nông học"),
            BaseKind(_SERVICE, "Khoa Kinh tế"),
            BaseKind(_SERVICE, "Khoa Công nghệ"),
            BaseKind(_SERVICE, "Khoa Sư phạm"),
            BaseKind(_SERVICE, "Phòng Đào tạo"),
        ),
    ),
    Bloc(
        name="Đảng uỷ Bệnh viện Đa khoa tỉnh",
        weight=0.03,
        bodies=(
            BaseKind(_SERVICE, "Khối Nội"),
            BaseKind(_SERVICE, "Khối Ngoại"),
            BaseKind(_SERVICE, "Khối Cận lâm sàng"),
            BaseKind(_SERVICE, "Khối Hành chính"),
        ),
    ),
)


def area_bodies() -> Iterator[BaseKind]:
    """Base organisations of a district other than its communes: each office once, then schools and firms."""
    return chain(_AREA_ONCE, cycle(_AREA_MORE))


def bloc_bodies(bloc: Bloc) -> Iterator[BaseKind]:
    """Base organisations of a bloc; those named for a place may repeat without end, others are numbered."""
    yield from bloc.bodies
    turn = 2
    while True:
        for body in bloc.bodies:
            yield body if "{place}" in body.name else BaseKind(body.type, f"{body.name} {turn}")
        turn += 1
