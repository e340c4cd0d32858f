"""Published totals: kept with the historical series that they came with, of the unit that they are about only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import update

from data.forms.ls_history import PublishedTotal
from data.periods import Term
from data.returns import ParsedWorkbook
from data.tables.engine import writing
from data.tables.schema import published_totals
from data.upkeep.verify import verify
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from tests.small_province import movement

TOTAL = PublishedTotal(row=11, unit="T", term=Term(1997, 2019), total=53_800, years=22, source="Kết luận")
FIRST, SECOND = datetime(2020, 1, 6, tzinfo=UTC), datetime(2020, 3, 2, tzinfo=UTC)


def series(members: int, *published: PublishedTotal) -> ParsedWorkbook:
    sent = movement("T", "2012", {"H1": {"members_end": members}}, form="LS")
    given = replace(sent.returns[0], period=None, published=published)
    rows = tuple(replace(row, period=sent.returns[0].period) for row in given.rows)
    return replace(sent, returns=(replace(given, rows=rows),))


def test_it_is_in_force_as_long_as_its_series_and_its_units_alone(province: Store) -> None:
    province.accept(series(30, TOTAL), viewer=SYSTEM, received_at=FIRST)
    reader = province.reader(SYSTEM)
    assert [reader.published(reader.unit(code)) for code in ("T", "H1")] == [(TOTAL,), ()]
    known = datetime.now(UTC)
    province.accept(series(31), viewer=SYSTEM, received_at=SECOND)
    later, earlier = province.reader(SYSTEM), province.reader(SYSTEM, known)
    assert (later.published(later.root()), earlier.published(earlier.root())) == ((), (TOTAL,))
    of_a_district = province.reader(Viewer(name="H1", role=Role.DISTRICT, unit="H1"), known)
    assert of_a_district.published(reader.unit("T")) == ()
    assert verify(province).faults == ()
    with writing(province.engine) as connection:
        connection.execute(update(published_totals).values(years=23))
    assert [fault.en for fault in verify(province).faults if "published_totals" in fault.en]
