"""The last change of each form and sender."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "last_changes",
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("sender_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("form", "sender_id", name=op.f("pk_last_changes")),
    )
    op.create_index(op.f("ix_last_changes_entry"), "last_changes", ["entry"], unique=False)
    # What was changed before is not known: everything, by the last entry of the log.
    op.execute("INSERT INTO last_changes (form, sender_id, entry) SELECT '', 0, COALESCE(MAX(id), 0) FROM audit")


def downgrade() -> None:
    """Takes it back."""
    op.drop_index(op.f("ix_last_changes_entry"), table_name="last_changes")
    op.drop_table("last_changes")
