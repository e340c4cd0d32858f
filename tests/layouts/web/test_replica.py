"""Reading from a replica: a real primary and its standby; nobody sees less than he was told, and nobody waits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine, event, text

from data.people.accounts import Accounts
from data.settings import Environment
from data.tables.replica import ReplicaState
from data.viewers import SYSTEM, Role
from data.writing.store import Store
from layouts.console.messages import InvalidUsage
from layouts.console.opening import open_store
from layouts.web.request import reader
from tests.layouts.conftest import PASSWORD, MakeApp, SignIn, asking
from tests.postgres import create, programs, run_program, start
from tests.runs import run_folder
from tests.small_province import movement, registry

pytestmark = pytest.mark.slow

PERIOD = "2020-Q3"
RETURNS = f"/api/v1/returns?period={PERIOD}"


@dataclass(frozen=True)
class Standby:
    """A server that replays what its primary writes."""

    folder: Path
    name: str
    database: URL

    def start(self) -> None:
        options = f"-k {self.folder / self.name} -c listen_addresses= -c fsync=off"
        log = self.folder / f"{self.name}.log"
        self._control("-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def promote(self) -> None:
        self._control("promote")

    @property
    def url(self) -> str:
        here = self.database.set(query={"host": str(self.folder / self.name)})
        return here.render_as_string(hide_password=False)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Receives and does not replay."""
        self.order("SELECT pg_wal_replay_pause()")
        wait_until(lambda: self.order("SELECT pg_get_wal_replay_pause_state()") == "paused")
        yield
        self.order("SELECT pg_wal_replay_resume()")

    def order(self, statement: str) -> Any:
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = connection.execute(text(statement)).scalar()
        engine.dispose()
        return found

    def _control(self, *arguments: str | Path) -> None:
        run_program(self.folder, "pg_ctl", "-w", "-D", self.folder / self.name, *arguments)


@pytest.fixture(scope="module")
def primary() -> Iterator[tuple[Path, URL]]:
    with run_folder() as folder:
        url = start(folder, programs())
        with closing(Store.open(url.render_as_string(hide_password=False)).of_past_series()) as store:
            store.accept(registry(), viewer=SYSTEM)
            store.accept(movement("H1", PERIOD, {"H1.2": {"members_end": 10}}), viewer=SYSTEM)
            Accounts(store).add("board", PASSWORD, Role.BOARD)
        yield folder, url


def copy_of(primary: tuple[Path, URL], name: str) -> Standby:
    folder, url = primary
    copied = ("-h", folder, "-U", "postgres", "-D", folder / name, "-R", "-X", "stream", "-c", "fast", "--no-sync")
    run_program(folder, "pg_basebackup", *map(str, copied))
    standby = Standby(folder, name, url)
    standby.start()
    return standby


@pytest.fixture(scope="module")
def standby(primary: tuple[Path, URL]) -> Iterator[Standby]:
    copy = copy_of(primary, "standby")
    yield copy
    copy.stop()


@pytest.fixture
def store(primary: tuple[Path, URL], standby: Standby) -> Iterator[Store]:
    with reading_from(primary, standby) as opened:
        yield opened


@contextmanager
def reading_from(primary: tuple[Path, URL], standby: Standby) -> Iterator[Store]:
    with closing(Store.open(primary[1].render_as_string(hide_password=False), read_url=standby.url)) as opened:
        yield opened


@pytest.fixture
def client(store: Store, make_app: MakeApp, sign_in: SignIn) -> FlaskClient:
    """The Board's, once the server has looked at the standby."""
    made = sign_in(make_app(store), "board")
    made.get(RETURNS)
    wait_until(lambda: state(store) is ReplicaState.READ)
    return made


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def state(store: Store) -> ReplicaState:
    assert store.replica
    return store.replica.look.state


@contextmanager
def servers(store: Store) -> Iterator[list[str]]:
    """Where the queries on returns, registry and log of readers go meanwhile."""
    assert store.replica
    asked: list[str] = []

    def listen(engine: Any, name: str) -> Callable[[], None]:
        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if "FROM submissions" in statement:
                asked.append(name)

        event.listen(engine, "before_cursor_execute", note)
        return lambda: event.remove(engine, "before_cursor_execute", note)

    stop = [listen(store.engine, "primary"), listen(store.replica.engine, "standby")]
    yield asked
    for each in stop:
        each()


@contextmanager
def store_of_another_program(store: Store) -> Iterator[Store]:
    """The same database, opened by who does not tell the pages what he writes."""
    with closing(Store.open(store.engine.url.render_as_string(hide_password=False))) as opened:
        yield opened


def sent(store: Store, members: int) -> None:
    """A return of the second district, which nobody expects to be the one before."""
    store.of_past_series().accept(movement("H2", PERIOD, {"H2.1.1": {"members_end": members}}), viewer=SYSTEM)


def versions(client: FlaskClient) -> int:
    """How many versions of returns a reader of the API is told of."""
    answer = client.get(RETURNS)
    assert answer.status_code == 200
    return sum(row["versions"] for row in answer.get_json()["data"])


