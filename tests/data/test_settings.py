"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.settings import Environment, WrongSetting


def test_variables_that_are_absent_or_empty_have_their_defaults() -> None:
    assert (
        Environment.read(given={}) == Environment.read(given={"DATA_DIR": "", "TRUSTED_PROXIES": ""}) == Environment()
    )
    assert Environment().url == "sqlite:///var/store.sqlite"


def test_a_folder_that_is_given_goes_before_the_environment() -> None:
    given = {"DATA_DIR": "elsewhere", "POSTGRESQL_BIN": "programs"}
    assert Environment.read(given=given).data_dir == Path("elsewhere")
    assert Environment.read(Path("here"), given=given).url == "sqlite:///here/store.sqlite"
    assert Environment.read(given=given).postgresql_bin == Path("programs")


def test_a_database_that_is_named_goes_before_the_folder() -> None:
    given = {"DATABASE_URL": "sqlite:///other", "DATABASE_READ_URL": "postgresql://replica"}
    assert Environment.read(Path("here"), given=given).url == "sqlite:///other"
    assert Environment.read(given=given).database_read_url == "postgresql://replica"


@pytest.mark.parametrize("found", ["one", "-1", "1.5", "²"])
def test_a_number_of_proxies_that_is_none_is_told(found: str) -> None:
    with pytest.raises(WrongSetting, match="TRUSTED_PROXIES"):
        Environment.read(given={"TRUSTED_PROXIES": found})
    assert Environment.read(given={"TRUSTED_PROXIES": "2"}).trusted_proxies == 2


@pytest.mark.parametrize("found", ["0", "64 MB", "-1"])
def test_a_number_of_megabytes_that_is_none_is_told(found: str) -> None:
    with pytest.raises(WrongSetting, match="ANSWERS_MB"):
        Environment.read(given={"ANSWERS_MB": found})
    assert Environment.read(given={"ANSWERS_MB": "8"}).answers_mb == 8
