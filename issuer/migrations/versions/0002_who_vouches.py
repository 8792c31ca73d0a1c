"""Who vouches for an organization: the operator, or a domain. Only the command line could make one so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("organization", sa.Column("approved_at", MOMENT, nullable=True))
    op.add_column("organization", sa.Column("domain", sa.String(), nullable=True))
    op.add_column("organization", sa.Column("domain_proof", sa.String(), nullable=True))
    op.add_column("organization", sa.Column("domain_proved_at", MOMENT, nullable=True))
    op.add_column("organization", sa.Column("domain_asked_at", MOMENT, nullable=True))
    op.execute("UPDATE organization SET approved_at = created_at")
