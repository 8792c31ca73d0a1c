"""What every table has in common: names, moments in UTC, and the organization it belongs to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from sqlalchemy import BigInteger, Dialect, ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON, DateTime, TypeDecorator

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints are named by rule, so that a migration can name them too."""

BigId: Final = BigInteger().with_variant(Integer, "sqlite")
Key = Annotated[int, mapped_column(BigId, primary_key=True)]
Json = dict[str, Any]


class Moment(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database, on every backend."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time that does not know its offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without an offset cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC; SQLite keeps no offset."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Table(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    # Without `none_as_null`, None would be kept as JSON's null, which is a value: not missing, and found as a fault.
    type_annotation_map = {datetime: Moment, Json: JSON(none_as_null=True), int: BigId}  # noqa: RUF012


class Owned:
    """A row of one organization."""

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)


class OneOfMany:
    """A row of an organization that may have millions: nobody asks for all of them, so they are in no index by it."""

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
