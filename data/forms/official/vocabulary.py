"""Lines shared by both sets of official forms: ages, schooling, badges, transfers."""

from __future__ import annotations

from collections.abc import Mapping

from data.forms.b1_movement import B1
from data.forms.b2_admission import B2
from data.forms.b4_management import B4
from data.forms.b6_rating import B6_2012
from data.forms.model import CarriedOver, SameAs
from data.forms.official.model import PrintedLine, line, lines
from data.measures import Measure
from data.periods import Frequency

MEASURES: Mapping[str, Measure] = {**B1.by_code, **B2.by_code, **B4.by_code, **B6_2012.by_code}

HALF_YEARLY = frozenset({Frequency.HALF, Frequency.YEAR})
YEARLY = frozenset({Frequency.YEAR})

ADMITTED_AS_MOVED = (SameAs(measure="admitted", form="O1", other="admitted"),)
CLOSED_AS_MOVED = (SameAs(measure="members_end", form="O1", other="members_end"),)
BROUGHT_FORWARD = (CarriedOver(opening="members_start", closing="members_end"),)

YEARS_OF_MEMBERSHIP = (30, 40, 50, 55, 60, 65, 70, 75, 80, 85, 90)


def schooling(marker: str) -> tuple[PrintedLine, ...]:
    """Levels of general education, from literacy up."""
    return lines(marker, "Biết đọc, biết viết chữ quốc ngữ", "Tiểu học", "Trung học cơ sở", "Trung học phổ thông")


def theory(marker: str) -> tuple[PrintedLine, ...]:
    """Levels of political theory."""
    return lines(marker, "Sơ cấp", "Trung cấp", "Cao cấp, cử nhân")


def transfers(marker: str, both: str, *, out: str, into: str) -> PrintedLine:
    """Members' transfers out and in; `out` and `into` are the measures."""
    given = (line("-", "Giới thiệu chuyển đi", out), line("-", "Tiếp nhận chuyển đến", into))
    return line(marker, both, parts=given)
