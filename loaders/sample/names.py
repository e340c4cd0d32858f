"""Fictitious names of places and organisations. None is a person's or a district of the real province."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

import numpy as np

PROVINCE = "Lam Khê"


def _listed(names: str, mark: str = " ") -> tuple[str, ...]:
    return tuple(names.split(mark))


_FIRST = _listed(
    "An Bình Cẩm Đại Đông Đức Gia Hà Hoà Kim Lâm Liên Lương Minh Mỹ Nghĩa Ngọc Nhân Phú Phúc Phương Quang Quế "
    "Song Tam Tân Thạch Thái Thanh Thịnh Thuận Thượng Tiên Trung Trường Tú Vân Vĩnh Xuân"
)
_SECOND = _listed(
    "Bình Cầu Châu Cường Đình Đồng Hà Hiệp Hoà Hội Hợp Hưng Khê Lạc Lãng Lập Lĩnh Lộc Lợi Luận Lương Minh Ninh "
    "Phong Quan Quang Sơn Tảo Thạch Thành Thắng Thịnh Thọ Tiến Trạch Trung Vân Viên Xá"
)
_TAKEN = frozenset(
    _listed(
        "Hoà Bình,Lâm Đồng,Thái Bình,Phú Thọ,Hà Đông,Quang Trung,Gia Lai,Minh Quang,Hồng Thái,Lam Sơn,Kim Sơn,Tam Hiệp",
        ",",
    )
)

HAMLETS = _listed(
    "Đông,Đoài,Thượng,Hạ,Trung,Chùa,Chợ,Cầu,Giếng,Gò,Đồi,Rừng,Núi,Mới,Trại,Phố,Bến,Đình,Làng,Ngoài,Trong,Đầu,Cuối,"
    "Ao Sen,Cây Gạo,Cây Đa,Bờ Sông,Bãi Bồi,Đồng Mây,Đồng Quan,Gốc Đề,Hố Dẻ,Khe Đá,Khe Tre,Lò Gạch,Mỏ Nước,Nương Chè,"
    "Soi Giữa,Suối Trong,Vườn Cam,Vườn Vải,Xóm Bãi,Xóm Đền,Xóm Trại",
    ",",
)

OFFICES = (
    "cơ quan {commune}",
    "Trường Tiểu học {place}",
    "Trường Trung học cơ sở {place}",
    "Trường Mầm non {place}",
    "Trạm Y tế {commune}",
    "Quân sự {commune}",
    "Công an {commune}",
    "Hợp tác xã Dịch vụ nông nghiệp {place}",
)

DEPARTMENTS = _listed(
    "Văn phòng,Hành chính - Tổng hợp,Kế hoạch - Tài chính,Tổ chức - Hành chính,Nghiệp vụ,Kỹ thuật,Chuyên môn,Thanh tra,"
    "Quản lý đào tạo,Kinh doanh,Sản xuất,Kho vận,Bảo vệ,Dịch vụ,Nghiên cứu,Hậu cần,Chính trị,Tham mưu,"
    "Tiếp dân,Đối ngoại",
    ",",
)


def places(rng: np.random.Generator) -> Iterator[str]:
    """Place names in random order; each appears once before any repeats."""
    pairs = [f"{first} {second}" for first in _FIRST for second in _SECOND if first != second]
    free = sorted(set(pairs) - _TAKEN)
    order: list[int] = rng.permutation(len(free)).tolist()
    return cycle([free[place] for place in order])


def hamlets(rng: np.random.Generator, count: int) -> list[str]:
    """Names of the hamlets of one commune; repeated names are numbered."""
    order: list[int] = rng.permutation(len(HAMLETS)).tolist()
    return [numbered(HAMLETS, order, place) for place in range(count)]


def numbered(names: tuple[str, ...], order: list[int], place: int) -> str:
    """The name at `place` of an endless sequence, which repeats with numbers from 2 on."""
    turn, at = divmod(place, len(order))
    name = names[order[at]]
    return f"{name} {turn + 1}" if turn else name


def take(source: Iterator[str], count: int) -> list[str]:
    """The next `count` names."""
    return list(islice(source, count))