def test_pages_and_the_api_read_from_the_standby(client: FlaskClient, store: Store) -> None:
    with servers(store) as asked:
        assert client.get(f"/returns?period={PERIOD}").status_code == 200
        assert client.get("/download/table.csv").status_code == 200
        assert versions(client)
    assert set(asked) == {"standby"}


def test_commands_and_what_is_about_to_be_written_read_from_the_primary(client: FlaskClient, store: Store) -> None:
    with servers(store) as asked:
        assert store.reader(SYSTEM).submissions()
    assert set(asked) == {"primary"}


def test_what_was_written_is_seen_at_once_while_the_standby_does_not_replay(
    client: FlaskClient, store: Store, standby: Standby
) -> None:
    before = versions(client)
    with standby.paused():
        sent(store, 11)
        with servers(store) as asked:
            assert versions(client) == before + 1
        assert set(asked) == {"primary"}
        assert state(store) is ReplicaState.BEHIND
        assert client.get("/health").get_json()["replica"]["changes_behind"] > 0
    wait_until(lambda: state(store) is ReplicaState.READ)
    with servers(store) as asked:
        assert versions(client) == before + 1
    assert set(asked) == {"standby"}


def test_what_one_process_was_told_another_one_of_the_server_does_not_take_back(
    client: FlaskClient, store: Store, standby: Standby
) -> None:
    before = versions(client)
    with standby.paused():
        child = os.fork()
        if child == 0:
            store.engine.dispose(close=False)
            sent(store, 12)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert versions(client) == before + 1
    wait_until(lambda: state(store) is ReplicaState.READ)


def test_a_version_is_that_of_the_server_whose_data_are_read(
    client: FlaskClient, store: Store, standby: Standby, sign_in: SignIn
) -> None:
    with standby.paused(), asking(client.application, "board"):
        of_standby = reader()
        known, returns = of_standby.version, of_standby.submissions()
        with store_of_another_program(store) as elsewhere:
            sent(elsewhere, 13)
            newer = elsewhere.reader(SYSTEM)
            assert newer.version > known
            again = reader()
            if again.version == known:  # unless the server has looked meanwhile
                assert again.submissions() == returns
        assert store.replica
        store.replica.look_at_both()
        assert reader().version == newer.version
        assert reader().submissions() == newer.submissions()


def test_a_request_that_loses_its_standby_is_answered_by_the_primary(
    client: FlaskClient, store: Store, standby: Standby
) -> None:
    before = versions(client)
    lost: list[str] = []

    def end_session(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM submissions" in statement and not lost:
            lost.append(statement)
            standby.order("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    assert store.replica
    event.listen(store.replica.engine, "before_cursor_execute", end_session)
    with servers(store) as asked:
        assert versions(client) == before
    assert set(asked) == {"primary", "standby"}
    lost.clear()
    wait_until(lambda: state(store) is ReplicaState.READ)
    assert client.get("/download/table.csv").status_code == 200
    assert lost


def test_a_standby_that_stops_is_not_missed_and_read_again_when_it_is_back(
    client: FlaskClient, store: Store, standby: Standby
) -> None:
    before = versions(client)
    standby.stop()
    with servers(store) as asked:
        assert versions(client) == before
    assert set(asked) == {"primary"}
    wait_until(lambda: state(store) is ReplicaState.AWAY)
    sent(store, 14)
    assert versions(client) == before + 1
    standby.start()
    wait_until(lambda: state(store) is ReplicaState.READ)
    with servers(store) as asked:
        assert versions(client) == before + 1
    assert set(asked) == {"standby"}


def test_a_standby_that_was_promoted_is_not_read(primary: tuple[Path, URL], make_app: MakeApp, sign_in: SignIn) -> None:
    standby = copy_of(primary, "promoted")
    with reading_from(primary, standby) as store:
        client = sign_in(make_app(store), "board")
        before = versions(client)
        wait_until(lambda: state(store) is ReplicaState.READ)
        standby.promote()
        sent(store, 15)
        assert versions(client) == before + 1
        wait_until(lambda: state(store) is ReplicaState.PROMOTED)
        assert client.get("/health").get_json()["replica"]["state"] == "promoted"
    standby.stop()


def test_a_server_that_is_no_replica_of_this_database_is_not_read(
    primary: tuple[Path, URL], standby: Standby, make_app: MakeApp, sign_in: SignIn
) -> None:
    other = create(primary[1], "other")
    with closing(Store.open(other.render_as_string(hide_password=False), read_url=standby.url)) as store:
        Accounts(store).add("board", PASSWORD, Role.BOARD)
        assert versions(sign_in(make_app(store), "board")) == 0
        wait_until(lambda: state(store) is ReplicaState.OTHER)


def test_sqlite_has_no_replica(tmp_path: Path) -> None:
    given = Environment(data_dir=tmp_path, database_url=None, database_read_url="postgresql+psycopg://x@y/z")
    with pytest.raises(InvalidUsage) as refused:
        open_store(given)
    assert "chỉ dùng được với PostgreSQL" in refused.value.text.vi
    assert "for PostgreSQL only" in refused.value.text.en
