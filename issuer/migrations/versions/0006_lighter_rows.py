"""Rows that come by the hundred thousand cost less to keep: fewer indices, and on PostgreSQL room beside each row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COMPRESSED = """
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE credential_version ALTER COLUMN signed SET COMPRESSION lz4;
    END IF;
END
$$
"""
"""PostgreSQL 14 and later, where it was built with it."""


MISSING = ("batch_row", "chunk", "job")
"""Tables in which earlier versions kept JSON's null for a fault that is missing."""


def upgrade() -> None:
    for name in MISSING:
        of = sa.table(name, sa.column("fault", sa.JSON))
        op.execute(of.update().where(sa.cast(of.c.fault, sa.Text) == "null").values(fault=sa.null()))
    for table in ("batch_row", "credential_version", "identity_key", "outbox"):
        op.drop_index(f"ix_{table}_organization_id", table)
    if op.get_context().dialect.name == "postgresql":
        # What is signed lies beside its intent, on the same page: then no index has to be told of it.
        op.execute("ALTER TABLE credential_version SET (fillfactor = 25)")
        op.execute("ALTER TABLE batch_row SET (fillfactor = 50)")
        op.execute(COMPRESSED)
