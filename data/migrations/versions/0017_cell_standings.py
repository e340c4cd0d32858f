"""How cells stand in a period."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "standing_periods",
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("borrows", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_standing_periods")),
    )
    op.create_table(
        "cell_standings",
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("name_key", sa.LargeBinary(), nullable=False),
        sa.Column("base_key", sa.LargeBinary(), nullable=True),
        sa.Column("district_key", sa.LargeBinary(), nullable=True),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("streak", sa.Integer(), nullable=True),
        sa.Column("years", sa.Text(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=True),
        sa.Column("admitted", sa.Integer(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("heads_members", sa.Integer(), nullable=True),
        sa.Column("dossiers_due", sa.Integer(), nullable=True),
        sa.Column("dossiers_complete", sa.Integer(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("behind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cell_standings_unit_id")),
        sa.PrimaryKeyConstraint("period", "unit_id", name=op.f("pk_cell_standings")),
    )
    op.create_table(
        "standing_counts",
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("still", sa.Integer(), nullable=False),
        sa.Column("uncompared", sa.Integer(), nullable=False),
        sa.Column("recovered", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("no_admission", sa.Integer(), nullable=False),
        sa.Column("few_members", sa.Integer(), nullable=False),
        sa.Column("behind_plan", sa.Integer(), nullable=False),
        sa.Column("head_not_member", sa.Integer(), nullable=False),
        sa.Column("rated_failed", sa.Integer(), nullable=False),
        sa.Column("dossiers_incomplete", sa.Integer(), nullable=False),
        sa.Column("return_missing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_standing_counts_unit_id")),
        sa.PrimaryKeyConstraint("period", "unit_id", name=op.f("pk_standing_counts")),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("standing_counts")
    op.drop_table("cell_standings")
    op.drop_table("standing_periods")
