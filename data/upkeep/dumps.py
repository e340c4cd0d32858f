"""Dumps and restores a whole database by each kind's own tools, while others go on reading and writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text

from data.language import UserError
from data.messages import sentence


class BackupError(UserError, ValueError):
    """A backup that cannot be written or restored."""


# Uploads must not outlive a day, so no copy may keep them.
_LEFT_OUT = ("upload_contents", "uploads")


class SqliteDump:
    """Uses SQLite's online backup."""

    kind = "sqlite"

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:":
            raise BackupError(sentence("backup.in_memory"))
        self._path = Path(url.database)

    def write(self, target: Path) -> None:
        """Writes a consistent snapshot of the store to a file.

        Raises:
            BackupError: the disk is full or cannot be read.
        """
        with closing(sqlite3.connect(self._path)) as source, closing(sqlite3.connect(target)) as copy:
            source.execute("PRAGMA busy_timeout = 30000")
            try:
                # In a single step, under one snapshot: in several it would restart with every concurrent write.
                source.backup(copy, pages=-1)
                _leave_out(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.Error as fault:
                raise BackupError(sentence("backup.not_copied", fault=fault)) from fault

    def is_empty(self) -> bool:
        """Whether a restore would replace nothing."""
        if not self._path.exists():
            return True
        with closing(sqlite3.connect(self._path)) as store:
            has_log = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'audit'").fetchone()[0]
            return not has_log or store.execute("SELECT count(*) FROM audit").fetchone()[0] == 0

    def read(self, source: Path, aside: str) -> str:
        """Replaces the store with a dump; returns the name under which the old one is kept.

        Raises:
            BackupError: the dump is damaged, or the store is in use.
        """
        if not _is_sound(source):
            raise BackupError(sentence("backup.unsound"))
        kept = self._path.with_name(f"{self._path.name}.{aside}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            self._close_to_others()
            self._path.rename(kept)
        incoming = self._path.with_name(f"{self._path.name}.incoming")
        shutil.copyfile(source, incoming)
        incoming.replace(self._path)
        return str(kept) if kept.exists() else ""

    def _close_to_others(self) -> None:
        # Leaving WAL mode needs exclusive access, and checkpoints everything into the main file.
        with closing(sqlite3.connect(self._path, timeout=2)) as store:
            try:
                store.execute("PRAGMA journal_mode = DELETE").fetchone()
            except sqlite3.OperationalError as busy:
                raise _in_use() from busy


def _leave_out(copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA secure_delete = ON")
    for table in _LEFT_OUT:
        copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names are our own
    copy.commit()


def _is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as store:
        try:
            return bool(store.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False


class PostgresqlDump:
    """Uses pg_dump and pg_restore, found in `programs` or on PATH."""

    kind = "postgresql"

    def __init__(self, url: URL, programs: Path | None = None) -> None:
        self._url = url
        self._programs = programs

    def write(self, target: Path) -> None:
        """Writes a consistent snapshot of the store to a file.

        Raises:
            BackupError: pg_dump is not installed, or fails.
        """
        left_out = [f"--exclude-table-data={table}" for table in _LEFT_OUT]
        self._run("pg_dump", "--format=custom", "--exclude-schema=before_*", *left_out, f"--file={target}")

    def is_empty(self) -> bool:
        """Whether a restore would replace nothing."""
        with closing(_TransientEngine(self._url)) as once, once.engine.connect() as connection:
            if not inspect(connection).has_table("audit"):
                return True
            return not connection.execute(text("SELECT count(*) FROM audit")).scalar_one()

    def read(self, source: Path, aside: str) -> str:
        """Replaces the store with a dump; returns the name of the schema in which the old one is kept.

        Raises:
            BackupError: the dump is damaged, the store is in use, or pg_restore is not installed.
        """
        self._run("pg_restore", "--list", str(source))
        with closing(_TransientEngine(self._url)) as once:
            self._change(once.engine, f'ALTER SCHEMA public RENAME TO "{aside}"', "CREATE SCHEMA public")
            try:
                owned = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
                self._run("pg_restore", *owned, f"--dbname={self._address()}", str(source))
            except BackupError:
                self._change(once.engine, "DROP SCHEMA public CASCADE", f'ALTER SCHEMA "{aside}" RENAME TO public')
                raise
            with once.engine.connect() as connection:
                kept = inspect(connection).get_table_names(schema=aside)
            if not kept:
                self._change(once.engine, f'DROP SCHEMA "{aside}" CASCADE')
            return aside if kept else ""

    def _change(self, engine: Engine, *statements: str) -> None:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with engine.begin() as connection:
            if connection.execute(text(f"{others} AND backend_type = 'client backend'")).scalar_one():
                raise _in_use()
            for statement in statements:
                connection.execute(text(statement))

    def _run(self, program: str, *arguments: str) -> None:
        given = [] if program == "pg_restore" else [f"--dbname={self._address()}"]
        path = shutil.which(program, path=str(self._programs) if self._programs else None)
        if path is None:
            raise BackupError(sentence("backup.no_program", program=program))
        secret = {"PGPASSWORD": self._url.password} if self._url.password else {}
        # A fixed program with arguments of our own; the password is passed in the environment.
        done = subprocess.run(  # noqa: S603
            [path, *given, *arguments], env={**os.environ, **secret}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            errors = done.stderr.strip().splitlines() or ["?"]
            raise BackupError(sentence("backup.failed", program=program, said=errors[-1]))

    def _address(self) -> str:
        from psycopg.conninfo import make_conninfo

        options = {name: value for name, value in self._url.query.items() if isinstance(value, str)}
        given = {"host": self._url.host, "port": self._url.port, "user": self._url.username, **options}
        return make_conninfo(
            "", dbname=self._url.database or "", **{n: str(value) for n, value in given.items() if value}
        )


class _TransientEngine:
    """An engine that pools no connections."""

    def __init__(self, url: URL) -> None:
        from sqlalchemy import NullPool, create_engine

        self.engine = create_engine(url, poolclass=NullPool)

    def close(self) -> None:
        """Disposes of the engine."""
        self.engine.dispose()


def _in_use() -> BackupError:
    return BackupError(sentence("backup.in_use"))


Dump = SqliteDump | PostgresqlDump


def dump_of(url: URL, programs: Path | None) -> Dump:
    """The dump method for the database at that URL."""
    return SqliteDump(url) if url.get_backend_name() == "sqlite" else PostgresqlDump(url, programs)
