"""Opened periods have versions: state, forms, due days, by whom and why. What was open stays open."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INSERT = sa.text(
    "INSERT INTO opened_periods"
    " (period, version, state, opened_at, announced_at, forms, unit_dues, reason, actor, at)"
    " VALUES (:period, :version, 'open', :opened_at, :announced_at, '[]', '{}', '', :actor, :at)"
)


def upgrade() -> None:
    """Applies the change."""
    connection = op.get_bind()
    versions = list(_versions(connection))
    op.drop_table("opened_periods")
    op.create_table(
        "opened_periods",
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("unit_dues", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("period", "version", name=op.f("pk_opened_periods")),
    )
    for version in versions:
        connection.execute(_INSERT, version)


def _versions(connection: sa.Connection) -> Iterator[dict[str, object]]:
    """Two versions of a period that a return had opened before the Board did, one of any other."""
    rows = connection.execute(sa.text("SELECT period, opened_at, announced_at FROM opened_periods ORDER BY period"))
    for period, opened_at, announced_at in rows.all():
        number = 1
        if announced_at is None or opened_at != announced_at:
            actor = _actor(connection, "SELECT sender FROM submissions WHERE period = :subject", period)
            yield _version(period, number, opened_at, None, actor, opened_at)
            number += 1
        if announced_at is not None:
            actor = _actor(connection, "SELECT actor FROM audit WHERE subject = :subject", f"period {period}")
            yield _version(period, number, opened_at, announced_at, actor, announced_at)


def _version(
    period: str, number: int, opened_at: object, announced_at: object, actor: str, at: object
) -> dict[str, object]:
    return {
        "period": period,
        "version": number,
        "opened_at": opened_at,
        "announced_at": announced_at,
        "actor": actor,
        "at": at,
    }


def _actor(connection: sa.Connection, query: str, subject: str) -> str:
    """Who did it: the first of those found."""
    return str(connection.execute(sa.text(f"{query} ORDER BY id LIMIT 1"), {"subject": subject}).scalar() or "")


def downgrade() -> None:
    """Takes it back."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT period, min(opened_at), max(announced_at) FROM opened_periods WHERE period NOT IN"
            " (SELECT period FROM opened_periods WHERE state = 'cancelled') GROUP BY period"
        )
    ).all()
    op.drop_table("opened_periods")
    op.create_table(
        "opened_periods",
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_opened_periods")),
    )
    insert = sa.text("INSERT INTO opened_periods VALUES (:period, :opened_at, :announced_at)")
    for period, opened_at, announced_at in rows:
        connection.execute(insert, {"period": period, "opened_at": opened_at, "announced_at": announced_at})
