"""Alembic's environment: migrates over the connection passed by `data.tables.engine.migrate`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from data.tables.schema import Instant


def _render(kind: str, item: object, _autogen: AutogenContext) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("tables"),  # needed only to generate migrations
    render_item=_render,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
