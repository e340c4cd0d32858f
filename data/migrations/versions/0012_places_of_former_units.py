"""Rows of former units count at their successors."""

from collections.abc import Sequence

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Changes no table: sums that an earlier rule computed are rebuilt."""


def downgrade() -> None:
    """Takes nothing back: sums are rebuilt by the rule of the program that opens the store."""
