"""The first tables: organizations, keys, events, achievements, credentials and their versions, batches, outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "organization",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("base_url", sa.String(), nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("sign_email", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint("did", name=op.f("uq_organization_did")),
        sa.UniqueConstraint("slug", name=op.f("uq_organization_slug")),
    )
    op.create_table(
        "achievement",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_achievement_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("organization_id", "slug", name=op.f("uq_achievement_organization_id_slug")),
        sa.UniqueConstraint("public_id", name=op.f("uq_achievement_public_id")),
    )
    op.create_index(op.f("ix_achievement_organization_id"), "achievement", ["organization_id"], unique=False)
    op.create_table(
        "asset",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_asset_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("organization_id", "sha256", name=op.f("uq_asset_organization_id_sha256")),
    )
    op.create_index(op.f("ix_asset_organization_id"), "asset", ["organization_id"], unique=False)
    op.create_table(
        "design",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_design_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design")),
        sa.UniqueConstraint("organization_id", "sha256", name=op.f("uq_design_organization_id_sha256")),
    )
    op.create_index(op.f("ix_design_organization_id"), "design", ["organization_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_event_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("organization_id", "slug", name=op.f("uq_event_organization_id_slug")),
        sa.UniqueConstraint("public_id", name=op.f("uq_event_public_id")),
    )
    op.create_index(op.f("ix_event_organization_id"), "event", ["organization_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_journal_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_organization_id"), "journal", ["organization_id"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("controller", sa.String(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("spki", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_signing_key_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("controller", "kid", name=op.f("uq_signing_key_controller_kid")),
    )
    op.create_index(
        "ix_signing_key_active",
        "signing_key",
        ["controller", "algorithm", "purpose"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(op.f("ix_signing_key_organization_id"), "signing_key", ["organization_id"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_snapshot_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("organization_id", "sha256", name=op.f("uq_snapshot_organization_id_sha256")),
    )
    op.create_index(op.f("ix_snapshot_organization_id"), "snapshot", ["organization_id"], unique=False)
    op.create_table(
        "status_list",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("length", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("published", sa.LargeBinary(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_status_list_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
        sa.UniqueConstraint("number", name=op.f("uq_status_list_number")),
    )
    op.create_index(op.f("ix_status_list_organization_id"), "status_list", ["organization_id"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("achievement_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_batch_achievement_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_batch_event_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_batch_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("public_id", name=op.f("uq_batch_public_id")),
    )
    op.create_index(op.f("ix_batch_organization_id"), "batch", ["organization_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("achievement_id", ID, nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_credential_achievement_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_credential_event_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_credential_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "event_id", "achievement_id", "identity", name=op.f("uq_credential_event_id_achievement_id_identity")
        ),
        sa.UniqueConstraint("token", name=op.f("uq_credential_token")),
    )
    op.create_index(op.f("ix_credential_organization_id"), "credential", ["organization_id"], unique=False)
    op.create_table(
        "batch_row",
        sa.Column("id", ID, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("row", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("credential_id", ID, nullable=True),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id")),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_batch_row_credential_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_batch_row_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_row")),
        sa.UniqueConstraint("batch_id", "row", name=op.f("uq_batch_row_batch_id_row")),
    )
    op.create_index(op.f("ix_batch_row_credential_id"), "batch_row", ["credential_id"], unique=False)
    op.create_index(op.f("ix_batch_row_organization_id"), "batch_row", ["organization_id"], unique=False)
    op.create_table(
        "credential_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("credential_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("valid_from", MOMENT, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=True),
        sa.Column("awarded", MOMENT, nullable=False),
        sa.Column("row", sa.JSON(), nullable=True),
        sa.Column("snapshot_id", ID, nullable=False),
        sa.Column("design_id", ID, nullable=False),
        sa.Column("status_list_id", ID, nullable=False),
        sa.Column("status_index", ID, nullable=False),
        sa.Column("signing_key_id", ID, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_credential_version_credential_id")),
        sa.ForeignKeyConstraint(["design_id"], ["design.id"], name=op.f("fk_credential_version_design_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_credential_version_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["signing_key_id"], ["signing_key.id"], name=op.f("fk_credential_version_signing_key_id")
        ),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_credential_version_snapshot_id")),
        sa.ForeignKeyConstraint(
            ["status_list_id"], ["status_list.id"], name=op.f("fk_credential_version_status_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_version")),
        sa.UniqueConstraint("credential_id", "number", name=op.f("uq_credential_version_credential_id_number")),
        sa.UniqueConstraint(
            "status_list_id", "status_index", name=op.f("uq_credential_version_status_list_id_status_index")
        ),
    )
    op.create_index(
        op.f("ix_credential_version_organization_id"), "credential_version", ["organization_id"], unique=False
    )
    op.create_table(
        "identity_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("credential_id", ID, nullable=False),
        sa.Column("event_id", ID, nullable=False),
        sa.Column("achievement_id", ID, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["achievement_id"], ["achievement.id"], name=op.f("fk_identity_key_achievement_id")),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_identity_key_credential_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_identity_key_event_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_identity_key_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_key")),
        sa.UniqueConstraint(
            "event_id", "achievement_id", "digest", name=op.f("uq_identity_key_event_id_achievement_id_digest")
        ),
    )
    op.create_index(op.f("ix_identity_key_credential_id"), "identity_key", ["credential_id"], unique=False)
    op.create_index(op.f("ix_identity_key_organization_id"), "identity_key", ["organization_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_outbox_organization_id")),
        sa.ForeignKeyConstraint(["version_id"], ["credential_version.id"], name=op.f("fk_outbox_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "version_id", name=op.f("uq_outbox_kind_version_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_public_id")),
    )
    op.create_index(op.f("ix_outbox_organization_id"), "outbox", ["organization_id"], unique=False)
    op.create_table(
        "revocation",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_revocation_organization_id")),
        sa.ForeignKeyConstraint(["version_id"], ["credential_version.id"], name=op.f("fk_revocation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint("version_id", name=op.f("uq_revocation_version_id")),
    )
    op.create_index(op.f("ix_revocation_organization_id"), "revocation", ["organization_id"], unique=False)
    op.create_table(
        "token_face",
        sa.Column("id", ID, nullable=False),
        sa.Column("version_id", ID, nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_token_face_organization_id")),
        sa.ForeignKeyConstraint(["version_id"], ["credential_version.id"], name=op.f("fk_token_face_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_face")),
        sa.UniqueConstraint("version_id", "algorithm", name=op.f("uq_token_face_version_id_algorithm")),
    )
    op.create_index(op.f("ix_token_face_organization_id"), "token_face", ["organization_id"], unique=False)
