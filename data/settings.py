"""Deployment settings, read from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.language import UserError
from data.messages import sentence


class WrongSetting(UserError, ValueError):
    """A variable of the environment has no meaning; the message names it and what it may be."""


class Environment(BaseSettings):
    """The environment variables DATA_DIR, DATABASE_URL, DATABASE_READ_URL, SECRET_KEY and so on.

    An empty variable is as if it were not there.
    """

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True)

    data_dir: Path = Path("var")
    database_url: str | None = None
    database_read_url: str | None = None
    secret_key: str | None = None
    trusted_proxies: Annotated[int, Field(ge=0)] = 0
    answers_mb: Annotated[int, Field(ge=1)] = 64
    postgresql_bin: Path | None = None
    metrics_bind: str | None = None

    @classmethod
    def read(cls, data_dir: Path | None = None) -> Environment:
        """The settings; a folder that is given goes before the environment.

        Raises:
            WrongSetting: TRUSTED_PROXIES is not a number of proxies, or ANSWERS_MB not one of megabytes.
        """
        given: dict[str, Any] = {} if data_dir is None else {"data_dir": data_dir}
        try:
            return cls(**given)
        except ValidationError as problem:
            wrong = problem.errors()[0]
            raise WrongSetting(sentence(f"settings.{wrong['loc'][0]}", found=wrong["input"])) from problem

    @property
    def url(self) -> str:
        """The database URL: DATABASE_URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'store.sqlite').as_posix()}"
