"""Deployment settings, read from the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """The environment variables DATA_DIR, DATABASE_URL, DATABASE_READ_URL, SECRET_KEY and so on."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    data_dir: Path = Path("var")
    database_url: str | None = None
    database_read_url: str | None = None
    secret_key: str | None = None
    trusted_proxies: int = 0
    postgresql_bin: Path | None = None
    metrics_bind: str | None = None

    @property
    def url(self) -> str:
        """The database URL: DATABASE_URL, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'store.sqlite').as_posix()}"
