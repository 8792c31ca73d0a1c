"""Jobs and their chunks, so that work is rows of ours; and the duties of workers, one at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("pace", ID, nullable=True),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("served_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_job_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("public_id", name="uq_job_public_id"),
        sa.UniqueConstraint("kind", "subject", name="uq_job_kind_subject"),
    )
    op.create_index("ix_job_organization_id", "job", ["organization_id"])
    op.create_index("ix_job_organization_id_served_at", "job", ["organization_id", "served_at"])
    op.create_index("ix_job_state_lane", "job", ["state", "lane"])
    op.create_table(
        "chunk",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("first", ID, nullable=True),
        sa.Column("last", ID, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=True),
        sa.Column("size", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("losses", ID, nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("hinted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_chunk_organization_id"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_chunk_job_id"),
        sa.PrimaryKeyConstraint("id", name="pk_chunk"),
        sa.UniqueConstraint("job_id", "number", name="uq_chunk_job_id_number"),
    )
    op.create_index("ix_chunk_organization_id", "chunk", ["organization_id"])
    op.create_index("ix_chunk_job_id_state", "chunk", ["job_id", "state"])
    running = sa.text("state = 'running'")
    op.create_index("ix_chunk_running", "chunk", ["until"], sqlite_where=running, postgresql_where=running)
    op.create_table(
        "duty",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_duty"),
    )
