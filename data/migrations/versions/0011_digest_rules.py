"""Entries of the log name the rule of their digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    # Not in a batch: SQLite must not make the table anew, without the triggers that keep it append-only.
    op.add_column("audit", sa.Column("digest_rule", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Takes it back."""
    # Not in a batch: SQLite would make the table anew, without the triggers that keep it append-only.
    op.drop_column("audit", "digest_rule")
