"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.settings import Environment, WrongSetting


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_variables_that_are_absent_or_empty_have_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Environment.read().url == "sqlite:///var/store.sqlite"
    monkeypatch.setenv("DATA_DIR", "")
    monkeypatch.setenv("TRUSTED_PROXIES", "")
    assert Environment.read() == Environment()


def test_a_folder_that_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    monkeypatch.setenv("POSTGRESQL_BIN", "programs")
    assert Environment.read().data_dir == Path("elsewhere")
    assert Environment.read(Path("here")).url == "sqlite:///here/store.sqlite"
    assert Environment.read().postgresql_bin == Path("programs")


def test_a_database_that_is_named_goes_before_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///other")
    monkeypatch.setenv("DATABASE_READ_URL", "postgresql://replica")
    assert Environment.read(Path("here")).url == "sqlite:///other"
    assert Environment.read().database_read_url == "postgresql://replica"


@pytest.mark.parametrize(
    ("name", "found"),
    [*(("TRUSTED_PROXIES", each) for each in ("one", "-1", "1.5")), *(("ANSWERS_MB", each) for each in ("0", "64 MB"))],
)
def test_a_variable_without_meaning_is_told(monkeypatch: pytest.MonkeyPatch, name: str, found: str) -> None:
    monkeypatch.setenv(name, found)
    with pytest.raises(WrongSetting, match=name) as told:
        Environment.read()
    assert found in str(told.value)
