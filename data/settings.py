"""Deployment settings, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.language import UserError
from data.messages import sentence


class WrongSetting(UserError, ValueError):
    """A variable of the environment has no meaning; the message names it and what it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The environment variables DATA_DIR, DATABASE_URL, DATABASE_READ_URL, SECRET_KEY and so on.

    Read by hand: a library for it is a tenth of the time that a command takes to start.
    """

    data_dir: Path = Path("var")
    database_url: str | None = None
    database_read_url: str | None = None
    secret_key: str | None = None
    trusted_proxies: int = 0
    answers_mb: int = 64
    postgresql_bin: Path | None = None
    metrics_bind: str | None = None

    @classmethod
    def read(cls, data_dir: Path | None = None, given: Mapping[str, str] = os.environ) -> Environment:
        """The settings; an empty variable is as if it were not there, and a folder that is given goes first.

        Raises:
            WrongSetting: TRUSTED_PROXIES is not a number of proxies, or ANSWERS_MB not one of megabytes.
        """
        answers = given.get("ANSWERS_MB") or "64"
        if not (answers.isascii() and answers.isdecimal() and int(answers)):
            raise WrongSetting(sentence("settings.answers", found=answers))
        proxies, programs = given.get("TRUSTED_PROXIES") or "0", given.get("POSTGRESQL_BIN")
        if not (proxies.isascii() and proxies.isdecimal()):
            raise WrongSetting(sentence("settings.proxies", found=proxies))
        return cls(
            data_dir=data_dir or Path(given.get("DATA_DIR") or "var"),
            database_url=given.get("DATABASE_URL") or None,
            database_read_url=given.get("DATABASE_READ_URL") or None,
            secret_key=given.get("SECRET_KEY") or None,
            trusted_proxies=int(proxies),
            answers_mb=int(answers),
            postgresql_bin=Path(programs) if programs else None,
            metrics_bind=given.get("METRICS_BIND") or None,
        )

    @property
    def url(self) -> str:
        """The database URL: DATABASE_URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'store.sqlite').as_posix()}"
