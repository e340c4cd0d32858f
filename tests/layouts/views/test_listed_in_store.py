"""Lists from stored standings are those judged from the returns: every filter, order and page, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import product
from typing import Any

import pytest
from flask_login import login_user

from data.people.follow_ups import FollowUpInput, FollowUps
from data.periods import Period
from data.tables.engine import writing
from data.tables.standings import forget_standings
from data.upkeep.standings import make_standings
from data.viewers import SYSTEM, Role, Viewer
from data.writing.store import Store
from indicators.answers.cell_list import CellKind
from indicators.answers.cell_standings import RULE
from indicators.methods.reasons import ListPart, Reason
from layouts.pages.lagging import by_unit, grid
from layouts.views.watchlist import ActionStatus, Worklist, parse_filter
from layouts.web.request import ask
from layouts.web.sign_in import SignedIn
from tests.layouts.conftest import MakeApp
from tests.stores import Database, NewDatabase

pytestmark = pytest.mark.every_backend

PERIOD = "period=2019-Q4"
COLUMNS = ("name", "base", "district", "reasons", "rank", "course", "streak", "members", "expected", "probability")
SORTED = ["", *(f"{name}.{order}" for name, order in product((*COLUMNS, "note"), ("asc", "desc")))]
FILTERS = [
    "",
    *(f"&course={part}" for part in ListPart),
    *(f"&reason={reason}" for reason in Reason),
    *(f"&kind={kind}" for kind in CellKind),
    *(f"&doing={doing}" for doing in ActionStatus),
    "&q=chi+bo",
    "&q=b%C4%83n+1",
    "&q=100%25",
    "&q=_",
    "&reason=no_admission.few_members&kind=residential&q=chi",
]


@pytest.fixture
def store(backend: str, tiny_database: Database, new_database: NewDatabase) -> Iterator[Store]:
    """The tiny province with stored standings."""
    with new_database(backend, tiny_database(backend)) as url, closing(Store.open(url, rule=RULE)) as opened:
        make_standings(opened)
        yield opened


def told(work: Worklist, search: str) -> Sequence[Any]:
    """What a list says of its cells, each with its rank and notes."""
    return [(each.rank, each.line, each.doing, each.note) for each in work.select(parse_filter(ask(f"?{search}")))]


def every_list(viewer: Viewer, units: Sequence[str], app: Any) -> dict[tuple[str, ...], Any]:
    """All of a reader's lists, the first and a later block of the page's rows, the counts, and the units below."""
    found: dict[tuple[str, ...], Any] = {}
    with app.server.test_request_context():
        login_user(SignedIn(viewer))
        for unit in units:
            work = Worklist(ask(f"?{PERIOD}{unit}"))
            for sought, order in product(FILTERS if unit in units[:1] else [""], SORTED):
                found[unit, sought, order] = told(work, f"{PERIOD}{sought}&sort={order}")
            for first, order in product((0, 3), SORTED):
                name, _, way = order.partition(".")
                model = [{"colId": name, "sort": way}] if name else []
                rows = {"startRow": first, "endRow": first + 4, "sortModel": model}
                found[unit, "rows", str(first), order] = grid.block(ask(f"?{PERIOD}{unit}&course=all"), rows)
            below = repr(by_unit.table(work, "/lagging"))
            found[unit, "counts"] = work.counts, work.counted([work.asked.unit]), by_unit.title(work), below
    return found


def test_lists_from_stored_standings_say_what_the_returns_say(store: Store, make_app: MakeApp) -> None:
    reader = store.reader(SYSTEM)
    period = Period.parse("2019-Q4")
    assert reader.standings(period, RULE.code, RULE.reads.keys())
    codes = sorted(unit.code for unit in reader.tree(period.end).units.values() if unit.code.startswith("H01."))
    notes = FollowUps(store, Viewer("board", Role.BOARD))
    notes.add(dict.fromkeys(codes[-3:], "H01"), FollowUpInput(text="Bồi dưỡng", due=date(2019, 1, 1)))
    readers = [(Viewer("board", Role.BOARD), ["", "&unit=H01"]), (Viewer("district1", Role.DISTRICT, "H01"), [""])]
    stored = [every_list(viewer, units, make_app(store)) for viewer, units in readers]
    with writing(store.engine) as connection:
        forget_standings(connection)
    judged = [every_list(viewer, units, make_app(store)) for viewer, units in readers]
    for one, other in zip(stored, judged, strict=True):
        assert [key for key in one if one[key] != other[key]] == []
    assert any(len(rows) > 1 for rows in stored[0].values())
