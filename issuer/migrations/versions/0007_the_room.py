"""The room: users and how they come in, what they prepare, and what their organizations chose."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from issuer.searched import searched

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KEYS = ("organization_id", "credential_id", "event_id")
SEARCH = (*KEYS, "searched")
AT_A_TIME = 1_000
THERE = sa.text("""
    SELECT c.organization_id, c.id AS credential_id, c.event_id, c.email, v.row AS told
    FROM credential c LEFT JOIN credential_version v ON v.credential_id = c.id AND v.number = (
        SELECT max(w.number) FROM credential_version w WHERE w.credential_id = c.id AND w.state <> 'discarded'
    )
    WHERE c.id > :last ORDER BY c.id LIMIT :most
""")
REVOKED = """
    UPDATE credential_search SET revoked_at = taken.at FROM (
        SELECT v.organization_id, v.credential_id, min(r.at) AS at
        FROM revocation r JOIN credential_version v ON v.id = r.version_id
        WHERE r.kind = 'revoked' GROUP BY v.organization_id, v.credential_id
    ) AS taken
    WHERE credential_search.organization_id = taken.organization_id
    AND credential_search.credential_id = taken.credential_id
"""


def upgrade() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_proved_at", MOMENT, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("public_id", name="uq_user_account_public_id"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
    )
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_membership_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_membership_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("user_id", "organization_id", name="uq_membership_user_id_organization_id"),
    )
    op.create_index("ix_membership_organization_id", "membership", ["organization_id"])
    op.create_table(
        "visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_visit_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.UniqueConstraint("digest", name="uq_visit_digest"),
    )
    op.create_index("ix_visit_user_id", "visit", ["user_id"])
    op.create_table(
        "one_time_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("organization_id", ID, nullable=True),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_one_time_link_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_one_time_link_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
        sa.UniqueConstraint("digest", name="uq_one_time_link_digest"),
    )
    op.create_index("ix_one_time_link_organization_id", "one_time_link", ["organization_id"])
    op.create_table(
        "passkey",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_passkey_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("handle", name="uq_passkey_handle"),
    )
    op.create_index("ix_passkey_user_id", "passkey", ["user_id"])
    op.create_table(
        "foreign_identity",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_foreign_identity_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_foreign_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_foreign_identity_issuer_subject"),
    )
    op.create_index("ix_foreign_identity_user_id", "foreign_identity", ["user_id"])
    op.create_table(
        "preparation",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_preparation_organization_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_preparation_user_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_preparation_batch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_preparation"),
        sa.UniqueConstraint("public_id", name="uq_preparation_public_id"),
    )
    op.create_index("ix_preparation_organization_id", "preparation", ["organization_id"])
    op.create_table(
        "upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("preparation_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_upload_organization_id"),
        sa.ForeignKeyConstraint(["preparation_id"], ["preparation.id"], name="fk_upload_preparation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("preparation_id", "number", name="uq_upload_preparation_id_number"),
    )
    op.create_index("ix_upload_organization_id", "upload", ["organization_id"])
    op.create_table(
        "reading",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("preparation_id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_reading_organization_id"),
        sa.ForeignKeyConstraint(["preparation_id"], ["preparation.id"], name="fk_reading_preparation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("preparation_id", name="uq_reading_preparation_id"),
    )
    op.create_index("ix_reading_organization_id", "reading", ["organization_id"])
    op.create_table(
        "reading_piece",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("reading_id", ID, nullable=False),
        sa.Column("gets", sa.Boolean(), nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("searched", sa.String(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_reading_piece_organization_id"),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name="fk_reading_piece_reading_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reading_piece"),
        sa.UniqueConstraint("reading_id", "gets", "number", name="uq_reading_piece_reading_id_gets_number"),
    )
    op.create_table(
        "source_choice",
        sa.Column("id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_source_choice_organization_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source_choice"),
        sa.UniqueConstraint("organization_id", "source", name="uq_source_choice_organization_id_source"),
    )
    op.create_index("ix_source_choice_organization_id", "source_choice", ["organization_id"])
    op.add_column("organization", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "credential_search",
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("credential_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("searched", sa.String(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name="fk_credential_search_organization_id"),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_credential_search_credential_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_credential_search_event_id"),
        sa.PrimaryKeyConstraint("organization_id", "credential_id", name="pk_credential_search"),
        sqlite_with_rowid=False,
    )
    _fill_search()


def _fill_search() -> None:
    """Write down what the credentials that are there already are found by, some at a time."""
    connection, last = op.get_bind(), 0
    search = sa.table("credential_search", *map(sa.column, SEARCH))
    while found := connection.execute(THERE, {"last": last, "most": AT_A_TIME}).all():
        last = found[-1].credential_id
        told = [
            {**{name: line._mapping[name] for name in KEYS}, "searched": searched(_name(line.told), line.email)}
            for line in found if line.told is not None
        ]  # fmt: skip
        if told:
            connection.execute(search.insert(), told)
    op.execute(REVOKED)


def _name(told: Any) -> str:
    return str((json.loads(told) if isinstance(told, str) else told).get("name") or "")
