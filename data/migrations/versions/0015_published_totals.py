"""What documents published of the historical series."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "published_totals",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_published_totals_submission_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_published_totals_unit_id")),
        sa.PrimaryKeyConstraint("submission_id", "row", name=op.f("pk_published_totals")),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("published_totals")
