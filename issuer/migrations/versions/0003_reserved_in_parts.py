"""Places in status lists are given in blocks, and a batch is reserved part by part: how far, and by whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("status_list", sa.Column("given", ID, nullable=False, server_default=sa.text("0")))
    # What was drawn at random counts as given: as many places of the shuffled list are never handed out.
    op.execute(
        "UPDATE status_list SET given = (SELECT count(*) FROM credential_version WHERE status_list_id = status_list.id)"
    )
    op.add_column("batch", sa.Column("state", sa.String(), nullable=False, server_default=sa.text("'reserved'")))
    op.add_column("batch", sa.Column("list_digest", sa.String(), nullable=True))
    op.add_column("batch", sa.Column("done", ID, nullable=False, server_default=sa.text("0")))
    op.add_column("batch", sa.Column("touched_at", MOMENT, nullable=True))
    op.create_index(
        "ix_batch_reserving",
        "batch",
        ["event_id", "achievement_id"],
        unique=True,
        sqlite_where=sa.text("state = 'reserving'"),
        postgresql_where=sa.text("state = 'reserving'"),
    )
    # In one statement, as SQLite adds a column but no constraint.
    number = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    for table in ("credential_version", "identity_key"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN batch_id {number} CONSTRAINT fk_{table}_batch_id REFERENCES batch (id)"
        )
