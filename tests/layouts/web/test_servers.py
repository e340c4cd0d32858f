"""Several servers on one database: no server keeps state that another needs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.people.accounts import Accounts
from data.viewers import Role
from data.writing.store import Store
from tests.layouts.conftest import PASSWORD
from tests.layouts.pages.test_outcomes import send, upload
from tests.layouts.pages.test_pages import shown
from tests.layouts.web.test_faults import Remote, correction, serving
from tests.stores import Database, NewDatabase

pytestmark = pytest.mark.slow


PAGE = ("/trend", "?indicator=members&frequency=quarter&unit=H01")


def test_a_session_works_on_all_servers_and_all_show_a_change(
    tiny_database: Database, new_database: NewDatabase, tmp_path: Path
) -> None:
    with new_database("postgresql", tiny_database("postgresql")) as url:
        with closing(Store.open(url)) as store:
            Accounts(store).add("board", PASSWORD, Role.BOARD)
        with serving(url, tmp_path / "one") as (_, one), serving(url, tmp_path / "two") as (_, two):
            reader: Any = Remote(one)
            before = shown(reader, *PAGE)
            reader.address = two
            assert shown(reader, *PAGE) == before
            content = correction(3)
            (waiting,) = upload(reader, content, check=False)
            send(reader, waiting)
            after = shown(reader, *PAGE)
            assert after != before
            reader.address = one
            assert shown(reader, *PAGE) == after
