"""Organizations take turns, round and round: whose turn it is stands in an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_open = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "ix_job_turn",
        "job",
        ["lane", "organization_id", sa.text("coalesce(served_at, created_at)"), "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_job_lane_served_at", "job", ["lane", "served_at"])
    op.drop_index("ix_job_organization_id_served_at", "job")
