"""Opening a database: one that a later version has migrated is left untouched."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from data.tables.engine import StoreIsNewer, connect, head, migrate, writing


def test_a_store_of_a_later_revision_is_refused_and_left_as_it_is(database_url: str) -> None:
    engine = connect(database_url)
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreIsNewer) as refused:
        migrate(engine)
    assert "9999" in refused.value.text.en
    assert head() in refused.value.text.en
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()
